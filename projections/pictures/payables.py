"""Invoices, and what is posted against them, as pictures. Pure."""

from engine.core.canonical import JsonObject
from engine.core.money import ZERO, read_amount
from projections.facts import text_of
from projections.merging import objects_of
from projections.pictures.picture import (
    Cell,
    Part,
    Picture,
    as_text,
    held_cells,
    money_text,
    wanted_cells,
)

INVOICE = (
    Cell(name="supplier", field="supplier", column="Supplier", kind="key"),
    Cell(name="invoice", field="invoice", column="Invoice", kind="key"),
    Cell(name="value", field="value", column="OrigInvValue", kind="money"),
    Cell(name="currency", field="currency", column="Currency"),
    Cell(name="invoice date", field="invoice_on", column="InvoiceDate", kind="day"),
    Cell(name="due date", field="due_on", column="DueDate", kind="day"),
    Cell(name="period", field="posting_period"),
    Cell(name="tax code", field="tax_code", column="FirstTaxCode"),
    Cell(name="tax", field="tax_value", kind="money"),
    Cell(name="second tax code", field="second_tax_code"),
    Cell(name="second tax", field="second_tax_value", kind="money"),
    Cell(name="freight", field="freight", kind="money"),
    Cell(name="miscellaneous", field="miscellaneous", kind="money"),
    Cell(name="exchange rate", field="exchange_rate", column="ExchangeRate", kind="number"),
    Cell(name="branch", field="branch"),
    Cell(name="notation", field="notation", is_free=True),
    Cell(name="narration", field="narration", is_free=True),
    Cell(name="orders", field="purchase_orders", kind="list"),
)
_PERIODS = {"C": "current", "P": "previous", "B": "the one before the previous"}
_NO_TAX = {"0", "0.00"}
_ENTRIES = {"credit_note_add": "credit note", "debit_note_add": "debit note"}


def wished_invoice(body: JsonObject) -> Picture:
    """The invoice as it would be, and what it is charged to."""
    currency = text_of(body, "currency")
    cells = wanted_cells(INVOICE, _without_noughts(body), currency)
    if "period" in cells:
        cells["period"] = _PERIODS.get(cells["period"], cells["period"])
    return Picture(cells=cells, parts={**_matches(body, currency), **_charged(body, currency)})


def held_invoice(row: JsonObject, local_currency: str) -> Picture:
    """The invoice as SYSPRO holds it: its header, for what it was charged to is not read."""
    currency = text_of(row, "Currency").strip() or local_currency
    return Picture(cells=held_cells(INVOICE, {**row, "Currency": currency}, currency))


def entered(type_: str, body: JsonObject, row: JsonObject) -> tuple[Picture, Picture]:
    """The invoice as it is, and with what a credit or debit note changes."""
    wished = wished_invoice(body)
    name, currency = _ENTRIES[type_], text_of(body, "currency")
    value = as_text(body.get("value"), "money", currency)
    against = f"{value} against invoice {text_of(body, 'invoice')} of {text_of(body, 'supplier')}"
    cells = {name: against, "invoice value": ""}
    worth = read_amount(row.get("OrigInvValue"))
    if worth is not None:
        cells["invoice value"] = money_text(worth, currency)
    taxed = {
        key: text for key, text in wished.cells.items() if key in {"period", "tax code", "tax"}
    }
    before = Picture(cells={"invoice value": cells["invoice value"]})
    return before, Picture(cells={**cells, **taxed}, parts=wished.parts)


def _without_noughts(body: JsonObject) -> JsonObject:
    """The command's fields, without amounts that are left at nothing."""
    return {
        name: value
        for name, value in body.items()
        if name == "value" or not (isinstance(value, str) and value in _NO_TAX)
    }


def _matches(body: JsonObject, currency: str) -> dict[str, Part]:
    parts = {}
    for place, match in enumerate(objects_of(body.get("matches")), 1):
        cells = {
            "quantity": as_text(match.get("quantity"), "number", ""),
            "value": as_text(match.get("value"), "money", currency),
            "all of it": as_text(match.get("is_full"), "flag", ""),
        }
        parts[f"match:{place}"] = Part(title=f"receipt {text_of(match, 'grn')}", cells=cells)
    return parts


def _charged(body: JsonObject, currency: str) -> dict[str, Part]:
    parts = {}
    for place, line in enumerate(objects_of(body.get("distribution")), 1):
        amount = read_amount(line.get("value")) or ZERO
        cells = {
            "value": money_text(amount, currency),
            "tax code": text_of(line, "tax_code"),
            "tax only": as_text(line.get("is_tax_only"), "flag", ""),
            "notation": text_of(line, "notation"),
        }
        title = f"ledger code {text_of(line, 'ledger_code')}"
        parts[f"ledger:{place}"] = Part(title=title, cells=cells)
    return parts
