"""How the story goes on: goods come in, an order is revised, one is cancelled, a vendor is new.

The story moves by what the two ledgers hold, never by time alone: goods are received once their
order is in SYSPRO; the rest happens, one change a tick, once every postable document of the
beginning is there.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import PurchaseOrder
from engine.sandbox.scenario.orders import draw_tax, make_line, reprice
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.sight import Sight, bill_source, item_of, order_source, vendor_source


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
    ) -> None:
        self._scenario = scenario
        self._tenant = tenant
        self._sight = sight
        self._clock = clock
        self.must_hold = dict(scenario.must_hold)
        self._receipts = {order: dict(lines) for order, lines in scenario.receipts.items()}
        self._changes: list[Callable[[], None]] = []
        if scenario.revised is not None:
            self._changes.append(self._revise)
        if scenario.cancelled is not None:
            self._changes.append(self._cancel)
        if scenario.newcomer is not None:
            self._changes.append(self._introduce)

    @property
    def left(self) -> int:
        """How many receipts and changes are still to come."""
        return len(self._receipts) + len(self._changes)

    def tick(self) -> None:
        """Goods of posted orders are received; a change is made if the beginning is settled."""
        for identity in list(self._receipts):
            self._receive(identity)
        if self._changes and not self._receipts and self._is_beginning_posted():
            self._changes.pop(0)()

    def _receive(self, identity: int) -> None:
        """What can be received of the order is; done once every planned line was."""
        waiting = self._receipts[identity]
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
            del self._receipts[identity]

    def _is_beginning_posted(self) -> bool:
        """Whether every document that was eligible at first and can be posted is in SYSPRO."""
        held = self.must_hold
        sight, tenant = self._sight, self._tenant
        return (
            all(
                sight.holds_vendor(vendor)
                for vendor in tenant.eligible_vendors()
                if vendor_source(vendor) not in held
            )
            and all(
                sight.holds_order(order)
                for order in tenant.eligible_orders()
                if order_source(order) not in held
            )
            and all(
                sight.holds_bill(bill)
                for bill in tenant.eligible_bills()
                if bill_source(bill) not in held
            )
        )

    def _revise(self) -> None:
        identity = self._scenario.revised
        if identity is None:
            return
        order = self._tenant.orders[identity]
        rng = Random(f"{self._scenario.seed}/story")
        first = order.lines[0]
        changed = reprice(first, quantity=first.quantity + 2, price=first.price + Decimal("1.25"))
        tax = draw_tax(rng, self._scenario.references, order.currency.name)
        added = make_line(
            self._scenario.world.at(order.location),
            rng,
            identity,
            len(order.lines) + 1,
            order.vendor,
            tax,
        )
        self._tenant.put_order(
            replace(
                self._touched(order),
                version=order.version + 1,
                lines=(changed, *order.lines[1:], added),
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
