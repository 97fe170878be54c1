"""All purchase orders of a scenario: a few numbers each, and the orders made of them. Pure."""

from array import array
from collections.abc import Iterator
from functools import cached_property
from random import Random
from typing import Final

from engine.sandbox.scenario.baskets import BASKETS, Baskets
from engine.sandbox.scenario.cast import Cast
from engine.sandbox.scenario.documents import Documents, instant_of, micros_of
from engine.sandbox.scenario.model import PURCHASE_ORDER, PurchaseOrder, Source, Vendor
from engine.sandbox.scenario.orders import DAY_MS, FIRST_ORDER, OrderGoods, World, make_order
from engine.sandbox.scenario.plan import OrderShape, Plan

_REOPENED: Final = 5
_STATES: Final = {OrderShape.CANCELLED: 1, OrderShape.CLOSED: 3}


class Orders(Documents[PurchaseOrder]):
    """The orders of a plan.

    By place: `states`, `modified` (microseconds since 1970), `vendors` (places in the cast).
    """

    def __init__(self, world: World, baskets: Baskets, plan: Plan, cast: Cast) -> None:
        super().__init__(range(FIRST_ORDER, FIRST_ORDER + len(plan.orders)))
        self._world = world
        self._baskets = baskets
        self._shapes = plan.orders
        self._cast = cast.vendors
        self.vendors = array("I", map(cast.for_order, plan.orders))
        draw = Random(f"{world.seed}/ordering").random
        self.numbers = array("H", (int(draw() * BASKETS) for _ in self.ids))
        now = micros_of(world.now)
        self.modified = array("q", (now - drawn_age(draw()) for _ in self.ids))
        self.states = bytearray(_state_of(shape, draw()) for shape in plan.orders)

    def make(self, identity: int) -> PurchaseOrder:
        """The order of that id."""
        return self._made(identity, is_sketch=False)

    def sketch(self, identity: int) -> PurchaseOrder:
        """The order of that id but for its lines' ids, which are their numbers: half the work."""
        return self._made(identity, is_sketch=True)

    def _made(self, identity: int, *, is_sketch: bool) -> PurchaseOrder:
        place = identity - FIRST_ORDER
        return make_order(
            self._world,
            identity,
            self.vendor_of(identity),
            self._shapes[place],
            goods=self.goods_of(identity),
            state=self.states[place],
            modified_at=instant_of(self.modified[place]),
            is_sketch=is_sketch,
        )

    def vendor_of(self, identity: int) -> Vendor:
        """The vendor of the order of that id."""
        return self._cast[self.vendors[identity - FIRST_ORDER]]

    @cached_property
    def sizes(self) -> bytearray:
        """The number of lines by place."""
        return bytearray(len(self.goods_of(identity).lines) for identity in self.ids)

    def of_shape(self, *shapes: OrderShape) -> list[int]:
        """The ids of the orders of one of these shapes."""
        return [
            identity
            for identity, shape in zip(self.ids, self._shapes, strict=True)
            if shape in shapes
        ]

    def ordinary(self) -> list[int]:
        """The ids of the orders that are open and that nothing holds."""
        return self.of_shape(
            OrderShape.ORDINARY, OrderShape.REVISED_LATER, OrderShape.CANCELLED_LATER
        )

    def held(self) -> Iterator[tuple[Source, str]]:
        """The orders that must be held, with the cause."""
        for identity, shape in zip(self.ids, self._shapes, strict=True):
            if shape.is_held:
                yield Source(PURCHASE_ORDER, str(identity)), shape.value

    def goods_of(self, identity: int) -> OrderGoods:
        """What the order of that id is about, its lines under their numbers."""
        number = self.numbers[identity - FIRST_ORDER]
        return self._baskets.ordered(self._world.placed(identity), self.vendor_of(identity), number)


def drawn_age(drawn: float) -> int:
    """How long before the anchor a document changed: one to five days, in microseconds."""
    return int((1 + drawn * 4) * DAY_MS) * 1000


def _state_of(shape: OrderShape, drawn: float) -> int:
    """As the shape asks; else open, or one time in twenty reopened if it is not held."""
    if shape in _STATES:
        return _STATES[shape]
    return _REOPENED if drawn < 0.05 and not shape.is_held else 0
