"""The bills of a scenario; every grand total is recomputable from lines, costs and taxes. Pure.

A bill over received goods bills exactly what was received, at the order's price, with at most one
tax and nothing else. A bill over another order bills it whole. A bill without an order has lines
of its own, some with split allocations, shipping, costs or inclusive tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from engine.sandbox.scenario import names
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.identifiers import identifiers
from engine.sandbox.scenario.model import (
    BILL,
    ZERO,
    Account,
    Allocation,
    Bill,
    BillCost,
    BillLine,
    OrderLine,
    PurchaseOrder,
    Vendor,
    round_money,
)
from engine.sandbox.scenario.orders import (
    DAY_MS,
    OrderGoods,
    World,
    draw_cents,
    draw_tax,
    tax_on,
)
from engine.sandbox.scenario.plan import BillShape
from engine.sandbox.scenario.references import UNMAPPED_ACCOUNT, UNMAPPED_TAX

FIRST_BILL = 601
PREFIXES: Final = ("INV", "RE", "F", "SI")
_STATUS = {BillShape.DRAFT: 0, BillShape.DENIED: 3}
_TYPE = {BillShape.EXPENSE: 1, BillShape.CARD: 2}
_READY = (2, 2, 2, 2, 2, 2, 2, 4, 6, 7, 8)
_HOUR_MS: Final = 3_600_000
GROUPS_FROM: Final = 1000
LATER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillGoods:
    """What a bill is about: its lines, their ids their numbers, and what is charged beside."""

    lines: tuple[BillLine, ...]
    freight: Decimal
    other: Decimal = ZERO


def draw_bill_goods(world: World, draws: Draws, vendor: Vendor) -> BillGoods:
    """One to three lines for a bill of the vendor."""
    count = draws.choice((1, 1, 2, 3))
    return BillGoods(
        lines=tuple(_own_line(world, draws, place, vendor) for place in range(1, count + 1)),
        freight=ZERO if draws.happens(80) else draw_cents(draws, 900, 7000),
    )


def goods_over(ordered: OrderGoods, received: Mapping[int, Decimal] | None) -> BillGoods:
    """What a bill over these ordered goods is about: all, or what was `received` by number.

    Its lines name no order.
    """
    return BillGoods(
        lines=_order_lines(0, ordered.lines, received, None),
        freight=ordered.freight if received is None else ZERO,
        other=ordered.other if received is None else ZERO,
    )


def status_of(world: World, identity: int, shape: BillShape) -> int:
    """The status of the bill with that id, if its goods are known: nothing is drawn for them."""
    draws = Draws(f"{world.seed}/bill/{identity}")
    draws.between(DAY_MS, 5 * DAY_MS)
    draws.between(2, 25)
    drawn = draws.choice(_READY)
    return _STATUS.get(shape, drawn)


def make_bill(
    world: World,
    identity: int,
    vendor: Vendor,
    shape: BillShape,
    *,
    order: PurchaseOrder | None = None,
    received: Mapping[int, Decimal] | None = None,
    goods: BillGoods | None = None,
    modified_at: datetime | None = None,
    is_sketch: bool = False,
) -> Bill:
    """The bill with that id, over an order (or what was `received` of it, by line) or over none.

    The seed and the id decide what is not given. It lies where its order lies. In a sketch, the
    lines of the goods bear their numbers for ids.
    """
    world = world.placed(identity) if order is None else world.at(order.location)
    draws = Draws(f"{world.seed}/bill/{identity}")
    changed_ms = draws.between(DAY_MS, 5 * DAY_MS)
    modified_at = modified_at or world.now - timedelta(milliseconds=changed_ms)
    invoiced_on = (world.now - timedelta(days=draws.between(2, 25))).date()
    if order is None:
        goods = goods or draw_bill_goods(world, draws, vendor)
        lines = goods.lines if is_sketch else tuple(_numbered(row, identity) for row in goods.lines)
        charges = {"Freight": goods.freight, "Handling": goods.other}
    else:
        lines = _order_lines(identity, order.lines, received, order)
        is_whole = received is None
        charges = {"Freight": order.freight, "Handling": order.other} if is_whole else {}
    costs = _costs(world, identity, charges)
    bill = Bill(
        id=identity,
        uuid=identifiers(world.seed, BILL).uuid_of(identity),
        group=identity + GROUPS_FROM,
        version=1,
        status=_STATUS.get(shape, draws.choice(_READY)),
        type=_TYPE.get(shape, 0),
        vendor=vendor,
        currency=vendor.currency if order is None else order.currency,
        invoice_number=f"{draws.choice(PREFIXES)}-{identity}{draws.between(10, 99)}",
        invoiced_on=invoiced_on,
        due_on=invoiced_on + timedelta(days=vendor.term.days),
        posted_on=invoiced_on,
        submitted_at=modified_at - timedelta(milliseconds=draws.between(_HOUR_MS, 20 * _HOUR_MS)),
        modified_at=modified_at,
        user=draws.choice(world.references.users),
        lines=lines,
        costs=costs,
        captured_total=_total_of(lines, costs) if draws.happens(66) else None,
        note=draws.choice(names.COMMENTS),
    )
    return _shaped(world, bill, shape)


def _total_of(lines: Sequence[BillLine], costs: Sequence[BillCost]) -> Decimal:
    """What a bill of these comes to."""
    parts = (line.total + line.tax_amount + line.shipping for line in lines)
    return sum(parts, sum((cost.allocation.amount for cost in costs), ZERO))


def make_duplicate(bill: Bill, original: Bill) -> Bill:
    """The bill, submitted later, under the original's number in another spelling."""
    return replace(
        bill,
        invoice_number=original.invoice_number.lower().replace("-", " "),
        invoiced_on=original.invoiced_on,
        posted_on=original.posted_on,
        due_on=original.due_on,
        submitted_at=original.submitted_at + LATER,
        modified_at=original.modified_at + LATER,
    )


def normalised_number(number: str) -> str:
    """The invoice number as duplicates are found by (rules.md §5.5, 19)."""
    bare = number.upper()
    for character in " -/.":
        bare = bare.replace(character, "")
    return bare.lstrip("0")


def line_of_bill(bill: int, number: int) -> int:
    """The id of a line: ten times the bill's plus its number."""
    return bill * 10 + number


def _order_lines(
    identity: int,
    lines: Sequence[OrderLine],
    received: Mapping[int, Decimal] | None,
    order: PurchaseOrder | None,
) -> tuple[BillLine, ...]:
    billed = [
        (line, line.quantity if received is None else received[line.id])
        for line in lines
        if received is None or line.id in received
    ]
    return tuple(
        _order_line(line_of_bill(identity, place), order, line, quantity)
        for place, (line, quantity) in enumerate(billed, 1)
    )


def _order_line(
    identity: int, order: PurchaseOrder | None, line: OrderLine, quantity: Decimal
) -> BillLine:
    total, tax_amount = line.total, line.tax_amount
    if quantity != line.quantity:
        total = round_money(quantity * line.price)
        tax_amount = tax_on(total, line.tax)
    return BillLine(
        id=identity,
        sku=line.sku,
        description=line.name,
        order=order,
        order_line=line if order is not None else None,
        quantity=quantity,
        unit=line.unit,
        unit_cost=line.price,
        total=total,
        tax=line.tax,
        tax_amount=tax_amount,
        is_tax_inclusive=False,
        shipping=ZERO,
        allocations=_allocate(identity, total, (line.account,)),
    )


def _own_line(world: World, draws: Draws, number: int, vendor: Vendor) -> BillLine:
    name, code = draws.choice(names.BOUGHT)
    departments = draws.two_of(tuple(world.references.departments))
    quantity = Decimal(draws.between(1, 12))
    unit_cost = draw_cents(draws, 1000, 60_000)
    tax = draw_tax(draws, world.references, vendor.currency.name)
    gross = quantity * unit_cost
    is_inclusive = tax is not None and draws.happens(20)
    if tax is not None and is_inclusive:
        total = round_money(gross * 100 / (100 + tax.percent))
        tax_amount = gross - total
    else:
        total, tax_amount = gross, tax_on(gross, tax)
    is_split = draws.happens(25)
    accounts = [world.references.accounts[code, name] for name in departments]
    has_shipping = not is_split and draws.happens(15)
    return BillLine(
        id=number,
        sku="",
        description=name,
        order=None,
        order_line=None,
        quantity=quantity,
        unit="each",
        unit_cost=unit_cost,
        total=total,
        tax=tax,
        tax_amount=tax_amount,
        is_tax_inclusive=is_inclusive,
        shipping=draw_cents(draws, 500, 4000) if has_shipping else ZERO,
        allocations=_allocate(number, total, tuple(accounts if is_split else accounts[:1])),
    )


def _numbered(line: BillLine, bill: int) -> BillLine:
    """The line under the ids that it has in the bill."""
    identity = line_of_bill(bill, line.id)
    return BillLine(
        id=identity,
        sku=line.sku,
        description=line.description,
        order=line.order,
        order_line=line.order_line,
        quantity=line.quantity,
        unit=line.unit,
        unit_cost=line.unit_cost,
        total=line.total,
        tax=line.tax,
        tax_amount=line.tax_amount,
        is_tax_inclusive=line.is_tax_inclusive,
        shipping=line.shipping,
        allocations=tuple(
            Allocation(id=identity * 10 + place, account=part.account, amount=part.amount)
            for place, part in enumerate(line.allocations, 1)
        ),
    )


def _allocate(
    identity: int, amount: Decimal, accounts: tuple[Account, ...]
) -> tuple[Allocation, ...]:
    """The amount on one account, or 60 to 40 on two; the shares sum to it."""
    if len(accounts) == 1:
        return (Allocation(id=identity * 10 + 1, account=accounts[0], amount=amount),)
    first = round_money(amount * Decimal("0.6"))
    return (
        Allocation(id=identity * 10 + 1, account=accounts[0], amount=first),
        Allocation(id=identity * 10 + 2, account=accounts[1], amount=amount - first),
    )


def _costs(world: World, identity: int, charges: Mapping[str, Decimal]) -> tuple[BillCost, ...]:
    return tuple(
        _cost(world, identity * 10 + place, name, amount)
        for place, (name, amount) in enumerate(charges.items(), 8)
        if amount
    )


def _cost(world: World, identity: int, name: str, amount: Decimal) -> BillCost:
    account = world.references.accounts["5100", "Operations"]
    allocation = Allocation(id=identity * 10 + 1, account=account, amount=amount)
    return BillCost(id=identity, name=name, allocation=allocation)


def _shaped(world: World, bill: Bill, shape: BillShape) -> Bill:
    """The bill with what its shape asks for."""
    match shape:
        case BillShape.NO_INVOICE_NUMBER:
            return replace(bill, invoice_number="")
        case BillShape.INVOICE_NUMBER_TOO_LONG:
            return replace(bill, invoice_number=f"{bill.invoice_number}-CONTRACT-2231-A")
        case BillShape.TOTAL_MISMATCH:
            return replace(bill, captured_total=bill.grand_total + Decimal("12.50"))
        case BillShape.TAX_UNMAPPED:
            return _with_unmapped_tax(world, bill)
        case BillShape.PERIOD_CLOSED:
            old = _months_before(world.now.date(), 5)
            return replace(
                bill,
                invoiced_on=old,
                posted_on=old,
                due_on=old + timedelta(days=bill.vendor.term.days),
            )
        case BillShape.LINE_NO_ACCOUNT:
            return _with_unmapped_account(world, bill)
        case _:
            return bill


def _with_unmapped_tax(world: World, bill: Bill) -> Bill:
    line = bill.lines[0]
    tax = world.references.taxes[UNMAPPED_TAX]
    gross = line.quantity * line.unit_cost
    changed = replace(
        line,
        total=gross,
        tax=tax,
        tax_amount=tax_on(gross, tax),
        is_tax_inclusive=False,
        allocations=_allocate(line.id, gross, (line.allocations[0].account,)),
    )
    return _retotalled(replace(bill, lines=(changed, *bill.lines[1:])))


def _with_unmapped_account(world: World, bill: Bill) -> Bill:
    line = bill.lines[0]
    department = line.allocations[0].account.department.name
    account = world.references.accounts[UNMAPPED_ACCOUNT, department]
    changed = replace(line, allocations=_allocate(line.id, line.total, (account,)))
    return replace(bill, lines=(changed, *bill.lines[1:]))


def _retotalled(bill: Bill) -> Bill:
    if bill.captured_total is None:
        return bill
    return replace(bill, captured_total=bill.grand_total)


def _months_before(day: date, months: int) -> date:
    """The tenth of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 10)
