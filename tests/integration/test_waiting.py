"""Since when documents wait, by reason, as the tables have it."""

import pytest
from bill_cases import MATCHED, of_item
from plan_documents import bill, order
from plan_world import TENANT, ready_world
from planned_log import told

from engine.db import Database
from engine.standing import waiting_since

pytestmark = pytest.mark.both_stores

BILLS = ("00000000000000000000000000000601", "00000000000000000000000000000602")


async def test_wait_when_asked_for_then_the_oldest_of_each_reason_is_told(
    database: Database,
) -> None:
    world = ready_world()
    log = await told(database, world)
    assert await waiting_since(database, TENANT) == {}

    body = order(1042, pref_vendor=MATCHED)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
    for place, identity in enumerate(BILLS):
        lines = of_item("1", "12.50")
        number = f"INV-{place}"
        vendor = {"vendor": MATCHED, "invoice_number": number, "group": place}
        world.source("BillChanged", "bill", identity, bill(lines, **vendor))
    await told(database, world, log)

    rows = await database.fetch(
        "SELECT recorded_at FROM events WHERE stream = $1", f"procurify/acme/bill/{BILLS[0]}"
    )
    assert await waiting_since(database, TENANT) == {"WAITS_FOR_ORDER": rows[0]["recorded_at"]}
