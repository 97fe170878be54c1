"""The goods of documents: a limited number of baskets for each kind of vendor and location. Pure.

The limit is what lets the totals of a million documents be known without making one.
"""

from typing import Final, TypeAlias

from engine.sandbox.scenario.bills import BillGoods, draw_bill_goods
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import Vendor
from engine.sandbox.scenario.orders import OrderGoods, World, draw_goods, taxes_of

BASKETS: Final = 4096
Kind: TypeAlias = tuple[str, tuple[str, ...], bool]


class Baskets:
    """The baskets of one seed by their numbers; each is filled when first asked for, and kept."""

    def __init__(self) -> None:
        self._ordered: dict[tuple[Kind, int], OrderGoods] = {}
        self._billed: dict[tuple[Kind, int], BillGoods] = {}

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


def kind_of(world: World, vendor: Vendor) -> Kind:
    """What decides which baskets there are: location, usual taxes, whether receipts are matched."""
    location = next(iter(world.references.locations))
    return location, taxes_of(vendor.currency.name), vendor.is_grn_matched
