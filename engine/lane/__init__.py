"""A lane: what is owed to one addressee is written, doubts first, in the order it is owed.

Runs while the lane's lease is held. A start is a takeover: it waits until every event before the
lease is projected, so that no intent of an earlier owner is missed, and treats each as a doubt.
What the lane has just appended it remembers by stream version, for the rows follow a moment later.
How a command is written and a doubt is settled is the addressee's `Writer`'s.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Generic, Protocol, TypeVar

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.core.lifecycle import CommandState
from engine.core.planned import CommandRow
from engine.errors import EngineError, Fenced, StaleVersion, Throttled
from engine.lane.desk import Desk

TURN = 50
"""How many ready commands are looked at in one turn."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
IDLE_S = 0.25
Row = TypeVar("Row", bound=CommandRow[object])


class Outbox(Protocol):
    """Where the lane reads what is owed."""

    async def next_ready(
        self,
        tenant: str,
        company: str,
        limit: int,
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> Sequence[JsonObject]:
        """What may be sent now, in order; nothing of a type that is `resting`."""
        ...

    async def in_state(
        self, tenant: str, company: str, state: CommandState, *, limit: int = 1000
    ) -> Sequence[JsonObject]:
        """The commands in a state."""
        ...

    async def open_doubts(self, tenant: str, company: str) -> Sequence[JsonObject]:
        """The commands whose outcome is not known."""
        ...

    async def row(self, tenant: str, key: str) -> JsonObject | None:
        """One command as it is now."""
        ...


class Writer(Protocol[Row]):
    """How commands are written to one addressee."""

    def command(self, row: JsonObject) -> Row:
        """The command of a row's body; raises `Malformed`."""
        ...

    async def post(self, command: Row, also: Mapping[str, int]) -> int:
        """The command was posted once, or provably not; the version of its stream afterwards.

        `also`: the source streams and versions that the plan rests on. Raises `StaleVersion` when
        anything moved on, `Fenced` when the lane has a new owner, and whatever keeps all from
        being written.
        """
        ...

    async def read_back(self, command: Row) -> int:
        """What was accepted stands read beside what was sent; the version afterwards."""
        ...

    async def settle(self, doubts: Sequence[Row]) -> bool:
        """Each doubt that is due is a step further; whether anything was done.

        Also told of none, so that nothing is waited for that is settled.
        """
        ...

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        ...


class Lane(Generic[Row]):
    """A writer at work. `company` is the addressee as commands name it; `is_projected(position)`
    says whether rows reflect that position; `bases(document)` gives the source streams and
    versions that a document's plan rests on."""

    def __init__(
        self,
        desk: Desk,
        outbox: Outbox,
        writer: Writer[Row],
        *,
        company: str,
        clock: Clock,
        random: Random,
        is_projected: Callable[[int], Awaitable[bool]],
        bases: Callable[[str], Awaitable[Mapping[str, int]]],
    ) -> None:
        self._desk = desk
        self._outbox = outbox
        self._writer = writer
        self._company = company
        self._clock = clock
        self._random = random
        self._is_projected = is_projected
        self._bases = bases
        self._acted: dict[str, int] = {}
        self._stale_until: dict[str, float] = {}
        self._troubles = 0
        self._resting = ""

    async def run(self, stop: asyncio.Event) -> None:
        """The lane works until `stop` is set; raises `Fenced` once the lease has a new owner."""
        head = await self._desk.log.head(self._desk.tenant)
        while not stop.is_set() and not await self._is_projected(head.position):
            await self._clock.sleep(IDLE_S / 5)
        while not stop.is_set():
            try:
                acted = await self.turn(stop)
                self._at_work()
            except Fenced:
                raise
            except StaleVersion:
                await self._idle(IDLE_S)
                continue
            except EngineError as error:
                await self._pause(error, stop)
                continue
            if not acted:
                await self._idle(min(IDLE_S, self._writer.wait_s()))

    async def turn(self, stop: asyncio.Event) -> bool:
        """Doubts, read-backs that are owed, then what is ready; whether anything was done."""
        tenant = self._desk.tenant
        open_doubts = await self._outbox.open_doubts(tenant, self._company)
        doubts = [self._writer.command(row) for row in open_doubts]
        acted = await self._writer.settle(doubts)
        accepted = await self._outbox.in_state(tenant, self._company, CommandState.ACCEPTED)
        for command in self._fresh(accepted):
            version = await self._writer.read_back(command)
            self._acted[command.key] = version
            acted = acted or version > command.version
        if not await self._is_free():
            return acted
        resting = self._desk.circuits.resting
        ready = await self._outbox.next_ready(
            tenant, self._company, TURN, self._clock.now(), resting=resting
        )
        for command in self._fresh(ready):
            if stop.is_set() or self._desk.circuits.held_until:
                break
            if self._desk.circuits.admit(command.type):
                acted = await self._post(command) or acted
        return acted

    async def _is_free(self) -> bool:
        """Whether rows already show what stops the line, if anything does."""
        circuits = self._desk.circuits
        if circuits.held_until and await self._is_projected(circuits.held_until):
            circuits.held_until = 0
        return not circuits.held_until

    async def _post(self, command: Row) -> bool:
        """The command is posted if nothing moved on; whether it was still to be.

        What was done since the rows were read may have planned it otherwise. Its row is read again
        after all that its plan rests on, so that it is as new as what is compared.
        """
        try:
            bases = await self._bases(command.document)
            if not await self._is_still_owed(command):
                return False
            self._acted[command.key] = await self._writer.post(command, bases)
        except StaleVersion:
            self._stale_until[command.key] = self._clock.monotonic() + IDLE_S
        finally:
            self._desk.circuits.withdrawn(command.type)
        return True

    async def _is_still_owed(self, command: Row) -> bool:
        row = await self._outbox.row(self._desk.tenant, command.key)
        return row is not None and self._writer.command(row) == command

    def _fresh(self, rows: Sequence[JsonObject]) -> Sequence[Row]:
        """Those whose row has caught up with what this lane did, or found moved on."""
        commands = [self._writer.command(row) for row in rows]
        now = self._clock.monotonic()
        self._stale_until = {key: at for key, at in self._stale_until.items() if at > now}
        return [
            command
            for command in commands
            if self._acted.get(command.key, 0) <= command.version
            and command.key not in self._stale_until
        ]

    def _at_work(self) -> None:
        resting = self._desk.circuits.text
        if self._troubles or resting != self._resting:
            self._desk.observer.suspended(resting)
        self._troubles, self._resting = 0, resting

    async def _pause(self, error: EngineError, stop: asyncio.Event) -> None:
        """Full jitter up to a bound that doubles; a peer's own wish comes first."""
        self._desk.observer.suspended(str(error))
        bound_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._troubles, 16))
        pause_s = self._random.uniform(0, bound_s)
        if isinstance(error, Throttled) and error.retry_after_s is not None:
            pause_s = max(pause_s, error.retry_after_s)
        self._troubles += 1
        try:
            async with asyncio.timeout(pause_s):
                await stop.wait()
        except TimeoutError:
            return

    async def _idle(self, timeout_s: float) -> None:
        """Until the log moves, or so many seconds have passed: rows that lag behind what this
        lane compares with must not keep it spinning until they have caught up."""
        head = await self._desk.log.head(self._desk.tenant)
        if timeout_s > 0:
            await self._desk.log.wait(self._desk.tenant, head.position, timeout_s)
        self._forget()

    def _forget(self) -> None:
        """The memory of what was done stays small: the oldest half goes when it grows."""
        if len(self._acted) > 10_000:
            for key in list(self._acted)[:5_000]:
                del self._acted[key]
