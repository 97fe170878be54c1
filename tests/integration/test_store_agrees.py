"""Errors and edges of a database, the same from PostgreSQL and from the simulation's store."""

import asyncio
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from log_events import AUTHOR, StillClock, change

from engine.db import Database, UniqueViolation
from engine.errors import EngineError, Forbidden, Malformed, Misconfigured, Transient
from engine.leases import RENEW, Leases
from engine.log import erase, statements
from engine.log.entry import Entry
from engine.log.store import PostgresLog

pytestmark = pytest.mark.both_stores

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
EVENT: Mapping[str, object] = {
    "tenant": "acme",
    "position": 1,
    "event_id": "00000000-0000-7000-8000-000000000001",
    "stream": "s",
    "version": 1,
    "type": "T",
    "schema_version": 1,
    "body": b"{}",
    "salt": b"s",
    "body_digest": bytes(32),
    "actor": "a",
    "run_id": "r",
    "correlation": "c",
    "causation": None,
    "recorded_at": AT,
    "hash": bytes(32),
}
OTHER = {**EVENT, "position": 2, "version": 2, "event_id": "00000000-0000-7000-8000-000000000002"}


async def copied(database: Database, *events: Mapping[str, object]) -> EngineError | None:
    """What putting these rows into `events` fails with."""
    columns = [column.name for column in fields(Entry)]
    rows = [[event[column] for column in columns] for event in events]
    try:
        await database.copy_rows("events", columns, rows)
    except EngineError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"position": 1}, "events_pkey"),
        ({"version": 1}, "events_version"),
        ({"event_id": EVENT["event_id"]}, "events_id"),
    ],
)
async def test_event_when_its_key_is_taken_then_unique_violation_names_the_rule(
    database: Database, changes: dict[str, object], constraint: str
) -> None:
    assert await copied(database, EVENT) is None
    failure = await copied(database, {**OTHER, **changes})
    assert isinstance(failure, UniqueViolation)
    assert failure.constraint == constraint
    assert await copied(database, OTHER) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"position": 0},
        {"version": 0},
        {"schema_version": 0},
        {"body_digest": bytes(31)},
        {"hash": bytes(33)},
        {"causation": 2},
        {"body": None},
        {"salt": None},
        {"actor": None},
        {"recorded_at": None},
    ],
)
async def test_event_when_a_rule_forbids_it_then_malformed_and_none_of_the_rows_is_there(
    database: Database, changes: dict[str, object]
) -> None:
    failure = await copied(database, EVENT, {**OTHER, **changes})
    assert isinstance(failure, Malformed)
    assert await copied(database, EVENT, OTHER) is None


@pytest.mark.parametrize("name", ["nul\x00", "surrogate\ud800", "ü\x00"])
async def test_argument_when_no_text_can_hold_it_then_malformed(
    database: Database, name: str
) -> None:
    with pytest.raises(Malformed):
        await database.fetchrow(statements.HEAD, name)
    with pytest.raises(Malformed):
        await database.fetch(statements.LATEST, "acme", ["s", name])


@pytest.mark.parametrize("number", [1 << 63, -(1 << 63) - 1])
async def test_argument_when_over_64_bits_then_malformed(database: Database, number: int) -> None:
    with pytest.raises(Malformed):
        await database.fetch(statements.READ, "acme", number, 10)


async def test_table_when_there_is_none_then_misconfigured(database: Database) -> None:
    with pytest.raises(Misconfigured):
        await database.copy_rows("nowhere", ["tenant"], [("acme",)])


async def test_event_when_emptied_without_announcing_then_forbidden_and_undone(
    database: Database,
) -> None:
    log = PostgresLog(database, StillClock(AT))
    await log.append("acme", [change("a")], author=AUTHOR)
    with pytest.raises(Forbidden, match="append-only"):
        await database.execute(erase.EMPTY, "acme", [1])
    async with database.transaction() as connection:
        await connection.execute(erase.ANNOUNCE)
    with pytest.raises(Forbidden, match="append-only"):
        await database.execute(erase.EMPTY, "acme", [1])
    assert [event.body for event in await log.read("acme", 0)] == [{"id": "a"}]


async def test_snapshot_when_it_writes_then_transient(database: Database) -> None:
    leases = Leases(database, StillClock(AT), "one", 30)
    lease = await leases.acquire("acme", "project")
    assert lease is not None
    with pytest.raises(Transient):
        async with database.transaction(is_snapshot=True) as connection:
            await Leases(connection, StillClock(AT), "one", 30).renew(lease)
    assert await leases.renew(lease)


async def test_statement_when_the_one_before_failed_then_refused_and_all_is_undone(
    database: Database,
) -> None:
    log = PostgresLog(database, StillClock(AT))
    async with database.transaction() as connection:
        await connection.execute(statements.CREATE, "acme", bytes(32))
        with pytest.raises(Malformed):
            await connection.execute(statements.CREATE, "other", bytes(31))
        with pytest.raises(Misconfigured):
            await connection.fetchrow(statements.HEAD, "acme")
    assert (await log.head("acme")).position == 0
    assert await database.execute(statements.CREATE, "acme", bytes(32)) == 1


async def test_many_when_one_of_them_fails_then_none_is_done(database: Database) -> None:
    with pytest.raises(Malformed):
        await database.executemany(statements.CREATE, [("acme", bytes(32)), ("other", bytes(31))])
    assert await database.execute(statements.CREATE, "acme", bytes(32)) == 1
    await database.executemany(statements.CREATE, [("x", bytes(32)), ("acme", bytes(32))])
    assert await database.execute(statements.CREATE, "x", bytes(32)) == 0


async def test_rows_when_counted_then_those_that_were_touched(database: Database) -> None:
    leases = Leases(database, StillClock(AT), "one", 30)
    lease = await leases.acquire("acme", "project")
    assert lease is not None
    stale = replace(lease.fence, epoch=7)
    for fence, touched in ((lease.fence, 1), (stale, 0)):
        arguments = ("acme", fence.role, fence.epoch, timedelta(seconds=30))
        assert await database.execute(RENEW, *arguments) == touched


async def test_locks_when_each_waits_for_the_other_then_one_is_undone_and_the_other_goes_on(
    database: Database,
) -> None:
    leases = Leases(database, StillClock(AT), "one", 30)
    held = [await leases.acquire("acme", role) for role in ("a", "b")]
    has_first = [asyncio.Event(), asyncio.Event()]

    async def renew(mine: int) -> EngineError | None:
        try:
            async with database.transaction() as connection:
                own = Leases(connection, StillClock(AT), "one", 30)
                for number in (mine, 1 - mine):
                    lease = held[number]
                    assert lease is not None
                    assert await own.renew(lease)
                    has_first[mine].set()
                    await has_first[1 - mine].wait()
        except EngineError as error:
            return error
        return None

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        both = [group.create_task(renew(number)) for number in (0, 1)]
    [failure] = [found for one in both if (found := one.result()) is not None]
    assert isinstance(failure, Transient)
    assert "deadlock detected" in str(failure)


async def test_log_when_two_transactions_begin_it_then_the_second_waits_for_the_first(
    database: Database,
) -> None:
    log = PostgresLog(database, StillClock(AT))
    async with (
        asyncio.timeout(20),
        asyncio.TaskGroup() as group,
        database.transaction() as connection,
    ):
        await connection.execute(statements.CREATE, "acme", bytes(32))
        second = group.create_task(log.append("acme", [change("a")], author=AUTHOR))
        for _ in range(20):
            await connection.fetchrow(statements.HEAD, "acme")
        assert not second.done()
    assert [event.position for event in second.result()] == [1]
