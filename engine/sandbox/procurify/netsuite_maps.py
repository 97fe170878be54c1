"""Object maps, the documented "mark as synced" (procurify.md §3.1), with the log that they leave.

The single upsert answers 200, the batch 201, as Procurify's own documentation has it.
"""

from collections.abc import Mapping
from decimal import Decimal

from aiohttp import web

from engine.sandbox.procurify import netsuite_shapes as shapes
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    check,
    invalid_id,
    number_of,
    read_body,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.catalog_shapes import custom_field
from engine.sandbox.procurify.desk import Desk
from engine.sandbox.procurify.netsuite import BASE, RESOURCE
from engine.sandbox.procurify.pages import Answer, Refused, detail, empty, not_found, path_id
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import ObjectMap, SyncLog
from engine.sandbox.procurify.tokens import Tokens
from engine.sandbox.scenario.model import PURCHASE_ORDER, Source

SYNCED, FAILED = 1, 2
BATCH = "/api/v3/integrations/object-maps/batch/"
_MAP: Mapping[str, Field] = {
    "object_id": Field(kind="integer"),
    "content_type": Field(kind="integer"),
    "external_id": Field(kind="text", may_be_blank=True),
    "status": Field(kind="integer", is_required=False, choices=frozenset({0, 1, 2})),
    "message": Field(kind="text", is_required=False, may_be_blank=True),
}
_VALUE: Mapping[str, Field] = {
    "purchase_order_id": Field(kind="integer"),
    "custom_field_id": Field(kind="integer"),
    "custom_field_value": Field(kind="text", may_be_blank=True),
}


def map_routes(tenant: Tenant, tokens: Tokens) -> list[Route]:
    """The routes that write object maps and custom fields, and that start the integration."""
    desk = tenant.desk

    async def upsert(request: web.Request) -> web.StreamResponse:
        row = put_map(tenant, await read_fields(request, _MAP))
        return detail(request, shapes.map_row(row))

    async def batch(request: web.Request) -> web.StreamResponse:
        body = await read_body(request)
        if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
            raise Refused(400, "Expected a list of items.", "not_a_list", "null")
        checked = [check(row, _MAP) for row in body]
        shown: list[Json] = [shapes.map_row(put_map(tenant, row)) for row in checked]
        return detail(request, shown, status=201)

    async def remove(request: web.Request) -> web.StreamResponse:
        wanted = path_id(request)
        for key, row in desk.maps.items():
            if row.id == wanted:
                del desk.maps[key]
                tenant.touch()
                return empty(204)
        raise not_found()

    async def set_value(request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _VALUE)
        order, field = number_of(body, "purchase_order_id"), number_of(body, "custom_field_id")
        if order not in tenant.orders:
            raise invalid_id("purchase_order_id", order)
        if field not in desk.fields:
            raise invalid_id("custom_field_id", field)
        desk.values[order, field] = text_of(body, "custom_field_value")
        source = Source(PURCHASE_ORDER, str(order))
        tenant.put_extras(source, {"custom_fields": _field_values(desk, order)})
        shown: dict[str, Json] = {
            "purchase_order_id": order,
            "custom_field_id": field,
            "custom_field_value": desk.values[order, field],
        }
        return detail(request, shown, status=201)

    async def initialize(request: web.Request) -> web.StreamResponse:
        return detail(request, {"auth_string": tokens.issue_basic()}, status=201)

    def route(method: str, path: str, answer: Answer) -> Route:
        return Route(method=method, path=path, resource=RESOURCE, answer=answer)

    return [
        route("POST", f"{BASE}initialize/", initialize),
        route("POST", f"{BASE}object-maps/", upsert),
        route("DELETE", f"{BASE}object-maps/{{id:[0-9]+}}/", remove),
        route("POST", BATCH, batch),
        route("POST", f"{BASE}custom-fields/purchase-orders/", set_value),
    ]


def _field_values(desk: Desk, order: int) -> list[Json]:
    """The CustomFieldValueRead objects of an order; their ids are invented."""
    return [
        {"id": order * 100 + field, "value": text, "field": custom_field(desk.fields[field])}
        for (one, field), text in desk.values.items()
        if one == order
    ]


def put_map(tenant: Tenant, body: Body) -> ObjectMap:
    """The object's map says this now, and the log has a line of it."""
    desk = tenant.desk
    content_type, object_id = number_of(body, "content_type"), number_of(body, "object_id")
    if content_type not in {row[0] for row in shapes.CONTENT_TYPES}:
        raise invalid_id("content_type", content_type)
    old = desk.maps.get((content_type, object_id))
    status = number_of(body, "status") if "status" in body else SYNCED
    receipt = desk.receipts.get(object_id) if content_type == shapes.RECEIPT_LINE else None
    received = Decimal(0) if receipt is None else receipt.passed
    kept = old.received if old else Decimal(0)
    row = ObjectMap(
        id=old.id if old else desk.next_id(),
        content_type=content_type,
        object_id=object_id,
        status=status,
        external_id=text_of(body, "external_id"),
        said_at=tenant.now(),
        received=received if status == SYNCED else kept,
    )
    desk.maps[content_type, object_id] = row
    identifier, uuid = _called(tenant, content_type, object_id)
    desk.logs.append(
        SyncLog(
            id=desk.next_id(),
            content_type=content_type,
            object_id=object_id,
            external_id=row.external_id,
            identifier=identifier,
            text=text_of(body, "message") or "Sync Complete",
            is_error=status == FAILED,
            created_at=row.said_at,
            uuid=uuid,
        )
    )
    tenant.touch()
    return row


def _called(tenant: Tenant, content_type: int, object_id: int) -> tuple[str, str]:
    """How the log names an object, and its uuid, as in the examples; "" where it has none."""
    desk = tenant.desk
    if content_type in {shapes.ORDER, shapes.RECEIPT_LINE}:
        receipt = desk.receipts.get(object_id)
        of_line = tenant.order_with_line(receipt.item) if receipt else None
        order = tenant.orders.get(object_id) if content_type == shapes.ORDER else of_line
        return ("", "") if order is None else (f"PF{order.id}", order.uuid.replace("-", ""))
    if content_type == shapes.CODE and object_id in desk.codes:
        code = desk.codes[object_id].code
        return f"{code.code} - {code.description}", ""
    vendor = tenant.vendors.get(object_id) if content_type == shapes.VENDOR else None
    return (str(object_id) if vendor is None else vendor.name), ""
