"""The variants of the protocol whose safety is known (reliability.md §4.6), and wider worlds.

Each variant is the shipped `decide` with an ingredient left out, or a world without one. Nine are
unsafe: each has to be found out by a duplicate. The others, and every wider world of the shipped
protocol, have to be explored without a breach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.core.commands.classes import CommandClass
from engine.core.lifecycle import CommandState
from engine.core.protocol import Append, Case, Decide, Move, Send, decide
from engine.proof.model.explorer import Bounds
from engine.proof.model.moves import Rules
from engine.proof.model.world import BREACHES, DUPLICATE, World

RETRIED = frozenset({"nothing", "unknown", "not_sent", "refused_session"})
FULL = Bounds(crashes=2, epochs=3, sends=3)
QUICK = Bounds(crashes=1, epochs=2, sends=3)
FULL_OF_TWO = Bounds(crashes=1, epochs=2, sends=2)
QUICK_OF_TWO = Bounds(crashes=0, epochs=1, sends=3)
"""For two commands at once, whose states multiply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One variant: what it leaves out or adds, its world, whether it is safe, which breaches
    count, and whether it goes by the shipped `decide`."""

    name: str
    words: str
    world: World
    is_safe: bool = True
    counts: frozenset[str] = BREACHES
    is_shipped: bool = True

    def bounds(self, *, is_quick: bool) -> Bounds:
        """How far it is explored when nothing else is said."""
        if self.world.commands > 1:
            return QUICK_OF_TWO if is_quick else FULL_OF_TWO
        return QUICK if is_quick else FULL


def sends_at_once(case: Case) -> Move:
    """Without intent or doubt: whatever has no answer is sent."""
    is_open = case.state in (CommandState.READY, CommandState.DEFERRED)
    if is_open and case.held in RETRIED:
        return Send()
    if is_open and case.held == "accepted":
        return Append(kind="PostAccepted")
    return decide(case)


def retries(case: Case) -> Move:
    """With an intent; a post without an answer is simply sent again."""
    if case.state is CommandState.SENDING and case.held in RETRIED:
        return Append(kind="PostDeferred")
    return decide(case)


def adopts_refused(case: Case) -> Move:
    """That SYSPRO refuses a second one of the key means that ours is there."""
    if case.state is CommandState.SENDING and case.held == "rejected":
        return Append(kind="PostAccepted")
    return decide(case)


def retries_until_refused(case: Case) -> Move:
    """A post without an answer is sent again, until SYSPRO refuses a second one."""
    return adopts_refused(case) if case.held == "rejected" else retries(case)


def reads_only(case: Case) -> Move:
    """Neither fence nor drain before the reads."""
    return decide(replace(case, fenced_for_s=case.drain_s))


def drains_only(case: Case) -> Move:
    """No fence before the drain."""
    return decide(case if case.fenced_for_s else replace(case, fenced_for_s=0))


def fences_only(case: Case) -> Move:
    """No drain after the fence."""
    return decide(replace(case, drain_s=0))


def resends_refused(case: Case) -> Move:
    """A refused session is permission to log on again and send again."""
    if case.state is CommandState.SENDING and case.held == "refused_session":
        return Send()
    return decide(case)


def variants() -> Sequence[Variant]:
    """V0 to V13 in order."""
    shipped = World(rules=Rules(decide))
    late = replace(shipped, is_kept_first=False)
    return (
        _unsafe(
            "V0",
            "no intent, no lease at the log, sent again on time-out",
            World(rules=Rules(sends_at_once), is_log_fenced=False),
        ),
        _unsafe("V1", "intent and lease, sent again on time-out", _going_by(retries)),
        _unsafe(
            "V2",
            "V1 with reads before it is sent again",
            replace(_going_by(reads_only), does_revoke=False),
        ),
        _unsafe(
            "V3",
            "V2 with a drain, nothing revoked",
            replace(_going_by(drains_only), does_revoke=False),
        ),
        _unsafe("V4", "V2 with sessions revoked, no drain", _going_by(fences_only)),
        Variant(name="V5", words="the shipped protocol", world=shipped),
        _unsafe(
            "V6",
            "V5, but a refused session logs on and sends again without the lease",
            replace(_going_by(resends_refused), is_logon_fenced=False),
        ),
        _unsafe("V7", "V5, but reads may be stale", replace(shipped, is_stale=True)),
        Variant(name="V8", words="V5, but sessions are used before they are kept", world=late),
        Variant(
            name="V9",
            words="V5 at a SYSPRO of many sessions",
            world=replace(shipped, is_single=False),
        ),
        _unsafe("V10", "V8 at a SYSPRO of many sessions", replace(late, is_single=False)),
        Variant(
            name="V11",
            words="V1 where SYSPRO refuses a second one of a key",
            world=replace(_going_by(retries_until_refused), is_key_unique=True),
            is_shipped=False,
        ),
        Variant(
            name="V12",
            words="V7 where SYSPRO refuses a second one of a key",
            world=replace(_going_by(adopts_refused), is_key_unique=True, is_stale=True),
            counts=frozenset({DUPLICATE}),
            is_shipped=False,
        ),
        _unsafe("V13", "V5 without the lease at the log", replace(shipped, is_log_fenced=False)),
    )


def worlds() -> Sequence[Variant]:
    """Wider worlds of the shipped protocol: more commands, refusals, people, other classes."""
    return (
        _shipped("two", "two commands in one lane", commands=2),
        _shipped("refusals", "SYSPRO may refuse a document", can_reject=True),
        _shipped("locks", "SYSPRO may say that something is locked", can_lock=True),
        _shipped(
            "unprobed",
            "no probe passed: people settle every doubt, right or wrong",
            is_probe_passed=False,
            has_people=True,
        ),
        _shipped(
            "unique",
            "a unique key, no probe passed",
            command_class="U",
            is_probe_passed=False,
            is_key_unique=True,
        ),
    )


def _going_by(rule: Decide) -> World:
    return World(rules=Rules(rule))


def _unsafe(name: str, words: str, world: World) -> Variant:
    counts = frozenset({DUPLICATE})
    return Variant(
        name=name, words=words, world=world, is_safe=False, counts=counts, is_shipped=False
    )


def _shipped(
    name: str,
    words: str,
    *,
    command_class: CommandClass = "Q",
    is_probe_passed: bool = True,
    commands: int = 1,
    can_reject: bool = False,
    can_lock: bool = False,
    has_people: bool = False,
    is_key_unique: bool = False,
) -> Variant:
    rules = Rules(decide, command_class=command_class, is_probe_passed=is_probe_passed)
    world = World(
        rules=rules,
        commands=commands,
        can_reject=can_reject,
        can_lock=can_lock,
        has_people=has_people,
        is_key_unique=is_key_unique,
    )
    return Variant(name=name, words=words, world=world)
