"""A planning world's story on a real PostgreSQL: its events in a log, its rows projected."""

from plan_world import TENANT, World
from toy_projection import NoonClock

from engine.core.events import NewEvent
from engine.db import Database
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.store import PostgresLog
from engine.projector import Projector
from projections import planning

DANA = Author(actor="Dana", run_id="run-1", correlation="run-1")


async def told(database: Database, world: World, log: PostgresLog | None = None) -> PostgresLog:
    """The world's events are in the log, those that it has not yet, and the rows follow."""
    found = log or PostgresLog(database, NoonClock())
    head = (await found.head(TENANT)).position
    events = [
        NewEvent(stream=event.stream, type=event.type, body=event.body)
        for event in world.events[head:]
        if event.body is not None
    ]
    if events:
        await found.append(TENANT, events, author=DANA)
    await project(database, found)
    return found


async def project(database: Database, log: PostgresLog) -> None:
    """The rows are as the log has it."""
    clock = NoonClock()
    leases = Leases(database, clock, "test", 30.0)
    await Projector(database, log, leases, planning(), tenant=TENANT, clock=clock).catch_up()


async def standing(database: Database, key: str) -> tuple[object, object]:
    """State and reason of a document."""
    row = await database.fetchrow("SELECT state, reason FROM documents WHERE key = $1", key)
    assert row is not None
    return row["state"], row["reason"]
