"""PORTOI, the purchase order: add, change or cancel one order by Transaction/Post (syspro.md §3.1).

One `Orders` block is the unit of success; there is no ApplyIfEntireDocumentValid. ValidateOnly is
sent as N because its default is Y, non-stocked lines are marked one by one (S), dates are not
shifted to working days (A). Each line carries `PI-<order item id>` in SupCatalogue, so lines are
bound by item and never by place. Pure.
"""

from collections.abc import Sequence
from decimal import Decimal

from engine.core.commands import (
    OrderLine,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
)
from engine.core.keys import line_key
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
from engine.syspro.objects.fields import (
    XmlIn,
    amount,
    day,
    flag,
    optional,
    parameters,
    present,
    price,
    quantity,
    required,
)

ROOT = "PostPurchaseOrders"
NON_STOCKED_WAREHOUSE = "**"
CHARGE_TEXT = "Other charges"
MAX_LINE = 9999
OrderPayload = PurchaseOrderAdd | PurchaseOrderChange | PurchaseOrderCancel


def render(payload: OrderPayload, *, local_currency: str) -> XmlIn:
    """The call that adds, changes or cancels the order; raises `Malformed` for what does not fit.

    Freight and charges of an order in another currency than `local_currency` are sent as foreign.
    """
    match payload:
        case PurchaseOrderAdd():
            block = [_added(payload), _details(payload, payload.currency != local_currency)]
        case PurchaseOrderChange():
            block = [_changed(payload), ("OrderDetails", _stock_lines(payload))]
        case PurchaseOrderCancel():
            number = required("PurchaseOrder", payload.purchase_order, 20)
            block = [("OrderHeader", [("OrderActionType", "D"), number])]
    return XmlIn(
        business_object="PORTOI",
        operation="post",
        parameters=_parameters(is_new=isinstance(payload, PurchaseOrderAdd)),
        document=xml.build(ROOT, [("Orders", block)]),
    )


def read(payload: OrderPayload, text: str) -> PostReply:
    """What the reply says about our order; supplier, action and a given number must be ours."""
    try:
        answer = take_apart(text)
    except Malformed as error:
        return unreadable(error)
    orders = answer.root.find_all("order")
    if answer.root.tag != ROOT.lower() or len(orders) > 1:
        return Unreadable(text=f"not a reply about one order: {answer.root.name[:40]}")
    order = orders[0] if orders else None
    key = order.text_at("key/purchaseorder") if order else ""
    given = payload.purchase_order
    echoed = (
        (key, given, "order"),
        (_plain(order, "supplier"), payload.supplier, "supplier"),
        (_plain(order, "orderactiontype"), _action(payload), "action"),
    )
    for theirs, ours, what in echoed:
        if theirs and ours is not None and not same_key(theirs, ours):
            return Unreadable(text=f"the reply is about {what} {theirs[:20]}")
    if not isinstance(payload, PurchaseOrderAdd) and answer.rejected is None and answer.errors:
        return Unreadable(text="an error without counts, beside a key that we sent")
    return settled(answer, key, {"PurchaseOrder": key}, is_echo=given is not None)


def _plain(order: xml.Node | None, tag: str) -> str:
    """The text of a field that did not fail; a failing one holds Value and ErrorNumber instead."""
    found = order.find(tag) if order is not None else None
    return found.text.strip() if found is not None and not found.children else ""


def _action(payload: OrderPayload) -> str:
    match payload:
        case PurchaseOrderAdd():
            return "A"
        case PurchaseOrderChange():
            return "C"
        case PurchaseOrderCancel():
            return "D"


def _parameters(*, is_new: bool) -> str:
    values: list[xml.Element] = [
        ("ValidateOnly", "N"),
        ("IgnoreWarnings", "N"),
        ("AllowNonStockItems", "S"),
        ("AllowZeroPrice", "N"),
        ("ValidateWorkingDays", "A"),
        ("AllowPoWhenBlanketPo", "N"),
        ("DefaultMemoCode", ""),
        ("FixedExchangeRate", "N"),
        ("DefaultMemoDays", ""),
        ("AllowBlankLedgerCode", "N"),
        ("DefaultDeliveryAddress", ""),
        ("CalcDueDate", "N"),
        ("InsertDangerousGoodsText", "N"),
        ("InsertAdditionalPOText", "N"),
    ]
    return parameters(ROOT, [*values, ("Status", "1")] if is_new else values)


def _added(payload: PurchaseOrderAdd) -> xml.Element:
    return "OrderHeader", present(
        ("OrderActionType", "A"),
        required("Supplier", payload.supplier, 15),
        ("TaxStatus", "N" if payload.is_taxable else "E"),
        optional("InvoiceTerms", payload.terms_code, 2),
        required("CustomerPoNumber", payload.external_key, 30),
        day("OrderDate", payload.order_on),
        day("DueDate", payload.due_on),
        optional("PurchaseOrder", payload.purchase_order or "", 20),
    )


def _changed(payload: PurchaseOrderChange) -> xml.Element:
    return "OrderHeader", present(
        ("OrderActionType", "C"),
        ("TaxStatus", "N") if payload.is_taxable else None,
        day("DueDate", payload.due_on),
        ("ApplyDueDateToLines", "N"),
        required("PurchaseOrder", payload.purchase_order, 20),
    )


def _details(payload: PurchaseOrderAdd, is_foreign: bool) -> xml.Element:
    lines = list(_stock_lines(payload))
    for comment in payload.comments:
        lines.append(("CommentLine", [("LineActionType", "A"), required("Comment", comment, 990)]))
    currency = "F" if is_foreign else "L"
    if payload.charges:
        lines.append(("MiscChargeLine", _charge(payload.charges, currency)))
    if payload.freight:
        lines.append(("FreightLine", _freight(payload.freight, currency)))
    return "OrderDetails", lines


def _charge(value: Decimal, currency: str) -> Sequence[xml.Element]:
    return [
        ("LineActionType", "A"),
        amount("MiscChargeValue", value),
        flag("MiscTaxable", False),
        ("MiscChargeFLoc", currency),
        ("MiscDescription", CHARGE_TEXT),
    ]


def _freight(value: Decimal, currency: str) -> Sequence[xml.Element]:
    return [
        ("LineActionType", "A"),
        amount("FreightValue", value),
        flag("FreightTaxable", False),
        ("FreightFLoc", currency),
    ]


def _stock_lines(payload: PurchaseOrderAdd | PurchaseOrderChange) -> Sequence[xml.Element]:
    is_new = isinstance(payload, PurchaseOrderAdd)
    if not payload.lines:
        raise Malformed("OrderDetails has no StockLine")
    if is_new and any(line.action != "A" for line in payload.lines):
        raise Malformed("LineActionType of a new order can only be A")
    return [("StockLine", _stock_line(payload, line)) for line in payload.lines]


def _stock_line(
    payload: PurchaseOrderAdd | PurchaseOrderChange, line: OrderLine
) -> Sequence[xml.Element]:
    place = _place(line)
    if line.action == "D":
        return present(place, ("LineActionType", "D"))
    is_stocked = line.is_stocked
    return present(
        place,
        ("LineActionType", line.action),
        required("StockCode", line.stock_code, 30),
        None if is_stocked else required("StockDescription", line.description, 50),
        required("Warehouse", line.warehouse if is_stocked else NON_STOCKED_WAREHOUSE, 10),
        required("SupCatalogue", line_key(line.item_id), 50),
        quantity("OrderQty", line.quantity),
        required("OrderUom", line.unit, 10),
        ("PriceMethod", "M"),
        price("Price", line.price),
        required("PriceUom", line.unit, 10),
        flag("Taxable", bool(line.tax_code)) if payload.is_taxable else None,
        optional("TaxCode", line.tax_code, 3) if payload.is_taxable else None,
        day("LatestDueDate", line.due_on or payload.due_on),
        None if is_stocked else required("LedgerCode", line.ledger_code, 35),
        None if is_stocked else required("ProductClass", line.product_class, 20),
        None if is_stocked else flag("NonStockedLine", True),
    )


def _place(line: OrderLine) -> xml.Element | None:
    if line.action == "A":
        return None
    if line.line is None or not 1 <= line.line <= MAX_LINE:
        raise Malformed(f"PurchaseOrderLine of item {line.item_id[:20]} is not known")
    return "PurchaseOrderLine", str(line.line)
