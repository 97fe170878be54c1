"""One document planned again: its row, and the one command that is open for it. Pure.

At most one command of a document is open. What is on its way, or may be, is left alone: the row
only shows where it stands. What is merely ready is replaced in place when the plan keeps its key
and superseded when it does not. What SYSPRO refused stays refused until an input changes
(`inputs`: a digest of the payload and of every fact consulted).
"""

from engine.core.canonical import JsonObject, JsonValue, canonical, digest
from engine.core.commands import STAGES, command_type, to_json
from engine.core.commands.procurify import is_for_procurify
from engine.core.events import Event
from engine.core.keys import (
    OF_SYSPRO,
    ORDER_PART,
    VENDOR,
    DocumentKey,
    command_key,
    procurify_stream,
    syspro_stream,
    whole_order,
)
from engine.core.lifecycle import CHANGED, CommandState
from engine.core.projection import Address, Changes, Overlay, Table, View
from engine.core.reasons import REASONS, sentence_of
from projections.decisions import decision_fact
from projections.facts import (
    Facts,
    number_of,
    object_of,
    require,
    source_fact,
    text_of,
    written_fact,
)
from projections.plan import plan
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Settled, Waiting
from projections.references import COMPANIES
from projections.shadows import in_shadow

IN_FLIGHT = frozenset(
    {
        CommandState.SENDING,
        CommandState.IN_DOUBT,
        CommandState.ACCEPTED,
        CommandState.CONFLICT,
        CommandState.ESCALATED,
    }
)
REPLACEABLE = frozenset({CommandState.READY, CommandState.DEFERRED})
KEPT = frozenset({*REPLACEABLE, CommandState.REJECTED})
_SHOWN = {
    CommandState.READY: ("ready", ""),
    CommandState.SENDING: ("sending", ""),
    CommandState.ACCEPTED: ("sent", ""),
    CommandState.IN_DOUBT: ("in_doubt", "IN_DOUBT"),
    CommandState.ESCALATED: ("in_doubt", "DOUBT_ESCALATED"),
    CommandState.CONFLICT: ("held", "KEY_CONFLICT"),
    CommandState.REJECTED: ("rejected", "REJECTED_BY_SYSPRO"),
    CommandState.DEFERRED: ("deferred", "DEFERRED"),
    CommandState.VERIFIED: ("in_syspro", ""),
    CommandState.LINKED: ("linked", "ALREADY_THERE"),
}
_SHOWN_BACK = {
    CommandState.IN_DOUBT: ("in_doubt", "WRITE_BACK_IN_DOUBT"),
    CommandState.ESCALATED: ("in_doubt", "WRITE_BACK_ESCALATED"),
    CommandState.REJECTED: ("rejected", "PROCURIFY_REFUSED"),
    CommandState.DEFERRED: ("deferred", "WRITE_BACK_DEFERRED"),
    CommandState.VERIFIED: ("in_procurify", ""),
}
"""How it stands where the command is addressed to Procurify."""


def replan(view: View, document: str, event: Event) -> Changes:
    """The rows of the document that differ now; raises `Ask` for what is not at hand."""
    key = DocumentKey.parse(document)
    prior = _at_hand(view, document, key)
    overlay = Overlay(view)
    open_key = text_of(prior, "command")
    command = view.get(Table.COMMANDS, open_key) if open_key else None
    position = event.position if _is_own(key, event) else _position(view, key, prior)
    base = {**_blank(document, key), **(prior or {}), "position": position}
    if command is not None and command.get("state") in IN_FLIGHT:
        shown = _since(prior, {**base, **_shown(command)}, event)
        overlay.put(Table.DOCUMENTS, document, shown)
        return _differing(view, overlay)
    facts = Facts(view)
    draft, planned = plan(facts, event.tenant, key)
    outcome = in_shadow(prior, draft, planned)
    written = view.get(Table.FACTS, written_fact(key, draft.company))
    there: JsonObject = {"syspro_key": text_of(written, "syspro_key"), "needs": dict(facts.needs)}
    base = {**base, **_drafted(draft, base), **there}
    row = _commit(overlay, base, command, key, outcome, event)
    overlay.put(Table.DOCUMENTS, document, _since(prior, row, event))
    return _differing(view, overlay)


def _at_hand(view: View, document: str, key: DocumentKey) -> JsonObject | None:
    """The document's row; all that planning it again is sure to look at is at hand with it."""
    first = [
        Address(table=Table.DOCUMENTS, key=document),
        Address(table=Table.FACTS, key=source_fact(key)),
        Address(table=Table.FACTS, key=COMPANIES),
        Address(table=Table.FACTS, key=decision_fact(key)),
    ]
    if key.kind != VENDOR:
        first.append(Address(table=Table.FACTS, key=written_fact(key)))
    require(view, first)
    prior = view.get(Table.DOCUMENTS, document)
    wanted = [Address(table=Table.FACTS, key=need) for need in object_of(prior, "needs")]
    if text_of(prior, "command"):
        wanted.append(Address(table=Table.COMMANDS, key=text_of(prior, "command")))
    require(view, wanted)
    return prior


def _is_own(key: DocumentKey, event: Event) -> bool:
    """Whether the event is one of the document where it comes from: Procurify, or SYSPRO."""
    key = whole_order(key)
    stream_of = syspro_stream if key.kind in OF_SYSPRO else procurify_stream
    return event.stream == stream_of(key.source, key.kind, key.id)


def _position(view: View, key: DocumentKey, prior: JsonObject | None) -> int:
    """Of the document's last event that was planned; of its facts' where it is planned late.

    A part that is new has come as far as its order.
    """
    if key.kind == ORDER_PART and not prior:
        prior = view.get(Table.DOCUMENTS, str(whole_order(key)))
    return number_of(prior, "position") or number_of(
        view.get(Table.FACTS, source_fact(key)), "position"
    )


def _blank(document: str, key: DocumentKey) -> JsonObject:
    return {
        "key": document,
        "kind": key.kind,
        "source_id": key.id,
        "number": "",
        "state": "",
        "reason": "",
        "sentence": "",
        "detail": "",
        "waits_for": [],
        "waits_on": [],
        "company": "",
        "amount": "",
        "currency": "",
        "revision": "",
        "syspro_key": "",
        "command": "",
        "position": 0,
        "needs": {},
        "shadow": {},
        "unmapped": [],
        "since": "",
    }


def _since(prior: JsonObject | None, row: JsonObject, event: Event) -> JsonObject:
    """The row says since when it stands as it does, for the same reason."""
    is_same = all(text_of(prior, name) == row.get(name) for name in ("state", "reason"))
    since = text_of(prior, "since") if prior is not None and is_same else ""
    return {**row, "since": since or event.recorded_at.isoformat()}


def _drafted(draft: Draft, base: JsonObject) -> JsonObject:
    return {
        "number": draft.number or text_of(base, "number"),
        "amount": draft.amount or text_of(base, "amount"),
        "currency": draft.currency or text_of(base, "currency"),
        "revision": draft.revision or text_of(base, "revision"),
        "company": draft.company,
    }


def _commit(
    overlay: Overlay,
    base: JsonObject,
    command: JsonObject | None,
    key: DocumentKey,
    outcome: Outcome,
    event: Event,
) -> JsonObject:
    """The document's row for an outcome; the command's row is put besides."""
    if isinstance(outcome, Planned):
        row = _ready(overlay, base, command, key, outcome, event)
        return {**base, "company": row["company"], "command": row["key"], **_shown(row)}
    is_open = _stop(overlay, command)
    kept = {**base, "command": "" if is_open else base["command"]}
    if isinstance(outcome, Settled):
        shown = _standing(outcome.state, outcome.reason, outcome.detail)
        return {**kept, **shown, "syspro_key": outcome.syspro_key, "shadow": outcome.shadow}
    if isinstance(outcome, Held):
        shown = _standing("held", outcome.reason, outcome.detail)
        return {
            **kept,
            **shown,
            "unmapped": list(outcome.unmapped or ()),
            "shadow": outcome.shadow,
        }
    assert isinstance(outcome, Waiting)
    return {
        **kept,
        **_standing("waiting", outcome.reason, outcome.detail),
        "waits_for": list(outcome.waits_for),
        "waits_on": list(outcome.waits_on),
    }


def _supersede(overlay: Overlay, command: JsonObject | None) -> bool:
    """A command that could still be sent is superseded; whether the old one is off the row."""
    if command is None:
        return False
    if command.get("state") in REPLACEABLE:
        superseded = {**command, "state": CommandState.SUPERSEDED}
        overlay.put(Table.COMMANDS, text_of(command, "key"), superseded)
    return command.get("state") in KEPT


def _stop(overlay: Overlay, command: JsonObject | None) -> bool:
    """Nothing is to be sent now; whether the old command is off the row.

    What was refused rests on something that changed: planned again, it is sent again.
    """
    if command is not None and command.get("state") == CommandState.REJECTED:
        overlay.put(Table.COMMANDS, text_of(command, "key"), {**command, "inputs": ""})
    return _supersede(overlay, command)


def _ready(
    overlay: Overlay,
    base: JsonObject,
    command: JsonObject | None,
    key: DocumentKey,
    wanted: Planned,
    event: Event,
) -> JsonObject:
    """The command's row for a plan: as it stands if nothing changed, else ready.

    What SYSPRO refused in one company does not keep the document from the others.
    """
    candidates = (wanted, *wanted.others)
    refused = [_is_refused(overlay, base, key, one, event) for one in candidates]
    planned = wanted if all(refused) else candidates[refused.index(False)]
    identity = _identity(event.tenant, key, planned)
    if command is not None and text_of(command, "key") != identity:
        _supersede(overlay, command)
    standing = overlay.get(Table.COMMANDS, identity)
    payload = to_json(planned.payload)
    inputs = _inputs(base, planned)
    if standing is not None and _is_kept(standing, inputs):
        row = _given_up(standing)
    else:
        row = _command_row(identity, base, key, planned, payload, inputs, standing, event)
    overlay.put(Table.COMMANDS, identity, row)
    return row


def _identity(tenant: str, key: DocumentKey, planned: Planned) -> str:
    return command_key(
        tenant,
        key,
        planned.company,
        planned.part,
        planned.action,
        planned.revision,
        planned.generation,
    )


def _inputs(base: JsonObject, planned: Planned) -> str:
    """A digest of all that the command was planned from."""
    needs = base["needs"] if planned.needs is None else dict(planned.needs)
    return digest({"payload": to_json(planned.payload), "needs": needs})


def _is_refused(
    overlay: Overlay, base: JsonObject, key: DocumentKey, planned: Planned, event: Event
) -> bool:
    """Whether SYSPRO refused this very command, and nothing that it rests on changed since."""
    standing = overlay.get(Table.COMMANDS, _identity(event.tenant, key, planned))
    return (
        standing is not None
        and standing.get("state") == CommandState.REJECTED
        and standing.get("inputs") == _inputs(base, planned)
    )


def _is_kept(standing: JsonObject, inputs: str) -> bool:
    """Whether the row stays: nothing it was planned from changed, or it took effect already."""
    if standing.get("state") in KEPT:
        return standing.get("inputs") == inputs
    return standing.get("state") != CommandState.SUPERSEDED


def _given_up(row: JsonObject) -> JsonObject:
    """A look-up that found the other side changed stops a command until an input changes."""
    if row.get("state") == CommandState.DEFERRED and row.get("reason") in CHANGED:
        return {**row, "state": CommandState.REJECTED}
    return row


def _command_row(
    identity: str,
    base: JsonObject,
    key: DocumentKey,
    planned: Planned,
    payload: JsonObject,
    inputs: str,
    standing: JsonObject | None,
    event: Event,
) -> JsonObject:
    """A row ready to be sent; what its stream has been through already is kept."""
    name = command_type(planned.payload)
    is_waiting = standing is not None and standing.get("state") in REPLACEABLE
    history: dict[str, JsonValue] = {
        "attempt": number_of(standing, "attempt"),
        "version": number_of(standing, "version"),
        "deferrals": number_of(standing, "deferrals"),
        "planned_position": number_of(standing, "planned_position")
        if is_waiting
        else event.position,
    }
    return {
        "key": identity,
        "document": str(key),
        "kind": key.kind,
        "source_id": key.id,
        "number": text_of(base, "number"),
        "company": planned.company,
        "part": planned.part,
        "type": name,
        "action": planned.action,
        "stage": STAGES[name],
        "state": CommandState.READY,
        "revision": planned.revision,
        "generation": planned.generation,
        "external_key": planned.external_key,
        "payload": payload,
        "inputs": inputs,
        "syspro_key": "",
        "reason": "",
        "text": "",
        "intended_at": None,
        "session_tag": "",
        "fenced_at": None,
        "changed_at": event.recorded_at.isoformat(),
        "notices": list(planned.notices),
        **history,
    }


def _shown(row: JsonObject) -> JsonObject:
    """How a document stands whose command stands so."""
    standing = CommandState(text_of(row, "state"))
    state, reason = _SHOWN[standing]
    if is_for_procurify(text_of(row, "company")):
        state, reason = _SHOWN_BACK.get(standing, (state, reason))
    given = text_of(row, "reason")
    if state in {"rejected", "deferred"} and given in REASONS:
        reason = given
    is_quiet = state in {"ready", "sending", "sent"}
    return _standing(state, reason, "" if is_quiet else text_of(row, "text"))


def _standing(state: str, reason: str, detail: str) -> JsonObject:
    return {
        "state": state,
        "reason": reason,
        "sentence": sentence_of(reason) if reason else "",
        "detail": detail,
        "waits_for": [],
        "waits_on": [],
        "shadow": {},
        "unmapped": [],
    }


def _differing(view: View, overlay: Overlay) -> Changes:
    return {
        address: body
        for address, body in overlay.changes.items()
        if body is None or not _is_same(view.get(address.table, address.key), body)
    }


def _is_same(before: JsonObject | None, after: JsonObject) -> bool:
    return before is not None and canonical(before) == canonical(after)
