"""One command is written to Procurify once: read, intended, sent, answered, read back.

What reads as wanted already is accepted without a send; what somebody changed since it was planned
is not overwritten but planned again. Else the intent, the whole request with it, is durable before
the first byte leaves; it is refused when the command's stream or its document moved on, or when the
lane has a new owner. Whatever is not positively known afterwards is in doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands import to_json
from engine.core.commands.procurify import PROCURIFY_CALLS, PROCURIFY_CLASSES, ReceiptReport
from engine.core.events import Event
from engine.core.lifecycle import CommandState
from engine.core.planned import WriteBack
from engine.core.protocol import Case, Held, Look, Move, Outcome, Send
from engine.errors import EngineError, Forbidden, Malformed, NotFound
from engine.lane.desk import Desk as LaneDesk
from engine.lane.desk import appended
from engine.procurify.client import ProcurifyClient
from engine.procurify.lookups import Lookups
from engine.procurify.models.findings import (
    Already,
    Open,
    Overtaken,
    differences,
    finding,
    key_of,
)
from engine.procurify.models.writes import wanted
from engine.procurify.outcome import cause_of
from engine.procurify.write_answers import (
    Denied,
    NotSent,
    Refused,
    Taken,
    Unanswered,
    WriteAnswer,
)

CIRCUIT_S = 900.0
"""How long a sort of command is not tried after the role was found to lack the right."""
READ_AGAIN_S = 30.0
"""How long a read-back that did not come about is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(LaneDesk):
    """What the lane of Procurify works with besides: the pollers' own client and its pace."""

    client: ProcurifyClient
    lookups: Lookups
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one send came to: the outcome, the event's body, and Procurify's id if it took it."""

    outcome: Outcome
    body: Mapping[str, JsonValue]
    key: str = ""


@dataclass(slots=True, kw_only=True)
class Writing:
    """Writes commands one after the other; remembers what the role may not do, and for how long."""

    desk: Desk
    denied_until: dict[str, float] = field(default_factory=dict)
    unread_until: dict[str, float] = field(default_factory=dict)

    async def post(self, command: WriteBack, also: Mapping[str, int]) -> int:
        """The command was written once, or provably not; the version of its stream afterwards.

        Raises `StaleVersion` when anything moved on, `Fenced` when the lane has a new owner, and
        what keeps all of Procurify from being read.
        """
        if self.denied_until.get(command.type, 0.0) > self.desk.clock.monotonic():
            return await self._denied(command, "the role was found to lack the right a while ago")
        try:
            wanted(command.payload)
        except Malformed as error:
            return await self._rejected(command, "unfit", "DOES_NOT_FIT", str(error))
        try:
            rows = await self.desk.lookups.rows(command.payload)
            found = finding(command.payload, rows)
        except Forbidden as error:
            return await self._denied(command, str(error))
        except (Malformed, NotFound) as error:
            return await self._deferred(command, error)
        match found:
            case Already():
                return await self._already(command, found, rows, also)
            case Overtaken():
                return await self._overtaken(command, found)
            case Open():
                return await self._sent(command, found, also)

    async def read_back(
        self, command: WriteBack, version: int, key: str, *, causation: int | None = None
    ) -> int:
        """What Procurify now shows stands beside what was sent, as an event; the version then.

        A read that does not come about leaves the command accepted; it is read later.
        """
        if self.unread_until.get(command.key, 0.0) > self.desk.clock.monotonic():
            return version
        try:
            rows = await self.desk.lookups.rows(command.payload)
            said = differences(command.payload, rows, key)
        except EngineError:
            self.unread_until[command.key] = self.desk.clock.monotonic() + READ_AGAIN_S
            return version
        self.unread_until.pop(command.key, None)
        return await self._verified(command, version, key, said, causation)

    async def _verified(
        self,
        command: WriteBack,
        version: int,
        key: str,
        said: Sequence[str],
        causation: int | None,
    ) -> int:
        event = await self.desk.append(
            command,
            "PostVerified",
            version,
            {"procurify_id": key, "is_equal": not said, "differences": list(said), "lines": []},
            causation=causation,
        )
        return event.version

    async def _sent(self, command: WriteBack, found: Open, also: Mapping[str, int]) -> int:
        user = ""
        if isinstance(command.payload, ReceiptReport):
            user = await self.desk.lookups.me()
        attempt = command.attempt + 1
        intended = await self.desk.append(
            command,
            self._kind(command, "open"),
            command.version,
            {
                "action": command.action,
                "attempt": attempt,
                "external_key": command.external_key,
                "revision": command.revision,
                "generation": command.generation,
                "object": PROCURIFY_CALLS[command.type],
                "request": found.request.to_json(),
                "payload": to_json(command.payload),
                "known": list(found.receipts),
                "user": user,
                "session_tag": "",
                "epoch": self.desk.fence.epoch,
            },
            also,
        )
        began = self.desk.clock.monotonic()
        request = found.request
        answer = Answer(outcome="unknown", body={"attempt": attempt})
        held: Held = "intent"
        if isinstance(self._next(command, CommandState.SENDING, held), Send):
            said = await self.desk.client.write(
                request.method, request.path, request.body, resource=request.resource
            )
            answer = _judged(command, said, attempt)
            held = answer.outcome
        seconds = self.desk.clock.monotonic() - began
        answered = await self._answered(command, intended, answer, seconds)
        if answer.outcome == "refused":
            self._deny(command)
        if answer.outcome != "accepted":
            return answered.version
        return await self.read_back(
            command, answered.version, answer.key, causation=answered.position
        )

    def _kind(self, command: WriteBack, look: Look) -> str:
        """The event that follows from what was found before the send."""
        return appended(self._next(command, command.state, "nothing", look)).kind

    def _next(
        self, command: WriteBack, state: CommandState, held: Held, look: Look = "open"
    ) -> Move:
        return self.desk.decide(
            Case(
                state=state,
                command_class=PROCURIFY_CLASSES[command.type],
                attempt=command.attempt,
                look=look,
                held=held,
                can_fence=False,
            )
        )

    async def _answered(
        self, command: WriteBack, intended: Event, answer: Answer, seconds: float
    ) -> Event:
        event = await self.desk.append(
            command,
            appended(self._next(command, CommandState.SENDING, answer.outcome)).kind,
            intended.version,
            answer.body,
            causation=intended.position,
        )
        self.desk.answered(command, event, seconds)
        return event

    async def _already(
        self,
        command: WriteBack,
        found: Already,
        rows: Sequence[JsonObject],
        also: Mapping[str, int],
    ) -> int:
        event = await self.desk.append(
            command,
            self._kind(command, "already"),
            command.version,
            {
                "attempt": command.attempt,
                "procurify_id": found.key,
                "is_sent": False,
                "warnings": [],
                "reply": "",
            },
            also,
        )
        self.desk.observer.answered(command.type, "accepted", 0.0)
        said = differences(command.payload, rows, found.key)
        return await self._verified(command, event.version, found.key, said, event.position)

    async def _overtaken(self, command: WriteBack, found: Overtaken) -> int:
        event = await self.desk.append(
            command,
            self._kind(command, "overtaken"),
            command.version,
            {
                "object": PROCURIFY_CALLS[command.type],
                "found": True,
                "is_as_planned": False,
                "reason": "CHANGED_IN_PROCURIFY",
                "text": found.text,
            },
        )
        return event.version

    async def _denied(self, command: WriteBack, text: str) -> int:
        self._deny(command)
        return await self._rejected(command, "denied", "PROCURIFY_FORBIDDEN", text)

    def _deny(self, command: WriteBack) -> None:
        now = self.desk.clock.monotonic()
        if self.denied_until.get(command.type, 0.0) <= now:
            self.denied_until[command.type] = now + CIRCUIT_S

    async def _rejected(self, command: WriteBack, look: Look, reason: str, text: str) -> int:
        event = await self.desk.append(
            command,
            self._kind(command, look),
            command.version,
            {
                "attempt": command.attempt,
                "reason": reason,
                "text": text,
                "errors": [{"path": "", "number": "", "text": text, "value": ""}],
                "reply": "",
            },
        )
        self.desk.observer.answered(command.type, "rejected", 0.0)
        return event.version

    async def _deferred(self, command: WriteBack, error: EngineError) -> int:
        event = await self.desk.append(
            command,
            self._kind(command, "unreadable"),
            command.version,
            {"attempt": command.attempt, "cause": cause_of(error), "text": str(error)},
        )
        self.desk.observer.answered(command.type, "deferred", 0.0)
        return event.version


def _judged(command: WriteBack, said: WriteAnswer, attempt: int) -> Answer:
    tried: Mapping[str, JsonValue] = {"attempt": attempt}
    match said:
        case Taken():
            try:
                key = key_of(command.payload, said.row)
            except Malformed as error:
                body = {**tried, "cause": "unreadable", "text": str(error), "reply": said.reply}
                return Answer(outcome="unknown", body=body)
            taken: Mapping[str, JsonValue] = {"procurify_id": key, "is_sent": True, "warnings": []}
            return Answer(outcome="accepted", body={**tried, **taken, "reply": said.reply}, key=key)
        case Refused():
            faults = [fault.to_json() for fault in said.faults]
            words = "; ".join(f"{one.path}: {one.text}".lstrip(": ") for one in said.faults)
            refused: Mapping[str, JsonValue] = {
                "reason": "PROCURIFY_REFUSED",
                "text": words[:500] or said.text,
                "errors": faults,
            }
            return Answer(outcome="rejected", body={**tried, **refused, "reply": ""})
        case Denied():
            fault: JsonObject = {"path": "", "number": "", "text": said.text, "value": ""}
            denied: Mapping[str, JsonValue] = {
                "reason": "PROCURIFY_FORBIDDEN",
                "text": said.text,
                "errors": [fault],
            }
            return Answer(outcome="refused", body={**tried, **denied, "reply": ""})
        case NotSent():
            return Answer(
                outcome="not_sent", body={**tried, "cause": said.cause, "text": said.text}
            )
        case Unanswered():
            return Answer(outcome="unknown", body={**tried, "cause": said.cause, "text": said.text})
