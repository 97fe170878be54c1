"""PORTOI: purchase orders added, changed and cancelled (Transaction/Post).

One `Orders` block is the unit of success; there is no ApplyIfEntireDocumentValid; ValidateOnly
defaults to Y (syspro.md §3.1). Header rules are in `portoi_header`, line rules in `portoi_lines`.
Decisions (unverified): with automatic numbering a number given on an add is an error, with manual
numbering a missing or used number is one (120001, as for other duplicate keys); an order needs a
line unless the setup keeps headers without; a cancelled order cannot be changed, a complete one
only where the setup maintains completed orders; a change after which every line of goods
is complete completes the order; one with receipts cannot be cancelled; under
ValidateOnly Y the key comes back empty; faults stand under `Order`, those of a line under its
element name; OutputItemforDetailLines and the two text insertions change nothing.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented, receipts
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_key, shown_order, table_key
from engine.sandbox.syspro.ledger import CANCELLED, COMPLETE, Ledger, Order, number, text
from engine.sandbox.syspro.objects import portoi_lines
from engine.sandbox.syspro.objects.portoi_header import (
    change_header,
    new_header,
    new_key,
    working_day,
)
from engine.sandbox.syspro.objects.portoi_lines import LinePlan
from engine.sandbox.syspro.objects.portoi_order import Options
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row, whole

ROOT: Final = "PostPurchaseOrders"


@dataclass(slots=True, kw_only=True)
class _Plan:
    action: str
    supplier: str
    key: str = ""
    header: Row = field(default_factory=dict)
    lines: LinePlan = field(default_factory=LinePlan)
    faults: list[Fault] = field(default_factory=list)


def post(call: Call) -> str:
    """Each valid `Orders` block is in the ledger (unless ValidateOnly); the reply tells each."""
    warnings = call.parameter("IgnoreWarnings", "N")
    is_trial = call.parameter("ValidateOnly", "Y") != "N"
    reply = Reply(ROOT.lower(), "PORTOI")
    blocks = call.items(ROOT, "Orders")
    invalid = 0
    for position, block in enumerate(blocks, start=1):
        plan = _planned(call, block)
        is_refused = rejects(plan.faults, warnings)
        invalid += is_refused
        if not is_refused and not is_trial:
            _apply(call, plan)
        _write(reply, call.ledger, plan, position, warnings, is_refused=is_refused)
    reply.open("StatusofItems")
    reply.leaf("ItemsProcessed", f"{len(blocks) - invalid:06}")
    reply.leaf("ItemsInvalid", f"{invalid:06}")
    reply.close("StatusofItems")
    return reply.text()


def _write(
    reply: Reply, ledger: Ledger, plan: _Plan, position: int, warnings: str, *, is_refused: bool
) -> None:
    reply.open("Order")
    if is_refused:
        write_faults(reply, plan.faults, warnings)
        reply.leaf("ItemNumber", f"{position:06}")
    else:
        reply.open("Key")
        reply.leaf("PurchaseOrder", shown_order(ledger, plan.key))
        reply.close("Key")
        write_faults(reply, plan.faults, warnings)
        reply.leaf("ItemNumber", f"{position:06}")
        reply.leaf("OrderActionType", plan.action)
        reply.leaf("Supplier", shown_key(ledger, "Supplier", plan.supplier))
    reply.close("Order")


def _planned(call: Call, block: Element) -> _Plan:
    faults: list[Fault] = []
    header = Fields(block.path("OrderHeader"), faults, shown="{Orders}{OrderHeader}")
    action = header.choice("OrderActionType", "ACD", "A")
    if action == "A":
        return _plan_add(call, block, header)
    given = header.text("PurchaseOrder", 20, is_needed=True)
    order = call.ledger.order(given)
    if given and order is None:
        header.fault(invented.ORDER_NOT_FOUND, "PurchaseOrder", given)
    if order is None:
        return _Plan(action=action, supplier="", faults=faults)
    call.find_locked(header, "PurchaseOrder", "PorMasterHdr", text(order.header["PurchaseOrder"]))
    is_open_again = call.ledger.purchasing.maintains_completed_orders and action == "C"
    if order.header["OrderStatus"] == CANCELLED:
        header.fault(invented.ORDER_CANCELLED, "PurchaseOrder", given)
    elif order.header["OrderStatus"] == COMPLETE and not is_open_again:
        header.fault(invented.ORDER_COMPLETE, "PurchaseOrder", given)
    if action == "D":
        return _plan_cancel(order, header)
    return _plan_change(call, block, header, order)


def _plan_add(call: Call, block: Element, fields: Fields) -> _Plan:
    ledger = call.ledger
    shown = fields.text("Supplier", 15, is_needed=True)
    name = table_key(ledger, "Supplier", shown)
    supplier = ledger.tables["ApSupplier"].get((name,), {})
    if shown and not supplier:
        fields.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", shown)
    if supplier.get("OnHold") == "Y":
        fields.fault(invented.SUPPLIER_ON_HOLD, "Supplier", shown)
    if supplier.get("PurchOrdAllowed") == "N":
        fields.fault(invented.ORDERS_NOT_ALLOWED, "Supplier", shown)
    call.find_locked(fields, "Supplier", "ApSupplier", name)
    key = new_key(ledger, fields)
    header: Row = {"PurchaseOrder": key, **new_header(call, fields, supplier)}
    lines = portoi_lines.plan(
        ledger, block.path("OrderDetails"), header, (), _options(call), fields.faults
    )
    needs_lines = not ledger.purchasing.keeps_headers_without_lines
    if needs_lines and not lines.put and not fields.faults:
        fields.fault(invented.NO_LINES, "OrderDetails", "")
    if call.parameter("CalcDueDate", "N") == "Y" and not fields.element.value("DueDate"):
        header["OrderDueDate"] = max(
            (due for due in (line.get("MLatestDueDate") for line in lines.put) if due is not None),
            key=str,
            default=header["OrderDueDate"],
        )
    header["NextDetailLine"] = Decimal(lines.next_line)
    return _Plan(
        action="A", supplier=name, key=key, header=header, lines=lines, faults=fields.faults
    )


def _options(call: Call) -> Options:
    return Options(
        non_stocked=call.parameter("AllowNonStockItems", "N"),
        allows_zero_price=call.parameter("AllowZeroPrice", "N") == "Y",
        allows_blank_ledger=call.parameter("AllowBlankLedgerCode", "Y") == "Y",
        allows_blanket=call.parameter("AllowPoWhenBlanketPo", "N") == "Y",
        has_lead_time=call.parameter("CalcDueDate", "N") == "Y",
        working_day=lambda day: working_day(call, day),
    )


def _plan_cancel(order: Order, fields: Fields) -> _Plan:
    """The whole order is cancelled; its lines stay as they are, outstanding (recorded PORQRY)."""
    shown = fields.text("PurchaseOrder", 20)
    if any(number(line["MReceivedQty"]) for line in order.lines):
        fields.fault(invented.ORDER_RECEIVED, "PurchaseOrder", shown)
    header = {
        **order.header,
        "OrderStatus": CANCELLED,
        "CancelledFlag": "Y",
        "ActiveFlag": "N",
    }
    return _Plan(
        action="D",
        supplier=text(order.header["Supplier"]),
        key=text(order.header["PurchaseOrder"]),
        header=header,
        faults=fields.faults,
    )


def _plan_change(call: Call, block: Element, fields: Fields, order: Order) -> _Plan:
    ledger = call.ledger
    header = whole(order.header)
    key, supplier = text(header["PurchaseOrder"]), text(header["Supplier"])
    change_header(call, fields, header)
    details = block.path("OrderDetails")
    is_held = ledger.tables["ApSupplier"].get((supplier,), {}).get("OnHold") == "Y"
    if is_held and any((line.value("LineActionType") or "A") == "A" for line in details.children):
        fields.fault(invented.SUPPLIER_ON_HOLD, "Supplier", supplier)
    lines = portoi_lines.plan(ledger, details, header, order.lines, _options(call), fields.faults)
    if fields.choice("ApplyDueDateToLines", "NAL", "N") != "N" and fields.has("DueDate"):
        lines.move_due_date(order.lines, header["OrderDueDate"])
    header["NextDetailLine"] = Decimal(lines.next_line)
    return _Plan(
        action="C", supplier=supplier, key=key, header=header, lines=lines, faults=fields.faults
    )


def _apply(call: Call, plan: _Plan) -> None:
    ledger = call.ledger
    if not plan.key:
        supplier = ledger.tables["ApSupplier"].get((plan.supplier,), {})
        warehouse, branch = text(plan.header.get("Warehouse")), text(supplier.get("Branch"))
        plan.key = ledger.next_order_key(warehouse, branch)
    details = ledger.tables["PorMasterDetail"]
    header = ledger.tables["PorMasterHdr"].put({**plan.header, "PurchaseOrder": plan.key})
    for key in dict.fromkeys(plan.lines.delete):
        del details[key]
    for line in plan.lines.put:
        details.put({**line, "PurchaseOrder": plan.key})
    if plan.action == "C":
        header = ledger.tables["PorMasterHdr"].put(
            receipts.header_after(
                header,
                details.where("PurchaseOrder", plan.key),
                ledger.today(),
                keeps_status=ledger.purchasing.maintains_completed_orders,
            )
        )
    ledger.wrote(
        "order",
        (plan.key,),
        business_object="PORTOI",
        action=plan.action,
        operator=call.operator,
        rows={
            "PorMasterHdr": [header],
            "PorMasterDetail": details.where("PurchaseOrder", plan.key),
        },
    )
