"""PostgreSQL behind a small door: a pool, transactions, one map of its errors, the schema.

The only module that imports asyncpg; nobody else sees its connections, records or exceptions:
what others are given is what `db_contract` says of a database, whoever stands behind it.
It promises: every statement ends within its deadline, no session state is left or presumed (so
that pgbouncer in transaction mode may stand between), every failure leaves as an `EngineError`
with the driver's error chained. It knows no domain word and never repeats a statement: whether
to do so is for the caller, who knows what it meant.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final, TypeAlias

import asyncpg

from engine.crossings import boundary
from engine.db_contract import (
    Connection,
    Database,
    Row,
    UniqueViolation,
    instant,
    integer,
    octets,
    real,
    text,
)
from engine.db_schema import GRANT_ERASER, GRANT_SERVICE, NAME_GRANTEE, schema
from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    TimedOut,
    Transient,
)

__all__ = [
    "Connection",
    "Database",
    "PostgresDatabase",
    "Row",
    "UniqueViolation",
    "check_settings",
    "instant",
    "integer",
    "migrate",
    "octets",
    "real",
    "text",
]

DURABLE_SETTINGS: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
    "data_sync_retry": frozenset({"off"}),
}
"""The settings without which a committed event may be lost (reliability.md §1 G8)."""

COMMAND_S: Final = 30.0
"""How long a statement may last, unless a pool is opened with another deadline."""

IDLE_S: Final = 5.0
"""How long a transaction may wait for its own program: one that was stopped in the middle of it
would keep its locks, and with them the lease that another engine is to take over."""

_CLOSE_S = 5.0
_MIGRATION_S = 60.0
_MIGRATION_LOCK = 0x7073796E

_Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
_Wire: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


class PostgresDatabase:
    """A pool of connections to one database. Made by `PostgresDatabase.open`."""

    def __init__(self, pool: _Pool, command_timeout_s: float) -> None:
        self._pool = pool
        self._command_timeout_s = command_timeout_s

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        dsn: str,
        *,
        min_size: int = 1,
        max_size: int = 10,
        command_timeout_s: float = COMMAND_S,
        pooler: bool = False,
    ) -> "AsyncIterator[PostgresDatabase]":
        """A pool that answered once; closed, by force if need be, at the end of the block.

        No connection of it is to a standby, whatever the address says: what is read there may be
        minutes old (reliability.md D12).

        `pooler`: pgbouncer in transaction mode stands between, so no prepared statement is kept
        and no setting is sent at connect.
        """
        with _mapped("db.open"):
            pool = asyncpg.create_pool(
                dsn,
                init_size=min_size,
                min_size=0,  # a floor would be kept up in the background, with tracebacks
                max_size=max_size,
                reset=_leave_as_it_is,
                timeout=command_timeout_s,
                command_timeout=command_timeout_s,
                statement_cache_size=0 if pooler else 100,
                server_settings=None if pooler else _guards(command_timeout_s),
                target_session_attrs=asyncpg.connect_utils.SessionAttribute.primary,
            )
            async with asyncio.timeout(command_timeout_s):
                await pool
        try:
            yield cls(pool, command_timeout_s)
        finally:
            await _close(pool)

    @asynccontextmanager
    async def transaction(self, *, is_snapshot: bool = False) -> AsyncIterator[Connection]:
        """A transaction: committed when the block ends, undone when it raises.

        `is_snapshot`: read only, every statement sees the same instant. A `Transient` from the
        end of the block leaves open whether the commit took place.
        """
        async with self._acquired() as wire:
            transaction = wire.transaction(
                isolation="repeatable_read" if is_snapshot else None, readonly=is_snapshot
            )
            with _mapped("db.begin"):
                await transaction.start()
            try:
                yield _Statements(wire, self._command_timeout_s)
            except BaseException:
                with suppress(EngineError), _mapped("db.rollback"):
                    await transaction.rollback()
                raise
            with _mapped("db.commit"):
                await transaction.commit()

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        """All rows of the answer to one statement."""
        async with self._acquired() as wire:
            return await _Statements(wire, self._command_timeout_s).fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        """The first row of the answer to one statement, None when there is none."""
        async with self._acquired() as wire:
            return await _Statements(wire, self._command_timeout_s).fetchrow(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> int:
        """One statement is done and committed; how many rows it touched."""
        async with self._acquired() as wire:
            return await _Statements(wire, self._command_timeout_s).execute(sql, *arguments)

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        """One statement is done once for each row of arguments, all committed or none."""
        async with self._acquired() as wire:
            await _Statements(wire, self._command_timeout_s).executemany(sql, arguments)

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """The rows are in the table and committed, by COPY."""
        async with self._acquired() as wire:
            await _Statements(wire, self._command_timeout_s).copy_rows(table, columns, rows)

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[_Wire]:
        with _mapped("db.acquire"):
            wire = await self._pool.acquire(timeout=self._command_timeout_s)
        try:
            yield wire
        except BaseException:  # a cancellation too, which no failure to give back may hide
            with suppress(EngineError), _mapped("db.release"):
                await self._pool.release(wire, timeout=self._command_timeout_s)
            raise
        with _mapped("db.release"):
            await self._pool.release(wire, timeout=self._command_timeout_s)


async def migrate(dsn: str, *, role: str | None = None, eraser: str | None = None) -> None:
    """The schema is there, whole or not at all; roles have what they need, once each.

    `role` is the service's (reads and appends events, never changes them), `eraser` may besides
    empty bodies. Neither is created here. Safe to repeat and to run twice at once.
    """
    with _mapped("db.migrate"):
        async with asyncio.timeout(_MIGRATION_S):
            wire = await asyncpg.connect(
                dsn, timeout=_MIGRATION_S, command_timeout=_MIGRATION_S, statement_cache_size=0
            )
            try:
                async with wire.transaction():
                    await wire.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
                    if await wire.fetchval("SELECT to_regclass('events')") is None:
                        await wire.execute(schema())
                    for grant, grantee in ((GRANT_SERVICE, role), (GRANT_ERASER, eraser)):
                        if grantee is not None:
                            await wire.execute(NAME_GRANTEE, grantee)
                            await wire.execute(grant)
            finally:
                await wire.close(timeout=_CLOSE_S)


async def check_settings(database: Connection) -> Sequence[str]:
    """Why this server must not be used, one sentence a setting; empty when it may."""
    rows = await database.fetch(
        "SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name",
        list(DURABLE_SETTINGS),
    )
    return [
        f"PostgreSQL has {text(row, 'name')} = {text(row, 'setting')}, which can lose committed "
        f"events: set it to {' or '.join(sorted(DURABLE_SETTINGS[text(row, 'name')]))}"
        for row in rows
        if text(row, "setting") not in DURABLE_SETTINGS[text(row, "name")]
    ]


def as_engine_error(error: Exception) -> EngineError:
    """The engine's error for what the driver or the socket raised; the map is total."""
    first_line = str(error).partition("\n")[0][:300]
    if isinstance(error, asyncpg.DataError):
        first_line = first_line.partition(": ")[0]  # what follows is the argument itself
    said = f"PostgreSQL: {type(error).__name__}: {first_line}"
    if isinstance(error, asyncpg.PostgresError):
        return _from_server(error, said)
    if isinstance(
        error,
        asyncpg.ClientConfigurationError
        | asyncpg.UnsupportedClientFeatureError
        | asyncpg.UnsupportedServerFeatureError,
    ):
        return Misconfigured(said)
    if isinstance(error, TimeoutError):
        return TimedOut("PostgreSQL did not answer before the deadline")
    return Transient(said)


_BY_STATE: Final[Mapping[str, type[EngineError]]] = {
    "57014": TimedOut,
    "42501": Forbidden,
    "55P03": Transient,
    "25006": Transient,
    "25P03": Transient,
    "25P04": Transient,
}
_BY_CLASS: Final[Mapping[str, type[EngineError]]] = {
    "08": Transient,
    "40": Transient,
    "53": Transient,
    "57": Transient,
    "58": Transient,
    "22": Malformed,
    "23": Malformed,
    "54": Malformed,
}
_UNIQUE_STATES: Final = frozenset({"23505", "23P01"})


def _from_server(error: asyncpg.PostgresError, said: str) -> EngineError:
    state: str = error.sqlstate or ""
    if state in _UNIQUE_STATES:
        return UniqueViolation(
            f"PostgreSQL: a row with this key is there already ({error.constraint_name})",
            constraint=str(error.constraint_name or ""),
        )
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return Transient(said)
    if found := _BY_STATE.get(state) or _BY_CLASS.get(state[:2]):
        return found(said)
    return Misconfigured(f"{said} (SQLSTATE {state or 'unknown'}); is the schema migrated?")


@contextmanager
def _mapped(crossing: str) -> Iterator[None]:
    """What is done inside is a crossing of that name, and raises only our own errors."""
    boundary(crossing, "before")
    try:
        yield
    except (
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
    ) as error:
        raise as_engine_error(error) from error
    boundary(crossing, "after")


class _Statements:
    """Statements on one acquired connection, each under the deadline and the error map."""

    def __init__(self, wire: _Wire, timeout_s: float) -> None:
        self._wire = wire
        self._timeout_s = timeout_s

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        with _mapped("db.exec"):
            async with asyncio.timeout(self._timeout_s):
                return await self._wire.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        with _mapped("db.exec"):
            async with asyncio.timeout(self._timeout_s):
                return await self._wire.fetchrow(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> int:
        with _mapped("db.exec"):
            async with asyncio.timeout(self._timeout_s):
                status = await self._wire.execute(sql, *arguments)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        with _mapped("db.exec"):
            async with asyncio.timeout(self._timeout_s):
                await self._wire.executemany(sql, arguments)

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        with _mapped("db.exec"):
            async with asyncio.timeout(self._timeout_s):
                await self._wire.copy_records_to_table(table, records=rows, columns=list(columns))


def _guards(command_timeout_s: float) -> dict[str, str]:
    deadline = f"{int(command_timeout_s * 1000)}ms"
    return {
        "application_name": "procurify-syspro",
        "statement_timeout": deadline,
        "lock_timeout": deadline,
        "idle_in_transaction_session_timeout": f"{int(IDLE_S * 1000)}ms",
    }


async def _leave_as_it_is(_wire: _Wire) -> None:
    """asyncpg's own reset costs a round trip and undoes session state that is never made."""


async def _close(pool: _Pool) -> None:
    try:
        async with asyncio.timeout(_CLOSE_S):
            await pool.close()
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pool.terminate()
