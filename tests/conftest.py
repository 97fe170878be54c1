"""Shared fixtures: one PostgreSQL for each process, a fresh migrated database per test.

The whole suite runs in two processes, each file in one of them; chosen tests run in one.

The server is the embedded one, thrown away at the end and without flushes, or the one that
TEST_DATABASE_URL names (its account must be allowed to create databases). The schema is applied
once, to a template; a test's database is a copy of it.
"""

import contextlib
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import settings

from engine import embedded

if TYPE_CHECKING:
    from engine.db import Database

DEADLINE_S = 60.0
ROOM_BYTES = 2_000_000_000
PROCESSES = 2

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("few", deadline=None, derandomize=True, max_examples=10)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The suite is shared out between processes, the files that wait longest first.

    Only by the first process: one that was started for a share runs it, and starts no others.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    options = config.option
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not options.usepdb
    if is_whole and config.pluginmanager.has_plugin("xdist") and options.numprocesses is None:
        options.numprocesses, options.dist = PROCESSES, "loadfile"
        options.loadscopereorder = False


@pytest.fixture(scope="session")
def fast_tmp() -> Path:
    """Where databases are made: in memory if there is room, 40 times as fast as on a disk."""
    folder = Path("/dev/shm")
    try:
        is_executable = not os.statvfs(folder).f_flag & os.ST_NOEXEC
        is_roomy = shutil.disk_usage(folder).free > ROOM_BYTES
        if is_executable and is_roomy and os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
async def dsn_of(fast_tmp: Path) -> AsyncIterator[Callable[[str], str]]:
    """The session's server: a function from a database's name to its address."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        parts = urlsplit(given)
        yield lambda database: urlunsplit(parts._replace(path=f"/{database}"))
        return
    async with embedded.server(is_durable=False, tmp=fast_tmp) as server:
        yield server.dsn


@pytest.fixture(scope="session")
async def maintenance(dsn_of: Callable[[str], str]) -> AsyncIterator[asyncpg.Connection]:
    """A connection that makes and drops databases."""
    connection = await asyncpg.connect(
        os.environ.get("TEST_DATABASE_URL") or dsn_of("postgres"),
        timeout=DEADLINE_S,
        command_timeout=DEADLINE_S,
    )
    yield connection
    await connection.close(timeout=DEADLINE_S)


@pytest.fixture(scope="session")
async def template(
    maintenance: asyncpg.Connection, dsn_of: Callable[[str], str]
) -> AsyncIterator[str]:
    """The name of a database that holds the schema and nothing else; nobody connects to it."""
    from engine import db

    name = f"template_{os.getpid()}"
    await maintenance.execute(f'CREATE DATABASE "{name}"')
    await db.migrate(dsn_of(name))
    yield name
    await _drop(maintenance, name)


@pytest.fixture
async def empty_dsn(
    maintenance: asyncpg.Connection, dsn_of: Callable[[str], str]
) -> AsyncIterator[str]:
    """The address of a database without a schema, gone after the test."""
    async with _fresh(maintenance, "template1") as name:
        yield dsn_of(name)


@pytest.fixture
async def dsn(
    maintenance: asyncpg.Connection, template: str, dsn_of: Callable[[str], str]
) -> AsyncIterator[str]:
    """The address of a fresh database with the schema, gone after the test."""
    async with _fresh(maintenance, template) as name:
        yield dsn_of(name)


@pytest.fixture
async def postgres(dsn: str) -> "AsyncIterator[Database]":
    """A fresh database of PostgreSQL, through the engine's own door."""
    from engine.db import PostgresDatabase

    async with PostgresDatabase.open(dsn) as opened:
        yield opened


@pytest.fixture
def database(request: pytest.FixtureRequest) -> "Database":
    """A fresh database: PostgreSQL, or the store that the test is run with (`both_stores`)."""
    return request.getfixturevalue(getattr(request, "param", "postgres"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both_stores` is run on PostgreSQL and on the simulation's store."""
    definition = metafunc.definition
    is_meant = definition.get_closest_marker("both_stores") is not None
    is_only_postgres = definition.get_closest_marker("only_postgres") is not None
    if is_meant and not is_only_postgres and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", ["postgres", "memory"], indirect=True)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that names a loopback port nobody listens on, another one at each call."""
    named: set[int] = set()

    def take() -> int:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            if port not in named:
                named.add(port)
                return port

    return take


@contextlib.asynccontextmanager
async def _fresh(maintenance: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    how = " STRATEGY file_copy" if maintenance.get_server_version() >= (15,) else ""
    await maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{how}')
    try:
        yield name
    finally:
        await _drop(maintenance, name)


async def _drop(maintenance: asyncpg.Connection, name: str) -> None:
    await maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
