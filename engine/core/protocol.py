"""What the writer does next about one command, and what evidence allows it to say. Pure.

The posting protocol of reliability.md §4.4 without its sockets: `next_step` gives the step that
a command's standing calls for, `classify` turns what came back from one send into the one event
that may be appended, `verdict` is the decision table over two authoritative reads. The writer
performs the steps; a model checker and a simulation can drive the same three functions.

Safety needs no clock: a drain counts monotonic seconds of the process that fenced, and a new
owner fences and drains anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine.core.lifecycle import CommandState

MAX_ATTEMPTS = 5


class Step(StrEnum):
    """What the writer does next about a command."""

    POST = "post"
    FENCE = "fence"
    DRAIN = "drain"
    QUERY = "query"
    READ_BACK = "read_back"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides the next step. `fenced_for_s` is None until this owner has fenced."""

    state: CommandState
    attempt: int
    fenced_for_s: float | None
    drain_s: float


def next_step(standing: Standing) -> Step:
    """The only step that keeps "at most one effect" from this standing."""
    match standing.state:
        case CommandState.READY | CommandState.DEFERRED:
            return Step.POST
        case CommandState.SENDING | CommandState.IN_DOUBT:
            if standing.fenced_for_s is None:
                return Step.FENCE
            return Step.DRAIN if standing.fenced_for_s < standing.drain_s else Step.QUERY
        case CommandState.ACCEPTED:
            return Step.READ_BACK
        case _:
            return Step.REST


Outcome = Literal["accepted", "rejected", "not_sent", "refused_session", "refused", "unknown"]


def classify(outcome: Outcome) -> str:
    """The event that one send's outcome allows; anything not positively known is in doubt."""
    match outcome:
        case "accepted":
            return "PostAccepted"
        case "rejected" | "refused":
            return "PostRejected"
        case "not_sent" | "refused_session":
            return "PostDeferred"
        case _:
            return "PostInDoubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One document that an authoritative read found: is it under our key, is it what we sent?"""

    syspro_key: str
    is_ours: bool
    is_equal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be said of a doubt; `rule` names the row of the decision table that said it."""

    outcome: Literal["committed", "not_committed", "conflict", "escalated", "unclear"]
    rule: str
    syspro_key: str = ""


def verdict(first: Sequence[Sighting], second: Sequence[Sighting], *, attempt: int) -> Verdict:
    """The decision table of reliability.md §4.4 over two reads after fence and drain."""
    if list(first) != list(second):
        return Verdict(outcome="unclear", rule="READS_DISAGREE")
    ours = [sighting for sighting in first if sighting.is_ours]
    if len(ours) > 1:
        return Verdict(outcome="escalated", rule="FOUND_TWICE")
    if ours:
        found = ours[0]
        if found.is_equal:
            return Verdict(outcome="committed", rule="FOUND_EQUAL", syspro_key=found.syspro_key)
        return Verdict(outcome="conflict", rule="FOUND_DIFFERENT", syspro_key=found.syspro_key)
    if first:
        return Verdict(outcome="conflict", rule="KEYED_BY_HAND", syspro_key=first[0].syspro_key)
    if attempt >= MAX_ATTEMPTS:
        return Verdict(outcome="escalated", rule="TOO_MANY_ATTEMPTS")
    return Verdict(outcome="not_committed", rule="FOUND_NOTHING")
