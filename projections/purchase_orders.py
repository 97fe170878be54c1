"""What Procurify says of purchase orders, kept as the facts `order:<source>/<id>`. Pure.

Only what is to reach SYSPRO is kept, so that the digest of `Content` is the order's revision:
receipts, approvals and counters move without making one.
"""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import digest
from engine.core.money import ZERO, total
from engine.core.shape import Shape, store
from projections.source import Source

OPEN_STATES = frozenset({0, 5})
CANCELLED = 1
DENIED_LINES = frozenset({0, 1, 4, 7, 8})
AMOUNT_LINE = 1
BLANKET = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Shape):
    """One line (procurify.md §4.1 PurchaseOrderLineItemRead); `id` is the order item's.

    `location` is the id of the location of its department.
    """

    id: str
    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    total: Decimal
    tax_amount: Decimal
    taxes: tuple[str, ...]
    unit: str
    account: str
    department: str
    location: str = ""
    is_amount: bool = False
    is_blanket: bool = False
    required_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Shape):
    """What of an order reaches SYSPRO. Instants are kept as Procurify wrote them."""

    number: str
    vendor: str
    currency: str
    location: str
    placed_at: str
    promised_at: str
    term: str
    subtotal: Decimal
    freight: Decimal
    other: Decimal
    tax: Decimal
    discount: Decimal
    total: Decimal
    comment: str
    is_blanket: bool
    items: tuple[Item, ...]

    @property
    def revision(self) -> str:
        """The first 16 hex digits of the digest of it all."""
        return digest(store(self))[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Shape):
    """An order: where it stands in Procurify, and its content while it is to be carried."""

    id: str
    number: str
    state: int
    is_active: bool
    has_card: bool
    content: Content | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled in Procurify (state 1; `active` false goes with it)."""
        return self.state == CANCELLED

    @property
    def is_eligible(self) -> bool:
        """Whether it is to be in SYSPRO: purchased or reopened, and not paid by card."""
        return self.state in OPEN_STATES and self.is_active and not self.has_card


def read_order(source: Source) -> Order:
    """The order of a detail body; raises `Unreadable`. Not eligible: content is not read."""
    identity = source.identity("procurify_PO") or source.identity("id")
    state = source.number("state")
    order = Order(
        id=identity,
        number=source.text("number") or source.text("PO_Num") or f"PF{identity}",
        state=-1 if state is None else state,
        is_active=source.flag("active", default=True),
        has_card=source.at("creditcard").value is not None,
    )
    if not order.is_eligible:
        return order
    return Order(
        id=order.id,
        number=order.number,
        state=order.state,
        is_active=order.is_active,
        has_card=order.has_card,
        content=_content(source, identity),
    )


def _content(source: Source, identity: str) -> Content:
    lines = list(source.at("order_items").items())
    items = tuple(_item(line) for line in lines if _is_carried(line))
    branches = [_branch(line) for line in lines]
    subtotal = source.amount_or_none("subtotal")
    subtotal = total(item.total for item in items) if subtotal is None else subtotal
    return Content(
        number=source.text("PO_Num") or f"PF{identity}",
        vendor=source.identity("pref_vendor", "id"),
        currency=source.text("purchased_currency", "name"),
        location=next((branch for branch in branches if branch), ""),
        placed_at=source.text("date"),
        promised_at=source.text("promise_date"),
        term=source.text("payment_term", "name") or source.text("payment_terms"),
        subtotal=subtotal,
        freight=source.amount_or_none("freight") or ZERO,
        other=source.amount_or_none("other") or ZERO,
        tax=_part(source.at("tax"), subtotal),
        discount=_part(source.at("discount"), subtotal),
        total=source.amount("total"),
        comment=source.text("comment"),
        is_blanket=source.flag("has_blanket_order_items", default=False),
        items=items,
    )


def _branch(line: Source) -> str:
    return line.identity("account", "department", "branch", "id")


def _part(source: Source, subtotal: Decimal) -> Decimal:
    """A tax or discount, given as an amount or as a percentage of the subtotal (§6.14)."""
    value = source.amount_or_none("value") or ZERO
    if source.text("type") in {"percentage", "percent"}:
        return subtotal * value / 100
    return value


def _is_carried(line: Source) -> bool:
    is_active = line.flag("active", default=True) and line.flag("is_active", default=True)
    return is_active and line.number("status") not in DENIED_LINES


def _item(line: Source) -> Item:
    quantity, price = line.amount("quantity"), line.amount("price")
    stated = line.amount_or_none("total_cost")
    return Item(
        id=line.identity("id"),
        sku=line.text("sku"),
        name=line.text("name"),
        quantity=quantity,
        price=price,
        total=quantity * price if stated is None else stated,
        tax_amount=line.amount_or_none("tax_amount") or ZERO,
        taxes=tuple(name for name in (tax.text("name") for tax in line.at("taxes").items())),
        unit=line.text("unit"),
        account=line.text("account", "account_code", "code"),
        department=line.text("account", "department", "name"),
        location=_branch(line),
        is_amount=line.number("receive_method") == AMOUNT_LINE,
        is_blanket=line.number("type") == BLANKET,
        required_at=line.text("date_required"),
    )
