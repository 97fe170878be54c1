"""The NetSuite-integration API, reading side (procurify.md §3.1): lists, one of each, statuses.

An object is `synced` once an object map says so, and `pending` again when it changes afterwards;
a status word that nobody knows filters nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from engine.sandbox.procurify import netsuite_shapes as shapes
from engine.sandbox.procurify.filters import Filter, Query, Test, equal, like, since, words
from engine.sandbox.procurify.netsuite_receipts import receipt_line, receipt_lines
from engine.sandbox.procurify.pages import detail, not_found, path_id, whole
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Listing, Route, listed
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import PurchaseOrder, Vendor

T = TypeVar("T")
BASE = "/api/v3/integrations/netsuite/"
RESOURCE = "integrations"
UNSYNCABLE = frozenset({1, 5, 6})
_WORDS = {"pending": 0, "synced": 1, "error": 2}


def netsuite_routes(tenant: Tenant, settings: ProcurifySettings) -> list[Route]:
    """The reading routes of the integration."""
    desk = tenant.desk

    def orders() -> Iterable[PurchaseOrder]:
        return tenant.orders.values()

    listing = _Lists(tenant, settings)

    return [
        listing(
            "purchase-orders/",
            orders,
            lambda row: shapes.order_row(desk, row),
            _status(tenant, shapes.ORDER, lambda row: row.id, lambda row: row.modified_at),
            equal("id", lambda row: row.id),
            since("transaction_date", lambda row: row.placed_at),
        ),
        listing(
            "item-receipt-lines/",
            lambda: receipt_lines(tenant),
            lambda row: receipt_line(tenant, row),
            _status(
                tenant,
                shapes.RECEIPT_LINE,
                lambda row: row.receipt.id,
                lambda row: row.history[-1][0],
            ),
            equal("id", lambda row: row.receipt.id),
        ),
        listing(
            "accounts/",
            lambda: desk.codes.values(),
            lambda row: shapes.account_row(desk, row),
            _status(tenant, shapes.CODE, lambda row: row.code.id),
            equal("code", lambda row: row.code.code),
        ),
        listing(
            "payment-terms/",
            lambda: desk.terms.values(),
            lambda row: shapes.term_row(desk, row),
            _status(tenant, shapes.TERM, lambda row: row.id),
        ),
        listing(
            "vendors/",
            lambda: [row for row in tenant.vendors.values() if is_syncable(row) and row.is_active],
            lambda row: shapes.vendor_row(desk, row),
            like("name", lambda row: row.name),
            _status(tenant, shapes.VENDOR, lambda row: row.id, lambda row: row.modified_at),
        ),
        listing(
            "catalog-items/",
            lambda: tenant.catalog.values(),
            lambda row: shapes.catalog_row(desk, row),
            _status(tenant, shapes.CATALOG, lambda row: row.id),
        ),
        *_plain_lists(tenant, listing),
        *_singles(tenant),
    ]


class _Lists:
    """Makes the route of a list under the integration's base."""

    def __init__(self, tenant: Tenant, settings: ProcurifySettings) -> None:
        self._tenant = tenant
        self._settings = settings

    def __call__(
        self,
        path: str,
        rows: Callable[[], Iterable[T]],
        show: Callable[[T], Json],
        *filters: Filter[T],
    ) -> Route:
        found = Listing(
            path=f"{BASE}{path}",
            resource=RESOURCE,
            rows=lambda request: rows(),
            show=show,
            filters=filters,
            knows_all=True,
        )
        return listed(self._tenant, self._settings, found)


def _plain_lists(tenant: Tenant, listing: _Lists) -> list[Route]:
    desk = tenant.desk
    return [
        listing(
            "currencies/",
            lambda: desk.currencies.values(),
            shapes.currency_row,
            equal("name", lambda row: row.name),
        ),
        listing(
            "departments/",
            lambda: desk.units.values(),
            shapes.department_row,
            equal("department_name", lambda row: row.department.name),
            equal("location_name", lambda row: desk.places[row.place].name),
        ),
        listing(
            "object-maps/",
            lambda: desk.maps.values(),
            shapes.map_row,
            words("status", lambda row: row.status, _WORDS),
        ),
        listing(
            "logs/",
            lambda: desk.logs,
            shapes.log_row,
            words("status", lambda row: row.is_error, {"success": False, "error": True}),
            words("object_type", lambda row: row.content_type, _OBJECT_TYPES),
        ),
    ]


_OBJECT_TYPES = {
    "purchaseorder": shapes.ORDER,
    "receiptline": shapes.RECEIPT_LINE,
    "accountcode": shapes.CODE,
    "vendor": shapes.VENDOR,
}


def is_syncable(vendor: Vendor) -> bool:
    """Whether the integration knows vendors of this type at all."""
    return vendor.type not in UNSYNCABLE


def _singles(tenant: Tenant) -> list[Route]:
    desk = tenant.desk

    def single(path: str, find: Callable[[int], Json]) -> Route:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return detail(request, find(path_id(request)))
            except KeyError as error:
                raise not_found() from error

        return Route(
            method="GET", path=f"{BASE}{path}{{id:[0-9]+}}/", resource=RESOURCE, answer=answer
        )

    def vendor(identity: int) -> Json:
        row = tenant.vendors[identity]
        if not row.is_active or not is_syncable(row):
            raise KeyError(identity)
        return shapes.vendor_row(desk, row)

    def catalog_item(identity: int) -> Json:
        return shapes.catalog_row(desk, tenant.catalog[identity])

    async def content_types(request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("model", "")
        return whole(
            request,
            [
                {"id": identity, "app_label": label, "model": model}
                for identity, label, model in shapes.CONTENT_TYPES
                if wanted in {"", model}
            ],
        )

    async def order_field(request: web.Request) -> web.StreamResponse:
        row = next(iter(desk.fields.values()))
        shown: dict[str, Json] = {
            "id": row.id,
            "field_label": row.name,
            "field_required": row.is_required,
        }
        return detail(request, shown)

    return [
        single("accounts/", lambda identity: shapes.account_row(desk, desk.codes[identity])),
        single("payment-terms/", lambda identity: shapes.term_row(desk, desk.terms[identity])),
        single("vendors/", vendor),
        single("catalog-items/", catalog_item),
        Route(method="GET", path=f"{BASE}content-types/", resource=RESOURCE, answer=content_types),
        Route(
            method="GET",
            path=f"{BASE}custom-fields/purchase-orders/",
            resource=RESOURCE,
            answer=order_field,
        ),
    ]


def _status(
    tenant: Tenant,
    content_type: int,
    id_of: Callable[[T], int],
    changed_at: Callable[[T], datetime] | None = None,
) -> Filter[T]:
    """The rows whose object map is in one of the states; changed ones are pending again."""

    def state(row: T) -> str:
        found = tenant.desk.maps.get((content_type, id_of(row)))
        if found is None or found.status == 0:
            return "pending"
        if found.status == 2:
            return "error"
        is_later = changed_at is not None and changed_at(row) > found.said_at
        return "pending" if is_later else "synced"

    def test_of(query: Query) -> Test[T] | None:
        wanted = {word.strip() for word in query.get("status", "").lower().split(",")}
        wanted &= {"pending", "synced", "error", "ignore"}
        if not wanted or query.get("show_all", "").lower() == "true":
            return None
        return lambda row: state(row) in wanted

    return Filter(names=("status", "show_all"), test_of=test_of)
