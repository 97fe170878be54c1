"""The master rows of SYSPRO's company that go with a scenario. Pure.

Columns as in the facts (syspro.md §4); rows are partial, the ledger fills the rest. Period status
"O" open and "C" closed are invented letters (unverified): the anchor's month and the two before it
are open, all others are closed.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import Vendor
from engine.sandbox.scenario.references import (
    COMPANY,
    LOCAL_CURRENCY,
    WAREHOUSES,
    References,
    ledger_code,
)
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.vendors import CREATED

Cell: TypeAlias = str | Decimal | date | None
MasterRow: TypeAlias = dict[str, Cell]

STOCK_CLASS, NON_STOCK_CLASS = "STCK", "NONS"
_FIXED_ACCOUNTS = (
    ("1100-00", "Bank, current account", "A", "N"),
    ("2000-00", "Accounts payable control", "L", "Y"),
    ("2100-00", "Goods received, not invoiced", "L", "Y"),
    ("4900-00", "Purchase discounts taken", "R", "N"),
)
_ACCOUNT_TYPES = {0: "A", 1: "L", 2: "E", 3: "R", 4: "C", 5: "E"}


def master_rows(scenario: Scenario) -> Mapping[str, Sequence[MasterRow]]:
    """The rows by table name, as the ledger loads them."""
    known = [vendor for vendor in scenario.vendors if vendor.binding != CREATED]
    references = scenario.references
    return {
        "ApSupplier": [_supplier(vendor) for vendor in known],
        "ApSupplierAddr": [_address(vendor) for vendor in known],
        "GenMaster": _ledger_codes(references),
        "GenControl": [_periods(scenario.anchor)],
        "TblCurrency": _currencies(references),
        "AdmTax": _tax_codes(references),
        "ApBranch": [
            {"Branch": branch, "Description": text, "ApBrnGlCode": "2000-00"}
            for branch, text in (("10", "Head office"), ("20", "Overseas purchases"))
        ],
        "ApBank": [{"Bank": "MAIN", "Description": "Main account"}],
        "TblApTerms": [
            {"TermsCode": term.code, "Description": term.name} for term in references.terms.values()
        ],
        **_inventory(),
    }


def _supplier(vendor: Vendor) -> MasterRow:
    return {
        "Supplier": vendor.supplier,
        "SupplierName": vendor.name,
        "SupShortName": vendor.name[:20].strip(),
        "Branch": "10" if vendor.supplier_currency == LOCAL_CURRENCY else "20",
        "Bank": "MAIN",
        "Currency": vendor.supplier_currency,
        "TermsCode": vendor.term.code,
        "Telephone": vendor.phone,
        "Contact": vendor.contact,
        "Email": vendor.email,
        "PurchOrdAllowed": "Y",
        "GrnMatchReqd": "Y" if vendor.is_grn_matched else "N",
        "OnHold": "Y" if vendor.is_on_hold else "N",
    }


def _address(vendor: Vendor) -> MasterRow:
    return {
        "Supplier": vendor.supplier,
        "SupAddr1": vendor.address,
        "SupAddr2": vendor.city,
        "SupAddr4": vendor.state,
        "SupAddr5": vendor.country,
        "SupPostalCode": vendor.postal_code,
    }


def _ledger_codes(references: References) -> list[MasterRow]:
    rows: dict[str, MasterRow] = {
        code: _ledger_row(code, text, type_, control)
        for code, text, type_, control in _FIXED_ACCOUNTS
    }
    for account_code in references.account_codes.values():
        code = account_code.ledger_code
        if code:
            type_ = _ACCOUNT_TYPES[account_code.type]
            rows[code] = _ledger_row(code, account_code.description, type_, "N")
    for account in references.accounts.values():
        code = ledger_code(account)
        if code:
            text = f"{account.code.description}, {account.department.name}"
            type_ = _ACCOUNT_TYPES[account.code.type]
            rows.setdefault(code, _ledger_row(code, text, type_, "N"))
    for tax in references.taxes.values():
        if tax.ledger_code:
            text = f"{tax.name} on purchases"
            rows[tax.ledger_code] = _ledger_row(tax.ledger_code, text, "A", "N")
    return list(rows.values())


def _ledger_row(code: str, text: str, type_: str, control: str) -> MasterRow:
    return {
        "Company": COMPANY,
        "GlCode": code,
        "Description": text[:50],
        "AccountType": type_,
        "ControlAccFlag": control,
        "AccOnHldFlag": "N",
    }


def _periods(anchor: date) -> MasterRow:
    row: MasterRow = {
        "Company": COMPANY,
        "GlYear": Decimal(anchor.year),
        "GlPeriod": Decimal(anchor.month),
    }
    current = anchor.year * 12 + anchor.month - 1
    for year, prefix in ((anchor.year, "CurYr"), (anchor.year - 1, "PrvYr")):
        for number in range(1, 16):
            month = min(number, 12)
            age = current - (year * 12 + month - 1)
            is_open = number <= 12 and 0 <= age <= 2
            row[f"{prefix}PrdStat{number}"] = "O" if is_open else "C"
            row[f"{prefix}PrdEnd{number}"] = date(year, month, monthrange(year, month)[1])
    return row


def _currencies(references: References) -> list[MasterRow]:
    return [
        {
            "Currency": currency.name,
            "Description": currency.description,
            "BuyExchangeRate": currency.rate,
            "BuyMulDiv": "M",
            "SellExchangeRate": currency.rate,
            "SellMulDiv": "M",
        }
        for currency in references.currencies.values()
    ]


def _tax_codes(references: References) -> list[MasterRow]:
    mapped = [tax for tax in references.taxes.values() if tax.code]
    rows = [_tax_code(tax.code, tax.name, tax.percent, tax.ledger_code) for tax in mapped]
    return [_tax_code("E", "Exempt", Decimal(0), ""), *rows]


def _tax_code(code: str, text: str, percent: Decimal, ledger: str) -> MasterRow:
    return {
        "TaxCode": code,
        "Description": text,
        "CurTaxRate": percent,
        "TaxIncExcl": "E",
        "ApTaxGlCode": ledger,
    }


def _inventory() -> dict[str, list[MasterRow]]:
    places = zip(WAREHOUSES, ("Finished goods", "Raw materials", "Maintenance"), strict=True)
    return {
        "InvMaster": [_stock_code(code, text) for code, text in names.STOCKED],
        "InvWarehouse": [
            {"StockCode": code, "Warehouse": warehouse}
            for code, _ in names.STOCKED
            for warehouse in WAREHOUSES
        ],
        "InvWhControl": [_warehouse(warehouse, text) for warehouse, text in places],
        "SalProductClassDes": [
            {"ProductClass": STOCK_CLASS, "Description": "Stocked goods"},
            {"ProductClass": NON_STOCK_CLASS, "Description": "Goods and services not stocked"},
        ],
    }


def _stock_code(code: str, text: str) -> MasterRow:
    return {
        "StockCode": code,
        "Description": text,
        "LongDesc": text,
        "StockUom": "EA",
        "AlternateUom": "EA",
        "OtherUom": "EA",
        "ConvFactAltUom": Decimal(1),
        "ConvFactOthUom": Decimal(1),
        "ProductClass": STOCK_CLASS,
        "WarehouseToUse": WAREHOUSES[0],
    }


def _warehouse(code: str, text: str) -> MasterRow:
    return {
        "Warehouse": code,
        "Description": text,
        "WhLdgCtlAcc": "1200-00",
        "GrnLdgAcc": "2100-00",
    }
