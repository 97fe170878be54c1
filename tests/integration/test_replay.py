"""Replay on a real PostgreSQL: verify beside a running engine, rebuild, look back."""

import asyncio

import pytest
from toy_projection import ToyPlanning, World, order_event, seeded_events, vendor_event

from engine import projector as projector_module
from engine import replay as replay_module
from engine.core.projection import Address, Table
from engine.db import Connection, Database
from engine.derived.folding import Stalled
from engine.derived.rows import Bundle, Checkpoint
from engine.derived.shadow import Difference
from engine.errors import Conflict, Fenced, Transient
from engine.log.contract import Fence
from engine.replay import Replay

pytestmark = pytest.mark.both_stores

DEADLINE_S = 20.0


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def replay_of(world: World, version: int = 1) -> Replay:
    return Replay(world.database, world.log, ToyPlanning(version=version))


async def test_verify_when_nothing_was_touched_then_identical(world: World) -> None:
    await world.append("acme", seeded_events(1, 120))
    await world.append("other", seeded_events(2, 50))
    await world.projector("acme", batch=7).catch_up()
    await world.projector("other").catch_up()
    found = await replay_of(world).verify("acme")
    rows = sum(len(line) > 3 for line in await world.dump("acme"))
    assert found.is_identical
    assert found.differences == ()
    assert found.events == 120
    assert found.rows >= rows > 0


async def test_verify_when_the_log_is_empty_then_identical(world: World) -> None:
    found = await replay_of(world).verify("acme")
    assert (found.is_identical, found.events, found.rows) == (True, 0, 0)


async def test_verify_when_the_projection_is_behind_then_up_to_its_checkpoint(
    world: World,
) -> None:
    await world.append("acme", seeded_events(1, 60))
    await world.projector("acme").catch_up(40)
    found = await replay_of(world).verify("acme")
    assert (found.is_identical, found.events) == (True, 40)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "UPDATE facts SET body = '\\x7b7d' WHERE key = 'order:1'",
            Difference(table="facts", key="order:1", what="different"),
        ),
        (
            "DELETE FROM facts WHERE key = 'vendor:1'",
            Difference(table="facts", key="vendor:1", what="missing"),
        ),
        (
            "INSERT INTO polls (tenant, key, body) VALUES ('acme', 'x', '\\x7b7d')",
            Difference(table="polls", key="x", what="extra"),
        ),
        (
            "UPDATE documents SET state = 'held' WHERE source_id = '1'",
            Difference(table="documents", key="purchase_order:toy/1", what="different"),
        ),
        (
            "UPDATE commands SET planned_position = 9",
            Difference(table="commands", key="f4a39a1fe68bfe4b9b8f0b2f3ffb8a5f", what="different"),
        ),
        (
            "DELETE FROM needs WHERE document = 'purchase_order:toy/1'",
            Difference(table="needs", key="vendor:1 of purchase_order:toy/1", what="missing"),
        ),
    ],
)
async def test_verify_when_a_live_row_was_edited_then_it_is_named(
    world: World, sql: str, expected: Difference
) -> None:
    await world.append("acme", [vendor_event(1, "Acme"), order_event(1, 1)])
    await world.projector("acme").catch_up()
    await world.database.execute(sql)
    found = await replay_of(world).verify("acme")
    assert not found.is_identical
    [difference] = found.differences
    assert (difference.table, difference.what) == (expected.table, expected.what)
    assert difference.key == expected.key or difference.table == "commands"


async def test_verify_when_many_rows_differ_then_twenty_are_named(world: World) -> None:
    await world.append("acme", [vendor_event(number, "Acme") for number in range(30)])
    await world.projector("acme").catch_up()
    await world.database.execute("DELETE FROM facts")
    found = await replay_of(world).verify("acme")
    assert len(found.differences) == 20
    assert {difference.what for difference in found.differences} == {"missing"}


async def test_verify_when_a_fan_out_is_half_done_then_identical(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.derived.folding.SLICE", 20)
    await world.append("acme", [vendor_event(1, "Acme")])
    await world.append("acme", [order_event(number, 1) for number in range(50)])
    await world.append("acme", [vendor_event(1, "Acme Ltd")])
    writes = 0
    write = projector_module.write

    async def failing(connection: Connection, tenant: str, bundle: Bundle) -> None:
        nonlocal writes
        writes += 1
        if writes == 4:
            raise Transient("the connection broke")
        await write(connection, tenant, bundle)

    monkeypatch.setattr(projector_module, "write", failing)
    projector = world.projector("acme")
    with pytest.raises(Transient):
        await projector.catch_up()
    checkpoint = await projector.checkpoint()
    assert checkpoint is not None
    assert checkpoint.part
    assert (await replay_of(world).verify("acme")).is_identical
    await projector.catch_up()
    assert (await replay_of(world).verify("acme")).is_identical


async def test_verify_when_the_engine_is_running_then_identical(world: World) -> None:
    stop = asyncio.Event()
    projector = world.projector("acme", batch=10)
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        group.create_task(projector.run(stop))
        for seed in range(6):
            await world.append("acme", seeded_events(seed, 40))
            assert (await replay_of(world).verify("acme")).is_identical
        await projector.catch_up()
        stop.set()
    assert (await replay_of(world).verify("acme")).events == 240


async def test_verify_when_the_rows_were_rebuilt_meanwhile_then_it_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.append("acme", seeded_events(1, 30))
    await world.projector("acme").catch_up()
    replay = replay_of(world)
    earlier = replay._checkpoint
    answers = [Checkpoint(version=1, position=30)]

    async def stale(tenant: str) -> Checkpoint:
        return answers.pop() if answers else await earlier(tenant)

    monkeypatch.setattr(replay, "_checkpoint", stale)
    await world.database.execute("DELETE FROM checkpoints")
    for table in ("facts", "documents", "commands", "polls", "needs"):
        await world.database.execute(f"DELETE FROM {table}")
    found = await replay.verify("acme")
    assert (found.is_identical, found.events) == (True, 0)


async def test_verify_when_the_rows_never_settle_then_conflict(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.append("acme", seeded_events(1, 30))
    replay = replay_of(world)

    async def ahead(tenant: str) -> Checkpoint:
        return Checkpoint(version=1, position=30)

    monkeypatch.setattr(replay, "_checkpoint", ahead)
    with pytest.raises(Conflict, match="being rebuilt"):
        await replay.verify("acme")


async def test_rebuild_when_the_version_rose_then_rows_are_new_before_the_projector_runs(
    world: World,
) -> None:
    await world.append("acme", seeded_events(1, 80))
    await world.append("other", seeded_events(2, 20))
    await world.projector("acme").catch_up()
    await world.projector("other").catch_up()
    intact, other = await world.dump("acme"), await world.dump("other")
    await world.database.execute("UPDATE facts SET body = '\\x7b7d' WHERE tenant = 'acme'")
    replay = replay_of(world, version=2)

    async def rebuild(fence: Fence) -> object:
        found = await replay.rebuild("acme", fence)
        assert not found.is_identical
        return found

    projector = world.projector("acme", ToyPlanning(version=2), rebuild=rebuild)
    await world.append("acme", [])
    assert await projector.catch_up() == 80
    assert await world.dump("acme") == intact
    assert await world.dump("other") == other
    assert await projector.checkpoint() == Checkpoint(version=2, position=80)
    assert (await replay.verify("acme")).is_identical


async def test_rebuild_when_every_derived_table_was_emptied_then_the_same_bytes(
    world: World,
) -> None:
    await world.append("acme", seeded_events(1, 80))
    await world.projector("acme").catch_up()
    intact = await world.dump("acme")
    for table in ("facts", "documents", "commands", "polls", "needs", "checkpoints"):
        await world.database.execute(f"DELETE FROM {table}")
    await world.projector("acme").catch_up()
    assert await world.dump("acme") == intact


async def test_rebuild_when_the_fence_is_old_then_nothing_changes(world: World) -> None:
    await world.append("acme", seeded_events(1, 20))
    await world.projector("acme").catch_up()
    intact = await world.dump("acme")
    with pytest.raises(Fenced):
        await replay_of(world, 2).rebuild("acme", Fence(role="project", epoch=77))
    assert await world.dump("acme") == intact


async def test_state_at_when_a_position_is_given_then_rows_of_then(world: World) -> None:
    events = [vendor_event(1, "Acme"), vendor_event(1, "Acme Ltd"), vendor_event(1, "gone")]
    await world.append("acme", events)
    address = Address(table=Table.FACTS, key="vendor:1")
    replay = replay_of(world)
    assert (await replay.state_at("acme", 2))[address] == {"id": "1", "name": "Acme Ltd"}
    assert await replay.state_at("acme", 3) == {}
    with pytest.raises(Conflict, match="ends before position 4"):
        await replay.state_at("acme", 4)


async def test_replay_when_an_event_cannot_be_folded_then_it_says_which(world: World) -> None:
    await world.append("acme", seeded_events(1, 5))
    replay = replay_module.Replay(world.database, world.log, ToyPlanning(broken_at=3))
    with pytest.raises(Stalled, match="event 3"):
        await replay.state_at("acme", 5)
