"""How the story goes on: goods come in, an order is revised, one is cancelled, a vendor is new.

The story moves by what the two ledgers hold, never by time alone: goods are received once their
order is in SYSPRO; the rest happens, one change a tick, once every postable document of the
beginning is there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Final

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.load import Load
from engine.sandbox.scenario.model import (
    PurchaseOrder,
    is_bill_eligible,
    is_order_eligible,
    is_vendor_eligible,
)
from engine.sandbox.scenario.orders import draw_tax, make_line, numbered, reprice
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.sight import Sight, bill_source, item_of, order_source, vendor_source
from engine.sandbox.syspro.ledger import text
from engine.sandbox.syspro.writes import Write

LOOKS: Final = 500
"""How many documents of the beginning one tick looks at, at most."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Story:
    """What is still to come; `tick` lets happen what may happen now.

    `must_hold` is the scenario's, and what whoever rehearses expects besides.
    """

    def __init__(
        self,
        scenario: Scenario,
        tenant: Tenant,
        sight: Sight,
        clock: Callable[[], datetime] = _wall_clock,
        load: Load | None = None,
    ) -> None:
        self._scenario = scenario
        self._tenant = tenant
        self._sight = sight
        self._clock = clock
        self._load = load
        self.must_hold = dict(scenario.must_hold)
        self._receipts_left = len(scenario.receipts)
        self._expected: set[int] = set()
        self._waiting: dict[int, dict[int, Decimal]] = {}
        self._writes = [_NewWrites(ledger.writes) for ledger in sight.companies]
        self._beginning = self._documents()
        self._awaited: Callable[[], bool] | None = None
        self._changes: list[Callable[[], None]] = []
        if scenario.revised is not None:
            self._changes.append(self._revise)
        if scenario.cancelled is not None:
            self._changes.append(self._cancel)
        if scenario.newcomer is not None:
            self._changes.append(self._introduce)

    @property
    def left(self) -> int:
        """How many receipts, changes and arrivals of the load are still to come."""
        arrivals = self._load.left if self._load is not None else 0
        return self._receipts_left + len(self._changes) + arrivals

    def tick(self) -> None:
        """Goods of posted orders are received; a change is made if the beginning is settled."""
        for writes in self._writes:
            for write in writes.take():
                self._expect_goods(self._orders_in(write))
        for identity in list(self._waiting):
            self._receive(identity)
        is_posted = self._is_beginning_posted()
        if self._changes and not self._receipts_left and is_posted:
            self._changes.pop(0)()
        if self._load is not None:
            self._load.tick()

    def _expect_goods(self, orders: Iterable[int]) -> None:
        """The goods of these orders come in from now on, once."""
        for order in orders:
            if order in self._scenario.receipts and order not in self._expected:
                self._expected.add(order)
                self._waiting[order] = dict(self._scenario.receipts[order])

    def _orders_in(self, write: Write) -> Iterable[int]:
        """The ids of the orders that the write may be: by its lines' items, else by supplier."""
        items = [item_of(row) for row in write.rows.get("PorMasterDetail", ())]
        found = {order.id for order in map(self._tenant.order_with_line, items) if order}
        if any(item is not None for item in items):
            return found
        suppliers = {text(row["Supplier"]) for row in write.rows.get("PorMasterHdr", ())}
        vendors = [row for row in self._tenant.vendors.values() if row.supplier in suppliers]
        return {order.id for vendor in vendors for order in self._tenant.orders_to(vendor)}

    def _receive(self, identity: int) -> None:
        """What can be received of the order is; done once every planned line was."""
        waiting = self._waiting[identity]
        source = self._tenant.orders[identity]
        ledger = self._sight.ledger_of(source)
        for order in self._sight.orders_of(source)[:1]:
            for line in order.lines:
                item = item_of(line)
                quantity = waiting.get(item) if item is not None else None
                if item is None or quantity is None:
                    continue
                try:
                    ledger.receive(
                        str(order.header["PurchaseOrder"]), int(str(line["Line"])), quantity
                    )
                except ValueError:
                    continue
                del waiting[item]
        if not waiting:
            del self._waiting[identity]
            self._receipts_left -= 1

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
        for vendor in self._scenario.vendors:
            yield partial(self._is_vendor_settled, vendor.id)
        for order in self._scenario.orders.ids:
            yield partial(self._is_order_settled, order)
        for bill in self._scenario.bills.ids:
            yield partial(self._is_bill_settled, bill)

    def _is_vendor_settled(self, identity: int) -> bool:
        row = self._tenant.vendors.get(identity)
        if row is None or not is_vendor_eligible(row) or vendor_source(row) in self.must_hold:
            return True
        return self._sight.holds_vendor(row)

    def _is_order_settled(self, identity: int) -> bool:
        row = self._tenant.orders.get(identity)
        if row is None or not is_order_eligible(row) or order_source(row) in self.must_hold:
            return True
        return self._sight.holds_order(row)

    def _is_bill_settled(self, identity: int) -> bool:
        row = self._tenant.bills.get(identity)
        if row is None or not is_bill_eligible(row) or bill_source(row) in self.must_hold:
            return True
        return self._sight.holds_bill(row)

    def _revise(self) -> None:
        identity = self._scenario.revised
        if identity is None:
            return
        order = self._tenant.orders[identity]
        draws = Draws(f"{self._scenario.seed}/story")
        first = order.lines[0]
        changed = reprice(first, quantity=first.quantity + 2, price=first.price + Decimal("1.25"))
        tax = draw_tax(draws, self._scenario.references, order.currency.name)
        number = len(order.lines) + 1
        added = make_line(self._scenario.world.at(order.location), draws, number, order.vendor, tax)
        self._tenant.put_order(
            replace(
                self._touched(order),
                version=order.version + 1,
                lines=(changed, *order.lines[1:], numbered(added, identity)),
            )
        )

    def _cancel(self) -> None:
        identity = self._scenario.cancelled
        if identity is not None:
            order = self._tenant.orders[identity]
            self._tenant.put_order(
                replace(self._touched(order), state=1, version=order.version + 1)
            )

    def _introduce(self) -> None:
        if self._scenario.newcomer is None:
            return
        vendor, order, bill = self._scenario.newcomer
        now = self._clock()
        order = self._touched(order)
        self._tenant.put_vendor(replace(vendor, modified_at=now))
        self._tenant.put_order(order)
        lines = tuple(replace(line, order=order) for line in bill.lines)
        self._tenant.put_bill(replace(bill, submitted_at=now, modified_at=now, lines=lines))

    def _touched(self, order: PurchaseOrder) -> PurchaseOrder:
        return replace(order, modified_at=self._clock())


class _NewWrites:
    """What was written into one ledger since it was last looked at: everything after a restore."""

    def __init__(self, writes: Sequence[Write]) -> None:
        self._writes = writes
        self._read = 0
        self._newest: Write | None = None

    def take(self) -> list[Write]:
        """The new writes of orders."""
        writes = self._writes
        known = writes[self._read - 1 : self._read] if self._read else []
        if self._read and (not known or known[0] is not self._newest):
            self._read = 0
        new = list(writes[self._read :])
        self._read = len(writes)
        self._newest = writes[-1] if writes else None
        return [write for write in new if write.kind == "order"]
