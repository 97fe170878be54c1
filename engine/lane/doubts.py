"""The open doubts of a lane, each taken a small step further when it is due, whoever the addressee.

What this owner knows of a doubt lives in memory: a new owner finds out anew, so no clock of another
process is ever trusted. How a doubt is settled is the subclass's.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.clock import Clock
from engine.core.lifecycle import CommandState
from engine.core.planned import CommandRow
from engine.errors import EngineError, Fenced, StaleVersion
from engine.lane.desk import Desk

NONE_OPEN_S = 60.0


@dataclass(slots=True, kw_only=True)
class Doubt:
    """What this owner knows of one doubt; `due_at` is monotonic."""

    version: int
    state: CommandState
    due_at: float = 0.0


Row = TypeVar("Row", bound=CommandRow[object])
Known = TypeVar("Known", bound=Doubt)


class OpenDoubts(ABC, Generic[Row, Known]):
    """The doubts of one lane."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._clock = clock
        self._log_desk = desk
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
                doubt.due_at = self._clock.monotonic() + self.troubled(doubt)
        return acted

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        now = self._clock.monotonic()
        dues = (doubt.due_at - now for doubt in self._known.values())
        return max(0.0, min(dues, default=NONE_OPEN_S))

    @abstractmethod
    def opened(self, command: Row, before: Known | None) -> Known:
        """What is known of a doubt that is new, or of which `before` was known at an older
        version."""

    @abstractmethod
    async def step(self, command: Row, doubt: Known) -> None:
        """The doubt is one step further, or due later; raises what keeps it from that."""

    @abstractmethod
    def troubled(self, doubt: Known) -> float:
        """After how many seconds the doubt is due again, when the addressee could not be asked."""

    async def tell(self, command: Row, doubt: Known) -> None:
        """An intent without an answer, of an owner before us, is a doubt in the log from now on."""
        event = await self._log_desk.append(
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
        self._log_desk.observer.answered(command.type, "in_doubt", 0.0)

    def _doubt(self, command: Row) -> Known:
        doubt = self._known.get(command.key)
        if doubt is None or doubt.version < command.version:
            doubt = self.opened(command, doubt)
            self._known[command.key] = doubt
        return doubt
