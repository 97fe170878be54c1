"""How Procurify prints reference rows: currencies, accounts, departments, terms, people. Pure.

Field lists: procurify.md §4.1; nested user and address fields: the OpenAPI document.
"""

from decimal import Decimal

from engine.sandbox.procurify.printing import Json, decimal_text, number
from engine.sandbox.scenario.model import (
    Account,
    AccountCode,
    Currency,
    Department,
    Tax,
    Term,
    User,
)
from engine.sandbox.scenario.references import LOCATION_ZONE, References

BRANCH_ID = 1
BRANCH_NAME = "HQ"
LONG_AGO = "2019-12-10T17:47:00.373867-08:00"
_BUDGET = Decimal("250000.00")


def currency(row: Currency) -> dict[str, Json]:
    """A Currency object."""
    return {**currency_summary(row), "description": row.description, "active": True}


def currency_summary(row: Currency) -> dict[str, Json]:
    """A CurrencySummary object."""
    return {**simple_currency(row), "base": row.is_base}


def simple_currency(row: Currency) -> dict[str, Json]:
    """A SimpleCurrency object."""
    return {"id": row.id, "name": row.name, "rate": decimal_text(row.rate, 6)}


def account_code(row: AccountCode) -> dict[str, Json]:
    """An AccountCodeRead object."""
    return {
        "id": row.id,
        "applied_accounts_count": 5,
        "code": row.code,
        "code_length": len(row.code),
        "description": row.description,
        "account_type": row.type,
        "active": True,
        "parent": None,
    }


def department_summary(row: Department) -> dict[str, Json]:
    """A DepartmentSummary object."""
    return {
        "id": row.id,
        "branch": {"id": BRANCH_ID, "name": BRANCH_NAME},
        "external_id": None,
        "name": row.name,
        "punchout_email": None,
        "active": True,
    }


def department(row: Department) -> dict[str, Json]:
    """A DepartmentRead object."""
    return {
        **department_summary(row),
        "branch": {"id": BRANCH_ID, "name": BRANCH_NAME, "headquarter": True},
        "is_active_for_account_code": True,
    }


def account(row: Account) -> dict[str, Json]:
    """An AccountRead object: one account code in one department, with its budget."""
    return {
        "id": row.id,
        "account_code": account_code(row.code),
        "department": department_summary(row.department),
        "warning_indicator": False,
        "budget_used_approved": number(Decimal(0)),
        "budget_used_purchased": number(Decimal(0)),
        "start_datetime": None,
        "end_datetime": None,
        "budget": decimal_text(_BUDGET, 2),
        "balance_approved": decimal_text(_BUDGET, 2),
        "balance_purchased": decimal_text(_BUDGET, 2),
        "active": True,
    }


def chart_account(row: Account) -> dict[str, Json]:
    """A ChartOfAccountsAccount object: as GET accounts lists them."""
    return {
        "id": row.id,
        "account_code": account_code(row.code),
        "department": department(row.department),
        "start_datetime": None,
        "end_datetime": None,
        "budget": decimal_text(_BUDGET, 2),
        "budget_used_approved": "0.00",
        "budget_used_purchased": "0.00",
        "balance_approved": decimal_text(_BUDGET, 2),
        "balance_purchased": decimal_text(_BUDGET, 2),
        "active": True,
    }


def term(row: Term) -> dict[str, Json]:
    """A PaymentTerm object."""
    return {"id": row.id, "name": row.name, "description": None, "active": True}


def line_tax(row: Tax) -> dict[str, Json]:
    """A row of an order line's `taxes`."""
    return {
        "id": row.id,
        "type": "percent",
        "value": decimal_text(row.percent, 8),
        "name": row.name,
    }


def user_summary(row: User) -> dict[str, Json]:
    """A UserSummary object."""
    return {
        "id": row.id,
        "department": department_summary(row.department),
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "position": row.position,
        "phone": None,
        "address": None,
        "notifications": True,
        "is_active": True,
        "mobile": False,
        "profile_image": None,
        "slack_user_id": "",
        "is_sso_enabled": False,
        "last_changed_by": None,
        "user": row.id + 100,
        "approval_delegatee": None,
        "expected_return_date": None,
    }


def simple_user(row: User) -> dict[str, Json]:
    """A SimpleUser object."""
    return {
        "id": row.id,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "profile_image": None,
        "department_name": row.department.name,
        "branch_name": BRANCH_NAME,
    }


def simple_user_summary(row: User) -> dict[str, Json]:
    """A SimpleUserSummary object."""
    return {
        "id": row.id,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "position": row.position,
        "profile_image": None,
        "approval_delegatee": None,
        "expected_return_date": None,
    }


def simple_profile(row: User) -> dict[str, Json]:
    """A SimpleUserProfile object."""
    return {
        "id": row.id,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
    }


def me(row: User) -> dict[str, Json]:
    """A UserProfileMe object: who owns the credentials."""
    return {
        **user_summary(row),
        "domains": {},
        "headquarter_logo": "",
        "systemaccess_cache": {},
        "is_approval_delegatee": False,
        "pending_invite": False,
        "role": None,
    }


def location(references: References) -> dict[str, Json]:
    """The one LocationView object."""
    base = next(row for row in references.currencies.values() if row.is_base)
    return {
        "id": BRANCH_ID,
        "name": BRANCH_NAME,
        "url": None,
        "logo": "",
        "currency": currency(base),
        "phoneOne": "+1 555 0100",
        "fax": None,
        "email": "hq@acme.example",
        "primary_billing_address": address(1, "Billing"),
        "primary_shipping_address": address(2, "Dock 3"),
        "shipping_addresses": [address(2, "Dock 3")],
        "language": 0,
        "locationTimezone": LOCATION_ZONE,
        "headquarter": True,
        "department_count": len(references.departments),
        "active": True,
        "external_id": None,
        "legal_entity": None,
    }


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
        "addressAssociation": 0,
        "addressLineTwo": "",
        "last_changed_by": None,
    }
