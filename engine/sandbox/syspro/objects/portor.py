"""PORTOR: goods received against purchase orders (Transaction/Post).

An item holds one Receipt, ReceiptIntoInspection or ReceiptFromInspection (syspro.md §3.3). The
reply to a receipt into inspection is recorded (no StatusOfItems), that to a normal receipt is
documented. Rules: ApplyIfEntireDocumentValid defaults to Y, ValidateOnly to N; the line is named by
number or by warehouse and stock code; CostBasis is mandatory on a receipt; an order not yet printed
is a warning; a TransactionDate in a closed period is refused (§5); DebitLedgerCode counts for
non-stocked lines only; under GRNMatchingAction R the supplier must be set for GRN matching or the
receipt switch it on. Decisions (unverified): M takes Cost as the unit price in the order's
currency, the other bases take the order's price; more than is outstanding is a warning; goods from
inspection keep their GRN.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_key, shown_order, table_key
from engine.sandbox.syspro.ledger import CANCELLED, COMPLETE, Order, number, text
from engine.sandbox.syspro.receipts import MERCHANDISE, NON_STOCKED_LINE, Receipt
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "PostPurchaseOrderReceipts"
_COST_BASES: Final = "CTMPX"
_KINDS: Final = ("Receipt", "ReceiptIntoInspection", "ReceiptFromInspection")


@dataclass(slots=True, kw_only=True)
class _Plan:
    kind: Literal["Receipt", "ReceiptIntoInspection", "ReceiptFromInspection", ""]
    order: Order | None = None
    line: Row = field(default_factory=dict)
    quantity: Decimal = Decimal(0)
    on: date | None = None
    lot: str = ""
    details: Receipt = field(default_factory=Receipt)
    counted: Row = field(default_factory=dict)
    grn: Row = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def post(call: Call) -> str:
    """Goods of valid items are received, all items or each by itself; the reply tells each.

    All are validated before the first is received (syspro.md §3.0); each is then received upon what
    the ones before it have left.
    """
    warnings = call.parameter("IgnoreWarnings", "N")
    all_or_none = call.parameter("ApplyIfEntireDocumentValid", "Y") == "Y"
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    items = call.items(ROOT, "Item")
    if is_trial or (all_or_none and len(items) > 1):
        plans = [_planned(call, item) for item in items]
        if is_trial or any(rejects(plan.faults, warnings) for plan in plans):
            return _reply(call, plans, warnings)
    return _reply(call, [_posted(call, item, warnings) for item in items], warnings)


def _posted(call: Call, item: Element, warnings: str) -> _Plan:
    """The item planned on the ledger as the items before it left it, and applied if it may be."""
    plan = _planned(call, item)
    if not rejects(plan.faults, warnings):
        _apply(call, plan)
    return plan


def _reply(call: Call, plans: list[_Plan], warnings: str) -> str:
    reply = Reply(ROOT.lower(), "PORTOR")
    invalid = sum(rejects(plan.faults, warnings) for plan in plans)
    for position, plan in enumerate(plans, start=1):
        reply.open("Item")
        if rejects(plan.faults, warnings):
            write_faults(reply, plan.faults, warnings)
            reply.leaf("ItemNumber", f"{position:06}")
        elif plan.kind == "Receipt":
            _write_receipt(call, reply, plan, position)
            write_faults(reply, plan.faults, warnings)
        else:
            _write_inspection(call, reply, plan)
            write_faults(reply, plan.faults, warnings)
            reply.leaf("ItemNumber", f"{position:06}")
        reply.close("Item")
    if invalid or any(plan.kind == "Receipt" for plan in plans):
        reply.open("StatusOfItems")
        reply.leaf("ItemsProcessed", f"{len(plans) - invalid:06}")
        reply.leaf("ItemsInvalid", f"{invalid:06}")
        reply.close("StatusOfItems")
    return reply.text()


def _write_inspection(call: Call, reply: Reply, plan: _Plan) -> None:
    order = text(plan.line.get("PurchaseOrder"))
    reply.open("Key")
    reply.leaf("PurchaseOrder", shown_order(call.ledger, order))
    reply.leaf("Line", f"{int(number(plan.line.get('Line'))):04}")
    reply.leaf("Grn", shown_key(call.ledger, "Grn", text(plan.counted.get("Grn"))))
    reply.leaf("LotNumber", plan.lot)
    reply.close("Key")


def _write_receipt(call: Call, reply: Reply, plan: _Plan, position: int) -> None:
    ledger, grn = call.ledger, plan.grn
    reply.open("Receipt")
    reply.leaf("GRN", shown_key(ledger, "Grn", text(grn.get("Grn"))))
    reply.leaf("LotNumber", plan.lot)
    reply.leaf("PurchaseOrder", shown_order(ledger, text(plan.line.get("PurchaseOrder"))))
    reply.leaf("PurchaseOrderLine", f"{int(number(plan.line.get('Line'))):04}")
    reply.close("Receipt")
    reply.leaf("ItemNumber", f"{position:06}")
    reply.open("Key")
    if grn:
        reply.leaf("JnlYear", f"{number(grn['GrnYear']):.0f}")
        reply.leaf("JnlMonth", f"{int(number(grn['GrnMonth'])):02}")
        reply.leaf("Journal", f"{int(number(grn['Journal'])):05}")
        reply.leaf("EntryNumber", f"{int(number(grn['JournalEntry'])):05}")
        reply.leaf("Warehouse", text(grn["Warehouse"]))
    reply.open("GlJournal")
    for name in ("GlYear", "GlPeriod", "GlJournal"):
        reply.leaf(name)
    reply.close("GlJournal")
    reply.close("Key")


def _planned(call: Call, item: Element) -> _Plan:
    for kind in _KINDS:
        element = item.first(kind)
        if element is not None:
            faults: list[Fault] = []
            fields = Fields(element, faults, path=(kind,), shown=f"{{Item}}{{{kind}}}")
            if kind == "ReceiptFromInspection":
                return _from_inspection(call, fields)
            return _of_order(call, fields, is_counted_only=kind == "ReceiptIntoInspection")
    return _Plan(kind="", faults=[invented.NO_RECEIPT.at("Item", "")])


def _of_order(call: Call, fields: Fields, *, is_counted_only: bool) -> _Plan:
    ledger = call.ledger
    plan = _Plan(
        kind="ReceiptIntoInspection" if is_counted_only else "Receipt",
        faults=fields.faults,
        lot=fields.text("Lot", 50),
        on=_day(call, fields),
    )
    given = fields.text("PurchaseOrder", 20, is_needed=True)
    plan.order = ledger.order(given)
    if given and plan.order is None:
        fields.fault(invented.ORDER_NOT_FOUND, "PurchaseOrder", given)
    if plan.order is None:
        return plan
    _check_order(call, fields, plan.order, given)
    plan.line = _line(call, fields, plan.order)
    plan.quantity = _quantity(fields, plan.line)
    plan.details = _details(call, fields, plan.line, is_costed=not is_counted_only)
    return plan


def _day(call: Call, fields: Fields) -> date:
    parameters = Fields(call.parameters.path("Parameters"), fields.faults)
    on = parameters.day("TransactionDate") or call.ledger.today()
    period = call.ledger.period_of(on)
    if not period.is_open:
        shown = f"{period.month:02}/{period.year}"
        parameters.fault(invented.PERIOD_CLOSED, "TransactionDate", str(on), str(on), shown)
    return on


def _check_order(call: Call, fields: Fields, order: Order, given: str) -> None:
    ledger, header = call.ledger, order.header
    call.find_locked(fields, "PurchaseOrder", "PorMasterHdr", text(header["PurchaseOrder"]))
    if header["OrderStatus"] == CANCELLED:
        fields.fault(invented.ORDER_CANCELLED, "PurchaseOrder", given)
    elif header["OrderStatus"] == COMPLETE:
        fields.fault(invented.ORDER_COMPLETE, "PurchaseOrder", given)
    elif header["OrderStatus"] in ("0", "1"):
        fields.fault(invented.NOT_PRINTED, "PurchaseOrder", given)
    code = text(header["Supplier"])
    supplier = ledger.tables["ApSupplier"].get((code,), {})
    is_matching = supplier.get("GrnMatchReqd") == "Y"
    is_matching = is_matching or fields.choice("SwitchOnGRNMatching", "NY", "N") == "Y"
    if call.parameter("GRNMatchingAction", "A") == "R" and not is_matching:
        fields.fault(invented.NO_GRN_MATCHING, "PurchaseOrder", given, code)


def _line(call: Call, fields: Fields, order: Order) -> Row:
    wanted = fields.number("PurchaseOrderLine", 4, 0)
    stock_code = table_key(call.ledger, "StockCode", fields.text("StockCode", 30))
    warehouse = fields.text("Warehouse", 10)
    for line in order.lines:
        if line["LineType"] not in MERCHANDISE:
            continue
        if wanted is not None and line["Line"] != wanted:
            continue
        if wanted is None and (line["MStockCode"], line["MWarehouse"]) != (stock_code, warehouse):
            continue
        if line["MCompleteFlag"] == "Y":
            fields.fault(invented.LINE_COMPLETE, "PurchaseOrderLine", str(line["Line"]))
        return line
    shown = fields.element.value("PurchaseOrderLine") or stock_code
    order_shown = shown_order(call.ledger, text(order.header["PurchaseOrder"]))
    fields.fault(invented.LINE_NOT_FOUND, "PurchaseOrderLine", shown, shown, order_shown)
    return {}


def _quantity(fields: Fields, line: Row) -> Decimal:
    quantity = fields.number("Quantity", 12, 6)
    if quantity is None and not fields.element.value("Quantity"):
        fields.fault(refusals.BLANK, "Quantity", "", "{Item}{Receipt}{Quantity}")
    elif quantity is not None and quantity <= 0:
        fields.fault(invented.NEGATIVE, "Quantity", str(quantity), str(quantity), "Quantity")
    elif quantity is not None and line:
        left = number(line["MOrderQty"]) - number(line["MReceivedQty"])
        if quantity > left:
            shown = f"{quantity:f}"
            fields.fault(invented.OVER_RECEIPT, "Quantity", shown, shown, f"{left.normalize():f}")
    return quantity or Decimal(0)


def _details(call: Call, fields: Fields, line: Row, *, is_costed: bool) -> Receipt:
    basis = fields.choice("CostBasis", _COST_BASES)
    if is_costed and not basis and not fields.element.value("CostBasis"):
        fields.fault(refusals.BLANK, "CostBasis", "", "{Item}{Receipt}{CostBasis}")
    cost = fields.number("Cost", 10, 5) if basis == "M" else None
    if basis == "M" and cost is None:
        fields.fault(refusals.BLANK, "Cost", "", "{Item}{Receipt}{Cost}")
    grn = table_key(call.ledger, "Grn", fields.text("GRNNumber", 20))
    if grn and call.ledger.tables["GrnDetails"].where("Grn", grn):
        fields.fault(invented.GRN_ON_FILE, "GRNNumber", grn, fields.element.value("GRNNumber"))
    fields.choice("GRNSource", "12345")
    debit = ""
    if line.get("LineType") == NON_STOCKED_LINE:
        debit = fields.text("DebitLedgerCode", 35)
    if debit and (call.ledger.company, debit) not in call.ledger.tables["GenMaster"]:
        fields.fault(invented.LEDGER_NOT_FOUND, "DebitLedgerCode", debit)
    return Receipt(
        grn=grn,
        delivery_note=fields.text("DeliveryNote", 20),
        unit_price=cost,
        debit_account=debit,
        closes_line=fields.choice("PurchaseOrderLineComplete", "NY", "N") == "Y",
    )


def _from_inspection(call: Call, fields: Fields) -> _Plan:
    ledger = call.ledger
    plan = _Plan(kind="ReceiptFromInspection", faults=fields.faults, on=_day(call, fields))
    given = fields.text("GRNNumber", 20, is_needed=True)
    counted = ledger.tables["PorInspection"].get((table_key(ledger, "Grn", given),))
    if counted is None:
        if given:
            fields.fault(invented.NOT_IN_INSPECTION, "GRNNumber", given)
        return plan
    plan.counted, plan.lot = counted, text(counted["Lot"])
    plan.order = ledger.order(text(counted["PurchaseOrder"]))
    lines = plan.order.lines if plan.order is not None else ()
    plan.line = next((line for line in lines if line["Line"] == counted["Line"]), {})
    plan.quantity = _quantity(fields, plan.line)
    if plan.quantity > number(counted["Quantity"]):
        shown = (f"{plan.quantity:f}", f"{number(counted['Quantity']).normalize():f}")
        fields.faults.append(
            Fault(
                path=("ReceiptFromInspection", "Quantity"),
                value=shown[0],
                number=invented.OVER_RECEIPT.number,
                text=invented.OVER_RECEIPT.text.format(*shown),
            )
        )
    details = _details(call, fields, plan.line, is_costed=True)
    plan.details = Receipt(
        grn=text(counted["Grn"]),
        delivery_note=details.delivery_note or text(counted["DeliveryNote"]),
        unit_price=details.unit_price,
        debit_account=details.debit_account,
    )
    return plan


def _apply(call: Call, plan: _Plan) -> None:
    ledger = call.ledger
    order = text(plan.line["PurchaseOrder"])
    if plan.kind == "ReceiptIntoInspection":
        plan.counted = ledger.tables["PorInspection"].put(
            {
                "Grn": plan.details.grn or ledger.next_grn(),
                "PurchaseOrder": order,
                "Line": plan.line["Line"],
                "Quantity": plan.quantity,
                "Lot": plan.lot,
                "DeliveryNote": plan.details.delivery_note,
                "ReceivedOn": plan.on,
            }
        )
        return
    if plan.kind == "ReceiptFromInspection":
        left = number(plan.counted["Quantity"]) - plan.quantity
        ledger.tables["PorInspection"].put({**plan.counted, "Quantity": left})
    plan.grn = ledger.receive(
        order,
        int(number(plan.line["Line"])),
        plan.quantity,
        plan.on,
        operator=call.operator,
        details=plan.details,
    )
