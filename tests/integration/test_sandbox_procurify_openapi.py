"""Every reply of every reading endpoint, held against Procurify's OpenAPI document."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openapi_samples import Document
from sandbox_procurify_site import Site, open_site

from engine.sandbox.procurify.marks import MARKS

BEYOND = {
    "/api/v3/budget-categories/": "seen in a client, no schema in any document (§3)",
    "/api/public/v1/pay/transactions/": "in the 2026 document only, its schema is not in the sheet",
}
LISTS = [
    ("/api/v3/users/", "/api/v3/users/"),
    ("/api/v3/vendors/", "/api/v3/vendors/"),
    ("/api/v3/vendors/{vendor_group}/", "/api/v3/vendors/all/"),
    ("/api/v2/purchase_orders/{role}/{status}/", "/api/v2/purchase_orders/purchased/all/"),
    ("/api/v3/order-items/", "/api/v3/order-items/"),
    ("/api/v2/global/order_items/", "/api/v2/global/order_items/"),
    ("/api/v2/global/orders/", "/api/v2/global/orders/"),
    ("/api/v3/ap/bills/", "/api/v3/ap/bills/"),
    ("/api/v2/ap/items/", "/api/v2/ap/items/"),
    ("/api/v3/account-codes/", "/api/v3/account-codes/"),
    ("/api/v3/accounts/", "/api/v3/accounts/"),
    ("/api/v3/departments/", "/api/v3/departments/"),
    ("/api/v2/locations/", "/api/v2/locations/"),
    ("/api/v2/currencies/", "/api/v2/currencies/"),
    ("/api/v3/catalog-items/", "/api/v3/catalog-items/"),
    ("/api/v3/catalog-bundles/", "/api/v3/catalog-bundles/"),
    ("/api/v3/custom-fields/order-items/", "/api/v3/custom-fields/order-items/"),
    ("/api/v3/permissions/", "/api/v3/permissions/"),
    ("/api/v3/permissions/groups/", "/api/v3/permissions/groups/"),
    ("/api/v2/ap/vendor-payment-methods/", "/api/v2/ap/vendor-payment-methods/"),
    ("/api/v2/ap/company-payment-methods/", "/api/v2/ap/company-payment-methods/"),
    ("/api/public/v1/payments/", "/api/public/v1/payments/"),
    ("/api/v2/ap/payments/", "/api/v2/ap/payments/"),
    ("/api/v3/receipt/items/", "/api/v3/receipt/items/"),
]


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.fixture(scope="module")
def document() -> Document:
    return Document()


def assert_as_documented(document: Document, method: str, template: str, body: Any) -> None:
    schema = document.operations[method, template]["schema"]
    faults = sorted({re.sub(r"\[\d+\]", "[]", fault) for fault in document.faults(schema, body)})
    assert faults == []


async def assert_list(site: Site, document: Document, template: str, path: str) -> None:
    page: str | None = f"{path}?page_size=100"
    rows = 0
    while page:
        body = await site.get(page)
        assert_as_documented(document, "GET", template, body)
        frame = body["metadata"]["pagination"] if "metadata" in body else body["pagination"]
        rows += len(body["data"])
        page = frame["next"].removeprefix(site.origin) if frame["next"] else None
    assert rows > 0


@pytest.mark.parametrize(("template", "path"), LISTS, ids=[template for template, _ in LISTS])
async def test_lists_when_walked_then_every_page_is_as_documented(
    site: Site, document: Document, template: str, path: str
) -> None:
    await assert_list(site, document, template, path)


async def test_replies_when_documents_were_written_to_then_still_as_documented(
    document: Document,
) -> None:
    async with open_site() as site:
        bill = next(one for one in site.tenant.bills.values() if one.status == 2 and one.type == 0)
        await write_to_everything(site, bill.uuid)

        for template, path in LISTS:
            await assert_list(site, document, template, path)
        for template, path in [
            *details_of(site, (await site.get("/api/v2/ap/payments/"))["data"][0]["id"]),
            ("/api/v2/ap/bills/{id}/", f"/api/v2/ap/bills/{bill.uuid}/"),
            ("/api/v2/purchase_orders/{id}/", "/api/v2/purchase_orders/1042/"),
        ]:
            assert_as_documented(document, "GET", template, await site.get(path))


async def write_to_everything(site: Site, bill: str) -> None:
    """One write of each kind, with every optional value of its body that may be null or new."""
    vendor = {
        "name": "Neu",
        "email": ["a@neu.example", ""],
        "overall_score": "3.5",
        "type": 4,
        "comments": None,
        "url": None,
        "is_1099_eligible": True,
        "payment_term_ref": {"id": 62},
        "shipping_term_ref": {"name": "FOB", "description": "d"},
        "payment_method_ref": {"name": "Wire"},
        "shipping_method_ref": None,
    }
    unit = {"branch": 1, "name": "N", "external_id": None, "punchout_email": None}
    item = {"name": "Glue", "currency": 1, "custom_fields": [], "pref_vendor": None}
    line = site.tenant.orders[1042].lines[0].id
    receipt = {"order_item": line, "pass_quantity": "1", "fail_quantity": "1"}
    value = {"purchase_order_id": 1042, "custom_field_id": 71, "custom_field_value": "E"}
    approval = {"approver": 12, "payment_method": 5, "payment_terms": "x", "note": ""}
    netsuite = "/api/v3/integrations/netsuite/custom-fields/purchase-orders/"
    writes: list[tuple[str, str, object, int]] = [
        ("POST", "/api/v3/vendors/", vendor, 201),
        ("PUT", "/api/v3/vendors/103/", {**vendor, "name": "Other", "overall_score": None}, 200),
        ("POST", "/api/v3/account-codes/", {"code": "9", "description": "d"}, 201),
        ("POST", "/api/v3/departments/", unit, 201),
        ("POST", "/api/v3/catalog-items/", item, 201),
        ("POST", "/api/v3/users/", [{"email": "n@acme.example"}], 201),
        ("POST", "/api/v3/receipt/items/", receipt, 201),
        ("POST", netsuite, value, 201),
        ("PATCH", f"/api/v3/ap/bills/{bill}/", approval, 200),
        (
            "POST",
            "/api/v3/ap/bills/mark-as-paid/",
            {"bill_uuids": [bill], "payment_date": "2026-11-20"},
            200,
        ),
    ]
    for method, path, body, status in writes:
        await site.send(method, path, body, status=status)


async def test_order_details_when_read_then_all_are_as_documented(
    site: Site, document: Document
) -> None:
    for identity in site.tenant.orders:
        body = await site.get(f"/api/v2/purchase_orders/{identity}/")
        assert_as_documented(document, "GET", "/api/v2/purchase_orders/{id}/", body)


async def test_bill_details_when_read_then_all_are_as_documented(
    site: Site, document: Document
) -> None:
    for bill in site.tenant.bills.values():
        body = await site.get(f"/api/v2/ap/bills/{bill.uuid}/")
        assert_as_documented(document, "GET", "/api/v2/ap/bills/{id}/", body)


async def test_bill_lines_when_by_value_then_without_quantity_though_the_document_requires_it(
    site: Site,
) -> None:
    lines = [
        line
        for bill in site.tenant.bills.values()
        for line in (await site.get(f"/api/v2/ap/bills/{bill.uuid}/"))["data"]["items"]
    ]

    by_value = [line for line in lines if line["bill_by_cost"]]
    assert by_value
    assert all("quantity" not in line and "unit_cost" not in line for line in by_value)
    assert all("quantity" in line for line in lines if not line["bill_by_cost"])


def details_of(site: Site, payment: int) -> list[tuple[str, str]]:
    base = "/api/v2/ap/payments/"
    return [
        ("/api/v3/users/me/", "/api/v3/users/me/"),
        ("/api/v3/users/{id}/", "/api/v3/users/11/"),
        ("/api/v2/locations/{id}/", "/api/v2/locations/1/"),
        ("/api/v3/purchase-orders/billing-history/", "/api/v3/purchase-orders/billing-history/"),
        (f"{base}{{id}}/approver-choices/", f"{base}{payment}/approver-choices/"),
        *(("/api/v3/vendors/{id}/", f"/api/v3/vendors/{one}/") for one in site.tenant.vendors),
    ]


async def test_other_details_when_read_then_all_are_as_documented(
    site: Site, document: Document
) -> None:
    payment = (await site.get("/api/v2/ap/payments/"))["data"][0]["id"]
    for template, path in details_of(site, payment):
        assert_as_documented(document, "GET", template, await site.get(path))


def test_reads_when_counted_then_all_but_the_undocumented_were_compared(site: Site) -> None:
    compared = {template for template, _ in [*LISTS, *details_of(site, 0)]}
    compared |= {"/api/v2/purchase_orders/{id}/", "/api/v2/ap/bills/{id}/"}
    served = {route.removeprefix("GET ") for route in MARKS if route.startswith("GET ")}
    left = {bare(path) for path in served if "/netsuite/" not in path} - set(map(bare, compared))
    assert left == set(BEYOND)


def test_document_when_compared_with_the_marks_then_every_operation_is_served(
    document: Document,
) -> None:
    served = {bare(route) for route in MARKS}
    wanted = {bare(f"{method} {path}") for method, path in document.operations}
    assert wanted - served == set()


def bare(path: str) -> str:
    return re.sub(r"{[^}]+}", "{}", path)


async def test_absent_properties_when_allowed_then_each_is_there_somewhere(
    site: Site, document: Document
) -> None:
    text = ""
    for path in (
        "/api/v3/users/?page_size=100",
        "/api/v3/ap/bills/?page_size=100",
        "/api/v2/ap/items/?page_size=100",
        *(f"/api/v2/purchase_orders/{one}/" for one in site.tenant.orders),
        *(f"/api/v2/ap/bills/{bill.uuid}/" for bill in site.tenant.bills.values()),
    ):
        async with site.session.get(site.origin + path) as response:
            text += await response.text()

    assert {key for _, key in document.may_miss if f'"{key}":' not in text} == set()


async def test_check_when_a_reply_strays_then_it_is_found(site: Site, document: Document) -> None:
    schema = document.operations["GET", "/api/v2/purchase_orders/{id}/"]["schema"]
    body = await site.get("/api/v2/purchase_orders/1042/")
    right = body["data"]
    line = right["order_items"][0]
    without = {key: item for key, item in right.items() if key != "last_modified"}

    strays = {
        "null": {**right, "contract": None},
        "unknown": {**right, "id": 1},
        "missing": without,
        "is no uuid": {**right, "uuid": "nonsense"},
        "is no string": {**right, "total": 12},
        "does not match": {**right, "freight": "1.2345678"},
        "is no date-time": {**right, "date": "2026-11-23T10:00:00"},
        "is out of range": {**right, "version": 2**31},
        "is no number": {**right, "order_items": [{**line, "quantity": "1"}]},
        "is none of": {**right, "fulfilment_status": "half"},
    }
    for text, stray in strays.items():
        (fault,) = document.faults(schema, {**body, "data": stray})
        assert text in fault
