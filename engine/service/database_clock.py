"""What time it is by the database's clock: one for all the engines that share it."""

from datetime import datetime
from typing import Final

from engine.db import Connection, instant

NOW: Final = "SELECT clock_timestamp() AS now"


async def database_now(database: Connection) -> datetime:
    """The database's present, aware UTC; raises the errors of the database."""
    row = await database.fetchrow(NOW)
    assert row is not None
    return instant(row, "now")
