"""The revisions of a month, each a small change of an order, and how goods come in goes. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder
from engine.sandbox.scenario.month_parts import Part
from engine.sandbox.scenario.orders import World, draw_tax, make_line, numbered, reprice

Revision: TypeAlias = Callable[[World, PurchaseOrder], PurchaseOrder]
_DEARER: Final = Decimal("1.25")
_LATER: Final = timedelta(days=7)


def _with_first(order: PurchaseOrder, line: OrderLine) -> PurchaseOrder:
    """The order with the line in place of that of its id."""
    return replace(order, lines=tuple(line if row.id == line.id else row for row in order.lines))


def _more(world: World, order: PurchaseOrder) -> PurchaseOrder:
    first = order.lines[0]
    return _with_first(order, reprice(first, quantity=first.quantity + 2, price=first.price))


def _less(world: World, order: PurchaseOrder) -> PurchaseOrder:
    """Half of the line that most is ordered of, in whole units where there are two."""
    most = max(order.lines, key=lambda line: line.quantity)
    return _with_first(order, reprice(most, quantity=_half(most.quantity), price=most.price))


def _dearer(world: World, order: PurchaseOrder) -> PurchaseOrder:
    first = order.lines[0]
    return _with_first(order, reprice(first, quantity=first.quantity, price=first.price + _DEARER))


def _added(world: World, order: PurchaseOrder) -> PurchaseOrder:
    draws = Draws(f"{world.seed}/added/{order.id}")
    world = world.at(order.location)
    tax = draw_tax(draws, world.references, order.currency.name)
    number = max(line.number for line in order.lines) + 1
    line = make_line(world, draws, number, order.vendor, tax)
    return replace(order, lines=(*order.lines, numbered(line, order.id)))


def _removed(world: World, order: PurchaseOrder) -> PurchaseOrder:
    return replace(order, lines=order.lines[:-1])


def _words(world: World, order: PurchaseOrder) -> PurchaseOrder:
    return replace(
        order,
        comment=f"{order.comment} Please call before delivery.".strip(),
        promised_at=order.promised_at + _LATER,
    )


REVISIONS: Final[Mapping[Part, Sequence[Revision]]] = {
    Part.MORE: (_more,),
    Part.LESS: (_less,),
    Part.PRICE: (_dearer,),
    Part.ADDED: (_added,),
    Part.REMOVED: (_removed,),
    Part.WORDS: (_words,),
    Part.TWICE: (_more, _dearer),
}
"""What is other in each revision of an order, one after the other."""


def dearer_line(order: PurchaseOrder, received: Mapping[int, Decimal]) -> PurchaseOrder:
    """The order with another price on a line of which goods came in."""
    line = next(row for row in order.lines if row.id in received)
    return _with_first(order, reprice(line, quantity=line.quantity, price=line.price + _DEARER))


def below_received(order: PurchaseOrder, received: Mapping[int, Decimal]) -> PurchaseOrder:
    """The order with less of a line than came in."""
    line = max(order.lines, key=lambda row: received.get(row.id, Decimal(0)))
    return _with_first(order, reprice(line, quantity=_half(received[line.id]), price=line.price))


def in_goes(goods: Mapping[int, Decimal], goes: int) -> list[dict[int, Decimal]]:
    """The goods in so many goes of whole units, or in fewer if they are too few; all in all they
    are the goods."""
    left = dict(goods)
    found = []
    for place in range(goes, 1, -1):
        go = {line: Decimal(int(quantity / place)) for line, quantity in left.items()}
        go = {line: quantity for line, quantity in go.items() if quantity}
        if go:
            found.append(go)
            left = {line: quantity - go.get(line, 0) for line, quantity in left.items()}
    return [*found, {line: quantity for line, quantity in left.items() if quantity}]


def _half(quantity: Decimal) -> Decimal:
    return Decimal(int(quantity / 2)) if quantity >= 2 else quantity / 2
