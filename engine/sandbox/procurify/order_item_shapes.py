"""How Procurify prints order items: objects inside documents, ids in lists (procurify.md §4.1).

Quantities are numbers in nested lines and five-place strings in lists (§6.12). Pure.
"""

from engine.sandbox.procurify.account_shapes import account, line_tax, spend_account
from engine.sandbox.procurify.currency_shapes import currency_summary
from engine.sandbox.procurify.people_shapes import simple_user_summary, user_summary
from engine.sandbox.procurify.printing import (
    Json,
    decimal_text,
    local_day,
    local_time,
    number,
)
from engine.sandbox.procurify.vendor_shapes import vendor_fragment
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder

REQUEST_OFFSET = 4000
_BLANKET = 2


def request_number(order: PurchaseOrder) -> int:
    """The number of the purchase request that an order came from."""
    return order.id + REQUEST_OFFSET


def item_status(order: PurchaseOrder, line: OrderLine) -> int:
    """OrderItemStatus (procurify.md §5): 2 purchased, 5 partly, 3 fully received."""
    if not line.received:
        return 2
    return 3 if line.received >= line.quantity else 5


def order_item_row(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    """An OrderItem object, a row of the order-item lists."""
    quantity = decimal_text(line.quantity, 5)
    return {
        **_common(order, line),
        "account": line.account.id,
        "approved_quantity": quantity,
        "attachments": "",
        "catalog_item": None,
        "currency": order.currency.id,
        "item_attachments": [],
        "pref_vendor": order.vendor.id,
        "purchaser": order.purchaser.id,
        "quantity": quantity,
        "receivedFailQty": decimal_text(line.failed, 5),
        "receivedPassQty": decimal_text(line.received, 5),
    }


def order_item_nested(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    """An OrderItemRead object, as bill lines hold it."""
    return {
        **_common(order, line),
        "account": account(line.account),
        "approved_quantity": number(line.quantity),
        "attachments": "",
        "catalog_item": None,
        "currency": currency_summary(order.currency),
        "item_attachments": [],
        "pref_vendor": vendor_fragment(order.vendor),
        "purchaser": user_summary(order.purchaser),
        "quantity": number(line.quantity),
        "receivedFailQty": number(line.failed),
        "receivedPassQty": number(line.received),
        "comments": [],
        "confirmation_status": None,
        "confirmation_status_description": None,
        "cost_details": _cost_details(order, line),
        "custom_fields": [],
        "date_required": local_time(order.promised_at),
        "has_sibling_items": len(order.lines) > 1,
        "line_comment": "",
        "logs": [],
        "order_description": "",
        "order_status": 3,
        "order_uuid": order.uuid,
        "punchout_supplier_icon": None,
        "punchout_supplier_name": None,
        "punchout_system": None,
        "punchout_vendor_reference": None,
        "punchout_supplier_can_update_quantity": False,
        "purchase_order_number": order.number,
        "purchase_order_uuid": order.uuid,
        "purchased_currency_rate": decimal_text(order.currency.rate, 6),
        "recurrence": None,
        "requester": simple_user_summary(order.purchaser),
        "spend_allocation": [
            {
                "id": line.id,
                "amount": decimal_text(line.total, 8),
                "account": spend_account(line.account),
            }
        ],
        "submitted_date": local_time(order.placed_at),
        "taxes": [] if line.tax is None else [line_tax(line.tax)],
        **_full_receipt(order, line),
    }


def order_line(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    """A PurchaseOrderLineItemRead object, as the order's detail holds it."""
    return {
        **order_item_nested(order, line),
        "attachments": [],
        "receive_log_count": 1 if line.received else 0,
        "approval_history": [],
        "flags": [],
        "approved_total_cost": decimal_text(line.total, 8),
    }


def _full_receipt(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    """The day of the last receipt, for what was fully received; else nothing (no null known)."""
    if line.received < line.quantity or not line.received:
        return {}
    return {"fully_received_actual_receive_date": local_day(order.modified_at).isoformat()}


def _cost_details(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    total = line.total + line.tax_amount
    return {
        "subtotal": decimal_text(line.total, 8),
        "total_cost": decimal_text(total, 8),
        "total_cost_in_base_currency": decimal_text(total * order.currency.rate, 8),
        "tax_amount": decimal_text(line.tax_amount, 8),
    }


def _common(order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    changed_at, placed_at = local_time(order.modified_at), local_time(order.placed_at)
    price, tax = decimal_text(line.price, 8), decimal_text(line.tax_amount, 8)
    return {
        "PO": [order.id],
        "PO_line_num": line.number,
        "accountCode": line.account.code.code,
        "active": order.is_active,
        "approved_currency_rate": decimal_text(order.currency.rate, 6),
        "approved_datetime": placed_at,
        "approved_price": price,
        "approved_shipping_amount": "0.00000000",
        "approved_tax_amount": tax,
        "created_at": placed_at,
        "dateInvoiced": None,
        "external_id": "",
        "hot": False,
        "id": line.id,
        "inventoryItem": None,
        "is_active": order.is_active,
        "last_changed_by": order.purchaser.id,
        "last_modified": changed_at,
        "lineComment": "",
        "name": line.name,
        "num": str(line.number),
        "orderNum": request_number(order),
        "order_number": request_number(order),
        "po_note": "",
        "po_version": order.version,
        "price": price,
        "purchase_order": order.id,
        "shipping_amount": "0.00000000",
        "sku": line.sku,
        "status": item_status(order, line),
        "tax_amount": tax,
        "total_cost": decimal_text(line.total, 2),
        "unit": line.unit,
        "updated_at": changed_at,
        "vendor": order.vendor.name[:100],
        "receive_method": 0,
        "type": line.type,
        "blanket": {
            "price": price,
            "quantity": number(line.quantity) if line.type == _BLANKET else None,
            "amount": None,
        },
    }
