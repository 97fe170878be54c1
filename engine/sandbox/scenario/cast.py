"""Who plays in a scenario: its vendors, and whom orders and bills are with. Pure."""

from functools import cached_property
from random import Random

from engine.sandbox.scenario.model import VENDOR, Source, Vendor
from engine.sandbox.scenario.orders import World
from engine.sandbox.scenario.plan import NOT_IN_CODE_PAGE, BillShape, OrderShape, Plan
from engine.sandbox.scenario.references import LOCAL_CURRENCY
from engine.sandbox.scenario.vendors import CREATED, VendorMaker

STUCK_VENDORS = frozenset({OrderShape.WAITS_FOR_HELD, OrderShape.SUPPLIER_ON_HOLD})


class Cast:
    """The vendors, each known by its place among them."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._rng = Random(f"{world.seed}/cast")
        self._maker = VendorMaker(seed=world.seed, references=world.references, now=world.now)
        self.must_hold: dict[Source, str] = {}
        special = sum(shape in STUCK_VENDORS for shape in plan.orders)
        self._ordinary = max(8, plan.vendors - special) if plan.vendors else 0
        self.vendors = [self._maker.ordinary() for _ in range(self._ordinary)]
        self._code_page_turn = 0
        self._employee: int | None = None
        self._card_provider: int | None = None
        if any(shape is BillShape.EXPENSE for shape in plan.bills):
            self._employee = self._add(self._maker.idle(5))
            self._card_provider = self._add(self._maker.idle(6))
            self._add(self._maker.idle(3, is_active=False))

    def for_order(self, shape: OrderShape) -> int:
        """The place of the vendor of the next order, which is of that shape."""
        if shape is OrderShape.WAITS_FOR_HELD:
            vendor = self._maker.outside_code_page(self._code_page_turn)
            self._code_page_turn += 1
            self.must_hold[Source(VENDOR, str(vendor.id))] = NOT_IN_CODE_PAGE
            return self._add(vendor)
        if shape is OrderShape.SUPPLIER_ON_HOLD:
            return self._add(self._maker.on_hold())
        if shape is OrderShape.CURRENCY_MISMATCH:
            return self._one_of(self._known_local)
        return int(self._rng.random() * self._ordinary)

    def for_bill(self, shape: BillShape) -> int:
        """The place of the vendor of the next bill, which is of that shape and over no order."""
        if shape is BillShape.EXPENSE and self._employee is not None:
            return self._employee
        if shape is BillShape.CARD and self._card_provider is not None:
            return self._card_provider
        return self._one_of(self._unmatched)

    def newcomer(self, name: str) -> Vendor:
        """A vendor of that name that is not among the others, after all of them."""
        return self._maker.named(name)

    @cached_property
    def _known_local(self) -> list[int]:
        """Those that SYSPRO knows as suppliers in its own currency."""
        return [
            place
            for place, vendor in enumerate(self.vendors[: self._ordinary])
            if vendor.supplier_currency == LOCAL_CURRENCY and vendor.binding != CREATED
        ]

    @cached_property
    def _unmatched(self) -> list[int]:
        """Those whose bills need no order: no GRN matching."""
        return [
            place
            for place, vendor in enumerate(self.vendors[: self._ordinary])
            if not vendor.is_grn_matched
        ]

    def _one_of(self, places: list[int]) -> int:
        return places[int(self._rng.random() * len(places))]

    def _add(self, vendor: Vendor) -> int:
        self.vendors.append(vendor)
        return len(self.vendors) - 1
