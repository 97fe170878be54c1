"""What is done next about one command, and what may be said of it: `decide`, alone. Pure.

The posting protocol of reliability.md §4.4 without its sockets. Both writers, the model checker and
the simulation ask this one function before every step, and do what it says. A `Case` holds all that
a step may rest on; a `Move` is the one step that keeps "at most one effect" from there.

Safety needs no wall clock: a drain counts monotonic seconds of the process that fenced, and a new
owner fences, drains and reads anew. An old doubt goes to a person, which changes nothing anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.core.commands.classes import CommandClass
from engine.core.lifecycle import BY_PERSON, FOUND_TWICE, CommandState

MAX_ATTEMPTS = 5
READS = 2
"""How many reads must agree before they say anything (reliability.md §4.4 r4)."""
LOOKS = 4
"""After so many reads that show nothing where nothing can be fenced, a person decides."""

Look = Literal["open", "already", "overtaken", "unfit", "denied", "unreadable"]
"""What was found before the send: `open` it is still wanted; `already` it reads as wanted;
`overtaken` somebody changed what the plan rests on; `unfit` it cannot be written down; `denied` we
may not; `unreadable` it could not be looked up."""

Outcome = Literal[
    "accepted", "rejected", "refused", "locked", "not_sent", "refused_session", "unknown"
]
"""What one send came to; all but `unknown` are positively known. `locked`: refused, because
somebody has open what it would change."""

Held = Literal["nothing", "intent"] | Outcome
"""What this owner knows of an attempt beyond the log: that it has sent nothing of its own `intent`
yet, or what its send came to. `nothing`: it found the intent in the log."""

Word = Literal["none", "done", "absent"]
"""What people say of a command that went to them; it is read once more before it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One document that an authoritative read found: is it under our key, is it what we sent?"""

    syspro_key: str
    is_ours: bool
    is_equal: bool


Read = tuple[Sighting, ...]
"""What one authoritative read found, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the next step about one command may rest on.

    `fenced_for_s`: seconds since this owner saw it confirmed that no request of this attempt can be
    taken up any more, None before; `can_fence` False where the addressee has no such means.
    `reads`: those made since the drain, oldest first. `is_hindered`: the last fence or read did not
    come about. `is_overdue`: the doubt is older than its limit. `locks`: how often it was put off
    because something was locked, which it is `lock_tries` times at most.
    """

    state: CommandState
    command_class: CommandClass
    attempt: int = 0
    locks: int = 0
    lock_tries: int = 0
    look: Look = "open"
    held: Held = "nothing"
    can_fence: bool = True
    is_probe_passed: bool = False
    fenced_for_s: float | None = None
    drain_s: float = 0
    reads: tuple[Read, ...] = ()
    is_hindered: bool = False
    is_overdue: bool = False
    word: Word = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Append the event `kind`; a doubt that ends says its `outcome`, by which `rule`, for which
    document of the addressee."""

    kind: str
    outcome: Literal["", "committed", "not_committed", "conflict", "escalated"] = ""
    rule: str = ""
    syspro_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send what was intended, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Have it confirmed that no request of the attempt can be taken up any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let the drain go on for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Read what the addressee holds, from where it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnew:
    """Forget the reads, which decide nothing, and read again after a pause."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """Read what was accepted, and put it beside what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Do nothing: it is done, or somebody else's."""


INTEND = Append(kind="PostIntended")
Move = Append | Send | Fence | Wait | Query | ReadAnew | ReadBack | Rest
Decide = Callable[[Case], Move]


def decide(case: Case) -> Move:
    """The only step that keeps "at most one effect" and the truth from this case."""
    match case.state:
        case CommandState.READY | CommandState.DEFERRED:
            return _before(case.look)
        case CommandState.SENDING:
            return _under_way(case)
        case CommandState.IN_DOUBT:
            return _doubted(case)
        case CommandState.ESCALATED if case.word != "none":
            return _doubted(case)
        case CommandState.ACCEPTED:
            return ReadBack()
        case _:
            return Rest()


def _before(look: Look) -> Move:
    """Nothing is sent of what was found otherwise; an intent comes before every send."""
    match look:
        case "open":
            return INTEND
        case "already":
            return Append(kind="PostAccepted")
        case "overtaken":
            return Append(kind="LookupAnswered")
        case "unfit" | "denied":
            return Append(kind="PostRejected")
        case "unreadable":
            return Append(kind="PostDeferred")


def _under_way(case: Case) -> Move:
    """An own intent is sent once; what is not positively known of a send is in doubt.

    That SYSPRO refuses a token before it executes anything is believed once the probe showed it
    (reliability.md §4.4, last paragraphs).
    """
    match case.held:
        case "intent":
            return Send()
        case "accepted":
            return Append(kind="PostAccepted")
        case "rejected" | "refused":
            return Append(kind="PostRejected")
        case "locked" if case.locks >= case.lock_tries:
            return Append(kind="PostRejected")
        case "not_sent" | "locked":
            return Append(kind="PostDeferred")
        case "refused_session" if case.is_probe_passed:
            return Append(kind="PostDeferred")
        case _:
            return Append(kind="PostInDoubt")


def _doubted(case: Case) -> Move:
    """Fence, drain, read until the reads say something; a person's word is read after as well."""
    is_late = case.is_overdue and case.state is CommandState.IN_DOUBT
    if is_late and case.is_hindered:
        return _escalated("OVERDUE")
    if not case.can_fence:
        return _seen_unfenced(case)
    if case.fenced_for_s is None:
        return Fence()
    if case.fenced_for_s < case.drain_s:
        return Wait(seconds=case.drain_s - case.fenced_for_s)
    if len(case.reads) < READS:
        return Query()
    if len(set(case.reads[-READS:])) > 1:
        return _escalated("READS_DISAGREE") if is_late else ReadAnew(rule="READS_DISAGREE")
    if case.word != "none":
        return _confirmed(case, case.reads[-1])
    return _settled(case, case.reads[-1])


def _settled(case: Case, found: Read) -> Move:
    """The decision table of reliability.md §4.4 over reads that agree after fence and drain."""
    ours = [sighting for sighting in found if sighting.is_ours]
    if len(ours) > 1:
        return _escalated(FOUND_TWICE)
    if ours and not ours[0].is_equal:
        return _resolved("conflict", "FOUND_DIFFERENT", ours[0].syspro_key)
    if found and not ours:
        return _resolved("conflict", "KEYED_BY_HAND", found[0].syspro_key)
    if case.command_class == "N":
        return _escalated("NOT_QUERYABLE")
    if case.command_class == "Q" and not case.is_probe_passed:
        return _escalated("PROBE_NOT_PASSED")
    if ours:
        return _resolved("committed", "FOUND_EQUAL", ours[0].syspro_key)
    if case.attempt - case.locks >= MAX_ATTEMPTS:
        return _escalated("TOO_MANY_ATTEMPTS")
    return _resolved("not_committed", "FOUND_NOTHING")


def _seen_unfenced(case: Case) -> Move:
    """What may be said where a late request cannot be kept out: an effect that shows is one.

    That none shows allows another send only where a second one changes nothing (class U).
    """
    if not case.reads:
        return Query()
    found = case.reads[-1]
    if any(not sighting.is_ours for sighting in found):
        return _escalated("USER_NOT_KNOWN")
    if len(found) > 1:
        return _escalated(FOUND_TWICE)
    if found:
        return _resolved("committed", "FOUND_EQUAL", found[0].syspro_key)
    if case.command_class != "U":
        return _escalated("FOUND_NOTHING") if len(case.reads) >= LOOKS else Query()
    if len(case.reads) < READS:
        return Query()
    if case.attempt >= MAX_ATTEMPTS:
        return _escalated("TOO_MANY_ATTEMPTS")
    return _resolved("not_committed", "FOUND_UNCHANGED")


def _confirmed(case: Case, found: Read) -> Move:
    """People's word counts unless what is read at that moment contradicts it (C11)."""
    if case.word == "absent":
        if found:
            return Append(kind="OverrideRefused", rule="FOUND", syspro_key=found[0].syspro_key)
        return _resolved("not_committed", BY_PERSON)
    if not found and case.command_class != "N":
        return Append(kind="OverrideRefused", rule="FOUND_NOTHING")
    keys = [one.syspro_key for one in sorted(found, key=lambda one: not one.is_ours)]
    return _resolved("committed", BY_PERSON, keys[0] if keys else "")


def _resolved(
    outcome: Literal["committed", "not_committed", "conflict", "escalated"],
    rule: str,
    syspro_key: str = "",
) -> Append:
    return Append(kind="DoubtResolved", outcome=outcome, rule=rule, syspro_key=syspro_key)


def _escalated(rule: str) -> Append:
    return _resolved("escalated", rule)
