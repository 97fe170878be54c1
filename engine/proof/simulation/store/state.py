"""The committed rows, and what a transaction has made of them so far.

Rows are kept in the order of their arrival, by key, with the unique keys and one index beside
them. A transaction writes into a layer of its own; its commit lays that over the committed rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import cast

from engine.proof.simulation.store.tables import Key, R, Table


@cache
def required_of(table: Table[R]) -> tuple[str, ...]:
    """The columns that are NOT NULL."""
    names = (column.name for column in fields(cast("type", table.row)))
    return tuple(name for name in names if name not in table.optional)


class State:
    """Rows by table and key, as committed."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Key, object]] = {}
        self._uniques: dict[str, dict[Key, Key]] = {}
        self._indexes: dict[str, dict[Key, dict[Key, None]]] = {}

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row of this key."""
        return cast("R | None", self._rows.get(table.name, {}).get(key))

    def items(self, table: Table[R]) -> Iterator[tuple[Key, R]]:
        """Every row with its key."""
        return iter(cast("dict[Key, R]", self._rows.get(table.name, {})).items())

    def holder(self, constraint: str, unique: Key) -> Key | None:
        """The key of the row that has this unique key."""
        return self._uniques.get(constraint, {}).get(unique)

    def indexed(self, table: Table[R], index: Key) -> Iterator[Key]:
        """The keys of the rows that the table's index has there."""
        return iter(self._indexes.get(table.name, {}).get(index, {}))

    def places(self, table: Table[R]) -> Iterator[Key]:
        """What the table's index has rows for."""
        return iter(self._indexes.get(table.name, {}))

    def put(self, table: Table[R], key: Key, row: R | None) -> None:
        """The row is as given, gone with None."""
        rows = cast("dict[Key, R]", self._rows.setdefault(table.name, {}))
        before = rows.pop(key, None) if row is None else rows.get(key)
        if before is not None:
            for name, unique_of in table.uniques.items():
                del self._uniques[name][unique_of(before)]
            if table.index is not None:
                self._drop_indexed(table.name, table.index(before), key)
        if row is not None:
            rows[key] = row
            for name, unique_of in table.uniques.items():
                self._uniques.setdefault(name, {})[unique_of(row)] = key
            if table.index is not None:
                places = self._indexes.setdefault(table.name, {})
                places.setdefault(table.index(row), {})[key] = None

    def frozen(self) -> "State":
        """The rows as they are now, for ever; without unique keys and index."""
        found = State()
        found._rows = {name: dict(rows) for name, rows in self._rows.items()}
        return found

    def _drop_indexed(self, name: str, place: Key, key: Key) -> None:
        keys = self._indexes[name][place]
        del keys[key]
        if not keys:
            del self._indexes[name][place]


@dataclass(slots=True, eq=False)
class Layer:
    """What a transaction has written: rows (None: removed) and the unique keys that it took."""

    rows: dict[str, dict[Key, object | None]] = field(default_factory=dict)
    uniques: dict[str, dict[Key, Key]] = field(default_factory=dict)
    tables: dict[str, Table[object]] = field(default_factory=dict)

    def of(self, table: Table[R]) -> dict[Key, R | None]:
        """The written rows of one table."""
        return cast("dict[Key, R | None]", self.rows.get(table.name, {}))

    def write(self, table: Table[R], key: Key, row: R | None) -> None:
        """The row is as given in this layer."""
        self.rows.setdefault(table.name, {})[key] = row
        self.tables[table.name] = cast("Table[object]", table)
        if row is not None:
            for name, unique_of in table.uniques.items():
                self.uniques.setdefault(name, {})[unique_of(row)] = key

    def copied(self) -> "Layer":
        """The layer as it is now."""
        if not self.rows:
            return Layer()
        return Layer(
            rows={name: dict(rows) for name, rows in self.rows.items()},
            uniques={name: dict(keys) for name, keys in self.uniques.items()},
            tables=dict(self.tables),
        )


@dataclass(slots=True, kw_only=True, eq=False)
class Transaction:
    """One transaction: its instant, its layer, what it was told to be.

    `snapshot`: the rows that it sees under its own, once it asked for one instant.
    """

    started_at: datetime
    is_read_only: bool = False
    is_snapshot: bool = False
    is_erasing: bool = False
    is_failed: bool = False
    has_asked: bool = False
    snapshot: State | None = None
    layer: Layer = field(default_factory=Layer)
    temporary: set[str] = field(default_factory=set)

    def commit(self, state: State) -> None:
        """What it wrote is committed; temporary tables are gone."""
        for name, rows in self.layer.rows.items():
            table = self.layer.tables[name]
            if not table.is_temporary:
                for key, row in rows.items():
                    state.put(table, key, row)
