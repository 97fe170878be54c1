"""What the shipped `decide` and the shipped life cycle say, as numbers that the model steps by.

A worker's knowledge of a command is put as a `Case`, `decide` is asked, and its move is compiled:
what it appends, the state that `evolve_command` makes of it, and what it thereby claims. Each case
is asked once and remembered, for `decide` is pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Literal
from uuid import UUID

from engine.core.canonical import JsonValue
from engine.core.commands.classes import CommandClass
from engine.core.events import Event
from engine.core.lifecycle import CommandState, evolve_command
from engine.core.protocol import (
    Append,
    Case,
    Decide,
    Fence,
    Move,
    Query,
    Read,
    ReadAnew,
    Send,
    Sighting,
    Wait,
)
from engine.proof.model.states import CODES, DRAINED, FENCED, HELDS, STATES, WORDS, Know

DRAIN_S = 300
LOCK_TRIES = 1
"""None of them is ever used up here: how it ends then is how any refusal does."""
Claim = Literal["", "there", "absent", "refused"]
"""What an event says of SYSPRO: our document is there once, is not, or was refused for good."""
_CLAIMS: Mapping[str, Claim] = {
    "PostAccepted": "there",
    "PostRejected": "refused",
    "committed": "there",
    "not_committed": "absent",
}


class Do(IntEnum):
    """What a compiled move has the worker do."""

    NOTHING = 0
    INTEND = 1
    APPEND = 2
    SEND = 3
    FENCE = 4
    WAIT = 5
    QUERY = 6
    READ_ANEW = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One move: what is done, the state code afterwards (-1: unchanged), the claim, its words."""

    do: Do
    after: int = -1
    claim: Claim = ""
    words: str = ""


class Rules:
    """`decide` over a worker's knowledge, for commands of one class at one site."""

    def __init__(
        self, decide: Decide, *, command_class: CommandClass = "Q", is_probe_passed: bool = True
    ) -> None:
        self._decide = decide
        self._command_class: CommandClass = command_class
        self._is_probe_passed = is_probe_passed
        self._known: dict[tuple[Know, int], Compiled] = {}

    def move(self, know: Know, word: int) -> Compiled:
        """What the worker does next about the command, knowing this."""
        key = know, word
        found = self._known.get(key)
        if found is None:
            found = _compiled(self._decide(self._case(know, word)))
            self._known[key] = found
        return found

    def _case(self, know: Know, word: int) -> Case:
        state, _, held, fence, reads = know
        return Case(
            state=STATES[state],
            command_class=self._command_class,
            attempt=1,
            lock_tries=LOCK_TRIES,
            held=HELDS[held],
            is_probe_passed=self._is_probe_passed,
            fenced_for_s=DRAIN_S if fence == DRAINED else 0 if fence == FENCED else None,
            drain_s=DRAIN_S,
            reads=tuple(_read(count) for count in reads),
            word=WORDS[word],
        )


def after(kind: str, outcome: str = "") -> CommandState:
    """The state that the shipped life cycle gives a command after such an event."""
    body: Mapping[str, JsonValue] = {
        "attempt": 1,
        "session_tag": "",
        "outcome": outcome,
        "rule": "",
        "syspro_key": "",
        **dict.fromkeys(("cause", "reason", "text"), ""),
    }
    event = Event(
        tenant="model",
        position=1,
        event_id=UUID(int=0),
        stream="command/1",
        version=1,
        type=kind,
        schema_version=1,
        body=body,
        actor="",
        run_id="",
        correlation="",
        causation=None,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        hash=b"",
    )
    return CommandState(str(evolve_command({}, event)["state"]))


def _compiled(move: Move) -> Compiled:
    match move:
        case Append(kind=kind, outcome=outcome, rule=rule):
            return Compiled(
                do=Do.INTEND if kind == "PostIntended" else Do.APPEND,
                after=CODES[after(kind, outcome)],
                claim=_CLAIMS.get(outcome or kind, ""),
                words=" ".join(word for word in ("appends", kind, outcome, rule) if word),
            )
        case Send():
            return Compiled(do=Do.SEND, words="sends")
        case Fence():
            return Compiled(do=Do.FENCE, words="fences")
        case Wait():
            return Compiled(do=Do.WAIT, words="has drained")
        case Query():
            return Compiled(do=Do.QUERY, words="reads")
        case ReadAnew():
            return Compiled(do=Do.READ_ANEW, words="forgets its reads")
        case _:
            return Compiled(do=Do.NOTHING)


def _read(count: int) -> Read:
    return (Sighting(syspro_key="1", is_ours=True, is_equal=True),) * count
