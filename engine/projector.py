"""Runs a tenant's projections: batches of events become rows, each batch in one transaction.

Under the lease `project` it reads the log after its checkpoint, folds event after event through
the projection, and writes the rows that changed, the needs-index and the checkpoint together.
The transaction is refused when the lease has another epoch or the checkpoint was moved by
another; then the rows at hand are dropped and read again. A fan-out over more than one slice
spans transactions, each with the checkpoint (position, part); a crash in between goes on there.

Promises: rows depend on the log alone, not on batches, restarts or owners. An event that the
projection cannot fold (a bug: any exception but `Ask`) is never skipped, because skipping it
would make the rows depend on which version met it first. The tenant's projection stops before
it, says so in `stall` (readiness turns red), gives the lease back, so that another engine or the
next version may try, and everything else goes on; other tenants are not touched. So it does before
an event at which engine after engine died (`derived.suspicion`).

After an erasure all rows are rebuilt, so that nothing stays that only the erased bodies said.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from engine.clock import Clock
from engine.core.events import Event
from engine.core.projection import Address, Ask, Projection
from engine.db import Database
from engine.derived.folding import Folding, Stalled, scout, stalled
from engine.derived.rows import (
    Checkpoint,
    is_empty,
    load,
    load_needs,
    move_checkpoint,
    read_checkpoint,
    require_fence,
    write,
)
from engine.derived.suspicion import Suspicion
from engine.derived.workspace import CACHE_BYTES, Progress, Workspace
from engine.errors import Conflict, EngineError, Fenced, Misconfigured, Transient
from engine.leases import Lease, Leases
from engine.log.contract import Fence, Log
from engine.log.verify import ERASED
from engine.telemetry import Metrics

ROLE: Final = "project"
BATCH: Final = 1000
FULL_ROWS: Final = 2000
_WAIT_S: Final = 1.0
_SCOUTINGS: Final = 3
_YIELD_EVERY: Final = 20
_LONGEST_PAUSE_S: Final = 5.0
_FIRST_PAUSE_S: Final = 0.1

Rebuild = Callable[[Fence], Awaitable[object]]


class Projector:
    """The one who writes a tenant's derived rows, while it holds the lease.

    `rebuild` makes the rows anew when they are of another version (`replay.Replay.rebuild`).
    """

    def __init__(
        self,
        database: Database,
        log: Log,
        leases: Leases,
        projection: Projection,
        *,
        tenant: str,
        clock: Clock,
        rebuild: Rebuild | None = None,
        metrics: Metrics | None = None,
        batch: int = BATCH,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.tenant = tenant
        self.stall = ""
        self.position = 0
        self._database = database
        self._log = log
        self._leases = leases
        self._projection = projection
        self._clock = clock
        self._rebuild = rebuild
        self._metrics = metrics
        self._batch = min(batch, BATCH)
        self._cache_bytes = cache_bytes
        self._workspace = Workspace(cache_bytes=cache_bytes)
        self._checkpoint: Checkpoint | None = None
        self._advanced = asyncio.Condition()
        self._is_running = False
        self._singly_until = 0
        self._suspicion = Suspicion(log, leases, clock, tenant=tenant, version=projection.version)

    async def checkpoint(self) -> Checkpoint | None:
        """How far the rows in the database have come, whoever wrote them."""
        return await read_checkpoint(self._database, self.tenant, self._projection.name)

    async def run(self, stop: asyncio.Event) -> None:
        """The rows follow the log until `stop` is set."""
        self._is_running = True
        try:
            async with asyncio.TaskGroup() as group:
                following = group.create_task(self._follow())
                await stop.wait()
                following.cancel()
        finally:
            self._is_running = False

    async def catch_up(self, until_position: int | None = None) -> int:
        """The rows are at `until_position`, by default the head of now; gives where they are.

        While `run` is going on it waits for it; else it takes the lease, as soon as it is free,
        and does it itself. Raises `Stalled` for an event that cannot be folded.
        """
        until = until_position
        if until is None:
            until = (await self._log.head(self.tenant)).position
        if self._is_running:
            async with self._advanced:
                await self._advanced.wait_for(lambda: bool(self.stall) or self.position >= until)
            if self.stall:
                raise Stalled(self.stall)
            return self.position
        async with self._leases.hold(self.tenant, ROLE) as lease:
            await self._take_up(lease)
            while self.position < until:
                await self._step(lease, until)
        return self.position

    async def _follow(self) -> None:
        pause_s = _FIRST_PAUSE_S
        log = logging.getLogger(__name__)
        while True:
            try:
                async with self._leases.hold(self.tenant, ROLE) as lease:
                    await self._take_up(lease)
                    pause_s = _FIRST_PAUSE_S
                    await self._follow_under(lease)
            except Stalled as error:
                await self._stop_at(str(error))
                log.error("projection stopped: %s", error)
                return
            except (Transient, Conflict) as error:
                log.warning("projection interrupted: %s", error)
            except EngineError as error:
                await self._stop_at(str(error))
                log.error("projection stopped, tried again: %s", error)
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _stop_at(self, why: str) -> None:
        self.stall = why
        if self._metrics is not None:
            self._metrics.projection_stopped.labels(self.tenant).set(bool(why))
        await self._announce()

    async def _follow_under(self, lease: Lease) -> None:
        while not lease.lost.is_set():
            if not await self._step(lease, None):
                await self._log.wait(self.tenant, self.position, _WAIT_S)

    async def _take_up(self, lease: Lease) -> None:
        """The rows in the database are of this version, and nothing of earlier is at hand."""
        self._workspace = Workspace(cache_bytes=self._cache_bytes)
        self._checkpoint = await self.checkpoint()
        is_other = self._checkpoint is not None and (
            self._checkpoint.version != self._projection.version
        )
        if is_other or (
            self._checkpoint is None and not await is_empty(self._database, self.tenant)
        ):
            if self._rebuild is None:
                raise Misconfigured(
                    f"the rows of tenant {self.tenant} were made by another version of the "
                    "projections; `run` rebuilds them when it starts"
                )
            await self._rebuild(lease.fence)
            self._checkpoint = await self.checkpoint()
        position = self._checkpoint.position if self._checkpoint else 0
        is_singly = await self._suspicion.begin(lease, self._checkpoint)
        self._singly_until = position + self._batch if is_singly else 0
        await self._stop_at("")

    async def _step(self, lease: Lease, until: int | None) -> int:
        """One batch is folded and written; how many events it had."""
        limit = 1 if self.position < self._singly_until else self._batch
        events = await self._log.read(self.tenant, self.position, limit=limit, until=until)
        if self._rebuild is not None and any(event.type == ERASED for event in events):
            await self._rebuild(lease.fence)
            await self._take_up(lease)
            return len(events)
        await self._prepare(events)
        for number, event in enumerate(events, 1):
            if lease.lost.is_set():
                raise Fenced(f"the lease {ROLE} of {self.tenant} was lost")
            await self._fold(event, lease.fence)
            if number == len(events) or self._workspace.dirty_rows() >= FULL_ROWS:
                await self._commit(lease.fence, event.position)
            if number % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        await self._show_lag()
        return len(events)

    async def _prepare(self, events: Sequence[Event]) -> None:
        """Most of what the events will ask for is at hand, by few statements.

        Whatever else the loop has to do has its turn between; the lease is renewed there.
        """
        for _ in range(_SCOUTINGS):
            rows, needs, asking = set[Address](), set[str](), list[Event]()
            for start in range(0, len(events), _YIELD_EVERY):
                part = events[start : start + _YIELD_EVERY]
                ask, found = scout(self._projection, self._workspace, part)
                rows |= ask.rows
                needs |= ask.needs
                asking += found
                await asyncio.sleep(0)
            wanted = Ask(rows=rows, needs=needs)
            if not self._workspace.lacks(wanted):
                return
            await self._fetch(wanted)
            events = asking

    async def _fold(self, event: Event, fence: Fence) -> None:
        part = self._checkpoint.part if self._checkpoint else ""
        before = event.position - 1
        progress = Progress.parse(part) if part else None
        folding = Folding(self._projection, self._workspace, event, progress)
        try:
            await self._answered(folding.begin, event)
            if folding.is_wide:
                await self._commit(fence, before, part=part)
            while not folding.is_done:
                await self._answered(folding.next_slice, event)
                if folding.is_wide:
                    position = event.position if folding.is_done else before
                    await self._commit(fence, position, part=folding.part())
        except Stalled as error:
            await self._commit(fence, before, part=folding.part())
            await self._stop_at(str(error))
            raise

    async def _answered(self, step: Callable[[], None], event: Event) -> None:
        """The step was done; what it asked for was fetched, as often as it asked."""
        while True:
            try:
                return step()
            except Ask as ask:
                if not self._workspace.lacks(ask):
                    raise stalled(event, ask) from ask
                wanted = ask
            except Exception as error:
                raise stalled(event, error) from error
            await self._fetch(wanted)

    async def _fetch(self, ask: Ask) -> None:
        rows = await load(self._database, self.tenant, ask.rows) if ask.rows else {}
        needs = await load_needs(self._database, self.tenant, ask.needs) if ask.needs else {}
        self._workspace.take(ask.rows, rows, needs)

    async def _commit(self, fence: Fence, position: int, *, part: str = "") -> None:
        """What is at hand and the checkpoint are in the database, or neither is."""
        old = self._checkpoint
        new = Checkpoint(version=self._projection.version, position=position, part=part)
        if new == old:
            return
        async with self._database.transaction() as connection:
            await require_fence(connection, self.tenant, fence)
            await move_checkpoint(connection, self.tenant, self._projection.name, old=old, new=new)
            await write(connection, self.tenant, self._workspace.bundle())
        self._checkpoint = new
        self._workspace.written()
        await self._announce()

    async def _announce(self) -> None:
        self.position = self._checkpoint.position if self._checkpoint else 0
        async with self._advanced:
            self._advanced.notify_all()

    async def _show_lag(self) -> None:
        if self._metrics is None:
            return
        head = (await self._log.head(self.tenant)).position
        self._metrics.log_head.labels(self.tenant).set(head)
        self._metrics.projection_lag.labels(self.tenant).set(max(0, head - self.position))
