"""Erasure and the two roles: who may do what to an event."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from log_events import AUTHOR, change

from engine.clock import SystemClock
from engine.core.events import Event, NewEvent
from engine.db import Database, PostgresDatabase, migrate
from engine.errors import Conflict, Forbidden, Malformed, NotFound
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.erase import erase
from engine.log.store import PostgresLog
from engine.log.verify import verify

pytestmark = pytest.mark.both_stores

OFFICER = Author(actor="privacy officer", run_id="run-2", correlation="request-9")


async def erase_at(database: Database, *positions: int, reason: str = "asked to") -> Event:
    return await erase(
        database,
        SystemClock(),
        "acme",
        positions,
        author=OFFICER,
        reason=reason,
        entropy=secrets.token_bytes,
    )


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    """A log with three events."""
    log = PostgresLog(database, SystemClock())
    await log.append("acme", [change("a"), change("b"), change("a")], author=AUTHOR)
    return log


async def test_erase_when_done_then_bodies_are_gone_and_the_act_is_in_the_log(
    log: PostgresLog, database: Database
) -> None:
    event = await erase_at(database, 3, 1, 3)

    assert (event.position, event.type, event.stream) == (4, "Erased", "erasure")
    assert event.body == {"positions": [1, 3], "who": "privacy officer", "why": "asked to"}
    read = await log.read("acme", 0)
    assert [event.body for event in read] == [None, {"id": "b"}, None, event.body]
    rows = await database.fetch("SELECT position FROM events WHERE salt IS NULL ORDER BY 1")
    assert [row["position"] for row in rows] == [1, 3]
    assert (await verify(database, "acme")).is_whole


@pytest.mark.parametrize(
    ("positions", "reason", "expected"),
    [
        ((), "asked to", Malformed),
        ((1,), " ", Malformed),
        ((1, 99), "asked to", NotFound),
        ((1, 4), "asked to", Malformed),
    ],
)
async def test_erase_when_it_cannot_be_done_then_nothing_is(
    log: PostgresLog,
    database: Database,
    positions: tuple[int, ...],
    reason: str,
    expected: type[Exception],
) -> None:
    with pytest.raises(expected):
        await erase_at(database, *positions, reason=reason)
    assert (await log.head("acme")).position == 3
    assert all(event.body for event in await log.read("acme", 0))


async def test_erase_when_already_erased_then_conflict(
    log: PostgresLog, database: Database
) -> None:
    await erase_at(database, 1)
    with pytest.raises(Conflict, match="position 1"):
        await erase_at(database, 1, 2)
    with pytest.raises(Malformed, match="position 4"):
        await erase_at(database, 4)
    assert (await log.head("acme")).position == 4


async def test_append_when_repeated_after_its_body_was_erased_then_answered_with_what_is_there(
    database: Database,
) -> None:
    log = PostgresLog(database, SystemClock())
    [first] = await log.append("acme", [change("a")], author=AUTHOR)
    await erase_at(database, 1)
    event = NewEvent(
        stream=first.stream, type=first.type, body={"id": "a"}, event_id=first.event_id
    )
    [again] = await log.append("acme", [event], author=AUTHOR)
    assert (again.position, again.body) == (1, None)


@pytest.fixture
async def roles(dsn: str) -> AsyncIterator[tuple[str, str]]:
    """The addresses of the service's and the eraser's role, neither a superuser."""
    suffix = secrets.token_hex(4)
    names = [f'serv"ice {suffix}', f"eraser {suffix}"]
    owner = await asyncpg.connect(dsn, timeout=20)
    for name in names:
        await owner.execute("SELECT 1")
        await owner.execute(f'CREATE ROLE "{name.replace(chr(34), chr(34) * 2)}" LOGIN')
    await migrate(dsn, role=names[0], eraser=names[1])
    await migrate(dsn, role=names[0], eraser=names[1])
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    yield (
        urlunsplit(parts._replace(netloc=f"{_quoted(names[0])}@{host}")),
        urlunsplit(parts._replace(netloc=f"{_quoted(names[1])}@{host}")),
    )
    for name in names:
        quoted = f'"{name.replace(chr(34), chr(34) * 2)}"'
        await owner.execute(f"DROP OWNED BY {quoted}")
        await owner.execute(f"DROP ROLE {quoted}")
    await owner.close(timeout=20)


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace(" ", "%20")


async def test_service_role_when_it_works_then_it_can_append_lease_and_project(
    roles: tuple[str, str],
) -> None:
    async with PostgresDatabase.open(roles[0]) as database:
        lease = await Leases(database, SystemClock(), "one", 30).acquire("acme", "project")
        assert lease is not None
        log = PostgresLog(database, SystemClock())
        await log.append("acme", [change("a")], author=AUTHOR, fence=lease.fence)
        assert (await verify(database, "acme")).is_whole
        for table in ("facts", "polls"):
            await database.copy_rows(table, ["tenant", "key", "body"], [("acme", "k", b"{}")])
            assert await database.execute(f"UPDATE {table} SET body = ''") == 1
            assert await database.execute(f"DELETE FROM {table}") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'me'",
        "UPDATE events SET body = NULL, salt = NULL",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM logs",
        "TRUNCATE logs",
        "ALTER TABLE events DISABLE TRIGGER USER",
        "DROP TABLE events",
    ],
)
async def test_service_role_x25_when_it_would_change_the_log_then_forbidden(
    roles: tuple[str, str], statement: str
) -> None:
    async with PostgresDatabase.open(roles[0]) as database:
        log = PostgresLog(database, SystemClock())
        await log.append("acme", [change("a")], author=AUTHOR)
        with pytest.raises(Forbidden):
            async with database.transaction() as connection:
                await connection.execute("SET LOCAL procurify_syspro.erasure = 'on'")
                await connection.execute(statement)
        with pytest.raises(Forbidden):
            await erase_at(database, 1)
        assert (await log.head("acme")).position == 1


async def test_eraser_role_when_it_erases_then_only_through_the_announced_way(
    roles: tuple[str, str],
) -> None:
    async with PostgresDatabase.open(roles[0]) as service:
        await PostgresLog(service, SystemClock()).append("acme", [change("a")], author=AUTHOR)
    async with PostgresDatabase.open(roles[1]) as database:
        with pytest.raises(Forbidden):
            await database.execute("UPDATE events SET body = NULL, salt = NULL")
        for edit in ("body = '{}'", "body = NULL", "actor = 'me', body = NULL, salt = NULL"):
            with pytest.raises(Forbidden):
                async with database.transaction() as connection:
                    await connection.execute("SET LOCAL procurify_syspro.erasure = 'on'")
                    await connection.execute(f"UPDATE events SET {edit}")
        await erase_at(database, 1)
        assert (await verify(database, "acme")).is_whole


@pytest.mark.parametrize(
    "edit",
    [
        "recorded_at = now(), body = NULL, salt = NULL",
        "hash = sha256(hash), body = NULL, salt = NULL",
        "body_digest = sha256(hash), body = NULL, salt = NULL",
        "causation = NULL, body = NULL, salt = NULL",
        "salt = ''",
    ],
)
async def test_guard_when_erasure_is_announced_then_nothing_else_may_change_even_by_the_owner(
    database: Database, edit: str
) -> None:
    log = PostgresLog(database, SystemClock())
    await log.append("acme", [change("a")], author=AUTHOR)
    caused = NewEvent(stream="s", type="T", body={}, causation=1)
    await log.append("acme", [caused], author=AUTHOR)
    assert datetime.now(UTC) > (await log.read("acme", 0))[0].recorded_at
    with pytest.raises(Forbidden):
        async with database.transaction() as connection:
            await connection.execute("SET LOCAL procurify_syspro.erasure = 'on'")
            await connection.execute(f"UPDATE events SET {edit} WHERE position = 2")
