"""The goods of documents: a limited number of baskets for each kind of vendor and location. Pure.

The limit is what lets the totals of a million documents be known without making one.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from engine.sandbox.scenario.bills import BillGoods, draw_bill_goods, goods_over
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import OrderLine, Vendor
from engine.sandbox.scenario.orders import OrderGoods, World, draw_goods, taxes_of

BASKETS: Final = 4096
Kind: TypeAlias = tuple[str, tuple[str, ...], bool]


class Baskets:
    """The baskets of one seed by their numbers; each is filled when first asked for, and kept."""

    def __init__(self) -> None:
        self._ordered: dict[tuple[Kind, int], OrderGoods] = {}
        self._billed: dict[tuple[Kind, int], BillGoods] = {}
        self._over: dict[tuple[Kind, int, bool], BillGoods] = {}

    def ordered(self, world: World, vendor: Vendor, number: int) -> OrderGoods:
        """What an order to the vendor is about, in the one location of the world."""
        kind = kind_of(world, vendor)
        goods = self._ordered.get((kind, number))
        if goods is None:
            draws = Draws(f"{world.seed}/ordered/{kind}/{number}")
            goods = self._ordered[kind, number] = draw_goods(world, draws, vendor)
        return goods

    def billed(self, world: World, vendor: Vendor, number: int) -> BillGoods:
        """What a bill of the vendor over no order is about, in the one location of the world."""
        kind = kind_of(world, vendor)
        goods = self._billed.get((kind, number))
        if goods is None:
            draws = Draws(f"{world.seed}/billed/{kind}/{number}")
            goods = self._billed[kind, number] = draw_bill_goods(world, draws, vendor)
        return goods

    def over(self, world: World, vendor: Vendor, number: int, *, is_partly: bool) -> BillGoods:
        """What a bill over the ordered basket of that number is about, whole or received partly."""
        kind = kind_of(world, vendor)
        goods = self._over.get((kind, number, is_partly))
        if goods is None:
            ordered = self.ordered(world, vendor, number)
            received = None
            if vendor.is_grn_matched:
                received = received_of(ordered.lines, is_partly=is_partly)
            goods = self._over[kind, number, is_partly] = goods_over(ordered, received)
        return goods


def received_of(lines: Sequence[OrderLine], *, is_partly: bool) -> dict[int, Decimal]:
    """What the warehouse will receive of billed lines, by their ids: mostly all of it."""
    received = {line.id: line.quantity for line in lines}
    if is_partly:
        first = lines[0]
        received[first.id] = Decimal(max(1, int(first.quantity) * 3 // 5))
        if len(lines) > 2:
            del received[lines[-1].id]
    return received


def kind_of(world: World, vendor: Vendor) -> Kind:
    """What decides which baskets there are: location, usual taxes, whether receipts are matched."""
    location = next(iter(world.references.locations))
    return location, taxes_of(vendor.currency.name), vendor.is_grn_matched
