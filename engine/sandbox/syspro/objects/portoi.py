"""PORTOI: purchase orders added, changed and cancelled (Transaction/Post).

One `Orders` block is the unit of success; there is no ApplyIfEntireDocumentValid; ValidateOnly
defaults to Y (syspro.md §3.1). Header rules are here, line rules in `portoi_lines`. Decisions
(unverified): with automatic numbering a number given on an add is an error, with manual numbering
a missing or used number is one (120001, as for other duplicate keys); an order needs a line; a
cancelled or complete order cannot be changed; one with receipts cannot be cancelled; under
ValidateOnly Y the key comes back empty; faults stand under `Order`, those of a line under its
element name.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_order
from engine.sandbox.syspro.ledger import CANCELLED, COMPLETE, Ledger, Order, number, text
from engine.sandbox.syspro.objects import portoi_lines
from engine.sandbox.syspro.objects.portoi_goods import NO_WAREHOUSE
from engine.sandbox.syspro.objects.portoi_lines import LinePlan
from engine.sandbox.syspro.objects.portoi_order import Options
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "PostPurchaseOrders"
_TEXTS: Final = {
    "CustomerPoNumber": 30,
    "Customer": 15,
    "PaymentTerms": 3,
    "ShippingInstrs": 50,
    "MemoCode": 1,
    "Buyer": 20,
    "DeliveryName": 50,
    "DeliveryAddr1": 40,
    "DeliveryAddr2": 40,
    "DeliveryAddr3": 40,
    "DeliveryAddr3Loc": 40,
    "DeliveryAddr4": 40,
    "DeliveryAddr5": 40,
    "PostalCode": 10,
    "DeliveryTerms": 3,
    "ShippingLocation": 10,
    "LanguageCode": 2,
}
_COLUMN_OF: Final = {"DeliveryAddrLoc": "DeliveryAddr3Loc"}


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
        reply.leaf("Supplier", plan.supplier)
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
    if order.header["OrderStatus"] == CANCELLED:
        header.fault(invented.ORDER_CANCELLED, "PurchaseOrder", given)
    elif order.header["OrderStatus"] == COMPLETE:
        header.fault(invented.ORDER_COMPLETE, "PurchaseOrder", given)
    if action == "D":
        return _plan_cancel(order, header)
    return _plan_change(call, block, header, order)


def _plan_add(call: Call, block: Element, fields: Fields) -> _Plan:
    ledger = call.ledger
    name = fields.text("Supplier", 15, is_needed=True)
    supplier = ledger.tables["ApSupplier"].get((name,), {})
    if name and not supplier:
        fields.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", name)
    if supplier.get("OnHold") == "Y":
        fields.fault(invented.SUPPLIER_ON_HOLD, "Supplier", name)
    if supplier.get("PurchOrdAllowed") == "N":
        fields.fault(invented.ORDERS_NOT_ALLOWED, "Supplier", name)
    key = _new_key(ledger, fields)
    currency = text(supplier.get("Currency")) or ledger.local_currency
    rate_row = ledger.tables["TblCurrency"].get((currency,), {})
    today = ledger.today()
    header: Row = {
        "PurchaseOrder": key,
        "Supplier": name,
        "SupplierClass": text(supplier.get("SupplierClass")),
        "OrderStatus": call.parameter("Status", "1"),
        "ActiveFlag": "Y",
        "CancelledFlag": "N",
        "OrderEntryDate": fields.day("OrderDate", today),
        "OrderDueDate": fields.day("DueDate", today),
        "MemoDate": fields.day("MemoDate", today),
        "OrderType": fields.choice(
            "OrderType", "LIOF", "L" if currency == ledger.local_currency else "I"
        ),
        "TaxStatus": fields.choice("TaxStatus", "EN", "N"),
        "Currency": currency,
        "ExchangeRate": fields.number("ExchangeRate", 6, 6)
        or number(rate_row.get("BuyExchangeRate"))
        or Decimal(1),
        "MulDiv": text(rate_row.get("BuyMulDiv")) or "M",
        "ExchRateFixed": fields.choice("ExchRateFixed", "NY", "N"),
        "TermsCode": fields.text("InvoiceTerms", 2, default=text(supplier.get("TermsCode"))),
        "IncludeInMrp": fields.choice("IncludeInMrp", "YN", "Y"),
    }
    header.update(_header_texts(ledger, fields))
    _check_terms(ledger, fields, header)
    lines = portoi_lines.plan(
        ledger, block.path("OrderDetails"), header, (), _options(call), fields.faults
    )
    if not lines.put and not fields.faults:
        fields.fault(invented.NO_LINES, "OrderDetails", "")
    header["NextDetailLine"] = Decimal(lines.next_line)
    return _Plan(
        action="A", supplier=name, key=key, header=header, lines=lines, faults=fields.faults
    )


def _new_key(ledger: Ledger, fields: Fields) -> str:
    """The manual key; empty with automatic numbering, whose number is taken at the commit."""
    is_manual = ledger.po_numbering == "manual"
    given = fields.text("PurchaseOrder", 20, is_needed=is_manual)
    if given and not is_manual:
        fields.fault(invented.NUMBER_IS_AUTOMATIC, "PurchaseOrder", given)
    if given and is_manual and (given,) in ledger.tables["PorMasterHdr"]:
        fields.fault(refusals.DUPLICATE, "PurchaseOrder", given, given, "PorMasterHdr")
    return given if is_manual else ""


def _header_texts(ledger: Ledger, fields: Fields) -> Row:
    """The header columns that the caller names and that need no rule but their length."""
    row: Row = {
        _COLUMN_OF.get(name, name): fields.text(name, length)
        for name, length in _TEXTS.items()
        if fields.has(name)
    }
    if fields.has("Warehouse"):
        warehouse = fields.text("Warehouse", 10)
        row["Warehouse"] = warehouse
        if warehouse != NO_WAREHOUSE:
            warehouses = ledger.tables["InvWhControl"]
            fields.known("Warehouse", warehouse, warehouses, invented.WAREHOUSE_NOT_FOUND)
    buyers = ledger.tables["InvBuyer"]
    if buyers:
        fields.known("Buyer", text(row.get("Buyer")), buyers, invented.BUYER_NOT_FOUND)
    return row


def _check_terms(ledger: Ledger, fields: Fields, header: Row) -> None:
    terms = text(header.get("TermsCode"))
    fields.known("InvoiceTerms", terms, ledger.tables["TblApTerms"], invented.TERMS_NOT_FOUND)


def _options(call: Call) -> Options:
    return Options(
        non_stocked=call.parameter("AllowNonStockItems", "N"),
        allows_zero_price=call.parameter("AllowZeroPrice", "N") == "Y",
        allows_blank_ledger=call.parameter("AllowBlankLedgerCode", "Y") == "Y",
    )


def _plan_cancel(order: Order, fields: Fields) -> _Plan:
    shown = fields.text("PurchaseOrder", 20)
    if any(number(line["MReceivedQty"]) for line in order.lines):
        fields.fault(invented.ORDER_RECEIVED, "PurchaseOrder", shown)
    header = {
        **order.header,
        "OrderStatus": CANCELLED,
        "CancelledFlag": "Y",
        "ActiveFlag": "N",
    }
    lines = LinePlan(put=[{**line, "MCompleteFlag": "Y"} for line in order.lines])
    return _Plan(
        action="D",
        supplier=text(order.header["Supplier"]),
        key=text(order.header["PurchaseOrder"]),
        header=header,
        lines=lines,
        faults=fields.faults,
    )


def _plan_change(call: Call, block: Element, fields: Fields, order: Order) -> _Plan:
    ledger = call.ledger
    header = dict(order.header)
    key, supplier = text(header["PurchaseOrder"]), text(header["Supplier"])
    given = fields.text("Supplier", 15)
    if given and given != supplier:
        fields.fault(invented.SUPPLIER_FIXED, "Supplier", given, given, shown_order(ledger, key))
    header.update(_header_texts(ledger, fields))
    header["TaxStatus"] = fields.choice("TaxStatus", "EN", text(header["TaxStatus"]))
    if fields.has("InvoiceTerms"):
        header["TermsCode"] = fields.text("InvoiceTerms", 2)
        _check_terms(ledger, fields, header)
    for name, column in (("DueDate", "OrderDueDate"), ("MemoDate", "MemoDate")):
        header[column] = fields.day(name) or header[column]
    if fields.choice("ChgPOStatToReadyToPrint", "YN") == "Y" and header["OrderStatus"] == "4":
        header["OrderStatus"] = "1"
    header["AmendedCount"] = min(number(header["AmendedCount"]) + 1, Decimal(99))
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
    plan.key = plan.key or ledger.next_order_key()
    details = ledger.tables["PorMasterDetail"]
    header = ledger.tables["PorMasterHdr"].put({**plan.header, "PurchaseOrder": plan.key})
    for key in plan.lines.delete:
        del details[key]
    for line in plan.lines.put:
        details.put({**line, "PurchaseOrder": plan.key})
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
