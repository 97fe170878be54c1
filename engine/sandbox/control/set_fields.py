"""`set`: fields of a document that are to be other, for edge cases that no change leads to.

What the books hold under a field's name is changed there, so that the oracle judges by it: an
unknown status makes a bill one that is not to be posted. Every other field of the printed document
is only printed so. The document counts as changed now, in the version that it has.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeAlias, cast, get_args

import orjson

from engine.sandbox.control.change import Entry, day_of, decimal_of
from engine.sandbox.faults.deeds import Kind
from engine.sandbox.faults.states import source_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify import bill_shapes, order_shapes, vendor_shapes
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.printing import Json, number
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import (
    BILL,
    PURCHASE_ORDER,
    Bill,
    Currency,
    PurchaseOrder,
    Source,
    Vendor,
)
from engine.sandbox.world import World

LARGEST_WHOLE: Final = 2**63 - 1
Document: TypeAlias = Bill | PurchaseOrder | Vendor


def set_fields(fields: Fields, world: World) -> Entry:
    """The fields are as given, in the books where those have them, else in print."""
    tenant = world.tenant
    kind = cast(Kind, fields.choice("kind", get_args(Kind)))
    source = source_of(tenant, kind, fields.text("id"))
    wanted = Fields(fields.take("fields"), f"{fields.where}, fields")
    fields.done()
    document, printed = _found(tenant, source)
    unknown = [name for name in wanted.given if name not in printed and name != "invoice_total"]
    if unknown or not wanted.given:
        raise ValueError(f"{wanted.where}: a {kind} prints {', '.join(printed)}")
    changed = _changed(wanted, world, document)
    extras = {name: _plain(wanted.take(name)) for name in wanted.given if wanted.has(name)}
    if extras:
        tenant.put_extras(source, extras)
    _put(tenant, changed)
    return {"kind": kind, "id": source.id, "fields": list(wanted.given)}


def _found(tenant: Tenant, source: Source) -> tuple[Document, Mapping[str, Json]]:
    """The document, and what it prints by itself in detail."""
    changes = Changes(tenant)
    if source.kind == BILL:
        bill = changes.bill(source.id)
        return bill, bill_shapes.bill_detail(bill)
    if source.kind == PURCHASE_ORDER:
        order = changes.order(source.id)
        return order, order_shapes.order_detail(order)
    vendor = changes.vendor(source.id)
    return vendor, vendor_shapes.vendor_detail(vendor)


def _changed(fields: Fields, world: World, document: Document) -> Document:
    """The document with those fields that the books have."""
    tenant = world.tenant
    match document:
        case Bill():
            return _bill(fields, world, document)
        case PurchaseOrder():
            return replace(
                document,
                custom_number=fields.text("PO_Num", document.custom_number),
                currency=_currency(fields, "purchased_currency", tenant, document.currency),
                state=fields.whole("state", document.state),
                version=fields.whole("version", document.version),
                comment=fields.text("comment", document.comment),
                modified_at=tenant.now(),
            )
        case Vendor():
            return replace(
                document,
                name=fields.text("name", document.name),
                is_active=fields.flag("active", document.is_active),
                type=fields.whole("type", document.type),
                external_id=fields.text("external_id", document.external_id),
                currency=_currency(fields, "currency", tenant, document.currency),
                modified_at=tenant.now(),
            )


def _bill(fields: Fields, world: World, bill: Bill) -> Bill:
    tenant = world.tenant
    if fields.has("invoice_total"):
        bill = replace(bill, captured_total=decimal_of(fields, "invoice_total"))
    return replace(
        bill,
        invoice_number=fields.text("invoice_number", bill.invoice_number),
        invoiced_on=day_of(fields, "invoice_date", world, bill.invoiced_on),
        due_on=day_of(fields, "due_date", world, bill.due_on),
        posted_on=day_of(fields, "gl_post_date", world, bill.posted_on),
        currency=_currency(fields, "currency", tenant, bill.currency),
        status=fields.whole("status", bill.status),
        type=fields.whole("type", bill.type),
        version=fields.whole("version", bill.version),
        note=fields.text("note", bill.note),
        modified_at=tenant.now(),
    )


def _currency(fields: Fields, name: str, tenant: Tenant, kept: Currency) -> Currency:
    """A currency by its name; one that nobody knows is made, worth one base unit."""
    wanted = fields.text(name, kept.name)
    if wanted == kept.name:
        return kept
    known = tenant.references.currencies.get(wanted)
    return known or Currency(
        id=tenant.desk.next_id(), name=wanted, description=wanted, rate=Decimal(1), is_base=False
    )


def _put(tenant: Tenant, document: Document) -> None:
    match document:
        case Bill():
            tenant.put_bill(document)
        case PurchaseOrder():
            tenant.put_order(document)
        case Vendor():
            tenant.put_vendor(document)


def _plain(value: object) -> Json:
    """What was read as JSON, as the printer wants it."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        return orjson.Fragment(str(value))
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return cast(Json, value)
