"""A program that stands still in the middle of a transaction does not keep others from its rows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from engine.db import COMMAND_S, Database
from engine.service.stopped_programs import END, stopped_programs_ended

Wire = Any
PATIENCE_S = 20.0
GONE = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError)
LOCK = "SELECT * FROM polls WHERE key = 'a' FOR UPDATE"


async def prepared_only(wire: Wire) -> None:
    """The statement is prepared and not run: the exchange is not at its end."""
    await wire.prepare("SELECT 4711")


async def nothing_more(wire: Wire) -> None:
    """The server waits for the next statement; here it would wait for long."""
    await wire.execute("SET idle_in_transaction_session_timeout = 0")


@pytest.mark.parametrize("stands_still", [prepared_only, nothing_more])
async def test_takeover_k04_when_a_program_stands_still_in_a_transaction_then_its_locks_are_free(
    database: Database, dsn: str, stands_still: Callable[[Wire], Awaitable[None]]
) -> None:
    await database.execute("INSERT INTO polls (tenant, key, body) VALUES ('acme', 'a', '')")
    wire = await asyncpg.connect(dsn)
    try:
        await wire.execute("BEGIN")
        await wire.execute(LOCK)
        await stands_still(wire)
        async with stopped_programs_ended(database, limit_s=0.2, every_s=0.05):
            async with asyncio.timeout(PATIENCE_S):
                assert await database.fetchrow(LOCK) is not None
        with pytest.raises(GONE):
            await wire.execute("COMMIT")
    finally:
        wire.terminate()


async def test_rows_taken_in_when_younger_than_a_statement_may_be_then_the_program_is_left_alone(
    database: Database, dsn: str
) -> None:
    limits = (timedelta(0), timedelta(seconds=COMMAND_S))

    async def rows() -> AsyncIterator[tuple[str, str, bytes]]:
        yield ("acme", "a", b"")
        assert await database.fetch(END, *limits) == []
        yield ("acme", "b", b"")

    wire = await asyncpg.connect(dsn)
    try:
        done = await wire.copy_records_to_table(
            "polls", records=rows(), columns=["tenant", "key", "body"]
        )
        assert done == "COPY 2"
    finally:
        await wire.close()
