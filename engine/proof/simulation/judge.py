"""The judgement over a run that has come to rest: by the sandbox's oracle, the log and its rows.

What must hold is reliability.md §3.5: nothing twice, nothing lost, every value as intended, order
kept, the chain whole, the rows what the log says, no secret in any event. A document that SYSPRO
has not is lost unless the engine shows it to a person, with a reason; what waits once everything
rests, and for no person, waits for ever. What a person was given in doubt may differ: its changes
wait for that person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.events import Event
from engine.core.reason_texts.entry import NOBODY
from engine.db import Database
from engine.errors import EngineError
from engine.log.contract import Log
from engine.log.verify import verify
from engine.proof.simulation.chronicle import Chronicle
from engine.proof.simulation.goods import goods_breaches
from engine.proof.simulation.site import TENANT
from engine.replay import Replay
from engine.sandbox.running import Sandbox
from engine.standing import READY, SENDING, Entry, Standing, standing
from projections import planning

CANARY = b"canary-"
GIVEN = frozenset({"DOUBT_ESCALATED", "WRITE_BACK_ESCALATED"})
"""Reasons of doubts that a person has to settle."""
REFUSED = frozenset({"REJECTED_BY_SYSPRO", "LOCKED_IN_SYSPRO"})
"""Reasons of documents that SYSPRO is said to have refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Counts of what must be 0, every breach in a sentence, and what the log counts."""

    duplicates: int
    lost: int
    parked: int
    breaches: tuple[str, ...]
    counts: Mapping[str, int]


async def is_moving(database: Database) -> bool:
    """Whether the engine still has to do anything by itself."""
    found = await standing(database, TENANT)
    doubted = [entry for entry in found.in_doubt if entry.reason not in GIVEN]
    return bool(found.many(READY | SENDING) or doubted or found.checkpoint < found.head - 50)


async def is_complete(database: Database, sandbox: Sandbox, *, is_both_ways: bool) -> bool:
    """Whether nothing is to come, and what SYSPRO lacks is just what the engine holds.

    `is_both_ways`: so it is with what Procurify is to be told.
    """
    found = await standing(database, TENANT)
    if sandbox.story.left or found.waiting:
        return False
    if is_both_ways and goods_breaches(sandbox, shown=_shown(found), given=_given(found))[0]:
        return False
    oracle: Mapping[str, Any] = sandbox.oracle.verdict()
    return _names(oracle["missing"]) == _keys(found.held)


async def is_lacking(database: Database, sandbox: Sandbox, *, is_both_ways: bool) -> bool:
    """Whether either side lacks what no person is shown, or has to do."""
    found = await standing(database, TENANT)
    shown = _shown(found)
    oracle: Mapping[str, Any] = sandbox.oracle.verdict()
    given = _given(found)
    goods = goods_breaches(sandbox, shown=shown, given=given)[0] if is_both_ways else []
    return bool(_names(oracle["missing"]) - shown or goods or list(unmoved(found)))


async def unrest_of(database: Database, sandbox: Sandbox) -> str:
    """What still moves though nothing has gone wrong for long: a sentence."""
    found = await standing(database, TENANT)
    entries = [
        f"{entry.name} ({entry.reason}: {entry.why})" for entry in (*found.in_doubt, *found.waiting)
    ]
    return (
        f"not at rest: head {found.head}, checkpoint {found.checkpoint}, story "
        f"{sandbox.story.left}, counts {found.counts}, {'; '.join(entries)}"
    )


async def judged(
    database: Database,
    log: Log,
    sandbox: Sandbox,
    *,
    rested: bool = True,
    is_both_ways: bool = False,
) -> Judgement:
    """What there is to say once everything rests, or will not."""
    oracle: Mapping[str, Any] = sandbox.oracle.verdict()
    found = await standing(database, TENANT)
    shown = _shown(found)
    given = _given(found)
    missing = _names(oracle["missing"])
    lost = sorted(missing - shown)
    events = await all_events(log)
    chronicle = Chronicle(events)
    goods, twice = goods_breaches(sandbox, shown=shown, given=given) if is_both_ways else ([], 0)
    breaches = [
        *(f"I1: {entry} is there twice" for entry in oracle["duplicates"]),
        *(f"I2: {kind} {identity} is lost" for kind, identity in lost),
        *(f"I3: {entry} differs" for entry in oracle["differences"] if _name(entry) not in given),
        *(f"I5: {entry} came out of order" for entry in oracle["order_violations"]),
        *goods,
        *refused_and_there(oracle, found),
        *(unmoved(found) if rested else ()),
        *chronicle.breaches,
        *(chronicle.undecided() if rested else ()),
        *_log_breaches(events, sandbox),
        *await _proof_breaches(database, log),
    ]
    return Judgement(
        duplicates=len(oracle["duplicates"]) + twice,
        lost=len(lost) + len(goods) - twice,
        parked=len(missing - _names(oracle["must_hold"])),
        breaches=tuple(breaches),
        counts=chronicle.counts,
    )


def refused_and_there(oracle: Mapping[str, Any], found: Standing) -> Iterable[str]:
    """Documents that are called refused by SYSPRO though it has them as they are to be (I4)."""
    refused = _keys(entry for entry in found.held if entry.reason in REFUSED)
    expected = _names(oracle["missing"]) | _names(oracle["must_hold"])
    differing = _names(oracle["differences"])
    for kind, identity in sorted(refused - expected - differing):
        yield f"I4: {kind} {identity} is called refused and is there"


def unmoved(found: Standing) -> Iterable[str]:
    """Documents at rest that wait for what no person has to do (I2): they wait for ever.

    What waits for a document that a person was given in doubt waits for that person.
    """
    given = {entry.key for entry in found.in_doubt if entry.reason in GIVEN}
    left = [entry for entry in found.waiting if entry.who == NOBODY]
    while freed := [entry for entry in left if not given.isdisjoint(entry.waits_for)]:
        given |= {entry.key for entry in freed}
        left = [entry for entry in left if entry.key not in given]
    for entry in left:
        yield f"I2: {entry.name} waits for nobody: {entry.reason}: {entry.why}"


async def _proof_breaches(database: Database, log: Log) -> Iterable[str]:
    said = []
    chain = await verify(database, TENANT)
    if not chain.is_whole:
        said.append(f"I9: {chain.what}")
    try:
        replayed = await Replay(database, log, planning()).verify(TENANT)
        if not replayed.is_identical:
            said.append(f"I10: {replayed.differences[:3]}")
    except EngineError as error:
        said.append(f"I10: {error}")
    return said


def _log_breaches(events: Sequence[Event], sandbox: Sandbox) -> Iterable[str]:
    said = [f"I14: a secret in {event.type}" for event in events if _has_canary(event)]
    intents = sum(event.type == "PostIntended" and _is_to_syspro(event) for event in events)
    ours = {company.operator for company in sandbox.scenario.companies}
    ledgers = sandbox.world.companies
    writes = sum(write.operator in ours for ledger in ledgers for write in ledger.writes)
    if writes > intents:
        said.append(f"I6: SYSPRO took {writes} writes of ours, and {intents} were on purpose")
    return said


async def all_events(log: Log) -> Sequence[Event]:
    """The whole log."""
    found: list[Event] = []
    while batch := await log.read(TENANT, len(found)):
        found += batch
    return found


def _is_to_syspro(event: Event) -> bool:
    return "operator" in (event.body or {})


def _has_canary(event: Event) -> bool:
    return CANARY.decode() in repr(event.body)


def _shown(found: Standing) -> set[tuple[str, str]]:
    """Kind and id of every document that is somewhere on its way, for people to see."""
    return _keys((*found.held, *found.in_doubt, *found.waiting))


def _given(found: Standing) -> set[tuple[str, str]]:
    """Kind and id of every document whose doubt a person has to settle."""
    return _keys(entry for entry in found.in_doubt if entry.reason in GIVEN)


def _keys(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    return {(entry.kind, entry.source_id) for entry in entries}


def _names(entries: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {_name(entry) for entry in entries}


def _name(entry: Mapping[str, Any]) -> tuple[str, str]:
    return entry["kind"], entry["source_id"]
