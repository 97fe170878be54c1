"""Rows of the fault catalogue that need no chance: one script each (reliability.md §2.4)."""

from collections.abc import Sequence
from dataclasses import replace

from engine.proof.simulation.script import Blow, Script, script_of
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


def played(blows: Sequence[Blow], *, engines: int = 2) -> Outcome:
    """What the script came to, which is clean."""
    outcome = run(scripted(*blows, engines=engines))
    assert (outcome.wrong, outcome.breaches) == ((), ())
    assert outcome.counts["PostAccepted"] > 0
    return outcome


def test_k03_engines_when_killed_every_other_second_then_nothing_is_lost_or_twice() -> None:
    storm = [
        Blow(kind="kill", engine=number % 2, seconds=0.7, at_s=1.0 + 0.9 * number)
        for number in range(20)
    ]
    outcome = played(storm)
    assert outcome.kills >= 15


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
