"""What the planner says now and what would be written, from a real log; nothing is appended."""

import json

import pytest
from plan_documents import account, line, order
from plan_world import TENANT, World, ready_world
from planned_log import told

from engine.cli import plan as plan_verb
from engine.cli import preview as preview_verb
from engine.cli.exits import Exit
from engine.db import Database
from engine.errors import NotFound
from engine.log.store import PostgresLog
from engine.service.forecast import Forecast, Preview, forecast, previewed

pytestmark = pytest.mark.both_stores

ORDER = ("purchase_order", "1042")


def ordered(world: World, *lines: dict[str, object]) -> World:
    world.source("PurchaseOrderChanged", *ORDER, order(1042, *lines))
    return world


def revised() -> World:
    """SYSPRO has ten lamps at 12.50; Procurify wants twelve now."""
    world = ordered(ready_world(), line(quantity=10, total_cost="125.00"))
    world.post(world.command(*ORDER), "000547", {"10421": 1})
    cells = {
        "Line": "1", "LineType": "7", "MSupCatalogue": "PI-10421", "MOrderQty": "10.000000",
        "MReceivedQty": "0", "MPrice": "12.50000", "MForeignPrice": "12.50000",
        "MCompleteFlag": "N", "MStockDes": "Desk lamp", "MStockCode": "PI-10421",
        "MOrderUom": "EA", "MTaxCode": "A", "MGlCode": "6100-20", "MProductClass": "NONS",
        "MLatestDueDate": "2026-11-20",
    }  # fmt: skip
    row = {"PurchaseOrder": "000547", "OrderStatus": "1", "CancelledFlag": "", "Currency": ""}
    row |= {"Supplier": "S00118", "CustomerPoNumber": ""}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], {**row, "lines": [cells]})
    return ordered(world, line(quantity=12, total_cost="150.00"))


async def seen(
    database: Database, world: World, log: PostgresLog | None = None
) -> tuple[Forecast, list[Preview]]:
    """The order's forecast and previews; the log is as long after as before."""
    log = await told(database, world, log)
    before = await log.head(TENANT)
    found = await forecast(database, log, TENANT, "PO-1042")
    shown = list(await previewed(log, TENANT, found))
    assert await log.head(TENANT) == before
    return found, shown


def printed(
    capsys: pytest.CaptureFixture[str], found: Forecast, shown: list[Preview]
) -> tuple[str, str]:
    plan_verb.show(TENANT, found, "")
    plan = capsys.readouterr().out
    preview_verb.show(TENANT, found, shown, "", has_xml=True)
    return plan, capsys.readouterr().out


async def test_preview_when_an_order_was_revised_then_one_line_differs(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    world = revised()
    found, [shown] = await seen(database, world)

    assert shown.wanted.payload == world.command(*ORDER)["payload"]
    assert [preview_verb.change_text(change) for change in shown.changes] == [
        "  line 1 Desk lamp: quantity: 10 → 12"
    ]
    assert "<OrderQty>12</OrderQty>" in shown.document
    assert "<ValidateOnly>N</ValidateOnly>" in shown.parameters
    assert shown.read_at is not None
    assert plan_verb.exit_for(found) == Exit.OK
    assert found.facts["policy:EDU1"] is not None
    plan, preview = printed(capsys, found, [shown])
    assert "To be sent: change the purchase order in company EDU1 by PORTOI." in plan
    assert "      line 1 Desk lamp: quantity: 10 → 12" in preview.splitlines()
    assert "<OrderActionType>C</OrderActionType>" in preview


async def test_plan_when_a_line_has_no_account_then_held_with_all_a_clerk_needs(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    world = ordered(ready_world(), line(account=account("6990")))
    found, shown = await seen(database, world)

    assert shown == []
    assert plan_verb.exit_for(found) == Exit.WAITING_FOR_PERSON
    plan, preview = printed(capsys, found, shown)
    for text in (
        "LINE_NO_ACCOUNT: A line has no ledger code. (line 1: account 6990",
        "Why        Its account code is missing or not mapped",
        "Who        whoever keeps the mappings",
        "By itself  It is planned again as soon as",
        "Nothing is to be sent.",
    ):
        assert text in plan
    assert "Nothing would be written." in preview
    plain = json.loads(json.dumps(plan_verb.plain(TENANT, found, "Kim"), default=str))
    assert (plain["outcome"], plain["who"], plain["class"]) == ("held", "Kim", "data")
    assert plain["needs"]["mapping:account/6990"] is None


async def test_plan_when_syspro_refused_then_its_answer_is_shown_word_for_word(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    world = ordered(ready_world())
    row = world.command(*ORDER)
    world.intend(row)
    reply = "<postpurchaseorders><Error>Branch 'XX' not on file</Error></postpurchaseorders>"
    body = {"reason": "SYSPRO_REFUSED", "text": "no", "errors": [], "reply": reply + "x" * 5000}
    world.append(f"command/{row['key']}", "PostRejected", body)
    found, shown = await seen(database, world)

    assert found.said.startswith(reply)
    assert len(found.said) == 2001
    plan, _ = printed(capsys, found, shown)
    assert "<Error>Branch 'XX' not on file</Error>" in plan
    assert plan_verb.exit_for(found) == Exit.WAITING_FOR_PERSON


async def test_preview_when_it_waits_for_approval_then_the_very_command_is_shown(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    world = ordered(ready_world(mode_purchase_order="approve"))
    found, [shown] = await seen(database, world)
    assert shown.wanted.standing == "to be approved"
    plan, _ = printed(capsys, found, [shown])
    assert "Waits for its approval: create the purchase order in company EDU1" in plan

    document = f"purchase_order:acme/{ORDER[1]}"
    revision = world.document(*ORDER)["revision"]
    body = {"document": document, "reason": "r", "revision": revision}
    world.append(f"decision/{document}", "DocumentApproved", body)
    assert world.command(*ORDER)["payload"] == shown.wanted.payload


async def test_preview_when_a_post_is_in_doubt_then_what_was_sent_and_exit_7(
    database: Database,
) -> None:
    world = ordered(ready_world())
    row = world.command(*ORDER)
    world.intend(row)
    body = {"attempt": 1, "cause": "timed_out", "text": "no answer in 120 s"}
    world.append(f"command/{row['key']}", "PostInDoubt", body)
    found, [shown] = await seen(database, world)
    assert shown.wanted.standing == "under way"
    assert found.said == "no answer in 120 s"
    assert plan_verb.exit_for(found) == Exit.IN_DOUBT


async def test_forecast_when_nothing_is_called_so_then_refused(database: Database) -> None:
    log = await told(database, ready_world())
    with pytest.raises(NotFound):
        await forecast(database, log, TENANT, "PO-1")
