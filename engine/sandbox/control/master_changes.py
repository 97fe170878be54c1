"""What people do with SYSPRO's master rows: suppliers, ledger codes, exchange rates; backups.

A change of a company's books may name its `company`; the first is meant where it does not.
Decision: a closed ledger code is gone from the chart, one on hold is still there.
"""

from decimal import Decimal
from typing import Final

from engine.sandbox.control.change import Change, Entry, decimal_of, ledger_of
from engine.sandbox.control.clerk import Members, screen_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import Row
from engine.sandbox.syspro.writes import CLERK
from engine.sandbox.world import BEGINNING, World

MOST_BACKUPS: Final = 16
PLACES_OF_RATE: Final = 6
_SUPPLIER_TEXTS: Final = {
    "name": "SupplierName",
    "short_name": "SupShortName",
    "currency": "Currency",
    "branch": "Branch",
    "terms": "TermsCode",
    "bank": "Bank",
    "email": "Email",
    "phone": "Telephone",
    "contact": "Contact",
    "tax_number": "TaxRegnNum",
    "tax_code": "DefTaxCode",
}
_SUPPLIER_FLAGS: Final = {
    "on_hold": "OnHold",
    "orders_allowed": "PurchOrdAllowed",
    "grn_matching": "GrnMatchReqd",
}


def _new_supplier(fields: Fields, world: World) -> Entry:
    """A supplier that a person set up; branch 10 and terms 30 unless they are named."""
    screen, shown = screen_of(fields, world), fields.text("supplier")
    given = {"Branch": "10", "TermsCode": "30", "GrnMatchReqd": "N", **_given(fields)}
    fields.done()
    if "SupplierName" not in given:
        raise ValueError(f"{fields.where}: name is missing")
    item: Members = {"Key": {"Supplier": shown}, **given}
    screen.post("APSSSP", ("SetupApSupplier", {"Item": item}), kind="add")
    return {"supplier": screen.ledger.key_rules["Supplier"].stored(shown)}


def _change_supplier(fields: Fields, world: World) -> Entry:
    """What is given of the supplier is other; what is left out stays."""
    screen = screen_of(fields, world)
    supplier = screen.supplier_of(fields)
    given = _given(fields)
    fields.done()
    if not given:
        wanted = ", ".join((*_SUPPLIER_TEXTS, *_SUPPLIER_FLAGS))
        raise ValueError(f"{fields.where}: one of {wanted} is to be given")
    item: Members = {"Key": {"Supplier": supplier}, **given}
    screen.post("APSSSP", ("SetupApSupplier", {"Item": item}), kind="update")
    return {"supplier": supplier}


def _given(fields: Fields) -> dict[str, str]:
    """The elements of APSSSP that the fields stand for."""
    texts = {
        element: fields.text(name) for name, element in _SUPPLIER_TEXTS.items() if fields.has(name)
    }
    flags = {
        element: "Y" if fields.flag(name, False) else "N"
        for name, element in _SUPPLIER_FLAGS.items()
        if fields.has(name)
    }
    return {**texts, **flags}


def _new_ledger_code(fields: Fields, world: World) -> Entry:
    """An account of the chart; an expense account unless `type` (A L C R E S T) says otherwise."""
    screen, code = screen_of(fields, world), fields.text("ledger_code")
    item: Members = {
        "Key": {"GlCode": code},
        "Description": fields.text("description", f"Account {code}"),
        "AccountType": fields.choice("type", tuple("ALCREST"), "E"),
        "ControlAccFlag": "Y" if fields.flag("control", False) else "N",
        "AccOnHldFlag": "N",
    }
    fields.done()
    screen.post("GENSCO", ("SetupGlCodes", {"Item": item}), kind="add")
    return {"ledger_code": code}


def _close_ledger_code(fields: Fields, world: World) -> Entry:
    """The account is gone from the chart; what was posted to it stays."""
    ledger, code = ledger_of(fields, world), fields.text("ledger_code")
    fields.done()
    key = (ledger.company, code)
    row = ledger.tables["GenMaster"].get(key)
    if row is None:
        raise ValueError(f"{fields.where}: there is no ledger code {code}")
    del ledger.tables["GenMaster"][key]
    _set_up(ledger, "GenMaster", row, "Delete")
    return {"ledger_code": code}


def _set_rate(fields: Fields, world: World) -> Entry:
    """The currency is worth so much of the local one; without `rate` it has none."""
    ledger, currency = ledger_of(fields, world), fields.text("currency")
    rate = decimal_of(fields, "rate", Decimal(0), PLACES_OF_RATE)
    fields.done()
    row = ledger.tables["TblCurrency"].get((currency,))
    if row is None or currency == ledger.local_currency or rate < 0:
        raise ValueError(f"{fields.where}: currency {currency} cannot have the rate {rate}")
    after = ledger.tables["TblCurrency"].put(
        {**row, "BuyExchangeRate": rate, "SellExchangeRate": rate}
    )
    _set_up(ledger, "TblCurrency", after, "Update")
    return {"currency": currency, "rate": str(rate)}


def _set_up(ledger: Ledger, table: str, row: Row, action: str) -> None:
    """The write of a master row that no business object knows is in the list."""
    ledger.wrote(
        "setup",
        ledger.tables[table].shape.key_of(row),
        business_object="",
        action=action,
        operator=CLERK,
        rows={table: [row]},
    )


def _save_company(fields: Fields, world: World) -> Entry:
    """A backup of SYSPRO's company under a name."""
    ledger, name = ledger_of(fields, world), fields.text("name", "backup")
    fields.done()
    known = _backups(world, ledger)
    if name == BEGINNING or (len(known) >= MOST_BACKUPS and name not in known):
        raise ValueError(f"{fields.where}: name is to be another; {MOST_BACKUPS} backups at most")
    world.backups[ledger.company, name] = ledger.snapshot()
    return {"name": name, "writes": ledger.sequence}


def _restore_company(fields: Fields, world: World) -> Entry:
    """SYSPRO's company is as the backup has it, or as it was at the beginning."""
    ledger = ledger_of(fields, world)
    name = fields.choice("name", _backups(world, ledger), BEGINNING)
    fields.done()
    ledger.restore(world.backups[ledger.company, name])
    return {"name": name, "writes": ledger.sequence}


def _backups(world: World, ledger: Ledger) -> list[str]:
    return [name for company, name in world.backups if company == ledger.company]


MASTERS: Final[dict[str, Change]] = {
    "new_supplier": _new_supplier,
    "change_supplier": _change_supplier,
    "new_ledger_code": _new_ledger_code,
    "close_ledger_code": _close_ledger_code,
    "set_rate": _set_rate,
    "save_company": _save_company,
    "restore_company": _restore_company,
}
"""Every change by its name."""
