"""The story of a month: every document that plays a part has its scene, all of them side by side.

What a scene does next waits for what SYSPRO has by then, so that it is certain what must come of
it: a price is changed after receipt only once the bill over those goods is posted.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import TypeVar

from engine.sandbox.scenario.cues import Cues, goods
from engine.sandbox.scenario.month_arrivals import Arrivals
from engine.sandbox.scenario.month_bill_scenes import BillScenes
from engine.sandbox.scenario.month_order_scenes import OrderScenes
from engine.sandbox.scenario.month_parts import arrivals, bill_parts, first_ids, order_parts
from engine.sandbox.scenario.scenes import Scene, Scenes
from engine.sandbox.scenario.stage import Stage
from engine.sandbox.scenario.warehouse import Warehouse
from engine.sandbox.syspro.writes import Write

T = TypeVar("T")


class MonthPlot:
    """The scenes of one run; they begin at the first tick."""

    def __init__(self, stage: Stage) -> None:
        self._warehouse = Warehouse(stage)
        self._cues = Cues(stage, self._warehouse)
        self._scenes = Scenes()
        for scene in self._all(stage):
            self._scenes.begin(scene)

    @property
    def left(self) -> int:
        """How many scenes are not over."""
        return self._scenes.left

    def tick(self, written: Iterable[tuple[str, Write]]) -> None:
        """Who waited for what was written goes on, and goods come in."""
        self._scenes.tell(list(self._cues.told_by(written)))
        self._scenes.tell(map(goods, self._warehouse.look()))
        self._scenes.tick()

    def _all(self, stage: Stage) -> Iterator[Scene]:
        scenario = stage.scenario
        first_order, first_bill = first_ids(scenario)
        new_orders, new_bills = count(first_order), count(first_bill)
        of_orders = OrderScenes(stage, self._cues, self._warehouse, new_bills)
        of_bills = BillScenes(stage, self._cues, new_bills)
        besides = Arrivals(stage, self._cues, new_orders, new_bills)
        for part, order in order_parts(scenario):
            yield of_orders.scene(part, order)
        for part, bill in bill_parts(scenario):
            yield of_bills.scene(part, bill)
        for share, pair in _spread(list(scenario.newcomers)):
            yield besides.newcomer(pair, share)
        for share, part in _spread(arrivals(scenario)):
            yield besides.scene(part, share)


def _spread(items: list[T]) -> Iterator[tuple[float, T]]:
    """Each with its share of the way, the last short of its end."""
    for place, item in enumerate(items, 1):
        yield place / (len(items) + 1), item
