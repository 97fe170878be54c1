"""A whole scenario: documents, receipts, what must be held, mappings. Pure.

The same seed, number of documents, anchor and numbering give the same scenario everywhere; the
digest says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from engine.sandbox.scenario import names
from engine.sandbox.scenario.billing import Billing
from engine.sandbox.scenario.cast import Cast
from engine.sandbox.scenario.companies import Company
from engine.sandbox.scenario.model import Bill, PurchaseOrder, Source, Vendor
from engine.sandbox.scenario.orders import World
from engine.sandbox.scenario.plan import OrderShape, Plan, plan_documents
from engine.sandbox.scenario.references import (
    BY_DEPARTMENT,
    References,
    build_references,
    ledger_code,
)
from engine.sandbox.scenario.vendors import MAPPED


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
    the orders that the story changes, `newcomer` the vendor, order and bill that it adds.
    """

    seed: int
    documents: int
    anchor: date
    po_numbering: str
    world: World
    vendors: tuple[Vendor, ...]
    orders: tuple[PurchaseOrder, ...]
    bills: tuple[Bill, ...]
    receipts: Mapping[int, Mapping[int, Decimal]]
    must_hold: Mapping[Source, str]
    revised: int | None
    cancelled: int | None
    newcomer: tuple[Vendor, PurchaseOrder, Bill] | None

    @property
    def references(self) -> References:
        """The reference rows of the tenant."""
        return self.world.references

    @property
    def companies(self) -> tuple[Company, ...]:
        """The companies of SYSPRO that the documents go to, the first one first."""
        return self.references.companies

    @property
    def digest(self) -> str:
        """A hash over everything in the scenario."""
        parts = (
            self.vendors,
            self.orders,
            self.bills,
            sorted((order, sorted(lines.items())) for order, lines in self.receipts.items()),
            sorted(self.must_hold.items()),
            self.revised,
            self.cancelled,
            self.newcomer,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def build_scenario(
    *, seed: int, documents: int, anchor: date, po_numbering: str = "auto", companies: int = 1
) -> Scenario:
    """The scenario of that seed; `documents` counts purchase orders and bills."""
    now = datetime.combine(anchor, time(17, 0), tzinfo=UTC)
    world = World(seed=seed, references=build_references(companies), now=now)
    plan = plan_documents(seed=seed, documents=documents, po_numbering=po_numbering)
    cast = Cast(world, plan)
    orders = cast.make_orders()
    billing = Billing(world, plan, cast, orders)
    bills = billing.make_bills()
    must_hold = dict(cast.must_hold)
    must_hold.update(billing.must_hold)
    return Scenario(
        seed=seed,
        documents=documents,
        anchor=anchor,
        po_numbering=po_numbering,
        world=world,
        vendors=tuple(cast.vendors),
        orders=orders,
        bills=bills,
        receipts=billing.receipts,
        must_hold=must_hold,
        revised=_with_shape(orders, plan, OrderShape.REVISED_LATER),
        cancelled=_with_shape(orders, plan, OrderShape.CANCELLED_LATER),
        newcomer=cast.make_newcomer(len(bills)) if documents else None,
    )


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


def _with_shape(orders: Sequence[PurchaseOrder], plan: Plan, shape: OrderShape) -> int | None:
    return next(
        (order.id for order, found in zip(orders, plan.orders, strict=True) if found is shape), None
    )
