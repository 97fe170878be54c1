"""The log folded again from its first event: to compare, to rebuild, to look back. Never posts.

`verify` folds a tenant's log up to the live checkpoint and compares the rows with the live ones,
byte for byte and both ways, in one snapshot, while the engine may be running. `rebuild` swaps the
rows made anew in, in one transaction under the projector's fence. `state_at` gives the rows as
they were at a position. Owns no table: the shadow tables last one transaction.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.projection import Address, Projection
from engine.db import Database
from engine.derived.folding import Folding, stalled
from engine.derived.rows import Checkpoint, move_checkpoint, read_checkpoint, require_fence
from engine.derived.shadow import Difference, compare, fill, swap
from engine.derived.workspace import Progress, Workspace
from engine.errors import Conflict
from engine.log.contract import Fence, Log

PAGE: Final = 1000
_SHOWN: Final = 20
_YIELD_EVERY: Final = 50
_ATTEMPTS: Final = 3
SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What a replay found: events folded, rows made, and the first 20 differences."""

    is_identical: bool
    events: int
    rows: int
    differences: Sequence[Difference]


class Replay:
    """Replays of one projection over any tenant's log."""

    def __init__(self, database: Database, log: Log, projection: Projection) -> None:
        self._database = database
        self._log = log
        self._projection = projection

    async def verify(self, tenant: str) -> ReplayResult:
        """Whether the live rows are, to the byte, what the log says up to their checkpoint.

        Most is folded before the snapshot is taken, so that no transaction is open for long.
        `Conflict` when the rows are rebuilt meanwhile, again and again.
        """
        for _ in range(_ATTEMPTS):
            started = await self._checkpoint(tenant)
            rows = _Fold(self._projection, tenant)
            await rows.go_on(self._log, started.position)
            async with self._database.transaction() as connection:
                await connection.execute(SNAPSHOT)
                checkpoint = await read_checkpoint(connection, tenant, self._projection.name)
                live = checkpoint or Checkpoint(version=self._projection.version, position=0)
                if live.position < rows.position:
                    continue
                await rows.go_on(self._log, live.position)
                if live.part:
                    await rows.go_on_within(self._log, Progress.parse(live.part))
                made = await fill(connection, tenant, rows.workspace)
                return _result(live.position, made, await compare(connection, tenant))
        raise Conflict(f"the rows of tenant {tenant} are being rebuilt; verify again later")

    async def rebuild(self, tenant: str, fence: Fence) -> ReplayResult:
        """The live rows are what the log says, of this version; what was different before.

        Only under the lease `project`, whose fence is checked in the same transaction.
        """
        head = await self._log.head(tenant)
        rows = _Fold(self._projection, tenant)
        await rows.go_on(self._log, head.position)
        async with self._database.transaction() as connection:
            await require_fence(connection, tenant, fence)
            old = await read_checkpoint(connection, tenant, self._projection.name)
            made = await fill(connection, tenant, rows.workspace)
            differences = await compare(connection, tenant)
            await swap(connection, tenant)
            new = Checkpoint(version=self._projection.version, position=head.position)
            await move_checkpoint(connection, tenant, self._projection.name, old=old, new=new)
        return _result(head.position, made, differences)

    async def state_at(self, tenant: str, position: int) -> Mapping[Address, JsonObject]:
        """Every row as it was when the event at `position` was done."""
        rows = _Fold(self._projection, tenant)
        await rows.go_on(self._log, position)
        return {address: orjson.loads(body) for address, body in rows.workspace.rows().items()}

    async def _checkpoint(self, tenant: str) -> Checkpoint:
        found = await read_checkpoint(self._database, tenant, self._projection.name)
        return found or Checkpoint(version=self._projection.version, position=0)


class _Fold:
    """A tenant's rows, folded in memory from nothing."""

    def __init__(self, projection: Projection, tenant: str) -> None:
        self.workspace = Workspace(is_whole=True)
        self.position = 0
        self._projection = projection
        self._tenant = tenant

    async def go_on(self, log: Log, until: int) -> None:
        """Every event up to `until` is folded."""
        while self.position < until:
            events = await log.read(self._tenant, self.position, limit=PAGE, until=until)
            if not events:
                raise Conflict(f"the log of tenant {self._tenant} ends before position {until}")
            for number, event in enumerate(events):
                self._fold(event, "")
                if number % _YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    async def go_on_within(self, log: Log, progress: Progress) -> None:
        """Of the next event's fan-out, as much is folded as the progress says."""
        for event in await log.read(self._tenant, self.position, limit=1):
            self._fold(event, progress.after)

    def _fold(self, event: Event, after: str) -> None:
        folding = Folding(self._projection, self.workspace, event)
        try:
            while not folding.is_done and not (after and folding.after == after):
                folding.next_slice()
        except Exception as error:
            raise stalled(event, error) from error
        if not after:
            self.position = event.position


def _result(events: int, rows: int, differences: Sequence[Difference]) -> ReplayResult:
    return ReplayResult(
        is_identical=not differences,
        events=events,
        rows=rows,
        differences=tuple(differences[:_SHOWN]),
    )
