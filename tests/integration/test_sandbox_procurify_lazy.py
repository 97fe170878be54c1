"""A tenant whose rows are made on demand answers as one that holds them all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sandbox_procurify_site import Site, open_site

from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import BILL, PURCHASE_ORDER, Source

PATHS = [
    "/api/v3/vendors/?page_size=7&page=2",
    "/api/v3/vendors/?name=e",
    "/api/v2/purchase_orders/purchased/all/?page_size=7&page=3",
    "/api/v2/purchase_orders/purchased/open/?page=2",
    "/api/v2/purchase_orders/purchased/closed/",
    "/api/v2/purchase_orders/purchased/partial/",
    "/api/v2/purchase_orders/1043/",
    "/api/v3/ap/bills/?page=2",
    "/api/v3/ap/bills/?search=INV",
    "/api/v3/order-items/?page=2",
    "/api/v2/global/orders/?page=2",
    "/api/v3/order-items/?name=a&page_size=20",
    "/api/v2/ap/items/?page=2",
    "/api/v3/receipt/items/",
    "/api/public/v1/payments/",
    "/api/v3/purchase-orders/billing-history/",
]


def put_all(tenant: Tenant) -> None:
    """Every row is one that was put, so that nothing is left to be made."""
    for order in list(tenant.orders.values()):
        tenant.put_order(order)
    for bill in list(tenant.bills.values()):
        tenant.put_bill(bill)


async def replies(site: Site, paths: Sequence[str]) -> list[str]:
    found = []
    for path in paths:
        async with site.session.get(site.origin + path) as response:
            found.append((await response.text()).replace(site.origin, ""))
    return found


def filtered(moments: list[datetime]) -> list[str]:
    """Lists from, up to and around the middle one of the days."""
    day = sorted(moments)[len(moments) // 2].date()
    bounds = [f"_0={day}", f"_1={day}", f"_0={day}&{{}}_1={day}"]
    lists = (
        ("/api/v2/purchase_orders/purchased/all/", "modified_date"),
        ("/api/v3/order-items/", "last_modified"),
        ("/api/v3/ap/bills/", "modified_date"),
        ("/api/v3/ap/bills/", "last_modified_datetime"),
    )
    return [
        f"{path}?{name}{bound.format(name)}&page_size=100"
        for path, name in lists
        for bound in bounds
    ]


async def test_lazy_when_read_then_every_reply_is_as_with_rows_that_are_held() -> None:
    async with open_site() as held, open_site() as lazy:
        put_all(held.tenant)
        bill = next(iter(held.tenant.bills.values()))
        paths = [
            *PATHS,
            f"/api/v2/ap/bills/{bill.uuid}/",
            *filtered([order.modified_at for order in held.tenant.orders.values()]),
        ]
        assert await replies(lazy, paths) == await replies(held, paths)


async def test_lazy_when_changed_then_its_lists_are_as_with_rows_that_are_held() -> None:
    async with open_site() as held, open_site() as lazy:
        put_all(held.tenant)
        moment = datetime(2026, 11, 25, tzinfo=UTC)
        for tenant in (held.tenant, lazy.tenant):
            tenant.clock = lambda: moment
            changes = Changes(tenant)
            live = [row for row in tenant.orders.values() if row.state == 0]
            order = next(row for row in live if not tenant.bills_of(row))
            changes.cancel_order(str(order.id))
            changes.withhold("purchase_order", "1050")
            bill = next(b for b in tenant.bills.values() if b.orders and b.status == 2)
            tenant.put_bill(replace(bill, status=3, modified_at=moment))
            changes.merge_vendors(str(bill.vendor.id), "102" if bill.vendor.id != 102 else "103")
        paths = [path for path in PATHS if "search" not in path]
        paths += filtered([order.modified_at for order in held.tenant.orders.values()])
        assert await replies(lazy, paths) == await replies(held, paths)


async def test_lazy_when_pages_are_read_then_only_their_rows_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_site() as site:
        made: list[int] = []
        tenant = site.tenant
        for rows in (tenant.orders, tenant.bills):
            make = rows._make
            assert make is not None
            monkeypatch.setattr(rows, "_make", lambda one, make=make: made.append(one) or make(one))
        since = (min(row.modified_at for row in tenant.bills.values())).date()
        tenant.orders.forget()
        tenant.bills.forget()
        made.clear()
        await site.get("/api/v2/purchase_orders/purchased/all/?page_size=5&page=2")
        await site.get(f"/api/v3/ap/bills/?page_size=5&last_modified_datetime_0={since}")
        await site.get(f"/api/v3/order-items/?page_size=5&last_modified_0={since}")
        assert len(made) <= 15


async def test_lazy_when_fields_are_laid_over_then_lists_show_them() -> None:
    async with open_site() as site:
        tenant = site.tenant
        bill = tenant.bills[tenant.bills.ids[-1]]
        tenant.put_extras(Source(PURCHASE_ORDER, "1050"), {"contract": None, "comment": "Over"})
        tenant.put_extras(Source(BILL, bill.uuid), {"approver": "Somebody"})
        orders = await site.rows("/api/v2/purchase_orders/purchased/all/?page_size=100")
        order = next(row for row in orders if row["procurify_PO"] == 1050)
        assert (order["contract"], order["comment"]) == (None, "Over")
        bills = await site.rows("/api/v3/ap/bills/?page_size=100")
        assert [row["id"] for row in bills if row["approver"] == "Somebody"] == [bill.id]


async def test_lazy_when_changed_then_as_with_rows_that_are_held() -> None:
    async with open_site() as site:
        changes = Changes(site.tenant)
        bill = next(b for b in site.tenant.bills.values() if b.status == 2 and b.orders)
        fixed = changes.fix_bill(bill.uuid)
        changes.delete_bill(bill.uuid)
        await site.get(f"/api/v2/ap/bills/{bill.uuid}/", status=404)
        shown = (await site.get(f"/api/v2/ap/bills/{fixed.uuid}/"))["data"]
        assert shown["version_choices"] == [{"pk": fixed.id, "version": bill.version + 1}]

        line = site.tenant.orders[1042].lines[0]
        changes.receive(line.id, line.quantity / 2)
        changes.withhold("purchase_order", "1042")
        await site.get("/api/v2/purchase_orders/1042/", status=404)
        changes.release("purchase_order", "1042")
        order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
        assert order["order_items"][0]["receivedPassQty"] == line.quantity / 2
        with pytest.raises(ValueError, match="no purchase order"):
            changes.order("PO-none")


async def test_lazy_when_a_vendor_is_renamed_then_documents_that_were_read_bear_the_name() -> None:
    async with open_site() as site:
        bill = next(row for row in site.tenant.bills.values() if row.orders)
        paths = [
            f"/api/v2/purchase_orders/{bill.orders[0].id}/",
            f"/api/v2/ap/bills/{bill.uuid}/",
        ]
        names = [("pref_vendor", "name"), ("vendor", "name")]
        for path in paths:
            await site.get(path)
        Changes(site.tenant).rename_vendor(str(bill.vendor.id), "Renamed")
        for path, (party, name) in zip(paths, names, strict=True):
            assert (await site.get(path))["data"][party][name] == "Renamed"
