"""What a log promises, whoever keeps it. Pure.

A tenant's log is one line of events: positions 1, 2, 3 … without a gap, in commit order; each
stream in it has versions 1, 2, 3 … without a gap. An append is all or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.core.events import Event, NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """The claim to act in a role: good while the lease's epoch is this one."""

    role: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a tenant's log ends: 0 and 32 zero bytes before the first event."""

    position: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who appends, in which run, on account of what."""

    actor: str
    run_id: str
    correlation: str


class Log(Protocol):
    """An append-only log for each tenant."""

    async def append(
        self,
        tenant: str,
        events: Sequence[NewEvent],
        *,
        author: Author,
        expected: Mapping[str, int] | None = None,
        fence: Fence | None = None,
        is_urgent: bool = False,
    ) -> Sequence[Event]:
        """The events are in the log, all of them, durable, in the order given.

        `expected`: stream → its version before this append (0: it must not exist yet), else
        `StaleVersion`. `fence`: the lease must have this epoch, else `Fenced`. Events whose ids
        are in the log with the same content are answered with what is there; with another
        content: `Conflict`. A body over 1 MiB becomes a `BodyParked` event. `Malformed`: an
        event that no log could hold. `Transient`: it may or may not have been appended; repeat
        it with the same `event_id`s to know.
        """
        ...

    async def read(
        self, tenant: str, after: int, *, limit: int = 1000, until: int | None = None
    ) -> Sequence[Event]:
        """The events after a position, at most `limit`, none beyond `until`; upcast."""
        ...

    async def read_stream(
        self, tenant: str, stream: str, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[Event]:
        """A stream's events after a version, in order; upcast."""
        ...

    async def latest(self, tenant: str, streams: Sequence[str]) -> Mapping[str, Event]:
        """The last event of each of these streams that exists; upcast."""
        ...

    async def latest_under(self, tenant: str, prefix: str) -> Mapping[str, Event]:
        """The last event of every stream whose name begins so, sorted by name; upcast."""
        ...

    async def head(self, tenant: str) -> Head:
        """Where the log ends now."""
        ...

    async def wait(self, tenant: str, after: int, timeout_s: float) -> int:
        """The head's position: at once when beyond `after`, else as soon as it is, else after
        the time-out."""
        ...
