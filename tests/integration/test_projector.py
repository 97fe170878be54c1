"""The projector on a real PostgreSQL: batches, fan-outs, crashes, owners, bugs."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import pytest
from toy_projection import (
    ToyFold,
    ToyPlain,
    ToyPlanning,
    World,
    order_event,
    seeded_events,
    vendor_event,
)

from engine import projector as projector_module
from engine.core.events import FORMAT, Event
from engine.core.projection import View
from engine.db import Connection, Database
from engine.derived.folding import Stalled
from engine.derived.rows import Bundle, Checkpoint
from engine.errors import Conflict, Fenced, Misconfigured, StaleVersion, Transient
from engine.replay import Replay
from engine.telemetry import Metrics

pytestmark = pytest.mark.both_stores

DEADLINE_S = 20.0


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def test_rows_when_batches_differ_then_bytes_do_not(world: World) -> None:
    events = seeded_events(7, 400)
    for tenant, batch in (("one", 1), ("seven", 7), ("all", 1000)):
        await world.append(tenant, events)
        await world.projector(tenant, batch=batch).catch_up()
    one = await world.dump("one")
    assert len(one) > 60
    assert one == await world.dump("seven") == await world.dump("all")


async def test_rows_when_the_cache_holds_nothing_then_bytes_do_not_change(world: World) -> None:
    events = seeded_events(11, 200)
    await world.append("wide", events)
    await world.append("narrow", events)
    await world.projector("wide").catch_up()
    await world.projector("narrow", batch=5, cache_bytes=0).catch_up()
    assert await world.dump("wide") == await world.dump("narrow")


async def test_batch_when_it_is_long_then_others_have_their_turn_all_along(
    world: World,
) -> None:
    turns = 0
    at_turn: list[int] = []

    class Watched(ToyPlanning):
        def fold(self, view: View, event: Event) -> ToyFold:
            at_turn.append(turns)
            return super().fold(view, event)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    await world.append("acme", seeded_events(5, 400))
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(others())
        await world.projector("acme", Watched(), batch=400).catch_up()
        beside.cancel()

    longest = max(len(list(folds)) for _, folds in groupby(at_turn))
    assert len(at_turn) > 800 > 20 >= longest


async def test_projection_without_halves_when_run_then_folded_by_evolve(world: World) -> None:
    await world.append("acme", seeded_events(3, 50))
    projector = world.projector("acme", ToyPlain(), batch=8)
    assert await projector.catch_up() == 50
    found = await world.dump("acme")
    assert len(found) == 3
    assert await projector.checkpoint() == Checkpoint(version=1, position=50)


async def test_catch_up_when_a_position_is_given_then_it_stops_there(world: World) -> None:
    await world.append("acme", seeded_events(3, 30))
    projector = world.projector("acme", batch=7)
    assert await projector.catch_up(12) == 12
    assert await projector.checkpoint() == Checkpoint(version=1, position=12)
    assert await projector.catch_up() == 30


async def fan_out_log(world: World, tenant: str, orders: int) -> None:
    await world.append(tenant, [vendor_event(1, "Acme")])
    await world.append(tenant, [order_event(number, 1) for number in range(orders)])
    await world.append(tenant, [vendor_event(1, "Acme Ltd"), order_event(3, 2)])


async def test_fan_out_when_wider_than_a_slice_then_it_spans_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.derived.folding.SLICE", 20)
    checkpoints: list[tuple[int, bool]] = []
    moved = projector_module.move_checkpoint

    async def watched(connection: Connection, *place: str, **change: Checkpoint | None) -> None:
        new = change["new"]
        assert new is not None
        checkpoints.append((new.position, bool(new.part)))
        await moved(connection, *place, old=change["old"], new=new)

    monkeypatch.setattr(projector_module, "move_checkpoint", watched)
    await fan_out_log(world, "acme", 50)
    assert await world.projector("acme").catch_up() == 53
    assert checkpoints == [(51, False), (51, True), (51, True), (52, False), (53, False)]


@pytest.mark.parametrize("crash_at", [1, 2, 3, 4, 5])
async def test_fan_out_when_it_crashes_at_any_commit_then_it_goes_on_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    monkeypatch.setattr("engine.derived.folding.SLICE", 20)
    await fan_out_log(world, "whole", 50)
    await fan_out_log(world, "broken", 50)
    await world.projector("whole").catch_up()

    writes = 0
    write = projector_module.write

    async def failing(connection: Connection, tenant: str, bundle: Bundle) -> None:
        nonlocal writes
        writes += 1
        if writes == crash_at:
            raise Transient("the connection broke")
        await write(connection, tenant, bundle)

    monkeypatch.setattr(projector_module, "write", failing)
    with pytest.raises(Transient):
        await world.projector("broken", batch=9 if crash_at == 1 else 1000).catch_up()
    planning = ToyPlanning()
    await world.projector("broken", planning).catch_up()
    assert await world.dump("broken") == await world.dump("whole")
    if crash_at == 3:
        assert len({line for line in planning.seen if line.startswith("52 ")}) == 30


async def test_commit_when_the_lease_has_another_owner_then_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.append("acme", seeded_events(5, 20))
    prepare = projector_module.load

    async def stolen(*arguments: object) -> object:
        await world.database.execute("UPDATE leases SET epoch = epoch + 1")
        return await prepare(*arguments)

    monkeypatch.setattr(projector_module, "load", stolen)
    with pytest.raises(Fenced):
        await world.projector("acme").catch_up()
    assert await world.dump("acme") == []


async def test_commit_when_the_checkpoint_was_moved_then_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.append("acme", seeded_events(5, 40))
    projector = world.projector("acme")
    await projector.catch_up(20)
    before = await world.dump("acme")
    prepare = projector_module.load

    async def moved(*arguments: object) -> object:
        await world.database.execute("UPDATE checkpoints SET position = 21")
        return await prepare(*arguments)

    monkeypatch.setattr(projector_module, "load", moved)
    with pytest.raises(StaleVersion):
        await world.projector("acme").catch_up()
    assert await world.dump("acme") == before


async def test_bug_when_an_event_cannot_be_folded_then_it_stops_before_it(world: World) -> None:
    events = seeded_events(5, 40)
    await world.append("acme", events)
    await world.append("good", events[:24])
    await world.projector("good").catch_up()
    projector = world.projector("acme", ToyPlanning(broken_at=25))
    with pytest.raises(Stalled, match=r"event 25 \(\w+\) of tenant acme .* KeyError at toy_"):
        await projector.catch_up()
    assert "no such field" not in projector.stall
    assert "event 25" in projector.stall
    assert projector.position == 24
    assert await world.dump("acme") == await world.dump("good")
    await world.projector("acme").catch_up()
    assert await projector.checkpoint() == Checkpoint(version=1, position=40)


async def test_event_k14_when_a_newer_version_wrote_it_then_an_older_stops_and_nothing_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = seeded_events(13, 40)
    newer = [*events[:20], replace(events[20], schema_version=FORMAT + 1), *events[21:]]
    await world.append("acme", newer)
    older = world.projector("acme")
    says = (
        rf"event 21 \(\w+\) of tenant acme was written by a newer version: it has format "
        rf"{FORMAT + 1}, this one knows {FORMAT}; "
    )
    with pytest.raises(Stalled, match=says):
        await older.catch_up()
    assert (older.position, older.stall != "") == (20, True)
    await world.append("acme", events[:5])

    monkeypatch.setattr("engine.derived.folding.FORMAT", FORMAT + 1)
    assert await world.projector("acme").catch_up() == 45
    await world.append("new", [*newer, *events[:5]])
    await world.projector("new").catch_up()
    assert await world.dump("acme") == await world.dump("new")

    monkeypatch.undo()
    await world.append("acme", [replace(events[0], schema_version=FORMAT + 1)])
    with pytest.raises(Stalled, match="event 46"):
        await older.catch_up()
    assert await world.dump("acme") == await world.dump("new"), (
        "rolled back, it keeps what is there"
    )


class AskingForEver(ToyPlain):
    def evolve(self, view: object, event: object) -> dict[object, object]:
        from engine.core.projection import Address, Ask, Table

        raise Ask(rows=[Address(table=Table.FACTS, key="same")])


async def test_bug_when_a_fold_asks_for_what_it_has_then_it_stops(world: World) -> None:
    await world.append("acme", [vendor_event(1, "Acme")])
    projector = world.projector("acme", AskingForEver())
    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(Stalled, match="Ask"):
            await projector.catch_up()


async def reached(check: Callable[[], bool], world: World) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not check():
            await world.clock.sleep(0.01)


async def test_run_when_events_arrive_then_rows_follow_until_it_stops(world: World) -> None:
    metrics, stop = Metrics(), asyncio.Event()
    projector = world.projector("acme", metrics=metrics)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(projector.run(stop))
        await asyncio.sleep(0)
        await world.append("acme", seeded_events(1, 30))
        async with asyncio.timeout(DEADLINE_S):
            assert await projector.catch_up() == 30
        await world.append("acme", seeded_events(2, 10))
        async with asyncio.timeout(DEADLINE_S):
            assert await projector.catch_up() == 40
        head, place = "procurify_syspro_log_head", {"tenant": "acme"}
        await reached(lambda: metrics.registry.get_sample_value(head, place) == 40, world)
        stop.set()
        await running


async def test_run_when_a_commit_fails_then_it_takes_up_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [Transient("broken"), Conflict("first"), Fenced("gone")]
    write = projector_module.write

    async def failing(connection: Connection, tenant: str, bundle: Bundle) -> None:
        if failures:
            raise failures.pop()
        await write(connection, tenant, bundle)

    monkeypatch.setattr(projector_module, "write", failing)
    await world.append("acme", seeded_events(1, 30))
    stop = asyncio.Event()
    projector = world.projector("acme")
    async with asyncio.TaskGroup() as group:
        group.create_task(projector.run(stop))
        await reached(lambda: projector.position == 30, world)
        stop.set()
    assert failures == []


async def test_run_when_an_event_cannot_be_folded_then_it_says_so_and_frees_the_lease(
    world: World,
) -> None:
    metrics, stop = Metrics(), asyncio.Event()
    await world.append("acme", seeded_events(1, 30))
    projector = world.projector("acme", ToyPlanning(broken_at=7), metrics=metrics)
    async with asyncio.TaskGroup() as group:
        group.create_task(projector.run(stop))
        await reached(lambda: bool(projector.stall), world)
        with pytest.raises(Stalled):
            await projector.catch_up()
        assert await world.projector("acme").catch_up() == 30
        stop.set()
    stopped = metrics.registry.get_sample_value(
        "procurify_syspro_projection_stopped", {"tenant": "acme"}
    )
    assert stopped == 1


async def test_two_projectors_when_run_at_once_then_rows_are_as_from_one(world: World) -> None:
    events = seeded_events(9, 300)
    await world.append("alone", events)
    await world.projector("alone").catch_up()
    stop = asyncio.Event()
    two = [world.projector("pair", batch=10) for _ in range(2)]
    async with asyncio.TaskGroup() as group:
        for projector in two:
            group.create_task(projector.run(stop))
        await world.append("pair", events)
        await reached(lambda: max(one.position for one in two) == 300, world)
        stop.set()
    assert await world.dump("pair") == await world.dump("alone")


async def test_version_when_the_rows_are_of_another_then_they_are_rebuilt_first(
    world: World,
) -> None:
    await world.append("acme", seeded_events(1, 30))
    await world.projector("acme").catch_up()
    with pytest.raises(Misconfigured, match="another version"):
        await world.projector("acme", ToyPlanning(version=2)).catch_up()


async def test_run_when_the_rows_cannot_be_rebuilt_then_it_says_so_until_they_can(
    world: World,
) -> None:
    await world.append("acme", seeded_events(1, 30))
    await world.projector("acme").catch_up()
    stop = asyncio.Event()
    projector = world.projector("acme", ToyPlanning(version=2))
    async with asyncio.TaskGroup() as group:
        group.create_task(projector.run(stop))
        await reached(lambda: "another version" in projector.stall, world)
        with pytest.raises(Stalled, match="another version"):
            await projector.catch_up(31)
        await world.database.execute("UPDATE checkpoints SET version = 2")
        await reached(lambda: projector.position == 30 and not projector.stall, world)
        stop.set()


async def test_run_when_the_rebuild_cannot_fold_then_it_stops(world: World) -> None:
    await world.append("acme", seeded_events(1, 30))
    await world.projector("acme").catch_up()
    replay = Replay(world.database, world.log, ToyPlanning(version=2, broken_at=9))
    projector = world.projector(
        "acme",
        ToyPlanning(version=2),
        rebuild=lambda fence: replay.rebuild("acme", fence),
    )
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(projector.run(stop))
        await reached(lambda: "event 9" in projector.stall, world)
        stop.set()
