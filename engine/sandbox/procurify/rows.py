"""Rows by id that are made when they are looked at: a million documents without a million objects.

A `LazyRows` is a mapping over ids. What was put is kept; of what is made, the last few are kept.
Its glance answers for rows that nobody made what lists ask of every row; a `Chosen` is a list of
such rows that makes only those of the page that is printed.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeAlias, TypeVar, overload

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
KEPT: Final = 4_096
Span: TypeAlias = tuple[int, int]
"""The first and the last of the microseconds since 1970 that count."""


class Index(Protocol):
    """Finds documents that nobody has made yet; None or nothing for those it does not know."""

    def order_of_line(self, line: int) -> int | None:
        """The order of an order item."""
        ...

    def order_of_uuid(self, uuid: str) -> int | None:
        """The order of a uuid in 32 lower-case digits."""
        ...

    def order_of_number(self, number: str) -> int | None:
        """The order of a number that people see."""
        ...

    def orders_of_vendor(self, vendor: int) -> Sequence[int]:
        """The orders to a vendor."""
        ...

    def orders_by_card(self) -> Sequence[int]:
        """The orders that are paid by card."""
        ...

    def bill_of_uuid(self, uuid: str) -> int | None:
        """The bill of a uuid in 32 lower-case digits."""
        ...

    def bills_of_number(self, number: str) -> Sequence[int]:
        """The bills that may have an invoice number, and no others that have it."""
        ...

    def bills_of_order(self, order: int) -> Sequence[int]:
        """The bills on an order."""
        ...

    def bills_of_group(self, group: int) -> Sequence[int]:
        """The bills of a group."""
        ...

    def bills_of_vendor(self, vendor: int) -> Sequence[int]:
        """The bills of a vendor."""
        ...

    def bills_paid(self) -> Container[int]:
        """The order bills that are paid."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What is known of rows without making them, by their place among the ids: whole numbers.

    `modified` in microseconds since 1970; of orders `states` and `sizes` (lines); of bills
    `currencies` (ids) and `totals` (cents). No row that is made has received anything.
    """

    modified: Sequence[int] = ()
    states: Sequence[int] = ()
    sizes: Sequence[int] = ()
    currencies: Sequence[int] = ()
    totals: Sequence[int] = ()


class LazyRows(MutableMapping[int, T]):
    """The rows of `ids`, each made by `make` on demand; put rows stand in for made ones.

    `make` must give an equal row for an id every time, and the glance must answer as it would.
    `sketch` gives what a list shows of it, for less. Iteration is by `ids`, then new ids as they
    came.
    """

    def __init__(
        self,
        ids: range = range(0),
        make: Callable[[int], T] | None = None,
        glance: Glance | None = None,
        kept: int = KEPT,
        sketch: Callable[[int], T] | None = None,
    ) -> None:
        self.ids = ids
        self.glance = glance or Glance()
        self._sketch = sketch
        self.own: dict[int, T] = {}
        self._make = make
        self._most = kept
        self._later: dict[int, None] = {}
        self._gone: set[int] = set()
        self._kept: OrderedDict[int, T] = OrderedDict()

    def sketch_of(self, identity: int) -> Callable[[int], T] | None:
        """What gives the sketch of that row; None if it was put, or none has one."""
        return None if identity in self.own else self._sketch

    def forget(self) -> None:
        """Rows are made anew when they are looked at next; those that were put stay."""
        self._kept.clear()

    def __getitem__(self, identity: int) -> T:
        if identity in self.own:
            return self.own[identity]
        if self._make is None or identity in self._gone or identity not in self.ids:
            raise KeyError(identity)
        row = self._kept.get(identity)
        if row is None:
            row = self._kept[identity] = self._make(identity)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(identity)
        return row

    def __setitem__(self, identity: int, row: T) -> None:
        if identity not in self.ids:
            self._later[identity] = None
        self._gone.discard(identity)
        self._kept.pop(identity, None)
        self.own[identity] = row

    def __delitem__(self, identity: int) -> None:
        if identity not in self:
            raise KeyError(identity)
        self.own.pop(identity, None)
        self._kept.pop(identity, None)
        if identity in self._later:
            del self._later[identity]
        else:
            self._gone.add(identity)

    def __contains__(self, identity: object) -> bool:
        return identity in self.own or (identity in self.ids and identity not in self._gone)

    def __iter__(self) -> Iterator[int]:
        yield from (identity for identity in self.ids if identity not in self._gone)
        yield from self._later

    def __len__(self) -> int:
        return len(self.ids) - len(self._gone) + len(self._later)


class Lazy(Sequence[T_co], Generic[T_co]):
    """A list of which only what is looked at is made."""

    def changed(self, span: Span, test: Callable[[T_co], bool]) -> "Lazy[T_co]":
        """Those that changed within the span, which the test says of a row that is there."""
        raise NotImplementedError

    def narrowed(self, test: Callable[[T_co], bool]) -> Sequence[T_co]:
        """Those that pass the test; all are made for it, one after the other."""
        raise NotImplementedError


class Joined(Lazy[T_co], Generic[T_co]):
    """A list of which only what is looked at is made, and behind it rows that are there."""

    def __init__(self, head: Lazy[T_co], tail: Sequence[T_co]) -> None:
        self._head = head
        self._tail = tail

    def changed(self, span: Span, test: Callable[[T_co], bool]) -> "Joined[T_co]":
        """Those that changed within the span."""
        return Joined(self._head.changed(span, test), list(filter(test, self._tail)))

    def narrowed(self, test: Callable[[T_co], bool]) -> "Sequence[T_co]":
        """Those that pass the test."""
        head, tail = self._head.narrowed(test), list(filter(test, self._tail))
        return Joined(head, tail) if isinstance(head, Lazy) else [*head, *tail]

    @overload
    def __getitem__(self, place: int) -> T_co: ...

    @overload
    def __getitem__(self, place: slice) -> list[T_co]: ...

    def __getitem__(self, place: int | slice) -> T_co | list[T_co]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        one, before = range(len(self))[place], len(self._head)
        return self._head[one] if one < before else self._tail[one - before]

    def __len__(self) -> int:
        return len(self._head) + len(self._tail)


class Chosen(Lazy[T_co], Generic[T_co]):
    """Some of the lazy rows, in their order."""

    def __init__(self, rows: LazyRows[T_co], ids: Iterable[int]) -> None:
        self._rows = rows
        self.ids = array("I", ids)

    def changed(self, span: Span, test: Callable[[T_co], bool]) -> "Chosen[T_co]":
        """Those that changed within the span."""
        low, high = span
        modified = self._rows.glance.modified
        return self.sifted(test, lambda place: low <= modified[place] <= high)

    def narrowed(self, test: Callable[[T_co], bool]) -> "Chosen[T_co]":
        """Those that pass the test."""
        rows = self._rows
        return Chosen(rows, [identity for identity in self.ids if test(rows[identity])])

    def sifted(self, test: Callable[[T_co], bool], known: Callable[[int], bool]) -> "Chosen[T_co]":
        """The put rows that pass the test, and those others of whose place `known` is true."""
        own, first = self._rows.own, self._rows.ids.start
        passed = [
            identity
            for identity in self.ids
            if (test(own[identity]) if identity in own else known(identity - first))
        ]
        return Chosen(self._rows, passed)

    def split(self) -> tuple[list[T_co], list[int]]:
        """The rows that were put, and the places of the others."""
        own, first = self._rows.own, self._rows.ids.start
        put = [own[identity] for identity in self.ids if identity in own]
        return put, [identity - first for identity in self.ids if identity not in own]

    @overload
    def __getitem__(self, place: int) -> T_co: ...

    @overload
    def __getitem__(self, place: slice) -> list[T_co]: ...

    def __getitem__(self, place: int | slice) -> T_co | list[T_co]:
        if isinstance(place, slice):
            return [self._rows[identity] for identity in self.ids[place]]
        return self._rows[self.ids[place]]

    def __len__(self) -> int:
        return len(self.ids)
