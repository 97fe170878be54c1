"""What is billed in a scenario, and the receipts that bills over goods wait for. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from engine.sandbox.scenario.bills import FIRST_BILL, make_bill, make_duplicate
from engine.sandbox.scenario.cast import STUCK_VENDORS, Cast
from engine.sandbox.scenario.model import BILL, Bill, PurchaseOrder, Source, Vendor
from engine.sandbox.scenario.orders import World
from engine.sandbox.scenario.plan import BillShape, OrderShape, Plan


class Billing:
    """Bills, and the receipts that those over goods wait for."""

    def __init__(
        self, world: World, plan: Plan, cast: Cast, orders: Sequence[PurchaseOrder]
    ) -> None:
        self._world = world
        self._plan = plan
        self._cast = cast
        self._rng = Random(f"{world.seed}/billing")
        self.must_hold: dict[Source, str] = {}
        self.receipts: dict[int, dict[int, Decimal]] = {}
        shaped = list(zip(orders, plan.orders, strict=True))
        self._free = [order for order, shape in shaped if shape is OrderShape.ORDINARY]
        self._rng.shuffle(self._free)
        self._held = [order for order, shape in shaped if shape in STUCK_VENDORS]
        self._originals: list[Bill] = []

    def make_bills(self) -> tuple[Bill, ...]:
        """All bills, in the order of their ids."""
        return tuple(
            self._make_bill(FIRST_BILL + place, shape)
            for place, shape in enumerate(self._plan.bills)
        )

    def _make_bill(self, identity: int, shape: BillShape) -> Bill:
        bill = self._draw(identity, shape)
        if shape.value.isupper():
            self.must_hold[Source(BILL, bill.uuid)] = shape.value
        elif shape is BillShape.ORDINARY and not bill.vendor.is_grn_matched:
            self._originals.append(bill)
        return bill

    def _draw(self, identity: int, shape: BillShape) -> Bill:
        if shape is BillShape.WAITS_FOR_HELD:
            return self._over(identity, self._held.pop(0), shape)
        if shape is BillShape.DUPLICATE_INVOICE:
            original = self._originals.pop(0)
            return make_duplicate(
                make_bill(self._world.at(original.location), identity, original.vendor, shape),
                original,
            )
        is_first = identity == FIRST_BILL
        may_bill = shape is BillShape.ORDINARY and not is_first and bool(self._free)
        if may_bill and self._rng.random() < 0.75:
            return self._over(identity, self._free.pop(), shape)
        return make_bill(self._world, identity, self._vendor_for(shape), shape)

    def _over(self, identity: int, order: PurchaseOrder, shape: BillShape) -> Bill:
        received = None
        if order.vendor.is_grn_matched:
            received = self._receive(order)
        return make_bill(self._world, identity, order.vendor, shape, order=order, received=received)

    def _receive(self, order: PurchaseOrder) -> dict[int, Decimal]:
        """What the warehouse will receive of the order: mostly all of it."""
        received = {line.id: line.quantity for line in order.lines}
        if self._rng.random() < 0.3:
            first = order.lines[0]
            received[first.id] = Decimal(max(1, int(first.quantity) * 3 // 5))
            if len(order.lines) > 2:
                del received[order.lines[-1].id]
        self.receipts[order.id] = received
        return received

    def _vendor_for(self, shape: BillShape) -> Vendor:
        if shape is BillShape.EXPENSE and self._cast.employee is not None:
            return self._cast.employee
        if shape is BillShape.CARD and self._cast.card_provider is not None:
            return self._cast.card_provider
        return self._rng.choice(self._cast.without_orders())
