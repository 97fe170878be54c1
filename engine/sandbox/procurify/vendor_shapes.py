"""How Procurify prints vendors and payment methods (procurify.md §4.1). Pure."""

from collections.abc import Mapping
from decimal import Decimal

from engine.sandbox.procurify.account_shapes import term
from engine.sandbox.procurify.currency_shapes import currency
from engine.sandbox.procurify.desk import ACH
from engine.sandbox.procurify.printing import Json, number, printed_once, utc_text
from engine.sandbox.procurify.tables import Method
from engine.sandbox.scenario.model import Vendor


def vendor_nested(vendor: Vendor) -> dict[str, Json]:
    """A VendorRead object, as orders and bills hold it: the score is a number here."""
    return {
        "id": vendor.id,
        "name": vendor.name,
        "active": vendor.is_active,
        "addressLineOne": vendor.address,
        "addressLineTwo": None,
        "postalCode": vendor.postal_code,
        "city": vendor.city,
        "state_province": vendor.state,
        "country": vendor.country,
        "phoneOne": vendor.phone,
        "phoneTwo": None,
        "fax": None,
        "email": [vendor.email] if vendor.email else [],
        "comments": "",
        "contact": vendor.contact,
        "url": None,
        "external_id": vendor.external_id or None,
        "dateModified": utc_text(vendor.modified_at),
        "currency": vendor.currency.id,
        "payment_term_ref": term(vendor.term),
        "shipping_term_ref": None,
        "payment_method_ref": None,
        "shipping_method_ref": None,
        "payment_methods": [nested_method(method_of(vendor))],
        "tax": None,
        "type": vendor.type,
        "default_payment_method": None,
        "creditcards": [],
        "is_1099_eligible": None,
        "overall_score": number(Decimal(4)),
        "is_auto_email_po_enabled": False,
        "po_pdf_labels": "",
    }


@printed_once
def vendor_fragment(vendor: Vendor) -> Json:
    """A VendorRead object."""
    return vendor_nested(vendor)


def vendor_row(vendor: Vendor) -> dict[str, Json]:
    """An OptimizedVendor object, a row of the list: the score is a string here."""
    return {
        **vendor_nested(vendor),
        "overall_score": "4.000",
        "vendor_request": _request(vendor),
        "email_configurations": _configurations(vendor),
    }


def vendor_detail(vendor: Vendor) -> dict[str, Json]:
    """A VendorDetail object."""
    return {
        **vendor_nested(vendor),
        "vendor_request": _request(vendor),
        "email_configurations": _configurations(vendor),
        "performance": None,
    }


def vendor_written(vendor: Vendor, extras: Mapping[str, Json]) -> dict[str, Json]:
    """A Vendor object, the reply to PUT: the terms are ids here (procurify.md §8.5)."""
    shown = vendor_nested(vendor)
    for name, value in extras.items():
        bare = name.removeprefix("detail.")
        if bare in shown:
            shown[bare] = value
    refs = {name: row for name, row in shown.items() if name.endswith("_ref")}
    ids = {name: row["id"] if isinstance(row, Mapping) else None for name, row in refs.items()}
    return {**shown, **ids}


def simple_vendor(vendor: Vendor) -> dict[str, Json]:
    """A SimpleVendor object."""
    return {
        "id": vendor.id,
        "name": vendor.name,
        "active": vendor.is_active,
        "addressLineOne": vendor.address,
        "addressLineTwo": None,
        "postalCode": vendor.postal_code,
        "city": vendor.city,
        "state_province": vendor.state,
        "country": vendor.country,
        "overall_score": "4.000",
        "is_auto_email_po_enabled": False,
    }


def method_of(vendor: Vendor) -> Method:
    """The payment method that every vendor of the scenario has; its numbers come masked (§4.3)."""
    return Method(
        id=vendor.id * 10,
        vendor=vendor.id,
        name="ACH",
        type=ACH,
        details={
            "routing_number": "****0001",
            "account_number": f"****{vendor.id % 10000:04d}",
            "company_name": vendor.name,
        },
        currency=vendor.currency,
    )


def nested_method(row: Method) -> dict[str, Json]:
    """A PaymentMethodRead object, as vendors hold it."""
    return {**_plain(row), "payment_rail": _rail(row), "bank_account_country_code": None}


def vendor_method(row: Method) -> dict[str, Json]:
    """A VendorPaymentMethodRead object."""
    return {
        **nested_method(row),
        "vendor": row.vendor,
        "flight_time": {"min": 1, "max": 3},
        "transaction_fee": {"type": "fixed", "value": "0.00"},
    }


def company_method(row: Method) -> dict[str, Json]:
    """A CompanyPaymentMethodRead object."""
    return {**_plain(row), "gl_code": row.gl_code}


def written_method(row: Method) -> dict[str, Json]:
    """The bare object that a POST of a method answers with: the currency is an id (§2.7)."""
    plain: dict[str, Json] = {**_plain(row), "currency": row.currency.id}
    if row.vendor is None:
        return {**plain, "gl_code": row.gl_code}
    return {**plain, "vendor": row.vendor}


def _plain(row: Method) -> dict[str, Json]:
    details: Mapping[str, Json] = row.details
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "data": details,
        "currency": currency(row.currency),
    }


def _rail(row: Method) -> str:
    return {1: "check", 2: "ach", 3: "eft", 4: "wire"}.get(row.type, "other")


def _request(vendor: Vendor) -> dict[str, Json]:
    return {
        "id": vendor.id + 60_000,
        "requester": "",
        "submitted_date": utc_text(vendor.modified_at),
        "next_approver": "",
        "permissions": {},
    }


def _configurations(vendor: Vendor) -> dict[str, Json]:
    if not vendor.email:
        return {}
    return {vendor.email: {"auto_po": False, "payment_remittance": False}}
