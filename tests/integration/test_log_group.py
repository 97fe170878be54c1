"""Group commit: shared transactions, separate answers, urgent first, bounded, never lost."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from log_events import AUTHOR, change

from engine.clock import SystemClock
from engine.core.events import Event
from engine.db import Database, integer
from engine.errors import EngineError, Malformed, Misconfigured, StaleVersion, Transient
from engine.log.admission import Wish
from engine.log.group import GroupCommit
from engine.log.store import Answer, PostgresLog
from engine.log.verify import verify

pytestmark = pytest.mark.both_stores


class WatchedLog(PostgresLog):
    """Keeps the size of each transaction; can be held before it and be made to fail."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, SystemClock())
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.fail: Callable[[Sequence[Wish]], None] = lambda wishes: None
        self.unheard: asyncio.Event | None = None

    async def grant(self, tenant: str, wishes: Sequence[Wish]) -> Sequence[Answer]:
        self.batches.append([wish.events[0].stream if wish.events else "" for wish in wishes])
        self.entered.set()
        await self.gate.wait()
        self.fail(wishes)
        answers = await super().grant(tenant, wishes)
        if self.unheard is not None:
            unheard, self.unheard = self.unheard, None
            unheard.set()
            await asyncio.Event().wait()
        return answers


@pytest.fixture
def log(database: Database) -> WatchedLog:
    return WatchedLog(database)


async def test_append_when_a_hundred_at_once_then_few_transactions(
    log: WatchedLog, database: Database
) -> None:
    grouped = GroupCommit(log)
    async with asyncio.TaskGroup() as group:
        appends = [
            group.create_task(grouped.append("acme", [change(index)], author=AUTHOR))
            for index in range(100)
        ]

    assert len(log.batches) <= 3
    assert sorted(append.result()[0].position for append in appends) == list(range(1, 101))
    row = await database.fetchrow("SELECT count(DISTINCT xmin::text) AS count FROM events")
    assert row is not None
    assert integer(row, "count") <= 3
    assert (await verify(database, "acme")).is_whole


async def test_append_when_one_is_stale_then_only_its_caller_hears(log: WatchedLog) -> None:
    grouped = GroupCommit(log)

    async def one(index: int) -> Sequence[Event] | EngineError:
        expected = {change("shared").stream: 0}
        try:
            events = [change("shared" if index % 2 else index)]
            return await grouped.append(
                "acme", events, author=AUTHOR, expected=expected if index % 2 else None
            )
        except EngineError as error:
            return error

    async with asyncio.TaskGroup() as group:
        appends = [group.create_task(one(index)) for index in range(10)]

    answers = [append.result() for append in appends]
    assert len(log.batches) == 1
    assert [isinstance(answer, StaleVersion) for answer in answers] == [
        index % 2 == 1 and index > 1 for index in range(10)
    ]
    assert (await log.head("acme")).position == 6


async def test_append_when_event_is_malformed_then_refused_before_it_queues(
    log: WatchedLog,
) -> None:
    with pytest.raises(Malformed):
        await GroupCommit(log).append("acme", [change("\x00")], author=AUTHOR)
    assert log.batches == []


async def test_append_when_urgent_then_before_those_that_queue(log: WatchedLog) -> None:
    grouped = GroupCommit(log)
    log.gate.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(grouped.append("acme", [change("leader")], author=AUTHOR))
        await log.entered.wait()
        for name in ("a", "b"):
            group.create_task(grouped.append("acme", [change(name)], author=AUTHOR))
        for name in ("u", "v"):
            group.create_task(grouped.append("acme", [change(name)], author=AUTHOR, is_urgent=True))
        await asyncio.sleep(0)
        log.gate.set()

    assert [[stream[-1] for stream in batch] for batch in log.batches] == [
        ["r"],
        ["u", "v", "a", "b"],
    ]


async def test_append_when_batches_are_large_then_cut_at_256_events_or_a_mebibyte(
    log: WatchedLog,
) -> None:
    grouped = GroupCommit(log)
    large = replace(change("large"), body={"text": "x" * 700_000})
    async with asyncio.TaskGroup() as group:
        for index in range(6):
            group.create_task(grouped.append("acme", [change(index)] * 100, author=AUTHOR))
        for _ in range(2):
            group.create_task(grouped.append("acme", [large], author=AUTHOR))
        group.create_task(grouped.append("acme", [change("p")] * 1000, author=AUTHOR))

    assert [len(batch) for batch in log.batches] == [2, 2, 3, 1, 1]
    assert (await log.head("acme")).position == 1602


async def test_append_when_the_queue_is_full_then_waits_for_room_unless_urgent(
    log: WatchedLog,
) -> None:
    grouped = GroupCommit(log, queue_events=2)
    log.gate.clear()
    async with asyncio.TaskGroup() as group:
        for name in "labcd":
            group.create_task(grouped.append("acme", [change(name)], author=AUTHOR))
        await log.entered.wait()
        group.create_task(grouped.append("acme", [change("u")], author=AUTHOR, is_urgent=True))
        await asyncio.sleep(0)
        log.gate.set()

    names = [[stream[-1] for stream in batch] for batch in log.batches]
    assert names[0] == ["l", "a"]
    assert names[1][0] == "u"
    assert all(len(batch) <= 3 for batch in names)
    assert sorted(name for batch in names for name in batch) == sorted("labcdu")


async def test_append_d20_when_leader_is_cancelled_then_the_others_are_answered(
    log: WatchedLog, database: Database
) -> None:
    grouped = GroupCommit(log)
    log.gate.clear()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        leader = group.create_task(grouped.append("acme", [change("leader")], author=AUTHOR))
        others = [
            group.create_task(grouped.append("acme", [change(index)], author=AUTHOR))
            for index in range(3)
        ]
        await log.entered.wait()
        others[0].cancel()
        leader.cancel()
        await asyncio.sleep(0)
        log.gate.set()

    assert leader.cancelled()
    assert others[0].cancelled()
    assert [len(other.result()) for other in others[1:]] == [1, 1]
    assert [event.stream[-1] for event in await log.read("acme", 0)] == ["1", "2"]
    assert (await verify(database, "acme")).is_whole


async def test_append_d20_when_cancelled_after_the_commit_then_no_event_twice(
    log: WatchedLog,
) -> None:
    grouped = GroupCommit(log)
    granted = log.unheard = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        leader = group.create_task(grouped.append("acme", [change("leader")], author=AUTHOR))
        other = group.create_task(grouped.append("acme", [change("other")], author=AUTHOR))
        await granted.wait()
        leader.cancel()

    assert leader.cancelled()
    assert [event.position for event in other.result()] == [2]
    assert (await log.head("acme")).position == 2


async def test_append_when_nothing_is_known_then_everybody_hears_transient(
    log: WatchedLog,
) -> None:
    def gone(wishes: Sequence[Wish]) -> None:
        raise Transient("the server is gone")

    log.fail = gone
    grouped = GroupCommit(log)
    heard: list[Transient] = []

    async def one(index: int) -> None:
        try:
            await grouped.append("acme", [change(index)], author=AUTHOR)
        except Transient as error:
            heard.append(error)

    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(one(index))
    assert len(set(map(id, heard))) == 3


async def test_append_when_a_batch_is_refused_as_a_whole_then_each_alone(log: WatchedLog) -> None:
    def refuse(wishes: Sequence[Wish]) -> None:
        if any(wish.events[0].stream.endswith("bad") for wish in wishes):
            raise Misconfigured("poison")

    log.fail = refuse
    grouped = GroupCommit(log)
    outcomes: dict[str, bool] = {}

    async def one(name: str) -> None:
        try:
            await grouped.append("acme", [change(name)], author=AUTHOR)
            outcomes[name] = True
        except Misconfigured:
            outcomes[name] = False

    async with asyncio.TaskGroup() as group:
        for name in ("a", "bad", "c"):
            group.create_task(one(name))
    assert outcomes == {"a": True, "bad": False, "c": True}


async def test_append_when_the_same_id_is_queued_twice_then_one_event(log: WatchedLog) -> None:
    grouped = GroupCommit(log)
    event = replace(change("a"), event_id=UUID(int=7))
    async with asyncio.TaskGroup() as group:
        appends = [
            group.create_task(grouped.append("acme", [event], author=AUTHOR)) for _ in range(3)
        ]
    assert {append.result()[0].position for append in appends} == {1}
    assert (await log.head("acme")).position == 1


async def test_reading_when_through_the_group_then_as_the_log(log: WatchedLog) -> None:
    grouped = GroupCommit(log)
    [event] = await grouped.append("acme", [change("a")], author=AUTHOR)

    assert list(await grouped.read("acme", 0)) == [event]
    assert list(await grouped.read_stream("acme", event.stream)) == [event]
    assert await grouped.latest("acme", [event.stream]) == {event.stream: event}
    assert await grouped.latest_under("acme", "procurify/") == {event.stream: event}
    assert await grouped.head("acme") == await log.head("acme")
    assert await grouped.wait("acme", 0, timeout_s=10) == 1
