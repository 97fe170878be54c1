"""How Procurify prints purchase orders, receipts, purchase requests (procurify.md §4.1). Pure."""

from datetime import date
from decimal import Decimal

import orjson

from engine.sandbox.procurify.account_shapes import term
from engine.sandbox.procurify.currency_shapes import currency, currency_summary, simple_currency
from engine.sandbox.procurify.order_item_shapes import order_line, request_number
from engine.sandbox.procurify.people_shapes import (
    simple_profile,
    simple_user,
    simple_user_summary,
    user_summary,
)
from engine.sandbox.procurify.places import address_summary, branch, department_summary
from engine.sandbox.procurify.printing import (
    Json,
    Part,
    decimal_text,
    kept_by_row,
    local_day,
    local_time,
    noon_text,
    number,
    printed_parts,
)
from engine.sandbox.procurify.tables import Receipt, Requisition
from engine.sandbox.procurify.vendor_shapes import simple_vendor, vendor_fragment
from engine.sandbox.scenario.model import Currency, PurchaseOrder, User, Vendor

_BLANKET = 2
_CLOSED = 3
_PURCHASED_REQUEST, _PENDING_REQUEST = 3, 0
_CONTRACT: dict[str, Json] = {
    "id": 12,
    "uuid": "5f0c2b64-1d7e-4c0a-9a53-2f6f5f0f8a12",
    "name": "General terms of purchase",
}
SHIPPING_METHOD: dict[str, Json] = {
    "id": 81,
    "name": "Ground",
    "description": None,
    "active": True,
}
SHIPPING_TERM: dict[str, Json] = {"id": 91, "name": "DAP", "description": None, "active": True}
_EVERY = Part(
    {
        "shipping_terms": "DAP",
        "shipping_method": "Ground",
        "disclaimer_description": None,
        "disclaimer_text": None,
        "staged_for_export": False,
        "punchout_system": None,
        "purchase_agreement": None,
        "purchase_agreement_status": None,
        "punchout_vendor_reference": None,
        "punchout_supplier_icon": None,
        "punchout_supplier_name": None,
        "expiry_date": None,
        "contract": _CONTRACT,
    }
)


def order_row(order: PurchaseOrder) -> dict[str, Json]:
    """A PurchaseOrderDocs object, a row of the list."""
    row = _own(order)
    for part in _parts(order):
        row |= part.fields
    return row


def order_text(order: PurchaseOrder) -> orjson.Fragment:
    """The same object, printed."""
    return printed_parts(_own(order), _parts(order))


def _own(order: PurchaseOrder) -> dict[str, Json]:
    """What no other order's row has alike."""
    placed, changed = local_time(order.placed_at), local_time(order.modified_at)
    return {
        "number": order.number,
        "uuid": order.uuid,
        "procurify_PO": order.id,
        "PO_Num": order.custom_number or None,
        "date": placed,
        "promise_date": local_time(order.promised_at),
        "subtotal": decimal_text(order.subtotal, 2),
        "freight": decimal_text(order.freight, 6),
        "tax": {"value": number(order.tax_amount), "type": "amount"},
        "discount": {
            "value": number(order.discount),
            "type": "percentage" if order.is_discount_percent else "amount",
        },
        "other": decimal_text(order.other, 6),
        "total": decimal_text(order.total, 2),
        "comment": order.comment or None,
        "active": order.is_active,
        "state": order.state,
        "fulfilment_status": fulfilment(order),
        "recorded_date": placed,
        "closed_date": changed if order.state == _CLOSED else None,
        "last_modified": changed,
        "version": order.version,
        "item_count": len(order.lines),
        "most_recent_version": order.version,
        "has_blanket_order_items": any(line.type == _BLANKET for line in order.lines),
    }


def _parts(order: PurchaseOrder) -> tuple[Part, ...]:
    """What the row has of its purchaser, vendor and currency, and what every row has."""
    return (
        _by_purchaser(order.purchaser),
        _to_vendor(order.vendor),
        _in_currency(order.currency),
        _EVERY,
    )


def order_detail(order: PurchaseOrder) -> dict[str, Json]:
    """A PurchaseOrderDetail object: the row, its lines, and objects where the row has words."""
    return {
        **order_row(order),
        "order_items": [order_line(order, line) for line in order.lines],
        "shipping_method": SHIPPING_METHOD,
        "creditcard_is_editable": False,
        "custom_fields": [],
        "creditcard": _card(order) if order.has_credit_card else None,
        "payment_term": term(order.vendor.term),
        "shipping_term": SHIPPING_TERM,
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


def order_closed(order: PurchaseOrder) -> dict[str, Json]:
    """A PurchaseOrderReadDocs object, the reply to a close."""
    row = order_row(order)
    names = (
        "version",
        "PO_Num",
        "date",
        "discount",
        "freight",
        "fulfilment_status",
        "item_count",
        "last_modified",
        "number",
        "other",
        "procurify_PO",
        "promise_date",
        "punchout_system",
        "purchase_agreement",
        "purchase_agreement_status",
        "purchased_currency_rate",
        "state",
        "subtotal",
        "total",
        "uuid",
        "punchout_supplier_name",
        "punchout_supplier_icon",
        "punchout_vendor_reference",
        "has_blanket_order_items",
        "expiry_date",
    )
    return {
        **{name: row[name] for name in names},
        "id": order.id,
        "pref_vendor": simple_vendor(order.vendor),
        "purchased_currency": simple_currency(order.currency),
        "purchaser": simple_user(order.purchaser),
        "punchout_items_rejected": False,
        "total_amount": decimal_text(order.total, 2),
        "currency": order.currency.name,
        "email_status": None,
        "email_status_updated_at": None,
    }


def receipt_row(receipt: Receipt) -> dict[str, Json]:
    """A ReceiptItemRead object."""
    return {
        "id": receipt.id,
        "pass_quantity": decimal_text(receipt.passed, 5),
        "fail_quantity": decimal_text(receipt.failed, 5),
        "order_item": receipt.item,
        "created_at": local_time(receipt.received_at),
        "is_edited": receipt.is_edited,
        "created_by": simple_profile(receipt.user),
        "total_quantity": decimal_text(receipt.passed + receipt.failed, 5),
        "received_at": local_day(receipt.received_at).isoformat(),
    }


def request_row(order: PurchaseOrder) -> dict[str, Json]:
    """An OrderRead object: the purchase request that the order came from."""
    return {
        "num": request_number(order),
        "uuid": order.uuid,
        "department": department_summary(order.purchaser.department),
        "currency": currency_summary(order.currency),
        "total_cost_in_base_currency": number(order.subtotal * order.currency.rate),
        "item_count": len(order.lines),
        "date": local_time(order.placed_at),
        "description": order.comment or None,
        "dateRequired": local_time(order.promised_at),
        "dateModified": local_time(order.modified_at),
        "lineCount": len(order.lines),
        "purchasedCount": len(order.lines),
        "totalPrice": decimal_text(order.subtotal, 2),
        "status": _PURCHASED_REQUEST,
        "has_blanket_order_items": any(line.type == _BLANKET for line in order.lines),
        **_request_frame(order.purchaser),
    }


def requisition_row(requisition: Requisition) -> dict[str, Json]:
    """An OrderRead object for a request that came in by the API and waits for approval."""
    lines = len(requisition.lines)
    return {
        "num": requisition.id,
        "uuid": requisition.uuid,
        "department": department_summary(requisition.department),
        "currency": currency_summary(requisition.currency),
        "total_cost_in_base_currency": number(requisition.total * requisition.currency.rate),
        "item_count": lines,
        "date": local_time(requisition.asked_at),
        "description": None,
        "dateRequired": noon_text(date.fromisoformat(requisition.required_on)),
        "dateModified": local_time(requisition.asked_at),
        "lineCount": lines,
        "purchasedCount": 0,
        "totalPrice": decimal_text(requisition.total, 2),
        "status": _PENDING_REQUEST,
        "has_blanket_order_items": False,
        **_request_frame(requisition.user),
    }


def _request_frame(user: User) -> dict[str, Json]:
    return {
        "branch": branch(user.department.location),
        "user": user_summary(user),
        "logs": [],
        "ip_address": None,
        "next_approver": user_summary(user),
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
        "approval_workflow": {},
        "denial_reason": None,
        "denial_comment": None,
    }


@kept_by_row
def _by_purchaser(purchaser: User) -> Part:
    fields: dict[str, Json] = {"purchaser": user_summary(purchaser)}
    for identity, side in ((1, "buyer"), (2, "receiver")):
        fields |= {
            f"{side}_name": "Acme",
            f"{side}_contact": f"{purchaser.first_name} {purchaser.last_name}",
            f"{side}_addressLineOne": "100 Harbour Road",
            f"{side}_postalCode": "V6B 1A1",
            f"{side}_city": "Vancouver",
            f"{side}_state_province": "BC",
            f"{side}_country": "Canada",
            f"{side}_address": address_summary(identity, "Billing" if identity == 1 else "Dock 3"),
        }
    return Part(fields)


@kept_by_row
def _to_vendor(vendor: Vendor) -> Part:
    return Part(
        {
            "pref_vendor": vendor_fragment(vendor),
            "vendor_name": vendor.name,
            "vendor_contact": vendor.contact,
            "vendor_addressLineOne": vendor.address,
            "vendor_postalCode": vendor.postal_code,
            "vendor_city": vendor.city,
            "vendor_state_province": vendor.state,
            "vendor_country": vendor.country,
            "payment_terms": vendor.term.name,
        }
    )


@kept_by_row
def _in_currency(currency: Currency) -> Part:
    return Part(
        {
            "purchased_currency": currency_summary(currency),
            "purchased_currency_rate": decimal_text(currency.rate, 6),
        }
    )


def _card(order: PurchaseOrder) -> dict[str, Json]:
    placed = local_time(order.placed_at)
    return {
        "id": 900 + order.id,
        "name": "Purchasing card",
        "number": "4242",
        "vendor": simple_vendor(order.vendor),
        "type": 0,
        "currency": currency(order.currency),
        "balance": None,
        "assignees": [simple_user_summary(order.purchaser)],
        "last_reconciliation_date": placed,
        "last_reconciliation_balance": number(Decimal(0)),
        "session": {"creditcard": 900 + order.id, "balance": "0.00", "statement_date": None},
        "gl_code": "",
        "last_statement_date": placed,
    }
