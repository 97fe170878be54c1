"""How Procurify prints places: locations, branches, departments, addresses. Pure.

Field lists: procurify.md §4.1 and the OpenAPI document.
"""

from functools import lru_cache

from engine.sandbox.procurify.currency_shapes import currency
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.tables import Place, Unit
from engine.sandbox.scenario.companies import LegalEntity
from engine.sandbox.scenario.model import Department, Location

LONG_AGO = "2019-12-10T17:47:00.373867-08:00"
BILLING, SHIPPING = 1, 2
_ENGLISH = 1


@lru_cache(maxsize=256)
def department_summary(row: Department) -> dict[str, Json]:
    """A DepartmentSummary object; nobody may change it."""
    return {
        "id": row.id,
        "branch": {"id": row.location.id, "name": row.location.name},
        "external_id": None,
        "name": row.name,
        "punchout_email": None,
        "active": True,
    }


def department(row: Unit, place: Place) -> dict[str, Json]:
    """A DepartmentRead object."""
    return {
        "id": row.department.id,
        "branch": {"id": place.id, "name": place.name, "headquarter": place.is_headquarter},
        "external_id": row.external_id,
        "name": row.department.name,
        "active": row.is_active,
        "punchout_email": row.punchout_email,
        "is_active_for_account_code": row.is_active,
    }


def location(row: Place, departments: int) -> dict[str, Json]:
    """A LocationView object."""
    return {
        "id": row.id,
        "name": row.name,
        "url": None,
        "logo": "",
        "currency": currency(row.currency),
        "phoneOne": "+1 555 0100",
        "fax": None,
        "email": "hq@acme.example",
        "primary_billing_address": address(BILLING, "Billing"),
        "primary_shipping_address": address(SHIPPING, "Dock 3"),
        "shipping_addresses": [address(SHIPPING, "Dock 3")],
        "language": _ENGLISH,
        "locationTimezone": row.zone,
        "headquarter": row.is_headquarter,
        "department_count": departments,
        "active": row.is_active,
        "external_id": None,
        "legal_entity": _legal_entity(row.legal_entity),
        **row.extras,
    }


def _legal_entity(row: LegalEntity | None) -> Json:
    return None if row is None else {"id": row.id, "uuid": row.uuid, "name": row.name}


def branch(row: Location) -> dict[str, Json]:
    """A Branch object, as purchase requests hold it."""
    return {
        "id": row.id,
        "external_id": None,
        "name": row.name,
        "url": None,
        "logo": "",
        "language": _ENGLISH,
        "multipleLocations": False,
        "locationTimezone": row.zone,
        "userLimit": 50,
        "budgetOvertureToggle": False,
        "purchase_filtering": False,
        "catalog_permission": False,
        "separate_expense_approval": False,
        "standalone_travel_approval": False,
        "phoneOne": "+1 555 0100",
        "phoneTwo": None,
        "fax": None,
        "email": "hq@acme.example",
        "fiscalYearEndDay": 31,
        "fiscalYearEndMonth": 12,
        "beginDate": LONG_AGO,
        "ported": False,
        "port_date": None,
        "active": True,
        "activated": True,
        "setup_stage": "FIN",
        "localCurrency": row.currency.id,
        "contactPerson": None,
        "buyerAddress": BILLING,
        "shippingAddress": SHIPPING,
    }


def plain_branch(row: Location) -> dict[str, Json]:
    """An UnoptimizedBranchRead object, as spend allocations hold it."""
    return {**branch(row), "timezone": row.winter_offset_h, "fields_cache": None}


def address(identity: int, name: str) -> dict[str, Json]:
    """An Address object of the tenant's own."""
    return {
        "id": identity,
        "name": name,
        "addressLineOne": "100 Harbour Road",
        "city": "Vancouver",
        "postalCode": "V6B 1A1",
        "state_province": "BC",
        "country": "Canada",
    }


def address_summary(identity: int, name: str) -> dict[str, Json]:
    """An AddressSummary object of the tenant's own."""
    return {
        **address(identity, name),
        "is_active": True,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "addressAssociation": identity,
        "addressLineTwo": "",
        "last_changed_by": None,
    }
