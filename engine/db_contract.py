"""What a database promises to those who own tables in it, whoever keeps it. Pure.

`engine.db` keeps the promise with PostgreSQL; the simulation's store keeps it in memory. Both pass
the same tests, so that owners run above either unchanged.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from engine.errors import Conflict

_Value = TypeVar("_Value")


class UniqueViolation(Conflict):
    """Another row holds the key; `constraint` names the rule that said so."""

    def __init__(self, text: str, *, constraint: str) -> None:
        super().__init__(text)
        self.constraint = constraint


class Row(Protocol):
    """One row of an answer; columns by name. See `text`, `integer`, `octets`, `instant`."""

    def __getitem__(self, column: str, /) -> object:
        """The column's value; KeyError if the statement did not name it."""
        ...

    def values(self) -> Iterator[object]:
        """The values in the statement's order."""
        ...


class Connection(Protocol):
    """What runs statements: a transaction under way, or the database, each statement by itself."""

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        """All rows of the answer."""
        ...

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        """The first row of the answer, None when there is none."""
        ...

    async def execute(self, sql: str, *arguments: object) -> int:
        """The statement is done; how many rows it touched (0 where that has no meaning)."""
        ...

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        """The statement is done once for each row of arguments, all or none."""
        ...

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """The rows are in the table, by COPY."""
        ...


class Database(Connection, Protocol):
    """What owners of tables are given: statements by themselves, and transactions."""

    def transaction(self, *, is_snapshot: bool = False) -> AbstractAsyncContextManager[Connection]:
        """A transaction: committed when the block ends, undone when it raises.

        `is_snapshot`: read only, every statement sees the same instant. A `Transient` from the
        end of the block leaves open whether the commit took place.
        """
        ...


def text(row: Row, column: str) -> str:
    """The column as text; a TypeError means that the statement and its reader disagree."""
    return _typed(row, column, str)


def integer(row: Row, column: str) -> int:
    """The column as an integer."""
    return _typed(row, column, int)


def real(row: Row, column: str) -> float:
    """The column as a number that is no amount: a span of time."""
    return _typed(row, column, float)


def octets(row: Row, column: str) -> bytes:
    """The column as bytes."""
    return _typed(row, column, bytes)


def instant(row: Row, column: str) -> datetime:
    """The column as an aware instant."""
    return _typed(row, column, datetime)


def _typed(row: Row, column: str, expected: type[_Value]) -> _Value:
    value = row[column]
    if not isinstance(value, expected):
        raise TypeError(f"column {column} is {type(value).__name__}, not {expected.__name__}")
    return value
