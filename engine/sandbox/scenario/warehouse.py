"""The warehouse: the goods of an order come in, in one go or several, once SYSPRO has the order."""

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.scenario.stage import Happening, Stage
from engine.sandbox.sight import item_of

Goods: TypeAlias = Mapping[int, Decimal]
"""By line id, how much of it."""


class Warehouse:
    """Receives what is expected; one go of an order a look."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: dict[int, deque[dict[int, Decimal]]] = {}

    @property
    def left(self) -> int:
        """How many goes are still to come."""
        return sum(map(len, self._waiting.values()))

    def expect(self, order: int, goes: Sequence[Goods]) -> None:
        """These goods come in as soon as SYSPRO takes them, after those expected before."""
        self._waiting.setdefault(order, deque()).extend(dict(goods) for goods in goes)

    def is_waiting(self, order: int) -> bool:
        """Whether goods of the order are still to come."""
        return order in self._waiting

    def look(self) -> list[int]:
        """What can be received of each order's next go is; the go is done once all of it was.

        The orders that nothing more is expected of since are named.
        """
        for order in (looked := list(self._waiting)):
            self._receive(order)
        return [order for order in looked if order not in self._waiting]

    def _receive(self, identity: int) -> None:
        goes = self._waiting[identity]
        waiting = goes[0]
        source = self._stage.tenant.orders[identity]
        ledger = self._stage.sight.ledger_of(source)
        for order in self._stage.sight.orders_of(source)[:1]:
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
        if waiting:
            return
        goes.popleft()
        self._stage.happened[Happening.RECEIPT] += 1
        if not goes:
            del self._waiting[identity]
