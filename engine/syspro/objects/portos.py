"""PORTOS, the status of one purchase order by Transaction/Post (syspro.md §3.1).

A status is absolute, so a repeat changes nothing (command class U). Its reply keeps a PascalCase
root, and a refused item names no order. Defaults are not documented: all is said. Pure.
"""

from engine.core.commands import OrderStatusChange
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    same_key,
    settled,
    take_apart,
    unreadable,
)
from engine.syspro.objects.fields import XmlIn, flag, parameters, required

ROOT = "PostPorOrderStatus"


def render(payload: OrderStatusChange) -> XmlIn:
    """The call that sets the order's status; raises `Malformed` for what does not fit."""
    values = [
        ("ValidateOnly", "N"),
        ("IgnoreWarnings", "N"),
        ("ApplyIfEntireDocumentValid", "Y"),
        ("WarnIfSupplierOnHold", "N"),
        flag("StatusInProcess", payload.status == "0"),
    ]
    fields = [
        required("PurchaseOrder", payload.purchase_order, 20),
        required("NewOrderStatus", payload.status, 1),
    ]
    return XmlIn(
        business_object="PORTOS",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def read(payload: OrderStatusChange, text: str) -> PostReply:
    """What the reply says about our order; order and status echoed must be ours."""
    try:
        answer = take_apart(text)
    except Malformed as error:
        return unreadable(error)
    items = answer.root.find_all("item")
    if answer.root.tag != ROOT.lower() or len(items) > 1:
        return Unreadable(text=f"not a reply about one order's status: {answer.root.name[:40]}")
    key = items[0].text_at("purchaseorder") if items else ""
    status = items[0].text_at("neworderstatus") if items else ""
    if key and not same_key(key, payload.purchase_order):
        return Unreadable(text=f"the reply is about order {key[:20]}")
    if status and status != payload.status:
        return Unreadable(text=f"the reply is about status {status[:20]}")
    return settled(answer, key, {"PurchaseOrder": key}, is_echo=True)
