"""The store by itself: transactions, locks, deadlines, and replicas that stop or die."""

import asyncio

import pytest
from store_bench import ADD, ALL, GET, PUT, SHARE, Bench, body, on_bench

from engine.db import IDLE_S
from engine.errors import EngineError, Malformed, Misconfigured, TimedOut, Transient
from engine.proof.simulation.loop import Party
from engine.proof.simulation.store.server import STATEMENT_S, UnknownStatement

COLUMNS = ("tenant", "key", "body")


@on_bench
async def test_transaction_when_it_raises_then_undone_and_never_seen(bench: Bench) -> None:
    here, there = bench.door(), bench.door()
    with pytest.raises(KeyError):
        async with here.transaction() as connection:
            await connection.execute(PUT, "a", b"1")
            assert await connection.fetchrow(GET, "a") is not None
            assert await body(there) is None
            raise KeyError
    assert await body(there) is None
    async with here.transaction() as connection:
        await connection.execute(PUT, "a", b"2")
    assert await body(there) == b"2"


@pytest.mark.parametrize("seed", range(5))
def test_lock_when_many_want_it_then_one_after_the_other_sees_what_the_other_wrote(
    seed: int,
) -> None:
    bench = Bench(seed)

    async def add(letter: bytes) -> None:
        async with bench.door().transaction() as connection:
            await connection.execute(ADD, "a", letter)
            await asyncio.sleep(1)
            await connection.execute(ADD, "a", letter)

    async def story() -> None:
        door = bench.door()
        await door.execute(PUT, "a", b"")
        async with asyncio.TaskGroup() as group:
            for letter in (b"x", b"y", b"z"):
                group.create_task(add(letter))
        written = await body(door)
        assert isinstance(written, bytes)
        assert sorted({written[0:2], written[2:4], written[4:6]}) == [b"xx", b"yy", b"zz"]

    bench.run(story)


def test_lock_when_freed_then_given_in_the_order_of_asking() -> None:
    bench = Bench()
    done: list[bytes] = []

    async def add(letter: bytes) -> None:
        await bench.door().execute(ADD, "a", letter)
        done.append(letter)

    async def story() -> None:
        door = bench.door()
        await door.execute(PUT, "a", b"")
        async with asyncio.TaskGroup() as group, door.transaction() as connection:
            await connection.execute(ADD, "a", b"-")
            for letter in (b"1", b"2", b"3"):
                group.create_task(add(letter))
                await asyncio.sleep(1)
            assert done == []
        assert await body(door) == b"-123"

    bench.run(story)


@on_bench
async def test_shared_lock_when_held_then_others_share_it_and_writers_wait(bench: Bench) -> None:
    here, there = await bench.doors()
    async with (
        asyncio.TaskGroup() as group,
        here.transaction() as mine,
        there.transaction() as theirs,
    ):
        await mine.fetchrow(SHARE, "a")
        await theirs.fetchrow(SHARE, "a")
        writing = group.create_task(bench.door().execute(ADD, "a", b"2"))
        await asyncio.sleep(1)
        assert not writing.done()
        late = group.create_task(bench.door().fetchrow(SHARE, "a"))
        await asyncio.sleep(1)
        assert not late.done()
        assert await body(bench.door()) == b"1"
    assert await body(here) == b"12"


def test_locks_when_three_wait_in_a_ring_then_one_is_undone_at_once_and_two_go_on() -> None:
    bench = Bench()

    async def add(first: str, second: str) -> EngineError | None:
        return await _failure(both(first, second))

    async def both(first: str, second: str) -> None:
        async with bench.door().transaction() as connection:
            await connection.execute(ADD, first, b"1")
            await asyncio.sleep(1)
            await connection.execute(ADD, second, b"2")

    async def story() -> None:
        door = bench.door()
        for key in "abc":
            await door.execute(PUT, key, b"")
        async with asyncio.TaskGroup() as group:
            ring = [group.create_task(add(first, second)) for first, second in ("ab", "bc", "ca")]
        failures = [failure for one in ring if (failure := one.result()) is not None]
        assert [str(failure) for failure in failures] == [
            "PostgreSQL: DeadlockDetectedError: deadlock detected"
        ]
        assert bench.loop.time() == pytest.approx(1.0)
        written = [await body(door, key) for key in "abc"]
        assert sorted(len(one) for one in written if isinstance(one, bytes)) == [1, 1, 2]

    bench.run(story)


@on_bench
async def test_lock_when_not_freed_before_the_deadline_then_timed_out_and_nothing_done(
    bench: Bench,
) -> None:
    here, there = await bench.doors()
    async with asyncio.TaskGroup() as group, here.transaction() as connection:
        await connection.execute(ADD, "a", b"2")
        began_s = bench.loop.time()
        late = group.create_task(_failure(there.execute(ADD, "a", b"3")))
        while not late.done():
            await asyncio.sleep(1)
            await connection.fetchrow(GET, "a")
        assert bench.loop.time() - began_s == pytest.approx(STATEMENT_S, abs=1.0)
    assert isinstance(late.result(), TimedOut)
    assert await body(there) == b"12"


@on_bench
async def test_transaction_when_its_program_is_silent_then_ended_and_its_locks_are_free(
    bench: Bench,
) -> None:
    here, there = await bench.doors()
    with pytest.raises(Transient, match="idle-in-transaction"):
        async with here.transaction() as connection:
            await connection.execute(ADD, "a", b"2")
            began_s = bench.loop.time()
            await there.execute(ADD, "a", b"3")
            assert bench.loop.time() - began_s == pytest.approx(IDLE_S, abs=0.1)
            await connection.execute(ADD, "a", b"4")
    assert await body(there) == b"13"


@on_bench
async def test_commit_when_the_transaction_was_silent_too_long_then_refused_and_undone(
    bench: Bench,
) -> None:
    door = bench.door()
    with pytest.raises(Transient):
        async with door.transaction() as connection:
            await connection.execute(PUT, "a", b"1")
            await asyncio.sleep(IDLE_S + 1)
    assert await body(door) is None


@on_bench
async def test_door_when_killed_then_its_transactions_are_undone_and_what_was_committed_stays(
    bench: Bench,
) -> None:
    here, there = await bench.doors()
    async with asyncio.TaskGroup() as group:
        with pytest.raises(Transient):
            async with here.transaction() as connection:
                await connection.execute(ADD, "a", b"2")
                waiting = group.create_task(there.execute(ADD, "a", b"3"))
                await asyncio.sleep(1)
                here.kill()
                assert await waiting == 1
                await connection.execute(ADD, "a", b"4")
    assert isinstance(await _failure(here.fetchrow(GET, "a")), Transient)
    assert await body(there) == b"13"


@on_bench
async def test_waiting_statement_when_its_replica_is_killed_then_never_done(bench: Bench) -> None:
    here, there = await bench.doors()
    async with asyncio.TaskGroup() as group, here.transaction() as connection:
        await connection.execute(ADD, "a", b"2")
        doomed = group.create_task(_failure(there.execute(ADD, "a", b"3")))
        await asyncio.sleep(1)
        there.kill()
    assert isinstance(doomed.result(), Transient)
    assert await body(here) == b"12"


def test_waiting_statement_when_its_replica_is_held_then_done_as_soon_as_the_lock_is_free() -> None:
    bench = Bench()
    party = Party("paused")

    async def story() -> None:
        here, there = await bench.doors()
        async with asyncio.TaskGroup() as group:
            async with here.transaction() as connection:
                await connection.execute(ADD, "a", b"2")
                sent = there.execute(ADD, "a", b"3")
                paused = group.create_task(sent, context=party.context())
                await asyncio.sleep(1)
                bench.loop.hold(party)
            assert await body(here) == b"123"
            await asyncio.sleep(100)
            assert not paused.done()
            bench.loop.resume(party)
        assert paused.result() == 1

    bench.run(story)


@on_bench
async def test_statement_when_its_caller_gives_up_while_it_waits_then_never_done(
    bench: Bench,
) -> None:
    here, there = await bench.doors()
    async with here.transaction() as connection:
        await connection.execute(ADD, "a", b"2")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await there.execute(ADD, "a", b"3")
    assert await body(there) == b"12"


@on_bench
async def test_server_when_stopped_then_committed_rows_stay_and_open_transactions_go(
    bench: Bench,
) -> None:
    door = bench.door()
    await door.execute(PUT, "a", b"1")
    with pytest.raises(Transient):
        async with door.transaction() as connection:
            await connection.execute(ADD, "a", b"2")
            bench.server.stop()
            assert isinstance(await _failure(bench.door().fetchrow(GET, "a")), Transient)
            bench.server.start()
    assert await body(door) == b"1"


@on_bench
async def test_snapshot_when_others_commit_then_one_instant_and_no_writing(bench: Bench) -> None:
    here, there = bench.door(), bench.door()
    await there.execute(PUT, "a", b"1")
    async with here.transaction(is_snapshot=True) as connection:
        assert len(await connection.fetch(ALL)) == 1
        await there.execute(PUT, "b", b"2")
        await there.execute(ADD, "a", b"3")
        [row] = await connection.fetch(ALL)
        assert row["body"] == b"1"
        with pytest.raises(Transient, match="read-only"):
            await connection.execute(PUT, "c", b"4")
    assert [row["body"] for row in await here.fetch(ALL)] == [b"13", b"2"]


@on_bench
async def test_transaction_when_a_failed_statement_is_swallowed_then_undone_in_silence(
    bench: Bench,
) -> None:
    door = bench.door()
    async with door.transaction() as connection:
        await connection.execute(PUT, "a", b"1")
        with pytest.raises(Malformed):
            await connection.copy_rows("facts", COLUMNS, [("acme", "b", None)])
        with pytest.raises(Misconfigured, match="aborted"):
            await connection.fetchrow(GET, "a")
    assert await body(door) is None


def test_statement_when_nobody_explained_it_then_an_error_names_it_and_is_no_answer() -> None:
    bench = Bench()

    async def story() -> None:
        with pytest.raises(UnknownStatement, match="SELECT 1"):
            await bench.door().fetchrow("SELECT 1")

    assert not issubclass(UnknownStatement, EngineError)
    bench.run(story)


@on_bench
async def test_connections_when_all_are_taken_then_the_next_waits_until_its_deadline(
    bench: Bench,
) -> None:
    door = bench.door(max_size=1, command_timeout_s=3.0)
    async with door.transaction():
        failure = await _failure(door.fetchrow(GET, "a"))
        assert isinstance(failure, TimedOut)
        assert bench.loop.time() == pytest.approx(3.0)
    assert await body(door) is None


async def _failure(deed: object) -> EngineError | None:
    try:
        await deed
    except EngineError as error:
        return error
    return None
