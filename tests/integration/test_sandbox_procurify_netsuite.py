"""The NetSuite-integration API of the sandbox: statuses, object maps, its vendors."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sandbox_procurify_site import SECRET, Site, open_site

from engine.sandbox.procurify.changes import Changes

BASE = "/api/v3/integrations/netsuite/"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(documents=40) as opened:
        yield opened


async def put_map(site: Site, content_type: int, identity: int, status: int = 1) -> None:
    body = {
        "object_id": identity,
        "content_type": content_type,
        "status": status,
        "external_id": f"NS{identity}",
        "message": "" if status == 1 else "Invalid field",
    }
    await site.send("POST", f"{BASE}object-maps/", body)


async def test_initialize_when_the_owner_asks_then_a_basic_string_that_serves(site: Site) -> None:
    owner = base64.b64encode(f"client:{SECRET}".encode()).decode()
    url = f"{site.origin}{BASE}"
    headers = {"Authorization": f"Basic {owner}"}
    async with site.session.post(f"{url}initialize/", headers=headers) as response:
        assert response.status == 201
        text = (await response.json())["data"]["auth_string"]
    headers = {"Authorization": f"Basic {text}"}
    async with site.session.get(f"{url}vendors/", headers=headers) as response:
        assert response.status == 200
    headers = {"Authorization": f"Basic {owner}"}
    async with site.session.get(f"{url}vendors/", headers=headers) as response:
        assert response.status == 401


async def test_orders_when_mapped_then_synced_until_they_change(site: Site) -> None:
    path = f"{BASE}purchase-orders/"
    everyone = {row["id"] for row in await site.rows(f"{path}?status=pending&page_size=100")}
    assert everyone == set(site.tenant.orders)

    await put_map(site, 23, 1042)
    await put_map(site, 23, 1043, status=2)
    (row,) = await site.rows(f"{path}?status=synced")
    assert (row["id"], row["external_id"]) == (1042, "NS1042")
    assert row["total"] == f"{site.tenant.orders[1042].total:.2f}"
    both = await site.rows(f"{path}?status=synced,error")
    assert [row["id"] for row in both] == [1042, 1043]

    line = site.tenant.orders[1042].lines[0]
    Changes(site.tenant).receive(line.id, line.quantity / 2)
    assert await site.rows(f"{path}?status=synced") == []


async def test_receipt_lines_when_their_order_is_synced_then_shown_with_the_difference(
    site: Site,
) -> None:
    changes = Changes(site.tenant)
    line = site.tenant.orders[1042].lines[0]
    receipt, other = (changes.receive(line.id, Decimal(n)) for n in (2, 1))
    path = f"{BASE}item-receipt-lines/"
    assert await site.rows(f"{path}?id={receipt.id}") == []

    await put_map(site, 23, 1042)
    rows = await site.rows(f"{path}?status=pending")
    assert [(row["id"], row["order_item_id"], row["received_quantity"]) for row in rows] == [
        (receipt.id, line.id, "2.00"),
        (other.id, line.id, "1.00"),
    ]
    assert rows[0]["last_synced_info"]["delta"] == "2.00"
    assert rows[0]["purchase_order"]["external_id"] == "NS1042"

    await put_map(site, 280, receipt.id)
    changes.undo_receipt(receipt.id)
    changes.undo_receipt(other.id)
    (row,) = await site.rows(path)
    assert (row["id"], row["received_quantity"]) == (receipt.id, "0.00")
    assert row["last_synced_info"]["delta"] == "-2.00"
    quantities = [one["received_quantity"] for one in row["receive_history"]]
    assert quantities == ["2.00", "0.00"]


async def test_receipts_when_an_item_has_less_than_before_then_the_last_one_is_edited(
    site: Site,
) -> None:
    order = site.tenant.orders[1042]
    line = order.lines[0]
    receipt = Changes(site.tenant).receive(line.id, Decimal(5))

    lines = tuple(
        replace(row, received=Decimal(2)) if row.id == line.id else row for row in order.lines
    )
    site.tenant.put_order(replace(site.tenant.orders[1042], lines=lines))

    (row,) = (await site.get(f"/api/v3/receipt/items/?order_item={line.id}"))["data"]
    assert (row["id"], row["pass_quantity"], row["is_edited"]) == (receipt.id, "2.00000", True)


async def test_logs_when_maps_are_said_then_named_as_in_the_examples(site: Site) -> None:
    receipt = Changes(site.tenant).receive(site.tenant.orders[1042].lines[0].id, Decimal(1))
    vendor = next(iter(site.tenant.vendors.values()))
    for content_type, identity in ((23, 1042), (280, receipt.id), (21, vendor.id), (60, 291)):
        await put_map(site, content_type, identity)

    details = [row["object_details"] for row in await site.rows(f"{BASE}logs/")]
    named = [(row["identifiter"], row["uuid"]) for row in details]
    uuid = site.tenant.orders[1042].uuid.replace("-", "")
    of_order = ("PF1042", uuid)
    assert named == [of_order, of_order, (vendor.name, ""), ("1000 - Assets", "")]


async def test_vendor_when_written_whole_then_every_field_comes_back(site: Site) -> None:
    body = {
        "name": "Procurify",
        "address_line_two": "300",
        "alt_email": "alt@x.example",
        "alt_phone": "2",
        "fax": "3",
        "comments": "Call",
        "url": "http://x.example/",
        "shipping_term": "FOB",
        "external_id": "1234",
        "is_active": None,
    }
    made = (await site.send("POST", f"{BASE}vendors/", body, status=201))["data"]
    assert {name: made[name] for name in body if name != "is_active"} == {
        name: text for name, text in body.items() if name != "is_active"
    }
    assert "is_active" not in made
    main = (await site.get(f"/api/v3/vendors/{made['id']}/"))["data"]
    assert (main["addressLineTwo"], main["phoneTwo"], main["fax"]) == ("300", "2", "3")
    wrong = await site.send("POST", f"{BASE}vendors/", {**body, "is_active": "no way"}, status=400)
    assert wrong["errors"].keys() == {"is_active"}


async def test_maps_when_upserted_in_a_batch_then_one_each_with_a_log(site: Site) -> None:
    rows = [{"object_id": n, "content_type": 23, "external_id": f"E{n}"} for n in (1042, 1043)]
    path = "/api/v3/integrations/object-maps/batch/"
    first = (await site.send("POST", path, rows, status=201))["data"]
    again = (await site.send("POST", path, rows, status=201))["data"]
    assert [row["id"] for row in first] == [row["id"] for row in again]
    await put_map(site, 23, 1043, status=2)

    logs = await site.rows(f"{BASE}logs/?status=error&object_type=purchaseorder")
    assert [row["object_details"]["identifiter"] for row in logs] == ["PF1043"]
    maps = await site.rows(f"{BASE}object-maps/?status=synced")
    assert [row["object_id"] for row in maps] == [1042]
    await site.send("DELETE", f"{BASE}object-maps/{maps[0]['id']}/", None, status=204)
    wrong = [{**rows[0], "content_type": 9}]
    await site.send("POST", path, wrong, status=400)


async def test_vendor_when_deleted_then_gone_until_posted_or_reactivated(site: Site) -> None:
    path = f"{BASE}vendors/"
    body = {"name": "Procurify", "external_id": "1234", "city": "Vancouver"}
    made = (await site.send("POST", path, body, status=201))["data"]
    one = f"{path}{made['id']}/"
    same = (await site.send("POST", path, {**body, "name": "Renamed"}, status=201))["data"]
    assert (same["id"], same["name"], same["city"]) == (made["id"], "Renamed", "Vancouver")

    async with site.session.delete(site.origin + one, data={"a": "b"}) as response:
        assert response.status == 415
    await site.send("DELETE", one, None, status=204)
    await site.get(one, status=404)
    back = await site.send("PATCH", f"{one}reactivate/", {"external_id": "1234"})
    assert back["data"]["active"] is True
    error = await site.send("PATCH", f"{one}reactivate/", {"external_id": "1234"}, status=400)
    assert error["errors"]["null"]["code"] == "VENDOR_ALREADY_ACTIVE"


async def test_vendor_when_a_rule_is_broken_then_its_code_says_which(site: Site) -> None:
    path = f"{BASE}vendors/"
    body = {"name": "Procurify", "external_id": "1234"}
    await site.send("POST", path, body, status=201)
    plain = next(v for v in site.tenant.vendors.values() if v.type in {3, 4})
    punchout = next((v for v in site.tenant.vendors.values() if v.type in {2, 7}), None)

    unborn = {**body, "external_id": "9", "active": False}
    error = await site.send("POST", path, unborn, status=400)
    assert error["errors"]["null"]["code"] == "INACTIVE_VENDOR_NOT_CREATED"
    error = await site.send("PUT", f"{path}{plain.id}/", body, status=400)
    assert error["errors"]["null"]["code"] == "EXTERNAL_ID_ALREADY_MAPPED"
    if punchout is not None:
        error = await site.send("DELETE", f"{path}{punchout.id}/", {}, status=400)
        assert error["errors"]["null"]["code"] == "INVALID_VENDOR_DEACTIVATION"
    async with site.session.post(site.origin + path, data={"name": "x"}) as response:
        assert response.status == 415


async def test_other_objects_when_written_then_read_back(site: Site) -> None:
    code = {"code": 8100, "description": "Rent", "account_type": 2, "external_id": 4321}
    term = {"name": "Net 7", "description": "A week", "external_id": "T7"}
    item = {
        "name": "Glue",
        "vendor": 101,
        "account_code": 301,
        "currency": 1,
        "cost": "1.5",
        "external_id": "G",
    }
    for path, body in (("accounts/", code), ("payment-terms/", term), ("catalog-items/", item)):
        made = (await site.send("POST", BASE + path, body, status=201))["data"]
        one = f"{BASE}{path}{made['id']}/"
        said = {"account_type": "Expense"} if path == "accounts/" else {}
        assert (await site.get(one))["data"] == {**made, **said}
        assert (await site.send("PUT", one, body))["data"] == made
        assert made.get("account_type", "2") == "2"
        assert made["external_id"] == str(body["external_id"])
        await site.send("DELETE", one, None, status=204)
        missing = await site.send("POST", BASE + path, {}, status=400)
        assert "external_id" in missing["errors"]
    for path in ("currencies/?show_all=true", "departments/?show_all=True"):
        assert (await site.get(BASE + path))["data"][0]["custom_fields"] == {}
    types = (await site.get(f"{BASE}content-types/?model=po"))["data"]
    assert types == [{"id": 23, "app_label": "procurify", "model": "po"}]


async def test_order_field_when_set_then_printed_on_the_order(site: Site) -> None:
    path = f"{BASE}custom-fields/purchase-orders/"
    field = (await site.get(path))["data"]
    body = {
        "purchase_order_id": 1042,
        "custom_field_id": field["id"],
        "custom_field_value": "000547",
    }
    await site.send("POST", path, body, status=201)
    (row,) = await site.rows(f"{BASE}purchase-orders/?id=1042")
    assert row["custom_fields"][field["field_label"]] == "000547"
    await site.send("POST", path, {**body, "custom_field_id": 1}, status=400)
