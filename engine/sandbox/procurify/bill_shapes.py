"""How Procurify prints bills and payments (procurify.md §4.1). Pure.

Bill and bill-line totals are number tokens; allocations, costs and payments are strings (§6.11).
`total_cost_with_tax` includes shipping here: the facts leave that open (§6.15).
"""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from engine.sandbox.procurify.account_shapes import account
from engine.sandbox.procurify.currency_shapes import currency, simple_currency
from engine.sandbox.procurify.order_item_shapes import order_item_nested
from engine.sandbox.procurify.people_shapes import (
    simple_profile,
    simple_user,
    simple_user_summary,
    user_summary,
)
from engine.sandbox.procurify.printing import (
    Json,
    decimal_text,
    local_day,
    local_time,
    noon_text,
    number,
)
from engine.sandbox.procurify.vendor_shapes import vendor_fragment
from engine.sandbox.scenario.model import Allocation, Bill, BillCost, BillLine, Currency

PAID = 4
_DRAFT = 0
_CARD_BILL = 2
_PERMISSIONS = {"can_edit": False, "can_delete": False, "can_approve": False}


def is_past_due(bill: Bill, today: date) -> bool:
    """Whether the bill is not paid though its day has passed (inferred from the field's name)."""
    return bill.status != PAID and bill.due_on < today


def bill_row(bill: Bill, *, items: Sequence[int], is_late: bool) -> dict[str, Json]:
    """A SimpleBill object, a row of the list; `items` are the ids of the lines."""
    return {
        "id": bill.id,
        "status": bill.status,
        "version": bill.version,
        "locked": bill.status == PAID,
        "currency": simple_currency(bill.currency),
        "uuid": bill.uuid,
        "items": items,
        "vendor": {"id": bill.vendor.id, "name": bill.vendor.name},
        "due_date": noon_text(bill.due_on),
        "total_cost_with_tax": number(bill.grand_total),
        "invoice_date": noon_text(bill.invoiced_on),
        "next_approver_choices": None,
        "last_modified_datetime": local_time(bill.modified_at),
        "submitted_date": None if bill.status == _DRAFT else local_time(bill.submitted_at),
        "gl_post_date": noon_text(bill.posted_on),
        "invoice_number": bill.invoice_number,
        "group": bill.group,
        "type": bill.type,
        "user": simple_user(bill.user),
        "approver": None,
        "past_due": is_late,
        "invoice_created": False,
        "invoice_uuid": "",
        **_captured(bill),
        "creator": simple_user(bill.user),
        **_export(bill, simple_profile(bill.user)),
    }


def bill_detail(bill: Bill) -> dict[str, Json]:
    """A BillRead object."""
    return {
        "id": bill.id,
        "uuid": bill.uuid,
        "user": user_summary(bill.user),
        "vendor": vendor_fragment(bill.vendor),
        "items": [bill_line(bill, line) for line in bill.lines],
        "costs": [_cost(bill, cost) for cost in bill.costs],
        "currency": currency(bill.currency),
        **_approval(bill),
        **_totals(bill),
        **_vendor_copy(bill),
        **_heading(bill),
        **_export(bill, simple_user_summary(bill.user)),
        "added_purchase_orders": [
            {
                "id": order.id,
                "number": order.number,
                "currency": order.currency.name,
                "total_amount": decimal_text(order.total, 2),
            }
            for order in bill.orders
        ],
    }


def bill_metadata(currencies: Collection[int], total: Decimal) -> dict[str, Json]:
    """The permissions and summary beside a bill or a list of bills (procurify.md §2.5)."""
    return {
        "permissions": dict(_PERMISSIONS),
        "summary": {
            "has_multiple_currency": len(currencies) > 1,
            "total_cost": number(total),
        },
    }


def worth_of(bill: Bill) -> dict[str, Json]:
    """What stands beside one bill."""
    return bill_metadata({bill.currency.id}, bill.grand_total)


def is_by_value(bill: Bill, line: BillLine) -> bool:
    """Whether the line states a value only: every third bill that bills no order has such lines."""
    return line.order_line is None and not bill.orders and bill.id % 3 == 0


def bill_line(bill: Bill, line: BillLine) -> dict[str, Json]:
    """An ItemReadSerializer_v2 object.

    What a line has not is left out where the document knows no null for it: the order item, the
    order, the day of receipt, and quantity and unit cost of a line by value.
    """
    shown: dict[str, Json] = {
        "id": line.id,
        "expense": None,
        "bill": bill.id,
        "vendor": vendor_fragment(bill.vendor),
        "sku": line.sku,
        "description": line.description,
        "unit": line.unit,
        "currency": currency(bill.currency),
        "total_cost": number(line.total),
        "packing_slips": [],
        "cost_allocations": [_allocation(bill, part, bill.currency) for part in line.allocations],
        "archived": False,
        "same_unit_cost": line.order_line is not None,
        "creditcard_item": None,
        "is_edited": False,
        "unit_cost_diff_log": None,
        "tax_name": line.tax.name if line.tax else "",
        "tax_percentage": decimal_text(line.tax.percent, 8) if line.tax else None,
        "tax_amount": number(line.tax_amount),
        "tax_is_inclusive": line.is_tax_inclusive,
        "tax": line.tax.id if line.tax else None,
        "total_cost_with_tax": number(line.total + line.tax_amount),
        "shipping_amount": decimal_text(line.shipping, 8),
        "custom_fields": [],
        "type": "order_item" if line.order_line else "item",
        "bill_by_cost": is_by_value(bill, line),
    }
    if not is_by_value(bill, line):
        shown |= {
            "quantity": decimal_text(line.quantity, 8),
            "unit_cost": number(line.unit_cost),
        }
    order = line.order
    if order is not None:
        shown["po"] = {"number": order.number, "id": order.id, "uuid": order.uuid}
        if line.order_line is not None:
            shown["orderitem"] = order_item_nested(order, line.order_line)
            shown["received_on"] = noon_text(bill.invoiced_on)
    return shown


def _approval(bill: Bill) -> dict[str, Json]:
    return {
        "approval_chain": None,
        "approver": None,
        "invoice_attachments": [],
        "bill_statuses": [
            {
                "id": bill.id * 10,
                "user": user_summary(bill.user),
                "date": local_time(bill.modified_at),
                "status": bill.status,
                "bill": bill.id,
            }
        ],
        "comments": [],
        "version_choices": [{"pk": bill.id, "version": bill.version}],
        "next_approver_choices": None,
        "bill_payment": None,
        **({"creditcard": 950} if bill.type == _CARD_BILL else {}),
        "creditcard_name": "Purchasing card" if bill.type == _CARD_BILL else "",
        "active": True,
    }


def _export(bill: Bill, user: Json) -> dict[str, Json]:
    """When and by whom the bill was exported: paid ones were; else nothing (no null known)."""
    if bill.status != PAID:
        return {}
    return {
        "last_export_user": user,
        "last_export_date": local_day(bill.modified_at).isoformat(),
    }


def _totals(bill: Bill) -> dict[str, Json]:
    return {
        "tax_amount": number(bill.tax_amount),
        "inclusive_tax_amount": number(bill.inclusive_tax),
        "exclusive_tax_amount": number(bill.exclusive_tax),
        "subtotal_cost": number(bill.subtotal),
        "total_cost": number(bill.total),
        "total_cost_with_tax": number(bill.grand_total),
        "converted_total_cost": number(bill.total * bill.currency.rate),
        "shipping_amount": number(bill.shipping),
        **_captured(bill),
    }


def _vendor_copy(bill: Bill) -> dict[str, Json]:
    vendor = bill.vendor
    return {
        "vendor_name": vendor.name[:100],
        "vendor_contact": vendor.contact,
        "vendor_address_one": vendor.address,
        "vendor_address_two": "",
        "vendor_postal_code": vendor.postal_code[:10],
        "vendor_city": vendor.city,
        "vendor_state_province": vendor.state,
        "vendor_country": vendor.country,
    }


def _heading(bill: Bill) -> dict[str, Json]:
    return {
        "locked": bill.status == PAID,
        "last_modified_datetime": local_time(bill.modified_at),
        "submitted_date": None if bill.status == _DRAFT else local_time(bill.submitted_at),
        "invoice_number": bill.invoice_number,
        "invoice_date": noon_text(bill.invoiced_on),
        "due_date": noon_text(bill.due_on),
        "payment_terms": bill.vendor.term.name,
        "version": bill.version,
        "status": bill.status,
        "type": bill.type,
        "note": bill.note,
        "gl_post_date": noon_text(bill.posted_on),
        "group": bill.group,
        "payment_method": None,
        "payment_method_name": "",
        "invoice_uuid": "",
        "creator": user_summary(bill.user),
    }


def _captured(bill: Bill) -> dict[str, Json]:
    return {} if bill.captured_total is None else {"invoice_total": number(bill.captured_total)}


def _allocation(bill: Bill, part: Allocation, money: Currency) -> dict[str, Json]:
    return {
        "id": part.id,
        "budget": account(part.account),
        "object_id": None,
        "amount": decimal_text(part.amount, 8),
        "currency": currency(money),
        "created_on": local_time(bill.submitted_at),
    }


def _cost(bill: Bill, cost: BillCost) -> dict[str, Json]:
    return {
        "id": cost.id,
        "cost_allocation": _allocation(bill, cost.allocation, bill.currency),
        "name": cost.name,
        "amount": decimal_text(cost.allocation.amount, 8),
        "bill": bill.id,
        "cost": None,
        "currency": bill.currency.id,
    }
