"""How Procurify prints purchase orders, receipts, purchase requests (procurify.md §4.1). Pure."""

from decimal import Decimal

from engine.sandbox.procurify.order_item_shapes import order_line, request_number
from engine.sandbox.procurify.printing import Json, decimal_text, local_day, local_text, number
from engine.sandbox.procurify.reference_shapes import (
    BRANCH_ID,
    BRANCH_NAME,
    LONG_AGO,
    address_summary,
    currency,
    currency_summary,
    department_summary,
    simple_profile,
    term,
    user_summary,
)
from engine.sandbox.procurify.vendor_shapes import vendor_nested
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder

_BLANKET = 2
_CLOSED = 3


def order_row(order: PurchaseOrder) -> dict[str, Json]:
    """A PurchaseOrderDocs object, a row of the list."""
    return {
        "number": order.number,
        "uuid": order.uuid,
        "purchaser": user_summary(order.purchaser),
        "procurify_PO": order.id,
        "PO_Num": order.custom_number or None,
        "date": local_text(order.placed_at),
        **_parties(order),
        "pref_vendor": vendor_nested(order.vendor),
        **_vendor_copy(order),
        "payment_terms": order.vendor.term.name,
        "shipping_terms": "",
        "shipping_method": "",
        "promise_date": local_text(order.promised_at),
        "subtotal": decimal_text(order.subtotal, 2),
        "freight": decimal_text(order.freight, 6),
        "tax": {"value": number(order.tax_amount), "type": "amount"},
        "discount": {"value": number(Decimal(0)), "type": "amount"},
        "other": decimal_text(order.other, 6),
        "total": decimal_text(order.total, 2),
        "comment": order.comment or None,
        "purchased_currency": currency_summary(order.currency),
        "purchased_currency_rate": decimal_text(order.currency.rate, 6),
        "active": order.is_active,
        "state": order.state,
        "fulfilment_status": fulfilment(order),
        "disclaimer_description": None,
        "disclaimer_text": None,
        "recorded_date": local_text(order.placed_at),
        "closed_date": local_text(order.modified_at) if order.state == _CLOSED else None,
        "last_modified": local_text(order.modified_at),
        "staged_for_export": False,
        "version": order.version,
        "item_count": len(order.lines),
        "most_recent_version": order.version,
        "punchout_system": None,
        "purchase_agreement": None,
        "purchase_agreement_status": None,
        "punchout_vendor_reference": None,
        "punchout_supplier_icon": None,
        "punchout_supplier_name": None,
        "has_blanket_order_items": any(line.type == _BLANKET for line in order.lines),
        "expiry_date": None,
        "contract": None,
    }


def order_detail(order: PurchaseOrder) -> dict[str, Json]:
    """A PurchaseOrderDetail object: the row, its lines, and objects where the row has words."""
    return {
        **order_row(order),
        "order_items": [order_line(order, line) for line in order.lines],
        "shipping_method": None,
        "creditcard_is_editable": False,
        "custom_fields": [],
        "creditcard": _card(order) if order.has_credit_card else None,
        "payment_term": term(order.vendor.term),
        "shipping_term": None,
        "cost_details": {
            "subtotal": decimal_text(order.subtotal, 8),
            "total_cost": decimal_text(order.total, 8),
            "total_cost_in_base_currency": decimal_text(order.total * order.currency.rate, 8),
            "tax_amount": decimal_text(order.tax_amount, 8),
        },
        "punchout_is_retriable": False,
    }


def fulfilment(order: PurchaseOrder) -> str:
    """empty, partial or full, by what was received."""
    if not any(line.received for line in order.lines):
        return "empty"
    return "full" if all(line.received >= line.quantity for line in order.lines) else "partial"


def receipt_row(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    """A ReceiptItemRead object for what was received of a line."""
    return {
        "id": line.id + 500_000,
        "pass_quantity": decimal_text(line.received, 5),
        "fail_quantity": "0.00000",
        "order_item": line.id,
        "created_at": local_text(order.modified_at),
        "is_edited": False,
        "created_by": simple_profile(order.purchaser),
        "total_quantity": decimal_text(line.received, 5),
        "received_at": local_day(order.modified_at).isoformat(),
    }


def request_row(order: PurchaseOrder) -> dict[str, Json]:
    """An OrderRead object: the purchase request that the order came from."""
    return {
        "num": request_number(order),
        "uuid": order.uuid,
        "branch": _branch(),
        "user": user_summary(order.purchaser),
        "department": department_summary(order.purchaser.department),
        "currency": currency_summary(order.currency),
        "total_cost_in_base_currency": number(order.subtotal * order.currency.rate),
        "logs": [],
        "item_count": len(order.lines),
        "ip_address": None,
        "date": local_text(order.placed_at),
        "description": order.comment or None,
        "dateRequired": local_text(order.promised_at),
        "dateModified": local_text(order.modified_at),
        "lineCount": len(order.lines),
        "purchasedCount": len(order.lines),
        "totalPrice": decimal_text(order.subtotal, 2),
        "status": 3,
        "next_approver": None,
        "next_approvers": [],
        "approval_delegatee": None,
        "punchout_group": None,
        "punchout_shipping_address": None,
        "punchout_items_rejected": False,
        "punchout_supplier_name": None,
        "punchout_supplier_icon": None,
        "punchout_vendor_reference": None,
        "punchout_is_retriable": False,
        "punchout_order_purchase_order_id": None,
        "has_blanket_order_items": any(line.type == _BLANKET for line in order.lines),
        "approval_workflow": {},
        "denial_reason": None,
        "denial_comment": None,
    }


def _parties(order: PurchaseOrder) -> dict[str, Json]:
    parties: dict[str, Json] = {}
    for identity, side in ((1, "buyer"), (2, "receiver")):
        parties |= {
            f"{side}_name": "Acme",
            f"{side}_contact": f"{order.purchaser.first_name} {order.purchaser.last_name}",
            f"{side}_addressLineOne": "100 Harbour Road",
            f"{side}_postalCode": "V6B 1A1",
            f"{side}_city": "Vancouver",
            f"{side}_state_province": "BC",
            f"{side}_country": "Canada",
            f"{side}_address": address_summary(identity, "Billing" if identity == 1 else "Dock 3"),
        }
    return parties


def _vendor_copy(order: PurchaseOrder) -> dict[str, Json]:
    vendor = order.vendor
    return {
        "vendor_name": vendor.name,
        "vendor_contact": vendor.contact,
        "vendor_addressLineOne": vendor.address,
        "vendor_postalCode": vendor.postal_code,
        "vendor_city": vendor.city,
        "vendor_state_province": vendor.state,
        "vendor_country": vendor.country,
    }


def _card(order: PurchaseOrder) -> dict[str, Json]:
    return {
        "id": 900 + order.id,
        "name": "Purchasing card",
        "number": "****4242",
        "vendor": {"id": order.vendor.id, "name": order.vendor.name},
        "type": 0,
        "currency": currency(order.currency),
        "balance": None,
        "assignees": [],
        "last_reconciliation_date": None,
        "last_reconciliation_balance": None,
        "session": None,
        "gl_code": "",
        "last_statement_date": None,
    }


def _branch() -> dict[str, Json]:
    return {
        "id": BRANCH_ID,
        "external_id": None,
        "name": BRANCH_NAME,
        "url": None,
        "logo": "",
        "active": True,
        "beginDate": LONG_AGO,
    }
