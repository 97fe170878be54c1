"""A plan that counts: which crossings a fault is for, by number, filter and time."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import cast

import pytest

from engine.sandbox.clock import Clock
from engine.sandbox.faults.grammar import read_faults
from engine.sandbox.faults.plan import Crossing, FaultPlan
from engine.sandbox.filling import begin_world
from engine.sandbox.json_fields import BadInput
from engine.sandbox.options import SandboxOptions
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.syspro.sessions import SessionRules
from engine.sandbox.world import World


@pytest.fixture
def world() -> World:
    scenario = build_scenario(seed=7, documents=12, anchor=date(2026, 11, 16))
    return begin_world(scenario, SandboxOptions(), Clock(), SessionRules(idle_timeout_s=60), {})


def plan_of(
    world: World, *entries: object, monotonic: Callable[[], float] = lambda: 0.0
) -> FaultPlan:
    plan = FaultPlan(read_faults(list(entries)), monotonic=monotonic)
    plan.arm(world)
    return plan


def crossing(boundary: str, name: str = "", path: str = "/", phase: str = "received") -> Crossing:
    return Crossing(
        boundary=boundary, phase=phase, business_object=name, path=path, evict=lambda _: None
    )


async def hits(plan: FaultPlan, *crossings: Crossing) -> list[bool]:
    return [await plan.meet(one) is not None for one in crossings]


async def test_fault_when_the_third_for_two_then_third_and_fourth(world: World) -> None:
    plan = plan_of(world, {"at": {"boundary": "syspro.post", "n": 3}, "do": "reset", "for": 2})
    posts = [crossing("syspro.post")] * 5
    assert await hits(plan, *posts) == [False, False, True, True, False]


async def test_fault_when_every_one_then_all(world: World) -> None:
    plan = plan_of(world, {"at": {"boundary": "syspro.post", "n": "every"}, "do": "reset"})
    assert await hits(plan, *[crossing("syspro.post")] * 4) == [True] * 4


async def test_fault_when_filtered_then_only_what_matches_is_counted(world: World) -> None:
    plan = plan_of(
        world,
        {"at": {"boundary": "syspro.post", "n": 2, "business_object": "APSTIN"}, "do": "reset"},
        {"at": {"boundary": "procurify.list", "path": "/AP/bills"}, "do": "reset"},
    )
    assert await hits(
        plan,
        crossing("syspro.post", "PORTOI"),
        crossing("syspro.post", "APSTIN"),
        crossing("syspro.post", "APSTIN", phase="executing"),
        crossing("syspro.query", "APSTIN"),
        crossing("syspro.post", "APSTIN"),
        crossing("procurify.list", path="/api/v3/vendors/"),
        crossing("procurify.list", path="/api/v3/ap/bills/"),
    ) == [False, False, False, False, True, False, True]


async def test_fault_when_for_seconds_then_from_its_first_crossing_on(world: World) -> None:
    now = [100.0]
    plan = plan_of(
        world,
        {"at": {"boundary": "syspro.post", "n": 2}, "do": "reset", "for": {"seconds": 10}},
        monotonic=lambda: now[0],
    )
    post = crossing("syspro.post")
    assert await hits(plan, post, post) == [False, True]
    now[0] = 109.9
    assert await hits(plan, post) == [True]
    now[0] = 110.0
    assert await hits(plan, post, post) == [False, False]


async def test_state_when_its_seconds_are_over_then_undone_at_any_request(world: World) -> None:
    now = [0.0]
    plan = plan_of(
        world,
        {"at": {"boundary": "syspro.post"}, "do": "close_period", "for": {"seconds": 10}},
        monotonic=lambda: now[0],
    )
    await plan.meet(crossing("syspro.post"))
    assert not world.ledger.period("C").is_open
    now[0] = 11.0
    await plan.meet(crossing("procurify.list"))
    assert world.ledger.period("C").is_open


async def test_faults_when_two_meet_one_request_then_both_happen_and_the_first_ending_counts(
    world: World,
) -> None:
    place = {"boundary": "syspro.post"}
    plan = plan_of(
        world,
        {"at": place, "do": "close_period"},
        {"at": place, "do": "error", "text": "one"},
        {"at": {**place, "phase": "received"}, "do": "error", "text": "two"},
        {"at": {**place, "phase": "received"}, "do": "error", "text": "three"},
    )
    ending = await plan.meet(crossing("syspro.post"))
    assert getattr(ending, "text", None) == "two"
    assert not world.ledger.period("C").is_open


async def test_restore_when_nothing_is_so_far_back_then_the_report_says_so(world: World) -> None:
    plan = plan_of(world, {"at": {"boundary": "syspro.query"}, "do": "restore", "back": 3})
    await plan.meet(crossing("syspro.query"))
    (fired,) = cast(list[dict[str, object]], plan.report()["fired"])
    assert fired["error"] == "the ledger has no state so far back"


async def test_state_when_replaced_while_its_request_waits_then_it_never_begins(
    world: World,
) -> None:
    place = {"boundary": "syspro.post"}
    plan = plan_of(
        world,
        {"at": place, "do": "delay", "seconds": 600},
        {"at": place, "do": "close_period"},
    )
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiting = group.create_task(plan.meet(crossing("syspro.post")))
        while not plan.report()["fired"]:
            await asyncio.sleep(0)
        plan.replace([])
    assert waiting.result() is None
    assert world.ledger.period("C").is_open


@pytest.mark.parametrize("kind", ["vendor", "purchase_order", "bill"])
async def test_row_when_touched_at_every_crossing_then_stamped_each_time(
    world: World, kind: str
) -> None:
    tenant = world.tenant
    first = {
        "vendor": lambda: next(tenant.eligible_vendors()).modified_at,
        "purchase_order": lambda: next(tenant.eligible_orders()).modified_at,
        "bill": lambda: next(tenant.eligible_bills()).modified_at,
    }[kind]
    place = {"boundary": "procurify.list", "n": "every"}
    plan = plan_of(world, {"at": place, "do": "drift", "how": "touch", "kind": kind})
    stamps = [first()]
    for _ in range(2):
        await plan.meet(crossing("procurify.list"))
        stamps.append(first())
    assert stamps[0] < stamps[1] < stamps[2]


def test_plan_when_one_fault_cannot_be_armed_then_none_is_and_the_old_ones_stay(
    world: World,
) -> None:
    old = {"at": {"boundary": "syspro.post"}, "do": "reset"}
    plan = plan_of(world, old)
    hidden = {"do": "drift", "how": "insert", "kind": "vendor"}
    unknown = {"do": "drift", "how": "insert", "kind": "bill", "id": "nope"}
    entries = [{"at": {"boundary": "procurify.list"}, **rest} for rest in (hidden, unknown)]

    with pytest.raises(BadInput, match="fault 2: there is no bill nope"):
        plan.replace(read_faults(entries))

    assert world.tenant.withheld == set()
    report = plan.report()["faults"]
    assert report == [{**old, "crossings": 0, "fired": 0, "is_on": False}]
