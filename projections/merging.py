"""What SYSPRO holds from us for a document once another of its commands was taken. Pure.

The first command's payload with the later changes in it: an order's lines by item, its comments
and charges by key, its header and a supplier's fields by name. What a plan only saw (`seen`) is
not kept.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject, JsonValue
from projections.facts import object_of, text_of

_ENTRIES = ("credit_note_add", "debit_note_add")
_KEPT = ("purchase_order_cancel", "order_status_change")
_HEADER = (
    "due_on",
    "is_taxable",
    "terms_code",
    "buyer",
    "payment_terms",
    "shipping_instructions",
    "delivery_name",
    "delivery_address",
    "postal_code",
)
_LINES = (("lines", "item_id"), ("charge_lines", "key"), ("comment_lines", "key"))


def merged(before: JsonObject | None, row: JsonObject) -> dict[str, JsonValue]:
    """`payload`, `type` and `entries` of a `written:` fact after the command of `row`.

    A command other than the first keeps the type of the first; a cancellation and a status change
    no line, and a credit or debit note stands beside the invoice that it is posted against.
    """
    type_, payload = text_of(row, "type"), object_of(row, "payload")
    known, first = object_of(before, "payload"), text_of(before, "type")
    entries: list[JsonValue] = [*objects_of(before.get("entries") if before else None)]
    if type_ in _ENTRIES and known:
        entry = {name: row.get(name) for name in ("type", "payload", "revision")}
        return {"payload": known, "type": first, "entries": [*entries, entry]}
    if not known:
        return {"payload": payload, "type": type_, "entries": entries}
    if type_ == "purchase_order_change":
        return {"payload": _changed_order(known, payload), "type": first, "entries": entries}
    if type_ == "supplier_change":
        said = {name: value for name, value in payload.items() if name != "seen"}
        return {"payload": {**known, **said}, "type": first, "entries": entries}
    if type_ in _KEPT:
        return {"payload": known, "type": first, "entries": entries}
    return {"payload": payload, "type": type_, "entries": []}


def objects_of(value: JsonValue) -> list[JsonObject]:
    """The objects in a list; none for anything else."""
    items = value if isinstance(value, list | tuple) else ()
    return [item for item in items if isinstance(item, Mapping)]


def _without_seen(line: JsonObject) -> JsonObject:
    """The line as one of a new order would be, SYSPRO's number of it kept."""
    return {**{name: value for name, value in line.items() if name != "seen"}, "action": "A"}


def _changed_order(before: JsonObject, change: JsonObject) -> JsonObject:
    after = {**before, **{name: change[name] for name in _HEADER if change.get(name)}}
    for list_name, key in _LINES:
        lines = {text_of(line, key): line for line in objects_of(before.get(list_name))}
        for line in objects_of(change.get(list_name)):
            if line.get("action") == "D":
                lines.pop(text_of(line, key), None)
            else:
                lines[text_of(line, key)] = _without_seen(line)
        if lines or list_name in before:
            after[list_name] = list(lines.values())
    return after
