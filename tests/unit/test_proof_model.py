"""The explorer finds every unsafe variant out, calls no safe one unsafe, and can itself fail."""

import pytest

from engine.core.lifecycle import CommandState
from engine.core.protocol import Append, Case, Move, Rest, decide
from engine.errors import NotFound
from engine.proof.model.checker import check, model_of, mutants_of
from engine.proof.model.explorer import Bounds, explore
from engine.proof.model.moves import Rules, after
from engine.proof.model.states import DEAD, initial, pack
from engine.proof.model.variants import QUICK, fences_only, variants, worlds
from engine.proof.model.world import DUPLICATE, UNFENCED_APPEND, WRONG, World

SMALL = Bounds(crashes=1, epochs=2, sends=2)
SMALLEST = Bounds(crashes=1, epochs=2, sends=1)
UNSAFE = ["V0", "V1", "V2", "V3", "V4", "V6", "V7", "V10", "V13"]
SAFE = ["V5", "V8", "V9", "V11", "V12"]


def test_variants_when_listed_then_nine_are_unsafe_and_five_safe() -> None:
    assert [one.name for one in variants() if not one.is_safe] == UNSAFE
    assert [one.name for one in variants() if one.is_safe] == SAFE


@pytest.mark.parametrize("name", UNSAFE)
def test_variant_when_an_ingredient_is_left_out_then_its_duplicate_is_found(name: str) -> None:
    (one,) = check(only=name, bounds=QUICK if name == "V6" else SMALL)
    assert one.found.breach is not None and one.found.breach.what == DUPLICATE
    assert one.is_as_known
    (mutant,) = mutants_of([one])
    assert mutant.is_killed
    assert mutant.said == f"duplicate, {len(one.found.breach.trace)} steps"
    assert one.found.breach.trace[-1].split(", ")[0].endswith("the post commits")


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("V5", SMALL),
        ("V8", SMALLEST),
        ("V9", SMALLEST),
        ("V11", SMALL),
        ("V12", SMALLEST),
        ("two", Bounds(crashes=0, epochs=1, sends=2)),
        ("refusals", SMALLEST),
        ("locks", SMALLEST),
        ("unprobed", SMALLEST),
        ("unique", SMALLEST),
    ],
)
def test_variant_when_safe_then_no_breach_and_every_state_recovers(
    name: str, bounds: Bounds
) -> None:
    (one,) = check(only=name, bounds=bounds)
    assert one.said == "clean" and one.is_as_known
    assert one.found.states == one.found.recoverable > 500
    figures = model_of([one])
    is_shipped = name not in ("V11", "V12")
    assert (figures.states > 0) is is_shipped and figures.violations == 0


def test_names_when_unknown_then_said_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="V13, two"):
        list(check(only="V14"))
    assert len({one.name for one in (*variants(), *worlds())}) == 19


def gives_up(case: Case) -> Move:
    """A doubt that nobody looks into is never wrong and never done."""
    return Rest() if case.state is CommandState.IN_DOUBT else decide(case)


def calls_it_refused(case: Case) -> Move:
    """An answer that cannot be read is taken for a refusal."""
    if case.held == "unknown":
        return Append(kind="PostRejected")
    return decide(case)


def test_explorer_when_a_doubt_is_never_settled_then_states_do_not_recover() -> None:
    found = explore(World(rules=Rules(gives_up)), SMALLEST)
    assert found.violations == 0
    assert found.stuck is not None and 0 < found.recoverable < found.states


@pytest.mark.parametrize(
    ("world", "what"),
    [
        (World(rules=Rules(calls_it_refused)), WRONG),
        (World(rules=Rules(fences_only)), WRONG),
        (World(rules=Rules(decide), is_log_fenced=False), UNFENCED_APPEND),
    ],
)
def test_explorer_when_something_else_than_a_duplicate_is_wrong_then_it_says_what(
    world: World, what: str
) -> None:
    found = explore(world, SMALL, is_search=True)
    assert found.breach is not None and found.breach.what == what


def test_trace_when_two_workers_act_then_each_keeps_its_name() -> None:
    (one,) = check(only="V4", bounds=SMALL)
    assert one.found.breach is not None
    lines = one.found.breach.trace
    assert lines[0] == "A: takes the lease"
    workers = {line.split(":")[0] for line in lines if ":" in line}
    assert workers <= {"A", "B"}


@pytest.mark.parametrize(
    ("kind", "outcome", "state"),
    [
        ("PostIntended", "", CommandState.SENDING),
        ("DoubtFenced", "", CommandState.IN_DOUBT),
        ("DoubtResolved", "not_committed", CommandState.READY),
        ("DoubtResolved", "escalated", CommandState.ESCALATED),
    ],
)
def test_after_when_an_event_is_appended_then_the_shipped_life_cycle_says_where_it_leads(
    kind: str, outcome: str, state: CommandState
) -> None:
    assert after(kind, outcome) is state


def test_pack_when_workers_or_sessions_are_interchanged_then_the_same_state() -> None:
    log, documents, left, _, _, (idle, _) = initial(1, SMALL.left)
    phase, _, knows, post, _ = idle
    first = (phase + 4, True, knows, post, 1)
    second = (phase + 3, False, knows, post, 2)
    there, was_swapped = pack(log, documents, left, (1, 3), (), (first, second))
    here, is_swapped = pack(log, documents, left, (3, 1), (), swapped(first, second))
    assert there == here and was_swapped != is_swapped
    forgotten, _ = pack(log, documents, left, (2,), ((0, 1, 0),), (idle, idle))
    assert forgotten[3] == () and forgotten[4] == ((0, DEAD, 0),)


def swapped(first: tuple, second: tuple) -> tuple:
    """The two with their sessions' numbers exchanged, in the other order."""
    return (*second[:4], 1), (*first[:4], 2)
