"""Writes of account codes, departments, locations, the catalogue, methods, custom fields.

Which fields are required: procurify.md §4.3 and the OpenAPI document.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from aiohttp import web

from engine.sandbox.procurify import account_shapes, catalog_shapes, places
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    amount_of,
    check,
    ids_of,
    invalid_id,
    number_of,
    read_fields,
    rows_of,
    text_of,
)
from engine.sandbox.procurify.pages import Answer, Refused, detail, not_found, path_id
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Budget, CatalogItem, Code, Place, Unit
from engine.sandbox.scenario.model import Account, AccountCode, Currency, Department, Location
from engine.sandbox.scenario.references import LOCATION_ZONE

_OPTIONAL_ID = Field(kind="integer", is_required=False, is_nullable=True)
_OPTIONAL_TEXT = Field(kind="text", is_required=False, is_nullable=True, may_be_blank=True)
_OPTIONAL_EMAIL = replace(_OPTIONAL_TEXT, kind="email")
_CODE_UPDATE: Mapping[str, Field] = {
    "code": Field(kind="text", longest=50),
    "description": Field(kind="text", longest=200),
    "account_type": Field(kind="integer", is_required=False, choices=frozenset(range(6))),
    "parent": _OPTIONAL_ID,
}
_CODE: Mapping[str, Field] = {**_CODE_UPDATE, "departments": Field(kind="list", is_required=False)}
_DEPARTMENT: Mapping[str, Field] = {
    "branch": Field(kind="integer"),
    "name": Field(kind="text", longest=150),
    "external_id": replace(_OPTIONAL_TEXT, longest=100),
    "active": Field(kind="boolean", is_required=False),
    "punchout_email": _OPTIONAL_EMAIL,
}
_ADDRESS: Mapping[str, Field] = {
    "name": Field(kind="text", longest=150),
    "addressLineOne": Field(kind="text", longest=300),
    "city": Field(kind="text", longest=50),
    "postalCode": Field(kind="text", longest=20),
    "state_province": Field(kind="text", is_required=False, may_be_blank=True, longest=40),
    "country": Field(kind="text", longest=80),
}
_LOCATION: Mapping[str, Field] = {
    "name": Field(kind="text", longest=150),
    "currency": Field(kind="text"),
    "phoneOne": Field(kind="text", longest=20),
    "primary_billing_address": Field(kind="map"),
    "primary_shipping_address": Field(kind="map"),
    "shipping_addresses": Field(kind="list"),
    "fax": replace(_OPTIONAL_TEXT, longest=20),
    "email": replace(_OPTIONAL_EMAIL, longest=254),
    "url": _OPTIONAL_TEXT,
    "locationTimezone": _OPTIONAL_TEXT,
    "active": Field(kind="boolean", is_required=False),
    "external_id": replace(_OPTIONAL_TEXT, longest=100),
}
_ITEM: Mapping[str, Field] = {
    "name": Field(kind="text", longest=255),
    "currency": Field(kind="integer"),
    "custom_fields": Field(kind="list"),
    "unitType": Field(kind="text", is_required=False, may_be_blank=True, longest=30),
    "pref_vendor": _OPTIONAL_ID,
    "account_code": _OPTIONAL_ID,
    "internalSKU": Field(kind="text", is_required=False, may_be_blank=True, longest=50),
    "description": _OPTIONAL_TEXT,
    "product_url": _OPTIONAL_TEXT,
    "price": Field(kind="decimal", is_required=False, places=8),
    "rfo_lock": Field(kind="boolean", is_required=False),
    "departments": Field(kind="list", is_required=False),
}
_CUSTOM_FIELD: Mapping[str, Field] = {
    "name": Field(kind="text", longest=200),
    "field_type": Field(kind="text", choices=frozenset("taifbmdh")),
    "default_value": Field(kind="text", is_required=False, may_be_blank=True, longest=5000),
    "is_required": Field(kind="boolean", is_required=False),
    "field_choices": Field(kind="list", is_required=False),
}


def reference_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of the reference rows."""
    api = _ReferenceWrites(tenant)

    def route(method: str, path: str, resource: str, answer: Answer) -> Route:
        return Route(method=method, path=path, resource=resource, answer=answer)

    one = "{id:[0-9]+}/"
    return [
        route("POST", "/api/v3/account-codes/", "account_codes", api.create_code),
        route("PUT", f"/api/v3/account-codes/{one}", "account_codes", api.update_code),
        route("POST", "/api/v3/departments/", "departments", api.create_department),
        route("PUT", f"/api/v3/departments/{one}", "departments", api.update_department),
        route("POST", "/api/v2/locations/", "locations", api.create_location),
        route("POST", "/api/v3/catalog-items/", "catalog", api.create_item),
        route("PUT", f"/api/v3/catalog-items/{one}", "catalog", api.update_item),
        route("PUT", f"/api/v3/custom-fields/{one}", "custom_fields", api.update_field),
    ]


class _ReferenceWrites:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._desk = tenant.desk

    async def create_code(self, request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _CODE)
        code = Code(code=self._code(body, self._desk.next_id()), parent=self._parent(body))
        for identity in ids_of(body, "departments", self._desk.units):
            department = self._desk.units[identity].department
            account = Account(id=self._desk.next_id(), code=code.code, department=department)
            self._desk.budgets[account.id] = Budget(account=account)
        return self._put_code(request, code, 201)

    async def update_code(self, request: web.Request) -> web.StreamResponse:
        code = self._desk.codes.get(path_id(request))
        if code is None:
            raise not_found()
        body = await read_fields(request, _CODE_UPDATE)
        parent = self._parent(body) if "parent" in body else code.parent
        changed = Code(code=self._code(body, code.code.id), parent=parent, is_active=code.is_active)
        return self._put_code(request, changed, 200)

    async def create_department(self, request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _DEPARTMENT)
        home = next(iter(self._tenant.references.locations.values()))
        new = Department(id=self._desk.next_id(), name="", warehouse="", suffix="", location=home)
        return self._put_unit(request, Unit(department=new), body, 201)

    async def update_department(self, request: web.Request) -> web.StreamResponse:
        unit = self._desk.units.get(path_id(request))
        if unit is None:
            raise not_found()
        return self._put_unit(request, unit, await read_fields(request, _DEPARTMENT), 200)

    async def create_location(self, request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _LOCATION)
        code = text_of(body, "currency")
        found = [row for row in self._desk.currencies.values() if row.name == code]
        if not found:
            raise invalid_id("currency", code)
        names = ("primary_billing_address", "primary_shipping_address")
        extras: dict[str, Json] = {name: self._address(body[name]) for name in names}
        extras["shipping_addresses"] = [
            self._address(row) for row in rows_of(body, "shipping_addresses")
        ]
        given = ("phoneOne", "fax", "email", "url", "locationTimezone", "external_id")
        extras |= {name: cast(Json, body[name]) for name in given if name in body}
        place = Place(
            id=self._desk.next_id(),
            name=text_of(body, "name"),
            currency=found[0],
            zone=text_of(body, "locationTimezone", LOCATION_ZONE),
            is_active=bool(body.get("active", True)),
            extras=extras,
        )
        self._desk.places[place.id] = place
        self._tenant.touch()
        return detail(request, places.location(place, 0), status=201)

    async def create_item(self, request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _ITEM)
        return self._put_item(request, body, self._desk.next_id(), None, 201)

    async def update_item(self, request: web.Request) -> web.StreamResponse:
        item = self._tenant.catalog.get(path_id(request))
        if item is None:
            raise not_found()
        return self._put_item(request, await read_fields(request, _ITEM), item.id, item, 200)

    async def update_field(self, request: web.Request) -> web.StreamResponse:
        row = self._desk.fields.get(path_id(request))
        if row is None:
            raise not_found()
        body = await read_fields(request, _CUSTOM_FIELD)
        choices = cast(list[object], body.get("field_choices", list(row.choices)))
        changed = replace(
            row,
            name=text_of(body, "name"),
            type=text_of(body, "field_type"),
            choices=tuple(str(choice) for choice in choices),
            default=text_of(body, "default_value", row.default),
            is_required=bool(body.get("is_required", row.is_required)),
        )
        self._desk.fields[row.id] = changed
        self._tenant.touch()
        return detail(request, catalog_shapes.custom_field(changed))

    def _code(self, body: Body, identity: int) -> AccountCode:
        code = text_of(body, "code")
        for row in self._desk.codes.values():
            if row.code.code == code and row.code.id != identity:
                raise Refused.fields({"code": ("An account code of this code exists.", "unique")})
        known = self._desk.codes.get(identity)
        return AccountCode(
            id=identity,
            code=code,
            description=text_of(body, "description"),
            type=cast(int, body.get("account_type", known.code.type if known else 2)),
            ledger_code=known.code.ledger_code if known else "",
        )

    def _parent(self, body: Body) -> int | None:
        parent = body.get("parent")
        if parent is not None and parent not in self._desk.codes:
            raise invalid_id("parent", parent)
        return parent

    def _put_code(self, request: web.Request, code: Code, status: int) -> web.StreamResponse:
        self._desk.codes[code.code.id] = code
        for identity, budget in self._desk.budgets.items():
            if budget.account.code.id == code.code.id:
                account = replace(budget.account, code=code.code)
                self._desk.budgets[identity] = replace(budget, account=account)
        self._tenant.touch()
        return detail(request, account_shapes.listed_code(code), status=status)

    def _put_unit(
        self, request: web.Request, unit: Unit, body: Body, status: int
    ) -> web.StreamResponse:
        place = self._desk.places.get(number_of(body, "branch"))
        if place is None:
            raise invalid_id("branch", body["branch"])
        given = body.get("external_id", unit.external_id)
        email = body.get("punchout_email", unit.punchout_email)
        changed = Unit(
            department=replace(
                unit.department, name=text_of(body, "name"), location=self._location(place)
            ),
            place=place.id,
            is_active=bool(body.get("active", unit.is_active)),
            external_id=None if given is None else str(given),
            punchout_email=None if email is None else str(email),
        )
        self._desk.units[changed.department.id] = changed
        self._tenant.touch()
        return detail(request, places.department(changed, place), status=status)

    def _location(self, place: Place) -> Location:
        """The scenario's location; one that came by the API posts into the first company."""
        known = {row.id: row for row in self._tenant.references.locations.values()}
        home = known.get(place.id) or next(iter(known.values()))
        return replace(home, id=place.id, name=place.name, zone=place.zone)

    def _put_item(
        self,
        request: web.Request,
        body: Body,
        identity: int,
        old: CatalogItem | None,
        status: int,
    ) -> web.StreamResponse:
        own = old.vendor if old else next(iter(self._tenant.vendors), None)
        vendor = body.get("pref_vendor") or own
        if vendor not in self._tenant.vendors:
            raise invalid_id("pref_vendor", vendor)
        code = body.get("account_code") or (old.code if old else next(iter(self._desk.codes)))
        if code not in self._desk.codes:
            raise invalid_id("account_code", code)
        kept = old.departments if old else ()
        departments = tuple(ids_of(body, "departments", self._desk.units))
        description, url = body.get("description"), body.get("product_url")
        item = CatalogItem(
            id=identity,
            name=text_of(body, "name"),
            sku=text_of(body, "internalSKU", old.sku if old else ""),
            unit=text_of(body, "unitType", old.unit if old else ""),
            vendor=vendor,
            code=code,
            currency=self._currency(number_of(body, "currency")),
            price=amount_of(body, "price", old.price if old else amount_of({}, "")),
            departments=departments if "departments" in body else kept,
            description=None if description is None else str(description),
            url=None if url is None else str(url),
            is_locked=bool(body.get("rfo_lock", False)),
        )
        self._tenant.catalog[identity] = item
        self._tenant.touch()
        return detail(request, catalog_shapes.catalog_row(self._tenant, item), status=status)

    def _currency(self, identity: int) -> Currency:
        currency = self._desk.currencies.get(identity)
        if currency is None:
            raise invalid_id("currency", identity)
        return currency

    def _address(self, given: object) -> Json:
        if not isinstance(given, dict):
            raise Refused(400, "Expected a dictionary of items.", "not_a_dict")
        body = _checked_address(given)
        return {"id": self._desk.next_id(), **body}


def _checked_address(given: Mapping[str, object]) -> dict[str, Json]:
    body = check(given, _ADDRESS)
    return {name: text_of(body, name) for name in _ADDRESS}
