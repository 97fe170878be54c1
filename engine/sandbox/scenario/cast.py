"""Who plays in a scenario: its vendors, and the purchase orders given to them. Pure."""

from dataclasses import replace
from random import Random

from engine.sandbox.scenario import names
from engine.sandbox.scenario.bills import FIRST_BILL, make_bill
from engine.sandbox.scenario.model import (
    PURCHASE_ORDER,
    VENDOR,
    Bill,
    PurchaseOrder,
    Source,
    Vendor,
)
from engine.sandbox.scenario.orders import FIRST_ORDER, World, make_order
from engine.sandbox.scenario.plan import NOT_IN_CODE_PAGE, BillShape, OrderShape, Plan
from engine.sandbox.scenario.references import LOCAL_CURRENCY
from engine.sandbox.scenario.vendors import CREATED, VendorMaker

STUCK_VENDORS = frozenset({OrderShape.WAITS_FOR_HELD, OrderShape.SUPPLIER_ON_HOLD})


class Cast:
    """Vendors, and the orders given to them."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world = world
        self._plan = plan
        self._rng = Random(f"{world.seed}/cast")
        self._maker = VendorMaker(seed=world.seed, references=world.references, now=world.now)
        self.must_hold: dict[Source, str] = {}
        special = sum(shape in STUCK_VENDORS for shape in plan.orders)
        count = max(8, plan.vendors - special) if plan.vendors else 0
        self._ordinary = [self._maker.ordinary() for _ in range(count)]
        self.vendors = list(self._ordinary)
        self._code_page_turn = 0
        self.employee: Vendor | None = None
        self.card_provider: Vendor | None = None
        if any(shape is BillShape.EXPENSE for shape in plan.bills):
            self.employee = self._add(self._maker.idle(5))
            self.card_provider = self._add(self._maker.idle(6))
            self._add(self._maker.idle(3, is_active=False))

    def make_orders(self) -> tuple[PurchaseOrder, ...]:
        """All purchase orders, in the order of their ids."""
        return tuple(
            self._make_order(FIRST_ORDER + place, shape)
            for place, shape in enumerate(self._plan.orders)
        )

    def make_newcomer(self, bill_count: int) -> tuple[Vendor, PurchaseOrder, Bill]:
        """The vendor, order and bill that the story adds at its end."""
        vendor = self._maker.named(names.STORY_VENDOR)
        identity = FIRST_ORDER + len(self._plan.orders)
        order = replace(make_order(self._world, identity, vendor, OrderShape.ORDINARY), state=0)
        bill = make_bill(
            self._world, FIRST_BILL + bill_count, vendor, BillShape.ORDINARY, order=order
        )
        return vendor, order, replace(bill, status=2)

    def without_orders(self) -> list[Vendor]:
        """The ordinary vendors whose bills need no order: no GRN matching."""
        return [vendor for vendor in self._ordinary if not vendor.is_grn_matched]

    def _make_order(self, identity: int, shape: OrderShape) -> PurchaseOrder:
        vendor = self._vendor_for(shape)
        order = make_order(self._world, identity, vendor, shape)
        if shape.value.isupper():
            self.must_hold[Source(PURCHASE_ORDER, str(identity))] = shape.value
            order = replace(order, state=0)
        return order

    def _vendor_for(self, shape: OrderShape) -> Vendor:
        if shape is OrderShape.WAITS_FOR_HELD:
            vendor = self._add(self._maker.outside_code_page(self._code_page_turn))
            self._code_page_turn += 1
            self.must_hold[Source(VENDOR, str(vendor.id))] = NOT_IN_CODE_PAGE
            return vendor
        if shape is OrderShape.SUPPLIER_ON_HOLD:
            return self._add(self._maker.on_hold())
        if shape is OrderShape.CURRENCY_MISMATCH:
            local = [v for v in self._ordinary if v.supplier_currency == LOCAL_CURRENCY]
            return self._rng.choice([v for v in local if v.binding != CREATED])
        return self._rng.choice(self._ordinary)

    def _add(self, vendor: Vendor) -> Vendor:
        self.vendors.append(vendor)
        return vendor
