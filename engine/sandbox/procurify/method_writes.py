"""Writes of payment methods: bare objects come back, account numbers masked (§2.7, §4.3)."""

from collections.abc import Mapping
from typing import cast

from aiohttp import web

from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    check,
    invalid_id,
    number_of,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.desk import ACH, CHECK
from engine.sandbox.procurify.pages import reply
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Method
from engine.sandbox.procurify.vendor_shapes import written_method

OTHER = 0
_COMPANY: Mapping[str, Field] = {
    "data": Field(kind="map"),
    "name": Field(kind="text", is_required=False, may_be_blank=True, longest=255),
    "type": Field(kind="integer", is_required=False, choices=frozenset(range(9))),
    "currency": Field(kind="integer", is_required=False),
    "gl_code": Field(kind="text", is_required=False, may_be_blank=True, longest=100),
}
_VENDOR: Mapping[str, Field] = {**_COMPANY, "vendor": Field(kind="integer")}
_TEXT = Field(kind="text")
_DETAILS: Mapping[int, Mapping[str, Field]] = {
    OTHER: {"description": _TEXT},
    CHECK: {"payable_to": _TEXT},
    ACH: {"routing_number": _TEXT, "account_number": _TEXT, "company_name": _TEXT},
}
_SECRET = frozenset({"routing_number", "account_number"})


def method_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of payment methods."""

    async def company(request: web.Request) -> web.StreamResponse:
        return _put(tenant, await read_fields(request, _COMPANY), None)

    async def vendor(request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _VENDOR)
        if body["vendor"] not in tenant.vendors:
            raise invalid_id("vendor", body["vendor"])
        return _put(tenant, body, number_of(body, "vendor"))

    return [
        Route(
            method="POST",
            path=f"/api/v2/ap/{word}-payment-methods/",
            resource="payment_methods",
            answer=answer,
        )
        for word, answer in (("company", company), ("vendor", vendor))
    ]


def masked(number: str) -> str:
    """The last four characters behind four stars."""
    return f"****{number[-4:]}"


def _put(tenant: Tenant, body: Body, vendor: int | None) -> web.Response:
    type_ = number_of(body, "type") if "type" in body else OTHER
    given = cast(dict[str, object], body["data"])
    wanted = _DETAILS.get(type_)
    checked = check(given, dict.fromkeys(given, _TEXT) if wanted is None else wanted)
    details: dict[str, Json] = {
        name: masked(str(text)) if name in _SECRET else str(text) for name, text in checked.items()
    }
    base = next(row for row in tenant.desk.currencies.values() if row.is_base)
    currency = (
        tenant.desk.currencies.get(number_of(body, "currency")) if ("currency" in body) else base
    )
    if currency is None:
        raise invalid_id("currency", body["currency"])
    method = Method(
        id=tenant.desk.next_id(),
        vendor=vendor,
        name=text_of(body, "name"),
        type=type_,
        details=details,
        currency=currency,
        gl_code=text_of(body, "gl_code"),
    )
    tenant.desk.methods[method.id] = method
    tenant.touch()
    return reply(written_method(method), 201)
