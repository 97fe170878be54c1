"""Writes of bills: PATCH, mark as paid (procurify.md §3). POST and DELETE are 405."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from aiohttp import web

from engine.sandbox.procurify import bill_shapes
from engine.sandbox.procurify.bill_changes import pay_bills, touch_bill
from engine.sandbox.procurify.bill_details import whole_bill
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    invalid_id,
    number_of,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.pages import Refused, detail, not_found, reply
from engine.sandbox.procurify.people_shapes import approver, listed_approver
from engine.sandbox.procurify.printing import Json, local_day
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import BILL, Bill, Source

_ID = Field(kind="integer", is_required=False, is_nullable=True)
_DAY = Field(kind="instant", is_required=False)
_PATCH: Mapping[str, Field] = {
    "vendor": Field(kind="integer", is_required=False),
    "currency": Field(kind="integer", is_required=False),
    "approver": _ID,
    "approval_chain": _ID,
    "invoice_number": Field(kind="text", is_required=False, may_be_blank=True, longest=50),
    "invoice_date": _DAY,
    "due_date": _DAY,
    "gl_post_date": _DAY,
    "payment_terms": Field(kind="text", is_required=False, may_be_blank=True, longest=100),
    "payment_method": _ID,
    "note": Field(kind="text", is_required=False, may_be_blank=True),
}
_PAID: Mapping[str, Field] = {
    "bill_uuids": Field(kind="list"),
    "payment_date": Field(kind="date"),
    "bill_group_ids": Field(kind="list", is_required=False),
}


def bill_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of bills."""

    async def patch(request: web.Request) -> web.StreamResponse:
        bill = tenant.bill_of(request.match_info["uuid"])
        if bill is None:
            raise not_found()
        body = await read_fields(request, _PATCH, is_partial=True)
        changed = touch_bill(tenant, _patched(tenant, bill, body))
        aside = _aside(tenant, body)
        if aside:
            tenant.put_extras(Source(BILL, bill.uuid), aside)
        return detail(request, whole_bill(tenant, changed), bill_shapes.worth_of(changed))

    async def pay(request: web.Request) -> web.StreamResponse:
        body = await read_fields(request, _PAID)
        uuids = [str(uuid) for uuid in cast(list[object], body["bill_uuids"])]
        groups = _groups(body)
        found = [(uuid, tenant.bill_of(uuid)) for uuid in uuids]
        unknown = [uuid for uuid, bill in found if bill is None]
        if unknown or not uuids:
            raise invalid_id("bill_uuids", ", ".join(unknown))
        bills = {bill.id: bill for _, bill in found if bill is not None}
        for group in sorted(groups):
            bills |= {newest.id: newest for newest in tenant.versions_in(group)[-1:]}
        try:
            pay_bills(tenant, list(bills.values()), str(body["payment_date"]))
        except ValueError as error:
            raise Refused(400, str(error), "invalid", "bill_uuids") from error
        return reply(
            {
                "bill_uuids": uuids,
                "bill_group_ids": groups,
                "payment_date": str(body["payment_date"]),
            }
        )

    return [
        Route(
            method="PATCH",
            path="/api/v3/ap/bills/{uuid:[0-9a-f-]+}/",
            resource="bills",
            answer=patch,
        ),
        Route(method="POST", path="/api/v3/ap/bills/mark-as-paid/", resource="bills", answer=pay),
    ]


def _groups(body: Body) -> list[int]:
    """The groups whose newest bills are paid too; a group that no bill has is let pass."""
    given = [str(group) for group in cast(list[object], body.get("bill_group_ids", []))]
    if not all(re.fullmatch(r"\d{1,18}", group) for group in given):
        raise Refused(400, "A valid integer is required.", "invalid", "bill_group_ids")
    return [int(group) for group in given]


def _patched(tenant: Tenant, bill: Bill, body: Body) -> Bill:
    vendor, currency = bill.vendor, bill.currency
    if "vendor" in body:
        found = tenant.vendors.get(number_of(body, "vendor"))
        if found is None:
            raise invalid_id("vendor", body["vendor"])
        vendor = found
    if "currency" in body:
        wanted = tenant.desk.currencies.get(number_of(body, "currency"))
        if wanted is None:
            raise invalid_id("currency", body["currency"])
        currency = wanted
    return replace(
        bill,
        vendor=vendor,
        currency=currency,
        invoice_number=text_of(body, "invoice_number", bill.invoice_number)
        if "invoice_number" in body
        else bill.invoice_number,
        invoiced_on=_day(body, "invoice_date", bill.invoiced_on),
        due_on=_day(body, "due_date", bill.due_on),
        posted_on=_day(body, "gl_post_date", bill.posted_on),
        note=text_of(body, "note") if "note" in body else bill.note,
    )


def _day(body: Body, name: str, kept: date) -> date:
    instant = body.get(name)
    return local_day(instant) if isinstance(instant, datetime) else kept


def _aside(tenant: Tenant, body: Body) -> dict[str, Json]:
    names = ("approval_chain", "payment_terms", "payment_method")
    aside: dict[str, Json] = {name: cast(Json, body[name]) for name in names if name in body}
    if body.get("approver") is not None:
        user = next((row for row in tenant.references.users if row.id == body["approver"]), None)
        if user is None:
            raise invalid_id("approver", body["approver"])
        aside |= {"detail.approver": approver(user), "row.approver": listed_approver(user)}
    return aside
