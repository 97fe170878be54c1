"""How the story goes on, by the plot of the scenario, and by a load if there is one.

The story moves by what the two ledgers hold, never by time alone.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.following import Following
from engine.sandbox.scenario.load import Load
from engine.sandbox.scenario.model import Bill, PurchaseOrder, Source
from engine.sandbox.scenario.month_plot import MonthPlot
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.stage import Happening, Stage
from engine.sandbox.scenario.standard_plot import StandardPlot
from engine.sandbox.sight import Sight
from engine.sandbox.syspro.writes import Write


class Plot(Protocol):
    """What happens of itself; `left` says how much is still to come."""

    @property
    def left(self) -> int:
        """How much is still to come."""
        ...

    def tick(self, written: Iterable[tuple[str, Write]]) -> None:
        """What may happen now has happened, after these writes."""
        ...


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Story:
    """What is still to come; `tick` lets happen what may happen now.

    `must_hold` is the scenario's, what the story adds, and what whoever rehearses expects besides.
    """

    def __init__(
        self,
        scenario: Scenario,
        tenant: Tenant,
        sight: Sight,
        clock: Callable[[], datetime] = _wall_clock,
        load: Load | None = None,
    ) -> None:
        self._stage = Stage(
            scenario=scenario,
            tenant=tenant,
            sight=sight,
            clock=clock,
            must_hold=dict(scenario.must_hold),
        )
        self._following = Following(sight.companies)
        self._load = load
        is_month = scenario.plot == "month"
        self._plot: Plot = MonthPlot(self._stage) if is_month else StandardPlot(self._stage)

    @property
    def must_hold(self) -> dict[Source, str]:
        """The documents that must be held, with the cause."""
        return self._stage.must_hold

    @property
    def left(self) -> int:
        """How many receipts, changes, scenes and arrivals of the load are still to come."""
        return self._plot.left + (self._load.left if self._load is not None else 0)

    @property
    def happened(self) -> dict[str, int]:
        """How often each kind of change has happened so far."""
        return {kind.value: self._stage.happened[kind] for kind in Happening}

    def tick(self) -> None:
        """What may happen now has happened."""
        self._plot.tick(list(self._following.take()))
        if self._load is not None:
            self._load.tick()

    def wanted_order(self, order: PurchaseOrder) -> PurchaseOrder:
        """The newest version of the order that can be posted."""
        return self._stage.wanted_order(order)

    def wanted_bill(self, bill: Bill) -> Bill:
        """The newest version of the bill that can be posted."""
        return self._stage.wanted_bill(bill)
