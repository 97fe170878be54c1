"""A post whose answer was not read is settled by the protocol: fence, drain, read twice, decide.

Reliability.md §4.4 r1–r5, one small step a call, so that only the document waits and the lane goes
on. What this owner has fenced and read lives in memory: a new owner fences, drains and reads
anew, so no clock of another process is ever trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.clock import Clock
from engine.core.canonical import JsonValue
from engine.core.lifecycle import CommandState
from engine.core.planned import Command
from engine.core.protocol import Sighting, Standing, Step, next_step, verdict
from engine.lane.doubts import Doubt, OpenDoubts
from engine.syspro.books import Books
from engine.syspro.evidence import sightings
from engine.syspro.posting import Desk

PAUSES_S = (1.0, 30.0, 120.0, 600.0, 3600.0)
"""How long to wait after reads that decided nothing (reliability.md §4.4, last row)."""
TROUBLE_PAUSE_S = 2.0
"""How long to wait before SYSPRO is asked again when it could not be asked at all."""


@dataclass(slots=True, kw_only=True)
class Reading(Doubt):
    """What this owner has fenced and read of one doubt."""

    fenced_at: float | None = None
    first: Sequence[Sighting] | None = None
    unclear: int = 0


class Doubts(OpenDoubts[Command, Reading]):
    """The doubts of one operator's lane."""

    def __init__(self, desk: Desk, clock: Clock, *, drain_s: float, double_read_s: float) -> None:
        super().__init__(desk, clock)
        self._desk = desk
        self._drain_s = drain_s
        self._double_read_s = double_read_s

    def opened(self, command: Command, before: Reading | None) -> Reading:
        """A doubt to be fenced, unless this owner has fenced it."""
        fenced_at = before.fenced_at if before is not None else None
        return Reading(version=command.version, state=command.state, fenced_at=fenced_at)

    def troubled(self, doubt: Reading) -> float:
        """Both reads are made anew, a short while later."""
        doubt.first = None
        return TROUBLE_PAUSE_S

    async def step(self, command: Command, doubt: Reading) -> None:
        """The doubt is fenced, drained, read once or twice, and decided."""
        now = self._clock.monotonic()
        standing = Standing(
            state=doubt.state,
            attempt=command.attempt,
            fenced_for_s=None if doubt.fenced_at is None else now - doubt.fenced_at,
            drain_s=self._drain_s,
        )
        match next_step(standing):
            case Step.FENCE:
                await self._fence(command, doubt)
            case Step.DRAIN if doubt.fenced_at is not None:
                doubt.due_at = doubt.fenced_at + self._drain_s
            case Step.QUERY:
                await self._read(command, doubt)
            case _:
                doubt.due_at = now + PAUSES_S[0]

    async def _fence(self, command: Command, doubt: Reading) -> None:
        if doubt.state is CommandState.SENDING:
            await self.tell(command, doubt)
        if not await self._desk.keeper.fence(command.session_tag):
            doubt.due_at = self._clock.monotonic() + PAUSES_S[0]
            return
        fenced_at = self._clock.monotonic()
        event = await self._desk.append(
            command,
            "DoubtFenced",
            doubt.version,
            {"attempt": command.attempt, "session_tag": command.session_tag},
        )
        doubt.version, doubt.fenced_at = event.version, fenced_at
        doubt.due_at = fenced_at + self._drain_s

    async def _read(self, command: Command, doubt: Reading) -> None:
        async with self._desk.keeper.exclusive() as session:
            books = Books(self._desk.transport, session.token)
            found = await sightings(books, command.payload)
        if doubt.first is None:
            doubt.first = found
            doubt.due_at = self._clock.monotonic() + self._double_read_s
            return
        first, doubt.first = doubt.first, None
        said = verdict(first, found, attempt=command.attempt)
        if said.outcome == "unclear":
            self._put_off(doubt)
            return
        reads: JsonValue = [[_plain(sighting) for sighting in read] for read in (first, found)]
        event = await self._desk.append(
            command,
            "DoubtResolved",
            doubt.version,
            {
                "attempt": command.attempt,
                "outcome": said.outcome,
                "rule": said.rule,
                "syspro_key": said.syspro_key,
                "evidence": {"reads": reads, "epoch": self._desk.fence.epoch},
            },
        )
        doubt.version = event.version
        doubt.due_at = self._clock.monotonic() + PAUSES_S[-1]

    def _put_off(self, doubt: Reading) -> None:
        doubt.first = None
        pause_s = PAUSES_S[min(doubt.unclear, len(PAUSES_S) - 1)]
        doubt.unclear += 1
        doubt.due_at = self._clock.monotonic() + pause_s


def _plain(sighting: Sighting) -> JsonValue:
    return {
        "syspro_key": sighting.syspro_key,
        "is_ours": sighting.is_ours,
        "is_equal": sighting.is_equal,
    }
