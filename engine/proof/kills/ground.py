"""What all lives stand on: a PostgreSQL of the harness's own, a template, and sites beside it."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine import embedded
from engine.db import PostgresDatabase, migrate
from engine.proof.kills.programs import Programs
from engine.proof.kills.site import TEMPLATE, Databases, Site

SEED: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The sites, and where the data of the PostgreSQL under all of them lie."""

    sites: Sequence[Site]
    cluster: Path


@asynccontextmanager
async def ground(many: int, seed: int = SEED) -> AsyncIterator[Ground]:
    """So many sites on one PostgreSQL; everything is gone after the block.

    The server runs with its own durability settings, which the engine insists on, in memory where
    that is possible: a flush then costs nothing and still means what it says to a process.
    """
    folder = _folder()
    try:
        async with AsyncExitStack() as stack:
            stack.enter_context(_ended_in_order())
            server = await stack.enter_async_context(embedded.server(tmp=folder))
            maintenance = await stack.enter_async_context(
                PostgresDatabase.open(server.dsn("postgres"))
            )
            await maintenance.execute(f'CREATE DATABASE "{TEMPLATE}"')
            await migrate(server.dsn(TEMPLATE))
            databases = Databases(maintenance, server.dsn)
            programs = Programs()
            sites = [
                await stack.enter_async_context(
                    Site.opened(programs, databases, folder / f"site-{number}", seed)
                )
                for number in range(1, many + 1)
            ]
            yield Ground(sites=sites, cluster=server.folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM does what SIGINT does, so that everything is taken away before the end."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def _folder() -> Path:
    """A new folder that PostgreSQL's own account may pass through."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="procurify-syspro-kills-", dir=base))
    folder.chmod(0o755)
    return folder
