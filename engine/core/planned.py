"""One row of `commands`, typed: a command, what it is about, and where it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from engine.core.canonical import JsonObject
from engine.core.commands import Payload, ProcurifyPayload, from_json
from engine.core.commands.procurify import procurify_from_json
from engine.core.keys import command_stream
from engine.core.lifecycle import CommandState
from engine.core.protocol import Word
from engine.errors import Malformed

_WORDS: Mapping[str, Word] = {"done": "done", "absent": "absent"}
Wish = TypeVar("Wish")
Wish_co = TypeVar("Wish_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow(Generic[Wish_co]):
    """A command as the outbox gives it to a lane; `payload` is what it wishes.

    `version` is how many events the command's stream had when the row was folded: the next append
    expects it. `attempt` counts the sends intended so far, the last of them at `intended_at`;
    `planned_position` is the event that the plan came of, 0 when that is not known; `locks` of the
    deferrals were because of a lock. `word` is the
    verdict of people that is still to be read after, `word_key` the document they named.
    """

    key: str
    document: str
    kind: str
    number: str
    company: str
    type: str
    action: str
    state: CommandState
    revision: str
    generation: int
    external_key: str
    payload: Wish_co
    attempt: int
    version: int
    deferrals: int
    syspro_key: str
    session_tag: str
    planned_position: int = 0
    locks: int = 0
    intended_at: datetime | None = None
    word: Word = "none"
    word_key: str = ""

    @property
    def stream(self) -> str:
        """The stream of the command's events."""
        return command_stream(self.key)


Command: TypeAlias = CommandRow[Payload]
"""A command addressed to SYSPRO."""
WriteBack: TypeAlias = CommandRow[ProcurifyPayload]
"""A command addressed to Procurify."""


def command_of(row: JsonObject) -> Command:
    """The command to SYSPRO of a row's body; raises `Malformed` when it is no such row."""
    return _row(row, from_json(_text(row, "type"), _payload(row)))


def write_back_of(row: JsonObject) -> WriteBack:
    """The command to Procurify of a row's body; raises `Malformed` when it is no such row."""
    return _row(row, procurify_from_json(_text(row, "type"), _payload(row)))


def _payload(row: JsonObject) -> JsonObject:
    payload = row.get("payload")
    if not isinstance(payload, dict):
        raise Malformed(f"command {str(row.get('key'))[:40]} has no payload")
    return payload


def _row(row: JsonObject, payload: Wish) -> CommandRow[Wish]:
    try:
        return CommandRow(
            key=_text(row, "key"),
            document=_text(row, "document"),
            kind=_text(row, "kind"),
            number=_text(row, "number"),
            company=_text(row, "company"),
            type=_text(row, "type"),
            action=_text(row, "action"),
            state=CommandState(_text(row, "state")),
            revision=_text(row, "revision"),
            generation=_number(row, "generation"),
            external_key=_text(row, "external_key"),
            payload=payload,
            attempt=_number(row, "attempt"),
            version=_number(row, "version"),
            deferrals=_number(row, "deferrals"),
            syspro_key=_text(row, "syspro_key"),
            session_tag=_text(row, "session_tag"),
            planned_position=_number(row, "planned_position"),
            locks=_number(row, "locks"),
            intended_at=_instant(row, "intended_at"),
            word=_WORDS.get(_text(row, "word"), "none"),
            word_key=_text(row, "word_key"),
        )
    except ValueError as error:
        raise Malformed(f"command {str(row.get('key'))[:40]}: {error}") from error


def _text(row: JsonObject, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _instant(row: JsonObject, name: str) -> datetime | None:
    value = row.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None


def _number(row: JsonObject, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0
