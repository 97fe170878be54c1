"""What a lane may rest on: the document's own stream, as its plan saw it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from lane_site import AUTHOR, TENANT
from memory_statements import NEW_BODY, NEW_COMMAND, NEW_DOCUMENT
from procurify_peer import FakeClock

from engine.core.events import NewEvent
from engine.db import Database
from engine.errors import StaleVersion
from engine.log.store import PostgresLog
from engine.service.projected import Projected

pytestmark = pytest.mark.both_stores


class Planned:
    """A projection that has seen the log up to a position."""

    def __init__(self, position: int | None) -> None:
        self.position = position

    async def checkpoint(self) -> Any:
        return None if self.position is None else SimpleNamespace(position=self.position)


@pytest.mark.parametrize("of_source", [True, False])
@pytest.mark.parametrize(
    ("document", "stream"),
    [
        ("vendor:acme/118", "procurify/acme/vendor/118"),
        ("supplier:EDU1/S00118", "syspro/EDU1/supplier/S00118"),
    ],
)
async def test_bases_when_nothing_came_since_the_plan_then_its_streams_else_stale(
    database: Database, document: str, stream: str, of_source: bool
) -> None:
    log = PostgresLog(database, FakeClock())
    projected = Projected(database, log, Planned(1), TENANT, "acme")
    event = NewEvent(stream=stream, type="Seen", body={})
    await log.append(TENANT, [event], author=AUTHOR)
    with pytest.raises(StaleVersion):
        await projected.bases(document)
    body = orjson.dumps({"position": 1})
    await database.execute(NEW_DOCUMENT, TENANT, document, body)
    assert await projected.bases(document) == {stream: 1, f"decision/{document}": 0}
    later = replace(event, stream=stream if of_source else f"decision/{document}")
    await log.append(TENANT, [later], author=AUTHOR)
    with pytest.raises(StaleVersion):
        await projected.bases(document)


@pytest.mark.parametrize(("position", "is_so"), [(None, False), (4, False), (5, True), (6, True)])
async def test_projected_when_asked_of_a_position_then_as_far_as_the_checkpoint(
    database: Database, position: int | None, is_so: bool
) -> None:
    log = PostgresLog(database, FakeClock())
    projected = Projected(database, log, Planned(position), TENANT, "acme")
    assert await projected.is_projected(5) is is_so


async def test_bases_when_another_bill_was_posted_since_the_plan_then_stale_until_it_is_seen(
    database: Database,
) -> None:
    log = PostgresLog(database, FakeClock())
    projected = Projected(database, log, Planned(1), TENANT, "acme")
    own, other = "bill:acme/" + "a" * 32, "bill:acme/" + "b" * 32
    seen = NewEvent(stream="procurify/acme/bill/" + "a" * 32, type="Seen", body={})
    await log.append(TENANT, [seen], author=AUTHOR)
    body = orjson.dumps({"position": 1, "needs": {f"written:{other}": "", f"written:{own}": ""}})
    await database.execute(NEW_DOCUMENT, TENANT, own, body)
    row = orjson.dumps({"key": "k2", "version": 0})
    await database.execute(NEW_COMMAND, TENANT, "k2", other, row)
    assert await projected.bases(own)

    posted = NewEvent(stream="command/k2", type="PostAccepted", body={})
    await log.append(TENANT, [posted], author=AUTHOR)
    with pytest.raises(StaleVersion, match="command/k2"):
        await projected.bases(own)

    seen_too = orjson.dumps({"key": "k2", "version": 1})
    await database.execute(NEW_BODY, TENANT, "k2", seen_too)
    assert await projected.bases(own)
