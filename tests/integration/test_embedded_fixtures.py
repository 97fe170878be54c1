"""The shared fixtures keep their word: a fresh, migrated database per test."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import asyncpg
import pytest

if TYPE_CHECKING:
    from engine.db import Database

DEADLINE_S = 60.0


@pytest.mark.parametrize("turn", [1, 2])
async def test_dsn_when_used_by_two_tests_then_neither_sees_the_other(dsn: str, turn: int) -> None:
    connection = await asyncpg.connect(dsn, timeout=DEADLINE_S)
    try:
        assert await connection.fetchval("SELECT count(*) FROM events") == 0
        assert await connection.fetchval("SELECT to_regclass('left_by_a_test')") is None
        await connection.execute("CREATE TABLE left_by_a_test AS SELECT 1 AS n")
    finally:
        await connection.close(timeout=DEADLINE_S)


async def test_database_when_opened_then_it_holds_the_schema(database: "Database") -> None:
    row = await database.fetchrow("SELECT count(*) AS n FROM logs")
    assert row is not None and row["n"] == 0


async def test_empty_dsn_when_used_then_there_is_no_schema(empty_dsn: str) -> None:
    connection = await asyncpg.connect(empty_dsn, timeout=DEADLINE_S)
    try:
        assert await connection.fetchval("SELECT to_regclass('events')") is None
    finally:
        await connection.close(timeout=DEADLINE_S)


def test_free_port_when_asked_twice_then_the_ports_differ(free_port: Callable[[], int]) -> None:
    assert free_port() != free_port()
