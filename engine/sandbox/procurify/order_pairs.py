"""Order items with their orders, of which only those that are looked at are made."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias, overload

from engine.sandbox.procurify.rows import Chosen, Lazy, LazyRows, Span
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder

Pair: TypeAlias = tuple[PurchaseOrder, OrderLine]


class Pairs(Lazy[Pair]):
    """The items of the chosen orders, order by order."""

    def __init__(self, rows: LazyRows[PurchaseOrder], orders: Chosen[PurchaseOrder]) -> None:
        self._rows = rows
        self._orders = orders
        self._ends = array("I", accumulate(self._sizes()))

    def changed(self, span: Span, test: Callable[[Pair], bool]) -> "Pairs":
        """The items of those orders that changed within the span."""

        def passes(order: PurchaseOrder) -> bool:
            return bool(order.lines) and test((order, order.lines[0]))

        return Pairs(self._rows, self._orders.changed(span, passes))

    def narrowed(self, test: Callable[[Pair], bool]) -> Sequence[Pair]:
        """The items that pass the test."""
        return list(filter(test, self))

    def _sizes(self) -> Iterator[int]:
        rows = self._rows
        own, sizes, first = rows.own, rows.glance.sizes, rows.ids.start
        for identity in self._orders.ids:
            put = own.get(identity)
            yield sizes[identity - first] if put is None else len(put.lines)

    def _at(self, place: int) -> Pair:
        order = bisect_right(self._ends, place)
        row = self._orders[order]
        from_the_last = place - self._ends[order]
        return row, row.lines[from_the_last]

    def _among(self, places: range) -> Iterator[Pair]:
        """The items at these places; the order is looked for when the one before has no more."""
        ends = self._ends
        end = 0
        row: PurchaseOrder | None = None
        for place in places:
            if row is None or not end - len(row.lines) <= place < end:
                order = bisect_right(ends, place)
                row, end = self._orders[order], ends[order]
            yield row, row.lines[place - end]

    @overload
    def __getitem__(self, place: int) -> Pair: ...

    @overload
    def __getitem__(self, place: slice) -> list[Pair]: ...

    def __getitem__(self, place: int | slice) -> Pair | list[Pair]:
        if isinstance(place, slice):
            return list(self._among(range(len(self))[place]))
        return self._at(range(len(self))[place])

    def __iter__(self) -> Iterator[Pair]:
        return ((order, line) for order in self._orders for line in order.lines)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0
