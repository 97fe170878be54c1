"""The two systems as a scenario begins: a filled tenant, a ledger with master rows alone."""

from engine.sandbox.clock import Clock
from engine.sandbox.options import Numbering, SandboxOptions
from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.masters import master_rows
from engine.sandbox.scenario.references import COMPANY, LOCAL_CURRENCY
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import Sight
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.sessions import SessionRules, Sessions
from engine.sandbox.world import World

FIRST_AUTOMATIC_ORDER = 547


def fill_tenant(scenario: Scenario, clock: Clock | None = None) -> Tenant:
    """A tenant that holds what the scenario begins with."""
    tenant = Tenant(scenario.references, (clock or Clock()).now)
    for vendor in scenario.vendors:
        tenant.put_vendor(vendor)
    for order in scenario.orders:
        tenant.put_order(order)
    for bill in scenario.bills:
        tenant.put_bill(bill)
    return tenant


def fill_ledger(scenario: Scenario, po_numbering: Numbering, clock: Clock | None = None) -> Ledger:
    """A ledger with the scenario's master rows and no documents."""
    ledger = Ledger(
        company=COMPANY,
        local_currency=LOCAL_CURRENCY,
        po_numbering=po_numbering,
        next_purchase_order=FIRST_AUTOMATIC_ORDER,
        clock=(clock or Clock()).now,
    )
    ledger.load(master_rows(scenario))
    return ledger


def begin_world(
    scenario: Scenario, options: SandboxOptions, clock: Clock, rules: SessionRules
) -> World:
    """The scenario at its beginning; `rules` are those of SYSPRO's sessions."""
    tenant = fill_tenant(scenario, clock)
    ledger = fill_ledger(scenario, options.po_numbering, clock)
    sight = Sight(ledger)
    story = Story(scenario, tenant, sight, tenant.now)
    return World(
        scenario=scenario,
        tenant=tenant,
        ledger=ledger,
        settings=ProcurifySettings(
            is_strict=options.is_strict,
            pace=options.procurify,
            seed=options.seed,
            clock=clock.now,
            monotonic=clock.monotonic,
        ),
        sessions=Sessions(rules, clock=clock.monotonic),
        story=story,
        oracle=Oracle(tenant, sight, story),
    )
