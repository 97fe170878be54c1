"""A tenant whose rows are made on demand answers as one that holds them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sandbox_procurify_site import Site, open_site

from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.rows import LazyRows
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import Bill, Currency, OrderLine, PurchaseOrder

PATHS = [
    "/api/v3/vendors/?page_size=7&page=2",
    "/api/v3/vendors/?name=e",
    "/api/v2/purchase_orders/purchased/all/?page_size=7&page=3",
    "/api/v2/purchase_orders/purchased/closed/",
    "/api/v2/purchase_orders/1043/",
    "/api/v3/ap/bills/?page=2",
    "/api/v3/ap/bills/?search=INV",
    "/api/v3/order-items/?page=2",
    "/api/v2/ap/items/?page=2",
    "/api/public/v1/payments/",
    "/api/v3/purchase-orders/billing-history/",
]


@dataclass(frozen=True)
class OrderFacet:
    modified_at: datetime
    state: int
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class BillFacet:
    modified_at: datetime
    currency: Currency
    grand_total: Decimal


class Known:
    """What is in an eager tenant, made one by one, and found by its ids."""

    def __init__(self, tenant: Tenant) -> None:
        self._orders = dict(tenant.orders)
        self._bills = dict(tenant.bills)
        self.made: list[int] = []

    def order(self, identity: int) -> PurchaseOrder:
        self.made.append(identity)
        return self._orders[identity]

    def bill(self, identity: int) -> Bill:
        self.made.append(identity)
        return self._bills[identity]

    def order_facet(self, identity: int) -> OrderFacet:
        row = self._orders[identity]
        return OrderFacet(row.modified_at, row.state, row.lines)

    def bill_facet(self, identity: int) -> BillFacet:
        row = self._bills[identity]
        return BillFacet(row.modified_at, row.currency, row.grand_total)

    def order_of_line(self, line: int) -> int | None:
        return line // 10

    def order_of_uuid(self, uuid: str) -> int | None:
        rows = self._orders.values()
        return next((row.id for row in rows if row.uuid.replace("-", "") == uuid), None)

    def bill_of_uuid(self, uuid: str) -> int | None:
        return next((row.id for row in self._bills.values() if row.uuid == uuid), None)

    def bills_of_order(self, order: int) -> Sequence[int]:
        return [
            row.id for row in self._bills.values() if order in {billed.id for billed in row.orders}
        ]

    def bills_of_group(self, group: int) -> Sequence[int]:
        return [row.id for row in self._bills.values() if row.group == group]


def make_lazy(site: Site) -> Known:
    tenant = site.tenant
    known, vendors = Known(tenant), dict(tenant.vendors)
    tenant.adopt(
        vendors=LazyRows(list(vendors), vendors.__getitem__),
        orders=LazyRows(list(tenant.orders), known.order, known.order_facet),
        bills=LazyRows(list(tenant.bills), known.bill, known.bill_facet),
        index=known,
    )
    return known


async def replies(site: Site, paths: Sequence[str]) -> list[str]:
    found = []
    for path in paths:
        async with site.session.get(site.origin + path) as response:
            found.append((await response.text()).replace(site.origin, ""))
    return found


async def test_lazy_when_read_then_every_reply_is_the_same() -> None:
    async with open_site() as eager, open_site() as lazy:
        bill = next(iter(eager.tenant.bills.values()))
        day = sorted(row.modified_at for row in eager.tenant.orders.values())[20].date()
        paths = [
            *PATHS,
            f"/api/v2/ap/bills/{bill.uuid}/",
            f"/api/v2/purchase_orders/purchased/all/?modified_date_0={day}",
            f"/api/v3/order-items/?last_modified_1={day}",
            f"/api/v3/ap/bills/?last_modified_datetime_0={day}",
        ]
        make_lazy(lazy)
        assert await replies(lazy, paths) == await replies(eager, paths)


async def test_lazy_when_a_page_is_read_then_only_its_rows_are_made() -> None:
    async with open_site() as site:
        known = make_lazy(site)
        since = min(row.modified_at for row in site.tenant.bills.values()) - timedelta(days=1)
        known.made.clear()
        await site.get("/api/v2/purchase_orders/purchased/all/?page_size=5&page=2")
        stamp = since.isoformat().replace("+00:00", "Z")
        await site.get(f"/api/v3/ap/bills/?page_size=5&last_modified_datetime_0={stamp}")
        assert len(known.made) <= 10


async def test_lazy_when_changed_then_as_with_rows_that_are_held() -> None:
    async with open_site() as site:
        make_lazy(site)
        changes = Changes(site.tenant)
        bill = next(b for b in site.tenant.bills.values() if b.status == 2 and b.orders)
        fixed = changes.fix_bill(bill.uuid)
        changes.delete_bill(bill.uuid)
        await site.get(f"/api/v2/ap/bills/{bill.uuid}/", status=404)
        shown = (await site.get(f"/api/v2/ap/bills/{fixed.uuid}/"))["data"]
        assert shown["version_choices"] == [{"pk": fixed.id, "version": bill.version + 1}]

        line = site.tenant.orders[1042].lines[0]
        changes.receive(line.id, line.quantity / 2)
        changes.rename_vendor(str(site.tenant.orders[1042].vendor.id), "Renamed")
        order = (await site.get("/api/v2/purchase_orders/1042/"))["data"]
        assert order["order_items"][0]["receivedPassQty"] == line.quantity / 2
        assert order["pref_vendor"]["name"] == "Renamed"
        changes.withhold("purchase_order", "1042")
        await site.get("/api/v2/purchase_orders/1042/", status=404)
        with pytest.raises(ValueError, match="no purchase order"):
            changes.order("PO-none")
