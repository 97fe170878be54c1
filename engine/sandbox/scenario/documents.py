"""A sequence of documents that are made when they are looked at, and not kept. Pure."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar, overload

T = TypeVar("T")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Documents(Sequence[T], Generic[T]):
    """The documents with these ids, in their order; an id gives an equal document every time."""

    def __init__(self, ids: range) -> None:
        self.ids = ids

    @abstractmethod
    def make(self, identity: int) -> T:
        """The document of that id, which must be one of the ids."""

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            return [self.make(identity) for identity in self.ids[place]]
        return self.make(self.ids[place])

    def __iter__(self) -> Iterator[T]:
        return map(self.make, self.ids)

    def __len__(self) -> int:
        return len(self.ids)


def micros_of(instant: datetime) -> int:
    """The instant in whole microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime:
    """The instant so many microseconds after 1970 began."""
    return _EPOCH + timedelta(0, 0, micros)
