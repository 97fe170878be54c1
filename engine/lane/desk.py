"""What every lane works with: one tenant's log, one author, one lease, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.core.canonical import JsonValue
from engine.core.events import Event, NewEvent
from engine.core.lifecycle import LOCKED, breach_of
from engine.core.planned import CommandRow
from engine.core.protocol import Append, Case, Move, decide
from engine.crossings import boundary
from engine.errors import Conflict
from engine.lane.circuits import Circuits
from engine.log.contract import Author, Fence, Log

KINDS: Mapping[str, str] = {
    "PostAccepted": "accepted",
    "PostRejected": "rejected",
    "PostDeferred": "deferred",
    "PostInDoubt": "in_doubt",
}
"""What the observer is told, by the event that was appended."""
TROUBLE: frozenset[str] = frozenset({"PostInDoubt", "PostDeferred"})
"""The events after which the next post may well fare no better; a lock is one document's own."""


class LaneObserver(Protocol):
    """What is told of every answer; implemented by telemetry."""

    def answered(self, command_type: str, kind: str, seconds: float) -> None:
        """A post of that type came to `accepted`, `rejected`, `deferred` or `in_doubt`."""
        ...

    def suspended(self, text: str) -> None:
        """The lane cannot work and says why; "" when it works again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The part of a lane's means that is the same whomever it writes to."""

    tenant: str
    log: Log
    author: Author
    fence: Fence
    observer: LaneObserver
    circuits: Circuits

    def decide(self, case: Case) -> Move:
        """The next step of every command: the protocol's."""
        return decide(case)

    async def append(
        self,
        command: CommandRow[object],
        kind: str,
        version: int,
        body: Mapping[str, JsonValue],
        also: Mapping[str, int] | None = None,
        *,
        causation: int | None = None,
    ) -> Event:
        """One event of the command is in the log; its stream was at `version` before.

        `also`: other streams that must not have moved; `causation`: the position that led here,
        else the event that the command was planned from. Raises `StaleVersion`, `Fenced`.
        """
        fields: dict[str, JsonValue] = {
            "command": command.key,
            "document": command.document,
            "type": command.type,
            "company": command.company,
            **body,
        }
        boundary(f"step.{kind}", "before")
        events = await self.log.append(
            self.tenant,
            [
                NewEvent(
                    stream=command.stream,
                    type=kind,
                    body=fields,
                    causation=causation or command.planned_position or None,
                )
            ],
            author=self.author,
            expected={command.stream: version, **(also or {})},
            fence=self.fence,
            is_urgent=True,
        )
        boundary(f"step.{kind}", "after")
        if breach_of(kind, body):
            self.circuits.hold(events[0].position)
        return events[0]

    def answered(self, command: CommandRow[object], event: Event, seconds: float) -> None:
        """What a send came to, as its event, is known to the observer and to the circuits."""
        self.observer.answered(command.type, KINDS[event.type], seconds)
        is_answer = (event.body or {}).get("cause") == LOCKED
        is_trouble = event.type in TROUBLE and not is_answer
        self.circuits.answered(command.type, is_trouble=is_trouble)


def appended(move: Move) -> Append:
    """The event that the move wants; any other move here is a fault of `decide`."""
    if not isinstance(move, Append):
        raise Conflict(f"an event was due and the protocol says {type(move).__name__}")
    return move
