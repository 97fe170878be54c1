"""PORTOS: the status of a purchase order changed (Transaction/Post; syspro.md §3.1).

The reply keeps its root in PascalCase and spells `StatusofItems` (documented). Decisions
(unverified): 0, 1 and 4 can be set, 0 only with the parameter StatusInProcess Y; a cancelled or
complete order keeps its status; WarnIfSupplierOnHold Y makes a supplier on hold a warning;
ValidateOnly defaults to N and ApplyIfEntireDocumentValid to Y, as in the other posting objects.
"""

from dataclasses import dataclass
from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_order
from engine.sandbox.syspro.ledger import CANCELLED, COMPLETE, Order, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply

ROOT: Final = "PostPorOrderStatus"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    given: str
    order: Order | None
    status: str
    faults: list[Fault]


def post(call: Call) -> str:
    """The orders of valid items have their new status; the reply tells each."""
    warnings = call.parameter("IgnoreWarnings", "N")
    plans = [_planned(call, item) for item in call.items(ROOT, "Item")]
    bad = [rejects(plan.faults, warnings) for plan in plans]
    is_stopped = call.parameter("ApplyIfEntireDocumentValid", "Y") == "Y" and any(bad)
    if call.parameter("ValidateOnly", "N") != "Y" and not is_stopped:
        for plan, is_bad in zip(plans, bad, strict=True):
            if not is_bad:
                _apply(call, plan)
    reply = Reply(ROOT, "PORTOS")
    for position, (plan, is_bad) in enumerate(zip(plans, bad, strict=True), start=1):
        reply.open("Item")
        if not is_bad and plan.order is not None:
            key = text(plan.order.header["PurchaseOrder"])
            reply.leaf("PurchaseOrder", shown_order(call.ledger, key))
            reply.leaf("NewOrderStatus", plan.status)
        write_faults(reply, plan.faults, warnings)
        if is_bad:
            reply.leaf("ItemNumber", f"{position:06}")
        reply.close("Item")
    reply.open("StatusofItems")
    reply.leaf("ItemsProcessed", f"{len(plans) - sum(bad):06}")
    reply.leaf("ItemsInvalid", f"{sum(bad):06}")
    reply.close("StatusofItems")
    return reply.text()


def _planned(call: Call, item: Element) -> _Plan:
    fields = Fields(item, [])
    given = fields.text("PurchaseOrder", 20, is_needed=True)
    order = call.ledger.order(given)
    status = fields.text("NewOrderStatus", 1, is_needed=True)
    allowed = "014" if call.parameter("StatusInProcess", "N") == "Y" else "14"
    if status and status not in allowed:
        fields.fault(invented.STATUS_NOT_ALLOWED, "NewOrderStatus", status)
    if given and order is None:
        fields.fault(invented.ORDER_NOT_FOUND, "PurchaseOrder", given)
    if order is not None:
        call.find_locked(
            fields, "PurchaseOrder", "PorMasterHdr", text(order.header["PurchaseOrder"])
        )
        if order.header["OrderStatus"] == CANCELLED:
            fields.fault(invented.ORDER_CANCELLED, "PurchaseOrder", given)
        elif order.header["OrderStatus"] == COMPLETE:
            fields.fault(invented.ORDER_COMPLETE, "PurchaseOrder", given)
        code = text(order.header["Supplier"])
        is_held = call.ledger.tables["ApSupplier"].get((code,), {}).get("OnHold") == "Y"
        if is_held and call.parameter("WarnIfSupplierOnHold", "N") == "Y":
            fields.fault(invented.SUPPLIER_HOLD_WARNING, "PurchaseOrder", given, code)
    return _Plan(given=given, order=order, status=status, faults=fields.faults)


def _apply(call: Call, plan: _Plan) -> None:
    if plan.order is None:
        return
    table = call.ledger.tables["PorMasterHdr"]
    row = table.put({**plan.order.header, "OrderStatus": plan.status})
    call.ledger.wrote(
        "order",
        (text(row["PurchaseOrder"]),),
        business_object="PORTOS",
        action=plan.status,
        operator=call.operator,
        rows={"PorMasterHdr": [row], "PorMasterDetail": plan.order.lines},
    )
