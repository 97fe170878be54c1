"""All bills of a scenario, and the receipts that those over goods wait for. Pure."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Final, TypeAlias

from engine.sandbox.scenario.baskets import BASKETS, Baskets, Kind, kind_of, received_of
from engine.sandbox.scenario.bills import (
    FIRST_BILL,
    LATER,
    BillGoods,
    make_bill,
    make_duplicate,
    status_of,
)
from engine.sandbox.scenario.cast import STUCK_VENDORS, Cast
from engine.sandbox.scenario.documents import Documents, instant_of, micros_of
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.identifiers import identifiers
from engine.sandbox.scenario.model import BILL, Bill, PurchaseOrder, Source
from engine.sandbox.scenario.ordering import Orders, drawn_age
from engine.sandbox.scenario.orders import FIRST_ORDER, World
from engine.sandbox.scenario.plan import BillShape, OrderShape, Plan

PAID: Final = 4
_OF_OTHER_TYPES: Final = frozenset({BillShape.EXPENSE, BillShape.CARD})
_ON_FREE_ORDER: Final = 0.75
_PARTLY_PERCENT: Final = 30
_Worth: TypeAlias = tuple[Kind, int, str]


class Bills(Documents[Bill]):
    """The bills of a plan.

    By place: `vendors` (places in the cast), `orders` (id of the order, 0 for none), `modified`
    (microseconds since 1970). `of_orders`: by an order's place the id of its bill, 0 for none.
    """

    def __init__(
        self, world: World, baskets: Baskets, plan: Plan, cast: Cast, orders: Orders
    ) -> None:
        super().__init__(range(FIRST_BILL, FIRST_BILL + len(plan.bills)))
        self._world = world
        self._baskets = baskets
        self._shapes = plan.bills
        self._cast = cast
        self._orders = orders
        draw = Random(f"{world.seed}/billing").random
        self._numbers = array("H", (int(draw() * BASKETS) for _ in self.ids))
        now = micros_of(world.now)
        self.modified = array("q", (now - drawn_age(draw()) for _ in self.ids))
        self.vendors, self.orders = array("I"), array("I")
        self.of_orders = array("I", bytes(4 * len(orders)))
        self.originals: dict[int, int] = {}
        self._pair()

    def make(self, identity: int) -> Bill:
        """The bill of that id."""
        place = identity - FIRST_BILL
        vendor = self._cast.vendors[self.vendors[place]]
        order = self._orders.make(self.orders[place]) if self.orders[place] else None
        world = self._world_of(identity)
        bill = make_bill(
            world,
            identity,
            vendor,
            self._shapes[place],
            order=order,
            received=self.received_of(order) if order and vendor.is_grn_matched else None,
            goods=None if order else self._baskets.billed(world, vendor, self._numbers[place]),
            modified_at=instant_of(self.modified[place]),
        )
        original = self.originals.get(identity)
        return bill if original is None else make_duplicate(bill, self.make(original))

    def sketch(self, identity: int) -> Bill:
        """The bill but for its lines, which bear their numbers for ids and name no order."""
        place = identity - FIRST_BILL
        bill = make_bill(
            self._world_of(identity),
            identity,
            self._cast.vendors[self.vendors[place]],
            self._shapes[place],
            goods=self._goods_of(identity),
            modified_at=instant_of(self.modified[place]),
            is_sketch=True,
        )
        original = self.originals.get(identity)
        return bill if original is None else make_duplicate(bill, self.sketch(original))

    def received_of(self, order: PurchaseOrder) -> dict[int, Decimal]:
        """What the warehouse will receive of a billed order, by line: mostly all of it."""
        return received_of(order.lines, is_partly=self.is_partly(order.id))

    def is_partly(self, order: int) -> bool:
        """Whether not all goods of the order come before it is billed."""
        return Draws(f"{self._world.seed}/receipt/{order}").happens(_PARTLY_PERCENT)

    def own(self) -> list[int]:
        """The ids of the bills over no order that are approved and that nothing holds."""
        rows = zip(self.ids, self._shapes, self.orders, strict=True)
        return [
            identity for identity, shape, order in rows if shape is BillShape.ORDINARY and not order
        ]

    def bill_of_order(self, order: int) -> int | None:
        """The id of the bill over the order of that id."""
        place = order - FIRST_ORDER
        return (self.of_orders[place] or None) if 0 <= place < len(self.of_orders) else None

    @cached_property
    def totals(self) -> Sequence[int]:
        """What each bill comes to, in cents, by place; bills about the same come to the same."""
        worths: dict[_Worth, int] = {}
        totals = array("q")
        for identity in self.ids:
            worth = self._worth_of(identity)
            if worth not in worths:
                worths[worth] = int(self.sketch(identity).grand_total * 100)
            totals.append(worths[worth])
        return totals

    @cached_property
    def paid(self) -> frozenset[int]:
        """The ids of the order bills that are paid from the first."""
        return frozenset(
            identity
            for identity, shape in zip(self.ids, self._shapes, strict=True)
            if shape not in _OF_OTHER_TYPES and status_of(self._world, identity, shape) == PAID
        )

    @cached_property
    def currencies(self) -> bytearray:
        """The id of each bill's currency by place: its vendor's."""
        vendors = self._cast.vendors
        return bytearray(vendors[place].currency.id for place in self.vendors)

    def held(self) -> Iterator[tuple[Source, str]]:
        """The bills that must be held, with the cause."""
        names = identifiers(self._world.seed, BILL)
        for identity, shape in zip(self.ids, self._shapes, strict=True):
            if shape.is_held:
                yield Source(BILL, names.uuid_of(identity)), shape.value

    def _pair(self) -> None:
        """Every bill has its vendor, and its order if it is over one."""
        rng = Random(f"{self._world.seed}/pairing")
        free = self._orders.of_shape(OrderShape.ORDINARY)
        rng.shuffle(free)
        stuck = iter(self._orders.of_shape(*STUCK_VENDORS))
        unmatched: list[int] = []
        for identity, shape in zip(self.ids, self._shapes, strict=True):
            is_drawn = shape is BillShape.ORDINARY and identity != FIRST_BILL and bool(free)
            if shape is BillShape.WAITS_FOR_HELD:
                self._put_over(identity, next(stuck))
            elif is_drawn and rng.random() < _ON_FREE_ORDER:
                self._put_over(identity, free.pop())
            elif shape is BillShape.DUPLICATE_INVOICE:
                self._put_twice(identity, unmatched[len(self.originals)])
            else:
                self._put(self._cast.for_bill(shape), 0)
            vendor = self._cast.vendors[self.vendors[-1]]
            if shape is BillShape.ORDINARY and not vendor.is_grn_matched:
                unmatched.append(identity)

    def _put(self, vendor: int, order: int) -> None:
        self.vendors.append(vendor)
        self.orders.append(order)

    def _put_over(self, identity: int, order: int) -> None:
        self._put(self._orders.vendors[order - FIRST_ORDER], order)
        self.of_orders[order - FIRST_ORDER] = identity

    def _put_twice(self, identity: int, original: int) -> None:
        """The bill is to be the original's duplicate, changed a little after it."""
        self._put(self.vendors[original - FIRST_BILL], 0)
        self.originals[identity] = original
        later = micros_of(instant_of(self.modified[original - FIRST_BILL]) + LATER)
        self.modified[identity - FIRST_BILL] = later

    def _world_of(self, identity: int) -> World:
        """The one location where the bill lies: with its order, or with its original."""
        placed = self.orders[identity - FIRST_BILL] or self.originals.get(identity, identity)
        return self._world.placed(placed)

    def _goods_of(self, identity: int) -> BillGoods:
        """What the bill is about."""
        place, world = identity - FIRST_BILL, self._world_of(identity)
        vendor, order = self._cast.vendors[self.vendors[place]], self.orders[place]
        if not order:
            return self._baskets.billed(world, vendor, self._numbers[place])
        number = self._orders.numbers[order - FIRST_ORDER]
        is_partly = vendor.is_grn_matched and self.is_partly(order)
        return self._baskets.over(world, vendor, number, is_partly=is_partly)

    def _worth_of(self, identity: int) -> _Worth:
        """What decides a bill's total; nothing else does."""
        place = identity - FIRST_BILL
        vendor, order = self._cast.vendors[self.vendors[place]], self.orders[place]
        kind, shape = kind_of(self._world_of(identity), vendor), self._shapes[place]
        if shape is BillShape.TAX_UNMAPPED:
            return kind, identity, shape.value
        if not order:
            return kind, self._numbers[place], "own"
        way = "partly" if vendor.is_grn_matched and self.is_partly(order) else "whole"
        return kind, self._orders.numbers[order - FIRST_ORDER], way


class Receipts(Mapping[int, Mapping[int, Decimal]]):
    """By order id, the quantity by line id that the warehouse will receive."""

    def __init__(self, orders: Orders, bills: Bills) -> None:
        self._orders = orders
        self._bills = bills
        self._count = sum(1 for _ in self)

    def __getitem__(self, order: int) -> Mapping[int, Decimal]:
        if order not in self:
            raise KeyError(order)
        return self._bills.received_of(self._orders.make(order))

    def __contains__(self, order: object) -> bool:
        return (
            isinstance(order, int)
            and self._bills.bill_of_order(order) is not None
            and self._orders.vendor_of(order).is_grn_matched
        )

    def __iter__(self) -> Iterator[int]:
        return (
            identity
            for identity, bill in zip(self._orders.ids, self._bills.of_orders, strict=True)
            if bill and self._orders.vendor_of(identity).is_grn_matched
        )

    def __len__(self) -> int:
        return self._count
