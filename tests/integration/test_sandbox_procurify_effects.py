"""What a write to the sandbox's Procurify, or a change in it, shows elsewhere afterwards."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from sandbox_procurify_site import GRANT, Site, open_site, order_body

from engine.sandbox.procurify.bill_changes import delete_bill, fix_bill
from engine.sandbox.procurify.bill_items import UNBILLED_FROM
from engine.sandbox.procurify.order_changes import close_order, receive_item
from engine.sandbox.scenario.names import STOCKED

VENDORS = "/api/v3/vendors/"
NETSUITE = "/api/v3/integrations/netsuite/"
VENDOR = {"name": "Neu", "email": ["ap@neu.example"], "overall_score": None, "type": 3}


@pytest.fixture
async def own() -> AsyncIterator[Site]:
    """A site of one test alone."""
    async with open_site(documents=40) as opened:
        yield opened


async def test_owner_when_deactivated_by_the_api_then_every_call_fails(own: Site) -> None:
    me = (await own.get("/api/v3/users/me/"))["data"]["id"]

    await own.send("DELETE", f"/api/v3/users/{me}/", None, status=204)

    await own.get(VENDORS, status=401)
    await own.send("POST", "/oauth/token", GRANT, status=401)


async def test_users_when_invited_into_a_role_then_in_it(own: Site) -> None:
    body = [{"email": "new@acme.example", "role_id": 3}]
    (row,) = (await own.send("POST", "/api/v3/users/", body, status=201))["data"]

    assert row["role"]["id"] == 3


async def test_vendor_when_scored_then_text_in_the_list_and_number_alone(own: Site) -> None:
    terms = {"shipping_term_ref": {"name": "DAP"}, "payment_method_ref": {"name": "Wire"}}
    body = {**VENDOR, "overall_score": "3.5", **terms}
    new = (await own.send("POST", VENDORS, body, status=201))["data"]
    put = (await own.send("PUT", f"{VENDORS}{new['id']}/", body))["data"]
    (row,) = await own.rows(f"{VENDORS}?name=neu")

    assert (new["overall_score"], row["overall_score"]) == (Decimal("3.5"), "3.500")
    assert (row["shipping_term_ref"]["id"], row["payment_method_ref"]["name"]) == (91, "Wire")
    assert (put["overall_score"], put["shipping_term_ref"]) == (Decimal("3.5"), 91)
    assert isinstance(put["payment_method_ref"], int)


async def test_bills_when_paid_then_the_detail_holds_the_payment(own: Site) -> None:
    bill = next(one for one in own.tenant.bills.values() if one.status == 2 and one.type == 0)
    path = f"/api/v2/ap/bills/{bill.uuid}/"
    assert (await own.get(path))["data"]["bill_payment"] is None

    body = {"bill_uuids": [bill.uuid], "payment_date": "2026-11-20"}
    await own.send("POST", "/api/v3/ap/bills/mark-as-paid/", body)

    paid = (await own.get(path))["data"]["bill_payment"]
    (payment,) = await own.rows(f"/api/public/v1/payments/?bill_groups={bill.group}")
    assert paid["payment"]["id"] == payment["id"]
    assert (paid["payment"]["payment_date"], paid["payment"]["status"]) == ("2026-11-20", 5)
    found = "/api/v3/ap/bills/?payment_date_0=2026-11-20&payment_date_1=2026-11-20"
    assert [row["uuid"] for row in await own.rows(found)] == [bill.uuid]


async def test_payments_when_bills_came_paid_then_on_the_day_of_their_change(own: Site) -> None:
    payments = await own.rows("/api/public/v1/payments/?page_size=100")

    assert payments
    assert all(row["posted_date"] == row["updated_at"][:10] for row in payments)


async def test_bills_when_their_day_passes_unpaid_then_past_due(own: Site) -> None:
    async def late() -> list[int]:
        rows = await own.rows("/api/v3/ap/bills/?page_size=100")
        return [row["id"] for row in rows if row["past_due"]]

    bills = list(own.tenant.bills.values())
    day = min(bill.due_on for bill in bills if bill.status != 4)
    noon = datetime.combine(day, time(20), tzinfo=UTC)
    own.tenant.clock = lambda: noon
    assert await late() == []
    own.tenant.clock = lambda: noon + timedelta(days=1)
    assert await late() == [bill.id for bill in bills if bill.status != 4 and bill.due_on == day]


async def test_bills_when_fixed_then_every_version_names_all_of_them(own: Site) -> None:
    bill = next(one for one in own.tenant.bills.values() if one.status == 2 and one.type == 0)

    async def versions(uuid: str) -> list[int]:
        shown = (await own.get(f"/api/v2/ap/bills/{uuid}/"))["data"]["version_choices"]
        return [choice["version"] for choice in shown]

    second = fix_bill(own.tenant, bill)
    assert await versions(bill.uuid) == await versions(second.uuid) == [1, 2]
    await own.send("PATCH", f"/api/v3/ap/bills/{second.uuid}/", {"note": "x"})
    assert await versions(second.uuid) == [1, 2]
    third = fix_bill(own.tenant, own.tenant.bills[second.id])
    assert await versions(bill.uuid) == await versions(third.uuid) == [1, 2, 3]
    delete_bill(own.tenant, third)
    assert await versions(bill.uuid) == [1, 2]


async def test_bills_when_paid_by_group_then_the_newest_version_is(own: Site) -> None:
    first, other = [one for one in own.tenant.bills.values() if one.status == 2 and one.type == 0][
        :2
    ]
    fixed = replace(fix_bill(own.tenant, first), status=2)
    own.tenant.put_bill(fixed)

    body = {
        "bill_uuids": [other.uuid],
        "bill_group_ids": [first.group],
        "payment_date": "2026-11-20",
    }
    await own.send("POST", "/api/v3/ap/bills/mark-as-paid/", body)

    assert own.tenant.bills[fixed.id].status == 4
    assert own.tenant.bills[first.id].status == 5


async def test_bills_when_dated_without_a_zone_then_on_that_day_at_the_location(own: Site) -> None:
    bill = next(one for one in own.tenant.bills.values() if one.status == 2)
    path = f"/api/v3/ap/bills/{bill.uuid}/"

    patched = await own.send("PATCH", path, {"due_date": "2026-12-24"})
    assert patched["data"]["due_date"][:10] == "2026-12-24"
    await own.send("PATCH", path, {"due_date": "0001-01-01"}, status=400)


async def test_order_when_put_with_a_discount_then_it_is_off_the_total(own: Site) -> None:
    path = "/api/v2/purchase_orders/1042/"
    order = (await own.get(path))["data"]
    changes: dict[str, Any] = {
        "discount": {"value": 10, "type": "percentage"},
        "promise_date": "2026-12-30T20:00:00Z",
        "expiry_date": "2027-01-31T20:00:00Z",
    }

    body = order_body(order, **changes)
    await own.send("PUT", "/api/v3/purchase-orders/1042/", body)

    shown = (await own.get(path))["data"]
    off = (Decimal(order["subtotal"]) / 10).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(shown["total"]) == Decimal(order["total"]) - off
    assert shown["discount"] == {"value": 10, "type": "percentage"}
    assert shown["promise_date"] == "2026-12-30T12:00:00-08:00"
    assert shown["expiry_date"] == "2027-01-31T12:00:00-08:00"
    listed = "/api/v2/purchase_orders/purchased/all/?promise_date_0=2026-12-30"
    assert 1042 in {row["procurify_PO"] for row in await own.rows(f"{listed}&page_size=100")}
    wrong = order_body(shown, discount={"value": "-1", "type": "amount"})
    await own.send("PUT", "/api/v3/purchase-orders/1042/", wrong, status=400)


async def test_order_when_closed_then_what_was_received_can_still_be_billed(own: Site) -> None:
    billed = {
        line.order_line.id
        for bill in own.tenant.bills.values()
        for line in bill.lines
        if line.order_line
    }
    order = next(
        one
        for one in own.tenant.orders.values()
        if one.state == 0
        and len(one.lines) > 1
        and not any(line.received or line.id in billed for line in one.lines)
    )
    came, never = order.lines[:2]
    receive_item(own.tenant, came.id, Decimal(1))
    close_order(own.tenant, own.tenant.orders[order.id])

    rows = await own.rows("/api/v2/ap/items/?billed=false&page_size=100")

    ids = {row["id"] for row in rows}
    assert UNBILLED_FROM + came.id in ids
    assert UNBILLED_FROM + never.id not in ids


async def test_receipts_when_some_is_bad_then_the_item_counts_it(own: Site) -> None:
    line = own.tenant.orders[1042].lines[0]
    body = {"order_item": line.id, "pass_quantity": "0", "fail_quantity": "2"}

    await own.send("POST", "/api/v3/receipt/items/", body, status=201)

    shown = (await own.get("/api/v2/purchase_orders/1042/"))["data"]["order_items"][0]
    assert (shown["receivedFailQty"], shown["receivedPassQty"], shown["status"]) == (2, 0, 2)
    (row,) = await own.rows("/api/v3/order-items/?receivedFailQty=2")
    assert (row["id"], row["receivedFailQty"]) == (line.id, "2.00000")


async def test_catalogue_when_first_written_to_then_it_still_holds_its_goods(own: Site) -> None:
    item = {"name": "Glue", "currency": 1, "custom_fields": []}
    await own.send("POST", "/api/v3/catalog-items/", item, status=201)

    rows = await own.rows("/api/v3/catalog-items/?page_size=100")
    assert {"Glue", *(name for _, name in STOCKED)} == {row["name"] for row in rows}
    assert await own.rows("/api/v3/catalog-bundles/")


async def test_netsuite_when_a_custom_field_is_written_then_the_order_shows_it(own: Site) -> None:
    body = {"purchase_order_id": 1042, "custom_field_id": 71, "custom_field_value": "ERP-1"}
    await own.send("POST", f"{NETSUITE}custom-fields/purchase-orders/", body, status=201)

    (value,) = (await own.get("/api/v2/purchase_orders/1042/"))["data"]["custom_fields"]
    assert (value["value"], value["field"]["id"]) == ("ERP-1", 71)
