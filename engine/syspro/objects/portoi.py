"""PORTOI, the purchase order: add, change or cancel one order by Transaction/Post (syspro.md §3.1).

One `Orders` block is the unit of success; there is no ApplyIfEntireDocumentValid. ValidateOnly is
sent as N because its default is Y, non-stocked lines are marked one by one (S), dates are not
shifted to working days (A). Each line carries `PI-<order item id>` in SupCatalogue, so lines are
bound by item and never by place (`portoi_lines`). Widths are those of the tables today, the
schema's being those of release 7. Pure.
"""

from engine.core.commands import PurchaseOrderAdd, PurchaseOrderCancel, PurchaseOrderChange
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
    addressed,
    day,
    factor,
    fitted,
    flag,
    optional,
    parameters,
    present,
    required,
)
from engine.syspro.objects.portoi_lines import added_details, changed_details

ROOT = "PostPurchaseOrders"
ADDRESS = "DeliveryAddr"
OrderPayload = PurchaseOrderAdd | PurchaseOrderChange | PurchaseOrderCancel


def render(payload: OrderPayload, *, local_currency: str) -> XmlIn:
    """The call that adds, changes or cancels the order; raises `Malformed` for what does not fit.

    Freight and charges of an order in another currency than `local_currency` are sent as foreign.
    """
    match payload:
        case PurchaseOrderAdd():
            if payload.exchange_rate is not None and payload.currency == local_currency:
                raise Malformed("ExchangeRate of an order in local currency")
            details = added_details(payload, is_foreign=payload.currency != local_currency)
            block = [_added(payload), details]
            values = [*_parameters(payload), ("Status", "1")]
        case PurchaseOrderChange():
            details = changed_details(payload, is_foreign=payload.currency != local_currency)
            block = [_changed(payload), details]
            values = _parameters(payload)
        case PurchaseOrderCancel():
            number = required("PurchaseOrder", payload.purchase_order, 20)
            block = [("OrderHeader", [("OrderActionType", "D"), number])]
            values = _parameters(None)
    return XmlIn(
        business_object="PORTOI",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Orders", block)]),
    )


def read(payload: OrderPayload, text: str) -> PostReply:
    """What the reply says about our order; supplier, action and a given number must be ours."""
    taken = about_one(text, ROOT, "order", "one order")
    if isinstance(taken, Unreadable):
        return taken
    answer, order = taken
    key = order.text_at("key/purchaseorder")
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


def _plain(order: xml.Node, tag: str) -> str:
    """The text of a field that did not fail; a failing one holds Value and ErrorNumber instead."""
    found = order.find(tag)
    return found.text.strip() if found is not None and not found.children else ""


def _action(payload: OrderPayload) -> str:
    match payload:
        case PurchaseOrderAdd():
            return "A"
        case PurchaseOrderChange():
            return "C"
        case PurchaseOrderCancel():
            return "D"


def _parameters(payload: PurchaseOrderAdd | PurchaseOrderChange | None) -> list[xml.Element]:
    is_zero_allowed = payload is not None and payload.is_zero_price_allowed
    added = payload if isinstance(payload, PurchaseOrderAdd) else None
    is_fixed = added is not None and added.exchange_rate is not None
    delivery_code = added.delivery_code if added is not None else ""
    return [
        ("ValidateOnly", "N"),
        ("IgnoreWarnings", "N"),
        ("AllowNonStockItems", "S"),
        flag("AllowZeroPrice", is_zero_allowed),
        ("ValidateWorkingDays", "A"),
        ("AllowPoWhenBlanketPo", "N"),
        ("DefaultMemoCode", ""),
        flag("FixedExchangeRate", is_fixed),
        ("DefaultMemoDays", ""),
        ("AllowBlankLedgerCode", "N"),
        ("DefaultDeliveryAddress", fitted("DefaultDeliveryAddress", delivery_code, 10)),
        ("CalcDueDate", "N"),
        ("InsertDangerousGoodsText", "N"),
        ("InsertAdditionalPOText", "N"),
    ]


def _added(payload: PurchaseOrderAdd) -> xml.Element:
    rate = payload.exchange_rate
    return "OrderHeader", present(
        ("OrderActionType", "A"),
        required("Supplier", payload.supplier, 15),
        flag("ExchRateFixed", True) if rate is not None else None,
        factor("ExchangeRate", rate) if rate is not None else None,
        ("TaxStatus", "N" if payload.is_taxable else "E"),
        optional("PaymentTerms", payload.payment_terms, 3),
        optional("InvoiceTerms", payload.terms_code, 2),
        required("CustomerPoNumber", payload.external_key, 30),
        optional("ShippingInstrs", payload.shipping_instructions, 50),
        day("OrderDate", payload.order_on),
        day("DueDate", payload.due_on),
        optional("Buyer", payload.buyer, 20),
        optional("DeliveryName", payload.delivery_name, 50),
        *addressed(ADDRESS, payload.delivery_address),
        optional("PostalCode", payload.postal_code, 10),
        optional("Warehouse", payload.warehouse, 10),
        optional("PurchaseOrder", payload.purchase_order or "", 20),
    )


def _changed(payload: PurchaseOrderChange) -> xml.Element:
    address = payload.delivery_address
    return "OrderHeader", present(
        ("OrderActionType", "C"),
        ("TaxStatus", "N") if payload.is_taxable else None,
        optional("PaymentTerms", payload.payment_terms, 3),
        optional("InvoiceTerms", payload.terms_code, 2),
        optional("ShippingInstrs", payload.shipping_instructions, 50),
        day("DueDate", payload.due_on),
        ("ApplyDueDateToLines", "N"),
        optional("Buyer", payload.buyer, 20),
        optional("DeliveryName", payload.delivery_name, 50),
        *addressed(ADDRESS, address, is_whole=bool(address)),
        optional("PostalCode", payload.postal_code, 10),
        required("PurchaseOrder", payload.purchase_order, 20),
        flag("ChgPOStatToReadyToPrint", True) if payload.is_made_ready_to_print else None,
    )
