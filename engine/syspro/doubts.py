"""A post whose answer was not read is settled by the protocol: fence, drain, read twice, decide.

Reliability.md §4.4 r1–r5, one small step a call, so that only the document waits and the lane goes
on. What this owner has fenced and read lives in memory: a new owner fences, drains and reads
anew, so no clock of another process is ever trusted.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from engine.clock import Clock
from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands import CLASSES, Payload, PurchaseOrderAdd, to_json
from engine.core.planned import Command
from engine.core.protocol import Append, Case, Fence, Query, ReadAnew, Sighting, Wait
from engine.core.windows import has_struck
from engine.errors import EngineError, Fenced
from engine.lane.doubts import Doubt, OpenDoubts
from engine.syspro.books import Books
from engine.syspro.evidence import sightings
from engine.syspro.evidence.around import around
from engine.syspro.objects.answers import same_key
from engine.syspro.posting import Desk

PAUSES_S = (1.0, 30.0, 120.0, 600.0, 3600.0)
"""How long to wait after reads that decided nothing (reliability.md §4.4, last row)."""
CUT_OFF_LEAD = timedelta(hours=1)
"""So long before the cut-off a person is asked (reliability.md §4.7)."""
MAX_TEXT = 300
"""How much is kept of why the evidence could not be read, in characters."""
TROUBLE_PAUSE_S = 2.0
"""How long to wait before SYSPRO is asked again when it could not be asked at all."""


@dataclass(slots=True, kw_only=True)
class Reading(Doubt):
    """What this owner has fenced and read of one attempt's doubt; `fenced_at` is monotonic."""

    fenced_at: float | None = None
    unclear: int = 0


class Doubts(OpenDoubts[Command, Reading]):
    """The doubts of one operator's lane."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        *,
        drain_s: float,
        double_read_s: float,
        limit_s: float,
        cut_off: str = "",
        time_zone: str = "UTC",
    ) -> None:
        super().__init__(desk, clock, limit_s=limit_s)
        self._desk = desk
        self._drain_s = drain_s
        self._double_read_s = double_read_s
        self._cut_off = cut_off
        self._time_zone = time_zone

    def opened(self, command: Command, before: Reading | None) -> Reading:
        """A doubt to be fenced, unless this owner has fenced this very attempt."""
        is_same = before is not None and before.attempt == command.attempt
        now = self._clock.monotonic()
        return Reading(
            attempt=command.attempt,
            version=command.version,
            state=command.state,
            since=before.since if before is not None and is_same else now,
            fenced_at=before.fenced_at if before is not None and is_same else None,
        )

    def troubled(self, doubt: Reading) -> float:
        """Both reads are made anew, a short while later."""
        doubt.reads = ()
        return TROUBLE_PAUSE_S

    async def step(self, command: Command, doubt: Reading) -> None:
        """The doubt is fenced, drained, read once or twice, and decided."""
        match self._desk.decide(self._case(command, doubt)):
            case Append(kind="PostInDoubt") as move:
                await self.tell(command, doubt, move)
            case Append() as move:
                await self._resolve(command, doubt, move)
            case Fence():
                await self._fence(command, doubt)
            case Wait(seconds=seconds):
                self.wait_for(doubt, seconds)
            case Query():
                await self._read(command, doubt)
            case ReadAnew():
                self._put_off(doubt)
            case _:
                doubt.due_at = self._clock.monotonic() + PAUSES_S[0]

    def _case(self, command: Command, doubt: Reading) -> Case:
        now = self._clock.monotonic()
        return Case(
            state=doubt.state,
            command_class=CLASSES[command.type],
            attempt=command.attempt,
            locks=command.locks,
            is_probe_passed=self._desk.is_probe_passed,
            fenced_for_s=None if doubt.fenced_at is None else now - doubt.fenced_at,
            drain_s=self._drain_s,
            reads=doubt.reads,
            is_hindered=doubt.is_hindered,
            is_overdue=self._is_late(command, doubt),
            word=command.word,
        )

    def _is_late(self, command: Command, doubt: Reading) -> bool:
        """Whether a person is to be asked; not once people have said what they know."""
        if command.word != "none":
            return False
        return self.is_overdue(command, doubt) or self._is_cut_off(command)

    def _is_cut_off(self, command: Command) -> bool:
        """Whether the day's cut-off is nearer than an hour, or passed since the post."""
        if not self._cut_off or command.intended_at is None:
            return False
        return has_struck(
            self._cut_off,
            self._time_zone,
            command.intended_at,
            self._clock.now(),
            lead=CUT_OFF_LEAD,
        )

    async def _fence(self, command: Command, doubt: Reading) -> None:
        doubt.is_hindered = not await self._desk.keeper.fence(command.session_tag)
        if doubt.is_hindered:
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

    async def _read(self, command: Command, doubt: Reading) -> None:
        async with self._desk.keeper.exclusive() as session:
            books = Books(self._desk.transport, session.token)
            found = await sightings(books, _as_named(command))
        if command.word_key:
            found = [one for one in found if _is_named(one.syspro_key, command.word_key)]
        doubt.is_hindered = False
        doubt.reads = (*doubt.reads, tuple(found))
        if len(doubt.reads) == 1:
            doubt.due_at = self._clock.monotonic() + self._double_read_s

    async def _resolve(self, command: Command, doubt: Reading, move: Append) -> None:
        reads: JsonValue = [[_plain(sighting) for sighting in read] for read in doubt.reads]
        key = move.syspro_key
        if move.outcome == "committed":
            key = key or command.word_key
        evidence: dict[str, JsonValue] = {"reads": reads}
        if move.outcome in ("escalated", "conflict"):
            evidence["pack"] = await self._packed(command)
        await self.resolve(command, doubt, move, {"syspro_key": key}, evidence)

    async def _packed(self, command: Command) -> JsonObject:
        """What a person needs to tell whether it is there; whole as far as SYSPRO answers."""
        now = self._clock.now()
        sent = command.intended_at or now
        pack: dict[str, JsonValue] = {
            "operator": self._desk.keeper.settings.operator,
            "sent_at": sent.isoformat(),
            "until": now.isoformat(),
            "payload": to_json(command.payload),
        }
        try:
            async with self._desk.keeper.exclusive() as session:
                books = Books(self._desk.transport, session.token)
                pack["shown"] = await around(books, command.payload, sent.date(), now.date())
        except Fenced:
            raise
        except EngineError as error:
            pack["not_read"] = str(error)[:MAX_TEXT]
        return pack

    def _put_off(self, doubt: Reading) -> None:
        doubt.reads = ()
        pause_s = PAUSES_S[min(doubt.unclear, len(PAUSES_S) - 1)]
        doubt.unclear += 1
        doubt.due_at = self._clock.monotonic() + pause_s


def _as_named(command: Command) -> Payload:
    """What is looked for: an order that people named by its number by that number as well."""
    payload = command.payload
    if command.word_key and isinstance(payload, PurchaseOrderAdd):
        return replace(payload, purchase_order=command.word_key)
    return payload


def _is_named(syspro_key: str, word_key: str) -> bool:
    """Whether people meant that document: by its whole key, or an invoice by its number."""
    return same_key(syspro_key, word_key) or same_key(syspro_key.rpartition("|")[2], word_key)


def _plain(sighting: Sighting) -> JsonValue:
    return {
        "syspro_key": sighting.syspro_key,
        "is_ours": sighting.is_ours,
        "is_equal": sighting.is_equal,
    }
