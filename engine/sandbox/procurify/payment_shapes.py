"""How Procurify prints payments, in their public and their old form (procurify.md §4.1). Pure."""

from collections.abc import Sequence

from engine.sandbox.procurify.currency_shapes import currency
from engine.sandbox.procurify.people_shapes import simple_profile
from engine.sandbox.procurify.printing import Json, decimal_text, local_time, noon_text, number
from engine.sandbox.procurify.tables import Payment
from engine.sandbox.procurify.vendor_shapes import method_of, vendor_method
from engine.sandbox.scenario.model import ZERO, Bill, PurchaseOrder

_WORDS = {
    0: "draft",
    1: "pending_approval",
    2: "approved",
    3: "denied",
    5: "paid",
    7: "processing",
    8: "failed",
    9: "scheduled",
}
STATUS_WORDS = {word: status for status, word in _WORDS.items()}


def public_payment(payment: Payment, bills: Sequence[Bill]) -> dict[str, Json]:
    """A PaymentResponse object; it names bill groups, not bills."""
    return {
        "id": payment.id,
        "uuid": payment.uuid,
        "payment_source_name": "Main account",
        "payment_source_type": "external",
        "external_payment_source_id": 1,
        "creator": {
            "email": payment.user.email,
            "first_name": payment.user.first_name,
            "last_name": payment.user.last_name,
        },
        "created_at": local_time(payment.created_at),
        "updated_at": local_time(payment.updated_at),
        "amount": decimal_text(payment.amount, 2),
        "currency": {"id": payment.currency.id, "name": payment.currency.name},
        "status": _WORDS.get(payment.status),
        "processing_date": payment.paid_on,
        "direct_debit_bank_account_mask": None,
        "vendor_name": bills[0].vendor.name if bills else None,
        "posted_date": payment.paid_on,
        "gl_code": "1100-00",
        "vendor_payment_method_country_code": None,
        "vendor_payment_method_rail": None,
        "bill_groups": [bill.group for bill in bills],
    }


def old_payment(payment: Payment, bills: Sequence[Bill]) -> dict[str, Json]:
    """A PaymentListRead object (v2, deprecated)."""
    tax, inclusive, exclusive = (
        sum((amount for amount in amounts), ZERO)
        for amounts in zip(
            *((bill.tax_amount, bill.inclusive_tax, bill.exclusive_tax) for bill in bills),
            strict=True,
        )
    )
    return {
        "id": payment.id,
        "bill_payments": [_bill_payment(payment, bill) for bill in bills],
        "payment_method_type": 0,
        "payment_method": None,
        "payment_date": payment.paid_on,
        "amount": decimal_text(payment.amount, 8),
        "total_amount_with_tax": decimal_text(payment.amount, 8),
        "tax_amount": decimal_text(tax, 8),
        "inclusive_tax_amount": decimal_text(inclusive, 8),
        "exclusive_tax_amount": decimal_text(exclusive, 8),
        "currency": currency(payment.currency),
        "status": payment.status,
        "ach_number": 0,
        "next_approver_choices": [],
    }


def _bill_payment(payment: Payment, bill: Bill) -> dict[str, Json]:
    return {
        "id": payment.id + bill.id,
        "bill": {
            "id": bill.id,
            "uuid": bill.uuid,
            "vendor": {"id": bill.vendor.id, "name": bill.vendor.name},
            "tax_amount": number(bill.tax_amount),
            "vendor_name": bill.vendor.name[:100],
            "due_date": noon_text(bill.due_on),
            "status": bill.status,
            "type": bill.type,
            "group": bill.group,
        },
        "user": {
            **simple_profile(payment.user),
            "position": payment.user.position,
            "profile_image": None,
            "approval_delegatee": None,
        },
        "payment_method": vendor_method(method_of(bill.vendor)),
        "amount": decimal_text(bill.grand_total, 8),
        "transaction": None,
    }


def payment_of_bill(payment: Payment, bill: Bill) -> dict[str, Json]:
    """An APBillPaymentDocs object, as the bill's detail holds it.

    The document has a text for the method's `data`; which one is invented.
    """
    method = method_of(bill.vendor)
    return {
        "id": payment.id + bill.id,
        "payment": {
            "id": payment.id,
            "user": payment.user.id,
            "approver": None,
            "status": payment.status,
            "currency": payment.currency.id,
            "amount": decimal_text(payment.amount, 8),
            "payment_method": None,
            "payment_date": payment.paid_on,
            "memo": "",
            "reference_number": "",
            "is_processed": True,
        },
        "payment_method": {
            "id": method.id,
            "vendor": bill.vendor.id,
            "name": method.name,
            "type": method.type,
            "data": str(method.details["account_number"]),
            "currency": currency(method.currency),
        },
        "amount": decimal_text(bill.grand_total, 8),
        "transaction": None,
    }


def card_transaction(order: PurchaseOrder) -> dict[str, Json]:
    """A card transaction of an order paid by card; the sheet has no field list (invented)."""
    return {
        "id": order.id + 300_000,
        "uuid": order.uuid[::-1],
        "created_at": local_time(order.placed_at),
        "amount": decimal_text(order.total, 2),
        "currency": {"id": order.currency.id, "name": order.currency.name},
        "merchant_name": order.vendor.name,
        "reconciliation_status": "reviewed" if order.state == 4 else "pending",
    }
