"""What one statement sees and writes: the rows of its transaction, locked and checked.

A statement is a function of a view and its arguments. Where it needs a lock that another
transaction has it raises `Blocked`: what it did is undone, and it is run again from its beginning
once the lock is its own, so that it sees what the other committed (READ COMMITTED).
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engine.db import UniqueViolation
from engine.errors import EngineError, Forbidden, Malformed, Misconfigured, Transient
from engine.log.entry import Entry
from engine.proof.simulation.store.locks import Locks
from engine.proof.simulation.store.state import State, Transaction, required_of
from engine.proof.simulation.store.tables import EVENTS, Key, R, Table

Value = TypeVar("Value")


class Blocked(Exception):
    """The statement needs a lock that is not free."""

    def __init__(self, place: Hashable, *, is_shared: bool) -> None:
        super().__init__(place)
        self.place = place
        self.is_shared = is_shared


class MemoryRow:
    """One row of an answer."""

    __slots__ = ("_columns",)

    def __init__(self, columns: dict[str, object]) -> None:
        self._columns = columns

    def __getitem__(self, column: str, /) -> object:
        return self._columns[column]

    def __repr__(self) -> str:
        return f"<row of {', '.join(self._columns)}>"

    def values(self) -> Iterator[object]:
        """The values in the statement's order."""
        return iter(self._columns.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement comes to: its rows, and how many it touched."""

    rows: Sequence[MemoryRow] = ()
    touched: int = 0


def picked(row: object, *columns: str) -> MemoryRow:
    """These columns of a row."""
    return MemoryRow({column: getattr(row, column) for column in columns})


def answer(rows: Iterable[MemoryRow]) -> Answer:
    """The answer of a SELECT."""
    found = list(rows)
    return Answer(found, len(found))


def touched(count: int) -> Answer:
    """The answer of a statement that gives no rows."""
    return Answer((), count)


def said(text: str) -> str:
    """The text of an error, as `engine.db` would say it."""
    return f"PostgreSQL: {text}"


class View:
    """The rows of one transaction, at the instant `clock_at` of the server's clock."""

    def __init__(
        self, state: State, locks: Locks, transaction: Transaction, clock_at: datetime
    ) -> None:
        self.transaction = transaction
        self.clock_at = clock_at
        self._live = state
        self._locks = locks
        if transaction.is_snapshot and transaction.snapshot is None:
            transaction.snapshot = state.frozen()
        self._under = transaction.snapshot or state

    @property
    def now(self) -> datetime:
        """When the transaction began."""
        return self.transaction.started_at

    def get(self, table: Table[R], *key: object) -> R | None:
        """The row of this key."""
        own = self.transaction.layer.of(table)
        return own[key] if key in own else self._under.get(table, key)

    def rows(self, table: Table[R]) -> Iterator[R]:
        """Every row, in the order of arrival."""
        if table.is_temporary and table.name not in self.transaction.temporary:
            raise Misconfigured(
                said(f'UndefinedTableError: relation "{table.name}" does not exist')
            )
        own = self.transaction.layer.of(table)
        for key, row in self._under.items(table):
            if key not in own:
                yield row
        yield from (row for row in own.values() if row is not None)

    def indexed(self, table: Table[R], *index: object) -> list[R]:
        """The rows that the table's index has there, in the order of arrival."""
        of = table.index
        assert of is not None
        if self.transaction.snapshot is not None:
            return [row for row in self.rows(table) if of(row) == index]
        own = self.transaction.layer.of(table)
        under = (key for key in self._live.indexed(table, index) if key not in own)
        found = [row for key in under if (row := self._live.get(table, key)) is not None]
        return found + [row for row in own.values() if row is not None and of(row) == index]

    def by_unique(self, table: Table[R], constraint: str, unique: Key) -> R | None:
        """The row that has this unique key."""
        key = self._holder(table, constraint, unique)
        return None if key is None else self.get(table, *key)

    def places(self, table: Table[R]) -> set[Key]:
        """What the table's index has rows for."""
        of = table.index
        assert of is not None
        if self.transaction.snapshot is not None:
            return {of(row) for row in self.rows(table)}
        own = self.transaction.layer.of(table)
        return {*self._live.places(table), *(of(row) for row in own.values() if row is not None)}

    def lock(self, place: Hashable, *, is_shared: bool = False) -> None:
        """The lock is the transaction's until it ends."""
        if not self._locks.take(self.transaction, place, is_shared=is_shared):
            raise Blocked(place, is_shared=is_shared)

    def waiting(self) -> int:
        """How many statements of the whole server wait for a lock."""
        return self._locks.waiting()

    def lock_row(self, table: Table[R], row: R, *, is_shared: bool = False) -> None:
        """The row is locked, FOR UPDATE or FOR SHARE."""
        self.lock((table.name, table.key_of(row)), is_shared=is_shared)

    def insert(self, table: Table[R], row: R) -> None:
        """The row is new; `UniqueViolation` where its key is taken."""
        if not self.insert_new(table, row):
            raise _taken(f"{table.name}_pkey")

    def insert_new(self, table: Table[R], row: R) -> bool:
        """Whether the key was free, and the row is there now (ON CONFLICT DO NOTHING)."""
        key = self._locked(table, row)
        if self.get(table, *key) is not None:
            return False
        self._write(table, key, row)
        return True

    def upsert(self, table: Table[R], row: R) -> None:
        """The row is there, new or in the place of an earlier one."""
        self._write(table, self._locked(table, row), row)

    def update(self, table: Table[R], row: R) -> None:
        """The row is in the place of the one with its key; events only as an erasure may."""
        key = self._locked(table, row)
        if table.name == EVENTS.name:
            before = self.get(table, *key)
            self._guard("UPDATE", before, row)
        self._write(table, key, row)

    def remove(self, table: Table[R], *key: object) -> None:
        """There is no row of this key; an event is never removed."""
        self.lock((table.name, key))
        if table.name == EVENTS.name:
            self._guard("DELETE", None, None)
        self._write(table, key, None)

    def _locked(self, table: Table[R], row: R) -> Key:
        key = table.key_of(row)
        if not table.is_temporary:
            self.lock((table.name, key))
        return key

    def _write(self, table: Table[R], key: Key, row: R | None) -> None:
        transaction = self.transaction
        if not table.is_temporary:
            if transaction.is_read_only:
                raise Transient(said("ReadOnlySQLTransactionError: it is a read-only transaction"))
            if transaction.snapshot is not None and (
                transaction.snapshot.get(table, key) is not self._live.get(table, key)
            ):
                raise Transient(
                    said("SerializationError: could not serialize access due to concurrent update")
                )
        if row is not None:
            self._check(table, key, row)
        transaction.layer.write(table, key, row)

    def _check(self, table: Table[R], key: Key, row: R) -> None:
        for column in required_of(table):
            if getattr(row, column) is None:
                raise Malformed(
                    said(f'NotNullViolationError: null value in column "{column}" of {table.name}')
                )
        for name, is_good in table.checks.items():
            if not is_good(row):
                raise Malformed(
                    said(f'CheckViolationError: a row of {table.name} violates "{name}"')
                )
        for name, unique_of in table.uniques.items():
            unique = unique_of(row)
            self.lock((name, unique))
            if self._holder(table, name, unique) not in (None, key):
                raise _taken(name)

    def _holder(self, table: Table[R], constraint: str, unique: Key) -> Key | None:
        """The key of the row that has the unique key, in the transaction's eyes."""
        own = self.transaction.layer.of(table)
        unique_of = table.uniques[constraint]
        mine = self.transaction.layer.uniques.get(constraint, {}).get(unique)
        for key in (mine, self._live.holder(constraint, unique)):
            row = own.get(key) if key in own else None
            if key is not None and (key not in own or (row and unique_of(row) == unique)):
                return key
        return None

    def _guard(self, deed: str, before: object, after: object) -> None:
        """The trigger of schema.sql: an announced erasure empties body and salt, no more."""
        is_erasure = (
            isinstance(before, Entry)
            and isinstance(after, Entry)
            and self.transaction.is_erasing
            and after.body is None
            and after.salt is None
            and _unerasable(before) == _unerasable(after)
        )
        if not is_erasure:
            raise Forbidden(
                said(f"InsufficientPrivilegeError: events are append-only: {deed} refused")
            )


def _unerasable(entry: Entry) -> tuple[object, ...]:
    kept = (name for name in Entry.__slots__ if name not in ("body", "salt"))
    return tuple(getattr(entry, name) for name in kept)


def _taken(constraint: str) -> EngineError:
    return UniqueViolation(
        f"PostgreSQL: a row with this key is there already ({constraint})", constraint=constraint
    )
