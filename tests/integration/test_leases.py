"""Leases: one holder, rising epochs, fences that outlive pauses."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from log_events import AUTHOR, change

from engine.clock import SystemClock
from engine.db import IDLE_S, Connection, Database, PostgresDatabase, Row
from engine.errors import Fenced, Transient
from engine.leases import Lease, Leases
from engine.log.store import PostgresLog

pytestmark = pytest.mark.both_stores

ROLE = "lane:PROCSYNC"


class SteppedClock(SystemClock):
    """Monotonic time that tests move; a sleep ends when the time has come."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._moved = asyncio.Condition()
        self._alarms: list[float] = []

    def monotonic(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        until = self._now_s + seconds
        async with self._moved:
            self._alarms.append(until)
            self._moved.notify_all()
            try:
                await self._moved.wait_for(lambda: self._now_s >= until)
            finally:
                self._alarms.remove(until)

    async def somebody_sleeps(self) -> None:
        async with asyncio.timeout(20), self._moved:
            await self._moved.wait_for(lambda: any(at > self._now_s for at in self._alarms))

    async def step(self, seconds: float) -> None:
        """Time passes once somebody sleeps."""
        await self.somebody_sleeps()
        async with self._moved:
            self._now_s += seconds
            self._moved.notify_all()


class Flaky:
    """A database that can be out of reach."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_gone = False
        self.calls = 0
        self.called = asyncio.Event()

    def _count(self) -> None:
        self.calls += 1
        self.called.set()
        if self.is_gone:
            raise Transient("gone")

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        return await self._database.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        self._count()
        return await self._database.fetchrow(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> int:
        self._count()
        return await self._database.execute(sql, *arguments)

    async def executemany(self, sql: str, arguments: object) -> None:
        raise NotImplementedError

    async def copy_rows(self, table: str, columns: object, rows: object) -> None:
        raise NotImplementedError


async def expire(database: Connection) -> None:
    """The database's clock has passed every expiry."""
    await database.execute("UPDATE leases SET expires_at = now() - interval '1 second'")


async def acquired(leases: Leases) -> Lease:
    lease = await leases.acquire("acme", ROLE)
    assert lease is not None
    return lease


async def test_acquire_when_free_then_epoch_one(database: Database) -> None:
    lease = await acquired(Leases(database, SystemClock(), "one", 30))
    assert (lease.tenant, lease.role, lease.epoch) == ("acme", ROLE, 1)
    assert (lease.fence.role, lease.fence.epoch) == (ROLE, 1)


async def test_acquire_when_held_then_none_until_expired_then_next_epoch(
    database: Database,
) -> None:
    one, two = (Leases(database, SystemClock(), name, 30) for name in ("one", "two"))
    await acquired(one)
    assert await two.acquire("acme", ROLE) is None
    assert await one.acquire("acme", ROLE) is None
    assert (await two.acquire("acme", "other")) is not None
    assert (await two.acquire("other", ROLE)) is not None

    await expire(database)
    assert (await acquired(two)).epoch == 2


async def test_acquire_k08_when_ten_try_at_once_then_one_wins(database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        tries = [
            group.create_task(
                Leases(database, SystemClock(), f"holder {index}", 30).acquire("acme", ROLE)
            )
            for index in range(10)
        ]
    assert [lease.epoch for lease in (one.result() for one in tries) if lease] == [1]


async def test_renew_when_still_ours_then_true_even_if_expired(database: Database) -> None:
    leases = Leases(database, SystemClock(), "one", 30)
    lease = await acquired(leases)
    await expire(database)
    assert await leases.renew(lease)
    assert await Leases(database, SystemClock(), "two", 30).acquire("acme", ROLE) is None


async def test_renew_when_taken_over_then_false_and_the_new_owner_undisturbed(
    database: Database,
) -> None:
    one, two = (Leases(database, SystemClock(), name, 30) for name in ("one", "two"))
    old = await acquired(one)
    await expire(database)
    new = await acquired(two)
    assert not await one.renew(old)
    await one.release(old)
    assert await two.renew(new)
    assert await one.acquire("acme", ROLE) is None


async def test_release_when_ours_then_free_at_once_and_our_fence_is_refused(
    database: Database,
) -> None:
    leases = Leases(database, SystemClock(), "one", 30)
    log = PostgresLog(database, SystemClock())
    lease = await acquired(leases)
    await leases.release(lease)

    with pytest.raises(Fenced):
        await log.append("acme", [change("a")], author=AUTHOR, fence=lease.fence)
    again = await acquired(Leases(database, SystemClock(), "two", 30))
    assert again.epoch > lease.epoch


async def test_paused_holder_when_it_wakes_after_a_takeover_then_its_append_is_fenced(
    database: Database,
) -> None:
    one, two = (Leases(database, SystemClock(), name, 30) for name in ("one", "two"))
    log = PostgresLog(database, SystemClock())
    paused = await acquired(one)
    await expire(database)
    current = await acquired(two)

    with pytest.raises(Fenced, match="epoch 2, not 1"):
        await log.append("acme", [change("a")], author=AUTHOR, fence=paused.fence)
    await log.append("acme", [change("a")], author=AUTHOR, fence=current.fence)


async def test_takeover_when_an_append_is_under_way_then_waits_for_its_commit(
    database: Database,
) -> None:
    one, two = (Leases(database, SystemClock(), name, 30) for name in ("one", "two"))
    await acquired(one)
    await expire(database)
    async with (
        asyncio.timeout(20),
        asyncio.TaskGroup() as group,
        database.transaction() as connection,
    ):
        await connection.fetch(
            "SELECT epoch FROM leases WHERE tenant = 'acme' AND role = $1 FOR SHARE", ROLE
        )
        takeover = group.create_task(two.acquire("acme", ROLE))
        await blocked(database)
        assert not takeover.done()
    assert takeover.result() is not None


async def blocked(database: Database) -> None:
    """Some statement waits for a lock."""
    row: Row | None = None
    while row is None:
        row = await database.fetchrow("SELECT 1 FROM pg_locks WHERE NOT granted")


async def test_hold_when_the_block_runs_long_then_renewed_and_released_at_the_end(
    database: Database,
) -> None:
    clock, flaky = SteppedClock(), Flaky(database)
    leases = Leases(flaky, clock, "one", 30)
    async with leases.hold("acme", ROLE) as lease:
        for _ in range(5):
            flaky.called.clear()
            await clock.step(10)
            await flaky.called.wait()
        assert not lease.lost.is_set()
    assert lease.lost.is_set()
    assert await Leases(database, clock, "two", 30).acquire("acme", ROLE) is not None


async def test_hold_when_held_elsewhere_then_waits_for_it(database: Database) -> None:
    clock = SteppedClock()
    other = Leases(database, clock, "other", 30)
    theirs = await acquired(other)

    async def take() -> int:
        async with Leases(database, clock, "one", 30).hold("acme", ROLE) as lease:
            return lease.epoch

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(take())
        await clock.step(5)
        await clock.somebody_sleeps()
        await other.release(theirs)
        await clock.step(5)
    assert waiting.result() > theirs.epoch


async def test_hold_when_the_database_is_gone_then_waits_for_it(database: Database) -> None:
    clock, flaky = SteppedClock(), Flaky(database)
    flaky.is_gone = True

    async def take() -> int:
        async with Leases(flaky, clock, "one", 30).hold("acme", ROLE) as lease:
            return lease.epoch

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(take())
        await clock.step(5)
        await clock.somebody_sleeps()
        flaky.is_gone = False
        await clock.step(5)
    assert waiting.result() == 1


async def test_hold_when_renewal_fails_for_the_whole_ttl_then_lost(database: Database) -> None:
    clock, flaky = SteppedClock(), Flaky(database)
    async with asyncio.timeout(20), Leases(flaky, clock, "one", 30).hold("acme", ROLE) as lease:
        flaky.is_gone = True
        await clock.step(10)
        await clock.step(10)
        assert not lease.lost.is_set()
        await clock.step(10)
        await lease.lost.wait()


async def test_hold_when_renewal_fails_once_then_not_lost(database: Database) -> None:
    clock, flaky = SteppedClock(), Flaky(database)
    async with asyncio.timeout(20), Leases(flaky, clock, "one", 30).hold("acme", ROLE) as lease:
        flaky.is_gone = True
        await clock.step(10)
        await clock.somebody_sleeps()
        flaky.is_gone = False
        for _ in range(3):
            await clock.step(10)
        assert not lease.lost.is_set()


async def test_hold_k09_when_a_callback_blocks_the_loop_past_the_ttl_then_another_takes_over(
    database: Database,
) -> None:
    ttl_s, clock, flaky = 0.4, SystemClock(), Flaky(database)
    log = PostgresLog(database, clock)
    two = Leases(database, clock, "two", 30)
    async with asyncio.timeout(20), Leases(flaky, clock, "one", ttl_s).hold("acme", ROLE) as one:
        calls, is_over = flaky.calls, asyncio.Event()

        def hog_the_loop() -> None:
            until_s = one.good_until + ttl_s
            while clock.monotonic() < until_s:
                continue
            is_over.set()

        asyncio.get_running_loop().call_soon(hog_the_loop)
        await is_over.wait()
        await one.lost.wait()
        assert flaky.calls == calls, "it knows by its own clock that the lease is over"

        theirs = await acquired(two)
        assert theirs.epoch == one.epoch + 1
        with pytest.raises(Fenced):
            await log.append("acme", [change("a")], author=AUTHOR, fence=one.fence)
        await log.append("acme", [change("a")], author=AUTHOR, fence=theirs.fence)
    assert await two.renew(theirs), "what the first gave back at its end was no longer its own"


@pytest.mark.parametrize("years", [-10, 10])
async def test_hold_k10_when_wall_time_jumps_by_years_then_kept_and_renewed(
    database: Database, years: int
) -> None:
    class Jumping(SteppedClock):
        def now(self) -> datetime:
            return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(days=365 * years)

    clock, flaky = Jumping(), Flaky(database)
    async with asyncio.timeout(20), Leases(flaky, clock, "one", 30).hold("acme", ROLE) as lease:
        calls = flaky.calls
        await clock.step(10)
        await clock.somebody_sleeps()
        assert not lease.lost.is_set()
        assert (flaky.calls, lease.good_until) == (calls + 1, 40)


async def test_hold_k09_when_stopped_past_the_ttl_then_lost_without_asking(
    database: Database,
) -> None:
    clock, flaky = SteppedClock(), Flaky(database)
    async with asyncio.timeout(20), Leases(flaky, clock, "one", 30).hold("acme", ROLE) as lease:
        calls = flaky.calls
        await clock.step(3600)
        await lease.lost.wait()
        assert flaky.calls == calls


async def test_hold_when_taken_over_then_lost(database: Database) -> None:
    clock = SteppedClock()
    async with asyncio.timeout(20), Leases(database, clock, "one", 30).hold("acme", ROLE) as lease:
        await expire(database)
        await acquired(Leases(database, clock, "two", 30))
        await clock.step(10)
        await lease.lost.wait()


async def test_hold_when_the_block_raises_then_that_very_error_and_released(
    database: Database,
) -> None:
    leases = Leases(database, SystemClock(), "one", 30)
    with pytest.raises(KeyError, match="mine"):
        async with leases.hold("acme", ROLE):
            raise KeyError("mine")
    assert await leases.acquire("acme", ROLE) is not None


async def test_hold_k16_when_cancelled_then_no_child_left_and_released(database: Database) -> None:
    leases = Leases(database, SystemClock(), "one", 30)
    before = asyncio.all_tasks()
    entered = asyncio.Event()

    @asynccontextmanager
    async def noted() -> AsyncIterator[None]:
        async with leases.hold("acme", ROLE):
            entered.set()
            yield

    async def stay() -> None:
        async with noted():
            await asyncio.Event().wait()

    holder = asyncio.get_running_loop().create_task(stay())
    async with asyncio.timeout(20):
        await entered.wait()
        holder.cancel()
        with pytest.raises(asyncio.CancelledError):
            await holder
    assert asyncio.all_tasks() <= before
    assert await leases.acquire("acme", ROLE) is not None


@pytest.mark.only_postgres
async def test_acquire_d11_when_the_owner_stopped_inside_a_transaction_then_taken_over_soon(
    database: Database, dsn: str
) -> None:
    """Found by an engine that was stopped while the projector's transaction held its lease."""
    async with PostgresDatabase.open(dsn) as other:
        owner = Leases(database, SystemClock(), "owner", 0.5)
        lease = await owner.acquire("acme", "project")
        assert lease is not None
        locked = "SELECT epoch FROM leases WHERE tenant = 'acme' FOR SHARE"
        with pytest.raises(Transient):
            async with database.transaction() as connection:
                await connection.fetchrow(locked)
                async with asyncio.timeout(4 * IDLE_S):
                    async with Leases(other, SystemClock(), "next", 30).hold("acme", "project"):
                        pass
                await connection.fetchrow(locked)
