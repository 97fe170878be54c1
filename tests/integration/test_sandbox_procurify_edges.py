"""What another client may send to the sandbox's Procurify: odd numbers, bodies, methods, orders."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from sandbox_procurify_site import GRANT, Site, open_site

VENDORS = "/api/v3/vendors/"
NETSUITE = "/api/v3/integrations/netsuite/"
VENDOR = {"name": "Neu", "email": ["ap@neu.example"], "overall_score": None, "type": 3}
FORM = "application/x-www-form-urlencoded"
LONG = "9" * 5000


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """A site whose documents no test here changes."""
    async with open_site(documents=60) as opened:
        yield opened


@pytest.fixture
async def own() -> AsyncIterator[Site]:
    """A site of one test alone."""
    async with open_site(documents=40) as opened:
        yield opened


async def sent(
    site: Site, path: str, body: bytes, kind: str | None, method: str = "POST"
) -> tuple[int, Any]:
    headers = {} if kind is None else {"Content-Type": kind}
    skipped = ["Content-Type"] if kind is None else []
    async with site.session.request(
        method, site.origin + path, data=body, headers=headers, skip_auto_headers=skipped
    ) as response:
        return response.status, json.loads(await response.text(), parse_float=Decimal)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{VENDORS}?page=%C2%B2", 404),
        (f"{VENDORS}?page={LONG}", 404),
        (f"{VENDORS}?page_size=%C2%B2", 200),
        (f"{VENDORS}{LONG}/", 404),
        (f"/api/v3/users/{LONG}/", 404),
        (f"/api/v2/ap/payments/{LONG}/approver-choices/", 404),
        ("/api/v2/purchase_orders/%C2%B2/", 404),
        (f"{NETSUITE}accounts/{LONG}/", 404),
        ("/api/v2/purchase_orders/purchased/all/?total_0=NaN", 400),
        ("/api/v2/purchase_orders/purchased/all/?total_1=Infinity", 400),
    ],
)
async def test_numbers_when_they_are_none_or_too_long_then_refused_in_the_envelope(
    site: Site, path: str, status: int
) -> None:
    body = await site.get(path, status=status)

    assert ("errors" in body) is (status != 200)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/oauth/token", "POST"),
        ("DELETE", "/api/v3/ap/bills/", "GET, HEAD, OPTIONS"),
        ("DELETE", f"{VENDORS}101/", "GET, HEAD, PATCH, PUT"),
        ("GET", "/api/v3/account-codes/291/", "PUT"),
    ],
)
async def test_methods_when_wrong_then_405_says_which_are_right(
    site: Site, method: str, path: str, allowed: str
) -> None:
    async with site.session.request(method, site.origin + path) as response:
        assert (response.status, response.headers["Allow"]) == (405, allowed)
        assert "Server" not in response.headers


async def test_token_when_given_then_its_scope_names_the_owner(site: Site) -> None:
    answer = await site.send("POST", "/oauth/token", GRANT)
    me = (await site.get("/api/v3/users/me/"))["data"]

    assert answer["scope"].endswith(f"urn:procurify-api:email:{me['email']}")


async def test_token_when_for_another_audience_then_refused(site: Site) -> None:
    await site.send("POST", "/oauth/token", {**GRANT, "audience": "https://x.example/"}, status=401)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"name=Neu&email=a%40x.example&email=b%40x.example&overall_score=&type=3"),
        (
            "application/xml",
            b"<root><name>Neu</name><email><list-item>a@x.example</list-item>"
            b"<list-item>b@x.example</list-item></email><overall_score/><type>3</type></root>",
        ),
        (
            "multipart/form-data; boundary=b",
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair
                for pair in (
                    (b"name", b"Neu"),
                    (b"email", b"a@x.example"),
                    (b"email", b"b@x.example"),
                    (b"overall_score", b""),
                    (b"type", b"3"),
                )
            )
            + b"--b--\r\n",
        ),
    ],
    ids=["form", "xml", "multipart"],
)
async def test_vendor_when_posted_as_text_alone_then_lists_and_nulls_are_understood(
    own: Site, kind: str, body: bytes
) -> None:
    status, answer = await sent(own, VENDORS, body, kind)

    assert status == 201
    assert answer["data"]["email"] == ["a@x.example", "b@x.example"]


async def test_forms_when_nested_then_read_by_dots_and_indexes(own: Site) -> None:
    body = b"vendor=101&type=1&data.payable_to=Me"
    status, method = await sent(own, "/api/v2/ap/vendor-payment-methods/", body, FORM)
    assert (status, method["data"]) == (201, {"payable_to": "Me"})

    vendor = next(row for row in own.tenant.vendors.values() if row.is_active)
    line = {
        "item_name": "Chair",
        "vendor_name": vendor.name,
        "account_code": "6100",
        "unit_price": "80.00",
        "quantity": "2",
        "unit": "each",
        "currency_code": "USD",
        "custom_fields": "",
    }
    fields = {
        "required_date": "2026-07-01",
        "location_name": "HQ",
        "department_name": "Finance",
        **{f"line_items[0]{name}": text for name, text in line.items()},
    }
    async with own.session.post(f"{own.origin}/api/v3/requisitions/", data=fields) as response:
        assert response.status == 201
    (row,) = await own.rows("/api/v2/global/orders/?status=0&dateRequired=2026-07-01")
    assert (row["dateRequired"], row["totalPrice"]) == ("2026-07-01T12:00:00-07:00", "160.00")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", json.dumps({**VENDOR, "name": "\ud800"}).encode(), 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b'{"name": "\xff"}', 400),
        ("application/json", b'{"type": ' + LONG.encode() + b"}", 400),
        ("application/xml", b"<a>" * 50_000 + b"</a>" * 50_000, 400),
        ("multipart/form-data", b"nothing", 400),
        ("multipart/form-data; boundary=b", b"nothing", 400),
        (f"{FORM}; charset=nonsense", b"name=x", 400),
        ("application/octet-stream", b"{}", 415),
    ],
    ids=["surrogate", "deep", "utf-8", "digits", "xml", "no-boundary", "parts", "charset", "bytes"],
)
async def test_bodies_when_unreadable_then_refused_and_nothing_is_spoilt(
    site: Site, kind: str, body: bytes, status: int
) -> None:
    answer = await sent(site, VENDORS, body, kind)

    assert (answer[0], answer[1].keys()) == (status, {"errors"})
    await site.rows(f"{VENDORS}?page_size=100")


async def test_bodies_when_without_a_type_then_read_as_json(own: Site) -> None:
    status, answer = await sent(own, f"{VENDORS}101/", b'{"fax": "7"}', None, "PATCH")

    assert (status, answer["data"]["fax"]) == (200, "7")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (VENDORS, {**VENDOR, "overall_score": "123.5"}, "overall_score"),
        (VENDORS, {**VENDOR, "overall_score": "-1"}, "overall_score"),
        (VENDORS, {**VENDOR, "email": ["nobody"]}, "email"),
        (VENDORS, {**VENDOR, "po_pdf_labels": None}, "po_pdf_labels"),
        (VENDORS, {**VENDOR, "name": "a\0b"}, "name"),
        (VENDORS, {**VENDOR, "shipping_term_ref": {"active": True}}, "shipping_term_ref"),
        ("/api/v3/catalog-items/", {"name": "x", "currency": 10**30}, "currency"),
        (
            "/api/v3/catalog-items/",
            {"name": "x", "currency": 1, "custom_fields": [], "departments": [10**30]},
            "departments",
        ),
        (
            "/api/v3/account-codes/",
            {"code": "1", "description": "x", "departments": [0]},
            "departments",
        ),
    ],
)
async def test_fields_when_beyond_the_document_then_400_names_them(
    site: Site, path: str, body: dict[str, Any], field: str
) -> None:
    before = await site.get("/api/v3/accounts/?page_size=1")

    answer = await site.send("POST", path, body, status=400)

    assert field in answer["errors"]
    assert await site.get("/api/v3/accounts/?page_size=1") == before


async def test_users_when_changed_then_place_and_department_must_be_named(site: Site) -> None:
    body = {"email": "x@acme.example", "firstName": "A", "lastName": "B"}
    answer = await site.send("PUT", "/api/v3/users/12/", body, status=400)
    assert answer["errors"].keys() == {"location", "department"}


async def test_lists_when_ordered_then_by_the_field_as_what_it_is(site: Site) -> None:
    orders = "/api/v2/purchase_orders/purchased/all/?page_size=100&order_by="
    totals = [Decimal(row["total"]) for row in await site.rows(f"{orders}total")]
    names = [row["name"] for row in await site.rows(f"{VENDORS}?page_size=100&order_by=name")]
    plain = await site.rows(orders)

    assert totals == sorted(totals)
    assert names == sorted(names, key=str.casefold)
    for other in ("nothing", "tax", "-total"):
        assert await site.rows(f"{orders}{other}") == plain


async def test_bills_when_asked_for_options_then_every_field_of_a_row_is_there(site: Site) -> None:
    async with site.session.options(f"{site.origin}/api/v3/ap/bills/") as response:
        fields = (await response.json())["actions"]["GET"]

    shown: set[str] = set()
    for row in await site.rows("/api/v3/ap/bills/?page_size=100"):
        shown |= row.keys()
    assert shown <= fields.keys()


async def test_bills_when_asked_by_a_uuid_in_capitals_then_404(site: Site) -> None:
    uuid = next(one.uuid for one in site.tenant.bills.values() if not one.uuid.isdigit())

    await site.get(f"/api/v2/ap/bills/{uuid}/")
    await site.get(f"/api/v2/ap/bills/{uuid.upper()}/", status=404)


async def test_netsuite_when_asked_for_all_then_everything_without_pages(site: Site) -> None:
    body = await site.get(f"{NETSUITE}accounts/?page_size=all")

    assert body["metadata"] == {}
    assert len(body["data"]) == len(site.tenant.desk.codes) > 10


async def test_netsuite_when_orders_are_asked_for_since_then_instants_are_compared(
    site: Site,
) -> None:
    orders = sorted(site.tenant.orders.values(), key=lambda order: order.placed_at)
    since = orders[len(orders) // 2].placed_at.isoformat().replace("+00:00", "Z")

    rows = await site.rows(f"{NETSUITE}purchase-orders/?page_size=100&transaction_date={since}")

    wanted = {order.id for order in orders[len(orders) // 2 :]}
    assert {row["id"] for row in rows} == wanted
