"""The posting protocol's decisions: what follows from which case, by the tables of the facts."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.commands.classes import CommandClass
from engine.core.lifecycle import OPEN, SENDABLE, CommandState
from engine.core.protocol import (
    MAX_ATTEMPTS,
    Append,
    Case,
    Fence,
    Held,
    Look,
    Move,
    Outcome,
    Query,
    Read,
    ReadAnew,
    ReadBack,
    Rest,
    Send,
    Sighting,
    Wait,
    Word,
    decide,
)

EQUAL = Sighting(syspro_key="547", is_ours=True, is_equal=True)
DIFFERENT = Sighting(syspro_key="547", is_ours=True, is_equal=False)
BY_HAND = Sighting(syspro_key="900", is_ours=False, is_equal=True)
DOUBT = Case(
    state=CommandState.IN_DOUBT,
    command_class="Q",
    attempt=1,
    is_probe_passed=True,
    fenced_for_s=300,
    drain_s=300,
)


def doubt(*reads: Read, **changes: Any) -> Case:
    return replace(DOUBT, reads=reads, **changes)


def said(move: Move) -> tuple[str, str, str]:
    assert isinstance(move, Append)
    return move.kind, move.outcome, move.rule


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        ("open", "PostIntended"),
        ("already", "PostAccepted"),
        ("overtaken", "LookupAnswered"),
        ("unfit", "PostRejected"),
        ("denied", "PostRejected"),
        ("unreadable", "PostDeferred"),
    ],
)
@pytest.mark.parametrize("state", sorted(SENDABLE))
def test_decide_when_looked_up_then_only_what_is_open_is_intended(
    state: CommandState, look: Look, kind: str
) -> None:
    assert decide(Case(state=state, command_class="Q", look=look)) == Append(kind=kind)


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        ("accepted", "PostAccepted"),
        ("rejected", "PostRejected"),
        ("refused", "PostRejected"),
        ("not_sent", "PostDeferred"),
        ("refused_session", "PostDeferred"),
        ("unknown", "PostInDoubt"),
        ("nothing", "PostInDoubt"),
        ("anything else", "PostInDoubt"),
    ],
)
def test_decide_when_not_positively_known_then_in_doubt(held: Held, kind: str) -> None:
    sending = replace(DOUBT, state=CommandState.SENDING, fenced_for_s=None, held=held)
    assert decide(sending) == Append(kind=kind)


@pytest.mark.parametrize(
    ("locks", "lock_tries", "kind"),
    [
        (0, 3, "PostDeferred"),
        (2, 3, "PostDeferred"),
        (3, 3, "PostRejected"),
        (9, 3, "PostRejected"),
        (0, 0, "PostRejected"),
    ],
)
def test_decide_s17_when_something_is_locked_then_put_off_so_often_and_then_refused(
    locks: int, lock_tries: int, kind: str
) -> None:
    sending = replace(DOUBT, state=CommandState.SENDING, held="locked")
    assert decide(replace(sending, locks=locks, lock_tries=lock_tries)) == Append(kind=kind)


def test_decide_s17_when_locks_were_met_then_they_are_no_attempts_of_a_doubt() -> None:
    locked = doubt((), (), attempt=MAX_ATTEMPTS + 3, locks=4)
    assert said(decide(locked)) == ("DoubtResolved", "not_committed", "FOUND_NOTHING")
    assert said(decide(replace(locked, locks=3))) == (
        "DoubtResolved",
        "escalated",
        "TOO_MANY_ATTEMPTS",
    )


def test_decide_when_a_token_is_refused_and_no_probe_passed_then_in_doubt() -> None:
    sending = replace(DOUBT, state=CommandState.SENDING, held="refused_session")
    assert decide(replace(sending, is_probe_passed=False)) == Append(kind="PostInDoubt")


@pytest.mark.parametrize(
    ("fenced_for_s", "move"),
    [(None, Fence()), (0, Wait(seconds=300)), (299, Wait(seconds=1)), (300, Query())],
)
def test_decide_when_in_doubt_then_fence_drain_and_only_then_query(
    fenced_for_s: float | None, move: Move
) -> None:
    assert decide(doubt(fenced_for_s=fenced_for_s)) == move


def test_decide_when_read_once_then_read_twice() -> None:
    assert decide(doubt((EQUAL,))) == Query()


@pytest.mark.parametrize(
    ("read", "outcome", "rule"),
    [
        ((), "not_committed", "FOUND_NOTHING"),
        ((EQUAL,), "committed", "FOUND_EQUAL"),
        ((EQUAL, BY_HAND), "committed", "FOUND_EQUAL"),
        ((DIFFERENT,), "conflict", "FOUND_DIFFERENT"),
        ((BY_HAND,), "conflict", "KEYED_BY_HAND"),
        ((EQUAL, EQUAL), "escalated", "FOUND_TWICE"),
    ],
)
def test_decide_when_two_reads_agree_then_the_table_decides(
    read: Read, outcome: str, rule: str
) -> None:
    assert said(decide(doubt(read, read))) == ("DoubtResolved", outcome, rule)


@pytest.mark.parametrize(
    ("first", "second"), [((), (EQUAL,)), ((EQUAL,), ()), ((EQUAL,), (DIFFERENT,))]
)
def test_decide_when_two_reads_disagree_then_they_are_made_anew(first: Read, second: Read) -> None:
    assert decide(doubt(first, second)) == ReadAnew(rule="READS_DISAGREE")


def test_decide_when_committed_then_the_number_is_adopted() -> None:
    move = decide(doubt((EQUAL,), (EQUAL,), attempt=MAX_ATTEMPTS))
    assert isinstance(move, Append) and move.syspro_key == "547"


def test_decide_when_attempts_are_used_up_then_a_person_decides() -> None:
    assert said(decide(doubt((), (), attempt=MAX_ATTEMPTS)))[1:] == (
        "escalated",
        "TOO_MANY_ATTEMPTS",
    )


@pytest.mark.parametrize(
    ("command_class", "is_probe_passed", "rule"),
    [
        ("U", False, "FOUND_NOTHING"),
        ("U", True, "FOUND_NOTHING"),
        ("Q", False, "PROBE_NOT_PASSED"),
        ("Q", True, "FOUND_NOTHING"),
        ("N", False, "NOT_QUERYABLE"),
        ("N", True, "NOT_QUERYABLE"),
    ],
)
@pytest.mark.parametrize("read", [(), (EQUAL,)])
def test_decide_when_the_class_rests_on_what_nobody_probed_then_a_person_decides(
    command_class: CommandClass, is_probe_passed: bool, rule: str, read: Read
) -> None:
    case = doubt(read, read, command_class=command_class, is_probe_passed=is_probe_passed)
    _, outcome, found = said(decide(case))
    by_reads = "FOUND_EQUAL" if read else "FOUND_NOTHING"
    assert found == (by_reads if rule == "FOUND_NOTHING" else rule)
    assert (outcome == "escalated") == (rule != "FOUND_NOTHING")


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        (doubt(fenced_for_s=None, is_hindered=True, is_overdue=True), "OVERDUE"),
        (doubt(is_hindered=True, is_overdue=True), "OVERDUE"),
        (doubt((), (EQUAL,), is_overdue=True), "READS_DISAGREE"),
    ],
)
def test_decide_when_overdue_and_it_cannot_be_looked_into_then_escalated_s31(
    case: Case, rule: str
) -> None:
    assert said(decide(case)) == ("DoubtResolved", "escalated", rule)


@pytest.mark.parametrize(
    ("case", "move"),
    [
        (doubt(fenced_for_s=None, is_overdue=True), Fence()),
        (doubt(fenced_for_s=10, is_overdue=True), Wait(seconds=290)),
        (doubt(is_overdue=True), Query()),
    ],
)
def test_decide_when_overdue_but_it_goes_on_then_it_is_not_given_up(case: Case, move: Move) -> None:
    assert decide(case) == move


@pytest.mark.parametrize(
    ("word", "command_class", "read", "expected"),
    [
        ("absent", "Q", (), ("DoubtResolved", "not_committed", "BY_PERSON")),
        ("absent", "N", (), ("DoubtResolved", "not_committed", "BY_PERSON")),
        ("absent", "Q", (EQUAL,), ("OverrideRefused", "", "FOUND")),
        ("absent", "U", (BY_HAND,), ("OverrideRefused", "", "FOUND")),
        ("done", "Q", (EQUAL,), ("DoubtResolved", "committed", "BY_PERSON")),
        ("done", "Q", (), ("OverrideRefused", "", "FOUND_NOTHING")),
        ("done", "N", (), ("DoubtResolved", "committed", "BY_PERSON")),
    ],
)
def test_decide_when_people_said_so_then_c11_what_is_read_then_may_refuse_it(
    word: Word, command_class: CommandClass, read: Read, expected: tuple[str, str, str]
) -> None:
    case = doubt(
        read,
        read,
        state=CommandState.ESCALATED,
        command_class=command_class,
        word=word,
        is_probe_passed=False,
    )
    assert said(decide(case)) == expected
    assert decide(replace(case, fenced_for_s=None)) == Fence()
    assert decide(replace(case, word="none")) == Rest()


def test_decide_when_done_then_read_back_or_rest() -> None:
    assert decide(replace(DOUBT, state=CommandState.ACCEPTED)) == ReadBack()
    assert decide(replace(DOUBT, state=CommandState.REJECTED)) == Rest()
    assert decide(replace(DOUBT, state=CommandState.ESCALATED)) == Rest()


SIGHTINGS = st.lists(st.sampled_from([EQUAL, DIFFERENT, BY_HAND]), max_size=2).map(tuple)
CASES = st.builds(
    Case,
    state=st.sampled_from(CommandState),
    command_class=st.sampled_from(get_args(CommandClass)),
    attempt=st.integers(0, MAX_ATTEMPTS + 1),
    locks=st.integers(0, 2),
    lock_tries=st.integers(0, 2),
    look=st.sampled_from(get_args(Look)),
    held=st.sampled_from(["nothing", "intent", *get_args(Outcome)]),
    can_fence=st.booleans(),
    is_probe_passed=st.booleans(),
    fenced_for_s=st.sampled_from([None, 0.0, 299.0, 300.0]),
    drain_s=st.just(300.0),
    reads=st.lists(SIGHTINGS, max_size=4).map(tuple),
    is_hindered=st.booleans(),
    is_overdue=st.booleans(),
    word=st.sampled_from(get_args(Word)),
)


@given(CASES)
def test_decide_whatever_the_case_then_nothing_is_sent_but_an_own_fresh_intent(case: Case) -> None:
    is_own = case.state is CommandState.SENDING and case.held == "intent"
    assert (decide(case) == Send()) == is_own
    assert not (SENDABLE & OPEN)


@given(CASES)
def test_decide_whatever_the_case_then_absence_is_said_only_after_fence_drain_and_two_reads(
    case: Case,
) -> None:
    move = decide(case)
    if not isinstance(move, Append) or move.outcome != "not_committed":
        return
    assert case.reads[-2:] == ((), ()) or not case.can_fence
    if case.can_fence:
        assert case.fenced_for_s is not None and case.fenced_for_s >= case.drain_s
        is_manual = case.command_class == "N" or not case.is_probe_passed
        assert case.command_class == "U" or not is_manual or case.word == "absent"
    else:
        assert case.command_class == "U" and len(case.reads) >= 2 and case.reads[-1] == ()
