"""Writes of vendors: POST, PUT, PATCH (procurify.md §4.3).

PATCH takes single fields and gives the whole vendor back; `{}` only advances `dateModified`. A
name that an active vendor has already is refused (invented), one of a deactivated vendor is not.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from aiohttp import web

from engine.sandbox.procurify import vendor_shapes
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    check,
    email_of,
    invalid_id,
    number_of,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.order_shapes import SHIPPING_METHOD, SHIPPING_TERM
from engine.sandbox.procurify.pages import Refused, detail, not_found, path_id
from engine.sandbox.procurify.printing import Json, decimal_text, number
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import VENDOR, Source, Term, Vendor

PATH = "/api/v3/vendors/{id:[0-9]+}/"


def _line(longest: int) -> Field:
    return Field(
        kind="text", is_required=False, is_nullable=True, may_be_blank=True, longest=longest
    )


_ID = Field(kind="integer", is_required=False, is_nullable=True)
_TERM = Field(kind="map", is_required=False, is_nullable=True)
FIELDS: Mapping[str, Field] = {
    "name": Field(kind="text", longest=150),
    "email": Field(kind="list"),
    "type": Field(kind="integer", choices=frozenset({2, 3, 4, 6, 7})),
    "overall_score": Field(kind="decimal", is_nullable=True, digits=2, places=3),
    "active": Field(kind="boolean", is_required=False),
    "addressLineOne": _line(300),
    "addressLineTwo": _line(300),
    "postalCode": _line(20),
    "city": _line(50),
    "state_province": _line(40),
    "country": _line(80),
    "phoneOne": _line(20),
    "phoneTwo": _line(20),
    "fax": _line(20),
    "comments": _line(5000),
    "contact": _line(50),
    "url": _line(200),
    "external_id": _line(100),
    "currency": _ID,
    "tax": _ID,
    "default_payment_method": _ID,
    "payment_term_ref": _TERM,
    "shipping_term_ref": _TERM,
    "payment_method_ref": _TERM,
    "shipping_method_ref": _TERM,
    "is_1099_eligible": Field(kind="boolean", is_required=False, is_nullable=True),
    "is_auto_email_po_enabled": Field(kind="boolean", is_required=False),
    "po_pdf_labels": replace(_line(200), is_nullable=False),
}
_KEPT_ASIDE = (
    "addressLineTwo",
    "phoneTwo",
    "fax",
    "comments",
    "url",
    "tax",
    "default_payment_method",
    "is_1099_eligible",
    "is_auto_email_po_enabled",
    "po_pdf_labels",
)
_REFS = ("shipping_term_ref", "payment_method_ref", "shipping_method_ref")
_REF: Mapping[str, Field] = {
    "name": Field(kind="text", longest=100),
    "description": Field(kind="text", is_required=False, is_nullable=True, may_be_blank=True),
    "active": Field(kind="boolean", is_required=False),
}
_KNOWN_REFS = {str(row["name"]): row["id"] for row in (SHIPPING_METHOD, SHIPPING_TERM)}


def vendor_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of vendors."""
    api = _VendorWrites(tenant)

    def route(method: str, path: str) -> Route:
        answer = {"POST": api.create, "PUT": api.replace, "PATCH": api.patch}[method]
        return Route(method=method, path=path, resource="vendors", answer=answer)

    return [route("POST", "/api/v3/vendors/"), route("PUT", PATH), route("PATCH", PATH)]


def new_vendor(tenant: Tenant, external_id: str) -> Vendor:
    """A vendor without a name yet, and with an id that nothing else has."""
    references = tenant.references
    identity = tenant.desk.next_id()
    return Vendor(
        id=identity,
        name="",
        is_active=True,
        type=3,
        currency=next(row for row in references.currencies.values() if row.is_base),
        term=next(iter(references.terms.values())),
        address="",
        city="",
        state="",
        postal_code="",
        country="",
        phone="",
        email="",
        contact="",
        external_id=external_id,
        modified_at=tenant.now(),
        supplier=external_id or f"V{identity:06d}",
        binding="external_id" if external_id else "created",
        is_grn_matched=False,
        is_on_hold=False,
        supplier_currency="",
    )


class _VendorWrites:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def create(self, request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, FIELDS)
        self._check_name(text_of(body, "name"), None)
        new = new_vendor(self._tenant, text_of(body, "external_id"))
        vendor = self._applied(new, body)
        vendor = replace(vendor, supplier_currency=vendor.currency.name)
        self._put(vendor, body)
        return detail(request, self._shown(vendor, "detail"), status=201)

    async def replace(self, request: web.Request) -> web.StreamResponse:
        vendor = self._vendor(request)
        body = await read_fields(request, FIELDS)
        self._check_name(text_of(body, "name"), vendor)
        self._put(vendor := self._applied(vendor, body), body)
        extras = self._tenant.prints.extras.get(Source(VENDOR, str(vendor.id)), {})
        return detail(request, vendor_shapes.vendor_written(vendor, extras))

    async def patch(self, request: web.Request) -> web.StreamResponse:
        vendor = self._vendor(request)
        body = await read_fields(request, FIELDS, is_partial=True)
        if "name" in body:
            self._check_name(text_of(body, "name"), vendor)
        self._put(vendor := self._applied(vendor, body), body)
        return detail(request, self._shown(vendor, "row"))

    def _vendor(self, request: web.Request) -> Vendor:
        vendor = self._tenant.vendors.get(path_id(request))
        if vendor is None:
            raise not_found()
        return vendor

    def _check_name(self, name: str, own: Vendor | None) -> None:
        for vendor in self._tenant.vendors.values():
            is_other = own is None or vendor.id != own.id
            if is_other and vendor.is_active and vendor.name.lower() == name.lower():
                raise Refused.fields({"name": ("A vendor of this name exists.", "unique")})

    def _applied(self, vendor: Vendor, body: Body) -> Vendor:
        def text(name: str, kept: str) -> str:
            return text_of(body, name) if name in body else kept

        currency, term = vendor.currency, vendor.term
        if body.get("currency") is not None:
            found = self._tenant.desk.currencies.get(number_of(body, "currency"))
            if found is None:
                raise invalid_id("currency", body["currency"])
            currency = found
        if body.get("payment_term_ref") is not None:
            term = self._term(cast(dict[str, object], body["payment_term_ref"]))
        return replace(
            vendor,
            name=text("name", vendor.name),
            address=text("addressLineOne", vendor.address),
            postal_code=text("postalCode", vendor.postal_code),
            city=text("city", vendor.city),
            state=text("state_province", vendor.state),
            country=text("country", vendor.country),
            phone=text("phoneOne", vendor.phone),
            contact=text("contact", vendor.contact),
            external_id=text("external_id", vendor.external_id),
            email=next(iter(_emails(body)), "") if "email" in body else vendor.email,
            is_active=bool(body.get("active", vendor.is_active)),
            type=number_of(body, "type") if "type" in body else vendor.type,
            currency=currency,
            term=term,
            modified_at=self._tenant.now(),
        )

    def _term(self, given: dict[str, object]) -> Term:
        for term in self._tenant.references.terms.values():
            if given.get("id") == term.id or given.get("name") == term.name:
                return term
        raise invalid_id("payment_term_ref", given.get("id"))

    def _put(self, vendor: Vendor, body: Body) -> None:
        self._tenant.put_vendor(vendor)
        aside: dict[str, Json] = {
            name: cast(Json, body[name]) for name in _KEPT_ASIDE if name in body
        }
        aside |= {name: self._ref(name, body[name]) for name in _REFS if name in body}
        if "email" in body:
            aside["email"] = _emails(body)
        if "overall_score" in body:
            aside |= _score(body["overall_score"])
        if aside:
            self._tenant.put_extras(Source(VENDOR, str(vendor.id)), aside)

    def _ref(self, name: str, given: object) -> Json:
        """A term or method as it is read, under the id of a known one of its name or a new one."""
        if not isinstance(given, dict):
            return None
        try:
            body = check(given, _REF)
        except Refused as error:
            raise Refused.fields({name: ("This term has no name.", "invalid")}) from error
        called = text_of(body, "name")
        return {
            "id": _KNOWN_REFS.get(called) or self._tenant.desk.next_id(),
            "name": called,
            "description": cast(Json, body.get("description")),
            "active": bool(body.get("active", True)),
        }

    def _shown(self, vendor: Vendor, shape: str) -> Json:
        print_row = {"detail": vendor_shapes.vendor_detail, "row": vendor_shapes.vendor_row}[shape]
        return self._tenant.prints.shown(shape, Source(VENDOR, str(vendor.id)), vendor, print_row)


def _score(given: object) -> dict[str, Json]:
    """A text in the list, a number in the detail (procurify.md §8.5)."""
    score = given if isinstance(given, Decimal) else None
    return {
        "row.overall_score": None if score is None else decimal_text(score, 3),
        "detail.overall_score": None if score is None else number(score),
    }


def _emails(body: Body) -> list[str]:
    """The addresses, without the empty ones that imports bring (procurify.md §8.6)."""
    try:
        return [email_of(str(email)) for email in cast(list[object], body["email"]) if email]
    except ValueError as error:
        raise Refused.fields({"email": (str(error), "invalid")}) from error
