"""Rows by id that are made when they are looked at: a million documents without a million objects.

A `LazyRows` is a mapping over ids. What was put is kept; of what is made, the last few are kept.
Its facets answer for a row what lists ask of every row, without making it; a `Chosen` is a list of
such rows that makes only those of the page that is printed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import Generic, Protocol, TypeVar, cast, overload

T = TypeVar("T")
KEPT = 4_096


class Index(Protocol):
    """Finds documents that nobody has made yet; None or nothing for those it does not know."""

    def order_of_line(self, line: int) -> int | None:
        """The order of an order item."""
        ...

    def order_of_uuid(self, uuid: str) -> int | None:
        """The order of a uuid in 32 lower-case digits."""
        ...

    def bill_of_uuid(self, uuid: str) -> int | None:
        """The bill of a uuid in 32 lower-case digits."""
        ...

    def bills_of_order(self, order: int) -> Sequence[int]:
        """The bills on an order."""
        ...

    def bills_of_group(self, group: int) -> Sequence[int]:
        """The bills of a group."""
        ...


class LazyRows(MutableMapping[int, T]):
    """The rows of `ids`, each made by `make` on demand; put rows stand in for made ones.

    `make` must give an equal row for an id every time. `facet` gives an object that answers
    `modified_at`, and of orders `state` and `lines`, of bills `currency` and `grand_total`, as the
    row would (without it rows are made). Iteration is by `ids`, then new ids as they came.
    """

    def __init__(
        self,
        ids: Sequence[int],
        make: Callable[[int], T],
        facet: Callable[[int], object] | None = None,
        kept: int = KEPT,
    ) -> None:
        self._ids = ids
        self._make = make
        self._facet = facet
        self._most = kept
        self._own: dict[int, T] = {}
        self._later: dict[int, None] = {}
        self._gone: set[int] = set()
        self._kept: OrderedDict[int, T] = OrderedDict()

    def own(self) -> list[T]:
        """The rows that were put."""
        return list(self._own.values())

    def facet(self, identity: int) -> T:
        """What answers for the row in lists: its facet, or the row itself once it was put."""
        if self._facet is None or identity in self._own:
            return self[identity]
        return cast(T, self._facet(identity))

    def __getitem__(self, identity: int) -> T:
        if identity in self._own:
            return self._own[identity]
        if identity in self._gone or identity not in self._ids:
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
        if identity not in self._ids:
            self._later[identity] = None
        self._gone.discard(identity)
        self._kept.pop(identity, None)
        self._own[identity] = row

    def __delitem__(self, identity: int) -> None:
        if identity not in self:
            raise KeyError(identity)
        self._own.pop(identity, None)
        self._kept.pop(identity, None)
        if identity in self._later:
            del self._later[identity]
        else:
            self._gone.add(identity)

    def __contains__(self, identity: object) -> bool:
        return identity in self._own or (identity in self._ids and identity not in self._gone)

    def __iter__(self) -> Iterator[int]:
        yield from (identity for identity in self._ids if identity not in self._gone)
        yield from self._later

    def __len__(self) -> int:
        return len(self._ids) - len(self._gone) + len(self._later)


class Chosen(Sequence[T], Generic[T]):
    """Some of the lazy rows, in their order; only those that are looked at are made."""

    def __init__(self, rows: LazyRows[T], ids: Sequence[int]) -> None:
        self._rows = rows
        self._ids = ids

    def narrowed(self, test: Callable[[T], bool], *, by_facet: bool) -> "Chosen[T]":
        """Those that pass the test, asked of their facets or of the rows themselves."""
        look = self._rows.facet if by_facet else self._rows.__getitem__
        return Chosen(self._rows, [one for one in self._ids if test(look(one))])

    def facets(self) -> Iterator[T]:
        """What answers for the rows in lists."""
        return map(self._rows.facet, self._ids)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            return [self._rows[identity] for identity in self._ids[place]]
        return self._rows[self._ids[place]]

    def __len__(self) -> int:
        return len(self._ids)
