"""What came back of one write to Procurify: taken, refused, denied, not sent, or not known.

`judged` reads a reply, `fell_short` an error that came instead of one. Only what is positively
known is said; anything else is `Unanswered`, and a read decides (reliability.md §4.4 p4). A 429 and
a 401 come before a request is worked on (inferred from the server's framework, procurify.md §1.3);
all the same it is looked first before another is sent. A reply of 5xx may follow a commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.core.canonical import JsonObject, JsonValue
from engine.errors import EngineError, Malformed, Misconfigured, Throttled, TimedOut
from engine.procurify.client_wire import Unreached
from engine.procurify.replies import Reply

MOST_FAULTS = 20
LONGEST_TEXT = 200
LONGEST_REPLY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that Procurify found wrong: the field ("" for none), its code, its words."""

    path: str
    code: str
    text: str

    def to_json(self) -> JsonObject:
        """The fault as the events of refusals hold it."""
        return {"path": self.path, "number": self.code, "text": self.text, "value": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Procurify took it; `row` is what it gave back, out of its envelope where there is one."""

    row: JsonObject
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Procurify refused it for what it says (4xx); nothing was done."""

    faults: Sequence[Fault]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The role of the application's owner may not do this (403); nothing was done."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Nothing was done, and it may be sent again, not before `retry_after_s` where it is said."""

    cause: str
    text: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Whether it was done is not known."""

    cause: str
    text: str


WriteAnswer = Taken | Refused | Denied | NotSent | Unanswered


def judged(reply: Reply, error: EngineError | None, *, hidden: Sequence[str]) -> WriteAnswer:
    """What a reply says; `error` is what `replies.failure` makes of it.

    Texts that hold one of the `hidden` are never repeated.
    """
    status = reply.status
    if 200 <= status < 300:
        return _taken(reply, error, hidden)
    text = str(error)
    if status == 429:
        assert isinstance(error, Throttled)
        return NotSent(cause="throttled", text=text, retry_after_s=error.retry_after_s)
    if status == 401:
        return NotSent(cause="unauthorized", text=text)
    if status == 403:
        return Denied(text=text)
    if 400 <= status < 500 and status not in (408, 425):
        return Refused(faults=faults_in(reply, hidden), text=text)
    return Unanswered(cause=f"status_{status}", text=text)


def fell_short(error: EngineError) -> WriteAnswer:
    """What an error that came instead of a reply says."""
    if isinstance(error, Unreached | Misconfigured):
        return NotSent(cause="not_reached", text=str(error))
    if isinstance(error, Throttled):
        return NotSent(cause="throttled", text=str(error), retry_after_s=error.retry_after_s)
    cause = "timeout" if isinstance(error, TimedOut) else "lost"
    return Unanswered(cause=cause, text=str(error))


def faults_in(reply: Reply, hidden: Sequence[str]) -> Sequence[Fault]:
    """The faults that an error body lists in one of the known ways (procurify.md §6.3, §6.4)."""
    try:
        value = reply.value
    except Malformed:
        return ()
    if not isinstance(value, Mapping):
        return ()
    listed = value.get("errors", value)
    if not isinstance(listed, Mapping):
        listed = {"detail": listed}
    found = [fault for path, said in listed.items() for fault in _faults(str(path), said)]
    return [
        fault
        for fault in found[:MOST_FAULTS]
        if fault.text and not any(secret and secret in fault.text for secret in hidden)
    ]


def _taken(reply: Reply, error: EngineError | None, hidden: Sequence[str]) -> WriteAnswer:
    """A 2xx whose body cannot be read was probably done: nobody knows."""
    if error is not None and reply.status == 200:
        return Unanswered(cause="unreadable", text=str(error))
    try:
        value = reply.value
    except Malformed as malformed:
        return Unanswered(cause="unreadable", text=str(malformed))
    row = value.get("data", value) if isinstance(value, Mapping) else None
    if not isinstance(row, Mapping):
        return Unanswered(cause="unreadable", text="the answer is not an object")
    text = reply.raw.decode("utf-8")[:LONGEST_REPLY]
    return Taken(row=row, reply="" if any(one and one in text for one in hidden) else text)


def _faults(path: str, said: JsonValue) -> list[Fault]:
    place = "" if path in ("detail", "message", "null", "non_field_errors") else _clean(path)
    if isinstance(said, str):
        return [Fault(path=place, code="", text=_clean(said))]
    if isinstance(said, Mapping):
        code, text = said.get("code"), said.get("message")
        if isinstance(text, str):
            number = _clean(code) if isinstance(code, str) else ""
            return [Fault(path=place, code=number, text=_clean(text))]
        inner = [(f"{path}.{name}", value) for name, value in said.items()]
        return [fault for name, value in inner[:MOST_FAULTS] for fault in _faults(name, value)]
    if isinstance(said, Sequence):
        return [fault for item in said[:MOST_FAULTS] for fault in _faults(path, item)]
    return []


def _clean(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:LONGEST_TEXT]
