"""Replicas that share a store while everything goes wrong: what was acknowledged is there once."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from store_bench import Bench

from engine.core.events import Event, NewEvent
from engine.errors import Conflict, EngineError, Fenced
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.proof.simulation.store.database import MemoryDatabase
from engine.proof.simulation.store.faults import Boundary, Crossing, Fault, Kind, Phase

SEEDS = range(12)
REPLICAS = 3
APPENDS = 25
FAULTY = 0.06
TTL_S = 4.0
JUMP_S = 40.0
LATE = (Kind.LOST, Kind.TERMINATED, Kind.SLOW)


class Replicas:
    """Three engines that append under one lease in turn, and what they were told."""

    def __init__(self, seed: int) -> None:
        self.bench = Bench(seed)
        self.chance = Random(seed)
        self.acknowledged: list[Event] = []
        self.faults = 0
        self.kills = 0
        self.surprises: list[Conflict] = []
        self.events: list[Event] = []

    def draw(self, crossing: Crossing) -> Fault | None:
        if self.chance.random() > FAULTY:
            return None
        self.faults += 1
        is_open = crossing.phase is Phase.BEFORE and crossing.boundary in (
            Boundary.EXEC,
            Boundary.COMMIT,
        )
        kinds = tuple(Kind) if is_open else LATE
        return Fault(kind=self.chance.choice(kinds), seconds=self.chance.uniform(0, 12))

    async def live(self, number: int) -> None:
        """A replica lives, dies and lives again until it has appended enough."""
        left = APPENDS
        while left > 0:
            door = self.bench.door(self.draw)
            life_s = self.chance.uniform(5, 60)
            async with asyncio.TaskGroup() as group:
                working = group.create_task(self.work(number, door, left))
                await asyncio.wait([working], timeout=life_s)
                if not working.done():
                    self.kills += 1
                    door.kill()
                    working.cancel()
            left -= 5 if working.cancelled() else working.result()

    async def work(self, number: int, door: MemoryDatabase, wanted: int) -> int:
        """Appends under the lease, until it is lost or enough were made; how many."""
        clock = self.bench.clock
        log = GroupCommit(PostgresLog(door, clock, entropy=self.chance.randbytes))
        done = 0
        with suppress(EngineError):
            async with Leases(door, clock, f"replica {number}", TTL_S).hold(
                "acme", "lane"
            ) as lease:
                while done < wanted and not lease.lost.is_set():
                    body = {"by": number, "epoch": lease.epoch}
                    event = NewEvent(stream=f"s{number}", type="T", body=body)
                    try:
                        appended = await log.append(
                            "acme", [event], author=AUTHOR, fence=lease.fence
                        )
                    except Fenced:
                        break
                    except Conflict as error:
                        self.surprises.append(error)
                        break
                    self.acknowledged += appended
                    done += 1
                    await clock.sleep(self.chance.uniform(0, 2))
        return done

    async def jump(self) -> None:
        """The server's wall clock is set, forth and back, by more than any lease lasts."""
        clock = self.bench.server_clock
        while True:
            await self.bench.clock.sleep(self.chance.uniform(1, 5))
            clock.ahead = timedelta(seconds=self.chance.uniform(-JUMP_S, JUMP_S))

    async def story(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(REPLICAS):
                group.create_task(self.live(number))
        door = self.bench.door()
        log = PostgresLog(door, self.bench.clock)
        self.events = list(await log.read("acme", 0, limit=10_000))
        assert (await verify(door, "acme")).is_whole


AUTHOR = Author(actor="lane", run_id="run", correlation="test")


def told(seed: int) -> Replicas:
    replicas = Replicas(seed)
    replicas.bench.run(replicas.story)
    return replicas


def check(found: Replicas) -> None:
    """What was acknowledged is there, nothing is there twice, each epoch has one owner."""
    by_id = {event.event_id: event for event in found.events}
    epochs = [(event.body or {})["epoch"] for event in found.events]

    assert len(by_id) == len(found.events)
    assert all(by_id.get(event.event_id) == event for event in found.acknowledged)
    assert epochs == sorted(epochs)
    assert len({tuple((event.body or {}).values()) for event in found.events}) == len(set(epochs))
    assert found.surprises == []


@pytest.mark.parametrize("seed", SEEDS)
def test_replicas_when_everything_goes_wrong_then_acknowledged_is_there_once_and_epochs_rise(
    seed: int,
) -> None:
    found = told(seed)
    check(found)
    assert len(found.events) > APPENDS
    assert found.faults > 20


def test_replicas_when_the_seed_is_the_same_then_the_same_log_to_the_hash() -> None:
    first, second, other = told(3), told(3), told(4)
    assert [event.hash for event in first.events] == [event.hash for event in second.events]
    assert first.events[-1].hash != other.events[-1].hash


def test_replicas_when_all_seeds_are_told_then_kills_and_refusals_were_among_them() -> None:
    found = [told(seed) for seed in SEEDS[:4]]
    assert sum(replicas.kills for replicas in found) > 5
    assert sum(len(one.events) - len(one.acknowledged) for one in found) > 0


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_replicas_d18_when_the_servers_clock_jumps_then_epochs_rise_and_nothing_is_lost(
    seed: int,
) -> None:
    found = Replicas(seed)

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            jumping = group.create_task(found.jump())
            await found.story()
            jumping.cancel()

    found.bench.run(story)
    check(found)
    assert len(found.events) > APPENDS


@pytest.mark.parametrize("seed", SEEDS)
def test_reader_d13_when_transactions_interleave_then_no_position_is_skipped(seed: int) -> None:
    bench = Bench(seed)
    chance = Random(seed)
    seen: list[int] = []

    async def append(number: int) -> None:
        log = PostgresLog(bench.door(), bench.clock, entropy=chance.randbytes)
        for _ in range(6):
            events = [NewEvent(stream=f"s{number}", type="T", body={})] * chance.randint(1, 3)
            await log.append("acme", events, author=AUTHOR)

    async def read() -> None:
        log = PostgresLog(bench.door(), bench.clock)
        while True:
            seen.extend(event.position for event in await log.read("acme", len(seen), limit=2))

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(read())
            async with asyncio.TaskGroup() as appends:
                for number in range(3):
                    appends.create_task(append(number))
            head = await PostgresLog(bench.door(), bench.clock).head("acme")
            while len(seen) < head.position:
                await asyncio.sleep(0)
            reading.cancel()
        assert seen == list(range(1, head.position + 1))

    bench.run(story)
    assert len(seen) >= 18
