"""A statement that is cancelled ends so, whatever becomes of its connection."""

import asyncio
from typing import Any, cast

import asyncpg
import pytest

from engine.db import PostgresDatabase
from engine.errors import Misconfigured, Transient


class Wire:
    """A connection whose statements never end, or fail."""

    def __init__(self, error: Exception | None) -> None:
        self.asked = asyncio.Event()
        self._error = error

    async def fetch(self, sql: str) -> Any:
        self.asked.set()
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()


class Pool:
    """A pool to which no connection can be given back."""

    def __init__(self, error: Exception | None = None) -> None:
        self.wire = Wire(error)

    async def acquire(self, *, timeout: float) -> Wire:
        return self.wire

    async def release(self, wire: Wire, *, timeout: float) -> None:
        raise asyncpg.InterfaceError("the connection was closed in the middle of operation")


def database_on(pool: Pool) -> PostgresDatabase:
    return PostgresDatabase(cast("Any", pool), 5.0)


async def test_statement_when_cancelled_and_its_connection_is_gone_then_it_is_cancelled() -> None:
    pool = Pool()
    asking = asyncio.create_task(database_on(pool).fetch("SELECT 1"))
    await pool.wire.asked.wait()
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()


async def test_statement_when_it_fails_and_its_connection_is_gone_then_its_own_error_is_told() -> (
    None
):
    pool = Pool(asyncpg.UndefinedTableError("no such table"))
    with pytest.raises(Misconfigured, match="no such table"):
        await database_on(pool).fetch("SELECT 1")


async def test_statement_when_only_its_connection_cannot_be_given_back_then_transient() -> None:
    class Answering(Wire):
        async def fetch(self, sql: str) -> Any:
            return []

    pool = Pool()
    pool.wire = Answering(None)
    with pytest.raises(Transient):
        await database_on(pool).fetch("SELECT 1")
