"""Circuits that open, probe and close; budgets for asking again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.lane.circuits import Circuits as LaneCircuits
from engine.pacing.breaker import Breaker
from engine.pacing.budget import RetryBudget
from engine.procurify.circuits import Circuits
from engine.procurify.observer import NullObserver


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock, first_rest_s=10.0, longest_rest_s=40.0)
    for _ in range(5):
        assert breaker.admit()
        breaker.failed()
    return breaker


def test_breaker_when_five_fail_in_a_row_then_open_and_not_before() -> None:
    breaker = Breaker(Clock())
    for _ in range(4):
        breaker.failed()
    assert breaker.admit() and not breaker.is_open
    breaker.succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.admit()
    breaker.failed()
    assert breaker.is_open and not breaker.admit()


def test_breaker_when_its_rest_is_over_then_one_probe_alone() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert breaker.left_s() == 10.0
    clock.seconds += 9.9
    assert not breaker.admit()
    clock.seconds += 0.2
    assert breaker.admit()
    assert not breaker.admit() and breaker.left_s() > 0
    breaker.succeeded()
    assert not breaker.is_open and breaker.admit() and breaker.admit()


def test_breaker_when_probes_fail_then_rests_double_up_to_the_longest() -> None:
    clock = Clock()
    breaker = opened(clock)
    rests = []
    for _ in range(4):
        rests.append(breaker.left_s())
        clock.seconds += breaker.left_s()
        assert breaker.admit()
        breaker.failed()
    assert rests == [10.0, 20.0, 40.0, 40.0]
    breaker.succeeded()
    for _ in range(5):
        breaker.failed()
    assert breaker.left_s() == 10.0


def test_breaker_when_many_fail_that_went_out_before_it_opened_then_one_rest() -> None:
    breaker = opened(Clock())
    for _ in range(8):
        breaker.failed()
    assert breaker.left_s() == 10.0


def test_breaker_when_the_probe_says_nothing_then_the_next_is_the_probe() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.seconds += 10
    assert breaker.admit()
    breaker.withdrawn()
    assert breaker.is_open and breaker.admit()


@pytest.mark.parametrize(
    ("firsts", "granted"),
    [(0, 3), (1, 3), (30, 3), (39, 3), (40, 4), (100, 10), (1000, 100)],
)
def test_budget_when_asked_for_more_then_a_tenth_of_the_first_or_three(
    firsts: int, granted: int
) -> None:
    budget = RetryBudget(Clock())
    for _ in range(firsts):
        budget.tried()
    assert sum(budget.take() for _ in range(200)) == granted


def test_budget_when_a_minute_is_over_then_new() -> None:
    clock = Clock()
    budget = RetryBudget(clock)
    for _ in range(50):
        budget.tried()
    assert sum(budget.take() for _ in range(50)) == 5
    clock.seconds += 59.9
    assert not budget.take()
    clock.seconds += 0.1
    assert sum(budget.take() for _ in range(50)) == 3


class Listening(NullObserver):
    def __init__(self) -> None:
        self.shown: dict[str, bool] = {}

    def circuit(self, resource: str, is_open: bool) -> None:
        self.shown[resource] = is_open


def circuits(clock: Any, observer: Any = None) -> Circuits:
    return Circuits(clock, observer or NullObserver())


def test_circuits_when_one_resource_is_silent_then_the_others_are_asked() -> None:
    clock, seen = Clock(), Listening()
    domain = circuits(clock, seen)
    for _ in range(5):
        assert domain.admit("bills") == 0
        domain.ended("bills", "unavailable")
        assert domain.admit("vendors") == 0
        domain.ended("vendors", "")
    assert domain.admit("bills") == 600.0
    assert domain.admit("vendors") == 0
    assert seen.shown == {"bills": True, "vendors": False, "": False}


def test_circuits_when_every_resource_is_silent_then_one_probe_for_the_domain() -> None:
    clock, seen = Clock(), Listening()
    domain = circuits(clock, seen)
    names = ["bills", "vendors", "accounts", "locations", "payments", "currencies"]
    for name in names[:5]:
        assert domain.admit(name) == 0
        domain.ended(name, "timed_out")
    assert seen.shown[""] and not seen.shown["bills"]
    assert [domain.admit(name) for name in names] == [30.0] * 6
    clock.seconds += 30
    assert domain.admit("currencies") == 0
    assert domain.admit("bills") > 0
    domain.ended("currencies", "")
    assert domain.admit("bills") == 0 == domain.admit("vendors")
    assert not seen.shown[""]


@pytest.mark.parametrize("cause", ["", "forbidden", "unauthorized", "malformed", "misconfigured"])
def test_circuits_when_an_answer_of_any_sort_came_then_the_domain_is_alive(cause: str) -> None:
    domain = circuits(Clock())
    for _ in range(4):
        domain.ended("bills", "unavailable")
    domain.ended("bills", cause)
    domain.ended("bills", "unavailable")
    assert domain.admit("bills") == 0


def test_circuits_when_a_poll_was_dropped_then_it_counts_for_nothing() -> None:
    domain = circuits(Clock())
    for _ in range(4):
        domain.ended("bills", "unavailable")
    for cause in (None, "throttled"):
        domain.ended("bills", cause)
    assert domain.admit("bills") == 0
    domain.ended("bills", "unavailable")
    assert domain.admit("bills") > 0


def test_lane_s32_when_one_type_fails_five_times_then_it_rests_and_the_others_go_on() -> None:
    clock = Clock()
    circuits = LaneCircuits(clock)
    for _ in range(5):
        assert circuits.admit("invoice_add") and circuits.text == ""
        circuits.answered("invoice_add", is_trouble=True)
        assert circuits.admit("supplier_add")
        circuits.answered("supplier_add", is_trouble=False)
    assert not circuits.admit("invoice_add")
    assert circuits.admit("supplier_add")
    assert "invoice_add" in circuits.text and "supplier_add" not in circuits.text

    clock.seconds += 30.0
    assert circuits.admit("invoice_add")
    assert not circuits.admit("invoice_add")
    circuits.withdrawn("invoice_add")
    assert circuits.admit("invoice_add")
    circuits.answered("invoice_add", is_trouble=False)
    assert circuits.admit("invoice_add") and circuits.text == ""


def test_lane_s32_when_five_of_any_types_fail_in_a_row_then_all_rest_and_one_is_tried() -> None:
    clock = Clock()
    circuits = LaneCircuits(clock)
    for name in ("a", "b", "c", "a", "b"):
        assert circuits.admit(name)
        circuits.answered(name, is_trouble=True)
    for rest_s in (30.0, 60.0, 120.0, 240.0, 300.0, 300.0):
        clock.seconds += rest_s - 1
        assert not circuits.admit("d")
        clock.seconds += 1
        tried = f"tried after {clock.seconds}"
        assert circuits.admit(tried)
        assert not circuits.admit("d")
        circuits.answered(tried, is_trouble=True)
    assert circuits.text.startswith("the last 5 posts were lost")
