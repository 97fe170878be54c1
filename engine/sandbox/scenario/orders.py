"""The purchase orders of a scenario; every total is the sum of its parts, to the cent. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import (
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
_TAX_OF = {"USD": ("Sales tax 8.25%",), "CAD": ("GST 5%", "HST 13%")}
_FOREIGN_TAX = ("VAT 20%",)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What every maker needs: the seed, the references and the instant of the anchor."""

    seed: int
    references: References
    now: datetime

    def placed(self, identity: int) -> "World":
        """The same with the references of the location where the order of that id lies."""
        return replace(self, references=self.references.placed(identity))

    def at(self, location: Location) -> "World":
        """The same with the references of that location."""
        return replace(self, references=self.references.at(location))


def draw_uuid(rng: Random) -> UUID:
    """A random uuid of version 4."""
    return UUID(int=rng.getrandbits(128), version=4)


def draw_tax(rng: Random, references: References, currency: str) -> Tax | None:
    """A tax that is usual for the currency, or none in two cases of five."""
    if rng.random() < 0.4:
        return None
    return references.taxes[rng.choice(_TAX_OF.get(currency, _FOREIGN_TAX))]


def tax_on(amount: Decimal, tax: Tax | None) -> Decimal:
    """The exclusive tax on an amount, to the cent."""
    return ZERO if tax is None else round_money(amount * tax.percent / 100)


def make_order(world: World, identity: int, vendor: Vendor, shape: OrderShape) -> PurchaseOrder:
    """The purchase order with that id; the seed and the id alone decide what is drawn."""
    world = world.placed(identity)
    rng = Random(f"{world.seed}/order/{identity}")
    placed_at = world.now - timedelta(days=rng.uniform(6, 30))
    is_plain = vendor.is_grn_matched or rng.random() < 0.6
    order = PurchaseOrder(
        id=identity,
        uuid=str(draw_uuid(rng)),
        custom_number=_custom_number(identity, shape),
        vendor=vendor,
        currency=vendor.currency,
        state=5 if rng.random() < 0.05 else 0,
        version=1,
        placed_at=placed_at,
        promised_at=world.now + timedelta(days=rng.randint(5, 40)),
        modified_at=world.now - timedelta(days=rng.uniform(1, 5)),
        purchaser=rng.choice(world.references.users),
        lines=_draw_lines(world, rng, identity, vendor),
        freight=ZERO if is_plain else Decimal(rng.randint(1500, 9000)).scaleb(-2),
        other=ZERO
        if is_plain or rng.random() < 0.7
        else Decimal(rng.randint(500, 2500)).scaleb(-2),
        comment=rng.choice(names.COMMENTS),
        has_credit_card=shape is OrderShape.PAID_BY_CARD,
    )
    return _shaped(world, rng, order, shape)


def make_line(
    world: World, rng: Random, order_id: int, number: int, vendor: Vendor, tax: Tax | None
) -> OrderLine:
    """A line of the order; its id is ten times the order's plus the line's number."""
    is_stocked = rng.random() < 0.45
    department = rng.choice(list(world.references.departments))
    if is_stocked:
        sku, name = rng.choice(names.STOCKED)
        code, unit = "1200", "each"
    else:
        name, code = rng.choice(names.BOUGHT)
        sku = "" if rng.random() < 0.5 else f"VN-{rng.randint(1000, 9999)}"
        unit = rng.choice(names.UNITS)[0]
    places = 2 if vendor.is_grn_matched or rng.random() < 0.8 else rng.randint(3, 5)
    price = Decimal(rng.randint(3 * 10**places, 400 * 10**places)).scaleb(-places)
    is_whole = is_stocked or vendor.is_grn_matched or rng.random() < 0.85
    quantity = Decimal(rng.randint(1, 40)) if is_whole else Decimal(rng.randint(2, 30)) / 4
    return _line(
        world,
        identity=order_id * 10 + number,
        number=number,
        sku=sku,
        name=name,
        is_stocked=is_stocked,
        quantity=quantity,
        unit=unit,
        price=price,
        tax=tax,
        account=(code, department),
    )


def _draw_lines(world: World, rng: Random, identity: int, vendor: Vendor) -> tuple[OrderLine, ...]:
    currency = vendor.currency.name
    common = draw_tax(rng, world.references, currency)
    count = rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6))
    return tuple(
        make_line(
            world,
            rng,
            identity,
            number,
            vendor,
            common if vendor.is_grn_matched else draw_tax(rng, world.references, currency),
        )
        for number in range(1, count + 1)
    )


def _line(
    world: World,
    *,
    identity: int,
    number: int,
    sku: str,
    name: str,
    is_stocked: bool,
    quantity: Decimal,
    unit: str,
    price: Decimal,
    tax: Tax | None,
    account: tuple[str, str],
) -> OrderLine:
    total = round_money(quantity * price)
    return OrderLine(
        id=identity,
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
        account=world.references.accounts[account],
        type=0,
        received=ZERO,
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


def _shaped(world: World, rng: Random, order: PurchaseOrder, shape: OrderShape) -> PurchaseOrder:
    """The order with what its shape asks for."""
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
            name, _ = rng.choice(names.BOUGHT)
            held = replace(first, sku="", name=name, is_stocked=False, account=unmapped)
            return replace(order, lines=(held, *order.lines[1:]))
        case OrderShape.PRICE_PRECISION:
            return replace(order, lines=(_imprecise(world, rng, first), *order.lines[1:]))
        case _:
            return order


def _imprecise(world: World, rng: Random, line: OrderLine) -> OrderLine:
    """A stocked line whose price at five decimals misses the total by more than five cents."""
    sku, name = rng.choice(names.STOCKED)
    account = world.references.accounts["1200", line.account.department.name]
    price = Decimal(rng.randint(100, 900)).scaleb(-2) + Decimal("0.00000444")
    stocked = replace(line, sku=sku, name=name, is_stocked=True, unit="each", account=account)
    return reprice(stocked, quantity=Decimal(20_000), price=price)
