"""The reference rows of the tenant: currencies, accounts, departments, taxes, terms, people. Pure.

Every company of SYSPRO has one location, with the same departments and accounts under other ids.
`UNMAPPED_ACCOUNT` and `UNMAPPED_TAX` have no counterpart in SYSPRO, and nobody mapped them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from engine.sandbox.scenario import names
from engine.sandbox.scenario.companies import COMPANIES, Company, LegalEntity
from engine.sandbox.scenario.model import (
    Account,
    AccountCode,
    Currency,
    Department,
    Location,
    Tax,
    Term,
    User,
)

UNMAPPED_ACCOUNT = "6990"
UNMAPPED_TAX = "Eco levy 2%"
LOCAL_CURRENCY = "USD"
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
_LOCATIONS = (
    ("HQ", LOCATION_ZONE, -8, "Acme Inc.", names.PEOPLE),
    ("Toronto", "America/Toronto", -5, "Acme Canada Ltd.", names.PEOPLE_ELSEWHERE),
)
_DEPARTMENTS = (
    ("Engineering", 0, "20"),
    ("Operations", 1, "30"),
    ("Finance", 0, "40"),
    ("Marketing", 0, "50"),
    ("Lab & Quality", 2, "60"),
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
    """All reference rows, each looked up by name or code.

    Departments of further locations go by `name (location)`. `parts` holds, if there are several
    locations, the references of each, where departments go by their names alone.
    """

    currencies: dict[str, Currency]
    account_codes: dict[str, AccountCode]
    departments: dict[str, Department]
    accounts: dict[tuple[str, str], Account]
    taxes: dict[str, Tax]
    terms: dict[str, Term]
    users: tuple[User, ...]
    locations: dict[str, Location]
    parts: Mapping[str, "References"]

    @property
    def companies(self) -> tuple[Company, ...]:
        """The companies that the locations' documents go to, the first one first."""
        return tuple(location.company for location in self.locations.values())

    def placed(self, identity: int) -> "References":
        """The references of the location where the document of that id lies: they take turns."""
        if not self.parts:
            return self
        parts = list(self.parts.values())
        return parts[identity % len(parts)]

    def at(self, location: Location) -> "References":
        """The references of that location."""
        return self.parts.get(location.name, self)


def build_references(companies: int = 1) -> References:
    """The same rows on every call; so many companies and as many locations.

    Raises `ValueError` for a number of companies that there are not.
    """
    if not 1 <= companies <= len(COMPANIES):
        raise ValueError(f"a scenario cannot have {companies} companies")
    shared = References(
        currencies=_currencies(),
        account_codes=_account_codes(),
        departments={},
        accounts={},
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
        users=(),
        locations={},
        parts={},
    )
    parts = [_part(shared, place, companies) for place in range(companies)]
    return parts[0] if companies == 1 else _joined(shared, parts)


def ledger_code(account: Account) -> str:
    """The GL code of an account in its company, "" when nobody mapped it.

    The department's own goes first.
    """
    code = account.code
    own = f"{code.code}-{account.department.suffix}"
    found = own if code.code in BY_DEPARTMENT else code.ledger_code
    return account.department.location.company.ledger_code(found)


def _joined(shared: References, parts: Sequence[References]) -> References:
    """All locations' rows together."""
    departments: dict[str, Department] = {}
    accounts: dict[tuple[str, str], Account] = {}
    for part in parts:
        for name, department in part.departments.items():
            label = name if part is parts[0] else f"{name} ({department.location.name})"
            departments[label] = department
            accounts |= {
                (code, label): account
                for (code, other), account in part.accounts.items()
                if other == name
            }
    return replace(
        shared,
        departments=departments,
        accounts=accounts,
        users=tuple(user for part in parts for user in part.users),
        locations={name: row for part in parts for name, row in part.locations.items()},
        parts={name: part for part in parts for name in part.locations},
    )


def _part(shared: References, place: int, companies: int) -> References:
    """The rows of one location; the ids follow those of the locations before it."""
    name, zone, offset, legal_name, people = _LOCATIONS[place]
    company = COMPANIES[place]
    entity = LegalEntity(id=1 + place, uuid=str(UUID(int=1 + place, version=4)), name=legal_name)
    location = Location(
        id=1 + place,
        name=name,
        zone=zone,
        winter_offset_h=offset,
        currency=shared.currencies[company.local_currency],
        legal_entity=entity if companies > 1 else None,
        company=company,
    )
    departments = {
        name: Department(
            id=21 + place * len(_DEPARTMENTS) + number,
            name=name,
            warehouse=company.warehouses[warehouse],
            suffix=suffix,
            location=location,
        )
        for number, (name, warehouse, suffix) in enumerate(_DEPARTMENTS)
    }
    pairs = [(code, department) for code in shared.account_codes for department in departments]
    first = 501 + place * len(pairs)
    return replace(
        shared,
        departments=departments,
        accounts={
            pair: Account(
                id=first + number,
                code=shared.account_codes[pair[0]],
                department=departments[pair[1]],
            )
            for number, pair in enumerate(pairs)
        },
        users=_users(people, 11 + place * len(names.PEOPLE), tuple(departments.values())),
        locations={location.name: location},
    )


def _account_codes() -> dict[str, AccountCode]:
    return {
        code: AccountCode(
            id=300 + place,
            code=code,
            description=description,
            type=type_,
            ledger_code="" if code == UNMAPPED_ACCOUNT else f"{code}-00",
        )
        for place, (code, description, type_) in enumerate(_ACCOUNT_CODES, 1)
    }


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


def _users(
    people: Sequence[tuple[str, str, str, int]], first: int, departments: Sequence[Department]
) -> tuple[User, ...]:
    return tuple(
        User(
            id=identity,
            first_name=first_name,
            last_name=last_name,
            email=f"user{identity}@acme.example",
            position=position,
            department=departments[department],
        )
        for identity, (first_name, last_name, position, department) in enumerate(people, first)
    )
