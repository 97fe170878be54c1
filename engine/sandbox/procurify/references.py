"""Vendors and reference rows: users, account codes, accounts, departments, locations, currencies.

None but vendors bears a timestamp, and no list here has a modified filter (procurify.md §7).
"""

from collections.abc import Callable

from aiohttp import web

from engine.sandbox.procurify import reference_shapes, vendor_shapes
from engine.sandbox.procurify.pages import Answer, Refused, detail, page_of, with_value
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import Vendor

_GROUPS: dict[str, Callable[[Vendor], bool]] = {
    "all": lambda vendor: True,
    "default": lambda vendor: vendor.is_active and vendor.type == 3,
    "preferred": lambda vendor: vendor.is_active and vendor.type == 3,
    "purchasable": lambda vendor: vendor.is_active and vendor.type in {3, 4, 7},
    "requestable": lambda vendor: vendor.is_active and vendor.type in {3, 4},
    "other": lambda vendor: vendor.type == 1,
    "credit_card_providers": lambda vendor: vendor.type == 6,
}


def reference_routes(tenant: Tenant) -> list[tuple[str, Answer]]:
    """The paths of vendors and reference rows and what answers a GET there."""
    api = _References(tenant)
    return [
        ("/api/v3/users/me/", api.me),
        ("/api/v3/users/", api.users),
        ("/api/v3/vendors/", api.vendors),
        ("/api/v3/vendors/{id:[0-9]+}/", api.vendor),
        ("/api/v3/vendors/{group}/", api.vendors),
        ("/api/v2/ap/vendor-payment-methods/", api.payment_methods),
        ("/api/v3/account-codes/", api.account_codes),
        ("/api/v3/accounts/", api.accounts),
        ("/api/v3/departments/", api.departments),
        ("/api/v2/locations/", api.locations),
        ("/api/v2/locations/{id:[0-9]+}/", api.location),
        ("/api/v2/currencies/", api.currencies),
    ]


class _References:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def me(self, request: web.Request) -> web.StreamResponse:
        return detail(reference_shapes.me(self._tenant.references.users[0]))

    async def users(self, request: web.Request) -> web.StreamResponse:
        rows = self._tenant.references.users
        return page_of(request, rows, reference_shapes.user_summary)

    async def vendors(self, request: web.Request) -> web.StreamResponse:
        group = request.match_info.get("group", "all")
        if group not in _GROUPS:
            raise Refused(404, "Not found.", "not_found")
        rows = [row for row in self._tenant.vendors.values() if _GROUPS[group](row)]
        rows = with_value(request, "external_id", rows, lambda row: row.external_id)
        rows = with_value(request, "type", rows, lambda row: row.type)
        wanted = request.query.get("name", request.query.get("search", "")).lower()
        rows = [row for row in rows if wanted in row.name.lower()]
        return page_of(request, rows, self._vendor_row)

    async def vendor(self, request: web.Request) -> web.StreamResponse:
        vendor = self._tenant.vendors.get(int(request.match_info["id"]))
        if vendor is None:
            raise Refused(404, "Not found.", "not_found")
        return detail(
            self._tenant.printed("vendor", vendor.id, vendor, vendor_shapes.vendor_detail)
        )

    async def payment_methods(self, request: web.Request) -> web.StreamResponse:
        rows = list(self._tenant.vendors.values())
        rows = with_value(request, "vendor", rows, lambda row: row.id)
        return page_of(request, rows, vendor_shapes.payment_method)

    async def account_codes(self, request: web.Request) -> web.StreamResponse:
        rows = list(self._tenant.references.account_codes.values())
        rows = with_value(request, "code", rows, lambda row: row.code)
        return page_of(request, rows, reference_shapes.account_code)

    async def accounts(self, request: web.Request) -> web.StreamResponse:
        rows = list(self._tenant.references.accounts.values())
        rows = with_value(request, "account_code", rows, lambda row: row.code.id)
        rows = with_value(request, "department", rows, lambda row: row.department.id)
        return page_of(request, rows, reference_shapes.chart_account)

    async def departments(self, request: web.Request) -> web.StreamResponse:
        rows = list(self._tenant.references.departments.values())
        return page_of(request, rows, reference_shapes.department)

    async def locations(self, request: web.Request) -> web.StreamResponse:
        return page_of(request, [self._tenant.references], reference_shapes.location)

    async def location(self, request: web.Request) -> web.StreamResponse:
        if int(request.match_info["id"]) != reference_shapes.BRANCH_ID:
            raise Refused(404, "Not found.", "not_found")
        return detail(reference_shapes.location(self._tenant.references))

    async def currencies(self, request: web.Request) -> web.StreamResponse:
        rows = list(self._tenant.references.currencies.values())
        rows = with_value(request, "name", rows, lambda row: row.name)
        return page_of(request, rows, reference_shapes.currency)

    def _vendor_row(self, vendor: Vendor) -> Json:
        return self._tenant.printed("vendor row", vendor.id, vendor, vendor_shapes.vendor_row)
