"""Ends the sessions of programs that stand still in the middle of a transaction.

Such a program keeps its locks: of a lease that is to be taken over, or of the log itself.
PostgreSQL ends a session by itself only while it waits for the next statement. Where a program was
stopped after its statement was prepared and before it was run, or with rows half copied, the
server waits for ever, and says that the session is active (asyncpg prepares without ending the
exchange; `transaction_timeout` would see it, from PostgreSQL 17 on). A program that goes on finds
its connection gone, what it had not committed undone, and does it again, like after any other loss
of the connection.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from engine.db import COMMAND_S, IDLE_S, Connection, integer
from engine.errors import EngineError

EVERY_S: Final = 2.5

END: Final = r"""
SELECT pid, pg_terminate_backend(pid) AS is_ended FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
AND wait_event = 'ClientRead' AND (state = 'active' OR state LIKE 'idle in transaction%')
AND state_change < clock_timestamp()
    - CASE WHEN query ~* '^\s*copy' THEN $2::interval ELSE $1::interval END
"""


@asynccontextmanager
async def stopped_programs_ended(
    database: Connection, *, limit_s: float = IDLE_S, every_s: float = EVERY_S
) -> AsyncIterator[None]:
    """While the block runs no session of ours waits for its program much longer than `limit_s`
    in the middle of a transaction; one that takes rows in, of which the server does not tell how
    long it has waited, no longer than any statement may last."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(_watch(database, limit_s, every_s))
        try:
            yield
        except Exception as error:
            failure = error
        finally:
            watch.cancel()
    if failure is not None:
        raise failure


async def _watch(database: Connection, limit_s: float, every_s: float) -> None:
    log = logging.getLogger(__name__)
    limits = (timedelta(seconds=limit_s), timedelta(seconds=COMMAND_S))
    while True:
        await asyncio.sleep(every_s)
        try:
            rows = await database.fetch(END, *limits)
        except EngineError as error:
            log.warning("sessions that stand still could not be looked for: %s", error)
            continue
        for row in rows:
            log.warning(
                "PostgreSQL's session %d was ended: its program stood still in the middle of a "
                "transaction",
                integer(row, "pid"),
            )
