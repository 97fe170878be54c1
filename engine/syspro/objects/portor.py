"""PORTOR, goods of one order line received by Transaction/Post (syspro.md §3.3).

Nothing refuses a second receipt (command class Q): K stands in DeliveryNote, the GRN is SYSPRO's.
Cost basis P, the purchase price; GRN matching stays as the supplier has it. Widths of Reference
and Notation (30) are unverified. A reply need not count its items (recorded). Pure.
"""

from engine.core.commands import ReceiptAdd
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
)
from engine.syspro.objects.fields import (
    XmlIn,
    flag,
    line_number,
    optional,
    parameters,
    present,
    quantity,
    required,
)

ROOT = "PostPurchaseOrderReceipts"
DELIVERY_NOTE = 20


def render(payload: ReceiptAdd) -> XmlIn:
    """The call that receives the goods; raises `Malformed` for what does not fit."""
    if payload.quantity <= 0:
        raise Malformed("Quantity of a receipt must be above zero")
    values = [
        ("TransactionDate", payload.received_on.isoformat()),
        ("IgnoreWarnings", "W" if payload.is_unprinted_allowed else "N"),
        ("NonStockedWhToUse", ""),
        ("GRNMatchingAction", "A"),
        ("AllowBlankSupplier", "N"),
        ("ApplyIfEntireDocumentValid", "Y"),
        ("ValidateOnly", "N"),
        ("ManualSerialTransfersAllowed", "N"),
        ("IgnoreAnalysis", "Y"),
    ]
    fields = present(
        required("PurchaseOrder", payload.purchase_order, 20),
        line_number("PurchaseOrderLine", payload.line, "the receipt"),
        quantity("Quantity", payload.quantity),
        required("UnitOfMeasure", payload.unit, 10),
        required("DeliveryNote", payload.external_key, DELIVERY_NOTE),
        ("CostBasis", "P"),
        ("SwitchOnGRNMatching", "N"),
        optional("Reference", payload.reference, 30),
        flag("PurchaseOrderLineComplete", payload.is_line_completed),
        optional("Notation", payload.notation, 30),
    )
    return XmlIn(
        business_object="PORTOR",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Item", [("Receipt", fields)])]),
    )


def read(payload: ReceiptAdd, text: str) -> PostReply:
    """What the reply says about our receipt; order and line echoed must be ours.

    The key is the GRN, or year, month, journal and entry where SYSPRO gave out no GRN. A warning
    may stand in a Receipt of its own, which names neither order nor GRN.
    """
    taken = about_one(text, ROOT, "item", "one receipt")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    receipts = item.find_all("receipt")
    received = [node for node in receipts if node.text_at("grn") or node.text_at("purchaseorder")]
    if len(received) > 1:
        return Unreadable(text="more than one receipt in the reply")
    if not received:
        return settled(answer, "", {}, is_echo=False)
    order, line = (received[0].text_at(name) for name in ("purchaseorder", "purchaseorderline"))
    if order and not same_key(order, payload.purchase_order):
        return Unreadable(text=f"the reply is about order {order[:20]}")
    if line and not same_key(line, str(payload.line)):
        return Unreadable(text=f"the reply is about line {line[:20]}")
    names = ("JnlYear", "JnlMonth", "Journal", "EntryNumber")
    keys = {name: item.text_at(f"key/{name}") for name in names}
    grn = received[0].text_at("grn")
    journal = "/".join(keys.values()) if keys["Journal"] else ""
    return settled(answer, grn or journal, {"Grn": grn, **keys}, is_echo=False)
