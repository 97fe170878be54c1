"""The door to PostgreSQL: deadlines, transactions, the pool, settings, migration."""

import asyncio
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from engine import db, db_schema
from engine.db import Database, PostgresDatabase, UniqueViolation, check_settings, migrate
from engine.errors import Malformed, Misconfigured, TimedOut, Transient
from engine.proof.kills.cutting_proxy import Cut, CuttingProxy

CUTS: tuple[Cut, ...] = ("unsent", "unanswered")
INSERT = "INSERT INTO polls (tenant, key, body) VALUES ($1, $2, $3)"


async def count(database: db.Connection) -> int:
    row = await database.fetchrow("SELECT count(*) AS count FROM polls")
    assert row is not None
    return db.integer(row, "count")


async def test_statements_when_run_singly_then_answered_and_committed(database: Database) -> None:
    assert await database.execute(INSERT, "acme", "a", b"1") == 1
    await database.executemany(INSERT, [("acme", "b", b"2"), ("acme", "c", b"3")])
    await database.copy_rows("polls", ["tenant", "key", "body"], [("acme", "d", b"4")])

    rows = await database.fetch("SELECT key, body FROM polls ORDER BY key")
    assert [(db.text(row, "key"), db.octets(row, "body")) for row in rows] == [
        ("a", b"1"),
        ("b", b"2"),
        ("c", b"3"),
        ("d", b"4"),
    ]
    assert await database.execute("DELETE FROM polls WHERE key > 'b'") == 2
    assert await database.execute("ANALYZE polls") == 0
    assert await database.fetchrow("SELECT key FROM polls WHERE key = 'z'") is None


async def test_transaction_when_the_block_ends_then_committed(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(INSERT, "acme", "a", b"1")
        await connection.executemany(INSERT, [("acme", "b", b"2")])
        await connection.copy_rows("polls", ["tenant", "key", "body"], [("acme", "c", b"3")])
        assert await count(connection) == 3
        assert await count(database) == 0
    assert await count(database) == 3


async def test_transaction_when_the_block_raises_then_undone_and_that_error(
    database: Database,
) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with database.transaction() as connection:
            await connection.execute(INSERT, "acme", "a", b"1")
            raise KeyError("mine")
    assert await count(database) == 0


async def test_transaction_when_a_snapshot_then_read_only_and_of_one_instant(
    database: Database,
) -> None:
    async with database.transaction(is_snapshot=True) as connection:
        assert await count(connection) == 0
        await database.execute(INSERT, "acme", "a", b"1")
        assert await count(connection) == 0
    with pytest.raises(Transient, match="read-only"):
        async with database.transaction(is_snapshot=True) as connection:
            await connection.execute(INSERT, "acme", "b", b"1")


async def test_transaction_when_its_backend_dies_then_the_body_s_error_is_kept(
    database: Database,
) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with database.transaction() as connection:
            row = await connection.fetchrow("SELECT pg_backend_pid() AS pid")
            assert row is not None
            await database.fetch("SELECT pg_terminate_backend($1, 5000)", row["pid"])
            raise KeyError("mine")
    assert await count(database) == 0


async def test_fetch_when_a_row_is_there_already_then_unique_violation_names_the_rule(
    database: Database,
) -> None:
    await database.execute(INSERT, "acme", "a", b"1")
    with pytest.raises(UniqueViolation, match="polls_pkey") as caught:
        await database.execute(INSERT, "acme", "a", b"2")
    assert caught.value.constraint == "polls_pkey"
    assert isinstance(caught.value.__cause__, asyncpg.UniqueViolationError)


async def test_statement_d11_when_it_takes_too_long_then_timed_out_and_the_pool_usable(
    dsn: str,
) -> None:
    async with PostgresDatabase.open(dsn, max_size=1, command_timeout_s=0.3) as database:
        for call in (database.fetch, database.fetchrow, database.execute):
            with pytest.raises(TimedOut):
                await call("SELECT pg_sleep(30)")
        assert await count(database) == 0


async def test_acquire_d10_when_every_connection_is_held_then_timed_out(dsn: str) -> None:
    async with PostgresDatabase.open(dsn, max_size=1, command_timeout_s=0.3) as database:
        async with database.transaction():
            with pytest.raises(TimedOut):
                await database.fetch("SELECT 1")
        assert await count(database) == 0


async def test_statement_d20_when_cancelled_then_the_pool_is_usable(dsn: str) -> None:
    async with PostgresDatabase.open(dsn, max_size=1) as database:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), database.transaction() as connection:
                await connection.execute(INSERT, "acme", "a", b"1")
                await connection.fetch("SELECT pg_sleep(30)")
        assert await count(database) == 0


async def test_pool_when_the_server_ended_its_connection_then_transient_once_at_most(
    dsn: str, database: Database
) -> None:
    async with PostgresDatabase.open(dsn, max_size=1) as other:
        with pytest.raises(Transient):
            async with other.transaction() as connection:
                row = await connection.fetchrow("SELECT pg_backend_pid() AS pid")
                assert row is not None
                await database.fetch("SELECT pg_terminate_backend($1, 5000)", row["pid"])
                with pytest.raises(Transient):
                    await connection.fetch("SELECT 1")
        assert await count(other) == 0


async def test_open_when_a_connection_is_still_held_at_the_end_then_closed_by_force(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_CLOSE_S", 0.1)
    async with asyncio.timeout(20):
        async with PostgresDatabase.open(dsn) as database:
            held = database.transaction()
            await held.__aenter__()
        with pytest.raises(Transient):
            await held.__aexit__(None, None, None)


async def test_open_when_nobody_listens_then_transient() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(Transient) as caught:
            async with PostgresDatabase.open(f"postgresql://a:canary-secret@127.0.0.1:{port}/x"):
                pass
    assert "canary-secret" not in str(caught.value)


async def test_open_when_the_database_is_missing_then_misconfigured(dsn: str) -> None:
    missing = urlunsplit(urlsplit(dsn)._replace(path="/not_there"))
    with pytest.raises(Misconfigured, match="not_there"):
        async with PostgresDatabase.open(missing):
            pass


async def test_open_when_the_address_is_nonsense_then_misconfigured() -> None:
    with pytest.raises(Misconfigured):
        async with PostgresDatabase.open("nonsense://x"):
            pass


async def test_open_d19_when_a_pooler_stands_between_then_nothing_is_kept_or_set(dsn: str) -> None:
    async with PostgresDatabase.open(dsn, pooler=True) as database:
        for _ in range(2):
            assert await count(database) == 0
        rows = await database.fetch("SELECT name FROM pg_prepared_statements")
        assert list(rows) == []
        [row] = await database.fetch("SELECT current_setting('application_name') AS name")
        assert db.text(row, "name") == ""


async def test_open_d11_when_direct_then_the_server_guards_are_set(dsn: str) -> None:
    async with PostgresDatabase.open(dsn, command_timeout_s=7) as database:
        [row] = await database.fetch(
            "SELECT current_setting('statement_timeout') AS statement, "
            "current_setting('lock_timeout') AS lock, "
            "current_setting('idle_in_transaction_session_timeout') AS idle"
        )
        assert [*row.values()] == ["7s", "7s", "5s"]


async def test_pool_when_a_connection_comes_back_then_no_reset_is_sent(dsn: str) -> None:
    async with PostgresDatabase.open(dsn, max_size=1) as database:
        await database.execute("SET application_name = 'kept'")
        [row] = await database.fetch("SELECT current_setting('application_name') AS name")
        assert db.text(row, "name") == "kept"


async def test_check_settings_when_durable_then_nothing_to_say(database: Database) -> None:
    refusals = await check_settings(database)
    assert all(text.startswith("PostgreSQL has ") for text in refusals)
    assert not any("data_sync_retry" in text for text in refusals)


class Standby(CuttingProxy):
    """A server that says of itself, as PostgreSQL 14 and newer do at connect, that it is a standby;
    everything else is the real server's."""

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        primary = b"S" + (23).to_bytes(4, "big") + b"in_hot_standby\0off\0"
        standby = b"S" + (22).to_bytes(4, "big") + b"in_hot_standby\0on\0"
        while chunk := await reader.read(1 << 20):
            writer.write(chunk.replace(primary, standby))
        writer.close()


async def test_open_d12_when_the_server_is_a_standby_then_never_read_from(empty_dsn: str) -> None:
    async with (
        Standby(empty_dsn).running() as standby,
        CuttingProxy(empty_dsn).running() as primary,
    ):
        with pytest.raises(Transient, match="primary"):
            async with PostgresDatabase.open(standby.dsn):
                pass
        first = f"127.0.0.1:{standby.port}"
        both = standby.dsn.replace(first, f"{first},127.0.0.1:{primary.port}")
        for dsn in (both, f"{both}&target_session_attrs=prefer-standby"):
            before = primary.seen
            async with PostgresDatabase.open(dsn) as database:
                assert await database.fetchrow("SELECT 1 AS one") is not None
            assert primary.seen > before, "the second address, which is the primary's, was taken"


async def test_check_settings_d14_when_commit_does_not_wait_then_refused_by_name(
    database: Database,
) -> None:
    for setting in ("off", "local", "remote_write"):
        async with database.transaction() as connection:
            await connection.execute(f"SET LOCAL synchronous_commit = '{setting}'")
            refusals = await check_settings(connection)
        assert [text for text in refusals if f"synchronous_commit = {setting}" in text]
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL synchronous_commit = 'on'")
        refusals = await check_settings(connection)
    assert not [text for text in refusals if "synchronous_commit" in text]


async def test_migrate_when_run_twice_and_at_once_then_one_schema(empty_dsn: str) -> None:
    async with PostgresDatabase.open(empty_dsn) as database:
        with pytest.raises(Misconfigured, match="migrate"):
            await database.fetch("SELECT position FROM events")
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(migrate(empty_dsn))
    await migrate(empty_dsn)
    async with PostgresDatabase.open(empty_dsn) as database:
        assert list(await database.fetch("SELECT position FROM events")) == []


async def test_migrate_when_the_role_is_missing_then_misconfigured_and_nothing_applied(
    empty_dsn: str,
) -> None:
    with pytest.raises(Misconfigured, match="nobody_here"):
        await migrate(empty_dsn, role="nobody_here")
    async with PostgresDatabase.open(empty_dsn) as database:
        [row] = await database.fetch("SELECT to_regclass('events')::text AS name")
        assert row["name"] is None


async def test_migrate_d16_when_cut_at_any_chunk_then_all_or_nothing_and_repeatable(
    empty_dsn: str,
) -> None:
    is_there: list[bool] = []
    for cut in CUTS:
        async with CuttingProxy(empty_dsn).running() as proxy:
            for chunk in range(1, 12):
                proxy.cut_at(chunk, cut)
                with suppress(Transient):
                    await migrate(proxy.dsn)
                async with PostgresDatabase.open(empty_dsn) as database:
                    [row] = await database.fetch(
                        "SELECT count(*) AS tables FROM pg_tables WHERE tablename = ANY($1)",
                        ["events", "logs", "polls"],
                    )
                    assert row["tables"] in (0, 3)
                is_there.append(row["tables"] == 3)
    assert is_there == sorted(is_there)
    assert not is_there[0] and is_there[-1]


def test_schema_when_only_the_wheel_is_there_then_found_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "engine"
    package.mkdir()
    monkeypatch.setattr(db_schema, "__file__", str(package / "db_schema.py"))
    with pytest.raises(Misconfigured, match=r"schema\.sql"):
        db_schema.schema()
    shutil.copy(Path(db.__file__).parents[1] / "schema.sql", package)
    assert "CREATE TABLE events" in db_schema.schema()


async def test_columns_when_read_as_the_wrong_type_then_type_error(database: Database) -> None:
    [row] = await database.fetch("SELECT 1 AS one, now() AS at, NULL AS nothing")
    assert db.integer(row, "one") == 1
    assert db.instant(row, "at").tzinfo is not None
    for read in (db.text, db.octets, db.instant):
        with pytest.raises(TypeError, match="column one"):
            read(row, "one")
    with pytest.raises(TypeError):
        db.text(row, "nothing")


async def test_arguments_when_of_the_wrong_kind_then_malformed_and_not_repeated(
    database: Database,
) -> None:
    with pytest.raises(Malformed, match=r"argument \$1") as caught:
        await database.fetch("SELECT $1::bigint", "canary-secret")
    assert "canary-secret" not in str(caught.value)
    with pytest.raises(Malformed):
        await database.execute(INSERT, "acme", "nul\x00", b"")
