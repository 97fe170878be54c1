"""Writes of purchase orders: PUT with a version, revise, close, reopen (procurify.md §3, §4.3).

A version that is not the current one is refused with 409, field `version` (invented: §4.3 leaves
the conflict open). Lines that a PUT leaves out stay (invented).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from aiohttp import web

from engine.sandbox.procurify import order_shapes
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    amount_of,
    check,
    number_of,
    read_fields,
    rows_of,
)
from engine.sandbox.procurify.order_changes import (
    LineChange,
    close_order,
    reopen_order,
    revise_order,
)
from engine.sandbox.procurify.pages import Answer, Refused, detail, empty, not_found
from engine.sandbox.procurify.printing import Json, decimal_text, local_time
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import PURCHASE_ORDER, PurchaseOrder, Source

ONE = "/api/v3/purchase-orders/{procurify_PO:[0-9]+}/"
_SIDES = ("buyer", "receiver")
_ADDRESS = {
    "name": 100,
    "contact": 100,
    "addressLineOne": 300,
    "postalCode": 20,
    "city": 50,
    "country": 80,
}
_MONEY = Field(kind="decimal", is_required=False, is_nullable=True, places=6)
_TEXT = Field(kind="text", is_required=False, is_nullable=True, may_be_blank=True)
_ID = Field(kind="integer", is_required=False, is_nullable=True)
ORDER_FIELDS: Mapping[str, Field] = {
    "version": Field(kind="integer"),
    "order_items": Field(kind="list"),
    "promise_date": Field(kind="instant"),
    "discount": Field(kind="map"),
    "tax": Field(kind="map"),
    **{
        f"{side}_{name}": Field(kind="text", longest=longest)
        for side in _SIDES
        for name, longest in _ADDRESS.items()
    },
    **{f"{side}_address": Field(kind="integer") for side in _SIDES},
    **{
        f"{side}_state_province": Field(
            kind="text", is_required=False, may_be_blank=True, longest=40
        )
        for side in _SIDES
    },
    "PO_Num": Field(
        kind="text", is_required=False, is_nullable=True, may_be_blank=True, longest=30
    ),
    "comment": _TEXT,
    "freight": _MONEY,
    "other": _MONEY,
    "disclaimer_description": replace(_TEXT, longest=100),
    "disclaimer_text": _TEXT,
    "payment_term_ref": _ID,
    "shipping_term_ref": _ID,
    "payment_method_ref": _ID,
    "shipping_method_ref": _ID,
    "creditcard": _ID,
    "expiry_date": Field(kind="instant", is_required=False, is_nullable=True),
    "contract": _ID,
}
_MODIFIER: Mapping[str, Field] = {
    "value": Field(kind="decimal", places=2),
    "type": Field(kind="text", choices=frozenset({"amount", "percentage"})),
}
_ITEM_FIELDS: Mapping[str, Field] = {
    "id": Field(kind="integer"),
    "name": Field(kind="text", longest=255),
    "price": Field(kind="decimal", places=8),
    "quantity": Field(kind="decimal", places=5),
    "unit": Field(kind="text", longest=30),
    "custom_fields": Field(kind="list"),
    "sku": Field(kind="text", is_required=False, may_be_blank=True, longest=100),
    "po_note": Field(kind="text", is_required=False, may_be_blank=True),
    "tax_amount": Field(kind="decimal", is_required=False, is_nullable=True, places=8),
    "shipping_amount": Field(kind="decimal", is_required=False, is_nullable=True, places=8),
}


def order_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of purchase orders."""
    api = _OrderWrites(tenant)

    def route(method: str, path: str, answer: Answer) -> Route:
        return Route(method=method, path=path, resource="purchase_orders", answer=answer)

    return [
        route("PUT", ONE, api.update),
        route("POST", f"{ONE}close/", api.close),
        route("POST", f"{ONE}reopen/", api.reopen),
        route("PUT", "/api/v2/purchase_order/revise/{procurify_PO:[0-9]+}/", api.revise),
    ]


class _OrderWrites:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def update(self, request: web.Request) -> web.StreamResponse:
        order, body = await self._change(request, confirms_number=True)
        return detail(request, _update_shape(order, body))

    async def revise(self, request: web.Request) -> web.StreamResponse:
        answer = request.query.get("confirm_duplicate_external_po_number", "").lower()
        order, _ = await self._change(request, confirms_number=answer == "true")
        source = Source(PURCHASE_ORDER, str(order.id))
        shown = self._tenant.prints.shown("detail", source, order, order_shapes.order_detail)
        return detail(request, shown)

    async def close(self, request: web.Request) -> web.StreamResponse:
        try:
            order = close_order(self._tenant, self._order(request))
        except ValueError as error:
            raise Refused(400, str(error), "invalid", "null") from error
        return detail(request, order_shapes.order_closed(order))

    async def reopen(self, request: web.Request) -> web.StreamResponse:
        try:
            reopen_order(self._tenant, self._order(request))
        except ValueError as error:
            raise Refused(400, str(error), "invalid", "null") from error
        return empty(200)

    def _order(self, request: web.Request) -> PurchaseOrder:
        order = self._tenant.order_of(request.match_info["procurify_PO"])
        if order is None:
            raise not_found()
        return order

    async def _change(
        self, request: web.Request, *, confirms_number: bool
    ) -> tuple[PurchaseOrder, Body]:
        order = self._order(request)
        body = await read_fields(request, ORDER_FIELDS)
        changes = [_line_change(row) for row in rows_of(body, "order_items")]
        if number_of(body, "version") != order.version:
            raise Refused(
                409,
                f"Version {body['version']} is stale; the current one is {order.version}.",
                "conflict",
                "version",
            )
        if not confirms_number:
            self._check_number(order, body.get("PO_Num"))
        names = {"PO_Num": "custom_number", "comment": "comment", "freight": "freight"}
        names["other"] = "other"
        zero = {"freight": Decimal(0), "other": Decimal(0)}
        header = {
            field: zero.get(field) if body[name] is None else body[name]
            for name, field in names.items()
            if name in body
        }
        header |= _discount(body)
        header["promised_at"] = body["promise_date"]
        try:
            changed = revise_order(self._tenant, order, changes, header=header)
        except ValueError as error:
            raise Refused(400, str(error), "invalid", "order_items") from error
        aside = {name: value for name, value in _aside(body).items() if name != "promise_date"}
        self._tenant.put_extras(Source(PURCHASE_ORDER, str(order.id)), aside)
        return changed, body

    def _check_number(self, order: PurchaseOrder, number: object) -> None:
        for other in self._tenant.orders_named(str(number)) if number else ():
            if other.id != order.id and other.custom_number == number:
                raise Refused(400, "This PO number exists already.", "duplicate", "PO_Num")


def _line_change(row: Mapping[str, object]) -> LineChange:
    body = check(row, _ITEM_FIELDS)
    tax = body.get("tax_amount")
    return LineChange(
        id=number_of(body, "id"),
        name=str(body["name"]),
        price=cast(Decimal, body["price"]),
        quantity=cast(Decimal, body["quantity"]),
        unit=str(body["unit"]),
        sku=str(body["sku"]) if "sku" in body else None,
        tax_amount=tax if isinstance(tax, Decimal) else None,
    )


def _discount(body: Body) -> dict[str, object]:
    """The discount of the body as the order holds it."""
    given = cast(Mapping[str, object], body["discount"])
    try:
        checked = check(given, _MODIFIER)
    except Refused as error:
        raise Refused.fields({"discount": ("A value and a type are needed.", "invalid")}) from error
    is_percent = checked["type"] == "percentage"
    return {"discount": amount_of(checked, "value"), "is_discount_percent": is_percent}


def _aside(body: Body) -> dict[str, Json]:
    """What the order prints as it was given: addresses, the promise, disclaimers."""
    names = [f"{side}_{name}" for side in _SIDES for name in (*_ADDRESS, "state_province")]
    names += ["disclaimer_description", "disclaimer_text"]
    aside: dict[str, Json] = {name: cast(Json, body[name]) for name in names if name in body}
    for name in ("promise_date", "expiry_date"):
        instant = body.get(name)
        if name in body:
            aside[name] = local_time(instant) if isinstance(instant, datetime) else None
    return aside


def _json(value: object) -> Json:
    """A value of a body as it can be printed: decimals as text, also within objects."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return cast(Json, None if isinstance(value, datetime) else value)


def _update_shape(order: PurchaseOrder, body: Body) -> dict[str, Json]:
    """A PurchaseOrderUpdate object: what was sent, as it then is."""
    sent = {name: _json(body[name]) for name in ORDER_FIELDS if name in body}
    return {
        **sent,
        **_aside(body),
        "version": order.version,
        "freight": decimal_text(order.freight, 6),
        "other": decimal_text(order.other, 6),
        "order_items": [
            {
                "id": line.id,
                "name": line.name,
                "sku": line.sku,
                "unit": line.unit,
                "quantity": decimal_text(line.quantity, 5),
                "price": decimal_text(line.price, 8),
                "po_note": "",
                "custom_fields": [],
                "tax_amount": decimal_text(line.tax_amount, 8),
                "shipping_amount": "0.00000000",
            }
            for line in order.lines
        ],
    }
