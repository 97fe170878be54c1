"""The open doubts of a lane, each taken a small step further when it is due, whoever the addressee.

What this owner knows of a doubt lives in memory: a new owner finds out anew, so no clock of another
process is ever trusted. How a doubt is settled is the subclass's.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.clock import Clock
from engine.core.canonical import JsonValue
from engine.core.lifecycle import CommandState
from engine.core.planned import CommandRow
from engine.core.protocol import Append, Read
from engine.errors import EngineError, Fenced, StaleVersion
from engine.lane.desk import Desk

NONE_OPEN_S = 60.0
RESOLVED_S = 3600.0
"""How long a doubt that has ended is left alone, should its row be slow to say so."""
LEAST_WAIT_S = 0.001
"""What is left of a wait may be less than the clock can tell, and would be waited for in vain."""
LIMIT_S = 14_400.0
"""After how many seconds a doubt that cannot be looked into goes to a person (reliability §4.7)."""


@dataclass(slots=True, kw_only=True)
class Doubt:
    """What this owner knows of one attempt's doubt; `due_at` and `since` are monotonic.

    `is_hindered`: the addressee could not be asked the last time. `reads` are those that count.
    """

    attempt: int
    version: int
    state: CommandState
    since: float
    due_at: float = 0.0
    reads: tuple[Read, ...] = ()
    is_hindered: bool = False


Row = TypeVar("Row", bound=CommandRow[object])
Known = TypeVar("Known", bound=Doubt)


class OpenDoubts(ABC, Generic[Row, Known]):
    """The doubts of one lane."""

    def __init__(self, desk: Desk, clock: Clock, *, limit_s: float = LIMIT_S) -> None:
        self._clock = clock
        self._log_desk = desk
        self._limit_s = limit_s
        self._known: dict[str, Known] = {}

    async def advance(self, commands: Sequence[Row]) -> bool:
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
                await self.step(command, doubt)
                acted = True
            except (Fenced, StaleVersion):
                raise
            except EngineError:
                doubt.is_hindered = True
                doubt.due_at = self._clock.monotonic() + self.troubled(doubt)
        return acted

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        now = self._clock.monotonic()
        dues = (doubt.due_at - now for doubt in self._known.values())
        return max(0.0, min(dues, default=NONE_OPEN_S))

    def wait_for(self, doubt: Known, seconds: float) -> None:
        """The doubt is due after so many seconds, and later than now."""
        doubt.due_at = self._clock.monotonic() + max(seconds, LEAST_WAIT_S)

    @abstractmethod
    def opened(self, command: Row, before: Known | None) -> Known:
        """What is known of a doubt that is new, or of which `before` was known at an older
        version. Nothing that was found out about one attempt holds for another."""

    @abstractmethod
    async def step(self, command: Row, doubt: Known) -> None:
        """The doubt is one step further, or due later; raises what keeps it from that."""

    @abstractmethod
    def troubled(self, doubt: Known) -> float:
        """After how many seconds the doubt is due again, when the addressee could not be asked."""

    def is_overdue(self, command: Row, doubt: Known) -> bool:
        """Whether the doubt is older than its limit, by the event's instant or by our own watch.

        The wall clock may be wrong: then a person is asked early, or late by at most the limit
        since this owner took over. Nothing is sent or taken back for it.
        """
        age_s = self._clock.monotonic() - doubt.since
        if command.intended_at is not None:
            age_s = max(age_s, (self._clock.now() - command.intended_at).total_seconds())
        return age_s >= self._limit_s

    async def tell(self, command: Row, doubt: Known, move: Append) -> None:
        """An intent without an answer, of an owner before us, is a doubt in the log from now on."""
        event = await self._log_desk.append(
            command,
            move.kind,
            doubt.version,
            {
                "attempt": command.attempt,
                "cause": "interrupted",
                "text": "the engine stopped before the answer was read",
            },
        )
        doubt.version, doubt.state = event.version, CommandState.IN_DOUBT
        self._log_desk.observer.answered(command.type, "in_doubt", 0.0)

    async def resolve(
        self,
        command: Row,
        doubt: Known,
        move: Append,
        key: Mapping[str, JsonValue],
        evidence: Mapping[str, JsonValue],
    ) -> None:
        """The doubt has ended, by which rule and on what evidence stands in the log."""
        event = await self._log_desk.append(
            command,
            move.kind,
            doubt.version,
            {
                "attempt": command.attempt,
                "outcome": move.outcome,
                "rule": move.rule,
                **key,
                "evidence": {**evidence, "epoch": self._log_desk.fence.epoch},
            },
        )
        doubt.version = event.version
        doubt.due_at = self._clock.monotonic() + RESOLVED_S

    def _doubt(self, command: Row) -> Known:
        doubt = self._known.get(command.key)
        if doubt is None or doubt.version < command.version:
            doubt = self.opened(command, doubt)
            self._known[command.key] = doubt
        return doubt
