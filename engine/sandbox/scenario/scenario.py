"""A whole scenario: documents, receipts, what must be held, mappings. Pure.

The same seed, number of documents, anchor and numbering give the same scenario everywhere; the
digest says so.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Final, Literal, NamedTuple, TypeAlias

from engine.sandbox.scenario import names
from engine.sandbox.scenario.baskets import Baskets
from engine.sandbox.scenario.billing import Bills, Receipts
from engine.sandbox.scenario.bills import FIRST_BILL, make_bill
from engine.sandbox.scenario.cast import Cast
from engine.sandbox.scenario.companies import COMPANIES, Company
from engine.sandbox.scenario.model import Bill, PurchaseOrder, Source, Vendor
from engine.sandbox.scenario.ordering import Orders
from engine.sandbox.scenario.orders import FIRST_ORDER, World, make_order
from engine.sandbox.scenario.plan import BillShape, OrderShape, Plan, plan_documents
from engine.sandbox.scenario.references import (
    BY_DEPARTMENT,
    References,
    build_references,
    ledger_code,
)
from engine.sandbox.scenario.vendors import MAPPED

Kind: TypeAlias = Literal["standard", "month"]
"""Which story is told."""
Plot: TypeAlias = Literal["quiet", "standard", "month"]
_REVISED, _CANCELLED = OrderShape.REVISED_LATER, OrderShape.CANCELLED_LATER
DOCUMENTS_A_NEWCOMER: Final = 200
"""A month has one new vendor, and one more for so many documents."""


class MappingRow(NamedTuple):
    """One approved mapping row; it holds in `company` alone, or in all where that is empty."""

    kind: str
    key: str
    target: str
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What Procurify holds at first, and what is to come of it.

    `receipts`: by order id, the quantity by line id that the warehouse will receive. `must_hold`:
    the documents that cannot be posted, with the cause. `revised` and `cancelled` are the ids of
    the orders that the standard story changes, `newcomers` the orders of new vendors that a story
    adds, each with a bill over it.
    """

    seed: int
    documents: int
    anchor: date
    po_numbering: str
    world: World
    vendors: tuple[Vendor, ...]
    orders: Orders
    bills: Bills
    receipts: Receipts
    must_hold: Mapping[Source, str]
    revised: int | None
    cancelled: int | None
    newcomers: tuple[tuple[PurchaseOrder, Bill], ...]
    plot: Plot

    @property
    def references(self) -> References:
        """The reference rows of the tenant."""
        return self.world.references

    @property
    def companies(self) -> tuple[Company, ...]:
        """The companies of SYSPRO that the documents go to, the first one first."""
        return self.references.companies

    @property
    def reserved(self) -> int:
        """How many ids of orders, and of bills, after its own the story may use."""
        return 2 * self.documents + 100 if self.plot == "month" else 1

    @property
    def digest(self) -> str:
        """A hash over everything in the scenario."""
        found = hashlib.sha256()
        receipts = ((order, sorted(lines.items())) for order, lines in self.receipts.items())
        held = sorted(self.must_hold.items())
        rest = (held, self.revised, self.cancelled, self.newcomers, self.plot)
        for part in chain(self.vendors, self.orders, self.bills, receipts, rest):
            found.update(repr(part).encode())
        return found.hexdigest()


def build_scenario(
    *,
    seed: int,
    documents: int,
    anchor: date,
    po_numbering: str = "auto",
    companies: int = 1,
    kind: Kind = "standard",
    is_quiet: bool = False,
) -> Scenario:
    """The scenario of that seed; `documents` counts purchase orders and bills.

    A month has all companies. A quiet scenario has the same documents, and nothing changes in
    Procurify afterwards.
    """
    companies = len(COMPANIES) if kind == "month" else companies
    plot: Plot = "quiet" if is_quiet else kind
    now = datetime.combine(anchor, time(17, 0), tzinfo=UTC)
    world = World(seed=seed, references=build_references(companies), now=now)
    plan = plan_documents(seed=seed, documents=documents, po_numbering=po_numbering)
    cast, baskets = Cast(world, plan), Baskets()
    orders = Orders(world, baskets, plan, cast)
    bills = Bills(world, baskets, plan, cast, orders)
    return Scenario(
        seed=seed,
        documents=documents,
        anchor=anchor,
        po_numbering=po_numbering,
        world=world,
        vendors=tuple(cast.vendors),
        orders=orders,
        bills=bills,
        receipts=Receipts(orders, bills),
        must_hold={**cast.must_hold, **dict(orders.held()), **dict(bills.held())},
        revised=_first_of(orders, _REVISED) if plot == "standard" else None,
        cancelled=_first_of(orders, _CANCELLED) if plot == "standard" else None,
        newcomers=tuple(
            _newcomer(world, cast, plan, place) for place in range(_newcomers(plot, documents))
        ),
        plot=plot,
    )


def _first_of(orders: Orders, shape: OrderShape) -> int | None:
    return next(iter(orders.of_shape(shape)), None)


def _newcomers(plot: Plot, documents: int) -> int:
    """How many new vendors come in the story."""
    if plot == "quiet" or not documents:
        return 0
    return 1 if plot == "standard" else 1 + documents // DOCUMENTS_A_NEWCOMER


def _newcomer(world: World, cast: Cast, plan: Plan, place: int) -> tuple[PurchaseOrder, Bill]:
    """The order and bill that the story adds with a vendor, after all others."""
    name = f"{names.STORY_VENDOR} {place + 1}" if place else names.STORY_VENDOR
    vendor = cast.newcomer(name)
    order = make_order(world, FIRST_ORDER + len(plan.orders) + place, vendor, OrderShape.ORDINARY)
    identity = FIRST_BILL + len(plan.bills) + place
    bill = make_bill(world, identity, vendor, BillShape.ORDINARY, order=order)
    return order, replace(bill, status=2)


def company_of(document: PurchaseOrder | Bill) -> Company:
    """The company of SYSPRO that the document goes to: that of its location."""
    return document.location.company


def mapping_rows(scenario: Scenario) -> list[MappingRow]:
    """The approved mapping rows that go with the scenario.

    With several companies, what differs between them has a row for each, and every location one
    that names its company.
    """
    references = scenario.references
    rows: list[MappingRow] = []
    parts = list(references.parts.values())
    for part in parts:
        rows += [
            MappingRow("company", location.name, location.company.id)
            for location in part.locations.values()
        ]
    rows += [
        MappingRow("vendor", str(vendor.id), vendor.supplier)
        for vendor in scenario.vendors
        if vendor.binding == MAPPED
    ]
    for part in parts or [references]:
        (company,) = part.companies
        own = company.id if parts else ""
        rows += [row._replace(company=own) for row in _account_rows(part, company)]
    rows += [MappingRow("currency", name, name) for name in references.currencies]
    rows += [
        MappingRow(
            "department",
            department.name,
            department.warehouse,
            department.location.company.id if parts else "",
        )
        for department in references.departments.values()
    ]
    rows += [MappingRow("unit", unit, target) for unit, target in names.UNITS]
    rows += [MappingRow("tax", tax.name, tax.code) for tax in references.taxes.values() if tax.code]
    rows += [MappingRow("terms", term.name, term.code) for term in references.terms.values()]
    return rows


def _account_rows(part: References, company: Company) -> list[MappingRow]:
    """What the account codes of one location mean in its company, by department where it counts."""
    rows = [
        MappingRow("account", code.code, company.ledger_code(code.ledger_code))
        for code in part.account_codes.values()
        if code.ledger_code
    ]
    return rows + [
        MappingRow("account", f"{code}/{department}", ledger_code(account))
        for (code, department), account in part.accounts.items()
        if code in BY_DEPARTMENT
    ]
