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
from engine.errors import EngineError, Fenced, StaleVersion
from engine.syspro.books import Books
from engine.syspro.evidence import sightings
from engine.syspro.posting import Desk

PAUSES_S = (1.0, 30.0, 120.0, 600.0, 3600.0)
"""How long to wait after reads that decided nothing (reliability.md §4.4, last row)."""
TROUBLE_PAUSE_S = 2.0
"""How long to wait before SYSPRO is asked again when it could not be asked at all."""


@dataclass(slots=True, kw_only=True)
class _Doubt:
    """What this owner knows of one doubt."""

    version: int
    state: CommandState
    fenced_at: float | None = None
    first: Sequence[Sighting] | None = None
    due_at: float = 0.0
    unclear: int = 0


class Doubts:
    """The doubts of one lane."""

    def __init__(self, desk: Desk, clock: Clock, *, drain_s: float, double_read_s: float) -> None:
        self._desk = desk
        self._clock = clock
        self._drain_s = drain_s
        self._double_read_s = double_read_s
        self._known: dict[str, _Doubt] = {}

    async def advance(self, commands: Sequence[Command]) -> bool:
        """Each doubt that is due is one step further; whether anything was done.

        `commands` are all open doubts as the outbox has them; others are forgotten.
        """
        keys = {command.key for command in commands}
        self._known = {key: doubt for key, doubt in self._known.items() if key in keys}
        acted = False
        for command in commands:
            doubt = self._doubt(command)
            if doubt.due_at > self._clock.monotonic():
                continue
            try:
                await self._step(command, doubt)
                acted = True
            except (Fenced, StaleVersion):
                raise
            except EngineError:
                doubt.first = None
                doubt.due_at = self._clock.monotonic() + TROUBLE_PAUSE_S
        return acted

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        now = self._clock.monotonic()
        return max(0.0, min((doubt.due_at - now for doubt in self._known.values()), default=60.0))

    def _doubt(self, command: Command) -> _Doubt:
        doubt = self._known.get(command.key)
        if doubt is None or doubt.version < command.version:
            fenced_at = doubt.fenced_at if doubt is not None else None
            doubt = _Doubt(version=command.version, state=command.state, fenced_at=fenced_at)
            self._known[command.key] = doubt
        return doubt

    async def _step(self, command: Command, doubt: _Doubt) -> None:
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

    async def _fence(self, command: Command, doubt: _Doubt) -> None:
        if doubt.state is CommandState.SENDING:
            event = await self._desk.append(
                command,
                "PostInDoubt",
                doubt.version,
                {
                    "attempt": command.attempt,
                    "cause": "interrupted",
                    "text": "the engine stopped before the answer was read",
                },
            )
            doubt.version, doubt.state = event.version, CommandState.IN_DOUBT
            self._desk.observer.answered(command.type, "in_doubt", 0.0)
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

    async def _read(self, command: Command, doubt: _Doubt) -> None:
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

    def _put_off(self, doubt: _Doubt) -> None:
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
