"""The master rows of a company of SYSPRO that go with a scenario. Pure.

Columns as in the facts (syspro.md §4); rows are partial, the ledger fills the rest. Period status
"O" open and "C" closed are invented letters (unverified): the anchor's month and those before it
that the company names are open, all others are closed. Every company knows every vendor.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.scenario import names
from engine.sandbox.scenario.companies import FIRST_COMPANY, Company
from engine.sandbox.scenario.model import Vendor
from engine.sandbox.scenario.references import References, ledger_code
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
_RATE_PLACES = Decimal("0.000001")
_ACCOUNT_TYPES = {0: "A", 1: "L", 2: "E", 3: "R", 4: "C", 5: "E"}


def master_rows(
    scenario: Scenario, company: Company = FIRST_COMPANY
) -> Mapping[str, Sequence[MasterRow]]:
    """The company's rows by table name, as its ledger loads them."""
    known = [vendor for vendor in scenario.vendors if vendor.binding != CREATED]
    references = scenario.references
    return {
        "ApSupplier": [_supplier(vendor, company) for vendor in known],
        "ApSupplierAddr": [_address(vendor) for vendor in known],
        "GenMaster": _ledger_codes(references, company),
        "GenControl": [_periods(scenario.anchor, company)],
        "TblCurrency": _currencies(references, company),
        "AdmTax": _tax_codes(references, company),
        "ApBranch": [
            {"Branch": branch, "Description": text, "ApBrnGlCode": company.ledger_code("2000-00")}
            for branch, text in (("10", "Head office"), ("20", "Overseas purchases"))
        ],
        "ApBank": [{"Bank": "MAIN", "Description": "Main account"}],
        "TblApTerms": [
            {"TermsCode": term.code, "Description": term.name} for term in references.terms.values()
        ],
        **_inventory(company),
    }


def _supplier(vendor: Vendor, company: Company) -> MasterRow:
    return {
        "Supplier": vendor.supplier,
        "SupplierName": vendor.name,
        "SupShortName": vendor.name[:20].strip(),
        "Branch": "10" if vendor.supplier_currency == company.local_currency else "20",
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


def _ledger_codes(references: References, company: Company) -> list[MasterRow]:
    rows: dict[str, MasterRow] = {}

    def add(code: str, text: str, type_: str, control: str = "N") -> None:
        if code and code not in rows:
            rows[code] = _ledger_row(company, code, text, type_, control)

    for code, text, type_, control in _FIXED_ACCOUNTS:
        add(company.ledger_code(code), text, type_, control)
    for account_code in references.account_codes.values():
        code, type_ = account_code.ledger_code, _ACCOUNT_TYPES[account_code.type]
        add(company.ledger_code(code), account_code.description, type_)
    for account in references.accounts.values():
        if account.department.location.company == company:
            text = f"{account.code.description}, {account.department.name}"
            add(ledger_code(account), text, _ACCOUNT_TYPES[account.code.type])
    for tax in references.taxes.values():
        add(company.ledger_code(tax.ledger_code), f"{tax.name} on purchases", "A")
    return list(rows.values())


def _ledger_row(company: Company, code: str, text: str, type_: str, control: str) -> MasterRow:
    return {
        "Company": company.id,
        "GlCode": code,
        "Description": text[:50],
        "AccountType": type_,
        "ControlAccFlag": control,
        "AccOnHldFlag": "N",
    }


def _periods(anchor: date, company: Company) -> MasterRow:
    row: MasterRow = {
        "Company": company.id,
        "GlYear": Decimal(anchor.year),
        "GlPeriod": Decimal(anchor.month),
    }
    current = anchor.year * 12 + anchor.month - 1
    for year, prefix in ((anchor.year, "CurYr"), (anchor.year - 1, "PrvYr")):
        for number in range(1, 16):
            month = min(number, 12)
            age = current - (year * 12 + month - 1)
            is_open = number <= 12 and 0 <= age < company.open_periods
            row[f"{prefix}PrdStat{number}"] = "O" if is_open else "C"
            row[f"{prefix}PrdEnd{number}"] = date(year, month, monthrange(year, month)[1])
    return row


def _currencies(references: References, company: Company) -> list[MasterRow]:
    """Every currency with its rate in the company's own: local units for one unit."""
    local = references.currencies[company.local_currency]
    return [
        {
            "Currency": currency.name,
            "Description": currency.description,
            "BuyExchangeRate": rate,
            "BuyMulDiv": "M",
            "SellExchangeRate": rate,
            "SellMulDiv": "M",
        }
        for currency in references.currencies.values()
        for rate in ((currency.rate / local.rate).quantize(_RATE_PLACES),)
    ]


def _tax_codes(references: References, company: Company) -> list[MasterRow]:
    rows = [
        _tax_code(tax.code, tax.name, tax.percent, company.ledger_code(tax.ledger_code))
        for tax in references.taxes.values()
        if tax.code
    ]
    return [_tax_code("E", "Exempt", Decimal(0), ""), *rows]


def _tax_code(code: str, text: str, percent: Decimal, ledger: str) -> MasterRow:
    return {
        "TaxCode": code,
        "Description": text,
        "CurTaxRate": percent,
        "TaxIncExcl": "E",
        "ApTaxGlCode": ledger,
    }


def _inventory(company: Company) -> dict[str, list[MasterRow]]:
    places = zip(
        company.warehouses, ("Finished goods", "Raw materials", "Maintenance"), strict=True
    )
    return {
        "InvMaster": [_stock_code(code, text, company) for code, text in names.STOCKED],
        "InvWarehouse": [
            {"StockCode": code, "Warehouse": warehouse}
            for code, _ in names.STOCKED
            for warehouse in company.warehouses
        ],
        "InvWhControl": [_warehouse(warehouse, text, company) for warehouse, text in places],
        "SalProductClassDes": [
            {"ProductClass": STOCK_CLASS, "Description": "Stocked goods"},
            {"ProductClass": NON_STOCK_CLASS, "Description": "Goods and services not stocked"},
        ],
    }


def _stock_code(code: str, text: str, company: Company) -> MasterRow:
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
        "WarehouseToUse": company.warehouses[0],
    }


def _warehouse(code: str, text: str, company: Company) -> MasterRow:
    return {
        "Warehouse": code,
        "Description": text,
        "WhLdgCtlAcc": company.ledger_code("1200-00"),
        "GrnLdgAcc": company.ledger_code("2100-00"),
    }
