"""Rows of GET ap/items: the lines of bills, and order lines that no bill has yet (§3)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.sandbox.procurify.account_shapes import account
from engine.sandbox.procurify.bill_shapes import bill_line
from engine.sandbox.procurify.currency_shapes import currency
from engine.sandbox.procurify.order_item_shapes import order_item_nested
from engine.sandbox.procurify.printing import Json, decimal_text, local_time, number
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.vendor_shapes import vendor_fragment
from engine.sandbox.scenario.model import (
    Account,
    Bill,
    BillLine,
    OrderLine,
    PurchaseOrder,
    User,
    Vendor,
)

UNBILLED_FROM = 40_000_000
_OPEN, _CLOSED = frozenset({0, 5}), 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A line that is billed (`bill`, `line`) or waits to be (`order`, `order_line`)."""

    bill: Bill | None = None
    line: BillLine | None = None
    order: PurchaseOrder | None = None
    order_line: OrderLine | None = None
    id: int
    name: str
    account: Account
    requester: User
    vendor: Vendor
    created_at: datetime
    received_on: date | datetime | None
    total: Decimal


def item_rows(tenant: Tenant) -> list[ItemRow]:
    """The billed lines by bill, then those of orders that no bill has.

    A closed order leaves only what was received of it (procurify.md §8.7).
    """
    billed = [_billed(bill, line) for bill in tenant.bills.values() for line in bill.lines]
    known = {row.line.order_line.id for row in billed if row.line and row.line.order_line}
    waiting = [
        _waiting(order, line)
        for order in tenant.orders.values()
        if order.state in _OPEN or order.state == _CLOSED
        for line in order.lines
        if line.id not in known and (line.received or order.state in _OPEN)
    ]
    return [*billed, *waiting]


def item_row(row: ItemRow) -> Json:
    """An ItemReadSerializer_v2 object."""
    if row.bill is not None and row.line is not None:
        return bill_line(row.bill, row.line)
    if row.order is None or row.order_line is None:
        raise ValueError("an item is a bill's line or an order's")
    order, line = row.order, row.order_line
    return {
        "id": row.id,
        "orderitem": order_item_nested(order, line),
        "expense": None,
        "bill": None,
        "vendor": vendor_fragment(order.vendor),
        "sku": line.sku,
        "description": line.name,
        "po": {"number": order.number, "id": order.id, "uuid": order.uuid},
        "unit": line.unit,
        "quantity": decimal_text(line.quantity, 8),
        "currency": currency(order.currency),
        "total_cost": number(line.total),
        "packing_slips": [],
        "cost_allocations": [
            {
                "id": row.id,
                "budget": account(line.account),
                "object_id": None,
                "amount": decimal_text(line.total, 8),
                "currency": currency(order.currency),
                "created_on": local_time(order.placed_at),
            }
        ],
        "archived": False,
        "same_unit_cost": True,
        "creditcard_item": None,
        "is_edited": False,
        "unit_cost_diff_log": None,
        "tax_name": line.tax.name if line.tax else "",
        "tax_percentage": decimal_text(line.tax.percent, 8) if line.tax else None,
        "tax_amount": number(line.tax_amount),
        "tax_is_inclusive": False,
        "tax": line.tax.id if line.tax else None,
        "total_cost_with_tax": number(line.total + line.tax_amount),
        "shipping_amount": "0.00000000",
        "unit_cost": number(line.price),
        "custom_fields": [],
        "type": "order_item",
        "bill_by_cost": False,
        **({"received_on": local_time(order.modified_at)} if line.received else {}),
    }


def _billed(bill: Bill, line: BillLine) -> ItemRow:
    return ItemRow(
        bill=bill,
        line=line,
        id=line.id,
        name=line.description,
        account=line.allocations[0].account,
        requester=bill.user,
        vendor=bill.vendor,
        created_at=bill.submitted_at,
        received_on=bill.invoiced_on if line.order_line else None,
        total=line.total,
    )


def _waiting(order: PurchaseOrder, line: OrderLine) -> ItemRow:
    return ItemRow(
        order=order,
        order_line=line,
        id=UNBILLED_FROM + line.id,
        name=line.name,
        account=line.account,
        requester=order.purchaser,
        vendor=order.vendor,
        created_at=order.placed_at,
        received_on=order.modified_at if line.received else None,
        total=line.total,
    )
