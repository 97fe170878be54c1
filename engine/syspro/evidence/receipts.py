"""Is a receipt of goods in SYSPRO as we wished? By our key in GrnDetails.DeliveryNote.

A receipt may leave no GrnDetails row (a supplier without GRN matching, unverified). Then the
line's received quantity tells whether anything came in since the receipt was planned: if so a
person decides, for it may be ours.
"""

from collections.abc import Mapping, Sequence

from engine.core.commands import ReceiptAdd
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence.cells import number
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.comfnd import Condition

_GRN = ("Grn", "PurchaseOrder", "PurchaseOrderLin", "QtyReceived", "DeliveryNote")


async def added_receipts(books: Books, payload: ReceiptAdd) -> Sequence[Sighting]:
    """The goods receipts under our key; without one, the line once more of it was received."""
    found = await _under_our_key(books, payload)
    if found:
        return found
    line = await _line(books, payload)
    if number(line.get("MReceivedQty", "")) == payload.received_before:
        return []
    return [Sighting(syspro_key=payload.purchase_order, is_ours=False, is_equal=False)]


async def receipt_differences(books: Books, payload: ReceiptAdd) -> Sequence[str]:
    """What reads otherwise than was received; the line decides where no GRN is kept."""
    found = await _under_our_key(books, payload)
    if found:
        return [] if all(sighting.is_equal for sighting in found) else ["other values"]
    line = await _line(books, payload)
    wanted, now = payload.received_before + payload.quantity, line.get("MReceivedQty", "")
    return [] if number(now) == wanted else [f"{now} received instead of {wanted}"]


async def receipt_hindrances(books: Books, payload: ReceiptAdd) -> Sequence[str]:
    """Why the goods must not be received now: it is done, others came in, or too much would be."""
    if await _under_our_key(books, payload):
        return ["a receipt under our key is there already"]
    line = await _line(books, payload)
    if not line:
        return [f"line {payload.line} is not there"]
    received, ordered = (number(line.get(name, "")) for name in ("MReceivedQty", "MOrderQty"))
    said = []
    if received != payload.received_before:
        said.append(f"{received} received, seen was {payload.received_before}")
    if line.get("MCompleteFlag") == "Y":
        said.append(f"line {payload.line} is complete")
    if ordered is None or payload.received_before + payload.quantity > ordered:
        said.append(f"more than the {ordered} ordered would be received")
    return said


async def _under_our_key(books: Books, payload: ReceiptAdd) -> Sequence[Sighting]:
    by_key = Condition(column="DeliveryNote", value=payload.external_key)
    rows = await books.all_rows("GrnDetails", _GRN, by_key)
    return [
        Sighting(
            syspro_key=row["Grn"],
            is_ours=True,
            is_equal=same_key(row["PurchaseOrder"], payload.purchase_order)
            and number(row["PurchaseOrderLin"]) == payload.line
            and number(row["QtyReceived"]) == payload.quantity,
        )
        for row in rows
    ]


async def _line(books: Books, payload: ReceiptAdd) -> Mapping[str, str]:
    detail = await books.order(payload.purchase_order)
    return next((row for row in detail.lines if row.get("Line") == str(payload.line)), {})
