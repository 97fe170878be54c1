"""The posting protocol's decisions: what follows from which standing and which evidence."""

import pytest

from engine.core.lifecycle import OPEN, SENDABLE, CommandState
from engine.core.protocol import (
    MAX_ATTEMPTS,
    Sighting,
    Standing,
    Step,
    classify,
    next_step,
    verdict,
)


def standing(state: CommandState, fenced_for_s: float | None = None) -> Standing:
    return Standing(state=state, attempt=1, fenced_for_s=fenced_for_s, drain_s=300)


@pytest.mark.parametrize("state", [CommandState.SENDING, CommandState.IN_DOUBT])
@pytest.mark.parametrize(
    ("fenced_for_s", "step"),
    [(None, Step.FENCE), (0, Step.DRAIN), (299.9, Step.DRAIN), (300, Step.QUERY)],
)
def test_next_step_when_an_answer_is_missing_then_fence_drain_and_only_then_query(
    state: CommandState, fenced_for_s: float | None, step: Step
) -> None:
    assert next_step(standing(state, fenced_for_s)) is step


@pytest.mark.parametrize("state", list(CommandState))
def test_next_step_when_not_sendable_then_never_post(state: CommandState) -> None:
    step = next_step(standing(state))
    assert (step is Step.POST) == (state in SENDABLE)
    assert not (SENDABLE & OPEN)


@pytest.mark.parametrize(
    ("outcome", "event"),
    [
        ("accepted", "PostAccepted"),
        ("rejected", "PostRejected"),
        ("refused", "PostRejected"),
        ("not_sent", "PostDeferred"),
        ("refused_session", "PostDeferred"),
        ("unknown", "PostInDoubt"),
        ("anything else", "PostInDoubt"),
    ],
)
def test_classify_when_not_positively_known_then_in_doubt(outcome: str, event: str) -> None:
    assert classify(outcome) == event


EQUAL = Sighting(syspro_key="547", is_ours=True, is_equal=True)
DIFFERENT = Sighting(syspro_key="547", is_ours=True, is_equal=False)
BY_HAND = Sighting(syspro_key="900", is_ours=False, is_equal=True)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "rule"),
    [
        ([], [], "not_committed", "FOUND_NOTHING"),
        ([EQUAL], [EQUAL], "committed", "FOUND_EQUAL"),
        ([EQUAL, BY_HAND], [EQUAL, BY_HAND], "committed", "FOUND_EQUAL"),
        ([DIFFERENT], [DIFFERENT], "conflict", "FOUND_DIFFERENT"),
        ([BY_HAND], [BY_HAND], "conflict", "KEYED_BY_HAND"),
        ([EQUAL, EQUAL], [EQUAL, EQUAL], "escalated", "FOUND_TWICE"),
        ([], [EQUAL], "unclear", "READS_DISAGREE"),
        ([EQUAL], [], "unclear", "READS_DISAGREE"),
        ([EQUAL], [DIFFERENT], "unclear", "READS_DISAGREE"),
    ],
)
def test_verdict_when_evidence_is_weighed_then_the_table_decides(
    first: list[Sighting], second: list[Sighting], outcome: str, rule: str
) -> None:
    found = verdict(first, second, attempt=1)
    assert (found.outcome, found.rule) == (outcome, rule)


def test_verdict_when_committed_then_the_number_is_adopted() -> None:
    assert verdict([EQUAL], [EQUAL], attempt=MAX_ATTEMPTS).syspro_key == "547"


def test_verdict_when_attempts_are_used_up_then_a_person_decides() -> None:
    assert verdict([], [], attempt=MAX_ATTEMPTS).outcome == "escalated"
