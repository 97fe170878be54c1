"""What an event of a document's story says, in a sentence for people. Pure."""

from collections.abc import Mapping, Sequence

from engine.audit.write_backs import doing_in_procurify, write_back_sentence
from engine.core.canonical import JsonValue
from engine.core.commands.procurify import is_for_procurify
from engine.core.events import Event
from engine.core.lifecycle import BY_PERSON
from engine.core.reasons import REASONS

_TYPES = {
    "supplier_add": "create the supplier",
    "purchase_order_add": "create the purchase order",
    "purchase_order_change": "change the purchase order",
    "purchase_order_cancel": "cancel the purchase order",
    "invoice_add": "post the invoice",
    "supplier_change": "change the supplier",
    "ledger_code_add": "create the ledger code",
    "order_status_change": "set the purchase order's status",
    "receipt_add": "receive the goods",
    "invoice_register": "register the invoice for approval",
    "credit_note_add": "post the credit note",
    "debit_note_add": "post the debit note",
}
_VERDICTS = {"committed": "it was written", "not_committed": "it was not, and is sent again"}


MOST_SHOWN = 12
"""So many rows of what SYSPRO shows around a post stand in its line."""


def doing(type_: str) -> str:
    """What a command of that type does, in words of the trade; the type itself for a new one."""
    return _TYPES.get(type_) or doing_in_procurify(type_)


def sentence(event: Event, body: Mapping[str, JsonValue]) -> str:
    """What happened, in words of the trade; the event's type for one that needs none."""
    is_back = is_for_procurify(str(body.get("company") or ""))
    if is_back and (said := write_back_sentence(event.type, body)):
        return said
    name = str(body.get("syspro_key") or body.get("procurify_id") or "")
    match event.type:
        case _ if event.body is None:
            return "erased; the chain stays whole"
        case "PostIntended":
            return _intended(event, body)
        case "PostAccepted":
            return f"SYSPRO accepted it as {name}{_warnings(body)}"
        case "PostRejected":
            return f"SYSPRO refused it: {body.get('text') or _faults(body)}"
        case "PostDeferred":
            return f"provably not done ({body.get('cause')}), sent again later: {body.get('text')}"
        case "PostInDoubt":
            return f"in doubt, the answer was lost ({body.get('cause')}): {body.get('text')}"
        case "DoubtFenced":
            return "the session that sent it is revoked; nothing new can come of it"
        case "DoubtResolved" if body.get("rule") == BY_PERSON:
            return f"doubt resolved by a person: {_VERDICTS[str(body['outcome'])]}{_why(body)}"
        case "DoubtResolved":
            verdict = f"doubt resolved: {body.get('outcome')} by rule {body.get('rule')}"
            return f"{f'{verdict}, {name}' if name else verdict}{_shown(body)}"
        case "VerdictProposed" | "VerdictGiven" | "OverrideRefused":
            return _judged(event, body)
        case "PostVerified" if body.get("is_equal"):
            return f"read back from SYSPRO as {name}: equal to what was sent"
        case "PostVerified":
            return f"read back from SYSPRO as {name}: DIFFERENT: {_listed(body['differences'])}"
        case "LookupAnswered":
            return f"looked up in SYSPRO by {body.get('object')}: {body.get('text')}"
        case "DocumentHeld" | "DocumentReleased" | "DocumentApproved" | "DocumentIgnored":
            return _decided(event, body)
        case "DocumentLinked":
            return f"linked by a person to {name} in company {body.get('company')}{_why(body)}"
        case "RetryAsked":
            return f"a person asked to try again{_why(body)}"
        case kind if kind.endswith("Vanished"):
            return "no longer there in Procurify"
        case _:
            return event.type


def standing_words(row: Mapping[str, object]) -> list[str]:
    """How the document stands now, and why: the state, the reason, who acts and what to do."""
    state = str(row.get("state") or "unknown")
    lines = [_STATES.get(state, state.replace("_", " "))]
    if name := str(row.get("syspro_key") or ""):
        company = str(row.get("company") or "")
        there = "" if state in _AS_NAMED else ", in SYSPRO"
        lines[0] += f"{there} as {name}{f' in company {company}' if company else ''}"
    known = REASONS.get(str(row.get("reason") or ""))
    said = str(row.get("sentence") or "")
    if said:
        detail = str(row.get("detail") or "")
        lines.append(f"{said} {f'({detail})' if detail else ''}".rstrip())
    if known and known.who != "nobody":
        lines.append(f"{known.who}: {known.action}")
    return lines


_AS_NAMED = frozenset(
    {"in_syspro", "in_procurify", "linked", "cancelled_in_syspro", "completed_in_syspro"}
)
_STATES = {
    "in_syspro": "in SYSPRO",
    "in_procurify": "written to Procurify",
    "linked": "in SYSPRO already, linked",
    "cancelled_in_syspro": "cancelled in SYSPRO",
    "completed_in_syspro": "complete in SYSPRO, nothing more is to come",
    "not_eligible": "not for SYSPRO",
    "not_due": "nothing to write back yet",
    "partly_paid": "paid in part in SYSPRO, which Procurify cannot be told",
    "held": "needs somebody",
    "rejected": "refused by SYSPRO",
    "ready": "ready to send",
    "sending": "being sent",
    "sent": "sent, to be read back",
    "off": "not carried: such documents are off",
    "observed": "watched only",
    "divided": "carried in parts, one a company",
    "before_cut_over": "of before the cut-over, not carried",
    "shadowed": "planned and not sent (shadow)",
    "validated": "passes all rules, not sent (validate only)",
}


def _shown(body: Mapping[str, JsonValue]) -> str:
    """What SYSPRO showed of the supplier around a post that went to a person, in a line."""
    evidence = body.get("evidence")
    pack = evidence.get("pack") if isinstance(evidence, Mapping) else None
    if not isinstance(pack, Mapping):
        return ""
    said = f"; sent by operator {pack.get('operator')} at {pack.get('sent_at')}"
    shown = pack.get("shown")
    tables = shown.get("tables") if isinstance(shown, Mapping) else None
    if not isinstance(shown, Mapping) or not isinstance(tables, Mapping):
        return f"{said}; SYSPRO could not be read" if "not_read" in pack else said
    rows = [
        f"{table} {', '.join(f'{name} {value}' for name, value in row.items() if value)}"
        for table, listed in tables.items()
        if isinstance(listed, list | tuple)
        for row in listed
        if isinstance(row, Mapping)
    ]
    more = [f"{len(rows) - MOST_SHOWN} more, which --json lists"] * (len(rows) > MOST_SHOWN)
    found = "; ".join([*rows[:MOST_SHOWN], *more]) or "nothing"
    return f"{said}; of supplier {shown.get('supplier')} SYSPRO shows {found}"


def _judged(event: Event, body: Mapping[str, JsonValue]) -> str:
    """What people said of a post in doubt, or why it did not count."""
    key = str(body.get("syspro_key") or "")
    if event.type == "OverrideRefused":
        shows = f"SYSPRO shows it as {key}" if key else "SYSPRO does not show it"
        return f"the verdict was refused, for {shows}"
    found = f"it is there{f' as {key}' if key else ''}"
    found = "it is not there" if body.get("outcome") == "absent" else found
    if event.type == "VerdictProposed":
        return f"a person found that {found}; a second has to confirm it{_why(body)}"
    by = f", as {body['proposed_by']} had found" if body.get("proposed_by") else ""
    return f"a person gave the verdict that {found}{by}; SYSPRO is read once more{_why(body)}"


def _decided(event: Event, body: Mapping[str, JsonValue]) -> str:
    what = event.type.removeprefix("Document").lower()
    accepts = body.get("accepts")
    codes = ", ".join(map(str, accepts)) if isinstance(accepts, list | tuple) else ""
    accepted = f", accepting {codes}" if codes else ""
    return f"{what} by a person{accepted}{_why(body)}"


def _why(body: Mapping[str, JsonValue]) -> str:
    return f": {body['reason']}" if body.get("reason") else ""


def _intended(event: Event, body: Mapping[str, JsonValue]) -> str:
    what = doing(str(body.get("type")))
    attempt = body.get("attempt")
    again = f", attempt {attempt}" if attempt != 1 else ""
    because = f", planned from event {event.causation}" if event.causation else ""
    return (
        f"about to {what} in company {body.get('company')} by {body.get('object')}{again}, "
        f"our key {body.get('external_key')}{because}"
    )


def _warnings(body: Mapping[str, JsonValue]) -> str:
    warnings = _texts(body.get("warnings"))
    return f", with warnings: {'; '.join(warnings)}" if warnings else ""


def _faults(body: Mapping[str, JsonValue]) -> str:
    return "; ".join(_texts(body.get("errors"))) or "without a reason"


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [
        str(fault.get("text") or fault.get("number"))
        for fault in value
        if isinstance(fault, Mapping)
    ]


def _listed(value: JsonValue) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(str(item) for item in value)
    return str(value)
