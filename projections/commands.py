"""What became of commands: their rows through the lifecycle, and the `written:` facts. Pure.

What Procurify took goes to `written_back:` facts instead, by document and type of command.

`written:<document key>`, of a vendor `written:<document key>@<company>`, is what SYSPRO took from
us for a document, all posts together:
`{company, syspro_key, external_key, revision, count, intended, position, is_verified,
is_cancelled, differences, lines: {our key: SYSPRO's line}, payload, type, entries}`. `intended`
and `position` are those of the last intent and of SYSPRO's answer to it; `payload` is the first
command, of `type`, with later changes merged into it (an order's lines and header, a supplier's
fields); `entries` are the credit and debit notes posted against an invoice, in order, each
`{type, payload, revision}`. An order that took the place of others has besides
`{generation, replaced: [their numbers]}`, and `is_replaced` from their cancellation until it is
there; `warnings` are there where the last post came with any.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands import STAGES
from engine.core.commands.procurify import is_for_procurify
from engine.core.events import Event
from engine.core.keys import ORDER_PART, VENDOR, DocumentKey, command_stream, whole_order
from engine.core.lifecycle import SENDABLE, CommandState, breach_of, evolve_command
from engine.core.projection import Overlay, Table
from engine.errors import Malformed
from projections.claims import claim
from projections.facts import (
    number_of,
    object_of,
    parts_fact,
    text_of,
    written_back_fact,
    written_fact,
)
from projections.lines import note_doubt, stop
from projections.merging import merged, objects_of
from projections.standstill import note_verified

_INTENT = ("document", "type", "action", "company", "external_key", "revision", "generation")


def fold_command(overlay: Overlay, event: Event, body: JsonObject) -> str | None:
    """The command's row follows the event; the answer is its document's key, if it has one."""
    key = event.stream.removeprefix(command_stream(""))
    row = overlay.get(Table.COMMANDS, key)
    if event.type == "PostIntended":
        row = row or _from_intent(key, event, body)
        row = {**row, **_intent(row, body), "intended": event.position}
    if row is None:
        return None
    row = evolve_command(row, event)
    overlay.put(Table.COMMANDS, key, row)
    document = text_of(row, "document")
    _note_trouble(overlay, row, event, body)
    try:
        parsed = DocumentKey.parse(document)
    except Malformed:
        return None
    if event.type == "PostIntended":
        _take_over(overlay, document, key)
        _divided(overlay, parsed, row)
    elif event.type == "PostAccepted" or body.get("outcome") == "committed":
        if is_for_procurify(text_of(row, "company")):
            _written_back(overlay, parsed, row, event)
        else:
            _written(overlay, parsed, row, event)
    elif event.type == "PostVerified":
        _verified(overlay, _fact(parsed, row), body)
        note_verified(overlay, row)
    return document


def _note_trouble(overlay: Overlay, row: JsonObject, event: Event, body: JsonObject) -> None:
    """A doubt is counted again later; what can never be stops its company."""
    company, document = text_of(row, "company"), text_of(row, "document")
    if is_for_procurify(company):
        return
    if event.type == "PostInDoubt":
        note_doubt(overlay, company, document, event)
    if breach := breach_of(event.type, body):
        stop(overlay, company, f"{document} {breach}", [], event)


def _fact(document: DocumentKey, row: JsonObject) -> str:
    """The fact that says what the command's addressee took."""
    company = text_of(row, "company")
    if is_for_procurify(company):
        return written_back_fact(document, text_of(row, "type"))
    return written_fact(document, company)


def _intent(row: JsonObject, body: JsonObject) -> JsonObject:
    """What the intent says of its command: history, whatever was planned since.

    Where something else was planned since, a refusal is not one of what was planned (`inputs`).
    """
    kept = {name: body[name] for name in _INTENT if body.get(name) is not None}
    payload = body.get("payload")
    if not isinstance(payload, Mapping):
        return kept
    is_outdated = payload != row.get("payload")
    return {**kept, "payload": payload, **({"inputs": ""} if is_outdated else {})}


def _from_intent(key: str, event: Event, body: JsonObject) -> JsonObject:
    """A row for an intent that these rules would not have planned: it is history all the same."""
    document = text_of(body, "document")
    kind, _, rest = document.partition(":")
    return {
        "key": key,
        "document": document,
        "kind": kind,
        "source_id": rest.rpartition("/")[2],
        "number": "",
        "company": text_of(body, "company"),
        "part": "",
        "type": text_of(body, "type"),
        "action": text_of(body, "action"),
        "stage": STAGES.get(text_of(body, "type"), 0),
        "state": CommandState.READY,
        "revision": text_of(body, "revision"),
        "generation": number_of(body, "generation") or 1,
        "external_key": text_of(body, "external_key"),
        "payload": object_of(body, "payload"),
        "inputs": "",
        "planned_position": event.position,
        "attempt": 0,
        "version": 0,
        "syspro_key": "",
        "reason": "",
        "text": "",
        "intended_at": None,
        "session_tag": "",
        "fenced_at": None,
        "deferrals": 0,
        "changed_at": event.recorded_at.isoformat(),
        "notices": [],
    }


def _take_over(overlay: Overlay, document: str, key: str) -> None:
    """The document's open command is the intended one; another that was ready is superseded."""
    row = overlay.get(Table.DOCUMENTS, document)
    if row is None or row.get("command") == key:
        return
    other = text_of(row, "command")
    standing = overlay.get(Table.COMMANDS, other) if other else None
    if standing is not None and standing.get("state") in SENDABLE:
        overlay.put(Table.COMMANDS, other, {**standing, "state": CommandState.SUPERSEDED})
    overlay.put(Table.DOCUMENTS, document, {**row, "command": key})


def _divided(overlay: Overlay, document: DocumentKey, row: JsonObject) -> None:
    """An order of which a part was sent is divided for good, among the companies it went to."""
    if document.kind == ORDER_PART:
        fact = parts_fact(whole_order(document))
        companies = object_of(overlay.get(Table.FACTS, fact), "companies")
        after = {**companies, text_of(row, "company"): True}
        overlay.put(Table.FACTS, fact, {"companies": after})


def _written_back(overlay: Overlay, document: DocumentKey, row: JsonObject, event: Event) -> None:
    fact = _fact(document, row)
    before = overlay.get(Table.FACTS, fact)
    overlay.put(
        Table.FACTS,
        fact,
        {
            "procurify_id": text_of(row, "syspro_key"),
            "revision": text_of(row, "revision"),
            "count": number_of(before, "count") + 1,
            "position": event.position,
            "is_verified": False,
            "differences": [],
            "lines": {},
            "payload": object_of(row, "payload"),
        },
    )


def _written(overlay: Overlay, document: DocumentKey, row: JsonObject, event: Event) -> None:
    fact = _fact(document, row)
    before = overlay.get(Table.FACTS, fact)
    payload, type_ = object_of(row, "payload"), text_of(row, "type")
    overlay.put(
        Table.FACTS,
        fact,
        {
            "company": text_of(row, "company"),
            "syspro_key": text_of(row, "syspro_key") or text_of(before, "syspro_key"),
            "external_key": text_of(row, "external_key"),
            "revision": text_of(row, "revision"),
            "count": number_of(before, "count") + 1,
            "intended": number_of(row, "intended"),
            "position": event.position,
            "is_verified": False,
            "is_cancelled": type_ == "purchase_order_cancel",
            "differences": [],
            "lines": {} if type_ == "purchase_order_add" else object_of(before, "lines"),
            **merged(before, row),
            **_succession(before, row),
            **_warned(event),
        },
    )
    if document.kind == VENDOR:
        claim(overlay, text_of(row, "syspro_key") or text_of(payload, "supplier"), document.id)
    if type_ == "invoice_add":
        _billed(overlay, document, text_of(row, "company"), payload)


def _succession(before: JsonObject | None, row: JsonObject) -> JsonObject:
    """Which generation of its document the order is, and which orders it took the place of."""
    listed = before.get("replaced") if before else None
    replaced: list[JsonValue] = [*listed] if isinstance(listed, list | tuple) else []
    found: dict[str, JsonValue] = {}
    if number_of(row, "generation") > 1:
        found["generation"] = number_of(row, "generation")
    if row.get("action") == "replace":
        replaced.append(text_of(before, "syspro_key"))
        found["is_replaced"] = True
    return {**found, "replaced": replaced} if replaced else found


def _warned(event: Event) -> JsonObject:
    """The texts of SYSPRO's warnings, where its acceptance came with any."""
    faults = objects_of(event.body.get("warnings")) if event.body else []
    texts: list[JsonValue] = [text_of(one, "text") or text_of(one, "number") for one in faults]
    return {"warnings": texts} if texts else {}


def _billed(overlay: Overlay, document: DocumentKey, company: str, payload: JsonObject) -> None:
    """How much of each goods receipt this invoice matched, by the fact `billed:<company>/<grn>`.

    By bill, its quantity and its value in the supplier's currency.
    """
    for match in objects_of(payload.get("matches")):
        fact = billed_fact(company, match)
        known = dict(overlay.get(Table.FACTS, fact) or {})
        known[str(document)] = {name: text_of(match, name) for name in ("quantity", "value")}
        overlay.put(Table.FACTS, fact, known)


def billed_fact(company: str, match: JsonObject) -> str:
    """The key of the fact that says how much of a goods receipt our invoices matched."""
    parts = ("supplier", "grn", "source", "journal", "entry")
    return f"billed:{company}/" + "|".join(text_of(match, part) for part in parts)


def _verified(overlay: Overlay, fact: str, body: JsonObject) -> None:
    before = overlay.get(Table.FACTS, fact)
    if before is None:
        return
    lines = object_of(before, "lines")
    for line in objects_of(body.get("lines")):
        lines[text_of(line, "item_id")] = line.get("line")
    differences = body.get("differences")
    is_equal = body.get("is_equal") is not False
    overlay.put(
        Table.FACTS,
        fact,
        {
            **before,
            "is_verified": True,
            "lines": lines,
            "differences": [] if is_equal else differences or ["not equal"],
        },
    )
