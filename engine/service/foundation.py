"""What every verb stands on: the configuration, a PostgreSQL that answers, the log, the vault.

Opens and closes in order; the embedded server is started or joined when the configuration names
no other database. Knows no pollers and no lanes.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import embedded
from engine.clock import Clock, SystemClock
from engine.config import Config, environment, key_encryption_key
from engine.db import Database, PostgresDatabase, check_settings, migrate
from engine.errors import Misconfigured, Transient
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog, Watcher
from engine.vault import Vault

SETTLE_S = 5.0
"""How long a PostgreSQL may be unreachable before a verb gives up on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """The common ground of one process; `run_id` names this run in every event."""

    config: Config
    database: Database
    log: GroupCommit
    clock: Clock
    run_id: str

    async def vault(self) -> Vault:
        """The vault, proved to open with the configured key; raises `Misconfigured`."""
        vault = Vault(self.database, key_encryption_key(self.config.vault))
        await vault.check()
        return vault

    def tenants(self, name: str | None) -> list[str]:
        """The tenant of that name, or all; raises `Misconfigured` for an unknown one."""
        known = [tenant.name for tenant in self.config.tenants]
        if name is not None and name not in known:
            raise Misconfigured(f"no tenant is called {name!r}; there are {', '.join(known)}")
        return known if name is None else [name]


@asynccontextmanager
async def foundation(
    config: Config, *, clock: Clock | None = None, watcher: Watcher | None = None
) -> AsyncIterator[Foundation]:
    """The ground, with the schema in place and the server's durability settings checked.

    `watcher` is told of every event that this process appends.
    """
    time = clock or SystemClock()
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(_dsn(config))
        await _migrated(dsn, time)
        database = await stack.enter_async_context(
            PostgresDatabase.open(
                dsn, max_size=config.database.pool_size, pooler=config.database.pooler
            )
        )
        if faults := await check_settings(database):
            raise Misconfigured("\n".join(faults))
        stamp = f"{time.now():%Y%m%dT%H%M%S}"
        yield Foundation(
            config=config,
            database=database,
            log=GroupCommit(PostgresLog(database, time, watcher=watcher)),
            clock=time,
            run_id=f"run-{stamp}-{secrets.token_hex(3)}",
        )


async def _migrated(dsn: str, clock: Clock) -> None:
    """The schema is in place; a server that is just stopping or starting is given a moment."""
    ends_s = clock.monotonic() + SETTLE_S
    while True:
        try:
            return await migrate(dsn)
        except Transient:
            if clock.monotonic() > ends_s:
                raise
        await clock.sleep(SETTLE_S / 50)


@asynccontextmanager
async def _dsn(config: Config) -> AsyncIterator[str]:
    url = config.database.url.get_secret_value()
    if url:
        yield url
        return
    folder = Path(config.database.folder)
    async with embedded.server(folder, environment().pg_bin or None) as server:
        yield server.dsn()
