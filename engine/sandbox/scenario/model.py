"""What a tenant of Procurify holds, as plain values: vendors, purchase orders, bills, references.

Field names follow the house's vocabulary; `engine.sandbox.procurify` gives them Procurify's
names and shapes. Amounts and quantities are Decimal. Pure.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from engine.sandbox.scenario.companies import Company, LegalEntity

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
VENDOR, PURCHASE_ORDER, BILL = "vendor", "purchase_order", "bill"


class Source(NamedTuple):
    """A document's kind and its id as text."""

    kind: str
    id: str


def round_money(amount: Decimal) -> Decimal:
    """The amount to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency of Procurify; `rate` is base units per unit (procurify.md §6.13)."""

    id: int
    name: str
    description: str
    rate: Decimal
    is_base: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCode:
    """An account code; `ledger_code` is its GL code in SYSPRO, "" when nobody mapped it."""

    id: int
    code: str
    description: str
    type: int
    ledger_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location; its documents go to `company`. `winter_offset_h`: its zone beside UTC."""

    id: int
    name: str
    zone: str
    winter_offset_h: int
    currency: Currency
    legal_entity: LegalEntity | None
    company: Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department of a location; `warehouse` is where SYSPRO puts its goods.

    Its id says where it is, so that the location counts neither for the hash nor in print.
    """

    id: int
    name: str
    warehouse: str
    suffix: str
    location: Location = field(repr=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account code in one department (Procurify's "budget" object)."""

    id: int
    code: AccountCode
    department: Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A tax by name; `code` is SYSPRO's tax code, "" when nobody mapped it."""

    id: int
    name: str
    percent: Decimal
    code: str
    ledger_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A payment term; `code` is SYSPRO's TermsCode."""

    id: int
    name: str
    code: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the tenant."""

    id: int
    first_name: str
    last_name: str
    email: str
    position: str
    department: Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor, and how it becomes a supplier of SYSPRO.

    `supplier` is the code in SYSPRO; `binding` says by what it is found: "external_id",
    "mapping" or "created" (by the engine's rule).
    """

    id: int
    name: str
    is_active: bool
    type: int
    currency: Currency
    term: Term
    address: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str
    email: str
    contact: str
    external_id: str
    modified_at: datetime
    supplier: str
    binding: str
    is_grn_matched: bool
    is_on_hold: bool
    supplier_currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A line of a purchase order, with what was received of it as good, and as bad (`failed`)."""

    id: int
    number: int
    sku: str
    name: str
    is_stocked: bool
    quantity: Decimal
    unit: str
    price: Decimal
    total: Decimal
    tax: Tax | None
    tax_amount: Decimal
    account: Account
    type: int
    received: Decimal
    failed: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """A purchase order; `total` = lines + tax + freight + other - discount, to the cent.

    `discount` is an amount, or a percentage of the lines.
    """

    id: int
    uuid: str
    custom_number: str
    vendor: Vendor
    currency: Currency
    state: int
    version: int
    placed_at: datetime
    promised_at: datetime
    modified_at: datetime
    purchaser: User
    lines: tuple[OrderLine, ...]
    freight: Decimal
    other: Decimal
    comment: str
    has_credit_card: bool
    discount: Decimal = ZERO
    is_discount_percent: bool = False

    @property
    def number(self) -> str:
        """The number that people see (procurify.md §6.18)."""
        return self.custom_number or f"PF{self.id}"

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines without tax."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def tax_amount(self) -> Decimal:
        """The sum of the lines' taxes."""
        return sum((line.tax_amount for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What the order comes to."""
        return self.subtotal + self.tax_amount + self.freight + self.other - self.discount_amount

    @property
    def discount_amount(self) -> Decimal:
        """What the discount takes off."""
        if self.is_discount_percent:
            return round_money(self.subtotal * self.discount / 100)
        return self.discount

    @property
    def is_active(self) -> bool:
        """False once cancelled."""
        return self.state != 1

    @property
    def location(self) -> Location:
        """Where it was ordered: all of its lines lie there."""
        first = next((line.account.department for line in self.lines), self.purchaser.department)
        return first.location


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A share of an amount on one account."""

    id: int
    account: Account
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a bill; `total` is without tax, also when the tax is inclusive."""

    id: int
    sku: str
    description: str
    order: PurchaseOrder | None
    order_line: OrderLine | None
    quantity: Decimal
    unit: str
    unit_cost: Decimal
    total: Decimal
    tax: Tax | None
    tax_amount: Decimal
    is_tax_inclusive: bool
    shipping: Decimal
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCost:
    """A cost of a bill that is no item, such as freight."""

    id: int
    name: str
    allocation: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill; its grand total is recomputable from lines, costs, shipping and taxes."""

    id: int
    uuid: str
    group: int
    version: int
    status: int
    type: int
    vendor: Vendor
    currency: Currency
    invoice_number: str
    invoiced_on: date
    due_on: date
    posted_on: date
    submitted_at: datetime
    modified_at: datetime
    user: User
    lines: tuple[BillLine, ...]
    costs: tuple[BillCost, ...]
    captured_total: Decimal | None
    note: str

    @property
    def subtotal(self) -> Decimal:
        """The items without tax and shipping."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """The items and costs without tax and shipping."""
        return self.subtotal + sum((cost.allocation.amount for cost in self.costs), ZERO)

    @property
    def shipping(self) -> Decimal:
        """The shipping of all items."""
        return sum((line.shipping for line in self.lines), ZERO)

    @property
    def inclusive_tax(self) -> Decimal:
        """The tax that was within the prices."""
        return sum((line.tax_amount for line in self.lines if line.is_tax_inclusive), ZERO)

    @property
    def exclusive_tax(self) -> Decimal:
        """The tax on top of the prices."""
        return sum((line.tax_amount for line in self.lines if not line.is_tax_inclusive), ZERO)

    @property
    def tax_amount(self) -> Decimal:
        """All tax."""
        return self.inclusive_tax + self.exclusive_tax

    @property
    def grand_total(self) -> Decimal:
        """What is owed: items, costs, tax and shipping."""
        return self.total + self.tax_amount + self.shipping

    @property
    def orders(self) -> tuple[PurchaseOrder, ...]:
        """The purchase orders that the bill bills, each once, in the order of the lines."""
        found = {line.order.id: line.order for line in self.lines if line.order is not None}
        return tuple(found.values())

    @property
    def location(self) -> Location:
        """Where it is booked: all of its allocations lie there."""
        parts = (part for line in self.lines for part in line.allocations)
        return next((part.account.department for part in parts), self.user.department).location


def is_vendor_eligible(vendor: Vendor) -> bool:
    """Whether the vendor is to be a supplier: active, and of type 1, 3 or 4."""
    return vendor.is_active and vendor.type in {1, 3, 4}


def is_order_eligible(order: PurchaseOrder) -> bool:
    """Whether the order is to be in SYSPRO: purchased or reopened, not paid by card."""
    return order.state in {0, 5} and order.is_active and not order.has_credit_card


def is_bill_eligible(bill: Bill) -> bool:
    """Whether the bill is to be in SYSPRO: approved or later, an order bill."""
    return bill.status in {2, 4, 6, 7, 8} and bill.type == 0
