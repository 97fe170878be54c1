"""Is a purchase order in SYSPRO as we wished? By our key, by our lines, by the order itself.

An order that we add is found by our key in CustomerPoNumber (and by number where we give it), a
change or a cancellation by the order itself (reliability.md §4.3).
"""

from collections.abc import Mapping, Sequence

from engine.core.commands import (
    OrderStatusChange,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
)
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence.cells import ReadBack, number, same_cell, unlike
from engine.syspro.evidence.order_lines import (
    OtherLine,
    bindings,
    moved_goods,
    moved_others,
    other_bindings,
    unlike_lines,
)
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.comfnd import Condition
from engine.syspro.objects.fields import ADDRESS_LINES
from engine.syspro.objects.porqry import OrderDetail

OrderPayload = PurchaseOrderAdd | PurchaseOrderChange | PurchaseOrderCancel | OrderStatusChange

CANCELLED = "*"
_ORDER = ("PurchaseOrder", "CustomerPoNumber", "Supplier", "OrderStatus")
_HEADER = (
    "OrderStatus",
    "OrderDueDate",
    "Buyer",
    "TermsCode",
    "PaymentTerms",
    "ShippingInstrs",
    "DeliveryName",
    "DeliveryAddr1",
    "DeliveryAddr2",
    "DeliveryAddr3",
    "DeliveryAddr4",
    "DeliveryAddr5",
    "PostalCode",
)
"""What of PorMasterHdr an order's change may set; PORQRY does not tell all of it."""


async def added_orders(books: Books, payload: PurchaseOrderAdd) -> Sequence[Sighting]:
    """Every order under our key, and the one under the number that we gave."""
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
                is_equal=not unlike_order(payload, detail),
            )
        )
    return found


async def changed_orders(
    books: Books, payload: PurchaseOrderChange | PurchaseOrderCancel | OrderStatusChange
) -> Sequence[Sighting]:
    """The order once any part of the change is there; nothing while none is.

    Lines decide; the header's fields only where no line is changed, for one of them may have
    read as wished before.
    """
    detail = await _order(books, payload, payload.purchase_order)
    said = unlike_order(payload, detail)
    if isinstance(payload, PurchaseOrderChange):
        lines = unlike_lines(payload, detail)
        is_untouched = all(lines) if lines else bool(said)
    else:
        is_untouched = bool(said)
    if is_untouched:
        return []
    return [Sighting(syspro_key=payload.purchase_order, is_ours=True, is_equal=not said)]


async def order_read_back(books: Books, payload: OrderPayload, syspro_key: str) -> ReadBack:
    """The order as it reads now, with the numbers of our lines."""
    detail = await _order(books, payload, syspro_key)
    lines = bindings(detail)
    if isinstance(payload, PurchaseOrderAdd | PurchaseOrderChange):
        lines = {**lines, **other_bindings(payload, detail)}
    return ReadBack(differences=tuple(unlike_order(payload, detail)), lines=lines)


async def order_hindrances(
    books: Books, payload: PurchaseOrderChange | PurchaseOrderCancel | OrderStatusChange
) -> Sequence[str]:
    """Why the order must not be touched now; what the plan saw decides where it says it.

    A change that says nothing of what it saw, and a cancellation, need an order of which nothing
    was received.
    """
    detail = await _order(books, payload, payload.purchase_order)
    said = []
    if detail.header.get("OrderStatus") == CANCELLED:
        said.append("the order is cancelled")
    if isinstance(payload, OrderStatusChange):
        return [*said, *unlike(payload.seen, detail.header, "order")]
    if isinstance(payload, PurchaseOrderCancel):
        return [*_received(detail), *said]
    if not _has_seen(payload):
        return [*_received(detail), *said, *moved_others(payload, detail)]
    said.extend(unlike(payload.seen, detail.header, "order"))
    said.extend(moved_goods(payload, detail))
    said.extend(moved_others(payload, detail))
    return said


def unlike_order(payload: OrderPayload, detail: OrderDetail) -> Sequence[str]:
    """One sentence for each part of the order that SYSPRO holds otherwise than was sent."""
    if isinstance(payload, PurchaseOrderCancel):
        is_done = detail.header.get("OrderStatus") == CANCELLED
        return [] if is_done else ["the order is not cancelled"]
    if isinstance(payload, OrderStatusChange):
        status = detail.header.get("OrderStatus", "")
        return [] if status == payload.status else [f"the order's status is {status}"]
    said = [] if same_key(detail.header.get("Supplier", ""), payload.supplier) else ["supplier"]
    said.extend(
        f"{column} is {detail.header.get(column, '')!r}"
        for column, value in _header_cells(payload).items()
        if not same_cell(value, detail.header.get(column, ""))
    )
    for line in unlike_lines(payload, detail):
        said.extend(line)
    return said


def _header_cells(payload: PurchaseOrderAdd | PurchaseOrderChange) -> Mapping[str, str]:
    """What the header should say of the fields that were sent, by the names of its columns."""
    cells = {
        "Buyer": payload.buyer,
        "PaymentTerms": payload.payment_terms,
        "ShippingInstrs": payload.shipping_instructions,
        "DeliveryName": payload.delivery_name,
        "PostalCode": payload.postal_code,
    }
    if isinstance(payload, PurchaseOrderChange):
        cells["TermsCode"] = payload.terms_code
        cells["OrderDueDate"] = payload.due_on.isoformat() if payload.due_on is not None else ""
        cells["OrderStatus"] = "1" if payload.is_made_ready_to_print else ""
    said = {column: text for column, text in cells.items() if text}
    address = payload.delivery_address
    if address and isinstance(payload, PurchaseOrderChange):
        address = (*address, *[""] * (ADDRESS_LINES - len(address)))
    return said | {f"DeliveryAddr{place}": line for place, line in enumerate(address, 1)}


async def _order(books: Books, payload: OrderPayload, purchase_order: str) -> OrderDetail:
    """The order by PORQRY; for a change of its header with what the table holds of it besides."""
    detail = await books.order(purchase_order)
    if not isinstance(payload, PurchaseOrderChange):
        return detail
    if not payload.seen and not _header_cells(payload):
        return detail
    rows = await books.rows_under("PorMasterHdr", _HEADER, "PurchaseOrder", purchase_order)
    header = {**detail.header, **(rows[0] if rows else {})}
    return OrderDetail(header=header, lines=detail.lines, others=detail.others)


def _has_seen(payload: PurchaseOrderChange) -> bool:
    others: Sequence[OtherLine] = (*payload.charge_lines, *payload.comment_lines)
    seen = [line.seen for line in payload.lines] + [line.seen for line in others]
    return bool(payload.seen) or any(seen)


def _received(detail: OrderDetail) -> Sequence[str]:
    return [
        f"line {line.get('Line')} has {line['MReceivedQty']} received"
        for line in detail.lines
        if number(line.get("MReceivedQty", "")) != 0
    ]
