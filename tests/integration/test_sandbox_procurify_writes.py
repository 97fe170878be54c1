"""Every write of the sandbox's Procurify, its effect, and its reply against the document."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from openapi_samples import Document
from sandbox_procurify_site import Site, open_site, order_body

VENDOR = {"name": "Neu & Söhne", "email": ["ap@neu.example"], "overall_score": None, "type": 3}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(documents=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def document() -> Document:
    return Document()


class Api:
    def __init__(self, site: Site, document: Document) -> None:
        self._site = site
        self._document = document

    async def __call__(
        self, method: str, template: str, path: str, body: object, status: int
    ) -> Any:
        answer = await self._site.send(method, path, body, status=status)
        operation = self._document.operations[method, template]
        assert operation["status"] == status
        if operation["schema"] is not None:
            assert list(self._document.faults(operation["schema"], answer)) == []
        return answer


@pytest.fixture
def call(site: Site, document: Document) -> Api:
    return Api(site, document)


async def test_vendor_when_posted_put_and_patched_then_each_reply_is_as_documented(
    site: Site, call: Api
) -> None:
    posted = (await call("POST", "/api/v3/vendors/", "/api/v3/vendors/", VENDOR, 201))["data"]
    path = f"/api/v3/vendors/{posted['id']}/"
    changed = {**VENDOR, "city": "Jena", "comments": "Net only", "payment_term_ref": {"id": 62}}
    put = (await call("PUT", "/api/v3/vendors/{id}/", path, changed, 200))["data"]
    patched = (await call("PATCH", "/api/v3/vendors/{id}/", path, {"fax": "1"}, 200))["data"]
    touched = (await call("PATCH", "/api/v3/vendors/{id}/", path, {}, 200))["data"]

    assert (put["city"], put["payment_term_ref"]) == ("Jena", 62)
    assert (patched["fax"], patched["comments"]) == ("1", "Net only")
    assert patched["payment_term_ref"]["id"] == 62
    assert touched["dateModified"] > patched["dateModified"]
    (row,) = await site.rows("/api/v3/vendors/?name=neu")
    assert row["email"] == ["ap@neu.example"]


async def test_vendor_when_wrong_then_every_field_is_named(site: Site) -> None:
    body = await site.send("POST", "/api/v3/vendors/", {"name": "", "type": 5}, status=400)

    assert body["errors"].keys() == {"name", "email", "type", "overall_score"}
    assert body["errors"]["email"] == {"message": "This field is required.", "code": "required"}


async def test_vendor_when_renamed_then_its_documents_show_it_and_are_not_changed(
    site: Site,
) -> None:
    before = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    vendor = before["pref_vendor"]["id"]

    await site.send("PATCH", f"/api/v3/vendors/{vendor}/", {"name": "Renamed"})

    after = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    assert after["pref_vendor"]["name"] == "Renamed"
    assert after["last_modified"] == before["last_modified"]


async def test_reference_rows_when_written_then_listed(site: Site, call: Api) -> None:
    code = {"code": "7100", "description": "Travel", "parent": 293, "departments": [21]}
    path = "/api/v3/account-codes/"
    posted = (await call("POST", path, path, code, 201))["data"]
    renamed = {"code": "7100", "description": "Travel & stay"}
    await call("PUT", f"{path}{{id}}/", f"{path}{posted['id']}/", renamed, 200)
    (row,) = await site.rows(f"{path}?code=7100")
    assert (row["description"], row["parent"]) == ("Travel & stay", 293)
    (account,) = await site.rows(f"/api/v3/accounts/?account_code={posted['id']}")
    assert account["account_code"]["description"] == "Travel & stay"

    path = "/api/v3/departments/"
    unit = (await call("POST", path, path, {"branch": 1, "name": "Night"}, 201))["data"]
    body = {"branch": 1, "name": "Night shift", "active": False}
    await call("PUT", f"{path}{{id}}/", f"{path}{unit['id']}/", body, 200)
    (row,) = await site.rows(f"{path}?search=night")
    assert (row["name"], row["active"]) == ("Night shift", False)

    address = {"name": "A", "addressLineOne": "B 1", "city": "C", "postalCode": "1", "country": "D"}
    location = {
        "name": "Depot",
        "currency": "CAD",
        "phoneOne": "1",
        "primary_billing_address": address,
        "primary_shipping_address": address,
        "shipping_addresses": [address],
    }
    path = "/api/v2/locations/"
    place = (await call("POST", path, path, location, 201))["data"]
    assert (await site.get(f"{path}{place['id']}/"))["data"]["currency"]["name"] == "CAD"


async def test_catalogue_and_fields_when_written_then_listed(site: Site, call: Api) -> None:
    path = "/api/v3/catalog-items/"
    item = {"name": "Glue", "currency": 1, "custom_fields": [], "price": "3.5"}
    posted = (await call("POST", path, path, item, 201))["data"]
    dearer = {**item, "price": "4.25"}
    await call("PUT", f"{path}{{id}}/", f"{path}{posted['id']}/", dearer, 200)
    (row,) = await site.rows(f"{path}?search=glue&min_price=4&max_price=5")
    assert row["price"] == "4.25000000"

    path = "/api/v3/custom-fields/"
    body = {"name": "Cost centre", "field_type": "m", "field_choices": ["East"]}
    await call("PUT", f"{path}{{id}}/", f"{path}72/", body, 200)
    (row,) = await site.rows("/api/v3/custom-fields/order-items/?field_type=m")
    assert row["field_choices"] == ["East"]


async def test_methods_when_posted_then_bare_and_masked(site: Site, call: Api) -> None:
    details = {"routing_number": "110000021", "account_number": "987650021", "company_name": "N"}
    path = "/api/v2/ap/vendor-payment-methods/"
    body = {"vendor": 101, "type": 2, "currency": 1, "data": details}
    posted = await call("POST", path, path, body, 201)
    assert posted["data"]["account_number"] == "****0021"
    rows = await site.rows(f"{path}?vendor=101")
    assert [row["data"]["account_number"][:4] for row in rows] == ["****", "****"]

    path = "/api/v2/ap/company-payment-methods/"
    await call("POST", path, path, {"type": 1, "data": {"payable_to": "Us"}}, 201)
    wrong = await site.send("POST", path, {"type": 2, "data": {}}, status=400)
    assert wrong["errors"].keys() == {"routing_number", "account_number", "company_name"}


async def test_receipts_when_posted_then_the_item_moves_and_a_full_order_closes(
    site: Site, call: Api
) -> None:
    order = site.tenant.orders[1042]
    path = "/api/v3/receipt/items/"
    for line in order.lines:
        body = {
            "order_item": line.id,
            "pass_quantity": str(line.quantity),
            "fail_quantity": "0.00000",
        }
        receipt = await call("POST", path, path, body, 201)
        assert receipt["order_item"] == line.id

    shown = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    assert (shown["state"], shown["fulfilment_status"]) == (3, "full")
    assert all(line["status"] == 3 for line in shown["order_items"])
    body = await site.get(f"{path}?order_item={order.lines[0].id}")
    assert len(body["data"]) == 1
    refused = {"order_item": order.lines[0].id, "pass_quantity": "1", "fail_quantity": "0"}
    await site.send("POST", path, refused, status=400)


async def test_requisitions_when_posted_then_everything_goes_by_name(site: Site, call: Api) -> None:
    vendor = next(one for one in site.tenant.vendors.values() if one.is_active)
    line = {
        "item_name": "Chair",
        "vendor_name": vendor.name,
        "account_code": "6100",
        "unit_price": "80.00",
        "quantity": "2",
        "unit": "each",
        "currency_code": "USD",
        "custom_fields": [],
    }
    body = {
        "required_date": "2026-12-01",
        "location_name": "HQ",
        "department_name": "Finance",
        "line_items": [line],
    }
    path = "/api/v3/requisitions/"
    posted = await call("POST", path, path, body, 201)
    (row,) = await site.rows("/api/v2/global/orders/?status=0")
    assert (row["uuid"], row["totalPrice"]) == (posted["data"]["uuid"], "160.00")
    rows = await site.rows("/api/v2/global/orders/?page_size=30")
    assert rows[-1] == row
    assert len(rows) == len(site.tenant.orders) + 1
    wrong = await site.send("POST", path, {**body, "location_name": "Mars"}, status=400)
    assert wrong["errors"].keys() == {"location_name"}


async def test_order_when_put_then_the_version_goes_on_and_a_stale_one_is_refused(
    site: Site, call: Api
) -> None:
    order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    path = "/api/v3/purchase-orders/1042/"
    template = "/api/v3/purchase-orders/{procurify_PO}/"
    body = order_body(order, comment="Soon", PO_Num="X-1", receiver_city="Jena")
    body["order_items"][0]["quantity"] = "7"
    put = (await call("PUT", template, path, body, 200))["data"]
    assert put["version"] == 2

    shown = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    assert (shown["version"], shown["number"], shown["comment"]) == (2, "X-1", "Soon")
    assert (shown["order_items"][0]["quantity"], shown["receiver_city"]) == (Decimal(7), "Jena")
    stale = await site.send("PUT", path, body, status=409)
    assert stale["errors"].keys() == {"version"}


async def test_order_when_revised_then_a_duplicate_number_needs_to_be_confirmed(
    site: Site, call: Api
) -> None:
    taken = next(o for o in site.tenant.orders.values() if o.custom_number and o.id != 1042)
    order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
    body = order_body(order, PO_Num=taken.custom_number)
    path = "/api/v2/purchase_order/revise/1042/"

    refused = await site.send("PUT", path, body, status=400)
    assert refused["errors"].keys() == {"PO_Num"}
    template = "/api/v2/purchase_order/revise/{procurify_PO}/"
    asked = f"{path}?confirm_duplicate_external_po_number=True"
    revised = (await call("PUT", template, asked, body, 200))["data"]
    assert revised["number"] == taken.custom_number


async def test_order_when_closed_and_reopened_then_in_states_3_and_5(site: Site, call: Api) -> None:
    template = "/api/v3/purchase-orders/{procurify_PO}/"
    path = "/api/v3/purchase-orders/1042/"
    closed = await call("POST", f"{template}close/", f"{path}close/", {}, 200)
    assert closed["data"]["state"] == 3
    await site.send("POST", f"{path}close/", {}, status=400)
    assert await site.send("POST", f"{path}reopen/", {}) is None
    assert (await site.get("/api/v2/purchase_orders/1042/"))["data"]["state"] == 5


async def test_bill_when_patched_then_changed_and_an_empty_patch_only_touches(
    site: Site, call: Api
) -> None:
    bill = next(one for one in site.tenant.bills.values() if one.status == 2)
    path = f"/api/v3/ap/bills/{bill.uuid}/"
    template = "/api/v3/ap/bills/{uuid}/"
    body = {"invoice_number": "INV-9", "note": "checked", "due_date": "2026-12-24T12:00:00-08:00"}
    patched = (await call("PATCH", template, path, body, 200))["data"]
    touched = (await call("PATCH", template, path, {}, 200))["data"]

    assert (patched["invoice_number"], patched["due_date"][:10]) == ("INV-9", "2026-12-24")
    assert touched["last_modified_datetime"] > patched["last_modified_datetime"]
    assert (touched["invoice_number"], touched["version"]) == ("INV-9", bill.version)


async def test_bills_when_marked_as_paid_then_paid_once(site: Site, call: Api) -> None:
    bill, other = [one for one in site.tenant.bills.values() if one.status == 2 and one.type == 0][
        :2
    ]
    path = "/api/v3/ap/bills/mark-as-paid/"
    body = {"bill_uuids": [bill.uuid], "payment_date": "2026-11-20"}
    by_group = {**body, "bill_group_ids": [other.group, 999_999_999]}
    assert await call("POST", path, path, by_group, 200) == by_group
    assert (await site.get(f"/api/v2/ap/bills/{other.uuid}/"))["data"]["status"] == 4

    (payment,) = await site.rows(f"/api/public/v1/payments/?bill_groups={bill.group}")
    assert (payment["status"], payment["processing_date"]) == ("paid", "2026-11-20")
    assert (await site.get(f"/api/v2/ap/bills/{bill.uuid}/"))["data"]["status"] == 4
    await site.send("POST", path, body, status=400)
    await site.send("POST", path, {**body, "bill_uuids": ["00"]}, status=400)


async def test_users_when_invited_changed_and_deleted_then_listed_so(site: Site, call: Api) -> None:
    path = "/api/v3/users/"
    invited = {"email": "new@acme.example", "first_name": "Nia", "home_department": 23}
    (row,) = (await call("POST", path, path, [invited], 201))["data"]
    one = f"{path}{row['id']}/"
    body = {
        "email": "new@acme.example",
        "firstName": "Nia",
        "lastName": "Ek",
        "location": 1,
        "department": 21,
    }
    await call("PUT", f"{path}{{id}}/", one, body, 200)
    assert await site.send("DELETE", one, None, status=204) is None
    shown = (await site.get(one))["data"]
    assert (shown["lastName"], shown["is_active"]) == ("Ek", False)
    assert [row["id"] for row in await site.rows(f"{path}?is_active=false")] == [row["id"]]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"fax=77"),
        ("application/xml", b"<root><fax>77</fax></root>"),
        ("application/json", b'{"fax": "77"}'),
    ],
)
async def test_writes_when_in_another_form_then_read_alike(
    site: Site, kind: str, body: bytes
) -> None:
    headers = {"Content-Type": kind}
    async with site.session.patch(
        f"{site.origin}/api/v3/vendors/101/", data=body, headers=headers
    ) as response:
        assert (await response.json())["data"]["fax"] == "77"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/xml", b"<a>", 400),
        ("text/plain", b"fax=1", 415),
    ],
)
async def test_writes_when_unreadable_then_refused(
    site: Site, kind: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": kind}
    url = f"{site.origin}/api/v3/vendors/101/"
    async with site.session.patch(url, data=body, headers=headers) as response:
        assert response.status == status
        assert "errors" in await response.json()
