"""POST receipts and requisitions (procurify.md §3, §4.3).

A receipt is by the owner of the credentials, as `users/me` gives them (inferred).
"""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import md5
from uuid import UUID

from aiohttp import web

from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    amount_of,
    check,
    number_of,
    read_fields,
    rows_of,
    text_of,
)
from engine.sandbox.procurify.order_changes import receive_item
from engine.sandbox.procurify.order_shapes import receipt_row
from engine.sandbox.procurify.pages import Refused, detail, reply
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Requisition
from engine.sandbox.scenario.model import round_money

_RECEIPT: Mapping[str, Field] = {
    "order_item": Field(kind="integer"),
    "pass_quantity": Field(kind="decimal", places=5),
    "fail_quantity": Field(kind="decimal", places=5),
}
_REQUISITION: Mapping[str, Field] = {
    "required_date": Field(kind="date"),
    "location_name": Field(kind="text"),
    "department_name": Field(kind="text"),
    "line_items": Field(kind="list"),
}
_LINE: Mapping[str, Field] = {
    "item_name": Field(kind="text", longest=255),
    "vendor_name": Field(kind="text"),
    "account_code": Field(kind="text"),
    "unit_price": Field(kind="decimal", places=8),
    "quantity": Field(kind="decimal", places=5),
    "unit": Field(kind="text", longest=30),
    "currency_code": Field(kind="text"),
    "custom_fields": Field(kind="list"),
}


def receipt_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of receipts and requisitions."""

    async def receive(request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _RECEIPT)
        try:
            receipt = receive_item(
                tenant,
                number_of(body, "order_item"),
                amount_of(body, "pass_quantity"),
                amount_of(body, "fail_quantity"),
                next(iter(tenant.desk.people.values())).user,
            )
        except ValueError as error:
            raise Refused(400, str(error), "invalid", "order_item") from error
        return reply(receipt_row(receipt), 201)

    async def ask(request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _REQUISITION)
        requisition = _requisition(tenant, body)
        tenant.desk.requisitions[requisition.id] = requisition
        tenant.touch()
        return detail(request, {"uuid": requisition.uuid}, status=201)

    return [
        Route(method="POST", path="/api/v3/receipt/items/", resource="receipts", answer=receive),
        Route(method="POST", path="/api/v3/requisitions/", resource="requests", answer=ask),
    ]


def _requisition(tenant: Tenant, body: Body) -> Requisition:
    """The request, everything in it looked up by its name or code."""
    desk = tenant.desk
    location = text_of(body, "location_name")
    _named("location_name", location, {place.name for place in desk.places.values()})
    units = {
        unit.department.name: unit
        for unit in desk.units.values()
        if desk.places[unit.place].name == location
    }
    _named("department_name", text_of(body, "department_name"), set(units))
    lines = [check(row, _LINE) for row in rows_of(body, "line_items")]
    if not lines:
        raise Refused.fields({"line_items": ("This list may not be empty.", "empty")})
    currencies = {row.name: row for row in desk.currencies.values()}
    vendors = {vendor.name for vendor in tenant.vendors.values() if vendor.is_active}
    codes = {row.code.code for row in desk.codes.values()}
    for line in lines:
        _named("vendor_name", text_of(line, "vendor_name"), vendors)
        _named("account_code", text_of(line, "account_code"), codes)
        _named("currency_code", text_of(line, "currency_code"), set(currencies))
    totals = (amount_of(line, "unit_price") * amount_of(line, "quantity") for line in lines)
    identity = desk.next_id()
    digest = md5(f"requisition/{identity}".encode(), usedforsecurity=False).hexdigest()
    return Requisition(
        id=identity,
        uuid=str(UUID(digest)),
        user=tenant.references.users[0],
        department=units[text_of(body, "department_name")].department,
        currency=currencies[text_of(lines[0], "currency_code")],
        asked_at=tenant.now(),
        required_on=str(body["required_date"]),
        lines=tuple({"account_code": text_of(line, "account_code")} for line in lines),
        total=sum(map(round_money, totals), Decimal("0.00")),
    )


def _named(field: str, name: str, known: set[str]) -> None:
    if name not in known:
        raise Refused.fields({field: (f'"{name}" does not exist.', "does_not_exist")})
