"""A write whose answer was not read is settled by reading, one small step a call.

What may be repeated is sent again once two reads show that it is not so; what was made is looked
for a while and then goes to a person (`core.protocol`). What this owner has read lives in memory: a
new owner reads anew. The item's receipts before the write, and our own user, are in the intent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import PROCURIFY_CLASSES
from engine.core.lifecycle import CommandState
from engine.core.planned import WriteBack
from engine.core.protocol import Append, Case, Query, Read
from engine.lane.doubts import Doubt, OpenDoubts
from engine.procurify.models.sightings import read_on_made, read_on_repeatable
from engine.procurify.writing import Desk

PAUSES_S = (2.0, 10.0, 60.0, 300.0)
"""How long to wait before each read; a write that arrives late has arrived by then (unverified)."""
TROUBLE_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
_EVENTS = 200


@dataclass(slots=True, kw_only=True)
class Looking(Doubt):
    """How often this owner could not look."""

    troubles: int = 0


class WriteDoubts(OpenDoubts[WriteBack, Looking]):
    """The doubts of one Procurify lane."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, desk.clock)
        self._desk = desk

    def opened(self, command: WriteBack, before: Looking | None) -> Looking:
        """A doubt that is told at once, and looked at after a first pause."""
        is_told = command.state is CommandState.IN_DOUBT
        now = self._clock.monotonic()
        is_same = before is not None and before.attempt == command.attempt
        return Looking(
            attempt=command.attempt,
            version=command.version,
            state=command.state,
            since=before.since if before is not None and is_same else now,
            due_at=now + (PAUSES_S[0] if is_told else 0.0),
        )

    def troubled(self, doubt: Looking) -> float:
        """Procurify could not be asked: that shows nothing, and it is asked again later."""
        pause_s = min(TROUBLE_PAUSE_S * 2.0 ** min(doubt.troubles, 16), LONGEST_PAUSE_S)
        doubt.troubles += 1
        return pause_s

    async def step(self, command: WriteBack, doubt: Looking) -> None:
        """The doubt is told, or looked at once more and decided if that can be."""
        match self._desk.decide(self._case(command, doubt)):
            case Append(kind="PostInDoubt") as move:
                await self.tell(command, doubt, move)
                doubt.due_at = self._clock.monotonic() + PAUSES_S[0]
            case Append() as move:
                found: JsonObject = {"procurify_id": move.syspro_key}
                await self.resolve(command, doubt, move, found, {"looks": len(doubt.reads)})
            case Query():
                await self._look(command, doubt)
            case _:
                doubt.due_at = self._clock.monotonic() + LONGEST_PAUSE_S

    def _case(self, command: WriteBack, doubt: Looking) -> Case:
        return Case(
            state=doubt.state,
            command_class=PROCURIFY_CLASSES[command.type],
            attempt=command.attempt,
            can_fence=False,
            reads=doubt.reads,
            is_hindered=doubt.is_hindered,
            is_overdue=self.is_overdue(command, doubt),
        )

    async def _look(self, command: WriteBack, doubt: Looking) -> None:
        """One more read; it is weighed at once, and the next one is due after a pause."""
        rows = await self._desk.lookups.rows(command.payload)
        doubt.reads = (*doubt.reads, await self._seen(command, rows))
        doubt.is_hindered = False
        doubt.troubles = 0
        if isinstance(self._desk.decide(self._case(command, doubt)), Query):
            pause_s = PAUSES_S[min(len(doubt.reads), len(PAUSES_S) - 1)]
            doubt.due_at = self._clock.monotonic() + pause_s

    async def _seen(self, command: WriteBack, rows: Sequence[JsonObject]) -> Read:
        if PROCURIFY_CLASSES[command.type] == "U":
            return read_on_repeatable(command.payload, rows)
        intent = await self._intent(command)
        known = intent.get("known")
        return read_on_made(
            command.payload,
            rows,
            known=[str(key) for key in known] if isinstance(known, list) else [],
            user=str(intent.get("user") or ""),
        )

    async def _intent(self, command: WriteBack) -> JsonObject:
        """The body of the last intent of the command."""
        found: JsonObject = {}
        after = 0
        while True:
            events = await self._desk.log.read_stream(
                self._desk.tenant, command.stream, after_version=after, limit=_EVENTS
            )
            for event in events:
                if event.type == "PostIntended" and event.body is not None:
                    found = event.body
            if len(events) < _EVENTS:
                return found
            after = events[-1].version
