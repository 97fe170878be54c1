"""How Procurify prints account codes, accounts with their budgets, terms and taxes. Pure.

Field lists: procurify.md §4.1 and the OpenAPI document.
"""

from decimal import Decimal

from engine.sandbox.procurify.desk import group_of
from engine.sandbox.procurify.places import department, department_summary, plain_branch
from engine.sandbox.procurify.printing import Json, decimal_text, number, printed_once
from engine.sandbox.procurify.tables import Budget, Code, Place, Unit
from engine.sandbox.scenario.model import Account, AccountCode, Tax, Term

BUDGET = Decimal("250000.00")


def listed_code(row: Code) -> dict[str, Json]:
    """An AccountCodeRead object, a row of the list."""
    return {**_plain_code(row.code), "parent": row.parent, "active": row.is_active}


def account_code(row: AccountCode) -> dict[str, Json]:
    """An AccountCodeRead object, nested in an account."""
    return {**_plain_code(row), "parent": group_of(row.code).id}


@printed_once
def account(row: Account) -> Json:
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
        "budget": decimal_text(BUDGET, 2),
        "balance_approved": decimal_text(BUDGET, 2),
        "balance_purchased": decimal_text(BUDGET, 2),
        "active": True,
    }


@printed_once
def spend_account(row: Account) -> Json:
    """A SpendAccountRead object, with parent and branch as objects."""
    group = _plain_code(group_of(row.code.code))
    del group["applied_accounts_count"]
    unit: dict[str, Json] = {
        **department_summary(row.department),
        "branch": plain_branch(row.department.location),
    }
    own = _plain_code(row.code)
    del own["applied_accounts_count"]
    return {
        "id": row.id,
        "account_code": {**own, "parent": group},
        "department": unit,
        "active": True,
    }


def chart_account(row: Budget, unit: Unit, place: Place) -> dict[str, Json]:
    """A ChartOfAccountsAccount object: as GET accounts lists them."""
    return {
        "id": row.account.id,
        "account_code": account_code(row.account.code),
        "department": department(unit, place),
        "start_datetime": None,
        "end_datetime": None,
        "budget": decimal_text(BUDGET, 2),
        "budget_used_approved": "0.00",
        "budget_used_purchased": "0.00",
        "balance_approved": decimal_text(BUDGET, 2),
        "balance_purchased": decimal_text(BUDGET, 2),
        "active": row.is_active,
    }


def budget_category(row: Budget) -> dict[str, Json]:
    """A row of the budget categories; a real client names these fields and no more (§3)."""
    return {
        "id": row.account.id,
        "budget": decimal_text(BUDGET, 2),
        "pending": "0.00",
        "approved": "0.00",
        "purchased": "0.00",
        "invoiced": "0.00",
        "received": "0.00",
        "variance": decimal_text(BUDGET, 2),
        "variance_percentage": "100.00",
        "end_datetime": None,
    }


def term(row: Term) -> dict[str, Json]:
    """A PaymentTerm object."""
    return {"id": row.id, "name": row.name, "description": None, "active": True}


@printed_once
def line_tax(row: Tax) -> Json:
    """A row of an order line's `taxes`."""
    return {
        "id": row.id,
        "type": "percent",
        "value": decimal_text(row.percent, 8),
        "name": row.name,
    }


def _plain_code(row: AccountCode) -> dict[str, Json]:
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
