"""APSSSP: suppliers added and changed (Setup/Add, Setup/Update).

Rules (syspro.md §3.6): the key is given by the caller; a duplicate key is refused with 120001;
branch, terms, currency, bank, tax code and merchandise account must be on file; IgnoreWarnings
defaults to Y, ApplyIfEntireDocumentValid and ValidateOnly to N, GrnMatchReqd and PurchOrdAllowed
to Y, OnHold to N. Decisions (unverified): name, branch and terms are needed on Add; an element
left out of an Update keeps the stored value.
"""

from dataclasses import dataclass
from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row, Value

ROOT: Final = "SetupApSupplier"

_FLAGS: Final = {
    "OnHold": ("YN", "N"),
    "PurchOrdAllowed": ("YN", "Y"),
    "GrnMatchReqd": ("YN", "Y"),
    "LctRequired": ("YN", "N"),
    "Contracts": ("YN", "N"),
    "PayByEft": ("YN", "N"),
    "FaxRemitFlag": ("YN", "N"),
    "Required1099": ("YN", "N"),
    "AskYtdValue1099": ("YN", "N"),
    "SupplierType": ("PT", "P"),
    "EdiTypeFlag": ("NYF", "N"),
    "AutoVoucherReqd": ("YN", "N"),
}
_NEEDED_ON_ADD: Final = frozenset({"SupplierName", "Branch", "TermsCode"})
_NOT_GIVEN: Final = frozenset({"Supplier", "LastChequePrint", "ReservedForUsa", "LastChequeBank"})
_NUMBERS: Final = frozenset(
    {"DefaultChequeDay", "NumMthsBeforDel", "MinPoVal", "MinPoMass", "MinPoVolume"}
    | {"DefaultFmt1099", "MinPay1099", "YtdAmount1099", "TransactionNature"}
)
_COLUMNS: Final = {
    table: {name.lower(): column for name, column in SHAPES[table].columns.items()}
    for table in ("ApSupplier", "ApSupplierAddr")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    supplier: str
    rows: dict[str, Row]
    faults: list[Fault]


def add(call: Call) -> str:
    """Suppliers that are new and valid are on file; the reply says which."""
    return _setup(call, is_new=True)


def update(call: Call) -> str:
    """Suppliers on file have the values given; what is left out keeps its value."""
    return _setup(call, is_new=False)


def _setup(call: Call, *, is_new: bool) -> str:
    warnings = call.parameter("IgnoreWarnings", "Y")
    all_or_none = call.parameter("ApplyIfEntireDocumentValid", "N") == "Y"
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    items = call.items(ROOT, "Item")
    if all_or_none or is_trial:
        plans = [_plan(call.ledger, item, is_new=is_new) for item in items]
        refused = any(rejects(plan.faults, warnings) for plan in plans)
        if not is_trial and not refused:
            plans = [_applied(call, plan, is_new=is_new) for plan in plans]
    else:
        plans = []
        for item in items:
            plan = _plan(call.ledger, item, is_new=is_new)
            if not rejects(plan.faults, warnings):
                plan = _applied(call, plan, is_new=is_new)
            plans.append(plan)
    return _reply(plans, warnings)


def _reply(plans: list[_Plan], warnings: str) -> str:
    reply = Reply(ROOT.lower(), "APSSSP")
    for plan in plans:
        reply.open("item")
        reply.open("key")
        reply.leaf("supplier", plan.supplier)
        reply.close("key")
        write_faults(reply, plan.faults, warnings, is_lower=True)
        reply.close("item")
    reply.open("StatusOfItems")
    reply.leaf("RecordsRead", str(len(plans)))
    reply.leaf("RecordsInvalid", str(sum(rejects(plan.faults, warnings) for plan in plans)))
    reply.close("StatusOfItems")
    return reply.text()


def _applied(call: Call, plan: _Plan, *, is_new: bool) -> _Plan:
    ledger = call.ledger
    if is_new and (plan.supplier,) in ledger.tables["ApSupplier"]:
        fault = refusals.DUPLICATE.at("Supplier", plan.supplier, plan.supplier, "ApSupplier")
        return _Plan(supplier=plan.supplier, rows={}, faults=[*plan.faults, fault])
    for name, row in plan.rows.items():
        ledger.tables[name].put(row)
    ledger.wrote(
        "supplier",
        (plan.supplier,),
        business_object="APSSSP",
        action="Add" if is_new else "Update",
        operator=call.operator,
        rows={name: [row] for name, row in plan.rows.items()},
    )
    return plan


def _plan(ledger: Ledger, item: Element, *, is_new: bool) -> _Plan:
    faults: list[Fault] = []
    key = Fields(item.path("Key"), faults, shown="{Item}{Key}")
    supplier = key.text("Supplier", 15, is_needed=True)
    stored = ledger.tables["ApSupplier"].get((supplier,))
    if supplier and is_new and stored is not None:
        key.fault(refusals.DUPLICATE, "Supplier", supplier, supplier, "ApSupplier")
    if supplier and not is_new and stored is None:
        key.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", supplier)
    if faults:
        return _Plan(supplier=supplier, rows={}, faults=faults)
    fields = Fields(item, faults)
    row = _supplier_row(ledger, fields, stored)
    row["Supplier"] = supplier
    _check(ledger, fields, row)
    address = dict(ledger.tables["ApSupplierAddr"].get((supplier,), {"Supplier": supplier}))
    address.update(_given(fields, "ApSupplierAddr"))
    return _Plan(
        supplier=supplier, rows={"ApSupplier": row, "ApSupplierAddr": address}, faults=faults
    )


def _supplier_row(ledger: Ledger, fields: Fields, stored: Row | None) -> Row:
    row: Row = dict(stored or {})
    for name, (allowed, default) in _FLAGS.items():
        if stored is None or fields.has(name):
            row[name] = fields.choice(name, allowed, default)
    for name in _NEEDED_ON_ADD:
        if stored is None or fields.has(name):
            length = SHAPES["ApSupplier"].columns[name].length
            row[name] = fields.text(name, length, is_needed=True)
    row.update(_given(fields, "ApSupplier"))
    if stored is None:
        row["Currency"] = text(row.get("Currency")) or ledger.local_currency
        row["DateSuppAdded"] = fields.day("DateSuppAdded", ledger.today())
    return row


def _given(fields: Fields, table: str) -> dict[str, Value]:
    """The columns of `table` that the caller names and no special rule covers."""
    values: dict[str, Value] = {}
    skipped = _NOT_GIVEN | _NEEDED_ON_ADD | _FLAGS.keys()
    for child in fields.element.children:
        column = _COLUMNS[table].get(child.name.lower())
        if column is None or column.name in skipped or column.kind == "D":
            continue
        if column.kind == "d":
            if column.name not in _NUMBERS:
                continue
            digits = column.precision - column.scale
            number = fields.number(column.name, digits, column.scale)
            if number is not None:
                values[column.name] = number
        else:
            values[column.name] = fields.text(column.name, column.length)
    return values


def _check(ledger: Ledger, fields: Fields, row: Row) -> None:
    for name, table, kind in (
        ("Branch", "ApBranch", invented.BRANCH_NOT_FOUND),
        ("TermsCode", "TblApTerms", invented.TERMS_NOT_FOUND),
        ("Currency", "TblCurrency", invented.CURRENCY_NOT_FOUND),
        ("Bank", "ApBank", invented.BANK_NOT_FOUND),
        ("DefTaxCode", "AdmTax", invented.TAX_NOT_FOUND),
    ):
        fields.known(name, text(row.get(name)), ledger.tables[table], kind)
    for name in ("MerchGlCode", "FreightGlCode"):
        code = text(row.get(name))
        if code and (ledger.company, code) not in ledger.tables["GenMaster"]:
            fields.fault(invented.LEDGER_NOT_FOUND, name, code)
