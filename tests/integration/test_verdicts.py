"""People's verdicts on writes that nobody could tell the outcome of, on a real PostgreSQL."""

from dataclasses import replace

import pytest
from goods_world import REPORT, in_procurify, in_syspro, ordered
from plan_documents import order
from plan_world import TENANT, World, ready_world
from planned_log import DANA, project, standing, told

from engine.core.events import Event
from engine.db import Database
from engine.errors import Malformed
from engine.log.store import PostgresLog
from engine.verdicts import Resolved, Verdict, resolve

pytestmark = pytest.mark.both_stores

ORDER = "purchase_order:acme/1042"
RECEIPT = "receipt_report:acme/10421"


def escalated() -> World:
    """Four of ten are received in SYSPRO; nobody can tell whether Procurify took the report."""
    world = ready_world(report_receipts=True)
    ordered(world)
    in_procurify(world, "0.00000")
    in_syspro(world, "4")
    row = world.command(*REPORT)
    world.intend(row)
    stream = f"command/{row['key']}"
    world.append(stream, "PostInDoubt", {"attempt": 1, "cause": "lost", "text": "cut"})
    body = {"attempt": 1, "outcome": "escalated", "rule": "FOUND_NOTHING", "procurify_id": ""}
    world.append(stream, "DoubtResolved", body)
    return world


async def resolved(database: Database, log: PostgresLog, outcome: str) -> Resolved:
    verdict = Verdict(outcome=outcome, reason=" looked at the item ")
    found = await resolve(database, log, TENANT, RECEIPT, verdict, DANA)
    await project(database, log)
    return found


async def test_verdict_when_absent_then_the_write_is_sent_once_more(database: Database) -> None:
    log = await told(database, escalated())
    assert await standing(database, RECEIPT) == ("in_doubt", "WRITE_BACK_ESCALATED")

    found = await resolved(database, log, "absent")

    body = found.event.body or {}
    assert (body["outcome"], body["rule"]) == ("not_committed", "BY_PERSON")
    assert (found.event.actor, body["reason"]) == ("Dana", "looked at the item")
    assert await standing(database, RECEIPT) == ("ready", "")


async def test_verdict_when_done_then_it_is_to_be_read_back_and_nothing_more_is_owed(
    database: Database,
) -> None:
    log = await told(database, escalated())
    await resolved(database, log, "done")
    assert await standing(database, RECEIPT) == ("sent", "")
    with pytest.raises(Malformed, match="no write of it waits"):
        await resolved(database, log, "absent")


def doubted() -> World:
    """An order of which nobody can tell whether SYSPRO took it."""
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    row = world.command("purchase_order", "1042")
    world.intend(row)
    stream = f"command/{row['key']}"
    world.append(stream, "PostInDoubt", {"attempt": 1, "cause": "lost", "text": "cut"})
    body = {"attempt": 1, "outcome": "escalated", "rule": "PROBE_NOT_PASSED", "syspro_key": ""}
    world.append(stream, "DoubtResolved", body)
    return world


async def say(
    database: Database, log: PostgresLog, outcome: str, actor: str, syspro_key: str = ""
) -> Event:
    verdict = Verdict(outcome=outcome, reason="looked in SYSPRO", syspro_key=syspro_key)
    author = replace(DANA, actor=actor)
    found = await resolve(database, log, TENANT, "PO-1042", verdict, author)
    await project(database, log)
    return found.event


async def test_verdict_c11_when_absent_from_syspro_then_a_second_person_has_to_say_so(
    database: Database,
) -> None:
    log = await told(database, doubted())
    proposed = await say(database, log, "absent", "Dana")
    assert (proposed.type, proposed.actor) == ("VerdictProposed", "Dana")
    assert await standing(database, ORDER) == ("in_doubt", "DOUBT_ESCALATED")
    for actor in ("Dana", " dana "):
        with pytest.raises(Malformed, match="Dana said so already; a second person"):
            await say(database, log, "absent", actor)

    given = await say(database, log, "absent", "Kim")
    body = given.body or {}
    assert (given.type, given.actor, body["proposed_by"]) == ("VerdictGiven", "Kim", "Dana")
    assert await standing(database, ORDER) == ("in_doubt", "DOUBT_ESCALATED")
    with pytest.raises(Malformed, match="a verdict was given"):
        await say(database, log, "done", "Kim", "000123")


async def test_verdict_when_done_in_syspro_then_one_named_person_and_the_key_are_enough(
    database: Database,
) -> None:
    log = await told(database, doubted())
    with pytest.raises(Malformed, match="say which order it is"):
        await say(database, log, "done", "Kim")
    with pytest.raises(Malformed, match="say who you are"):
        await say(database, log, "done", "cli", "000123")
    await say(database, log, "absent", "Dana")
    given = await say(database, log, "done", "Kim", " 000123 ")
    body = given.body or {}
    assert (given.type, body["outcome"], body["syspro_key"]) == ("VerdictGiven", "done", "000123")


async def test_verdict_when_nobody_is_asked_then_refused(database: Database) -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    log = await told(database, world)
    with pytest.raises(Malformed, match="PO-1042: no write of it waits"):
        await say(database, log, "done", "Kim", "000123")
    with pytest.raises(Malformed, match="needs a reason"):
        await resolve(database, log, TENANT, "PO-1042", Verdict(outcome="done", reason=" "), DANA)
