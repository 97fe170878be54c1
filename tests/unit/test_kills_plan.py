"""Where engines are to die: every place once, moments over all of it, pairs without repetition."""

from typing import cast

from engine.crossings import arm, watch
from engine.errors import Transient
from engine.proof.evidence.figures import Death, Doubts
from engine.proof.kills import FULL, plan, tell
from engine.proof.kills.lives import told
from engine.proof.kills.site import Site, Verdict

TRACE = [
    "db.begin before",
    "db.begin after",
    "step.PostIntended before",
    "step.PostIntended after",
    "db.begin before",
    "db.begin after",
    "step.PostIntended before",
    "step.PostIntended after",
]


def test_singles_when_fewer_than_places_then_each_place_at_its_first_occurrence() -> None:
    assert [fate.deeds for fate in plan.singles(TRACE, 2)] == [
        ("kill=db.begin before#1",),
        ("kill=db.begin after#1",),
    ]


def test_singles_when_more_than_places_then_the_rest_is_spread_over_the_trace() -> None:
    deeds = [fate.deeds[0] for fate in plan.singles(TRACE, 7)]
    assert len(deeds) == len(set(deeds)) == 7
    assert deeds[4:] == ["kill=2", "kill=4", "kill=6"]


def test_post_path_when_a_step_comes_twice_then_both_occurrences_are_deaths() -> None:
    deeds = {fate.deeds[0] for fate in plan.on_the_post_path(TRACE, 99)}
    assert deeds == {
        f"kill=step.PostIntended {phase}#{number}"
        for phase in ("before", "after")
        for number in (1, 2)
    }


def test_pairs_when_all_are_taken_then_every_step_meets_every_other_once() -> None:
    deeds = [fate.deeds for fate in plan.pairs(10_000)]
    assert len(deeds) == len(set(deeds)) == len(plan.FIRST) * len(plan.SECOND)


def test_pairs_when_few_are_taken_then_no_step_is_first_twice() -> None:
    deeds = [fate.deeds for fate in plan.pairs(len(plan.FIRST))]
    assert len({first for first, _ in deeds}) == len(plan.FIRST)
    assert len({second for _, second in deeds}) == len(plan.SECOND)


def test_deeds_when_planned_then_each_is_one_that_an_engine_understands() -> None:
    fates = [*plan.singles(TRACE, 7), *plan.pairs(200), *plan.leaving()]
    try:
        for deed in [deed for fate in fates for deed in fate.deeds] + plan.stops(30):
            arm(deed)
    finally:
        watch(None)


def test_full_extent_when_every_deed_comes_about_then_the_issue_s_figures_are_reached() -> None:
    assert FULL.singles + FULL.post_path + FULL.leaving + 2 * FULL.pairs >= 400
    assert FULL.stops >= 50


def test_told_when_two_died_then_what_was_left_is_counted_once() -> None:
    verdict = Verdict(
        duplicates=1, lost=2, ambiguous_posts=3, doubts=Doubts(opened=3), wrong=("lost",)
    )
    first, second = told(("kill", "pair"), ["a before", "b after"], verdict, "lost", 4.0)
    assert (first.how, first.where, first.duplicates, first.wrong) == (
        "kill",
        "a before",
        0,
        "lost",
    )
    assert (second.how, second.where) == ("pair", "b after")
    assert (second.duplicates, second.lost, second.ambiguous_posts) == (1, 2, 3)
    assert second.doubts.opened == 3 and second.wrong == "lost" and second.seconds == 4.0
    assert told(("kill",), [], verdict, "", 1.0) == []


NOWHERE = cast(Site, None)
DEATH = Death(how="kill", where="db.commit before", seconds=1.0)


async def test_tell_when_the_harness_is_in_trouble_once_then_the_story_begins_again() -> None:
    tries: list[int] = []

    async def story(site: Site) -> list[Death]:
        tries.append(1)
        if len(tries) == 1:
            raise Transient("the sandbox does not answer")
        return [DEATH]

    assert await tell(NOWHERE, story) == [DEATH]


async def test_tell_when_the_harness_stays_in_trouble_then_it_is_a_wrong_and_no_death() -> None:
    async def story(site: Site) -> list[Death]:
        raise Transient("the sandbox does not answer")

    (death,) = await tell(NOWHERE, story)
    assert death.how == "story"
    assert "the sandbox does not answer" in death.wrong
