"""What Procurify says of bills, kept as the facts `bill:<source>/<uuid>`. Pure.

`BillContent` holds what reaches SYSPRO; comments and counters move without making a revision.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.canonical import digest
from engine.core.money import to_cents, total
from engine.core.shape import Shape, store

READY_STATUSES = frozenset({2, 4, 6, 7, 8})
APPROVED = 2
ORDER_BILL = 0


_MONEY = 8


def is_same_money(one: str, other: str) -> bool:
    """Whether two revisions of a bill owe and charge the same."""
    return one[:_MONEY] == other[:_MONEY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation(Shape):
    """A share of an amount on an account of a department (procurify.md §4.1).

    `location` is the id of the department's location.
    """

    account: str
    department: str
    amount: Decimal
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillItem(Shape):
    """One line; `total` is without tax. `order` and `order_item` are "" without an order.

    `quantity` None: the line states a value only. `tax_percent` None: no rate is stated.
    `original_cost`: the unit cost before somebody changed it in Procurify, if somebody did.
    """

    id: str
    description: str
    total: Decimal
    tax_amount: Decimal
    tax: str
    shipping: Decimal
    allocations: tuple[Allocation, ...]
    order: str = ""
    order_item: str = ""
    quantity: Decimal | None = None
    tax_percent: Decimal | None = None
    is_edited: bool = False
    original_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCost(Shape):
    """A cost that is no item, such as freight."""

    name: str
    amount: Decimal
    allocation: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class BillContent(Shape):
    """What of a bill reaches SYSPRO. Instants are kept as Procurify wrote them.

    `approved_at`: when it was last approved; `tax`, `shipping` and the totals are what it states.
    """

    invoice: str
    vendor: str
    currency: str
    location: str
    invoiced_at: str
    due_at: str
    posted_at: str
    approved_at: str = ""
    note: str = ""
    subtotal: Decimal
    total: Decimal
    tax: Decimal
    shipping: Decimal
    total_with_tax: Decimal
    invoice_total: Decimal | None = None
    items: tuple[BillItem, ...]
    costs: tuple[BillCost, ...]

    @property
    def owed(self) -> Decimal:
        """Items, costs, tax and shipping, to the cent; below zero for a credit."""
        items = total(item.total + item.tax_amount + item.shipping for item in self.items)
        return to_cents(items + total(cost.amount for cost in self.costs))

    @property
    def revision(self) -> str:
        """16 hex digits: 8 of the digest of what is owed and charged, 8 of that of all.

        Days, notes and descriptions change the last 8 only (`is_same_money`).
        """
        items = tuple(replace(item, description="", is_edited=False) for item in self.items)
        money = replace(
            self,
            vendor="",
            location="",
            invoiced_at="",
            due_at="",
            posted_at="",
            approved_at="",
            note="",
            items=items,
        )
        return digest(store(money))[:_MONEY] + digest(store(self))[:_MONEY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Shape):
    """A bill: where it stands in Procurify, and its content while it is to be carried.

    `has_payment`: Procurify knows of a payment of it, on whatever step.
    `fault`: why the content of a bill that is no order bill cannot be read; most companies do not
    carry those, so that it is told only where one does. `is_locked`: Procurify says that it can
    be changed no more.
    """

    id: str
    invoice: str
    group: str
    version: int
    status: int
    type: int
    is_active: bool
    has_payment: bool = False
    is_locked: bool = False
    fault: str = ""
    content: BillContent | None = None

    @property
    def is_eligible(self) -> bool:
        """Whether it may be in SYSPRO: approved or later, and active. Its type is policy."""
        return self.status in READY_STATUSES and self.is_active
