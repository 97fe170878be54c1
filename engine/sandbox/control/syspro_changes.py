"""The changes of SYSPRO by their names; orders and suppliers by their keys in any form.

A change of a company's books may name its `company`; the first is meant where it does not.
"""

from typing import Final

from engine.sandbox.control.change import Change, Entry, ledger_of
from engine.sandbox.faults.states import row_key
from engine.sandbox.json_fields import Fields
from engine.sandbox.syspro.balances import aged
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import Key
from engine.sandbox.world import World


def _period(is_open: bool) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        ledger = ledger_of(fields, world)
        year, month = _year_and_month(fields, ledger)
        fields.done()
        ledger.set_period(year, month, is_open=is_open)
        return {"year": year, "month": month}

    return change


def _move_to_period(fields: Fields, world: World) -> Entry:
    ledger = ledger_of(fields, world)
    year, month = fields.whole("year", least=1), fields.whole("month", least=1)
    fields.done()
    if month > 12:
        raise fields.wrong("month", "a whole number from 1 to 12")
    before = ledger.period("C")
    ledger.move_to_period(year, month)
    _age_invoices(ledger, (year - before.year) * 12 + month - before.month)
    return {"year": year, "month": month}


def _age_invoices(ledger: Ledger, months: int) -> None:
    """What invoices owed when the months ended is kept; nothing is if the ledger moved back."""
    invoices = ledger.tables["ApInvoice"]
    for row in list(invoices.in_order()) if months > 0 else ():
        invoices.put(aged(row, months))


def _year_and_month(fields: Fields, ledger: Ledger) -> tuple[int, int]:
    """By number, or by the letter of PostingPeriod (C, P, B)."""
    if fields.has("year"):
        return fields.whole("year", least=1), fields.whole("month", least=1)
    period = ledger.period(fields.choice("period", ("C", "P", "B"), "C"))
    return period.year, period.month


def _supplier_hold(is_held: bool) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        ledger = ledger_of(fields, world)
        supplier = fields.text("supplier")
        fields.done()
        key = ledger.key_rules["Supplier"].stored(supplier)
        if (key,) not in ledger.tables["ApSupplier"]:
            raise ValueError(f"there is no supplier {supplier}")
        ledger.set_supplier_hold(key, is_held)
        return {"supplier": key}

    return change


def _ledger_hold(is_held: bool) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        ledger = ledger_of(fields, world)
        code = fields.text("ledger_code")
        fields.done()
        if (ledger.company, code) not in ledger.tables["GenMaster"]:
            raise ValueError(f"there is no ledger code {code}")
        ledger.set_ledger_hold(code, is_held)
        return {"ledger_code": code}

    return change


def _log_off(fields: Fields, world: World) -> Entry:
    operator = fields.text("operator").upper()
    fields.done()
    if not world.sessions.is_live(operator):
        raise ValueError(f"operator {operator} is not logged on")
    world.sessions.revoke(operator)
    return {"operator": operator}


def _lock(fields: Fields, world: World) -> Entry:
    ledger = ledger_of(fields, world)
    table, key = _row(fields, ledger)
    ledger.lock(table, key)
    return {"table": table, "key": list(key)}


def _unlock(fields: Fields, world: World) -> Entry:
    ledger = ledger_of(fields, world)
    table, key = _row(fields, ledger)
    ledger.unlock(table, key)
    return {"table": table, "key": list(key)}


def _row(fields: Fields, ledger: Ledger) -> tuple[str, Key]:
    table, key = fields.text("table"), fields.texts("key")
    fields.done()
    return table, row_key(ledger, table, key)


SYSPRO: Final[dict[str, Change]] = {
    "close_period": _period(is_open=False),
    "open_period": _period(is_open=True),
    "move_to_period": _move_to_period,
    "hold_supplier": _supplier_hold(is_held=True),
    "release_supplier": _supplier_hold(is_held=False),
    "hold_ledger_code": _ledger_hold(is_held=True),
    "release_ledger_code": _ledger_hold(is_held=False),
    "log_off": _log_off,
    "lock_row": _lock,
    "unlock_row": _unlock,
}
"""Every change by its name."""
