"""The scenes of a month's orders: revised, cancelled, received, billed, closed.

Each is made with the ids of the bills that it brings, so that these do not depend on what is
posted when.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from engine.sandbox.procurify.order_changes import receive_item
from engine.sandbox.scenario.bills import make_bill
from engine.sandbox.scenario.cues import Cues
from engine.sandbox.scenario.model import Bill
from engine.sandbox.scenario.month_orders import REVISIONS, below_received, dearer_line, in_goes
from engine.sandbox.scenario.month_parts import HELD, Part
from engine.sandbox.scenario.plan import BillShape
from engine.sandbox.scenario.scenes import Scene, Until
from engine.sandbox.scenario.stage import Happening, Stage
from engine.sandbox.scenario.warehouse import Goods, Warehouse

Bills: TypeAlias = Iterator[int]
_GOES: Final[Mapping[Part, int]] = {Part.TWO_GOES: 2, Part.THREE_GOES: 3}


class OrderScenes:
    """Makes the scene of an order's part; `bills` are the ids that new bills take."""

    def __init__(self, stage: Stage, cues: Cues, warehouse: Warehouse, bills: Bills) -> None:
        self._stage = stage
        self._cues = cues
        self._warehouse = warehouse
        self._bills = bills

    def scene(self, part: Part, order: int) -> Scene:
        """The scene of that order."""
        made: Mapping[Part, Callable[[], Scene]] = {
            **{revised: partial(self._revised, revised, order) for revised in REVISIONS},
            Part.TWICE: lambda: self._revised(Part.TWICE, order, next(self._bills)),
            Part.CANCELLED: lambda: self._cancelled(order),
            Part.ODD_CURRENCY: lambda: self._billed_oddly(order, next(self._bills)),
            Part.REST: lambda: self._rest(order, next(self._bills)),
            Part.CLOSED: lambda: self._closed(order),
            Part.PRICE_AFTER_RECEIPT: lambda: self._changed_after_receipt(part, order),
            Part.BELOW_RECEIVED: lambda: self._changed_after_receipt(part, order),
            Part.LATE_BILLS: lambda: self._late(order, next(self._bills), next(self._bills)),
            Part.EARLY_BILL: lambda: self._early(order, next(self._bills)),
            Part.EARLY_WITHDRAWN: lambda: self._withdrawn_early(order, next(self._bills)),
        }
        return made.get(part, lambda: self._received(order, _GOES.get(part, 1)))()

    def _revised(self, part: Part, order: int, bill: int | None = None) -> Iterator[Until]:
        """One revision after the other, each once SYSPRO shows the one before; then perhaps a
        bill."""
        for revision in REVISIONS[part]:
            yield self._cues.order_shown(order)
            self._stage.revise(revision(self._stage.scenario.world, self._stage.order(order)))
        if bill is not None:
            yield self._cues.order_shown(order)
            self._bill(self._made(bill, order))

    def _cancelled(self, order: int) -> Iterator[Until]:
        yield self._cues.order_there(order)
        self._stage.cancel(order)

    def _billed_oddly(self, order: int, bill: int) -> Iterator[Until]:
        yield self._cues.order_there(order)
        made = self._made(bill, order)
        currencies = self._stage.scenario.references.currencies.values()
        other = next(row for row in currencies if row.id != made.currency.id)
        self._stage.hold_bill(made, HELD[Part.ODD_CURRENCY])
        self._bill(replace(made, currency=other))

    def _received(self, order: int, goes: int) -> Iterator[Until]:
        """The goods that the scenario expects come in so many goes."""
        yield from self._come_in(order, self._planned(order), goes)

    def _come_in(self, order: int, expected: Goods, goes: int) -> Iterator[Until]:
        yield self._cues.order_there(order)
        for place, go in enumerate(in_goes(expected, goes)):
            if place:
                yield self._cues.later()
            self._warehouse.expect(order, [go])
            yield self._cues.goods_there(order)

    def _rest(self, order: int, bill: int) -> Iterator[Until]:
        """What the planned receipt left comes in after the bill over it, and is billed too."""
        planned = self._planned(order)
        yield from self._come_in(order, planned, 1)
        yield from self._billed(order)
        left = {
            line.id: line.quantity - planned.get(line.id, Decimal(0))
            for line in self._stage.order(order).lines
        }
        rest = {line: quantity for line, quantity in left.items() if quantity}
        self._warehouse.expect(order, [rest])
        yield self._cues.goods_there(order)
        self._bill(self._made(bill, order, rest))

    def _closed(self, order: int) -> Iterator[Until]:
        """Once it is billed the buyer tells Procurify that all came: the order closes."""
        yield from self._come_in(order, self._planned(order), 1)
        yield from self._billed(order)
        received = self._stage.order(order)
        self._stage.kept_orders[order] = received
        for line in received.lines:
            receive_item(self._stage.tenant, line.id, line.quantity)
        self._stage.happened[Happening.CLOSE] += 1

    def _changed_after_receipt(self, part: Part, order: int) -> Iterator[Until]:
        """The order is changed where it may not be once the bill over its goods is posted."""
        planned = self._planned(order)
        yield from self._come_in(order, planned, 1)
        yield from self._billed(order)
        change = below_received if part is Part.BELOW_RECEIVED else dearer_line
        self._stage.revise(change(self._stage.order(order), planned), HELD[part])

    def _late(self, order: int, *bills: int) -> Iterator[Until]:
        """Goods in two goes, a bill after each."""
        yield self._cues.order_there(order)
        for bill, go in zip(bills, in_goes(self._ordered(order), len(bills)), strict=False):
            self._warehouse.expect(order, [go])
            yield self._cues.goods_there(order)
            self._bill(self._made(bill, order, go))
            yield self._cues.later()

    def _early(self, order: int, bill: int) -> Iterator[Until]:
        """The bill is there before the goods."""
        yield self._cues.order_there(order)
        expected = self._ordered(order)
        self._bill(self._made(bill, order, expected))
        yield self._cues.later()
        yield from self._come_in(order, expected, 2)

    def _withdrawn_early(self, order: int, bill: int) -> Iterator[Until]:
        """The bill is there before the goods, which never come, and is withdrawn."""
        yield self._cues.order_there(order)
        self._bill(self._made(bill, order, self._ordered(order)))
        yield self._cues.later()
        self._stage.withdraw(bill)

    def _billed(self, order: int) -> Iterator[Until]:
        """SYSPRO has the invoice over the order that the scenario begins with."""
        bill = self._stage.scenario.bills.bill_of_order(order)
        if bill is not None:
            yield self._cues.bill_there(bill)

    def _planned(self, order: int) -> Goods:
        return self._stage.scenario.receipts[order]

    def _ordered(self, order: int) -> Goods:
        return {line.id: line.quantity for line in self._stage.order(order).lines}

    def _made(self, identity: int, order: int, received: Goods | None = None) -> Bill:
        """A bill over the order, or over what was received of it."""
        billed = self._stage.order(order)
        return make_bill(
            self._stage.scenario.world,
            identity,
            billed.vendor,
            BillShape.ORDINARY,
            order=billed,
            received=received,
        )

    def _bill(self, bill: Bill) -> None:
        self._stage.new_bill(bill)
        self._stage.happened[Happening.BILL] += 1
