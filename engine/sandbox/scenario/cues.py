"""What the scenes of a month wait for, and the telling of it from what was written."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.sandbox.differences import order_differences
from engine.sandbox.scenario.scenes import Key, Until
from engine.sandbox.scenario.stage import Stage
from engine.sandbox.scenario.warehouse import Warehouse
from engine.sandbox.syspro.writes import Write

_PROGRESS: Final[Key] = ("progress",)
_CERTAIN: Final = 0.9
_LAG: Final = 0.05


class Cues:
    """Makes what is waited for.

    Progress is the number of orders and invoices that SYSPRO has got. It comes to `_whole` without
    any scene going on: most of what the scenario begins with and what needs no goods first.
    """

    def __init__(self, stage: Stage, warehouse: Warehouse) -> None:
        self._stage = stage
        self._warehouse = warehouse
        self._seen: set[tuple[str, ...]] = set()
        scenario = stage.scenario
        certain = len(scenario.orders.ordinary()) + len(scenario.bills.own())
        self._whole = int(certain * _CERTAIN)

    def told_by(self, written: Iterable[tuple[str, Write]]) -> Iterator[Key]:
        """The keys under which the writes are waited for."""
        before = len(self._seen)
        for company, write in written:
            if write.kind == "order":
                yield from (_order(order) for order in self._stage.orders_in(write))
            elif write.kind == "invoice":
                yield ("invoice", *write.key)
            else:
                continue
            self._seen.add((company, write.kind, *write.key))
        if len(self._seen) > before:
            yield _PROGRESS

    def order_there(self, identity: int) -> Until:
        """SYSPRO has the order."""
        sight, stage = self._stage.sight, self._stage
        return Until(key=_order(identity), is_met=lambda: sight.holds_order(stage.order(identity)))

    def order_shown(self, identity: int) -> Until:
        """SYSPRO has the order as it is in Procurify."""

        def is_shown() -> bool:
            order = self._stage.order(identity)
            found = self._stage.sight.orders_of(order)
            return bool(found) and not order_differences(order, found[0])

        return Until(key=_order(identity), is_met=is_shown)

    def bill_there(self, identity: int) -> Until:
        """SYSPRO has the invoice of the bill."""
        bill = self._stage.bill(identity)
        key = ("invoice", bill.vendor.supplier, bill.invoice_number)
        return Until(
            key=key, is_met=lambda: self._stage.sight.holds_bill(self._stage.bill(identity))
        )

    def goods_there(self, identity: int) -> Until:
        """All goods of the order that were expected so far came in."""
        return Until(key=goods(identity), is_met=lambda: not self._warehouse.is_waiting(identity))

    def share(self, part: float) -> Until:
        """So much of the beginning is in SYSPRO."""
        return self._reached(int(self._whole * part))

    def later(self) -> Until:
        """Some more is in SYSPRO than now."""
        return self._reached(min(len(self._seen) + 1 + int(self._whole * _LAG), self._whole))

    def _reached(self, count: int) -> Until:
        return Until(key=_PROGRESS, is_met=lambda: len(self._seen) >= count)


def goods(order: int) -> Key:
    """The key under which receipts of the order are waited for."""
    return ("goods", str(order))


def _order(identity: int) -> Key:
    return ("order", str(identity))
