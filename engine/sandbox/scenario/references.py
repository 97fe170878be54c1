"""The reference rows of the tenant: currencies, accounts, departments, taxes, terms, people. Pure.

`UNMAPPED_ACCOUNT` and `UNMAPPED_TAX` have no counterpart in SYSPRO, and nobody mapped them.
"""

from dataclasses import dataclass
from decimal import Decimal

from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import (
    Account,
    AccountCode,
    Currency,
    Department,
    Tax,
    Term,
    User,
)

UNMAPPED_ACCOUNT = "6990"
UNMAPPED_TAX = "Eco levy 2%"
COMPANY = "EDU1"
LOCAL_CURRENCY = "USD"
WAREHOUSES = ("FG", "RM", "MN")
LOCATION_ZONE = "America/Vancouver"

_CURRENCIES = (
    ("USD", "US Dollar", "1.000000"),
    ("CAD", "Canadian Dollar", "0.769231"),
    ("EUR", "Euro", "1.085400"),
    ("GBP", "Pound Sterling", "1.267900"),
)
_ACCOUNT_CODES = (
    ("1200", "Inventory", 0),
    ("5100", "Freight inwards", 2),
    ("6100", "Office supplies", 2),
    ("6200", "Software and subscriptions", 2),
    ("6300", "Professional services", 2),
    ("6400", "Tools and small equipment", 2),
    ("6500", "Repairs & maintenance", 2),
    ("6700", "Marketing", 2),
    (UNMAPPED_ACCOUNT, "Unclassified", 5),
)
_DEPARTMENTS = (
    ("Engineering", "FG", "20"),
    ("Operations", "RM", "30"),
    ("Finance", "FG", "40"),
    ("Marketing", "FG", "50"),
    ("Lab & Quality", "MN", "60"),
)
BY_DEPARTMENT = frozenset({"6100", "6300"})
_TAXES = (
    ("GST 5%", "5", "A", "2310-00"),
    ("HST 13%", "13", "C", "2320-00"),
    ("Sales tax 8.25%", "8.25", "S", "2330-00"),
    ("VAT 20%", "20", "V", "2340-00"),
    (UNMAPPED_TAX, "2", "", ""),
)
_TERMS = (
    ("Net 30", "30", 30),
    ("Net 60", "60", 60),
    ("2/10 Net 30", "21", 30),
    ("Due on receipt", "00", 0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """All reference rows, each looked up by name or code."""

    currencies: dict[str, Currency]
    account_codes: dict[str, AccountCode]
    departments: dict[str, Department]
    accounts: dict[tuple[str, str], Account]
    taxes: dict[str, Tax]
    terms: dict[str, Term]
    users: tuple[User, ...]


def build_references() -> References:
    """The same rows on every call."""
    departments = {
        name: Department(id=20 + place, name=name, warehouse=warehouse, suffix=suffix)
        for place, (name, warehouse, suffix) in enumerate(_DEPARTMENTS, 1)
    }
    codes = {
        code: AccountCode(
            id=300 + place,
            code=code,
            description=description,
            type=type_,
            ledger_code="" if code == UNMAPPED_ACCOUNT else f"{code}-00",
        )
        for place, (code, description, type_) in enumerate(_ACCOUNT_CODES, 1)
    }
    pairs = [(code, department) for code in codes for department in departments]
    accounts = {
        pair: Account(id=500 + place, code=codes[pair[0]], department=departments[pair[1]])
        for place, pair in enumerate(pairs, 1)
    }
    return References(
        currencies=_currencies(),
        account_codes=codes,
        departments=departments,
        accounts=accounts,
        taxes={
            name: Tax(
                id=40 + place, name=name, percent=Decimal(percent), code=code, ledger_code=ledger
            )
            for place, (name, percent, code, ledger) in enumerate(_TAXES, 1)
        },
        terms={
            name: Term(id=60 + place, name=name, code=code, days=days)
            for place, (name, code, days) in enumerate(_TERMS, 1)
        },
        users=_users(tuple(departments.values())),
    )


def ledger_code(account: Account) -> str:
    """The GL code of an account, "" when nobody mapped it; the department's own goes first."""
    code = account.code
    if code.code in BY_DEPARTMENT:
        return f"{code.code}-{account.department.suffix}"
    return code.ledger_code


def _currencies() -> dict[str, Currency]:
    return {
        name: Currency(
            id=place,
            name=name,
            description=description,
            rate=Decimal(rate),
            is_base=name == LOCAL_CURRENCY,
        )
        for place, (name, description, rate) in enumerate(_CURRENCIES, 1)
    }


def _users(departments: tuple[Department, ...]) -> tuple[User, ...]:
    return tuple(
        User(
            id=10 + place,
            first_name=first,
            last_name=last,
            email=f"user{10 + place}@acme.example",
            position=position,
            department=departments[department],
        )
        for place, (first, last, position, department) in enumerate(names.PEOPLE, 1)
    )
