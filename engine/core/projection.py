"""What a projection is, and how it sees the rows it folds into. Pure.

A projection is a pure fold: `evolve(view, event) -> Changes`. It reads rows through a `View` and
says which rows are to be written; it never sees a connection. Rows live in four tables, each row
one canonical JSON object under a text key:

- `facts`      whatever planning consults: a vendor, a mapping, a supplier, what we wrote
- `documents`  one row a document of Procurify: last seen, state, reason, what it waits for
- `commands`   one row a command and where it stands
- `polls`      one row a poller: when it last finished and what it read

Which documents consulted which fact (the needs-index) is kept from the document row's own
`needs` object {fact key: digest}; `View.dependants` reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from engine.core.canonical import JsonObject
from engine.core.events import Event


class Table(StrEnum):
    """The derived tables; their names are the SQL names."""

    FACTS = "facts"
    DOCUMENTS = "documents"
    COMMANDS = "commands"
    POLLS = "polls"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Address:
    """Where a row lives."""

    table: Table
    key: str


class Ask(Exception):
    """A fold needs rows that are not at hand. Not an error: fetch them and fold again."""

    def __init__(self, *, rows: Iterable[Address] = (), needs: Iterable[str] = ()) -> None:
        super().__init__("rows needed")
        self.rows = frozenset(rows)
        self.needs = frozenset(needs)


class View(Protocol):
    """The rows as they stand just before the event; raises `Ask` for what was not fetched yet."""

    def get(self, table: Table, key: str) -> JsonObject | None:
        """The row's body, None when there is no such row."""
        ...

    def dependants(self, need: str) -> Sequence[str]:
        """The keys of the documents that consulted the fact `need`, sorted."""
        ...


Changes = Mapping[Address, JsonObject | None]


class Projection(Protocol):
    """A reading of the log. `version` rises whenever the same events would give other rows."""

    @property
    def name(self) -> str:
        """The name under which the checkpoint is kept."""
        ...

    @property
    def version(self) -> int:
        """Rises whenever the same events would give other rows."""
        ...

    def evolve(self, view: View, event: Event) -> Changes:
        """The rows that `event` leaves behind; None removes a row. May raise `Ask`, nothing else
        but a bug: an event that cannot be understood is held as a document, never a crash."""
        ...


@dataclass(slots=True)
class Overlay:
    """A view that sees its own writes: what folds use to see earlier changes of the same event."""

    under: View
    changes: dict[Address, JsonObject | None] = field(default_factory=dict)

    def get(self, table: Table, key: str) -> JsonObject | None:
        """The row as changed so far, else as it stands underneath."""
        address = Address(table=table, key=key)
        if address in self.changes:
            return self.changes[address]
        return self.under.get(table, key)

    def put(self, table: Table, key: str, body: JsonObject | None) -> None:
        """The row has this body from now on; None removes it."""
        self.changes[Address(table=table, key=key)] = body

    def dependants(self, need: str) -> Sequence[str]:
        """As underneath: documents planned in this very event are re-planned by the next."""
        return self.under.dependants(need)
