"""Suppliers suggested for vendors on a real PostgreSQL, and what merging vendors leaves behind."""

from decimal import Decimal

import pytest
from plan_documents import bill, line, order, vendor
from plan_world import TENANT, World, ready_world
from planned_log import DANA, project, standing, told

from engine.db import Database
from engine.log.store import PostgresLog
from engine.mappings import approve, approved
from engine.retired import retired
from engine.suggestions import certain, suggestions

pytestmark = pytest.mark.both_stores


def story() -> World:
    world = ready_world(create_suppliers=False)
    world.supplier("S00501", "NORDLICHT GMBH")
    world.supplier("S00502", "Nordlicht AG", TaxRegnNum="DE 123 456 789")
    world.supplier("S00503", "Twin Ltd")
    world.supplier("S00504", "TWIN LTD.")
    world.source("VendorChanged", "vendor", "200", vendor(comments="VAT DE123456789"))
    world.source("VendorChanged", "vendor", "201", vendor(201, name="Twin Ltd"))
    world.source("VendorChanged", "vendor", "202", vendor(202, name="Nobody Knows"))
    world.source("VendorChanged", "vendor", "118", vendor(118))
    return world


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    return await told(database, story())


async def test_vendors_when_suppliers_are_like_them_then_each_is_told_best_first_and_why(
    database: Database, log: PostgresLog
) -> None:
    found = await suggestions(database, TENANT)

    assert [(one.vendor, one.supplier, str(one.likeness.score)) for one in found] == [
        ("200", "S00502", "1.00"),
        ("200", "S00501", "0.90"),
        ("201", "S00503", "0.90"),
        ("201", "S00504", "0.90"),
    ]
    assert found[0].likeness.evidence == ("same tax number",)
    assert found[0].company == "EDU1"


async def test_suggestion_when_it_is_certain_then_approving_it_lets_the_vendor_go(
    database: Database, log: PostgresLog
) -> None:
    found = await suggestions(database, TENANT)
    sure = certain(found, Decimal("0.85"))

    assert [(one.vendor, one.supplier) for one in sure] == [("200", "S00502")]
    assert certain(found, Decimal("1.00")) == []
    await approve(log, TENANT, [one.row() for one in sure], author=DANA)
    await project(database, log)
    assert await standing(database, "vendor:acme/200") == ("linked", "ALREADY_THERE")
    assert await standing(database, "vendor:acme/201") == ("held", "VENDOR_UNMAPPED")
    assert {one.vendor for one in await suggestions(database, TENANT)} == {"201"}


def merging() -> World:
    """Vendor 200 was a supplier of ours with two orders and a bill, and is S00118 now."""
    world = ready_world()
    world.source("VendorChanged", "vendor", "200", vendor())
    world.post(world.command("vendor", "200"), "V000200")
    world.supplier("V000200", "Nordlicht GmbH")
    for number, key in ((1042, "000547"), (1043, "000548")):
        body = order(number, line(number * 10), pref_vendor={"id": 200})
        world.source("PurchaseOrderChanged", "purchase_order", str(number), body)
        world.post(world.command("purchase_order", str(number)), key, {str(number * 10): 1})
    world.syspro(
        "purchase_order",
        "PurchaseOrder",
        ["000548"],
        {"PurchaseOrder": "000548", "OrderStatus": "9"},
    )
    world.source("BillChanged", "bill", "6" * 32, bill(vendor={"id": 200}))
    world.post(world.command("bill", "6" * 32), "INV-601")
    return world


async def test_supplier_when_its_vendor_was_merged_then_what_is_open_there_is_told(
    database: Database,
) -> None:
    world = merging()
    log = await told(database, world)
    assert await retired(database, TENANT, [one.row for one in await approved(log, TENANT)]) == []

    world.mapping("vendor", "200", "S00118")
    await told(database, world, log)
    rows = [one.row for one in await approved(log, TENANT)]
    found = await retired(database, TENANT, rows)
    assert [(one.supplier, one.survivor, one.kind, one.syspro_key) for one in found] == [
        ("V000200", "S00118", "bill", "INV-601"),
        ("V000200", "S00118", "purchase_order", "000547"),
    ]

    paid = {"Supplier": "V000200", "Invoice": "INV-601", "MthInvBal1": "0.00"}
    world.syspro("invoice", "Invoice", ["V000200", "INV-601"], paid)
    await told(database, world, log)
    assert [one.kind for one in await retired(database, TENANT, rows)] == ["purchase_order"]
