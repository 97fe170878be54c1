"""Lists and details of purchase orders, order items, requests and receipts.

Rows come in the order of their ids (procurify.md §2.15 promises none); the filters are those of
§3. The day filters of orders, items and requests are whole days of the location.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from aiohttp import web

from engine.sandbox.procurify import order_item_shapes, order_shapes, requests
from engine.sandbox.procurify.filters import (
    Filter,
    amount,
    amounts,
    any_of,
    changed_days,
    claim,
    day,
    days,
    equal,
    like,
)
from engine.sandbox.procurify.order_item_shapes import item_status, request_number
from engine.sandbox.procurify.order_pairs import Pair, Pairs
from engine.sandbox.procurify.order_shapes import fulfilment
from engine.sandbox.procurify.pages import detail, not_found, whole
from engine.sandbox.procurify.printing import Json, decimal_text
from engine.sandbox.procurify.routes import Listing, Route, listed
from engine.sandbox.procurify.rows import Joined
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Receipt
from engine.sandbox.scenario.model import PURCHASE_ORDER, PurchaseOrder, Source

ROLES = ("purchased", "receivable")
CONTRACT_ID = 12
_IS_IN: dict[str, Callable[[PurchaseOrder], bool]] = {
    "all": lambda order: True,
    "open": lambda order: order.state in _STATES_IN["open"],
    "partial": lambda order: fulfilment(order) == "partial",
    "closed": lambda order: order.state in _STATES_IN["closed"],
    "cancelled": lambda order: order.state in _STATES_IN["cancelled"],
    "paid": lambda order: order.state in _STATES_IN["paid"],
}
_STATES_IN: dict[str, frozenset[int]] = {
    "all": frozenset(range(6)),
    "open": frozenset({0, 5}),
    "partial": frozenset(),
    "closed": frozenset({3}),
    "cancelled": frozenset({1}),
    "paid": frozenset({4}),
}
"""The states of what nobody received anything of, as of every order that was never put."""
ORDER_FILTERS: tuple[Filter[PurchaseOrder], ...] = (
    changed_days("modified_date", lambda order: order.modified_at),
    days("date", lambda order: order.placed_at),
    days("promise_date", lambda order: order.promised_at),
    days("expiry_date", lambda order: None),
    equal("pref_vendor", lambda order: order.vendor.id),
    equal("currency", lambda order: order.currency.id),
    equal("purchase_order", lambda order: order.id),
    equal("purchaser", lambda order: order.purchaser.id),
    equal("requester", lambda order: order.purchaser.id),
    equal("contract", lambda order: CONTRACT_ID),
    any_of("account_code", lambda order: [line.account.code.id for line in order.lines]),
    claim("has_blanket_order_items", lambda order: any(line.type == 2 for line in order.lines)),
    amounts(("total_0", "total_1"), lambda order: order.total),
    like("search", lambda order: (order.number, order.vendor.name)),
)
ITEM_FILTERS: tuple[Filter[Pair], ...] = (
    changed_days("last_modified", lambda pair: pair[0].modified_at),
    days("po_created_date", lambda pair: pair[0].placed_at),
    days("order_created_date", lambda pair: pair[0].placed_at),
    days("purchased_date", lambda pair: pair[0].placed_at),
    days("approved_datetime", lambda pair: pair[0].placed_at),
    equal("orderNum", lambda pair: request_number(pair[0])),
    equal("orderNum__status", lambda pair: 3),
    *(equal(name, lambda pair: pair[0].vendor.id) for name in ("po_vendor", "pref_vendor")),
    *(
        equal(name, lambda pair: pair[0].purchaser.id)
        for name in ("purchaser", "requester", "approver", "approver_id", "last_changed_by")
    ),
    *(
        equal(name, lambda pair: pair[1].account.department.id)
        for name in ("department", "departments")
    ),
    *(
        equal(name, lambda pair: pair[1].account.department.location.id)
        for name in ("branch", "location", "locations")
    ),
    *(equal(name, lambda pair: None) for name in ("catalog", "catalog_item", "purchase_agreement")),
    equal("account", lambda pair: pair[1].account.id),
    any_of("account_code", lambda pair: (pair[1].account.code.id, pair[1].account.code.code)),
    equal("currency", lambda pair: pair[0].currency.id),
    equal("exclude", lambda pair: pair[1].id, but=True),
    equal("fulfilment_status", lambda pair: fulfilment(pair[0])),
    equal("sku", lambda pair: pair[1].sku),
    equal("num", lambda pair: pair[1].number),
    equal("status", lambda pair: item_status(pair[0], pair[1])),
    equal("type", lambda pair: pair[1].type),
    equal("unit", lambda pair: pair[1].unit),
    claim("active", lambda pair: pair[0].is_active),
    claim("is_purchased", lambda pair: True),
    claim("is_recurring", lambda pair: pair[1].type == 1),
    claim("exclude_punchout", lambda pair: True, only_true=True),
    *(amount(name, lambda pair: pair[1].price) for name in ("price", "approved_price")),
    *(amount(name, lambda pair: pair[1].quantity) for name in ("quantity", "approved_quantity")),
    amount("receivedPassQty", lambda pair: pair[1].received),
    amount("receivedFailQty", lambda pair: pair[1].failed),
    like("name", lambda pair: pair[1].name),
    like("lineComment", lambda pair: ""),
    like("search", lambda pair: (pair[1].name, pair[1].sku)),
)
REQUEST_FILTERS: tuple[Filter[requests.Request], ...] = (
    days("modified_date", requests.modified_at),
    days("date", requests.asked_at),
    days("required_date", requests.required_on),
    day("dateRequired", requests.required_on),
    equal("status", lambda row: 3 if isinstance(row, PurchaseOrder) else 0),
    equal("order", requests.number_of),
    *(equal(name, requests.location_of) for name in ("branch", "location")),
    equal("department", requests.department_of),
    equal("requester", requests.requester_of),
    equal("pref_vendor", lambda row: row.vendor.id if isinstance(row, PurchaseOrder) else None),
    any_of("account_code", requests.codes_of),
    claim("has_blanket_order_items", requests.has_blanket),
    claim("is_punchout", lambda row: False),
    equal("lineCount", lambda row: len(row.lines)),
    amount("totalPrice", requests.total_of),
    like("search", lambda row: str(requests.number_of(row))),
)


def order_routes(tenant: Tenant, settings: ProcurifySettings) -> list[Route]:
    """The reading routes of orders, order items, requests and receipts."""
    api = _Orders(tenant)
    return [
        listed(
            tenant,
            settings,
            Listing[PurchaseOrder](
                path="/api/v2/purchase_orders/{role}/{status}/",
                resource="purchase_orders",
                rows=api.orders,
                show=api.order_row,
                glimpse=api.order_glimpse,
                filters=ORDER_FILTERS,
                beside=api.counts,
            ),
        ),
        Route(
            method="GET",
            path="/api/v2/purchase_orders/{id}/",
            resource="purchase_orders",
            answer=api.order,
        ),
        Route(
            method="GET",
            path="/api/v3/purchase-orders/billing-history/",
            resource="purchase_orders",
            answer=api.billing_history,
            is_list=True,
        ),
        *(listed(tenant, settings, listing) for listing in _item_listings(tenant, api)),
        listed(
            tenant,
            settings,
            Listing[requests.Request](
                path="/api/v2/global/orders/",
                resource="requests",
                rows=api.requests,
                show=requests.row_of,
                glimpse=api.request_glimpse,
                filters=REQUEST_FILTERS,
            ),
        ),
        listed(
            tenant,
            settings,
            Listing[Receipt](
                path="/api/v3/receipt/items/",
                resource="receipts",
                rows=lambda request: tenant.desk.receipts.values(),
                show=order_shapes.receipt_row,
                filters=(equal("order_item", lambda receipt: receipt.item),),
                is_flat=True,
            ),
        ),
    ]


def _item_listings(tenant: Tenant, api: "_Orders") -> list[Listing[Pair]]:
    return [
        Listing[Pair](
            path=path,
            resource="order_items",
            rows=lambda request: Pairs(tenant.orders, tenant.seen_orders()),
            show=lambda pair: api.item_row(pair),
            filters=ITEM_FILTERS,
        )
        for path in ("/api/v3/order-items/", "/api/v2/global/order_items/")
    ]


class _Orders:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def orders(self, request: web.Request) -> Sequence[PurchaseOrder]:
        role, status = request.match_info["role"], request.match_info["status"]
        if role not in ROLES or status not in _IS_IN:
            raise not_found()
        seen = self._tenant.seen_orders()
        if status == "all":
            return seen
        states, wanted = self._tenant.orders.glance.states, _STATES_IN[status]
        return seen.sifted(_IS_IN[status], lambda place: states[place] in wanted)

    def counts(self, rows: Sequence[PurchaseOrder]) -> Mapping[str, Json]:
        counts = self._tenant.memo("counts", self._counts)
        return {"counts": {role: {**counts, "page": len(rows)} for role in ROLES}}

    def _counts(self) -> dict[str, Json]:
        put, places = self._tenant.seen_orders().split()
        others = Counter(map(self._tenant.orders.glance.states.__getitem__, places))
        names = ("all", "open", "partial", "closed", "cancelled")
        return {
            name: sum(map(_IS_IN[name], put)) + sum(others[state] for state in _STATES_IN[name])
            for name in names
        }

    async def order(self, request: web.Request) -> web.StreamResponse:
        order = self._tenant.order_of(request.match_info["id"])
        if order is None or Source(PURCHASE_ORDER, str(order.id)) in self._tenant.withheld:
            raise not_found()
        return detail(request, self.order_detail(order), {"can_edit": False, "can_delete": False})

    async def billing_history(self, request: web.Request) -> web.StreamResponse:
        rows = self._tenant.memo("billing history", self._billing_history)
        return whole(request, rows)

    def order_row(self, order: PurchaseOrder) -> Json:
        source = Source(PURCHASE_ORDER, str(order.id))
        return self._tenant.prints.shown("row", source, order, order_shapes.order_row)

    def order_glimpse(self, identity: int) -> Json:
        """The row of the order of that id, which is not made for it."""
        orders = self._tenant.orders
        sketch = orders.sketch_of(identity)
        if sketch is None:
            return self.order_row(orders[identity])
        order, source = sketch(identity), Source(PURCHASE_ORDER, str(identity))
        prints = self._tenant.prints
        if source in prints.extras:
            return prints.overlaid("row", source, order_shapes.order_row(order))
        return order_shapes.order_text(order)

    def requests(self, request: web.Request) -> Sequence[requests.Request]:
        """The requests that became orders, then those that came by the API."""
        seen = self._tenant.seen_orders()
        posted = list(self._tenant.desk.requisitions.values())
        return Joined[requests.Request](seen, posted) if posted else seen

    def request_glimpse(self, identity: int) -> Json:
        """The row of the request that became the order of that id, which is not made for it."""
        orders = self._tenant.orders
        sketch = orders.sketch_of(identity)
        return requests.row_of(orders[identity] if sketch is None else sketch(identity))

    def order_detail(self, order: PurchaseOrder) -> Json:
        source = Source(PURCHASE_ORDER, str(order.id))
        return self._tenant.prints.shown("detail", source, order, order_shapes.order_detail)

    def item_row(self, pair: Pair) -> Json:
        return order_item_shapes.order_item_row(*pair)

    def _billing_history(self) -> list[Json]:
        billed: dict[int, Decimal] = {}
        for bill in self._tenant.bills.values():
            for line in bill.lines:
                if line.order_line is not None:
                    before = billed.get(line.order_line.id, Decimal(0))
                    billed[line.order_line.id] = before + line.quantity
        return [_history(order, billed) for order in self._tenant.seen_orders()]


def _history(order: PurchaseOrder, billed: Mapping[int, Decimal]) -> Json:
    none = Decimal(0)
    return {
        "id": order.id,
        "number": order.number,
        "has_unbilled_unreceived_items": any(
            line.received < line.quantity and billed.get(line.id, none) < line.quantity
            for line in order.lines
        ),
        "items": [
            {
                "id": line.id,
                "billed_qty": decimal_text(billed.get(line.id, none), 8),
                "received_qty": decimal_text(line.received, 5),
            }
            for line in order.lines
        ],
    }
