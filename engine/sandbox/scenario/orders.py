"""The purchase orders of a scenario; every total is the sum of its parts, to the cent. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

from engine.sandbox.scenario import names
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.identifiers import dashed, identifiers
from engine.sandbox.scenario.model import (
    PURCHASE_ORDER,
    ZERO,
    Location,
    OrderLine,
    PurchaseOrder,
    Tax,
    Vendor,
    round_money,
)
from engine.sandbox.scenario.plan import OrderShape
from engine.sandbox.scenario.references import UNMAPPED_ACCOUNT, References

FIRST_ORDER = 1042
DAY_MS: Final = 86_400_000
_TAX_OF = {"USD": ("Sales tax 8.25%",), "CAD": ("GST 5%", "HST 13%")}
_FOREIGN_TAX = ("VAT 20%",)
_AS_DRAWN = frozenset({OrderShape.ORDINARY, OrderShape.REVISED_LATER, OrderShape.CANCELLED_LATER})


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What every maker needs: the seed, the references and the instant of the anchor."""

    seed: int
    references: References
    now: datetime

    def placed(self, identity: int) -> "World":
        """The same with the references of the location where the document of that id lies."""
        return self._with(self.references.placed(identity))

    def at(self, location: Location) -> "World":
        """The same with the references of that location."""
        return self._with(self.references.at(location))

    def _with(self, references: References) -> "World":
        return self if references is self.references else replace(self, references=references)


def draw_uuid(rng: Random) -> UUID:
    """A random uuid of version 4."""
    return UUID(int=rng.getrandbits(128), version=4)


def taxes_of(currency: str) -> tuple[str, ...]:
    """The names of the taxes that are usual for the currency."""
    return _TAX_OF.get(currency, _FOREIGN_TAX)


def draw_tax(draws: Draws, references: References, currency: str) -> Tax | None:
    """A tax that is usual for the currency, or none in two cases of five."""
    if draws.happens(40):
        return None
    return references.taxes[draws.choice(taxes_of(currency))]


def draw_cents(draws: Draws, low: int, high: int) -> Decimal:
    """An amount of so many cents or more, up to so many."""
    return Decimal(draws.between(low, high)).scaleb(-2)


def tax_on(amount: Decimal, tax: Tax | None) -> Decimal:
    """The exclusive tax on an amount, to the cent."""
    return ZERO if tax is None else round_money(amount * tax.percent / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGoods:
    """What an order is about: its lines, their ids their numbers, and what is charged beside."""

    lines: tuple[OrderLine, ...]
    freight: Decimal
    other: Decimal


def draw_goods(world: World, draws: Draws, vendor: Vendor) -> OrderGoods:
    """One to six lines for an order to the vendor; those of a vendor with receipts taxed alike."""
    is_plain = vendor.is_grn_matched or draws.happens(60)
    references, currency = world.references, vendor.currency.name
    common = draw_tax(draws, references, currency)
    count = draws.choice((1, 1, 2, 2, 3, 3, 4, 5, 6))
    return OrderGoods(
        lines=tuple(
            make_line(
                world,
                draws,
                number,
                vendor,
                common if vendor.is_grn_matched else draw_tax(draws, references, currency),
            )
            for number in range(1, count + 1)
        ),
        freight=ZERO if is_plain else draw_cents(draws, 1500, 9000),
        other=ZERO if is_plain or draws.happens(70) else draw_cents(draws, 500, 2500),
    )


def make_order(
    world: World,
    identity: int,
    vendor: Vendor,
    shape: OrderShape,
    *,
    goods: OrderGoods | None = None,
    state: int = 0,
    modified_at: datetime | None = None,
    is_sketch: bool = False,
) -> PurchaseOrder:
    """The purchase order with that id; the seed and the id decide what is not given.

    The state is that of an order whose shape asks for none. In a sketch, lines bear their numbers
    for ids.
    """
    world = world.placed(identity)
    draws = Draws(f"{world.seed}/order/{identity}")
    changed_ms = draws.between(DAY_MS, 5 * DAY_MS)
    goods = goods or draw_goods(world, draws, vendor)
    order = PurchaseOrder(
        id=identity,
        uuid=dashed(identifiers(world.seed, PURCHASE_ORDER).uuid_of(identity)),
        custom_number=_custom_number(identity, shape),
        vendor=vendor,
        currency=vendor.currency,
        state=state,
        version=1,
        placed_at=world.now - timedelta(milliseconds=draws.between(6 * DAY_MS, 30 * DAY_MS)),
        promised_at=world.now + timedelta(days=draws.between(5, 40)),
        modified_at=modified_at or world.now - timedelta(milliseconds=changed_ms),
        purchaser=draws.choice(world.references.users),
        lines=goods.lines if is_sketch else tuple(numbered(row, identity) for row in goods.lines),
        freight=goods.freight,
        other=goods.other,
        comment=draws.choice(names.COMMENTS),
        has_credit_card=shape is OrderShape.PAID_BY_CARD,
    )
    return _shaped(world, draws, order, shape)


def make_line(
    world: World, draws: Draws, number: int, vendor: Vendor, tax: Tax | None
) -> OrderLine:
    """A line for an order to the vendor; its id is its number."""
    is_stocked = draws.happens(45)
    department = draws.choice(tuple(world.references.departments))
    if is_stocked:
        sku, name = draws.choice(names.STOCKED)
        code, unit = "1200", "each"
    else:
        name, code = draws.choice(names.BOUGHT)
        sku = "" if draws.happens(50) else f"VN-{draws.between(1000, 9999)}"
        unit = draws.choice(names.UNITS)[0]
    places = 2 if vendor.is_grn_matched or draws.happens(80) else draws.between(3, 5)
    price = Decimal(draws.between(3 * 10**places, 400 * 10**places)).scaleb(-places)
    is_whole = is_stocked or vendor.is_grn_matched or draws.happens(85)
    quantity = Decimal(draws.between(1, 40)) if is_whole else Decimal(draws.between(2, 30)) / 4
    total = round_money(quantity * price)
    return OrderLine(
        id=number,
        number=number,
        sku=sku,
        name=name,
        is_stocked=is_stocked,
        quantity=quantity,
        unit=unit,
        price=price,
        total=total,
        tax=tax,
        tax_amount=tax_on(total, tax),
        account=world.references.accounts[code, department],
        type=0,
        received=ZERO,
    )


def numbered(line: OrderLine, order: int) -> OrderLine:
    """The line under the id that it has in the order: ten times the order's plus its number.

    Written out: `replace` takes three times as long, and long lists wait for it.
    """
    return OrderLine(
        id=order * 10 + line.number,
        number=line.number,
        sku=line.sku,
        name=line.name,
        is_stocked=line.is_stocked,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        total=line.total,
        tax=line.tax,
        tax_amount=line.tax_amount,
        account=line.account,
        type=line.type,
        received=line.received,
        failed=line.failed,
    )


def reprice(line: OrderLine, *, quantity: Decimal, price: Decimal) -> OrderLine:
    """The line with another quantity and price, its total and tax following."""
    total = round_money(quantity * price)
    return replace(
        line, quantity=quantity, price=price, total=total, tax_amount=tax_on(total, line.tax)
    )


def _custom_number(identity: int, shape: OrderShape) -> str:
    if shape is OrderShape.PO_NUMBER_TOO_LONG:
        return f"ACME-{identity}-REPLACEMENT-PARTS"
    return f"PO-{identity}" if identity % 7 == FIRST_ORDER % 7 else ""


def _shaped(world: World, draws: Draws, order: PurchaseOrder, shape: OrderShape) -> PurchaseOrder:
    """The order with what its shape asks for."""
    if shape in _AS_DRAWN:
        return order
    first = order.lines[0]
    match shape:
        case OrderShape.CANCELLED:
            return replace(order, state=1)
        case OrderShape.CLOSED:
            received = tuple(replace(line, received=line.quantity) for line in order.lines)
            return replace(order, state=3, lines=received)
        case OrderShape.CURRENCY_MISMATCH:
            return replace(order, currency=world.references.currencies["EUR"])
        case OrderShape.BLANKET_PO:
            return replace(order, lines=(replace(first, type=2), *order.lines[1:]))
        case OrderShape.LINE_NO_ACCOUNT:
            unmapped = world.references.accounts[UNMAPPED_ACCOUNT, first.account.department.name]
            name, _ = draws.choice(names.BOUGHT)
            held = replace(first, sku="", name=name, is_stocked=False, account=unmapped)
            return replace(order, lines=(held, *order.lines[1:]))
        case OrderShape.PRICE_PRECISION:
            return replace(order, lines=(_imprecise(world, draws, first), *order.lines[1:]))
        case _:
            return order


def _imprecise(world: World, draws: Draws, line: OrderLine) -> OrderLine:
    """A stocked line whose price at five decimals misses the total by more than five cents."""
    sku, name = draws.choice(names.STOCKED)
    account = world.references.accounts["1200", line.account.department.name]
    price = draw_cents(draws, 100, 900) + Decimal("0.00000444")
    stocked = replace(line, sku=sku, name=name, is_stocked=True, unit="each", account=account)
    return reprice(stocked, quantity=Decimal(20_000), price=price)
