"""What Procurify says of purchase orders, kept as the facts `order:<source>/<id>`. Pure.

Only what is to reach SYSPRO is kept, so that the digest of `Content` is the order's revision:
receipts, approvals and counters move without making one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.canonical import digest
from engine.core.money import ZERO, total
from engine.core.shape import Shape, store
from projections.charged import branch_of, read_charged
from projections.source import Source

OPEN_STATES = frozenset({0, 5})
CANCELLED = 1
CLOSED = 3
LINE_STATUSES = frozenset(range(9))
DENIED_LINES = frozenset({0, 1, 4, 7, 8})
RECEIVE_METHODS = frozenset({0, 1})
AMOUNT_LINE = 1
LINE_TYPES = frozenset({0, 1, 2})
BLANKET = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Shape):
    """The part of an item that is charged to one account (`spend_allocation`)."""

    id: str
    amount: Decimal
    account: str
    department: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver(Shape):
    """Where the goods go; `address` without its empty parts."""

    name: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Shape):
    """One line (procurify.md §4.1 PurchaseOrderLineItemRead); `id` is the order item's.

    `location` is the id of the location of its department; `catalogue_sku` the catalogue item's
    own; `number` the line as Procurify prints it, 0 if it does not; `blanket_amount` what a
    blanket item may come to.
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
    number: int = 0
    comment: str = ""
    catalogue_sku: str = ""
    blanket_amount: Decimal | None = None
    splits: tuple[Split, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Shape):
    """How much of an item Procurify has as received and good."""

    item: str
    passed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Shape):
    """What of an order reaches SYSPRO. Instants are kept as Procurify wrote them.

    `discount` and `tax` are amounts; `discount_percent` where the discount is given as one.
    `rate` is Procurify's, against its own base currency. `buyer` is the purchaser's name.
    """

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
    discount_percent: Decimal | None = None
    rate: Decimal | None = None
    buyer: str = ""
    shipping: str = ""
    disclaimer: str = ""
    contract: str = ""
    expires_at: str = ""
    receiver: Receiver = Receiver()

    @property
    def revision(self) -> str:
        """The first 16 hex digits of the digest of it all."""
        return digest(store(self))[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Shape):
    """An order: where it stands in Procurify, and its content while it is open there.

    `version` rises with every edit in Procurify; 0 where none is told.
    """

    id: str
    number: str
    state: int
    is_active: bool
    has_card: bool
    version: int = 0
    received: tuple[Received, ...] = ()
    content: Content | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled in Procurify (state 1; `active` false goes with it)."""
        return self.state == CANCELLED

    @property
    def is_closed(self) -> bool:
        """Whether it was closed in Procurify: nothing more is to come."""
        return self.state == CLOSED

    @property
    def is_open(self) -> bool:
        """Whether it is purchased or reopened."""
        return self.state in OPEN_STATES and self.is_active

    @property
    def is_gone(self) -> bool:
        """Whether it was open and is in Procurify no longer."""
        return self.state in OPEN_STATES and not self.is_active

    @property
    def is_eligible(self) -> bool:
        """Whether it is to be in SYSPRO without more ado: open, and not paid by card."""
        return self.is_open and not self.has_card

    @property
    def standing(self) -> str:
        """What stands for the revision of an order that is not open: its state, or that it went."""
        return "gone" if self.is_gone else f"state {self.state}"


def read_order(source: Source) -> Order:
    """The order of a detail body; raises `Unreadable`. Not open: content is not read."""
    identity = source.identity("procurify_PO") or source.identity("id")
    state = source.number("state")
    order = Order(
        id=identity,
        number=source.text("number") or source.text("PO_Num") or f"PF{identity}",
        state=-1 if state is None else state,
        is_active=source.flag("active", default=True),
        has_card=source.at("creditcard").value is not None,
        version=source.number("version") or 0,
        received=tuple(_received(source)),
    )
    return replace(order, content=_content(source, identity)) if order.is_open else order


def _received(source: Source) -> Iterator[Received]:
    for line in source.at("order_items").items():
        passed = line.amount_or_none("receivedPassQty") or ZERO
        if passed > 0:
            yield Received(item=line.named("id"), passed=passed)


def _content(source: Source, identity: str) -> Content:
    lines = list(source.at("order_items").items())
    items = tuple(_item(line) for line in lines if _is_carried(line))
    branches = [branch_of(line.at("account")) for line in lines]
    subtotal = source.amount_or_none("subtotal")
    subtotal = total(item.total for item in items) if subtotal is None else subtotal
    discount = source.at("discount")
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
        discount=_part(discount, subtotal),
        discount_percent=discount.amount_or_none("value") if _is_percent(discount) else None,
        total=source.amount("total"),
        comment=source.text("comment"),
        is_blanket=source.flag("has_blanket_order_items", default=False),
        items=items,
        rate=source.amount_or_none("purchased_currency_rate"),
        buyer=_person(source.at("purchaser")),
        shipping=_name(source.at("shipping_method")),
        disclaimer=source.text("disclaimer_text"),
        contract=source.text("contract", "name"),
        expires_at=source.text("expiry_date"),
        receiver=_receiver(source),
    )


def _person(user: Source) -> str:
    """First and last name of a user; "" where only the id is given."""
    if not isinstance(user.value, Mapping):
        return ""
    return f"{user.text('firstName')} {user.text('lastName')}".strip()


def _name(row: Source) -> str:
    """A name, which lists give bare and details as an object (procurify.md §4.1)."""
    return row.text() if isinstance(row.value, str) else row.text("name")


def _receiver(source: Source) -> Receiver:
    parts = ("addressLineOne", "city", "state_province", "country")
    lines = [source.text(f"receiver_{part}") for part in parts]
    return Receiver(
        name=source.text("receiver_name"),
        address=tuple(line for line in lines if line),
        postal_code=source.text("receiver_postalCode"),
    )


def _is_percent(part: Source) -> bool:
    return part.text("type") in {"percentage", "percent"}


def _part(source: Source, subtotal: Decimal) -> Decimal:
    """A tax or discount, given as an amount or as a percentage of the subtotal (§6.14)."""
    value = source.amount_or_none("value") or ZERO
    if _is_percent(source):
        return subtotal * value / 100
    return value


def _is_carried(line: Source) -> bool:
    is_active = line.flag("active", default=True) and line.flag("is_active", default=True)
    return is_active and line.choice("status", among=LINE_STATUSES) not in DENIED_LINES


def _item(line: Source) -> Item:
    quantity, price = line.amount("quantity"), line.amount("price")
    stated = line.amount_or_none("total_cost")
    charged = read_charged(line.at("account"))
    return Item(
        id=line.named("id"),
        sku=line.text("sku"),
        name=line.text("name"),
        quantity=quantity,
        price=price,
        total=quantity * price if stated is None else stated,
        tax_amount=line.amount_or_none("tax_amount") or ZERO,
        taxes=tuple(name for name in (tax.text("name") for tax in line.at("taxes").items())),
        unit=line.text("unit"),
        account=charged.account,
        department=charged.department,
        location=charged.location,
        is_amount=line.choice("receive_method", among=RECEIVE_METHODS) == AMOUNT_LINE,
        is_blanket=line.choice("type", among=LINE_TYPES) == BLANKET,
        required_at=line.text("date_required"),
        number=line.number("PO_line_num") or 0,
        comment=line.text("lineComment"),
        catalogue_sku=line.text("catalog_item", "internalSKU"),
        blanket_amount=line.amount_or_none("blanket", "amount"),
        splits=tuple(_split(part) for part in line.at("spend_allocation").items()),
    )


def _split(part: Source) -> Split:
    charged = read_charged(part.at("account"))
    return Split(
        id=part.identity("id"),
        amount=part.amount("amount"),
        account=charged.account,
        department=charged.department,
        location=charged.location,
    )
