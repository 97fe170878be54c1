"""One open exception for a document and its cause, gone by itself, through a real log."""

import pytest
from plan_documents import account, line, order
from plan_world import TENANT, World, ready_world
from planned_log import told

from engine.db import Database
from engine.standing import Entry, standing

pytestmark = pytest.mark.both_stores


def bought(world: World, code: str, **fields: object) -> None:
    item = line(account=account(code))
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, item, **fields))


async def held(database: Database) -> list[Entry]:
    return list((await standing(database, TENANT)).held)


async def test_exception_when_a_document_changes_and_stays_wrong_then_it_is_the_same_one(
    database: Database,
) -> None:
    world = ready_world()
    bought(world, "6990")
    log = await told(database, world)
    [first] = await held(database)
    assert first.reason == "LINE_NO_ACCOUNT"

    bought(world, "6990", note="again")
    bought(world, "6991")
    await told(database, world, log)

    [second] = await held(database)
    assert (second.key, second.reason) == (first.key, first.reason)
    assert "6991" in second.detail


async def test_exception_when_another_cause_takes_its_place_then_there_is_still_one(
    database: Database,
) -> None:
    world = ready_world()
    bought(world, "6990")
    log = await told(database, world)
    [first] = await held(database)

    bought(world, "6100", purchased_currency={"id": 2, "name": "XXX"})
    await told(database, world, log)

    [second] = await held(database)
    assert (first.reason, second.reason) == ("LINE_NO_ACCOUNT", "CURRENCY_UNMAPPED")


async def test_exception_when_a_later_version_is_right_then_it_is_gone_and_the_order_ready(
    database: Database,
) -> None:
    world = ready_world()
    bought(world, "6990")
    log = await told(database, world)
    assert len(await held(database)) == 1

    bought(world, "6100")
    await told(database, world, log)

    assert await held(database) == []
    found = await standing(database, TENANT)
    assert found.counts["purchase_order"] == {"ready": 1}


async def test_exception_when_its_mapping_is_approved_then_it_is_gone_by_itself(
    database: Database,
) -> None:
    world = ready_world()
    bought(world, "6990")
    log = await told(database, world)
    world.mapping("account", "6990", "6100-00")
    await told(database, world, log)
    assert await held(database) == []
