"""PORTOS, the status of one purchase order by Transaction/Post (syspro.md §3.1).

A status is absolute, so a repeat changes nothing (command class U). Its reply keeps a PascalCase
root, and a refused item names no order. Defaults are not documented: all is said. Pure.
"""

from engine.core.commands import OrderStatusChange
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
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
    taken = about_one(text, ROOT, "item", "one order's status")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    key = item.text_at("purchaseorder")
    status = item.text_at("neworderstatus")
    if key and not same_key(key, payload.purchase_order):
        return Unreadable(text=f"the reply is about order {key[:20]}")
    if status and status != payload.status:
        return Unreadable(text=f"the reply is about status {status[:20]}")
    return settled(answer, key, {"PurchaseOrder": key}, is_echo=True)
