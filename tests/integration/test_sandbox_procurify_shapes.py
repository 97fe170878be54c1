"""What the sandbox's Procurify prints: fields, mixed money types, zones, sums that tie."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from sandbox_procurify_site import Site, open_site

OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?-0[78]:00")
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


async def every_order(site: Site) -> list[Any]:
    return [
        (await site.get(f"/api/v2/purchase_orders/{identity}/"))["data"]
        for identity in site.tenant.orders
    ]


async def every_bill(site: Site) -> list[Any]:
    return [
        (await site.get(f"/api/v2/ap/bills/{bill.uuid}/"))["data"]
        for bill in site.tenant.bills.values()
    ]


async def test_orders_when_summed_then_the_printed_amounts_tie(site: Site) -> None:
    for order in await every_order(site):
        subtotal = sum(Decimal(line["total_cost"]) for line in order["order_items"])
        assert subtotal == Decimal(order["subtotal"])
        assert order["discount"] == {"value": 0, "type": "amount"}
        total = subtotal + order["tax"]["value"]
        total += Decimal(order["freight"]) + Decimal(order["other"])
        assert total == Decimal(order["total"])


async def test_orders_when_printed_then_amounts_are_strings_and_quantities_numbers(
    site: Site,
) -> None:
    order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]

    line = order["order_items"][0]
    assert re.fullmatch(r"\d+\.\d\d", order["total"])
    assert re.fullmatch(r"\d+\.\d{6}", order["freight"])
    assert re.fullmatch(r"\d+\.\d{8}", line["price"])
    assert isinstance(line["quantity"], Decimal)
    assert line["account"]["account_code"]["code"]
    assert line["spend_allocation"][0]["amount"] == f"{Decimal(line['total_cost']):.8f}"
    assert order["shipping_method"]["name"] == "Ground"
    assert "id" not in order


async def test_order_items_when_listed_then_ids_and_strings_stand_for_objects_and_numbers(
    site: Site,
) -> None:
    (row, *_) = await site.rows("/api/v3/order-items/?page_size=100")

    line = site.tenant.orders[1042].lines[0]
    assert row["id"] == line.id == 10421
    assert row["account"] == line.account.id
    assert row["quantity"] == f"{line.quantity:.5f}"
    assert row["pref_vendor"] == site.tenant.orders[1042].vendor.id


async def test_bills_when_summed_then_the_printed_amounts_tie(site: Site) -> None:
    for bill in await every_bill(site):
        items = bill["items"]
        for item in items:
            allocated = sum(Decimal(part["amount"]) for part in item["cost_allocations"])
            assert allocated == item["total_cost"]
            assert item["total_cost_with_tax"] == item["total_cost"] + item["tax_amount"]
        assert sum(item["total_cost"] for item in items) == bill["subtotal_cost"]
        costs = sum((Decimal(cost["amount"]) for cost in bill["costs"]), Decimal(0))
        assert bill["subtotal_cost"] + costs == bill["total_cost"]
        assert sum(item["tax_amount"] for item in items) == bill["tax_amount"]
        shipping = sum(Decimal(item["shipping_amount"]) for item in items)
        assert shipping == bill["shipping_amount"]
        grand = bill["total_cost"] + bill["tax_amount"] + shipping
        assert grand == bill["total_cost_with_tax"]


async def test_bills_when_over_orders_then_lines_name_order_and_item(site: Site) -> None:
    linked = [bill for bill in await every_bill(site) if bill["added_purchase_orders"]]

    assert linked
    for bill in linked:
        orders = {order["id"] for order in bill["added_purchase_orders"]}
        for item in bill["items"]:
            assert item["po"]["id"] in orders
            assert item["orderitem"]["purchase_order"] == item["po"]["id"]
            assert isinstance(item["orderitem"]["pref_vendor"], dict)


async def test_bills_when_printed_then_totals_are_number_tokens(site: Site) -> None:
    (bill,) = [next(iter(site.tenant.bills.values()))]
    async with site.session.get(f"{site.origin}/api/v2/ap/bills/{bill.uuid}/") as response:
        text = await response.text()

    whole = f"{bill.grand_total.normalize():f}"
    token = whole if "." in whole else f"{whole}.0"
    assert f'"total_cost_with_tax":{token},' in text
    assert re.search(r'"amount":"\d+\.\d{8}"', text)


async def test_timestamps_when_printed_then_in_the_zone_or_in_utc(site: Site) -> None:
    order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    vendor = (await site.get("/api/v3/vendors/101/"))["data"]

    assert OFFSET.fullmatch(order["last_modified"])
    assert UTC.fullmatch(vendor["dateModified"])


async def test_vendors_when_listed_nested_or_alone_then_the_score_changes_its_type(
    site: Site,
) -> None:
    (row, *_) = await site.rows("/api/v3/vendors/?page_size=100")
    alone = (await site.get(f"/api/v3/vendors/{row['id']}/"))["data"]

    assert isinstance(row["overall_score"], str)
    assert isinstance(alone["overall_score"], Decimal)
    assert "performance" in alone
    assert "performance" not in row


async def test_names_when_printed_then_accents_and_markup_are_whole(site: Site) -> None:
    names = {row["name"] for row in await site.rows("/api/v3/vendors/?page_size=100")}

    assert names == {vendor.name for vendor in site.tenant.vendors.values()}
    assert any("&" in name for name in names)
    assert any(not name.isascii() for name in names)
