"""How the NetSuite-integration API prints things: snake case, its own names (procurify.md §3.1).

The field lists are those of the examples in Procurify's own documentation of that API. Pure but
for the desk's object maps, which give every object its `external_id`.
"""

from engine.sandbox.procurify.currency_shapes import currency_fields
from engine.sandbox.procurify.desk import Desk
from engine.sandbox.procurify.order_shapes import SHIPPING_METHOD, SHIPPING_TERM
from engine.sandbox.procurify.printing import Json, decimal_text, local_time
from engine.sandbox.procurify.tables import CatalogItem, Code, ObjectMap, SyncLog, Unit
from engine.sandbox.scenario.model import (
    Currency,
    OrderLine,
    PurchaseOrder,
    Term,
    User,
    Vendor,
)

ORDER, RECEIPT_LINE, VENDOR, CODE, CATALOG, TERM = 23, 280, 21, 60, 35, 41
CONTENT_TYPES = (
    (180, "ap", "bill"),
    (185, "ap", "item"),
    (ORDER, "procurify", "po"),
    (RECEIPT_LINE, "receipt", "item"),
    (VENDOR, "procurify", "vendor"),
    (CODE, "procurify", "accountcode"),
    (CATALOG, "procurify", "catalogitem"),
    (TERM, "procurify", "paymentterm"),
)
_TYPE_WORDS = ("Assets", "Liability", "Expense", "Income", "Equity", "Other")


def mapped(desk: Desk, content_type: int, identity: int) -> dict[str, Json]:
    """The end of every object: the integration's id for it, or null."""
    found = desk.maps.get((content_type, identity))
    return {"external_id": found.external_id if found else None, "custom_fields": {}}


def account_row(desk: Desk, row: Code) -> dict[str, Json]:
    """An account code."""
    return {
        "id": row.code.id,
        "code": row.code.code,
        "description": row.code.description,
        "parent": row.parent,
        "active": row.is_active,
        "account_type": _TYPE_WORDS[row.code.type],
        **mapped(desk, CODE, row.code.id),
    }


def term_row(desk: Desk, row: Term) -> dict[str, Json]:
    """A payment term."""
    return {
        "id": row.id,
        "name": row.name,
        "description": desk.term_notes.get(row.id, ""),
        **mapped(desk, TERM, row.id),
    }


def currency_row(row: Currency) -> dict[str, Json]:
    """A currency; those are never synced."""
    return {**currency_fields(row), "external_id": None, "custom_fields": {}}


def department_row(row: Unit) -> dict[str, Json]:
    """A department; those are never synced."""
    return {
        "id": row.department.id,
        "name": row.department.name,
        "branch_id": row.place,
        "active": row.is_active,
        "external_id": None,
        "custom_fields": {},
    }


def vendor_row(desk: Desk, row: Vendor) -> dict[str, Json]:
    """A vendor; `external_id` is the object map's, `vendor_external_id` the vendor's own."""
    return {
        "id": row.id,
        "name": row.name,
        "active": row.is_active,
        "address_line_one": row.address,
        "address_line_two": "",
        "postal_code": row.postal_code,
        "city": row.city,
        "state_province": row.state,
        "country": row.country,
        "email": row.email,
        "alt_email": None,
        "contact": row.contact,
        "phone": row.phone,
        "alt_phone": "",
        "fax": "",
        "comments": "",
        "url": None,
        "payment_term": row.term.name,
        "shipping_term": "DAP",
        "vendor_external_id": row.external_id or None,
        **mapped(desk, VENDOR, row.id),
        **desk.asides.get(row.id, {}),
    }


def catalog_row(desk: Desk, row: CatalogItem) -> dict[str, Json]:
    """A catalogue item; ids for vendor, code and currency."""
    return {
        "id": row.id,
        "name": row.name,
        "unit_type": row.unit,
        "vendor": row.vendor,
        "account_code": row.code,
        "internal_sku": row.sku,
        "active": True,
        "description": row.description or "",
        "product_url": row.url,
        "currency": row.currency.id,
        "cost": decimal_text(row.price, 8),
        **mapped(desk, CATALOG, row.id),
    }


def order_row(desk: Desk, order: PurchaseOrder) -> dict[str, Json]:
    """A purchase order with its lines."""
    vendor = vendor_row(desk, order.vendor)
    del vendor["vendor_external_id"]
    term = term_row(desk, order.vendor.term)
    return {
        "id": order.id,
        "uuid": order.uuid,
        "purchase_order_no": order.custom_number,
        "transaction_date": local_time(order.placed_at),
        "due_date": local_time(order.promised_at),
        "total": decimal_text(order.total, 2),
        "created_by": person(order.purchaser),
        "line_items": [_line(desk, order, line) for line in order.lines],
        "vendor": vendor,
        "shipping_address": {
            "contact_name": f"{order.purchaser.first_name} {order.purchaser.last_name}",
            "address_line_one": "100 Harbour Road",
            "city": "Vancouver",
            "state_province": "BC",
            "country": "Canada",
            "postal_code": "V6B 1A1",
        },
        "shipping_method": _plain(SHIPPING_METHOD),
        "shipping_term": _plain(SHIPPING_TERM),
        "payment_term": term,
        "subtotal": decimal_text(order.subtotal, 2),
        "freight": decimal_text(order.freight, 2),
        "other": decimal_text(order.other, 2),
        "discount": decimal_text(order.discount_amount, 2),
        "tax": decimal_text(order.tax_amount, 2),
        "memo": order.comment,
        **mapped(desk, ORDER, order.id),
        "custom_fields": order_fields(desk, order.id),
    }


def order_fields(desk: Desk, order: int) -> dict[str, Json]:
    """The values of the order's custom fields by label, null where none was given."""
    return {row.name: desk.values.get((order, row.id)) for row in desk.fields.values()}


def map_row(row: ObjectMap) -> dict[str, Json]:
    """An object map."""
    return {
        "id": row.id,
        "object_id": row.object_id,
        "status": row.status,
        "content_type": row.content_type,
        "external_id": row.external_id,
    }


def log_row(row: SyncLog) -> dict[str, Json]:
    """A line of the log; `identifiter` is spelt as Procurify spells it."""
    return {
        "id": row.id,
        "sync_status": "Error" if row.is_error else "Info",
        "is_incoming": False,
        "object_details": {
            "id": row.object_id,
            "content_type": row.content_type,
            "external_id": row.external_id,
            "uuid": row.uuid,
            "identifiter": row.identifier,
            "message": row.text,
        },
        "created_at": local_time(row.created_at),
    }


def person(row: User) -> dict[str, Json]:
    """A user in this API's words."""
    return {
        "id": row.id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
    }


def _line(desk: Desk, order: PurchaseOrder, line: OrderLine) -> dict[str, Json]:
    unit = desk.units[line.account.department.id]
    place = desk.places[unit.place]
    address: dict[str, Json] = {
        "id": 1,
        "name": "Billing",
        "address_line_one": "100 Harbour Road",
        "city": "Vancouver",
        "postal_code": "V6B 1A1",
        "state_province": "BC",
        "country": "Canada",
    }
    return {
        "id": line.id,
        "name": line.name,
        "quantity": decimal_text(line.quantity, 5),
        "unit_cost": decimal_text(line.price, 2),
        "unit_type": line.unit,
        "amount": decimal_text(line.total, 2),
        "currency": currency_row(order.currency),
        "account": account_row(desk, desk.codes[line.account.code.id]),
        "department": department_row(unit),
        "location": {
            "id": place.id,
            "name": place.name,
            "url": "",
            "phone_one": "+1 555 0100",
            "fax": "",
            "email": "",
            "primary_billing_address": address,
            "primary_shipping_address": {**address, "id": 2, "name": "Dock 3"},
            "language": 1,
            "location_timezone": place.zone,
            "active": place.is_active,
            "external_id": None,
            "custom_fields": {},
        },
        "catalog_item": None,
        "memo": "",
        "last_approver": person(order.purchaser),
        "requester": person(order.purchaser),
        "external_id": None,
        "custom_fields": {},
        "order_description": order.comment,
    }


def _plain(row: dict[str, Json]) -> dict[str, Json]:
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["name"],
        "external_id": None,
        "custom_fields": {},
    }
