"""The load: documents that keep coming at a rate, the same for a seed; and the quiet scenario."""

from collections.abc import Callable
from typing import cast

import pytest
from ledger_poster import ANCHOR, Poster, poster

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.load import MOST_AT_ONCE, Load, Rate
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.scenario.story import Story


class Watch:
    """Seconds that go by when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def load_of(world: Poster, watch: Callable[[], float], rate: int, minutes: int | None) -> Load:
    return Load(world.scenario, world.tenant, Rate(per_minute=rate, minutes=minutes), watch)


def arrived(tenant: Tenant, before: tuple[int, int]) -> int:
    """How many documents there are more than before, and how often one was revised."""
    new = len(tenant.orders) + len(tenant.bills) - sum(before)
    return new + sum(row.version - 1 for row in tenant.orders.own.values())


@pytest.fixture
def world() -> Poster:
    return poster()


@pytest.fixture
def counts(world: Poster) -> tuple[int, int]:
    return len(world.tenant.orders), len(world.tenant.bills)


def test_load_when_time_goes_by_then_so_many_a_minute_come(
    world: Poster, counts: tuple[int, int]
) -> None:
    watch = Watch()
    load = load_of(world, watch, 4, 2)
    for after_s, wanted in ((0, 0), (14, 0), (16, 1), (60, 4), (119, 7), (120, 8), (9_999, 8)):
        watch.now_s = 1_000.0 + after_s
        load.tick()
        assert arrived(world.tenant, counts) == wanted
        assert load.left == 8 - wanted


def test_load_when_it_has_no_end_then_only_the_late_ones_are_left(
    world: Poster, counts: tuple[int, int]
) -> None:
    watch = Watch()
    load = load_of(world, watch, 60_000, None)
    load.tick()
    assert load.left == 0
    watch.now_s += 0.25
    load.tick()
    assert arrived(world.tenant, counts) == MOST_AT_ONCE
    assert load.left == 250 - MOST_AT_ONCE
    load.tick()
    load.tick()
    assert (arrived(world.tenant, counts), load.left) == (250, 0)


def test_load_when_the_seed_is_the_same_then_the_same_documents_come() -> None:
    seen = []
    for step_s in (60.0, 7.5):
        world, watch = poster(), Watch()
        load = load_of(world, watch, 60, 2)
        load.tick()
        while load.left:
            watch.now_s += step_s
            load.tick()
        tenant = world.tenant
        seen.append(
            (
                [(row.id, row.uuid, row.version, row.total) for row in tenant.orders.values()],
                [(row.id, row.uuid, row.grand_total) for row in tenant.bills.values()],
            )
        )
    assert seen[0] == seen[1]


def test_load_when_it_is_over_then_orders_bills_over_some_and_revisions_came(
    world: Poster, counts: tuple[int, int]
) -> None:
    watch = Watch()
    load = load_of(world, watch, 100, 1)
    load.tick()
    watch.now_s += 60
    load.tick()
    orders = list(world.tenant.orders.values())[counts[0] :]
    bills = list(world.tenant.bills.values())[counts[1] :]
    assert 30 < len(orders) < 70
    assert 20 < len(bills) < 60
    assert any(bill.orders for bill in bills)
    assert any(order.version > 1 for order in orders)
    assert {bill.status for bill in bills} == {2}


def test_load_when_all_is_posted_then_nothing_that_came_is_missing(world: Poster) -> None:
    watch = Watch()
    load = load_of(world, watch, 90, 1)
    load.tick()
    watch.now_s += 60
    load.tick()
    world.post_everything()
    world.post_everything()
    verdict = world.oracle.verdict()
    held = cast(list[dict[str, str]], verdict["must_hold"])
    missing = cast(list[dict[str, str]], verdict["missing"])
    names = {entry["source_id"] for entry in missing}
    changed = {"1042", str(world.scenario.cancelled)}
    assert names == {entry["source_id"] for entry in held}
    assert {e["source_id"] for e in cast(list[dict[str, str]], verdict["differences"])} <= changed


def test_story_when_it_has_a_load_then_its_arrivals_count_and_come_with_the_ticks(
    world: Poster,
) -> None:
    watch = Watch()
    before = world.story.left
    load = load_of(world, watch, 6, 1)
    story = Story(world.scenario, world.tenant, world.sight, load=load)
    assert story.left == before + 6
    story.tick()
    watch.now_s += 60
    story.tick()
    assert story.left == before


def test_load_when_nobody_may_be_paid_then_nothing_comes() -> None:
    world, watch = poster(documents=0), Watch()
    load = load_of(world, watch, 60, 1)
    load.tick()
    watch.now_s += 60
    load.tick()
    assert load.left == len(world.tenant.orders) == 0


def test_quiet_when_goods_have_come_then_nothing_is_left_and_nothing_was_changed() -> None:
    world = Poster(build_scenario(seed=7, documents=80, anchor=ANCHOR, is_quiet=True))
    before = world.tenant.revision
    assert world.story.left == len(world.scenario.receipts)
    for _ in range(3):
        world.post_everything()
    assert world.story.left == 0
    assert world.tenant.revision == before
    verdict = world.oracle.verdict()
    assert len(cast(list[object], verdict["missing"])) == len(
        cast(list[object], verdict["must_hold"])
    )


def test_quiet_when_built_then_its_documents_are_those_of_the_restless_one() -> None:
    quiet = build_scenario(seed=7, documents=80, anchor=ANCHOR, is_quiet=True)
    restless = build_scenario(seed=7, documents=80, anchor=ANCHOR)
    assert list(quiet.orders) == list(restless.orders)
    assert list(quiet.bills) == list(restless.bills)
    assert quiet.digest != restless.digest
