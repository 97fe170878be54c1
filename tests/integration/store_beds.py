"""One owner of each table over one database, driven by deeds that are plain values."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import shake_256
from uuid import UUID

from log_events import AUTHOR, StillClock

from engine.core.canonical import canonical
from engine.core.events import Event, NewEvent
from engine.core.projection import Address, Table
from engine.db import Database
from engine.derived.rows import (
    Bundle,
    Checkpoint,
    load,
    load_needs,
    move_checkpoint,
    read_checkpoint,
    require_fence,
    write,
)
from engine.errors import EngineError
from engine.leases import Lease, Leases
from engine.log.contract import Fence
from engine.log.erase import erase
from engine.log.statements import EPOCHS
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.syspro.session_store import PostgresSessions

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ROLES = ("lane:A", "project")
Deed = tuple[str, tuple[object, ...]]


class Plainly:
    """A vault that seals nothing."""

    async def seal(self, tenant: str, name: str, plain: bytes) -> bytes:
        return plain

    async def unseal(self, tenant: str, name: str, sealed: bytes) -> bytes:
        return sealed


class Abandoned(Exception):
    """The transaction is given up."""


@dataclass
class Bed:
    """A tenant's log, leases, sessions and rows. `do` gives what a deed comes to, comparably."""

    database: Database
    tenant: str
    chance: int = 0
    sessions: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = StillClock(AT)
        self.log = PostgresLog(self.database, self.clock, entropy=self.entropy)

    def entropy(self, size: int) -> bytes:
        self.chance += 1
        return shake_256(self.chance.to_bytes(2, "big")).digest(size)

    async def do(self, deed: Deed) -> object:
        name, arguments = deed
        self.clock.at += timedelta(microseconds=1)
        method: Callable[..., Awaitable[object]] = getattr(self, name)
        try:
            return await method(*arguments)
        except EngineError as error:
            said = str(error)
            return type(error).__name__, "" if said.startswith("PostgreSQL") else said
        except Abandoned:
            return "abandoned"

    async def append(
        self,
        streams: Sequence[str],
        expected: int | None,
        fence: tuple[str, int] | None,
        identity: int | None,
        causation: int | None,
    ) -> object:
        events = [
            NewEvent(
                stream=stream,
                type="T",
                body={"n": number},
                causation=causation,
                event_id=UUID(int=identity + number) if identity is not None else None,
            )
            for number, stream in enumerate(streams)
        ]
        appended = await self.log.append(
            self.tenant,
            events,
            author=AUTHOR,
            expected={streams[0]: expected} if expected is not None else None,
            fence=Fence(role=fence[0], epoch=fence[1]) if fence is not None else None,
        )
        return [_told(event) for event in appended]

    async def read(self, after: int, limit: int) -> object:
        return [_told(event) for event in await self.log.read(self.tenant, after, limit=limit)]

    async def latest(self, prefix: str) -> object:
        under = await self.log.latest_under(self.tenant, prefix)
        named = await self.log.latest(self.tenant, [prefix, "s/1", "none"])
        stream = await self.log.read_stream(self.tenant, "s/1", after_version=1)
        return (
            [_told(event) for event in under.values()],
            sorted(_told(event) for event in named.values()),
            [_told(event) for event in stream],
        )

    async def erase(self, position: int) -> object:
        event = await erase(
            self.database,
            self.clock,
            self.tenant,
            [position],
            author=AUTHOR,
            reason="asked to",
            entropy=self.entropy,
        )
        return _told(event)

    async def acquire(self, role: str, holder: str, ttl_s: float) -> object:
        lease = await Leases(self.database, self.clock, holder, ttl_s).acquire(self.tenant, role)
        return None if lease is None else lease.epoch

    async def renew(self, role: str, epoch: int, ttl_s: float) -> object:
        leases = Leases(self.database, self.clock, "x", ttl_s)
        return await leases.renew(self._lease(role, epoch))

    async def release(self, role: str, epoch: int) -> object:
        return await Leases(self.database, self.clock, "x", 1.0).release(self._lease(role, epoch))

    async def announce(self, role: str, epoch: int, operator: str) -> object:
        store = self._sessions(role, epoch)
        self.sessions.append(await store.announce("EDU1", operator, epoch))
        return len(self.sessions)

    async def save(self, number: int, role: str, epoch: int) -> object:
        return await self._sessions(role, epoch).save(self._session(number), epoch, f"t{number}")

    async def revoke(self, number: int) -> object:
        return await self._sessions("", 0).mark_revoked(self._session(number))

    async def unrevoked(self, operator: str) -> object:
        found = await self._sessions("", 0).unrevoked("EDU1", operator)
        return [(self.sessions.index(one.session_id), one.epoch, one.token) for one in found]

    async def project(
        self,
        fence: tuple[str, int],
        is_stale: bool,
        new: Checkpoint,
        rows: Sequence[tuple[Table, str, int | None]],
        needs: Sequence[tuple[str, str, bool]],
        is_abandoned: bool,
    ) -> object:
        bodies = {Address(table=table, key=key): number for table, key, number in rows}
        bundle = Bundle(
            bodies={
                address: None if number is None else canonical({"n": number})
                for address, number in bodies.items()
            },
            columns={
                address: _columns(address, number)
                for address, number in bodies.items()
                if number is not None
            },
            needs={(need, document): is_needed for need, document, is_needed in needs},
        )
        there = await read_checkpoint(self.database, self.tenant, "p")
        old = Checkpoint(version=9, position=9) if is_stale else there
        async with self.database.transaction() as connection:
            await require_fence(connection, self.tenant, Fence(role=fence[0], epoch=fence[1]))
            await move_checkpoint(connection, self.tenant, "p", old=old, new=new)
            await write(connection, self.tenant, bundle)
            if is_abandoned:
                raise Abandoned
        return None

    async def standing(self) -> object:
        """Everything that can be read, in an order of its own."""
        addresses = [Address(table=table, key=key) for table in Table for key in ("a", "b", "ü")]
        rows = await load(self.database, self.tenant, addresses)
        needs = await load_needs(self.database, self.tenant, ["f", "g"])
        epochs = await self.database.fetch(EPOCHS, self.tenant, list(ROLES))
        return (
            await self.log.head(self.tenant),
            await verify(self.database, self.tenant, page=3),
            await self.read(0, 1000),
            await read_checkpoint(self.database, self.tenant, "p"),
            sorted(rows.items()),
            sorted((need, sorted(documents)) for need, documents in needs.items()),
            await self.unrevoked("one"),
            await self.unrevoked("two"),
            sorted((row["role"], row["epoch"]) for row in epochs),
        )

    def _lease(self, role: str, epoch: int) -> Lease:
        return Lease(tenant=self.tenant, role=role, epoch=epoch, good_until=0.0)

    def _sessions(self, role: str, epoch: int) -> PostgresSessions:
        fence = Fence(role=role, epoch=epoch) if role else None
        return PostgresSessions(self.database, Plainly(), self.tenant, fence)

    def _session(self, number: int) -> UUID:
        return self.sessions[number] if number < len(self.sessions) else UUID(int=number)


def _told(event: Event) -> tuple[object, ...]:
    return (
        event.position,
        event.stream,
        event.version,
        event.causation,
        event.recorded_at,
        event.event_id,
        event.hash,
        event.body,
    )


def _columns(address: Address, number: int) -> tuple[str | int, ...]:
    if address.table is Table.DOCUMENTS:
        return ("bill", "1", "B-1", "held", str(number))
    if address.table is Table.COMMANDS:
        return ("d", "EDU1", number, "bill_add", "ready", number)
    return ()
