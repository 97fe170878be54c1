"""How Procurify prints the catalogue, its bundles and custom fields (procurify.md §4.1)."""

from engine.sandbox.procurify.account_shapes import listed_code
from engine.sandbox.procurify.currency_shapes import currency_summary
from engine.sandbox.procurify.printing import Json, decimal_text, number
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Bundle, CatalogItem, CustomField
from engine.sandbox.procurify.vendor_shapes import vendor_fragment

_ORDER_ITEM_TYPE = 23


def catalog_row(tenant: Tenant, item: CatalogItem) -> dict[str, Json]:
    """A CatalogItemRead object."""
    return {
        "id": item.id,
        "name": item.name,
        "image": "",
        "unitType": item.unit,
        "pref_vendor": vendor_fragment(tenant.vendors[item.vendor]),
        "account_code": listed_code(tenant.desk.codes[item.code]),
        "internalSKU": item.sku,
        "description": item.description,
        "product_url": item.url,
        "currency": currency_summary(item.currency),
        "price": decimal_text(item.price, 8),
        "rfo_lock": item.is_locked,
        "departments": item.departments,
        "custom_fields": [],
        "requested_count": 0,
        "last_requested_date": None,
        "selected_account": {},
    }


def bundle_row(tenant: Tenant, bundle: Bundle) -> dict[str, Json]:
    """A CatalogItemBundleRead object."""
    return {
        "id": bundle.id,
        "name": bundle.name,
        "description": bundle.description,
        "image": "",
        "active": bundle.is_active,
        "items": [
            {**catalog_row(tenant, tenant.desk.catalog[item]), "quantity": number(quantity)}
            for item, quantity in bundle.items
        ],
        "items_count": len(bundle.items),
    }


def custom_field(row: CustomField) -> dict[str, Json]:
    """A CustomFieldRead object."""
    return {
        "id": row.id,
        "name": row.name,
        "content_type": _ORDER_ITEM_TYPE,
        "default_value": row.default,
        "is_required": row.is_required,
        "field_choices": row.choices,
        "field_type": row.type,
        "field_label": row.name,
        "is_active": row.is_active,
    }
