"""A write whose answer was not read is settled by reading, one small step a call.

What may be repeated is sent again once two reads show that it is not so; what was made is looked
for a while and then goes to a person (`models.verdicts`). What this owner has read lives in memory:
a new owner reads anew. The item's receipts before the write, and our own user, are in the intent.
"""

from dataclasses import dataclass

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands.procurify import REPEATABLE
from engine.core.lifecycle import CommandState
from engine.core.planned import WriteBack
from engine.core.protocol import Verdict
from engine.lane.doubts import Doubt, OpenDoubts
from engine.procurify.models.verdicts import Evidence, verdict_on_made, verdict_on_repeatable
from engine.procurify.writing import Desk

PAUSES_S = (2.0, 10.0, 60.0, 300.0)
"""How long to wait before each read; a write that arrives late has arrived by then (unverified)."""
TROUBLE_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
_EVENTS = 200


@dataclass(slots=True, kw_only=True)
class Looking(Doubt):
    """How often this owner has looked, and could not look."""

    looks: int = 0
    troubles: int = 0


class WriteDoubts(OpenDoubts[WriteBack, Looking]):
    """The doubts of one Procurify lane."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, desk.clock)
        self._desk = desk

    def opened(self, command: WriteBack, before: Looking | None) -> Looking:
        """A doubt that is told at once, and looked at after a first pause."""
        is_told = command.state is CommandState.IN_DOUBT
        due_at = self._clock.monotonic() + (PAUSES_S[0] if is_told else 0.0)
        return Looking(version=command.version, state=command.state, due_at=due_at)

    def troubled(self, doubt: Looking) -> float:
        """Procurify could not be asked: that shows nothing, and it is asked again later."""
        pause_s = min(TROUBLE_PAUSE_S * 2.0 ** min(doubt.troubles, 16), LONGEST_PAUSE_S)
        doubt.troubles += 1
        return pause_s

    async def step(self, command: WriteBack, doubt: Looking) -> None:
        """The doubt is told, or looked at once more and decided if that can be."""
        if doubt.state is CommandState.SENDING:
            await self.tell(command, doubt)
            doubt.due_at = self._clock.monotonic() + PAUSES_S[0]
            return
        rows = await self._desk.lookups.rows(command.payload)
        intent = await self._intent(command)
        doubt.looks += 1
        known = intent.get("known")
        evidence = Evidence(
            rows=rows,
            looks=doubt.looks,
            attempt=command.attempt,
            known=[str(key) for key in known] if isinstance(known, list) else [],
            user=str(intent.get("user") or ""),
        )
        judge = verdict_on_repeatable if command.type in REPEATABLE else verdict_on_made
        said = judge(command.payload, evidence)
        if said.outcome == "unclear":
            doubt.troubles = 0
            pause_s = PAUSES_S[min(doubt.looks, len(PAUSES_S) - 1)]
            doubt.due_at = self._clock.monotonic() + pause_s
            return
        await self._resolve(command, doubt, said)

    async def _resolve(self, command: WriteBack, doubt: Looking, said: Verdict) -> None:
        evidence: JsonValue = {"looks": doubt.looks, "epoch": self._desk.fence.epoch}
        event = await self._desk.append(
            command,
            "DoubtResolved",
            doubt.version,
            {
                "attempt": command.attempt,
                "outcome": said.outcome,
                "rule": said.rule,
                "procurify_id": said.syspro_key,
                "evidence": evidence,
            },
        )
        doubt.version = event.version
        doubt.due_at = self._clock.monotonic() + LONGEST_PAUSE_S

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
