"""Purchase orders, order items, requests, bills, payments and receipts: lists and details.

Rows come in the order of their ids (procurify.md §2.15 promises none).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from engine.sandbox.procurify import bill_shapes, order_item_shapes, order_shapes
from engine.sandbox.procurify.order_shapes import fulfilment
from engine.sandbox.procurify.pages import (
    Answer,
    Refused,
    detail,
    page_of,
    with_value,
    within_days,
    within_instants,
)
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import Bill, OrderLine, PurchaseOrder

T = TypeVar("T")
ROLES = ("purchased", "receivable")
_IS_IN: dict[str, Callable[[PurchaseOrder], bool]] = {
    "all": lambda order: True,
    "open": lambda order: order.state in {0, 5},
    "partial": lambda order: fulfilment(order) == "partial",
    "closed": lambda order: order.state == 3,
    "cancelled": lambda order: order.state == 1,
    "paid": lambda order: order.state == 4,
}


def document_routes(tenant: Tenant) -> list[tuple[str, Answer]]:
    """The paths of the documents and what answers a GET there."""
    api = _Documents(tenant)
    return [
        ("/api/v2/purchase_orders/{role}/{status}/", api.orders),
        ("/api/v2/purchase_orders/{id}/", api.order),
        ("/api/v3/order-items/", api.order_items),
        ("/api/v2/global/order_items/", api.order_items),
        ("/api/v2/global/orders/", api.requests),
        ("/api/v3/ap/bills/", api.bills),
        ("/api/v2/ap/bills/{uuid:[0-9a-fA-F-]+}/", api.bill),
        ("/api/public/v1/payments/", api.payments),
        ("/api/v2/ap/payments/", api.old_payments),
        ("/api/v3/receipt/items/", api.receipts),
    ]


class _Documents:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def orders(self, request: web.Request) -> web.StreamResponse:
        role, status = request.match_info["role"], request.match_info["status"]
        if role not in ROLES or status not in _IS_IN:
            raise Refused(404, "Not found.", "not_found")
        everything = list(self._tenant.orders.values())
        rows = [order for order in everything if _IS_IN[status](order)]
        rows = within_days(request, "modified_date", rows, lambda order: order.modified_at)
        rows = within_days(request, "date", rows, lambda order: order.placed_at)
        rows = within_days(request, "promise_date", rows, lambda order: order.promised_at)
        rows = with_value(request, "pref_vendor", rows, lambda order: order.vendor.id)
        rows = with_value(request, "currency", rows, lambda order: order.currency.id)
        rows = with_value(request, "purchase_order", rows, lambda order: order.id)
        rows = _found(request, rows, lambda order: order.number)
        return page_of(
            request, rows, self._order_row, metadata={"counts": _counts(everything, len(rows))}
        )

    async def order(self, request: web.Request) -> web.StreamResponse:
        order = self._tenant.order_of(request.match_info["id"])
        if order is None:
            raise Refused(404, "Not found.", "not_found")
        shown = self._tenant.printed("order", order.id, order, order_shapes.order_detail)
        return detail(shown, {"can_edit": False, "can_delete": False})

    async def order_items(self, request: web.Request) -> web.StreamResponse:
        rows = self._tenant.lines()
        rows = within_days(request, "last_modified", rows, lambda pair: pair[0].modified_at)
        rows = within_days(request, "po_created_date", rows, lambda pair: pair[0].placed_at)
        rows = with_value(request, "orderNum", rows, lambda pair: _request_number(pair[0]))
        rows = with_value(request, "po_vendor", rows, lambda pair: pair[0].vendor.id)
        rows = with_value(request, "sku", rows, lambda pair: pair[1].sku)
        rows = _found(request, rows, lambda pair: pair[1].name)
        return page_of(request, rows, self._order_item_row)

    async def requests(self, request: web.Request) -> web.StreamResponse:
        rows = within_days(
            request,
            "modified_date",
            list(self._tenant.orders.values()),
            lambda order: order.modified_at,
        )
        rows = within_days(request, "date", rows, lambda order: order.placed_at)
        return page_of(request, rows, order_shapes.request_row)

    async def bills(self, request: web.Request) -> web.StreamResponse:
        names = ("last_modified_datetime_0", "last_modified_datetime_1")
        rows = within_instants(
            request, names, list(self._tenant.bills.values()), lambda bill: bill.modified_at
        )
        rows = with_value(request, "vendor", rows, lambda bill: bill.vendor.id)
        rows = with_value(request, "type", rows, lambda bill: bill.type)
        rows = with_value(request, "group", rows, lambda bill: bill.group)
        rows = with_value(request, "currency", rows, lambda bill: bill.currency.id)
        rows = _found(request, rows, lambda bill: bill.invoice_number)
        return page_of(request, rows, self._bill_row, metadata=bill_shapes.bill_metadata(rows))

    async def bill(self, request: web.Request) -> web.StreamResponse:
        bill = self._tenant.bill_of(request.match_info["uuid"])
        if bill is None:
            raise Refused(404, "Not found.", "not_found")
        shown = self._tenant.printed("bill", bill.id, bill, bill_shapes.bill_detail)
        return detail(shown, bill_shapes.bill_metadata([bill]))

    async def payments(self, request: web.Request) -> web.StreamResponse:
        names = ("updated_at_after", "updated_at_before")
        rows = within_instants(request, names, self._paid(), lambda bill: bill.modified_at)
        return page_of(request, _ordered(request, rows), bill_shapes.public_payment)

    async def old_payments(self, request: web.Request) -> web.StreamResponse:
        rows = self._paid()
        return page_of(
            request, rows, bill_shapes.old_payment, metadata=bill_shapes.bill_metadata(rows)
        )

    async def receipts(self, request: web.Request) -> web.StreamResponse:
        rows = [pair for pair in self._tenant.lines() if pair[1].received]
        rows = with_value(request, "order_item", rows, lambda pair: pair[1].id)
        return page_of(
            request, rows, lambda pair: order_shapes.receipt_row(pair[0], pair[1]), is_flat=True
        )

    def _paid(self) -> list[Bill]:
        bills = self._tenant.bills.values()
        return [bill for bill in bills if bill.status == bill_shapes.PAID and bill.type == 0]

    def _order_row(self, order: PurchaseOrder) -> Json:
        return self._tenant.printed("order row", order.id, order, order_shapes.order_row)

    def _order_item_row(self, pair: tuple[PurchaseOrder, OrderLine]) -> Json:
        return order_item_shapes.order_item_row(pair[0], pair[1])

    def _bill_row(self, bill: Bill) -> Json:
        return self._tenant.printed("bill row", bill.id, bill, bill_shapes.bill_row)


def _request_number(order: PurchaseOrder) -> int:
    return order_item_shapes.request_number(order)


def _found(request: web.Request, rows: Sequence[T], text_of: Callable[[T], str]) -> list[T]:
    wanted = request.query.get("search", "").lower()
    return [row for row in rows if wanted in text_of(row).lower()]


def _ordered(request: web.Request, rows: list[Bill]) -> list[Bill]:
    name = request.query.get("order_by", "")
    if name.lstrip("-") not in {"created_at", "updated_at"}:
        return rows
    return sorted(rows, key=lambda bill: bill.modified_at, reverse=name.startswith("-"))


def _counts(orders: Sequence[PurchaseOrder], page: int) -> dict[str, Json]:
    names = ("all", "open", "partial", "closed", "cancelled")
    counts: dict[str, Json] = {name: sum(_IS_IN[name](order) for order in orders) for name in names}
    return {role: {**counts, "page": page} for role in ROLES}
