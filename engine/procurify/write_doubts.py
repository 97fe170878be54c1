"""A write whose answer was not read is settled by reading, one small step a call.

What may be repeated is sent again once two reads show that it is not so; what was made is looked
for a while and then goes to a person (`models.verdicts`). What this owner has read lives in memory:
a new owner reads anew. The item's receipts before the write, and our own user, are in the intent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands.procurify import REPEATABLE
from engine.core.lifecycle import CommandState
from engine.core.planned import WriteBack
from engine.core.protocol import Verdict
from engine.errors import EngineError, Fenced, StaleVersion
from engine.procurify.models.verdicts import Evidence, verdict_on_made, verdict_on_repeatable
from engine.procurify.writing import Desk

PAUSES_S = (2.0, 10.0, 60.0, 300.0)
"""How long to wait before each read; a write that arrives late has arrived by then (unverified)."""
TROUBLE_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
_EVENTS = 200


@dataclass(slots=True, kw_only=True)
class _Doubt:
    """What this owner knows of one doubt."""

    version: int
    is_told: bool
    looks: int = 0
    troubles: int = 0
    due_at: float = 0.0


class WriteDoubts:
    """The doubts of one Procurify lane."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, _Doubt] = {}

    async def advance(self, commands: Sequence[WriteBack]) -> bool:
        """Each doubt that is due is one step further; whether anything was done.

        `commands` are all open doubts as the outbox has them; others are forgotten.
        """
        keys = {command.key for command in commands}
        self._known = {key: doubt for key, doubt in self._known.items() if key in keys}
        acted = False
        for command in commands:
            doubt = self._doubt(command)
            if doubt.due_at > self._desk.clock.monotonic():
                continue
            try:
                await self._step(command, doubt)
                acted = True
            except (Fenced, StaleVersion):
                raise
            except EngineError:
                self._put_off(doubt)
        return acted

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        now = self._desk.clock.monotonic()
        return max(0.0, min((doubt.due_at - now for doubt in self._known.values()), default=60.0))

    def _doubt(self, command: WriteBack) -> _Doubt:
        doubt = self._known.get(command.key)
        if doubt is None or doubt.version < command.version:
            is_told = command.state is CommandState.IN_DOUBT
            due_at = self._desk.clock.monotonic() + (PAUSES_S[0] if is_told else 0.0)
            doubt = _Doubt(version=command.version, is_told=is_told, due_at=due_at)
            self._known[command.key] = doubt
        return doubt

    async def _step(self, command: WriteBack, doubt: _Doubt) -> None:
        if not doubt.is_told:
            await self._tell(command, doubt)
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
            doubt.due_at = self._desk.clock.monotonic() + pause_s
            return
        await self._resolve(command, doubt, said)

    async def _tell(self, command: WriteBack, doubt: _Doubt) -> None:
        """An intent without an answer, of an owner before us, is a doubt from now on."""
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
        self._desk.observer.answered(command.type, "in_doubt", 0.0)
        doubt.version, doubt.is_told = event.version, True
        doubt.due_at = self._desk.clock.monotonic() + PAUSES_S[0]

    async def _resolve(self, command: WriteBack, doubt: _Doubt, said: Verdict) -> None:
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
        doubt.due_at = self._desk.clock.monotonic() + LONGEST_PAUSE_S

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

    def _put_off(self, doubt: _Doubt) -> None:
        """Procurify could not be asked: that shows nothing, and it is asked again later."""
        pause_s = min(TROUBLE_PAUSE_S * 2 ** min(doubt.troubles, 16), LONGEST_PAUSE_S)
        doubt.troubles += 1
        doubt.due_at = self._desk.clock.monotonic() + pause_s
