"""The story: what comes when, and that it waits for nothing that is held."""

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_poster import Poster, poster


def differing(world: Poster) -> list[str]:
    found = cast(list[dict[str, str]], world.oracle.verdict()["differences"])
    return [entry["source_id"] for entry in found]


def test_story_when_nothing_is_posted_then_nothing_happens() -> None:
    world = poster()
    left = world.story.left

    world.story.tick()

    assert world.story.left == left == len(world.scenario.receipts) + 3


def test_story_when_there_are_no_documents_then_nothing_is_left() -> None:
    world = poster(documents=0)

    assert world.story.left == 0
    assert world.oracle.verdict()["missing"] == []
    assert world.ledger.tables["GenMaster"]


def test_story_when_an_order_is_posted_then_its_planned_goods_come_in() -> None:
    world = poster()
    identity, planned = next(iter(world.scenario.receipts.items()))
    left = world.story.left
    world.post_order(world.tenant.orders[identity])

    world.story.tick()

    assert world.story.left == left - 1
    received = {
        row["SupCatalogueNum"]: row["QtyReceived"]
        for row in world.ledger.tables["GrnDetails"].in_order()
    }
    assert received == {f"PI-{line}": quantity for line, quantity in planned.items()}


def test_story_when_the_beginning_is_posted_then_revision_cancellation_and_newcomer_come() -> None:
    world = poster()
    world.post_everything()
    assert world.story.left == 3
    before = world.tenant.orders[1042]

    world.story.tick()

    revised = world.tenant.orders[1042]
    assert (revised.version, len(revised.lines)) == (2, len(before.lines) + 1)
    assert revised.lines[0].quantity == before.lines[0].quantity + 2
    assert revised.modified_at > before.modified_at
    assert differing(world) == ["1042"]
    world.story.tick()
    cancelled = world.tenant.orders[world.scenario.cancelled or 0]
    assert (cancelled.state, cancelled.is_active) == (1, False)
    assert differing(world) == ["1042", str(cancelled.id)]
    world.story.tick()
    assert world.story.left == 0
    assert len(world.tenant.vendors) == len(world.scenario.vendors) + 1


def test_story_when_the_engine_follows_then_nothing_differs_at_the_end() -> None:
    world = poster()
    world.post_everything()
    for _ in range(3):
        world.story.tick()
    revised = world.tenant.orders[1042]
    (posted,) = world.sight.orders_of(revised)

    world.post_order(revised, str(posted.header["PurchaseOrder"]))
    world.cancel(world.tenant.orders[world.scenario.cancelled or 0])
    world.post_everything()

    verdict = world.oracle.verdict()
    assert verdict["differences"] == []
    assert verdict["order_violations"] == []
    missing = cast(list[dict[str, str]], verdict["missing"])
    assert len(missing) == len(cast(list[object], verdict["must_hold"]))


@given(seed=st.integers(min_value=0, max_value=10_000), documents=st.integers(1, 90))
@settings(max_examples=15)
def test_story_when_all_but_the_held_is_posted_then_it_ends(seed: int, documents: int) -> None:
    world = poster(seed, documents)

    for _ in range(4):
        world.post_everything()

    assert world.story.left == 0
