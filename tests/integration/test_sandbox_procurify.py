"""The sandbox's Procurify over real sockets: tokens, envelopes, pages, filters, refusals."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sandbox_procurify_site import GRANT, SECRET, Site, open_site

LISTS = [
    "/api/v3/users/",
    "/api/v3/vendors/",
    "/api/v3/vendors/all/",
    "/api/v2/purchase_orders/purchased/all/",
    "/api/v2/purchase_orders/receivable/open/",
    "/api/v3/order-items/",
    "/api/v2/global/order_items/",
    "/api/v2/global/orders/",
    "/api/v3/ap/bills/",
    "/api/v3/account-codes/",
    "/api/v3/accounts/",
    "/api/v3/departments/",
    "/api/v2/locations/",
    "/api/v2/currencies/",
    "/api/v2/ap/vendor-payment-methods/",
    "/api/public/v1/payments/",
    "/api/v2/ap/payments/",
]


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


async def test_token_when_the_secret_is_right_then_a_day_long_bearer(site: Site) -> None:
    async with site.session.post(f"{site.origin}/oauth/token", json=GRANT) as response:
        body = await response.json()

    assert response.status == 200
    assert body["expires_in"] == 86400
    assert body["token_type"] == "Bearer"
    assert body["access_token"].count(".") == 2
    assert "urn:procurify-api:domain:acme" in body["scope"]


async def test_token_when_the_secret_is_wrong_then_the_request_is_echoed(site: Site) -> None:
    wrong = {**GRANT, "client_secret": "nope"}

    async with site.session.post(f"{site.origin}/oauth/token", json=wrong) as response:
        body = await response.json()

    assert response.status == 401
    assert body["data"]["client_secret"] == "nope"
    assert body["errors"] == {"detail": {"message": "Unauthorized"}}


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b'{"client_id": "client"}'])
async def test_token_when_the_body_is_no_grant_then_refused(site: Site, sent: bytes) -> None:
    async with site.session.post(f"{site.origin}/oauth/token", data=sent) as response:
        assert response.status == 401
        assert SECRET not in await response.text()


async def test_bearer_when_missing_or_wrong_then_401(site: Site) -> None:
    for header in ("", "Bearer nonsense", "Basic abc"):
        async with site.session.get(
            f"{site.origin}/api/v3/users/me/", headers={"Authorization": header}
        ) as response:
            assert response.status == 401


async def test_me_when_asked_then_the_owner_of_the_credentials(site: Site) -> None:
    body = await site.get("/api/v3/users/me/")

    assert body["data"]["email"].endswith("@acme.example")
    assert body["metadata"] == {}


@pytest.mark.parametrize("path", LISTS)
async def test_lists_when_unpaged_then_ten_rows_in_the_usual_envelope(
    site: Site, path: str
) -> None:
    body = await site.get(path)

    pagination = body["metadata"]["pagination"]
    assert pagination.keys() == {
        "count",
        "next",
        "previous",
        "page_size",
        "num_pages",
        "current_page",
    }
    assert pagination["page_size"] == 10
    assert len(body["data"]) == min(10, pagination["count"])


async def test_receipts_when_listed_then_pagination_stands_beside_the_rows(site: Site) -> None:
    body = await site.get("/api/v3/receipt/items/")

    assert body.keys() == {"pagination", "data"}
    closed = [order for order in site.tenant.orders.values() if order.state == 3]
    assert body["pagination"]["count"] == sum(len(order.lines) for order in closed)


async def test_pages_when_next_is_followed_then_every_row_comes_once(site: Site) -> None:
    rows = await site.rows("/api/v2/purchase_orders/purchased/all/?page_size=7&unknown=1")

    assert [row["procurify_PO"] for row in rows] == sorted(site.tenant.orders)


async def test_pages_when_linked_then_absolute_with_the_query_kept(site: Site) -> None:
    body = await site.get("/api/v3/vendors/?page=2&page_size=5&type__in=regular&type__in=preferred")

    query = "page_size=5&type__in=regular&type__in=preferred"
    pagination = body["metadata"]["pagination"]
    assert pagination["next"] == f"{site.origin}/api/v3/vendors/?page=3&{query}"
    assert pagination["previous"] == f"{site.origin}/api/v3/vendors/?page=1&{query}"


async def test_pages_when_size_is_over_the_cap_then_a_hundred_silently(site: Site) -> None:
    body = await site.get("/api/v3/order-items/?page_size=5000")

    assert body["metadata"]["pagination"]["page_size"] == 100
    assert len(body["data"]) == 100


@pytest.mark.parametrize("page", ["0", "99", "x"])
async def test_pages_when_past_the_end_then_404(site: Site, page: str) -> None:
    body = await site.get(f"/api/v3/vendors/?page={page}", status=404)

    assert body["errors"]["detail"]["message"] == "Invalid page."


@pytest.mark.parametrize("path", ["/api/v3/vendors", "/api/v3/nothing/", "/"])
async def test_paths_when_unknown_or_without_slash_then_404(site: Site, path: str) -> None:
    body = await site.get(path, status=404)

    assert body["errors"]["detail"]["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_bills_when_created_or_deleted_then_405(site: Site, method: str) -> None:
    async with site.session.request(method, f"{site.origin}/api/v3/ap/bills/") as response:
        assert response.status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/vendors/999999/",
        "/api/v3/vendors/nonsense/",
        "/api/v2/purchase_orders/999999/",
        "/api/v2/purchase_orders/approver/all/",
        "/api/v2/ap/bills/00000000000000000000000000000000/",
        "/api/v2/locations/9/",
    ],
)
async def test_details_when_unknown_then_404(site: Site, path: str) -> None:
    await site.get(path, status=404)


async def test_details_when_asked_by_uuid_then_with_or_without_dashes(site: Site) -> None:
    order = site.tenant.orders[1042]
    bill = next(iter(site.tenant.bills.values()))
    dashed = (
        f"{bill.uuid[:8]}-{bill.uuid[8:12]}-{bill.uuid[12:16]}-{bill.uuid[16:20]}-"
        + (bill.uuid[20:])
    )

    assert (await site.get(f"/api/v2/purchase_orders/{order.uuid}/"))["data"]["number"] == (
        "PO-1042"
    )
    assert (await site.get(f"/api/v2/ap/bills/{dashed}/"))["data"]["uuid"] == bill.uuid


async def test_orders_when_filtered_by_day_then_whole_local_days(site: Site) -> None:
    rows = await site.rows("/api/v2/purchase_orders/purchased/all/?page_size=100")
    day = sorted(row["last_modified"][:10] for row in rows)[len(rows) // 2]

    path = f"/api/v2/purchase_orders/purchased/all/?modified_date_0={day}&modified_date_1={day}"
    found = await site.rows(path)

    wanted = [row["procurify_PO"] for row in rows if row["last_modified"][:10] == day]
    assert [row["procurify_PO"] for row in found] == wanted


async def test_orders_when_filtered_by_status_then_by_state(site: Site) -> None:
    for status, states in {"cancelled": {1}, "closed": {3}, "open": {0, 5}, "paid": set()}.items():
        rows = await site.rows(f"/api/v2/purchase_orders/receivable/{status}/?page_size=100")
        assert {row["state"] for row in rows} <= states
        total = sum(order.state in states for order in site.tenant.orders.values())
        assert len(rows) == total


async def test_order_items_when_filtered_then_by_day_of_change_and_of_the_order(
    site: Site,
) -> None:
    rows = await site.rows("/api/v3/order-items/?page_size=100")
    changed = sorted(row["last_modified"][:10] for row in rows)[0]
    created = sorted(row["created_at"][:10] for row in rows)[0]

    by_change = await site.rows(f"/api/v3/order-items/?page_size=100&last_modified_1={changed}")
    by_order = await site.rows(f"/api/v3/order-items/?page_size=100&po_created_date_1={created}")

    assert len(by_change) == sum(row["last_modified"][:10] <= changed for row in rows)
    assert len(by_order) == sum(row["created_at"][:10] <= created for row in rows)


async def test_bills_when_filtered_by_instant_then_both_bounds_count(site: Site) -> None:
    bills = sorted(site.tenant.bills.values(), key=lambda bill: bill.modified_at)
    low, high = bills[3].modified_at, bills[9].modified_at

    rows = await site.rows(
        "/api/v3/ap/bills/?page_size=100"
        f"&last_modified_datetime_0={low.isoformat().replace('+00:00', 'Z')}"
        f"&last_modified_datetime_1={high.isoformat()}"
    )

    wanted = sorted(bill.id for bill in bills if low <= bill.modified_at <= high)
    assert [row["id"] for row in rows] == wanted


async def test_bills_when_filtered_by_vendors_then_repeated_and_bracketed(site: Site) -> None:
    ids = sorted({bill.vendor.id for bill in site.tenant.bills.values()})[:2]

    rows = await site.rows(f"/api/v3/ap/bills/?vendor[]={ids[0]}&vendor[]={ids[1]}&page_size=100")

    assert {row["vendor"]["id"] for row in rows} == set(ids)


async def test_filters_when_a_value_cannot_be_read_then_400_names_it(site: Site) -> None:
    body = await site.get("/api/v3/ap/bills/?last_modified_datetime_0=soon", status=400)

    assert "last_modified_datetime_0" in body["errors"]


async def test_vendors_when_grouped_then_by_type_and_activity(site: Site) -> None:
    everyone = await site.rows("/api/v3/vendors/?page_size=100")
    cards = await site.rows("/api/v3/vendors/credit_card_providers/")

    assert {row["active"] for row in everyone} == {True, False}
    assert [row["type"] for row in cards] == [6]


async def test_payments_when_ordered_then_newest_first(site: Site) -> None:
    rows = await site.rows("/api/public/v1/payments/?order_by=-updated_at&page_size=100")

    stamps = [row["updated_at"] for row in rows]
    assert stamps == sorted(stamps, reverse=True)


async def test_order_when_changed_then_lists_and_details_show_it() -> None:
    async with open_site(documents=8) as site:
        old = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
        order = site.tenant.orders[1042]
        site.tenant.put_order(
            replace(order, version=2, modified_at=order.modified_at + timedelta(hours=1))
        )

        new = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
        (row,) = [
            row
            for row in await site.rows("/api/v2/purchase_orders/purchased/all/")
            if row["procurify_PO"] == 1042
        ]

        assert (old["version"], new["version"], row["version"]) == (1, 2, 2)
        assert new["last_modified"] > old["last_modified"]


async def test_head_when_asked_then_as_get_without_a_body(site: Site) -> None:
    async with site.session.head(f"{site.origin}/api/v3/vendors/") as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_requests_when_answered_then_each_is_noted_without_its_query() -> None:
    async with open_site(documents=0) as site:
        await site.get("/api/v3/vendors/?page_size=5")
        await site.get("/api/v3/nothing/", status=404)

        assert site.noted == [
            ("POST", "/oauth/token", 200),
            ("GET", "/api/v3/vendors/", 200),
            ("GET", "/api/v3/nothing/", 404),
        ]
        assert json.dumps(site.noted).find(SECRET) == -1
