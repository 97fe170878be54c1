"""The story of a month: one seed tells one story, everything happens in it, and it ends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_poster import ANCHOR
from month_poster import MonthPoster, month_poster

from engine.sandbox.scenario.model import Bill, PurchaseOrder, Vendor
from engine.sandbox.scenario.month_orders import in_goes
from engine.sandbox.scenario.month_parts import HELD, Part, bill_parts, order_parts
from engine.sandbox.scenario.scenario import build_scenario

Entries = list[dict[str, str]]
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
WAITING = {"WAITS_FOR_HELD"}


def told(world: MonthPoster) -> list[Vendor | PurchaseOrder | Bill]:
    """All that Procurify holds, without the stamps that the clock leaves."""
    rows: list[Vendor | PurchaseOrder | Bill] = [
        replace(vendor, modified_at=NEVER) for vendor in world.tenant.vendors.values()
    ]
    rows += [
        replace(order, modified_at=NEVER, vendor=replace(order.vendor, modified_at=NEVER))
        for order in world.tenant.orders.values()
    ]
    rows += [
        replace(
            bill,
            modified_at=NEVER,
            submitted_at=NEVER,
            vendor=replace(bill.vendor, modified_at=NEVER),
            lines=tuple(replace(line, order=None) for line in bill.lines),
        )
        for bill in world.tenant.bills.values()
    ]
    return rows


def causes(world: MonthPoster) -> set[str]:
    return {entry["cause"] for entry in cast(Entries, world.oracle.verdict()["must_hold"])}


def test_month_when_the_seed_is_the_same_then_the_story_is() -> None:
    worlds = [month_poster(seed=11, documents=120) for _ in range(2)]
    for world in worlds:
        world.to_the_end()

    assert told(worlds[0]) == told(worlds[1])
    assert worlds[0].story.must_hold == worlds[1].story.must_hold


def test_month_when_the_engine_takes_turns_then_the_end_is_the_same() -> None:
    fast, slow = (month_poster(seed=5, documents=80) for _ in range(2))
    fast.to_the_end()
    while slow.story.left:
        slow.follow()
        for _ in range(3):
            slow.story.tick()
    slow.follow()

    by_id = [
        sorted(told(world), key=lambda row: (type(row).__name__, row.id)) for world in (fast, slow)
    ]

    assert by_id[0] == by_id[1]


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_month_when_it_ends_then_everything_has_happened_and_nothing_differs(seed: int) -> None:
    world = month_poster(seed=seed, documents=200)

    world.to_the_end()

    verdict = world.oracle.verdict()
    story = cast(dict[str, int], verdict["story"])
    assert min(story.values()) > 0
    assert (story["companies"], story["currencies"]) == (2, 4)
    assert verdict["story_left"] == 0
    assert verdict["duplicates"] == verdict["differences"] == verdict["order_violations"] == []
    held = {(row["kind"], row["source_id"]) for row in cast(Entries, verdict["must_hold"])}
    missing = {(row["kind"], row["source_id"]) for row in cast(Entries, verdict["missing"])}
    assert missing < held
    assert causes(world) >= set(HELD.values()) | WAITING


def test_month_when_nothing_is_posted_then_nothing_happens() -> None:
    world = month_poster(documents=80)
    left = world.story.left

    for _ in range(5):
        world.story.tick()

    assert world.story.left == left > 0
    assert set(world.story.happened.values()) == {0}


def test_month_when_it_is_quiet_then_only_goods_come() -> None:
    scenario = build_scenario(seed=7, documents=80, anchor=ANCHOR, kind="month", is_quiet=True)
    world = MonthPoster(scenario)

    world.to_the_end()

    happened = world.story.happened
    assert happened.pop("receipts") == len(scenario.receipts) > 0
    assert set(happened.values()) == {0}
    assert len(scenario.companies) == 2


@given(seed=st.integers(min_value=0, max_value=10_000), documents=st.integers(0, 90))
@settings(max_examples=10)
def test_month_when_all_but_the_held_is_posted_then_it_ends(seed: int, documents: int) -> None:
    world = month_poster(seed, documents)

    world.to_the_end()

    verdict = world.oracle.verdict()
    assert verdict["story_left"] == 0
    assert verdict["differences"] == verdict["duplicates"] == []
    assert all(
        row["procurify"] == row["syspro"]
        for row in cast(list[dict[str, object]], verdict["totals"])
    )


def test_parts_when_dealt_then_no_document_plays_two_and_every_part_is_played() -> None:
    scenario = build_scenario(seed=7, documents=200, anchor=ANCHOR, kind="month")

    dealt = [list(order_parts(scenario)), list(bill_parts(scenario))]

    for parts in dealt:
        assert len({identity for _, identity in parts}) == len(parts)
    played = {part for parts in dealt for part, _ in parts}
    beside = {Part.NEWCOMER, Part.RENAMED, Part.CREDIT_OF_NOTHING, Part.TWO_COMPANIES}
    assert played | beside == set(Part)
    assert not played & beside


def quantities(goes: Iterable[dict[int, Decimal]]) -> list[dict[int, int]]:
    return [{line: int(quantity) for line, quantity in go.items()} for go in goes]


@pytest.mark.parametrize(
    ("ordered", "goes", "expected"),
    [
        ({1: 7}, 1, [{1: 7}]),
        ({1: 7, 2: 1}, 2, [{1: 3}, {1: 4, 2: 1}]),
        ({1: 7, 2: 2}, 3, [{1: 2}, {1: 2, 2: 1}, {1: 3, 2: 1}]),
        ({1: 1}, 3, [{1: 1}]),
    ],
)
def test_goods_when_they_come_in_goes_then_whole_units_that_sum_up(
    ordered: dict[int, int], goes: int, expected: list[dict[int, int]]
) -> None:
    goods = {line: Decimal(quantity) for line, quantity in ordered.items()}

    assert quantities(in_goes(goods, goes)) == expected


def test_month_when_an_order_is_closed_then_it_was_received_in_full_and_stays_right() -> None:
    world = month_poster()
    world.to_the_end()
    part = {identity: part for part, identity in order_parts(world.scenario)}
    closed = [order for order in world.tenant.orders.values() if part.get(order.id) is Part.CLOSED]

    assert closed
    for order in closed:
        assert order.state == 3
        assert all(line.received == line.quantity for line in order.lines)
        assert world.sight.holds_order(order)


def test_month_when_goods_come_in_goes_then_the_order_has_several_receipts() -> None:
    world = month_poster()
    world.to_the_end()
    several = [
        identity
        for part, identity in order_parts(world.scenario)
        if part is Part.TWO_GOES and max(world.scenario.receipts[identity].values()) > 1
    ]

    assert several
    for identity in several:
        order = world.tenant.orders[identity]
        (posted,) = world.sight.orders_of(order)
        receipts = (
            world.sight.ledger_of(order)
            .tables["GrnDetails"]
            .where("PurchaseOrder", posted.header["PurchaseOrder"])
        )
        first = {row["PurchaseOrderLin"] for row in receipts}
        assert len(receipts) > len(first)


def test_month_when_an_order_is_revised_then_versions_rise_one_by_one() -> None:
    world = month_poster()
    world.to_the_end()

    for order in world.tenant.orders.values():
        versions = [row.version for row in world.tenant.versions_of_order(order.id)]
        assert all(after - before in (0, 1) for before, after in pairwise(versions))
