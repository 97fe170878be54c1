"""What a command would change, field by field and line by line. Pure."""

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import PROCURIFY_TYPES
from engine.core.keys import comparable_key
from engine.errors import Malformed
from projections.facts import text_of
from projections.pictures.masters import (
    LEDGER_CODE,
    changed_supplier,
    received,
    wished_supplier,
    written_back,
)
from projections.pictures.orders import cancelled_order, changed_order, wished_order
from projections.pictures.payables import entered, wished_invoice
from projections.pictures.picture import Difference, Picture, differences, wanted_cells

_ORDERS = frozenset(
    {"purchase_order_change", "purchase_order_cancel", "order_status_change", "receipt_add"}
)
_STATUSES = {"0": "in process", "1": "ready to print", "4": "printed", "9": "complete"}


def subject_of(type_: str, body: JsonObject) -> tuple[str, str] | None:
    """The kind and key of what SYSPRO holds already and the command touches; None for nothing."""
    if type_ in _ORDERS:
        return "purchase_order", comparable_key(text_of(body, "purchase_order"))
    if type_ == "supplier_change":
        return "supplier", comparable_key(text_of(body, "supplier"))
    if type_ in {"credit_note_add", "debit_note_add"}:
        parts = (text_of(body, "supplier"), text_of(body, "invoice"))
        return "invoice", "|".join(comparable_key(part) for part in parts)
    return None


def preview(
    type_: str, body: JsonObject, row: JsonObject, local_currency: str
) -> tuple[Difference, ...]:
    """What the command of that type changes; `row` is what SYSPRO holds, empty where it was not
    read or there is nothing yet."""
    before, after = _pictures(type_, body, row, local_currency)
    return differences(before, after)


def _pictures(
    type_: str, body: JsonObject, row: JsonObject, local_currency: str
) -> tuple[Picture, Picture]:
    if type_ in PROCURIFY_TYPES:
        return written_back(body)
    match type_:
        case "purchase_order_add":
            return Picture(), wished_order(body)
        case "purchase_order_change":
            return changed_order(body, row, local_currency)
        case "purchase_order_cancel":
            return cancelled_order(row, local_currency)
        case "order_status_change":
            return _status(body, row)
        case "invoice_add" | "invoice_register":
            return Picture(), wished_invoice(body)
        case "credit_note_add" | "debit_note_add":
            return entered(type_, body, row)
        case "supplier_add":
            return Picture(), wished_supplier(body)
        case "supplier_change":
            return changed_supplier(body, row)
        case "receipt_add":
            return received(body)
        case "ledger_code_add":
            return Picture(), Picture(cells=wanted_cells(LEDGER_CODE, body, ""))
        case _:
            raise Malformed(f"nobody can draw a {type_[:40]}")


def _status(body: JsonObject, row: JsonObject) -> tuple[Picture, Picture]:
    now, then = text_of(row, "OrderStatus").strip(), text_of(body, "status")
    return (
        Picture(cells={"status": _STATUSES.get(now, now)}),
        Picture(cells={"status": _STATUSES.get(then, then)}),
    )
