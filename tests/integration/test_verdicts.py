"""A person's verdict on a write to Procurify, on a real PostgreSQL."""

import pytest
from goods_world import REPORT, in_procurify, in_syspro, ordered
from plan_documents import order
from plan_world import TENANT, World, ready_world
from planned_log import DANA, project, standing, told

from engine.db import Database
from engine.errors import Malformed
from engine.log.store import PostgresLog
from engine.verdicts import Resolved, Verdict, resolve

pytestmark = pytest.mark.both_stores

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
    with pytest.raises(Malformed, match="no write to Procurify waits"):
        await resolved(database, log, "absent")


async def test_verdict_when_nobody_is_asked_then_refused(database: Database) -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    row = world.command("purchase_order", "1042")
    world.intend(row)
    stream = f"command/{row['key']}"
    world.append(stream, "PostInDoubt", {"attempt": 1, "cause": "lost", "text": "cut"})
    body = {"attempt": 1, "outcome": "escalated", "rule": "FOUND_TWICE", "syspro_key": ""}
    world.append(stream, "DoubtResolved", body)
    log = await told(database, world)
    verdict = Verdict(outcome="done", reason="seen")
    with pytest.raises(Malformed, match="PO-1042: no write to Procurify waits"):
        await resolve(database, log, TENANT, "PO-1042", verdict, DANA)
    with pytest.raises(Malformed, match="needs a reason"):
        await resolve(database, log, TENANT, "PO-1042", Verdict(outcome="done", reason=" "), DANA)
