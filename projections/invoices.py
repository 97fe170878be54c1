"""What Procurify says of bills, kept as the facts `bill:<source>/<uuid>`. Pure.

`Content` holds what reaches SYSPRO; notes and approvals move without making a revision.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.canonical import digest
from engine.core.money import ZERO, to_cents, total
from engine.core.shape import Shape, store
from projections.source import Source

READY_STATUSES = frozenset({2, 4, 6, 7, 8})
ORDER_BILL = 0


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
    """One line; `total` is without tax. `order` and `order_item` are "" without an order."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCost(Shape):
    """A cost that is no item, such as freight."""

    name: str
    amount: Decimal
    allocation: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class BillContent(Shape):
    """What of a bill reaches SYSPRO. Instants are kept as Procurify wrote them."""

    invoice: str
    vendor: str
    currency: str
    location: str
    invoiced_at: str
    due_at: str
    posted_at: str
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
        """The first 16 hex digits of the digest of what a posted invoice holds."""
        return digest(store(self))[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Shape):
    """A bill: where it stands in Procurify, and its content while it is to be carried.

    `has_payment`: Procurify knows of a payment of it, on whatever step.
    """

    id: str
    invoice: str
    group: str
    version: int
    status: int
    type: int
    is_active: bool
    has_payment: bool = False
    content: BillContent | None = None

    @property
    def is_eligible(self) -> bool:
        """Whether it is to be in SYSPRO: approved or later, an order bill, active."""
        return self.status in READY_STATUSES and self.type == ORDER_BILL and self.is_active


def read_bill(source: Source, identity: str) -> Bill:
    """The bill of a detail body; raises `Unreadable`. Not eligible: content is not read."""
    status, type_ = source.number("status"), source.number("type")
    bill = Bill(
        id=identity,
        invoice=source.text("invoice_number"),
        group=source.identity("group"),
        version=source.number("version") or 0,
        status=-1 if status is None else status,
        type=ORDER_BILL if type_ is None else type_,
        is_active=source.flag("active", default=True),
        has_payment=source.at("bill_payment").value is not None,
    )
    if not bill.is_eligible:
        return bill
    return replace(bill, content=_content(source))


def _content(source: Source) -> BillContent:
    lines = [
        line for line in source.at("items").items() if not line.flag("archived", default=False)
    ]
    costs = tuple(_cost(cost) for cost in source.at("costs").items())
    return BillContent(
        invoice=source.text("invoice_number"),
        vendor=source.identity("vendor", "id"),
        currency=source.text("currency", "name"),
        location=_location(lines),
        invoiced_at=source.text("invoice_date"),
        due_at=source.text("due_date"),
        posted_at=source.text("gl_post_date"),
        subtotal=source.amount("subtotal_cost"),
        total=source.amount("total_cost"),
        tax=source.amount_or_none("tax_amount") or ZERO,
        shipping=source.amount_or_none("shipping_amount") or ZERO,
        total_with_tax=source.amount("total_cost_with_tax"),
        invoice_total=source.amount_or_none("invoice_total"),
        items=tuple(_item(line) for line in lines),
        costs=costs,
    )


def _location(lines: list[Source]) -> str:
    for line in lines:
        for allocation in line.at("cost_allocations").items():
            branch = _branch(allocation)
            if branch:
                return branch
    return ""


def _branch(allocation: Source) -> str:
    return allocation.identity("budget", "department", "branch", "id")


def _item(line: Source) -> BillItem:
    ordered = line.at("orderitem").value is not None
    order = line.identity("po", "id") or line.identity("orderitem", "purchase_order")
    by_cost = line.flag("bill_by_cost", default=False)
    return BillItem(
        id=line.identity("id"),
        description=line.text("description"),
        total=line.amount("total_cost"),
        tax_amount=line.amount_or_none("tax_amount") or ZERO,
        tax=line.text("tax_name"),
        shipping=line.amount_or_none("shipping_amount") or ZERO,
        allocations=tuple(_allocation(part) for part in line.at("cost_allocations").items()),
        order=order if ordered else "",
        order_item=line.identity("orderitem", "id") if ordered else "",
        quantity=None if by_cost else line.amount_or_none("quantity"),
    )


def _cost(cost: Source) -> BillCost:
    return BillCost(
        name=cost.text("name"),
        amount=cost.amount("amount"),
        allocation=_allocation(cost.at("cost_allocation")),
    )


def _allocation(part: Source) -> Allocation:
    return Allocation(
        account=part.text("budget", "account_code", "code"),
        department=part.text("budget", "department", "name"),
        amount=part.amount_or_none("amount") or ZERO,
        location=_branch(part),
    )
