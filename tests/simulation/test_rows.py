"""Rows of the fault catalogue that need no chance: one script each (reliability.md §2.4)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from random import Random

import pytest

from engine.proof.simulation.script import STEPS, Blow, Script, script_of
from engine.proof.simulation.trial import Outcome, run


def scripted(*blows: Blow, engines: int = 2, faulty_s: float = 20.0) -> Script:
    """A small story to which nothing happens but these blows."""
    return replace(
        script_of(1),
        documents=5,
        numbering="auto",
        engines=engines,
        faulty_s=faulty_s,
        gusts=0.0,
        stutters=0.0,
        plan=(),
        blows=blows,
        thefts=(),
    )


def played(blows: Sequence[Blow], *, engines: int = 2, faulty_s: float = 20.0) -> Outcome:
    """What the script came to, which is clean."""
    outcome = run(scripted(*blows, engines=engines, faulty_s=faulty_s))
    assert (outcome.wrong, outcome.breaches) == ((), ())
    assert outcome.counts["PostAccepted"] > 0
    return outcome


def test_k03_engines_when_killed_every_few_seconds_then_nothing_is_lost_or_twice() -> None:
    random = Random("k03")
    pauses_s = [min(5.0, random.expovariate(1 / 2.5)) for _ in range(60)]
    storm = [
        Blow(kind="kill", engine=number % 2, seconds=0.7, at_s=at_s)
        for number, at_s in enumerate(accumulate(pauses_s))
    ]
    outcome = played(storm, faulty_s=sum(pauses_s))
    assert outcome.kills >= 40


@pytest.mark.parametrize(
    "place",
    [
        "step.PostIntended before",
        "step.PostIntended after",
        "syspro.post.reply_last_byte after",
        "step.PostAccepted before",
    ],
)
def test_k16_engine_when_cancelled_while_it_posts_then_nothing_is_lost_or_twice(place: str) -> None:
    outcome = played([Blow(kind="cancel", engine=0, seconds=0.3, place=place, count=2)], engines=1)
    assert outcome.faults[f"cancel {place}"] == 1


def test_k16_engines_when_cancelled_again_and_again_then_nothing_is_lost_or_twice() -> None:
    steps = [
        Blow(kind="cancel", engine=engine, seconds=0.3, place=place)
        for place in STEPS
        for engine in (0, 1)
    ]
    timed = [Blow(kind="cancel", engine=n % 2, seconds=0.3, at_s=1 + 1.7 * n) for n in range(20)]
    outcome = played([*steps, *timed], faulty_s=40.0)
    assert outcome.faults["all cancels"] >= 25
    assert sum(outcome.faults.get(f"cancel {place}", 0) > 0 for place in STEPS) >= 8


def test_k08_engines_when_three_start_at_once_then_one_owns_each_lane() -> None:
    outcome = played([], engines=3)
    assert outcome.counts["SessionOpened"] == 1
    assert outcome.counts.get("takeovers", 0) == 0


def test_k09_engine_when_it_stands_still_past_its_lease_then_another_goes_on() -> None:
    stalls = [
        Blow(kind="pause", engine=number, seconds=45.0, place="step.PostIntended after")
        for number in (0, 1)
    ]
    outcome = played(stalls, engines=2)
    assert outcome.faults["all pauses"] >= 1
    assert outcome.counts["takeovers"] >= 1


def test_k10_clocks_when_they_jump_hours_and_years_then_nothing_is_lost_or_twice() -> None:
    ten_years_s = 10 * 365 * 86_400.0
    jumps = [
        Blow(kind="jump", engine=number % 2, seconds=seconds, at_s=1.0 + 2 * number)
        for number, seconds in enumerate(
            (3600.0, -3600.0, ten_years_s, -ten_years_s, -1.0, 86_400.0, 0.0, 0.0)
        )
    ]
    assert played(jumps).faults["all jumps"] == len(jumps)
