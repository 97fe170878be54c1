"""How Procurify prints vendors and their payment methods (procurify.md §4.1). Pure."""

from decimal import Decimal

from engine.sandbox.procurify.printing import Json, number, utc_text
from engine.sandbox.procurify.reference_shapes import currency, term
from engine.sandbox.scenario.model import Vendor

_ACH = 2


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
        "email": [vendor.email],
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
        "payment_methods": [_method(vendor)],
        "tax": None,
        "type": vendor.type,
        "default_payment_method": None,
        "creditcards": [],
        "is_1099_eligible": None,
        "overall_score": number(Decimal(4)),
        "is_auto_email_po_enabled": False,
        "po_pdf_labels": "",
    }


def vendor_row(vendor: Vendor) -> dict[str, Json]:
    """An OptimizedVendor object, a row of the list: the score is a string here."""
    return {
        **vendor_nested(vendor),
        "overall_score": "4.000",
        "vendor_request": None,
        "email_configurations": {},
    }


def vendor_detail(vendor: Vendor) -> dict[str, Json]:
    """A VendorDetail object."""
    return {
        **vendor_nested(vendor),
        "vendor_request": None,
        "email_configurations": {},
        "performance": None,
    }


def payment_method(vendor: Vendor) -> dict[str, Json]:
    """A VendorPaymentMethodRead object; account numbers come masked (procurify.md §4.3)."""
    return {
        **_method(vendor),
        "vendor": vendor.id,
        "flight_time": {"min": 1, "max": 3},
        "transaction_fee": {"type": "fixed", "value": "0.00"},
    }


def _method(vendor: Vendor) -> dict[str, Json]:
    return {
        "id": vendor.id * 10,
        "name": "ACH",
        "type": _ACH,
        "data": {
            "routing_number": "****0001",
            "account_number": f"****{vendor.id % 10000:04d}",
            "company_name": vendor.name,
        },
        "currency": currency(vendor.currency),
        "payment_rail": "ach",
        "bank_account_country_code": None,
    }
