"""The standard story: goods come in, an order is revised, one is cancelled, a vendor is new.

Goods are received once their order is in SYSPRO; the rest happens, one change a tick, once every
postable document of the beginning is there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import is_bill_eligible, is_order_eligible, is_vendor_eligible
from engine.sandbox.scenario.orders import draw_tax, make_line, numbered, reprice
from engine.sandbox.scenario.stage import Stage
from engine.sandbox.scenario.warehouse import Warehouse
from engine.sandbox.sight import bill_source, order_source, vendor_source
from engine.sandbox.syspro.writes import Write

LOOKS: Final = 500
"""How many documents of the beginning one tick looks at, at most."""


class StandardPlot:
    """What is still to come of the standard story, or of a quiet one."""

    def __init__(self, stage: Stage) -> None:
        scenario = stage.scenario
        self._stage = stage
        self._warehouse = Warehouse(stage)
        self._unexpected = len(scenario.receipts)
        self._expected: set[int] = set()
        self._beginning = self._documents()
        self._awaited: Callable[[], bool] | None = None
        self._changes: list[Callable[[], None]] = []
        if scenario.revised is not None:
            self._changes.append(partial(self._revise, scenario.revised))
        if scenario.cancelled is not None:
            self._changes.append(partial(stage.cancel, scenario.cancelled))
        self._changes += [partial(stage.introduce, pair) for pair in scenario.newcomers]

    @property
    def left(self) -> int:
        """How many receipts and changes are still to come."""
        return self._unexpected + self._warehouse.left + len(self._changes)

    def tick(self, written: Iterable[tuple[str, Write]]) -> None:
        """Goods of posted orders are received; a change is made if the beginning is settled."""
        for _, write in written:
            if write.kind == "order":
                self._expect_goods(self._stage.orders_in(write))
        self._warehouse.look()
        is_posted = self._is_beginning_posted()
        is_received = not self._unexpected and not self._warehouse.left
        if self._changes and is_received and is_posted:
            self._changes.pop(0)()

    def _expect_goods(self, orders: Iterable[int]) -> None:
        """The goods of these orders come in from now on, once."""
        receipts = self._stage.scenario.receipts
        for order in orders:
            if order in receipts and order not in self._expected:
                self._expected.add(order)
                self._unexpected -= 1
                self._warehouse.expect(order, [receipts[order]])

    def _is_beginning_posted(self) -> bool:
        """Whether every document of the beginning was seen in SYSPRO, or need not be there.

        Documents are looked at in their order, each until it is there, and then never again.
        """
        for _ in range(LOOKS):
            if self._awaited is None:
                self._awaited = next(self._beginning, None)
            if self._awaited is None:
                return True
            if not self._awaited():
                return False
            self._awaited = None
        return False

    def _documents(self) -> Iterator[Callable[[], bool]]:
        """For each document of the beginning, whether it is there or need not be."""
        scenario = self._stage.scenario
        for vendor in scenario.vendors:
            yield partial(self._is_vendor_settled, vendor.id)
        for order in scenario.orders.ids:
            yield partial(self._is_order_settled, order)
        for bill in scenario.bills.ids:
            yield partial(self._is_bill_settled, bill)

    def _is_vendor_settled(self, identity: int) -> bool:
        row = self._stage.tenant.vendors.get(identity)
        must_hold = self._stage.must_hold
        if row is None or not is_vendor_eligible(row) or vendor_source(row) in must_hold:
            return True
        return self._stage.sight.holds_vendor(row)

    def _is_order_settled(self, identity: int) -> bool:
        row = self._stage.tenant.orders.get(identity)
        must_hold = self._stage.must_hold
        if row is None or not is_order_eligible(row) or order_source(row) in must_hold:
            return True
        return self._stage.sight.holds_order(row)

    def _is_bill_settled(self, identity: int) -> bool:
        row = self._stage.tenant.bills.get(identity)
        must_hold = self._stage.must_hold
        if row is None or not is_bill_eligible(row) or bill_source(row) in must_hold:
            return True
        return self._stage.sight.holds_bill(row)

    def _revise(self, identity: int) -> None:
        """The first line has another quantity and price, and one line is new."""
        scenario = self._stage.scenario
        order = self._stage.order(identity)
        draws = Draws(f"{scenario.seed}/story")
        first = order.lines[0]
        changed = reprice(first, quantity=first.quantity + 2, price=first.price + Decimal("1.25"))
        tax = draw_tax(draws, scenario.references, order.currency.name)
        world = scenario.world.at(order.location)
        added = make_line(world, draws, len(order.lines) + 1, order.vendor, tax)
        lines = (changed, *order.lines[1:], numbered(added, identity))
        self._stage.revise(replace(order, lines=lines))
