"""After an erasure nothing stays in the rows that only the erased bodies said."""

import secrets

import pytest
from test_projector_planning import StoryClock, story
from toy_projection import AUTHOR

from engine.core.events import NewEvent
from engine.db import Database, octets
from engine.leases import Leases
from engine.log.erase import erase
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.projector import Projector
from engine.replay import Replay
from projections import planning

pytestmark = pytest.mark.both_stores

TENANT = "acme"


async def test_rows_when_a_vendor_is_erased_then_rebuilt_without_it_and_replay_agrees(
    database: Database,
) -> None:
    clock = StoryClock()
    log = PostgresLog(database, clock)
    told = [
        NewEvent(stream=event.stream, type=event.type, body=event.body or {})
        for event in story().events
    ]
    await log.append(TENANT, told, author=AUTHOR)
    replay = Replay(database, log, planning())
    projector = Projector(
        database,
        log,
        Leases(database, clock, "test", 600),
        planning(),
        tenant=TENANT,
        clock=clock,
        rebuild=lambda fence: replay.rebuild(TENANT, fence),
    )
    await projector.catch_up()
    vendor = next(event for event in await log.read(TENANT, 0) if event.type == "VendorChanged")
    name = str((vendor.body or {})["document"]["name"]).encode()
    rows = await database.fetch("SELECT body FROM facts WHERE key LIKE 'vendor:%'")
    assert any(name in octets(row, "body") for row in rows)

    positions = [
        event.position for event in await log.read(TENANT, 0) if event.stream == vendor.stream
    ]
    await erase(
        database,
        clock,
        TENANT,
        positions,
        author=AUTHOR,
        reason="asked to",
        entropy=secrets.token_bytes,
    )
    await projector.catch_up()

    for table in ("facts", "documents", "commands"):
        rows = await database.fetch(
            f"SELECT body FROM {table} WHERE key LIKE $1", f"%{vendor.stream.rsplit('/', 1)[-1]}%"
        )
        assert not any(name in octets(row, "body") for row in rows)
    assert (await replay.verify(TENANT)).is_identical
    assert (await verify(database, TENANT)).is_whole
