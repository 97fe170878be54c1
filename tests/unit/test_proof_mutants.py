"""Each safeguard is left out for a while only, and an instrument is asked whether it notices."""

import inspect
from dataclasses import replace

import pytest

from engine.core.lifecycle import CommandState
from engine.core.protocol import Append, Case, Move, Query, Send, decide
from engine.lane.desk import Desk
from engine.proof.mutants import MUTATIONS, Mutation, applied, hunted, sends_first

IN_DOUBT = Case(state=CommandState.IN_DOUBT, command_class="Q", is_probe_passed=True, drain_s=300)
SENDING = replace(IN_DOUBT, state=CommandState.SENDING)


def rule(case: Case) -> object:
    """What a desk that nobody made decides."""
    return Desk.decide(object.__new__(Desk), case)


def test_mutations_when_listed_then_a_dozen_at_least_and_each_once() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 12


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_mutation_when_applied_then_it_takes_what_the_engine_gives_and_is_gone_after(
    mutation: Mutation,
) -> None:
    before = [vars(owner)[name] for owner, name, _ in mutation.places]
    with applied(mutation):
        for (owner, name, instead), shipped in zip(mutation.places, before, strict=True):
            assert vars(owner)[name] is instead and instead is not shipped
            assert inspect.iscoroutinefunction(instead) is inspect.iscoroutinefunction(shipped)
            takes_all = "given" in inspect.signature(instead).parameters
            many = len(inspect.signature(shipped).parameters)
            assert takes_all or len(inspect.signature(instead).parameters) == many
    assert [vars(owner)[name] for owner, name, _ in mutation.places] == before


def test_mutation_when_its_block_fails_then_it_is_gone_as_well() -> None:
    shipped = vars(Desk)["decide"]
    mutation = next(one for one in MUTATIONS if one.name == "no-drain")
    with pytest.raises(KeyError), applied(mutation):
        raise KeyError
    assert vars(Desk)["decide"] is shipped


@pytest.mark.parametrize(
    ("name", "case", "instead"),
    [
        ("no-drain", replace(IN_DOUBT, fenced_for_s=0), Query()),
        ("reads-only", IN_DOUBT, Query()),
        ("retry", replace(SENDING, held="unknown"), Append(kind="PostDeferred")),
        ("no-intent", replace(IN_DOUBT, state=CommandState.READY), Send()),
        (
            "absent",
            IN_DOUBT,
            Append(kind="DoubtResolved", outcome="not_committed", rule="FOUND_NOTHING"),
        ),
        (
            "there",
            IN_DOUBT,
            Append(kind="DoubtResolved", outcome="committed", rule="FOUND_EQUAL"),
        ),
    ],
)
def test_mutation_when_it_decides_otherwise_then_of_posts_alone(
    name: str, case: Case, instead: Move
) -> None:
    mutation = next(one for one in MUTATIONS if one.name == name)
    elsewhere = replace(case, can_fence=False)
    assert rule(case) == decide(case) != instead
    with applied(mutation):
        assert rule(case) == instead
        assert rule(elsewhere) == decide(elsewhere)


def test_sends_first_when_answered_then_written_down_as_the_shipped_one_does() -> None:
    ready = replace(SENDING, state=CommandState.READY, held="accepted")
    assert sends_first(ready) == Append(kind="PostAccepted")
    assert sends_first(replace(ready, look="overtaken")) == Append(kind="LookupAnswered")


def test_hunted_when_a_seed_notices_then_killed_by_it_else_not() -> None:
    mutation = MUTATIONS[0]
    shipped = vars(Desk)["decide"]

    def run(seed: int) -> str:
        is_mutant = vars(Desk)["decide"] is not shipped
        if seed == 2:
            return "I9: wrong anyway"
        return "I1: there twice" if seed == 3 and is_mutant else ""

    found = hunted(mutation, "simulation", run, range(1, 9))
    assert (found.is_killed, found.said) == (True, "seed 3: I1: there twice")
    missed = hunted(mutation, "simulation", run, (2, 4, 5))
    assert (missed.is_killed, missed.said) == (False, "not noticed in 3 seeds")
