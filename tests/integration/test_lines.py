"""A stopped line gives nothing to send, says why, and goes on by a person, on real rows."""

from datetime import UTC, datetime

import pytest
from plan_documents import order
from plan_world import COMPANY, TENANT, World, ready_world
from planned_log import DANA, project, told

from engine.core.events import NewEvent
from engine.db import Database
from engine.errors import Malformed
from engine.lines import LineOutbox, line_stream, release_line, stopped_lines
from engine.sent import SentCommands
from engine.standing import standing

pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
WHY = "bill:acme/7 was settled as not there, and is there"


def ordered() -> World:
    world = ready_world()
    for identity in (1042, 1043):
        number = str(identity)
        world.source("PurchaseOrderChanged", "purchase_order", number, order(identity))
    return world


async def test_line_when_stopped_then_nothing_is_given_until_a_person_lets_it_go_on(
    database: Database,
) -> None:
    log = await told(database, ordered())
    heard: list[str] = []
    outbox = LineOutbox(database, heard.append)
    assert len(await outbox.next_ready(TENANT, COMPANY, 10, NOW)) == 2
    assert heard == [""]

    body = {"company": COMPANY, "text": WHY, "hold_for_payment": ["S1|INV-1"]}
    event = NewEvent(stream=line_stream(COMPANY), type="LineStopped", body=body)
    await log.append(TENANT, [event], author=DANA)
    await project(database, log)
    assert await outbox.next_ready(TENANT, COMPANY, 10, NOW) == []
    assert heard == ["", WHY]
    [line] = (await standing(database, TENANT)).stopped
    assert (line.company, line.why, line.holds) == (COMPANY, [WHY], ["S1|INV-1"])

    with pytest.raises(Malformed, match="reason"):
        await release_line(log, TENANT, COMPANY, reason=" ", author=DANA)
    await release_line(log, TENANT, COMPANY, reason=" one was deleted ", author=DANA)
    await project(database, log)
    assert await stopped_lines(database, TENANT) == {}
    assert len(await outbox.next_ready(TENANT, COMPANY, 10, NOW)) == 2


async def test_sent_when_paged_then_only_what_was_ever_sent_and_of_the_company(
    database: Database,
) -> None:
    world = ordered()
    row = world.command("purchase_order", "1042")
    world.intend(row)
    stream = f"command/{row['key']}"
    world.append(stream, "PostInDoubt", {"attempt": 1, "cause": "lost", "text": "cut"})
    await told(database, world)
    sent = SentCommands(database)
    document = str(row["document"])

    found, last = await sent.documents_after(TENANT, COMPANY, "", 10)
    assert (found, last) == ([document], "")
    first, last = await sent.documents_after(TENANT, COMPANY, "", 1)
    rest, _ = await sent.documents_after(TENANT, COMPANY, last, 10)
    assert last and sorted([*first, *rest]) == [document]
    assert await sent.documents_after(TENANT, "EDU2", "", 10) == ([], "")

    rows = await sent.of_documents(TENANT, COMPANY, [document])
    assert [one["key"] for one in rows] == [row["key"]]
    assert await sent.of_documents(TENANT, "EDU2", [document]) == []
    assert list(await sent.doubted(TENANT, COMPANY)) == [document]
    assert await sent.doubted(TENANT, "EDU2") == {}
