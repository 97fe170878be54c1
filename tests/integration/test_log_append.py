"""What an append promises, against a real PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from log_events import AUTHOR, StillClock, change

from engine.clock import SystemClock
from engine.core.events import NewEvent
from engine.db import Database
from engine.errors import Conflict, Fenced, Malformed, StaleVersion
from engine.leases import Leases
from engine.log.chain import GENESIS
from engine.log.store import Fence, Head, PostgresLog
from engine.log.verify import verify

pytestmark = pytest.mark.both_stores

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def log(database: Database) -> PostgresLog:
    return PostgresLog(database, SystemClock())


async def test_head_when_nothing_was_appended_then_genesis(log: PostgresLog) -> None:
    assert await log.head("acme") == Head(position=0, hash=GENESIS)


async def test_append_when_first_then_positions_and_versions_from_one(log: PostgresLog) -> None:
    events = await log.append("acme", [change("a"), change("b"), change("a")], author=AUTHOR)

    assert [(event.position, event.stream[-1], event.version) for event in events] == [
        (1, "a", 1),
        (2, "b", 1),
        (3, "a", 2),
    ]
    assert await log.head("acme") == Head(position=3, hash=events[-1].hash)
    assert list(await log.read("acme", 0)) == list(events)


async def test_append_when_two_tenants_then_each_has_its_own_line(log: PostgresLog) -> None:
    await log.append("acme", [change(1), change(2)], author=AUTHOR)
    [event] = await log.append("other", [change(1)], author=AUTHOR)

    assert (event.position, event.version) == (1, 1)
    assert [event.position for event in await log.read("acme", 0)] == [1, 2]


async def test_append_when_body_holds_decimals_then_read_as_text_of_the_digits(
    log: PostgresLog,
) -> None:
    body = {"amount": Decimal("12.30"), "big": 2**70, "name": "Müller & Søn <Ltd> \x00"}
    event = NewEvent(stream="s", type="T", body=body, causation=None)

    [appended] = await log.append("acme", [event], author=AUTHOR)

    wanted = {"amount": "12.30", "big": str(2**70), "name": "Müller & Søn <Ltd> \x00"}
    assert appended.body == wanted
    assert [read.body for read in await log.read("acme", 0)] == [wanted]
    assert type(appended.event_id) is UUID
    assert type((await log.read("acme", 0))[0].event_id) is UUID


async def test_append_when_nothing_is_given_then_nothing_happens(log: PostgresLog) -> None:
    assert list(await log.append("acme", [], author=AUTHOR)) == []
    assert (await log.head("acme")).position == 0


async def test_append_when_expected_version_is_right_then_appended(log: PostgresLog) -> None:
    stream = change("a").stream
    await log.append("acme", [change("a")], author=AUTHOR, expected={stream: 0})
    [event] = await log.append("acme", [change("a")], author=AUTHOR, expected={stream: 1})
    assert event.version == 2


@pytest.mark.parametrize("version", [0, 2])
async def test_append_when_expected_version_is_wrong_then_nothing_is_appended(
    log: PostgresLog, version: int
) -> None:
    stream = change("a").stream
    await log.append("acme", [change("a")], author=AUTHOR)

    with pytest.raises(StaleVersion, match="at version 1"):
        await log.append(
            "acme", [change("b"), change("a")], author=AUTHOR, expected={stream: version}
        )
    assert (await log.head("acme")).position == 1


async def test_append_when_fence_is_current_then_appended(
    log: PostgresLog, database: Database
) -> None:
    lease = await Leases(database, SystemClock(), "one", 30).acquire("acme", "lane:PROCSYNC")
    assert lease is not None
    await log.append("acme", [change("a")], author=AUTHOR, fence=lease.fence)
    assert (await log.head("acme")).position == 1


@pytest.mark.parametrize("epoch", [0, 2])
async def test_append_when_fence_is_not_current_then_fenced(
    log: PostgresLog, database: Database, epoch: int
) -> None:
    lease = await Leases(database, SystemClock(), "one", 30).acquire("acme", "lane:PROCSYNC")
    assert lease is not None
    with pytest.raises(Fenced):
        fence = Fence(role=lease.role, epoch=epoch)
        await log.append("acme", [change("a")], author=AUTHOR, fence=fence)
    assert (await log.head("acme")).position == 0


async def test_append_when_no_lease_was_ever_taken_then_fenced(log: PostgresLog) -> None:
    with pytest.raises(Fenced):
        await log.append("acme", [change("a")], author=AUTHOR, fence=Fence(role="x", epoch=1))


async def test_append_when_id_is_there_with_the_same_content_then_answered_with_it(
    log: PostgresLog,
) -> None:
    events = [
        replace(change("a"), event_id=UUID(int=1)),
        replace(change("b"), event_id=UUID(int=2)),
    ]
    first = await log.append("acme", events, author=AUTHOR, expected={change("a").stream: 0})
    again = await log.append("acme", events, author=AUTHOR, expected={change("a").stream: 0})

    assert list(again) == list(first)
    assert (await log.head("acme")).position == 2


async def test_append_when_id_is_there_with_other_content_then_conflict(log: PostgresLog) -> None:
    event = replace(change("a"), event_id=UUID(int=1))
    await log.append("acme", [event], author=AUTHOR)

    for other in (
        replace(event, body={"id": "z"}),
        replace(event, stream="elsewhere"),
        replace(event, type="BillVanished"),
        replace(event, schema_version=2),
        replace(event, causation=1),
    ):
        with pytest.raises(Conflict, match="another content"):
            await log.append("acme", [other], author=AUTHOR)
    with pytest.raises(Conflict, match="some events"):
        await log.append("acme", [event, change("b")], author=AUTHOR)
    assert (await log.head("acme")).position == 1


async def test_append_k10_when_clock_steps_back_then_recorded_at_does_not(
    database: Database,
) -> None:
    clock = StillClock(AT)
    log = PostgresLog(database, clock)
    await log.append("acme", [change("a")], author=AUTHOR)
    clock.at = AT - timedelta(days=3650)
    await log.append("acme", [change("a")], author=AUTHOR)
    clock.at = AT + timedelta(microseconds=1)
    await log.append("acme", [change("a")], author=AUTHOR)

    assert [event.recorded_at for event in await log.read("acme", 0)] == [
        AT,
        AT,
        AT + timedelta(microseconds=1),
    ]


async def test_append_when_body_is_over_one_mebibyte_then_parked_in_its_place(
    log: PostgresLog,
) -> None:
    event = replace(change("a"), body={"text": "x" * (1 << 20)}, schema_version=3)
    [appended] = await log.append("acme", [event], author=AUTHOR)

    assert (appended.type, appended.schema_version) == ("BodyParked", 1)
    assert appended.body is not None
    parked = appended.body["parked"]
    assert isinstance(parked, dict)
    assert parked["type"] == "BillChanged"
    assert parked["schema_version"] == 3
    assert parked["bytes"] == (1 << 20) + len('{"text":""}')


@pytest.mark.parametrize(
    "event",
    [
        replace(change("a"), stream=""),
        replace(change("a"), type=""),
        replace(change("a"), stream="x" * 1001),
        replace(change("a"), stream="nul\x00"),
        replace(change("a"), stream="surrogate\ud800"),
        replace(change("a"), body={"text": "surrogate\ud800"}),
        replace(change("a"), schema_version=0),
        replace(change("a"), causation=0),
        replace(change("a"), causation=2),
    ],
)
async def test_append_when_event_cannot_be_held_then_malformed(
    log: PostgresLog, event: NewEvent
) -> None:
    with pytest.raises(Malformed):
        await log.append("acme", [event], author=AUTHOR)
    assert (await log.head("acme")).position == 0


async def test_append_d13_when_many_at_once_then_dense_and_chained(
    log: PostgresLog, database: Database
) -> None:
    async with asyncio.TaskGroup() as group:
        for index in range(40):
            group.create_task(log.append("acme", [change(index % 5)] * 2, author=AUTHOR))

    events = await log.read("acme", 0)
    assert [event.position for event in events] == list(range(1, 81))
    assert (await verify(database, "acme")).is_whole


async def test_append_when_watched_then_told_of_what_is_new_only(database: Database) -> None:
    seen: list[int] = []
    log = PostgresLog(
        database, SystemClock(), watcher=lambda events: seen.extend(e.position for e in events)
    )
    event = replace(change("a"), event_id=UUID(int=1))
    await log.append("acme", [event], author=AUTHOR)
    await log.append("acme", [event], author=AUTHOR)
    assert seen == [1]
