"""What keeps coming after the beginning: new orders and bills and revisions, so many a minute.

What the n-th arrival is, the seed and n alone decide, for as long as nobody else changes what came
before; only its stamp is the clock's. What came is held as objects, some 3 kB each.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.bills import FIRST_BILL, make_bill
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import (
    VENDOR,
    PurchaseOrder,
    Source,
    Vendor,
    is_order_eligible,
    is_vendor_eligible,
)
from engine.sandbox.scenario.orders import FIRST_ORDER, make_order, reprice
from engine.sandbox.scenario.plan import BillShape, OrderShape
from engine.sandbox.scenario.scenario import Scenario

MOST_AT_ONCE: Final = 100
"""How many documents one tick lets come at most; what is due beyond waits for the next."""
_REVISIONS, _BILLS = 15, 50
_APPROVED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many documents a minute, for so many minutes; without end if `minutes` is None."""

    per_minute: int
    minutes: int | None = None


class Load:
    """The arrivals of one run; their time begins at the first tick.

    Ids follow those of the scenario and of what its story adds.
    """

    def __init__(
        self, scenario: Scenario, tenant: Tenant, rate: Rate, monotonic: Callable[[], float]
    ) -> None:
        self._scenario = scenario
        self._tenant = tenant
        self._rate = rate
        self._monotonic = monotonic
        self._began_at: float | None = None
        self._arrived = 0
        self._next_order = FIRST_ORDER + len(scenario.orders) + scenario.reserved
        self._next_bill = FIRST_BILL + len(scenario.bills) + scenario.reserved
        self._open: list[int] = []
        self._vendors = [vendor for vendor in scenario.vendors if _is_ordinary(vendor, scenario)]
        self._unmatched = [vendor for vendor in self._vendors if not vendor.is_grn_matched]

    @property
    def left(self) -> int:
        """How many are still to come; without an end, how many are late."""
        wanted = self._due() if self._rate.minutes is None else self._total(self._rate.minutes)
        return wanted - self._arrived

    def tick(self) -> None:
        """What is due has come."""
        if self._began_at is None:
            self._began_at = self._monotonic()
        for _ in range(min(self._due() - self._arrived, MOST_AT_ONCE)):
            self._arrived += 1
            self._arrive(Draws(f"{self._scenario.seed}/load/{self._arrived}"))

    def _due(self) -> int:
        if self._began_at is None or not self._vendors:
            return 0
        due = int((self._monotonic() - self._began_at) * self._rate.per_minute / 60)
        minutes = self._rate.minutes
        return max(due if minutes is None else min(due, self._total(minutes)), self._arrived)

    def _total(self, minutes: int) -> int:
        return self._rate.per_minute * minutes if self._vendors else 0

    def _arrive(self, draws: Draws) -> None:
        turn = draws.below(100)
        if turn < _REVISIONS and self._open:
            self._revise(draws)
        elif turn < _BILLS:
            self._bill(draws)
        else:
            self._order(draws)

    def _order(self, draws: Draws) -> None:
        vendor = draws.choice(self._vendors)
        order = make_order(
            self._scenario.world,
            self._next_order,
            self._tenant.vendors[vendor.id],
            OrderShape.ORDINARY,
            modified_at=self._tenant.now(),
        )
        self._next_order += 1
        self._tenant.put_order(order)
        if not vendor.is_grn_matched:
            self._open.append(order.id)

    def _bill(self, draws: Draws) -> None:
        """Every other bill is over an order that came, if there is one without a bill."""
        order: PurchaseOrder | None = None
        if self._open and draws.happens(50):
            order = self._tenant.orders[self._open.pop(draws.below(len(self._open)))]
            order = order if is_order_eligible(order) else None
        vendor = order.vendor if order else self._tenant.vendors[draws.choice(self._unmatched).id]
        bill = make_bill(
            self._scenario.world,
            self._next_bill,
            vendor,
            BillShape.ORDINARY,
            order=order,
            modified_at=self._tenant.now(),
        )
        self._next_bill += 1
        self._tenant.put_bill(replace(bill, status=_APPROVED))

    def _revise(self, draws: Draws) -> None:
        """One more is ordered of the first line of an order that came."""
        order = self._tenant.orders[draws.choice(self._open)]
        first = reprice(
            order.lines[0], quantity=order.lines[0].quantity + 1, price=order.lines[0].price
        )
        self._tenant.put_order(
            replace(
                order,
                version=order.version + 1,
                modified_at=self._tenant.now(),
                lines=(first, *order.lines[1:]),
            )
        )


def _is_ordinary(vendor: Vendor, scenario: Scenario) -> bool:
    """Whether documents of the vendor can be posted."""
    is_held = Source(VENDOR, str(vendor.id)) in scenario.must_hold
    return is_vendor_eligible(vendor) and not vendor.is_on_hold and not is_held
