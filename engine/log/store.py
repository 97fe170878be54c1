"""The log in PostgreSQL: owns `logs` and `events`.

An append locks the tenant's row of `logs`, so its transactions follow one another: positions are
dense, commit order is position order, the chain has one tip. The fence is read `FOR SHARE`, so
that no lease changes hands between its check and the commit. Appends of one transaction share
its fate but not their answers; an append whose commit may or may not have happened is repeated
with the same event ids, which the lock makes safe: the repeat waits for the first to end, then
finds its events or does not.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from engine.clock import Clock
from engine.core.events import Event, NewEvent
from engine.db import Connection, Database, Row, instant, integer, octets, text
from engine.errors import EngineError, Transient
from engine.log.admission import Admission, Entropy, Standing, Wish, admit, prepare
from engine.log.chain import GENESIS
from engine.log.contract import Author, Fence, Head, Log
from engine.log.entry import Entry, event_of
from engine.log.rows import entry_of_row, event_of_row
from engine.log.statements import (
    APPEND,
    CREATE,
    EPOCHS,
    HEAD,
    KNOWN,
    LATEST,
    LATEST_UNDER,
    LOCK,
    READ,
    READ_STREAM,
    VERSIONS,
)
from engine.log.upcast import Upcaster

__all__ = ["Author", "Fence", "Head", "Log", "PostgresLog", "WishLog"]

_ATTEMPTS: Final = 3
_PAUSE_S: Final = 0.1
_AFTER_ANY_SUFFIX: Final = "\U0010ffff"

Answer = Sequence[Event] | EngineError
Watcher = Callable[[Sequence[Event]], None]


class WishLog(Log, Protocol):
    """A log that takes several callers' appends in one transaction."""

    def prepare(
        self,
        events: Sequence[NewEvent],
        *,
        author: Author,
        expected: Mapping[str, int] | None,
        fence: Fence | None,
    ) -> Wish:
        """The append, checked, with its event ids given."""
        ...

    async def grant(self, tenant: str, wishes: Sequence[Wish]) -> Sequence[Answer]:
        """Each wish's events or its own refusal; `Transient` when nothing is known of any."""
        ...


class PostgresLog:
    """A log for each tenant, in PostgreSQL. See `contract.Log` for what each method promises."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        upcaster: Upcaster | None = None,
        poll_every_s: float = 0.1,
        entropy: Entropy = secrets.token_bytes,
        watcher: Watcher | None = None,
    ) -> None:
        """`watcher` is told of what was newly appended here, after its commit (for metrics)."""
        self._database = database
        self._clock = clock
        self._upcaster = upcaster or Upcaster()
        self._poll_every_s = poll_every_s
        self._entropy = entropy
        self._watcher = watcher
        self._arrivals: dict[str, asyncio.Event] = {}

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
        """The events are in the log; here each append is a transaction, urgent or not."""
        wish = self.prepare(events, author=author, expected=expected, fence=fence)
        [answer] = await self.grant(tenant, [wish])
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def prepare(
        self,
        events: Sequence[NewEvent],
        *,
        author: Author,
        expected: Mapping[str, int] | None,
        fence: Fence | None,
    ) -> Wish:
        """The append, checked, with its event ids given."""
        return prepare(
            events,
            author=author,
            expected=expected,
            fence=fence,
            now=self._clock.now(),
            entropy=self._entropy,
        )

    async def grant(self, tenant: str, wishes: Sequence[Wish]) -> Sequence[Answer]:
        """Each wish's events or its own refusal, in one transaction, tried three times."""
        attempt = 1
        while True:
            try:
                async with self._database.transaction() as connection:
                    admission = await grant_within(connection, tenant, wishes, self._clock.now())
                break
            except Transient:
                if attempt == _ATTEMPTS:
                    raise
            wishes = [replace(wish, may_be_there=True) for wish in wishes]
            await self._clock.sleep(self._pause_s(attempt))
            attempt += 1
        return self._settle(tenant, wishes, admission)

    async def read(
        self, tenant: str, after: int, *, limit: int = 1000, until: int | None = None
    ) -> Sequence[Event]:
        """The events after a position; dense, for positions are given in commit order."""
        last = after + limit if until is None else min(until, after + limit)
        rows = await self._database.fetch(READ, tenant, after, last)
        return [event_of_row(row, self._upcaster) for row in rows]

    async def read_stream(
        self, tenant: str, stream: str, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[Event]:
        """A stream's events after a version, in order."""
        last = after_version + limit
        rows = await self._database.fetch(READ_STREAM, tenant, stream, after_version, last)
        return [event_of_row(row, self._upcaster) for row in rows]

    async def latest(self, tenant: str, streams: Sequence[str]) -> Mapping[str, Event]:
        """The last event of each of these streams that exists."""
        return self._by_stream(await self._database.fetch(LATEST, tenant, sorted(set(streams))))

    async def latest_under(self, tenant: str, prefix: str) -> Mapping[str, Event]:
        """The last event of every stream whose name begins so, sorted by name."""
        end = prefix + _AFTER_ANY_SUFFIX
        return self._by_stream(await self._database.fetch(LATEST_UNDER, tenant, prefix, end))

    async def head(self, tenant: str) -> Head:
        """Where the log ends now."""
        row = await self._database.fetchrow(HEAD, tenant)
        return _GENESIS_HEAD if row is None else _head(row)

    async def wait(self, tenant: str, after: int, timeout_s: float) -> int:
        """The head's position once beyond `after` or after the time-out.

        Own appends wake at once, those of other services are found by polling.
        """
        ends_at = self._clock.monotonic() + timeout_s
        while True:
            arrival = self._arrivals.setdefault(tenant, asyncio.Event())
            position = (await self.head(tenant)).position
            left_s = ends_at - self._clock.monotonic()
            if position > after or left_s <= 0:
                return position
            try:
                async with asyncio.timeout(min(self._poll_every_s, left_s)):
                    await arrival.wait()
            except TimeoutError:
                continue

    def _settle(
        self, tenant: str, wishes: Sequence[Wish], admission: Admission
    ) -> Sequence[Answer]:
        answers = [
            answer if isinstance(answer, EngineError) else self._events(wish, answer)
            for wish, answer in zip(wishes, admission.answers, strict=True)
        ]
        if arrival := self._arrivals.pop(tenant, None):
            arrival.set()
        if self._watcher is not None and admission.entries:
            self._watcher([event_of(entry, self._upcaster) for entry in admission.entries])
        return answers

    def _events(self, wish: Wish, entries: Sequence[Entry]) -> Sequence[Event]:
        return [
            event_of(entry, self._upcaster, event.content if entry.body else None)
            for event, entry in zip(wish.events, entries, strict=True)
        ]

    def _by_stream(self, rows: Sequence[Row]) -> Mapping[str, Event]:
        events = [event_of_row(row, self._upcaster) for row in rows]
        return {event.stream: event for event in events}

    def _pause_s(self, attempt: int) -> float:
        chance = int.from_bytes(self._entropy(2), "big") / 65536
        return _PAUSE_S * attempt * (0.5 + chance)


async def grant_within(
    connection: Connection, tenant: str, wishes: Sequence[Wish], now: datetime
) -> Admission:
    """The wishes are decided and stored in the transaction under way; the log's row is locked."""
    head = await _lock(connection, tenant)
    standing = await _standing(connection, tenant, head, wishes)
    admission = admit(tenant, wishes, standing, now=now)
    if admission.entries:
        await _store(connection, tenant, admission)
    return admission


_GENESIS_HEAD: Final = Head(position=0, hash=GENESIS)


def _head(row: Row) -> Head:
    return Head(position=integer(row, "head_position"), hash=octets(row, "head_hash"))


async def _lock(connection: Connection, tenant: str) -> Head:
    row = await connection.fetchrow(LOCK, tenant)
    if row is None:
        await connection.execute(CREATE, tenant, GENESIS)
        row = await connection.fetchrow(LOCK, tenant)
    return _GENESIS_HEAD if row is None else _head(row)


async def _standing(
    connection: Connection, tenant: str, head: Head, wishes: Sequence[Wish]
) -> Standing:
    streams = {event.stream for wish in wishes for event in wish.events}
    streams.update(stream for wish in wishes for stream in wish.expected)
    rows = await connection.fetch(VERSIONS, tenant, sorted(streams), head.position)
    roles = sorted({wish.fence.role for wish in wishes if wish.fence is not None})
    leases = await connection.fetch(EPOCHS, tenant, roles) if roles else ()
    ids = [
        event.event_id
        for wish in wishes
        for event in wish.events
        if wish.may_be_there or event.is_named
    ]
    known = await connection.fetch(KNOWN, tenant, ids) if ids else ()
    entries = [entry_of_row(row) for row in known]
    return Standing(
        head=head,
        floor_at=next((instant(row, "recorded_at") for row in rows if row["stream"] is None), None),
        versions={
            text(row, "stream"): integer(row, "version")
            for row in rows
            if row["stream"] is not None
        },
        known={entry.event_id: entry for entry in entries},
        epochs={text(row, "role"): integer(row, "epoch") for row in leases},
    )


async def _store(connection: Connection, tenant: str, admission: Admission) -> None:
    entries = admission.entries
    await connection.execute(
        APPEND,
        tenant,
        admission.head.position,
        admission.head.hash,
        entries[0].recorded_at,
        [entry.position for entry in entries],
        [entry.event_id for entry in entries],
        [entry.stream for entry in entries],
        [entry.version for entry in entries],
        [entry.type for entry in entries],
        [entry.schema_version for entry in entries],
        [entry.body for entry in entries],
        [entry.salt for entry in entries],
        [entry.body_digest for entry in entries],
        [entry.actor for entry in entries],
        [entry.run_id for entry in entries],
        [entry.correlation for entry in entries],
        [entry.causation for entry in entries],
        [entry.hash for entry in entries],
    )
