"""Faults that change the world for as long as they last: each begins, and can be undone.

What cannot begin raises `ValueError` that says why, and changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias, assert_never

from engine.sandbox.faults.deeds import ClosePeriod, Drift, Kind, Late, Lock, Skew, State, Touch
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import BILL, VENDOR, Source
from engine.sandbox.sight import bill_source, order_source, vendor_source
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.periods import CLOSED, status_column
from engine.sandbox.syspro.tables import Key
from engine.sandbox.world import World

Undo: TypeAlias = Callable[[], None]


def nothing() -> None:
    """Nothing is to be undone."""


def arm(deed: State, world: World) -> Undo:
    """The world is ready for the fault: a row to be inserted is hidden. The undoing shows it."""
    if isinstance(deed, Drift) and deed.how == "insert":
        return _hide(world.tenant, source_of(world.tenant, deed.kind, deed.id))
    if isinstance(deed, Lock):
        row_key(ledger_in(world, deed.company), deed.table, deed.key)
    if isinstance(deed, ClosePeriod):
        ledger_in(world, deed.company)
    return nothing


def ledger_in(world: World, company: str) -> Ledger:
    """The books of that company, of the first for ""; raises `ValueError` for an unknown one."""
    ledger = world.companies.find(company) if company else world.ledger
    if ledger is None:
        known = ", ".join(row.company for row in world.companies)
        raise ValueError(f"SYSPRO has no company {company}, only {known}")
    return ledger


def begin(deed: State, world: World) -> Undo:
    """The state holds; what comes back ends it."""
    match deed:
        case Lock():
            ledger = ledger_in(world, deed.company)
            key = row_key(ledger, deed.table, deed.key)
            ledger.lock(deed.table, key)
            return lambda: ledger.unlock(deed.table, key)
        case ClosePeriod():
            return _close(deed, ledger_in(world, deed.company))
        case Skew():
            return _skew(deed, world)
        case Late():
            return _hide(world.tenant, source_of(world.tenant, deed.kind, deed.id))
        case Drift():
            return _drift(deed, world.tenant)
    assert_never(deed)


def source_of(tenant: Tenant, kind: Kind, name: str) -> Source:
    """The document that people call so; with no name the first that is eligible and not hidden."""
    changes = Changes(tenant)
    match kind:
        case "vendor":
            vendors = [changes.vendor(name)] if name else tenant.eligible_vendors()
            sources = [vendor_source(row) for row in vendors]
        case "purchase_order":
            orders = [changes.order(name)] if name else tenant.eligible_orders()
            sources = [order_source(row) for row in orders]
        case "bill":
            bills = [changes.bill(name)] if name else tenant.eligible_bills()
            sources = [bill_source(row) for row in bills]
    for source in sources:
        if name or source not in tenant.withheld:
            return source
    raise ValueError(f"there is no {kind} to hide or to move")


def _hide(tenant: Tenant, source: Source) -> Undo:
    changes = Changes(tenant)
    changes.withhold(source.kind, source.id)

    def show() -> None:
        if source in tenant.withheld:
            changes.release(source.kind, source.id)

    return show


def _drift(deed: Drift, tenant: Tenant) -> Undo:
    if deed.how == "remove":
        return _hide(tenant, source_of(tenant, deed.kind, deed.id))
    return nothing


def touch(deed: Touch, tenant: Tenant) -> None:
    """The document is changed now, in nothing but its stamp."""
    source = source_of(tenant, deed.kind, deed.id)
    changes, now = Changes(tenant), tenant.now()
    if source.kind == VENDOR:
        tenant.put_vendor(replace(changes.vendor(source.id), modified_at=now))
    elif source.kind == BILL:
        tenant.put_bill(replace(changes.bill(source.id), modified_at=now))
    else:
        tenant.put_order(replace(changes.order(source.id), modified_at=now))


def _skew(deed: Skew, world: World) -> Undo:
    tenant, settings = world.tenant, world.settings

    def move(by: timedelta) -> None:
        if deed.of == "syspro":
            for ledger in world.companies:
                ledger.clock_offset += by
        else:
            tenant.skew += by
            settings.date_skew += by

    by = timedelta(seconds=deed.seconds)
    move(by)
    return lambda: move(-by)


def _close(deed: ClosePeriod, ledger: Ledger) -> Undo:
    year, month = deed.year, deed.month
    if deed.letter:
        period = ledger.period(deed.letter)
        year, month = period.year, period.month
    control = ledger.tables["GenControl"].get((ledger.company,))
    was_open = control is None or control[status_column(control, year, month)] != CLOSED
    ledger.set_period(year, month, is_open=False)

    def reopen() -> None:
        if was_open:
            ledger.set_period(year, month, is_open=True)

    return reopen


def row_key(ledger: Ledger, table: str, given: Sequence[str]) -> Key:
    """The key as the tables have it, of a row as people write it; raises `ValueError`."""
    if table not in ledger.tables:
        raise ValueError(f"SYSPRO has no table {table}")
    names = ledger.tables[table].shape.keys
    if len(given) != len(names):
        raise ValueError(f"the key of {table} is {', '.join(names)}")
    rules = ledger.key_rules
    return tuple(
        rules[name].stored(part) if name in rules else part
        for name, part in zip(names, given, strict=True)
    )
