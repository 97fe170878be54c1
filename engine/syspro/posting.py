"""One command is posted once: looked up, intended, sent, answered, read back, each an event.

The intent is durable before the first byte leaves (reliability.md §4.4 p1–p5); it is refused when
the command's stream or its document moved on, or when the lane has a new owner. Whatever is not
positively known afterwards is in doubt. Business errors are final until an input changes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import assert_never

from engine.core.canonical import JsonValue
from engine.core.commands import BUSINESS_OBJECTS, CLASSES, to_json
from engine.core.lifecycle import LOCKED, PARTIAL, CommandState
from engine.core.planned import Command
from engine.core.protocol import INTEND, Case, Held, Look, Outcome, Send
from engine.errors import EngineError, Malformed
from engine.lane.desk import Desk as LaneDesk
from engine.lane.desk import appended
from engine.syspro.books import Books
from engine.syspro.evidence import hindrances, read_back
from engine.syspro.objects import read, render
from engine.syspro.objects.answers import Posted, Refused, Unreadable
from engine.syspro.objects.fields import XmlIn
from engine.syspro.outcomes import (
    Ambiguous,
    NotSent,
    PostOutcome,
    RefusedDefinite,
    RefusedSession,
    Sent,
)
from engine.syspro.session import Session, SessionKeeper
from engine.syspro.transport import Transport

MAX_REPLY = 200_000
"""How much of a reply is kept in the answer's event, in characters."""
LOOKED_UP_BY: Mapping[str, str] = {
    "APSSSP": "COMFND",
    "APSTIN": "COMFND",
    "PORTOI": "PORQRY",
    "PORTOR": "PORQRY",
    "PORTOS": "PORQRY",
}
"""Which query told that a command must not be sent, by the command's business object."""


@dataclass(slots=True, kw_only=True)
class ProbeWord:
    """What the site's last probe is worth now; looked at anew with every session."""

    is_passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(LaneDesk):
    """What a lane of SYSPRO works with besides: one company, one operator's session."""

    transport: Transport
    keeper: SessionKeeper
    probe: ProbeWord

    @property
    def is_probe_passed(self) -> bool:
        """Whether the site's conformance probe showed what a doubt of class Q rests on, and that a
        refused token precedes execution."""
        return self.probe.is_passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one send came to: the outcome, the event's body, and the key if it was accepted."""

    outcome: Outcome
    body: Mapping[str, JsonValue]
    syspro_key: str = ""
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Attempt:
    """A command on its way through one post: where its stream stands, and what is known of it."""

    command: Command
    version: int
    state: CommandState
    look: Look = "open"
    held: Held = "nothing"
    position: int | None = None
    outcome: PostOutcome | None = None
    answer: Answer = field(default_factory=lambda: Answer(outcome="unknown", body={}))


class Posting:
    """Posts commands, one after the other, over the desk's session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def post(self, command: Command, also: Mapping[str, int]) -> int:
        """The command was posted once, or provably not; the version of its stream afterwards.

        `also`: the source streams and versions that the plan rests on. Raises `StaleVersion` when
        anything moved on, `Fenced` when the lane has a new owner, and what the session raises.
        """
        attempt = Attempt(command=command, version=command.version, state=command.state)
        try:
            call = render(command.payload, local_currency=self._local_currency)
        except Malformed as error:
            return await self._unfit(attempt, error)
        async with self._desk.keeper.exclusive() as session:
            said = await hindrances(Books(self._desk.transport, session.token), command.payload)
            if said:
                return await self._overtaken(attempt, said)
            if self._desk.decide(self._case(attempt)) == INTEND:
                await self._intend(attempt, call, session, also)
            if isinstance(self._desk.decide(self._case(attempt)), Send):
                attempt.outcome = await self._desk.transport.send(session.token, call)
                attempt.answer = self._judged(command, attempt.outcome)
                attempt.held = attempt.answer.outcome
            await self._answered(attempt, session)
        if not attempt.answer.syspro_key:
            return attempt.version
        return await self.read_back(
            command, attempt.version, attempt.answer.syspro_key, causation=attempt.position
        )

    def _case(self, attempt: Attempt) -> Case:
        return Case(
            state=attempt.state,
            command_class=CLASSES[attempt.command.type],
            attempt=attempt.command.attempt,
            locks=attempt.command.locks,
            lock_tries=self._desk.transport.settings.lock_tries,
            look=attempt.look,
            held=attempt.held,
            is_probe_passed=self._desk.is_probe_passed,
        )

    def _kind(self, attempt: Attempt) -> str:
        return appended(self._desk.decide(self._case(attempt))).kind

    async def _answered(self, attempt: Attempt, session: Session) -> None:
        """What the send came to is an event; a session that may still be used for it is revoked."""
        command, answer = attempt.command, attempt.answer
        event = await self._desk.append(
            command,
            self._kind(attempt),
            attempt.version,
            answer.body,
            causation=attempt.position,
        )
        attempt.version, attempt.position = event.version, event.position
        self._desk.answered(command, event, answer.seconds)
        if isinstance(attempt.outcome, RefusedSession):
            await self._desk.keeper.lost(session)
        elif event.type == "PostInDoubt":
            await self._fenced(session)

    async def _fenced(self, session: Session) -> None:
        """The session of a doubt is revoked at once, so that the lane goes on with a new one.

        What does not succeed here is tried again when the doubt is settled.
        """
        with suppress(EngineError):
            await self._desk.keeper.fence(session.tag)

    async def read_back(
        self, command: Command, version: int, syspro_key: str, *, causation: int | None = None
    ) -> int:
        """The document as it reads in SYSPRO now stands beside what was sent, as an event.

        A read that does not come about leaves the command accepted; it is read later.
        """
        try:
            async with self._desk.keeper.exclusive() as session:
                books = Books(self._desk.transport, session.token)
                found = await read_back(books, command.payload, syspro_key)
        except EngineError:
            return version
        lines: Sequence[JsonValue] = [
            {"item_id": item, "line": line} for item, line in sorted(found.lines.items())
        ]
        verified = await self._desk.append(
            command,
            "PostVerified",
            version,
            {
                "syspro_key": syspro_key,
                "is_equal": not found.differences,
                "differences": list(found.differences),
                "lines": lines,
            },
            causation=causation,
        )
        return verified.version

    @property
    def _local_currency(self) -> str:
        return self._desk.transport.settings.local_currency

    async def _unfit(self, attempt: Attempt, error: Malformed) -> int:
        attempt.look = "unfit"
        fault: JsonValue = {"path": "", "number": "", "text": str(error), "value": ""}
        event = await self._desk.append(
            attempt.command,
            self._kind(attempt),
            attempt.version,
            {
                "attempt": attempt.command.attempt,
                "reason": "DOES_NOT_FIT",
                "text": str(error),
                "errors": [fault],
                "reply": "",
            },
        )
        return event.version

    async def _overtaken(self, attempt: Attempt, said: Sequence[str]) -> int:
        attempt.look = "overtaken"
        event = await self._desk.append(
            attempt.command,
            self._kind(attempt),
            attempt.version,
            {
                "object": LOOKED_UP_BY[BUSINESS_OBJECTS[attempt.command.type]],
                "found": True,
                "is_as_planned": False,
                "text": "; ".join(said),
            },
        )
        return event.version

    async def _intend(
        self, attempt: Attempt, call: XmlIn, session: Session, also: Mapping[str, int]
    ) -> None:
        """The intent is durable, whole, before a byte leaves."""
        command = attempt.command
        event = await self._desk.append(
            command,
            "PostIntended",
            attempt.version,
            {
                "action": command.action,
                "attempt": command.attempt + 1,
                "external_key": command.external_key,
                "revision": command.revision,
                "generation": command.generation,
                "object": BUSINESS_OBJECTS[command.type],
                "operation": call.operation,
                "xml_parameters": call.parameters,
                "xml_in": call.document,
                "payload": to_json(command.payload),
                "operator": session.operator,
                "session_tag": session.tag,
                "epoch": self._desk.fence.epoch,
            },
            also,
        )
        attempt.version, attempt.position = event.version, event.position
        attempt.state, attempt.held = CommandState.SENDING, "intent"

    def _judged(self, command: Command, outcome: PostOutcome) -> Answer:
        attempt: Mapping[str, JsonValue] = {"attempt": command.attempt + 1}
        match outcome:
            case Sent():
                return self._reply_judged(command, outcome, attempt)
            case NotSent():
                body = {**attempt, "cause": "not_sent", "text": outcome.text}
                return Answer(outcome="not_sent", body=body)
            case RefusedSession():
                body = {**attempt, "cause": "refused_session", "text": outcome.text}
                return Answer(outcome="refused_session", body=body)
            case RefusedDefinite():
                fault: JsonValue = {"path": "", "number": "", "text": outcome.text, "value": ""}
                body = {**attempt, "reason": "SYSPRO_DENIED", "text": outcome.text, "reply": ""}
                return Answer(outcome="refused", body={**body, "errors": [fault]})
            case Ambiguous():
                body = {**attempt, "cause": outcome.cause, "text": outcome.text}
                return Answer(outcome="unknown", body=body)
            case _:
                assert_never(outcome)

    def _reply_judged(
        self, command: Command, sent: Sent, attempt: Mapping[str, JsonValue]
    ) -> Answer:
        reply = sent.text[:MAX_REPLY]
        match read(command.payload, sent.text):
            case Posted() as posted:
                body: dict[str, JsonValue] = {
                    **attempt,
                    "syspro_key": posted.key,
                    "keys": dict(posted.keys),
                    "warnings": [warning.to_json() for warning in posted.warnings],
                    "reply": reply,
                }
                return Answer(
                    outcome="accepted", body=body, syspro_key=posted.key, seconds=sent.seconds
                )
            case Refused() as refused:
                body = {
                    **attempt,
                    "reason": "SYSPRO_REFUSED",
                    "text": "; ".join(fault.text or fault.number for fault in refused.errors)[:500],
                    "errors": [fault.to_json() for fault in refused.errors],
                    "reply": reply,
                }
                if not self._is_locked(refused):
                    return Answer(outcome="rejected", body=body, seconds=sent.seconds)
                body |= {"reason": "LOCKED_IN_SYSPRO", "cause": LOCKED}
                return Answer(outcome="locked", body=body, seconds=sent.seconds)
            case Unreadable() as unreadable:
                cause = PARTIAL if unreadable.is_partial else "unreadable"
                body = {**attempt, "cause": cause, "text": unreadable.text, "reply": reply}
                return Answer(outcome="unknown", body=body, seconds=sent.seconds)

    def _is_locked(self, refused: Refused) -> bool:
        """Whether nothing else stands against the document than a record that somebody has open."""
        numbers = {fault.number.lstrip("0") for fault in refused.errors}
        return numbers <= set(self._desk.transport.settings.lock_errors)
