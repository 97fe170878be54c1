"""Lists and details of vendors, methods, codes, accounts, departments, locations, the catalogue.

None but vendors bears a timestamp, and no list here has a modified filter (procurify.md §7).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from engine.sandbox.procurify import account_shapes, catalog_shapes, places, vendor_shapes
from engine.sandbox.procurify.catalog_shapes import catalog_row
from engine.sandbox.procurify.currency_shapes import currency
from engine.sandbox.procurify.filters import Filter, amounts, any_of, claim, equal, like, words
from engine.sandbox.procurify.pages import Answer, detail, not_found, path_id
from engine.sandbox.procurify.printing import Json, decimal_text
from engine.sandbox.procurify.routes import Listing, Route, listed
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import (
    Budget,
    Bundle,
    CatalogItem,
    Code,
    CustomField,
    Method,
    Place,
    Unit,
)
from engine.sandbox.procurify.vendor_shapes import method_of
from engine.sandbox.scenario.model import VENDOR, Currency, Source, Vendor

T = TypeVar("T")
GROUPS: dict[str, Callable[[Vendor], bool]] = {
    "all": lambda vendor: True,
    "default": lambda vendor: vendor.is_active and vendor.type == 3,
    "preferred": lambda vendor: vendor.is_active and vendor.type == 3,
    "purchasable": lambda vendor: vendor.is_active and vendor.type in {3, 4, 7},
    "requestable": lambda vendor: vendor.is_active and vendor.type in {3, 4},
    "other": lambda vendor: vendor.type == 1,
    "credit_card_providers": lambda vendor: vendor.type == 6,
}
TYPE_WORDS = {
    "other": 1,
    "hidden": 2,
    "preferred": 3,
    "regular": 4,
    "employee": 5,
    "credit_card_provider": 6,
    "checkout": 7,
    "pending": "pending",
}
MANAGED_TYPES = frozenset({5, 6, 7, 8})


def reference_routes(tenant: Tenant, settings: ProcurifySettings) -> list[Route]:
    """The reading routes of vendors and reference rows."""
    api = _References(tenant)

    def get(path: str, resource: str, answer: Answer) -> Route:
        return Route(method="GET", path=path, resource=resource, answer=answer)

    def listing(found: Listing[T]) -> Route:
        return listed(tenant, settings, found)

    return [
        *(listing(one) for one in _vendor_listings(tenant, api)),
        get("/api/v3/vendors/{id:[0-9]+}/", "vendors", api.vendor),
        *(listing(one) for one in _method_listings(tenant)),
        listing(_codes(tenant)),
        listing(_accounts(tenant, api)),
        listing(
            Listing[Budget](
                path="/api/v3/budget-categories/",
                resource="accounts",
                rows=lambda request: tenant.desk.budgets.values(),
                show=account_shapes.budget_category,
                filters=(
                    equal("departments", lambda row: row.account.department.id),
                    equal("account_codes", lambda row: row.account.code.id),
                    equal("locations", lambda row: row.account.department.location.id),
                    equal("users", lambda row: None),
                ),
            )
        ),
        listing(_departments(tenant, api)),
        listing(
            Listing[Place](
                path="/api/v2/locations/",
                resource="locations",
                rows=lambda request: tenant.desk.places.values(),
                show=api.location_row,
                filters=(
                    claim("active", lambda row: row.is_active),
                    claim("headquarter", lambda row: row.is_headquarter),
                    like("search", lambda row: row.name),
                ),
            )
        ),
        get("/api/v2/locations/{id:[0-9]+}/", "locations", api.location),
        listing(_currencies(tenant)),
        *_catalog(tenant, settings, api),
        listing(
            Listing[CustomField](
                path="/api/v3/custom-fields/order-items/",
                resource="custom_fields",
                rows=lambda request: tenant.desk.fields.values(),
                show=catalog_shapes.custom_field,
                filters=(
                    equal("field_type", lambda row: row.type),
                    claim("meta__is_active", lambda row: row.is_active),
                ),
            )
        ),
    ]


class _References:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def vendors(self, request: web.Request) -> Sequence[Vendor]:
        group = request.match_info.get("group", "all")
        if group not in GROUPS:
            raise not_found()
        return list(filter(GROUPS[group], self._tenant.seen_vendors()))

    async def vendor(self, request: web.Request) -> web.StreamResponse:
        vendor = self._tenant.vendors.get(path_id(request))
        if vendor is None or Source(VENDOR, str(vendor.id)) in self._tenant.withheld:
            raise not_found()
        source = Source(VENDOR, str(vendor.id))
        shown = self._tenant.prints.shown("detail", source, vendor, vendor_shapes.vendor_detail)
        return detail(request, shown)

    def vendor_row(self, vendor: Vendor) -> Json:
        source = Source(VENDOR, str(vendor.id))
        return self._tenant.prints.shown("row", source, vendor, vendor_shapes.vendor_row)

    async def location(self, request: web.Request) -> web.StreamResponse:
        place = self._tenant.desk.places.get(path_id(request))
        if place is None:
            raise not_found()
        return detail(request, self.location_row(place))

    def location_row(self, place: Place) -> Json:
        units = self._tenant.desk.units.values()
        return places.location(place, sum(unit.place == place.id for unit in units))

    def places_of(self, item: CatalogItem) -> set[int]:
        """The locations whose departments may order the item: all where it names none."""
        desk = self._tenant.desk
        chosen = {row.place for row in desk.units.values() if row.department.id in item.departments}
        return chosen or set(desk.places)

    def department_row(self, unit: Unit) -> Json:
        return places.department(unit, self._tenant.desk.places[unit.place])

    def account_row(self, row: Budget) -> Json:
        desk = self._tenant.desk
        unit = desk.units[row.account.department.id]
        return account_shapes.chart_account(row, unit, desk.places[unit.place])

    def catalog(self, request: web.Request) -> list[CatalogItem]:
        return list(self._tenant.catalog.values())

    def bundles(self, request: web.Request) -> list[Bundle]:
        self.catalog(request)
        return list(self._tenant.desk.bundles.values())

    def catalog_row(self, item: CatalogItem) -> Json:
        return catalog_row(self._tenant, item)

    def bundle_row(self, bundle: Bundle) -> Json:
        return catalog_shapes.bundle_row(self._tenant, bundle)


def _vendor_listings(tenant: Tenant, api: _References) -> list[Listing[Vendor]]:
    return [
        Listing[Vendor](
            path=path,
            resource="vendors",
            rows=api.vendors,
            show=api.vendor_row,
            filters=(
                equal("external_id", lambda row: row.external_id),
                equal("type", lambda row: row.type),
                words("type__in", lambda row: row.type, TYPE_WORDS),
                claim("exclude_other", lambda row: row.type != 1, only_true=True),
                like("name", lambda row: row.name),
                like("search", lambda row: row.name),
            ),
        )
        for path in ("/api/v3/vendors/", "/api/v3/vendors/{group}/")
    ]


def _method_listings(tenant: Tenant) -> list[Listing[Method]]:
    def own(request: web.Request) -> list[Method]:
        posted = [row for row in tenant.desk.methods.values() if row.vendor is not None]
        return [*map(method_of, tenant.vendors.values()), *posted]

    def company(request: web.Request) -> list[Method]:
        return [row for row in tenant.desk.methods.values() if row.vendor is None]

    common: tuple[Filter[Method], ...] = (
        equal("currency", lambda row: row.currency.id),
        equal("type", lambda row: row.type),
        like("search", lambda row: row.name),
    )
    category: Filter[Method] = words(
        "category",
        lambda row: row.type in MANAGED_TYPES,
        {"managed": True, "external": False},
    )
    return [
        Listing[Method](
            path="/api/v2/ap/vendor-payment-methods/",
            resource="payment_methods",
            rows=own,
            show=vendor_shapes.vendor_method,
            filters=(*common, category, equal("vendor", lambda row: row.vendor)),
        ),
        Listing[Method](
            path="/api/v2/ap/company-payment-methods/",
            resource="payment_methods",
            rows=company,
            show=vendor_shapes.company_method,
            filters=common,
        ),
    ]


def _codes(tenant: Tenant) -> Listing[Code]:
    def parents() -> frozenset[int | None]:
        return frozenset(row.parent for row in tenant.desk.codes.values())

    return Listing[Code](
        path="/api/v3/account-codes/",
        resource="account_codes",
        rows=lambda request: tenant.desk.codes.values(),
        show=account_shapes.listed_code,
        filters=(
            claim("active", lambda row: row.is_active),
            equal("code", lambda row: row.code.code),
            claim("is_parent", lambda row: row.code.id in tenant.memo("parents", parents)),
            like("search", lambda row: (row.code.code, row.code.description)),
        ),
    )


def _accounts(tenant: Tenant, api: _References) -> Listing[Budget]:
    return Listing[Budget](
        path="/api/v3/accounts/",
        resource="accounts",
        rows=lambda request: tenant.desk.budgets.values(),
        show=api.account_row,
        filters=(
            equal("account_code", lambda row: row.account.code.id),
            *(
                equal(name, lambda row: row.account.department.id)
                for name in ("department", "departments")
            ),
            equal("id", lambda row: row.account.id),
            equal("locations", lambda row: row.account.department.location.id),
            claim("active", lambda row: row.is_active),
            claim("in_effect", lambda row: True),
            claim("with_expired_budgets", lambda row: True, only_true=True),
            like("search", lambda row: (row.account.code.code, row.account.code.description)),
        ),
    )


def _departments(tenant: Tenant, api: _References) -> Listing[Unit]:
    return Listing[Unit](
        path="/api/v3/departments/",
        resource="departments",
        rows=lambda request: tenant.desk.units.values(),
        show=api.department_row,
        filters=(
            *(equal(name, lambda row: row.place) for name in ("branch", "locations")),
            claim("requestable", lambda row: row.is_active),
            claim("include_is_active_for_account_code", lambda row: True, only_true=True),
            claim("location_perm_override", lambda row: True, only_true=True),
            any_of(
                "user",
                lambda row: [
                    person.user.id
                    for person in tenant.desk.people.values()
                    if person.user.department.id == row.department.id
                ],
            ),
            like("search", lambda row: row.department.name),
        ),
    )


def _currencies(tenant: Tenant) -> Listing[Currency]:
    return Listing[Currency](
        path="/api/v2/currencies/",
        resource="currencies",
        rows=lambda request: tenant.desk.currencies.values(),
        show=currency,
        filters=(
            claim("active", lambda row: True),
            claim("base", lambda row: row.is_base),
            equal("name", lambda row: row.name),
            like("description", lambda row: row.description),
            equal("rate", lambda row: decimal_text(row.rate, 6)),
            like("search", lambda row: (row.name, row.description)),
        ),
    )


def _catalog(tenant: Tenant, settings: ProcurifySettings, api: _References) -> list[Route]:
    return [
        listed(
            tenant,
            settings,
            Listing[CatalogItem](
                path="/api/v3/catalog-items/",
                resource="catalog",
                rows=api.catalog,
                show=api.catalog_row,
                filters=(
                    any_of(
                        "bundle",
                        lambda row: [
                            bundle.id
                            for bundle in tenant.desk.bundles.values()
                            if row.id in dict(bundle.items)
                        ],
                    ),
                    equal("currency", lambda row: row.currency.id),
                    any_of("department", lambda row: row.departments),
                    equal("internalSKU", lambda row: row.sku),
                    any_of("location", api.places_of),
                    amounts(("min_price", "max_price"), lambda row: row.price),
                    equal("pref_vendor", lambda row: row.vendor),
                    like("search", lambda row: (row.name, row.sku)),
                ),
            ),
        ),
        listed(
            tenant,
            settings,
            Listing[Bundle](
                path="/api/v3/catalog-bundles/",
                resource="catalog",
                rows=api.bundles,
                show=api.bundle_row,
                filters=(like("search", lambda row: row.name),),
            ),
        ),
    ]
