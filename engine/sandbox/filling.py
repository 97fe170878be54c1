"""The two systems as a scenario begins: a filled tenant, ledgers with master rows alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from engine.sandbox.clock import Clock
from engine.sandbox.options import Numbering, SandboxOptions
from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.rows import Glance, LazyRows
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.settings_file import changed_settings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.companies import Company
from engine.sandbox.scenario.finding import Finder
from engine.sandbox.scenario.load import Load, Rate
from engine.sandbox.scenario.masters import master_rows
from engine.sandbox.scenario.model import Bill, PurchaseOrder
from engine.sandbox.scenario.plan import OrderShape
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import Sight
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.sessions import SessionRules, Sessions
from engine.sandbox.world import BEGINNING, World

D = TypeVar("D", Bill, PurchaseOrder)
FIRST_AUTOMATIC_ORDER = 547


def fill_tenant(scenario: Scenario, clock: Clock | None = None) -> Tenant:
    """A tenant that holds what the scenario begins with."""
    tenant = Tenant(scenario.references, (clock or Clock()).now)
    for vendor in scenario.vendors:
        tenant.put_vendor(vendor)

    tenant.adopt(
        orders=LazyRows(
            scenario.orders.ids,
            lambda identity: _current(scenario.orders.make(identity), tenant),
            Glance(
                modified=scenario.orders.modified,
                states=scenario.orders.states,
                sizes=scenario.orders.sizes,
            ),
            sketch=lambda identity: _current(scenario.orders.sketch(identity), tenant),
        ),
        bills=LazyRows(
            scenario.bills.ids,
            lambda identity: _current(scenario.bills.make(identity), tenant),
            Glance(
                modified=scenario.bills.modified,
                currencies=scenario.bills.currencies,
                totals=scenario.bills.totals,
            ),
            sketch=lambda identity: _current(scenario.bills.sketch(identity), tenant),
        ),
        index=Finder(scenario),
    )
    for identity in scenario.orders.of_shape(OrderShape.CLOSED):
        tenant.put_order(scenario.orders.make(identity))
    return tenant


def _current(document: D, tenant: Tenant) -> D:
    """The document with its vendor as the tenant has it now."""
    vendor = tenant.vendors[document.vendor.id]
    return document if vendor is document.vendor else replace(document, vendor=vendor)


def fill_companies(
    scenario: Scenario, po_numbering: Numbering, clock: Clock | None = None
) -> Companies:
    """A ledger for every company of the scenario, with its master rows and no documents."""
    clock = clock or Clock()
    return Companies(
        [_fill_ledger(scenario, company, po_numbering, clock) for company in scenario.companies]
    )


def fill_test_companies(
    scenario: Scenario, po_numbering: Numbering, clock: Clock | None = None
) -> Sequence[Ledger]:
    """A ledger beside each company, filled like it: what is posted there, nobody judges."""
    clock = clock or Clock()
    return [
        _fill_ledger(
            scenario,
            replace(company, id=company.test_id, name=f"Test of {company.name}"),
            po_numbering,
            clock,
        )
        for company in scenario.companies
    ]


def _fill_ledger(
    scenario: Scenario, company: Company, po_numbering: Numbering, clock: Clock
) -> Ledger:
    """Automatic numbers begin alike in every company: a number alone names no order."""
    ledger = Ledger(
        company=company.id,
        company_name=company.name,
        local_currency=company.local_currency,
        po_numbering=po_numbering,
        next_purchase_order=FIRST_AUTOMATIC_ORDER,
        clock=clock.now,
    )
    ledger.load(master_rows(scenario, company))
    return ledger


def begin_world(
    scenario: Scenario,
    options: SandboxOptions,
    clock: Clock,
    rules: SessionRules,
    given: object,
) -> World:
    """The scenario at its beginning.

    `rules` are those of SYSPRO's sessions, `given` is what `procurify.settings_file` reads.
    """
    tenant = fill_tenant(scenario, clock)
    companies = fill_companies(scenario, options.po_numbering, clock)
    sight = Sight(companies, tenant.bills_of)
    rate = Rate(per_minute=options.load, minutes=options.load_minutes)
    load = Load(scenario, tenant, rate, clock.monotonic) if options.load else None
    story = Story(scenario, tenant, sight, tenant.now, load)
    return World(
        scenario=scenario,
        tenant=tenant,
        companies=companies,
        test_companies=fill_test_companies(scenario, options.po_numbering, clock),
        settings=changed_settings(
            ProcurifySettings(
                is_strict=options.is_strict,
                pace=options.procurify,
                seed=options.seed,
                clock=clock.now,
                monotonic=clock.monotonic,
            ),
            given,
        ),
        sessions=Sessions(rules, clock=clock.monotonic),
        story=story,
        oracle=Oracle(tenant, sight, story),
        backups={(ledger.company, BEGINNING): ledger.snapshot() for ledger in companies},
    )
