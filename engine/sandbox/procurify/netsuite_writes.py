"""Writes of the NetSuite-integration API: vendors, accounts, terms, catalogue (procurify.md §3.1).

All need an `external_id`, which goes into the object map and by which a vendor is found again;
bodies are JSON only. Deleting a vendor deactivates it and clears its own external id; a later
POST with the same `external_id` brings it back.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from engine.sandbox.procurify import netsuite_shapes as shapes
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    amount_of,
    invalid_id,
    number_of,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.netsuite import BASE, RESOURCE, is_syncable
from engine.sandbox.procurify.netsuite_maps import put_map
from engine.sandbox.procurify.pages import Answer, Refused, detail, empty, not_found, path_id
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import CatalogItem, Code
from engine.sandbox.procurify.vendor_writes import new_vendor
from engine.sandbox.scenario.model import VENDOR, AccountCode, Source, Term, Vendor

PUNCHOUT = frozenset({2, 7})
_KEY: Mapping[str, Field] = {"external_id": Field(kind="text")}
_TEXT = Field(kind="text", is_required=False, is_nullable=True, may_be_blank=True)
_SWITCH = Field(kind="boolean", is_required=False)
_UNUSED_SWITCH = replace(_SWITCH, is_nullable=True)
_VENDOR_TEXTS = (
    "address_line_one",
    "postal_code",
    "city",
    "state_province",
    "country",
    "email",
    "contact",
    "phone",
    "payment_term",
    "vendor_external_id",
    "alt_email",
    "shipping_term",
)
_SAME = {
    "address_line_two": "addressLineTwo",
    "alt_phone": "phoneTwo",
    "fax": "fax",
    "comments": "comments",
    "url": "url",
}
_VENDOR: Mapping[str, Field] = {
    **_KEY,
    "name": Field(kind="text", longest=150),
    "active": _SWITCH,
    "is_active": _UNUSED_SWITCH,
    **dict.fromkeys((*_VENDOR_TEXTS, *_SAME), _TEXT),
}
_ACCOUNT: Mapping[str, Field] = {
    **_KEY,
    "code": Field(kind="text", longest=50),
    "description": _TEXT,
    "account_type": Field(kind="integer", choices=frozenset(range(6))),
    "parent": Field(kind="integer", is_required=False, is_nullable=True),
}
_TERM: Mapping[str, Field] = {**_KEY, "name": Field(kind="text"), "description": _TEXT}
_ITEM: Mapping[str, Field] = {
    **_KEY,
    "name": Field(kind="text", longest=255),
    "active": _SWITCH,
    "is_active": _UNUSED_SWITCH,
    "unit_type": _TEXT,
    "vendor": Field(kind="integer"),
    "account_code": Field(kind="integer"),
    "internal_sku": _TEXT,
    "description": _TEXT,
    "product_url": _TEXT,
    "currency": Field(kind="integer"),
    "cost": Field(kind="decimal", places=8),
}


def netsuite_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of the integration's objects."""
    api = _Writes(tenant)

    def route(method: str, path: str, answer: Answer) -> Route:
        return Route(method=method, path=f"{BASE}{path}", resource=RESOURCE, answer=answer)

    one = "{id:[0-9]+}/"
    return [
        route("POST", "vendors/", api.create_vendor),
        route("PUT", f"vendors/{one}", api.update_vendor),
        route("DELETE", f"vendors/{one}", api.delete_vendor),
        route("PATCH", f"vendors/{one}reactivate/", api.reactivate_vendor),
        *(
            route(method, f"{path}{one}" if method == "PUT" else path, answer)
            for path, answer in (
                ("accounts/", api.put_account),
                ("payment-terms/", api.put_term),
                ("catalog-items/", api.put_item),
            )
            for method in ("POST", "PUT")
        ),
        route("DELETE", f"accounts/{one}", api.delete_account),
        route("DELETE", f"payment-terms/{one}", api.delete_term),
        route("DELETE", f"catalog-items/{one}", api.delete_item),
    ]


class _Writes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._desk = tenant.desk

    async def create_vendor(self, request: web.Request) -> web.StreamResponse:
        body = await self._body(request, _VENDOR)
        identity = self._mapped(shapes.VENDOR, text_of(body, "external_id"))
        found = None if identity is None else self._tenant.vendors.get(identity)
        if found is None:
            if body.get("active") is False:
                raise _refused(
                    "Vendor is inactive in the accounting system and was not created.",
                    "INACTIVE_VENDOR_NOT_CREATED",
                )
            found = new_vendor(self._tenant, text_of(body, "vendor_external_id"))
        return self._put_vendor(request, found, body, 201)

    async def update_vendor(self, request: web.Request) -> web.StreamResponse:
        vendor = self._vendor(request)
        body = await self._body(request, _VENDOR)
        self._check_free(vendor, text_of(body, "external_id"))
        return self._put_vendor(request, vendor, body, 200)

    async def delete_vendor(self, request: web.Request) -> web.StreamResponse:
        vendor = self._vendor(request)
        if request.can_read_body:
            _must_be_json(request)
        if vendor.type in PUNCHOUT:
            raise _refused("This vendor cannot be deactivated.", "INVALID_VENDOR_DEACTIVATION")
        now = self._tenant.now()
        self._tenant.put_vendor(replace(vendor, is_active=False, external_id="", modified_at=now))
        return empty(204)

    async def reactivate_vendor(self, request: web.Request) -> web.StreamResponse:
        vendor = self._vendor(request)
        body = await self._body(request, {**_KEY, "is_active": _UNUSED_SWITCH})
        if vendor.is_active:
            raise _refused("Vendor is already active.", "VENDOR_ALREADY_ACTIVE")
        self._check_free(vendor, text_of(body, "external_id"))
        active = replace(vendor, is_active=True, modified_at=self._tenant.now())
        self._tenant.put_vendor(active)
        self._map(shapes.VENDOR, vendor.id, body)
        return detail(request, shapes.vendor_row(self._desk, active))

    async def put_account(self, request: web.Request) -> web.StreamResponse:
        old = self._desk.codes.get(self._id(request, set(self._desk.codes)))
        body = await self._body(request, _ACCOUNT)
        parent = body.get("parent")
        if parent is not None and parent not in self._desk.codes:
            raise invalid_id("parent", parent)
        code = AccountCode(
            id=old.code.id if old else self._desk.next_id(),
            code=text_of(body, "code"),
            description=text_of(body, "description", old.code.description if old else ""),
            type=number_of(body, "account_type"),
            ledger_code=old.code.ledger_code if old else "",
        )
        row = Code(code=code, parent=parent if isinstance(parent, int) else None)
        self._desk.codes[code.id] = row
        self._map(shapes.CODE, code.id, body)
        shown = {**shapes.account_row(self._desk, row), "account_type": str(code.type)}
        return detail(request, shown, status=200 if old else 201)

    async def delete_account(self, request: web.Request) -> web.StreamResponse:
        identity = self._id(request, set(self._desk.codes))
        self._desk.codes[identity] = replace(self._desk.codes[identity], is_active=False)
        self._tenant.touch()
        return empty(204)

    async def put_term(self, request: web.Request) -> web.StreamResponse:
        old = self._desk.terms.get(self._id(request, set(self._desk.terms)))
        body = await self._body(request, _TERM)
        term = Term(
            id=old.id if old else self._desk.next_id(),
            name=text_of(body, "name"),
            code=old.code if old else "",
            days=old.days if old else 0,
        )
        self._desk.terms[term.id] = term
        self._desk.term_notes[term.id] = text_of(body, "description")
        self._map(shapes.TERM, term.id, body)
        return detail(request, shapes.term_row(self._desk, term), status=200 if old else 201)

    async def delete_term(self, request: web.Request) -> web.StreamResponse:
        del self._desk.terms[self._id(request, set(self._desk.terms))]
        self._tenant.touch()
        return empty(204)

    async def put_item(self, request: web.Request) -> web.StreamResponse:
        old = self._tenant.catalog.get(self._id(request, set(self._tenant.catalog)))
        body = await self._body(request, _ITEM)
        for name, known in (
            ("vendor", self._tenant.vendors),
            ("account_code", self._desk.codes),
            ("currency", self._desk.currencies),
        ):
            if number_of(body, name) not in known:
                raise invalid_id(name, body[name])
        item = CatalogItem(
            id=old.id if old else self._desk.next_id(),
            name=text_of(body, "name"),
            sku=text_of(body, "internal_sku"),
            unit=text_of(body, "unit_type"),
            vendor=number_of(body, "vendor"),
            code=number_of(body, "account_code"),
            currency=self._desk.currencies[number_of(body, "currency")],
            price=amount_of(body, "cost"),
            departments=old.departments if old else (),
            description=text_of(body, "description") or None,
            url=text_of(body, "product_url") or None,
        )
        self._tenant.catalog[item.id] = item
        self._map(shapes.CATALOG, item.id, body)
        return detail(request, shapes.catalog_row(self._desk, item), status=200 if old else 201)

    async def delete_item(self, request: web.Request) -> web.StreamResponse:
        del self._tenant.catalog[self._id(request, set(self._tenant.catalog))]
        self._tenant.touch()
        return empty(204)

    def _id(self, request: web.Request, known: set[int]) -> int:
        """The id in the path, -1 when there is none; 404 when nothing has it."""
        if "id" not in request.match_info:
            return -1
        identity = path_id(request)
        if identity not in known:
            raise not_found()
        return identity

    async def _body(self, request: web.Request, fields: Mapping[str, Field]) -> Body:
        _must_be_json(request)
        return await read_fields(request, fields)

    def _vendor(self, request: web.Request) -> Vendor:
        vendor = self._tenant.vendors.get(path_id(request))
        if vendor is None or not is_syncable(vendor):
            raise not_found()
        return vendor

    def _mapped(self, content_type: int, external_id: str) -> int | None:
        for (kind, identity), row in self._desk.maps.items():
            if kind == content_type and row.external_id == external_id:
                return identity
        return None

    def _check_free(self, vendor: Vendor, external_id: str) -> None:
        if self._mapped(shapes.VENDOR, external_id) not in {None, vendor.id}:
            raise _refused(
                "This external id is already mapped to a different vendor.",
                "EXTERNAL_ID_ALREADY_MAPPED",
            )

    def _put_vendor(
        self, request: web.Request, vendor: Vendor, body: Body, status: int
    ) -> web.StreamResponse:
        if not is_syncable(vendor):
            raise _refused("This vendor type is not synced.", "INVALID_VENDOR_TYPE")

        def text(name: str, kept: str) -> str:
            return text_of(body, name) if name in body else kept

        terms = {row.name: row for row in self._desk.terms.values()}
        changed = replace(
            vendor,
            name=text_of(body, "name"),
            address=text("address_line_one", vendor.address),
            postal_code=text("postal_code", vendor.postal_code),
            city=text("city", vendor.city),
            state=text("state_province", vendor.state),
            country=text("country", vendor.country),
            email=text("email", vendor.email),
            contact=text("contact", vendor.contact),
            phone=text("phone", vendor.phone),
            external_id=text("vendor_external_id", vendor.external_id),
            term=terms.get(text_of(body, "payment_term"), vendor.term),
            is_active=vendor.is_active or body.get("active") is not False,
            modified_at=self._tenant.now(),
        )
        self._tenant.put_vendor(changed)
        names = ("alt_email", "shipping_term", *_SAME)
        aside = {name: text_of(body, name) for name in names if name in body}
        self._desk.asides.setdefault(changed.id, {}).update(aside)
        self._tenant.put_extras(
            Source(VENDOR, str(changed.id)),
            {name: aside[own] for own, name in _SAME.items() if own in aside},
        )
        self._map(shapes.VENDOR, changed.id, body)
        return detail(request, shapes.vendor_row(self._desk, changed), status=status)

    def _map(self, content_type: int, identity: int, body: Body) -> None:
        said: Body = {
            "content_type": content_type,
            "object_id": identity,
            "external_id": text_of(body, "external_id"),
        }
        put_map(self._tenant, said)
        self._tenant.touch()


def _must_be_json(request: web.Request) -> None:
    kind = request.content_type
    if kind != "application/json":
        raise Refused(415, f'Unsupported media type "{kind}" in request.', "unsupported_media_type")


def _refused(text: str, code: str) -> Refused:
    return Refused(400, text, code, "null")
