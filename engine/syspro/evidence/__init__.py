"""Is what a command wished for in SYSPRO? Sightings for a doubt, differences for a read-back.

Each command class has one way to be found again (reliability.md §4.3): suppliers by code,
invoices by (supplier, invoice) and our key in the reference, orders by our key in
CustomerPoNumber (and by number where we give it), changes and cancellations by the order itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import assert_never

from engine.core.commands import (
    InvoiceAdd,
    OrderLine,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    SupplierAdd,
)
from engine.core.keys import line_key
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.comfnd import Condition
from engine.syspro.objects.porqry import OrderDetail

_SUPPLIER = ("Supplier", "SupplierName", "Currency")
_ORDER = ("PurchaseOrder", "CustomerPoNumber", "Supplier", "OrderStatus")
_INVOICE = ("Supplier", "Invoice", "Reference", "OrigInvValue", "Currency")
CANCELLED = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a document looks like in SYSPRO beside what was sent; `lines`: item id → line."""

    differences: tuple[str, ...]
    lines: Mapping[str, int]


async def sightings(books: Books, payload: Payload) -> Sequence[Sighting]:
    """Every document in SYSPRO that may be the command's effect; empty: it has none."""
    match payload:
        case SupplierAdd():
            return await _suppliers(books, payload)
        case PurchaseOrderAdd():
            return await _orders(books, payload)
        case PurchaseOrderChange() | PurchaseOrderCancel():
            return await _changes(books, payload)
        case InvoiceAdd():
            return await _invoices(books, payload)
        case _:
            assert_never(payload)


async def read_back(books: Books, payload: Payload, syspro_key: str) -> ReadBack:
    """How the document reads in SYSPRO now; a missing one is one difference."""
    match payload:
        case SupplierAdd() | InvoiceAdd():
            found = await sightings(books, payload)
            if not found:
                return ReadBack(differences=("it is not there",), lines={})
            same = all(sighting.is_equal for sighting in found)
            return ReadBack(differences=() if same else ("other values",), lines={})
        case PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel():
            detail = await books.order(syspro_key)
            return ReadBack(differences=tuple(_unlike(payload, detail)), lines=bindings(detail))
        case _:
            assert_never(payload)


def bindings(detail: OrderDetail) -> Mapping[str, int]:
    """Order item id → SYSPRO line number, by our key in the line, never by place."""
    prefix = line_key("")
    return {
        line["MSupCatalogue"].removeprefix(prefix): int(line["Line"])
        for line in detail.lines
        if line.get("MSupCatalogue", "").startswith(prefix) and line.get("Line", "").isdecimal()
    }


async def received_lines(books: Books, purchase_order: str) -> Sequence[str]:
    """Why an order must not be touched now: what was received, cancelled or completed on it."""
    detail = await books.order(purchase_order)
    said = [
        f"line {line.get('Line')} has {line['MReceivedQty']} received"
        for line in detail.lines
        if number(line.get("MReceivedQty", "")) != 0
    ]
    if detail.header.get("OrderStatus") == CANCELLED:
        said.append("the order is cancelled")
    return said


async def _suppliers(books: Books, payload: SupplierAdd) -> Sequence[Sighting]:
    rows = await books.rows_under("ApSupplier", _SUPPLIER, "Supplier", payload.supplier)
    return [
        Sighting(
            syspro_key=payload.supplier,
            is_ours=True,
            is_equal=row["SupplierName"] == payload.name and row["Currency"] == payload.currency,
        )
        for row in rows
    ]


async def _orders(books: Books, payload: PurchaseOrderAdd) -> Sequence[Sighting]:
    by_key = Condition(column="CustomerPoNumber", value=payload.external_key)
    rows = list(await books.all_rows("PorMasterHdr", _ORDER, by_key))
    if payload.purchase_order is not None:
        known = {row["PurchaseOrder"] for row in rows}
        rows += [
            row
            for row in await books.rows_under(
                "PorMasterHdr", _ORDER, "PurchaseOrder", payload.purchase_order
            )
            if row["PurchaseOrder"] not in known
        ]
    found = []
    for row in rows:
        detail = await books.order(row["PurchaseOrder"])
        found.append(
            Sighting(
                syspro_key=detail.header["PurchaseOrder"],
                is_ours=row["CustomerPoNumber"] == payload.external_key,
                is_equal=not _unlike(payload, detail),
            )
        )
    return found


async def _changes(
    books: Books, payload: PurchaseOrderChange | PurchaseOrderCancel
) -> Sequence[Sighting]:
    detail = await books.order(payload.purchase_order)
    unlike = _unlike(payload, detail)
    if isinstance(payload, PurchaseOrderCancel):
        is_untouched = bool(unlike)
    else:
        is_untouched = all(_unlike_line(line, detail) for line in payload.lines)
    if is_untouched:
        return []
    return [Sighting(syspro_key=payload.purchase_order, is_ours=True, is_equal=not unlike)]


async def _invoices(books: Books, payload: InvoiceAdd) -> Sequence[Sighting]:
    rows = await books.all_rows(
        "ApInvoice",
        _INVOICE,
        Condition(column="Supplier", value=payload.supplier),
        Condition(column="Invoice", value=payload.invoice),
    )
    return [
        Sighting(
            syspro_key=f"{payload.supplier}|{payload.invoice}",
            is_ours=row["Reference"] == payload.external_key,
            is_equal=number(row["OrigInvValue"]) == payload.value,
        )
        for row in rows
    ]


def _unlike(
    payload: PurchaseOrderAdd | PurchaseOrderChange | PurchaseOrderCancel, detail: OrderDetail
) -> list[str]:
    """One sentence a line (or one for the whole) that SYSPRO holds otherwise than was sent."""
    if isinstance(payload, PurchaseOrderCancel):
        is_done = detail.header.get("OrderStatus") == CANCELLED
        return [] if is_done else ["the order is not cancelled"]
    said = [] if same_key(detail.header.get("Supplier", ""), payload.supplier) else ["supplier"]
    for line in payload.lines:
        said.extend(_unlike_line(line, detail))
    return said


def _unlike_line(line: OrderLine, detail: OrderDetail) -> list[str]:
    found = [row for row in detail.lines if row.get("MSupCatalogue") == line_key(line.item_id)]
    live = [row for row in found if row.get("MCompleteFlag") != "Y"]
    if line.action == "D":
        return [f"item {line.item_id} still stands"] if live else []
    if len(found) != 1:
        return [f"item {line.item_id} stands {len(found)} times"]
    row = found[0]
    prices = {number(row.get("MPrice", "")), number(row.get("MForeignPrice", ""))}
    wrong = []
    if number(row.get("MOrderQty", "")) != line.quantity:
        wrong.append(f"quantity {row.get('MOrderQty')} instead of {line.quantity}")
    if line.price not in prices:
        wrong.append(f"price {row.get('MPrice')} instead of {line.price}")
    if row.get("MStockCode") != line.stock_code:
        wrong.append(f"stock code {row.get('MStockCode')}")
    return [f"item {line.item_id}: {', '.join(wrong)}"] if wrong else []


def number(text: str) -> Decimal | None:
    """The number in a cell, thousands separators gone; None when there is none."""
    try:
        return Decimal(text.replace(",", "")) if text else Decimal(0)
    except InvalidOperation:
        return None
