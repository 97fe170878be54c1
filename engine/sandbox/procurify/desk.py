"""The tenant's own desk: what it holds beside vendors, orders and bills, and how that begins."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.tables import (
    Budget,
    Bundle,
    CatalogItem,
    Code,
    CustomField,
    Method,
    ObjectMap,
    Payment,
    Person,
    Place,
    Receipt,
    Requisition,
    SyncLog,
    Undone,
    Unit,
)
from engine.sandbox.scenario.model import AccountCode, Currency, Location, Term, Vendor
from engine.sandbox.scenario.names import STOCKED
from engine.sandbox.scenario.references import References

CHECK, ACH = 1, 2
HEADQUARTERS = 1
NEW_IDS_FROM = 9_000_000


def _group(identity: int, code: str, description: str, type_: int) -> AccountCode:
    return AccountCode(id=identity, code=code, description=description, type=type_, ledger_code="")


_GROUPS = {
    "1": _group(291, "1000", "Assets", 0),
    "5": _group(292, "5000", "Cost of goods", 2),
    "6": _group(293, "6000", "Operating expenses", 2),
}
_FIELDS = (
    (71, "Project", "t", ()),
    (72, "Cost centre", "m", ("North", "South", "Shared")),
    (73, "Needs installation", "b", ()),
)
PERMISSIONS = (
    (1, "can_create_orders"),
    (2, "can_purchase"),
    (3, "can_receive"),
    (4, "can_create_bills"),
    (5, "can_approve_bills"),
    (6, "can_manage_vendors"),
    (7, "can_manage_accounts"),
)
ROLES = (
    (1, "Superuser", 0, (1, 2, 3, 4, 5, 6, 7)),
    (2, "Purchaser", 1, (1, 2, 3)),
    (3, "Accounts payable", 2, (4, 5, 6)),
)


@dataclass(slots=True, kw_only=True)
class Desk:
    """Rows by id, of everything that lives only in Procurify.

    `asides` are the fields of vendors that only the NetSuite-integration API knows.
    """

    currencies: dict[int, Currency]
    places: dict[int, Place]
    people: dict[int, Person]
    units: dict[int, Unit]
    codes: dict[int, Code]
    budgets: dict[int, Budget]
    fields: dict[int, CustomField]
    methods: dict[int, Method]
    catalog: dict[int, CatalogItem] = field(default_factory=dict)
    bundles: dict[int, Bundle] = field(default_factory=dict)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    undone: dict[int, Undone] = field(default_factory=dict)
    requisitions: dict[int, Requisition] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    maps: dict[tuple[int, int], ObjectMap] = field(default_factory=dict)
    logs: list[SyncLog] = field(default_factory=list)
    values: dict[tuple[int, int], str] = field(default_factory=dict)
    asides: dict[int, dict[str, Json]] = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)
    term_notes: dict[int, str] = field(default_factory=dict)
    last_id: int = NEW_IDS_FROM

    @property
    def owner(self) -> Person:
        """Who made the OAuth application, whose rights its tokens have (procurify.md §1.8)."""
        return next(iter(self.people.values()))

    def undo_receipt(self, receipt: Receipt, at: datetime) -> None:
        """The receipt is none of the present ones any more."""
        if self.receipts.pop(receipt.id, None) is not None:
            self.undone[receipt.id] = Undone(receipt=receipt, at=at)

    def next_id(self) -> int:
        """An id that nothing else has."""
        self.last_id += 1
        return self.last_id

    def fill_catalog(self, vendors: list[Vendor]) -> None:
        """The catalogue holds the stocked goods, each with one of the vendors, if there are any."""
        if self.catalog or not vendors:
            return
        code = next(iter(self.codes))
        for place, (sku, name) in enumerate(STOCKED):
            vendor = vendors[place % len(vendors)]
            self.catalog[800 + place] = CatalogItem(
                id=800 + place,
                name=name,
                sku=sku,
                unit="each",
                vendor=vendor.id,
                code=code,
                currency=vendor.currency,
                price=Decimal(10 + place),
                departments=tuple(self.units),
            )
        self.bundles[850] = Bundle(
            id=850,
            name="Pump repair",
            description="What a pump overhaul takes.",
            items=tuple((identity, Decimal(2)) for identity in list(self.catalog)[:3]),
        )


def group_of(code: str) -> AccountCode:
    """The group that an account code belongs to, itself an account code without a parent."""
    return _GROUPS.get(code[:1], _GROUPS["6"])


def _place(row: Location) -> Place:
    return Place(
        id=row.id,
        name=row.name,
        currency=row.currency,
        zone=row.zone,
        legal_entity=row.legal_entity,
        is_headquarter=row.id == HEADQUARTERS,
    )


def build_desk(references: References) -> Desk:
    """The desk of a tenant that has only its reference rows."""
    codes = {row.id: Code(code=row, parent=None) for row in _GROUPS.values()}
    codes |= {
        row.id: Code(code=row, parent=group_of(row.code).id)
        for row in references.account_codes.values()
    }
    currencies = {row.id: row for row in references.currencies.values()}
    base = next(row for row in currencies.values() if row.is_base)
    users = references.users
    return Desk(
        currencies=currencies,
        places={row.id: _place(row) for row in references.locations.values()},
        people={
            row.id: Person(
                user=row,
                place=row.department.location.id,
                role=1 if place == 0 else 2 + (row.department.name == "Finance"),
                delegatee=users[0] if place == len(users) - 1 else None,
            )
            for place, row in enumerate(users)
        },
        units={
            row.id: Unit(department=row, place=row.location.id)
            for row in references.departments.values()
        },
        codes=codes,
        budgets={row.id: Budget(account=row) for row in references.accounts.values()},
        terms={row.id: row for row in references.terms.values()},
        fields={
            identity: CustomField(id=identity, name=name, type=type_, choices=choices)
            for identity, name, type_, choices in _FIELDS
        },
        methods={
            1: Method(
                id=1,
                vendor=None,
                name="Cheques, main account",
                type=CHECK,
                details={"payable_to": "Acme"},
                currency=base,
                gl_code="1100-00",
            ),
            2: Method(
                id=2,
                vendor=None,
                name="ACH, main account",
                type=ACH,
                details={
                    "routing_number": "****0021",
                    "account_number": "****7780",
                    "company_name": "Acme",
                },
                currency=base,
                gl_code="1100-00",
            ),
        },
    )
