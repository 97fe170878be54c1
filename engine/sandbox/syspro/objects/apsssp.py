"""APSSSP: suppliers added, changed and deleted (Setup/Add, Setup/Update, Setup/Delete).

Rules (syspro.md §3.6): the key is given by the caller, or by SYSPRO with automatic (numeric)
numbering, whose number comes back in the reply; a duplicate key is refused with 120001;
branch, terms, currency, bank, tax code and merchandise account must be on file; IgnoreWarnings
defaults to Y, ApplyIfEntireDocumentValid and ValidateOnly to N, GrnMatchReqd and PurchOrdAllowed
to Y, OnHold to N. Class and area are checked where the setup says so, and then against the classes
and areas that other suppliers have (no table of them is known). Decisions (unverified): name,
branch and terms are needed on Add; an element left out of an Update keeps the stored value; a
supplier with orders or invoices cannot be deleted; with automatic numbering a key given is an
error.
"""

from dataclasses import dataclass
from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keyrules import STORED_DIGITS
from engine.sandbox.syspro.keys import shown_key, table_key
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row, Value, whole

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
    "ChLanguage": (("05", "07", "08", "11", "12"), "05"),
    "PoDefaultDoc": ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0"),
}
_LAST_CHEQUE_DAY: Final = 28
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
    shown: str = ""
    rows: dict[str, Row]
    faults: list[Fault]


def add(call: Call) -> str:
    """Suppliers that are new and valid are on file; the reply says which."""
    return _setup(call, is_new=True)


def update(call: Call) -> str:
    """Suppliers on file have the values given; what is left out keeps its value."""
    return _setup(call, is_new=False)


def delete(call: Call) -> str:
    """Suppliers without orders and invoices are gone; the reply says which."""
    warnings = call.parameter("IgnoreWarnings", "Y")
    plans = [_plan_delete(call, item) for item in call.items(ROOT, "Item")]
    is_stopped = call.parameter("ApplyIfEntireDocumentValid", "N") == "Y" and any(
        plan.faults for plan in plans
    )
    if call.parameter("ValidateOnly", "N") != "Y" and not is_stopped:
        for plan in plans:
            if not plan.faults:
                _delete(call, plan)
    return _reply(call, plans, warnings)


def _plan_delete(call: Call, item: Element) -> _Plan:
    ledger = call.ledger
    key = Fields(item.path("Key"), [], shown="{Item}{Key}")
    shown = key.text("Supplier", 15, is_needed=True)
    supplier = table_key(ledger, "Supplier", shown)
    if shown and (supplier,) not in ledger.tables["ApSupplier"]:
        key.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", shown)
    in_use = ("PorMasterHdr", "ApInvoice", "ApRegistered", "GrnDetails")
    if supplier and any(ledger.tables[name].where("Supplier", supplier) for name in in_use):
        key.fault(invented.SUPPLIER_IN_USE, "Supplier", shown)
    call.find_locked(key, "Supplier", "ApSupplier", supplier)
    return _Plan(supplier=supplier, shown=shown, rows={}, faults=key.faults)


def _delete(call: Call, plan: _Plan) -> None:
    ledger, gone = call.ledger, {}
    for name in ("ApSupplier", "ApSupplierAddr", "ApSupplierExt"):
        row = ledger.tables[name].get((plan.supplier,))
        if row is not None:
            gone[name] = [row]
            del ledger.tables[name][(plan.supplier,)]
    ledger.wrote(
        "supplier",
        (plan.supplier,),
        business_object="APSSSP",
        action="Delete",
        operator=call.operator,
        rows=gone,
    )


def _setup(call: Call, *, is_new: bool) -> str:
    warnings = call.parameter("IgnoreWarnings", "Y")
    all_or_none = call.parameter("ApplyIfEntireDocumentValid", "N") == "Y"
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    items = call.items(ROOT, "Item")
    if all_or_none or is_trial:
        plans = [_plan(call, item, is_new=is_new) for item in items]
        refused = any(rejects(plan.faults, warnings) for plan in plans)
        if not is_trial and not refused:
            plans = [_applied(call, plan, is_new=is_new) for plan in plans]
    else:
        plans = []
        for item in items:
            plan = _plan(call, item, is_new=is_new)
            if not rejects(plan.faults, warnings):
                plan = _applied(call, plan, is_new=is_new)
            plans.append(plan)
    return _reply(call, plans, warnings)


def _reply(call: Call, plans: list[_Plan], warnings: str) -> str:
    reply = Reply(ROOT.lower(), "APSSSP")
    for plan in plans:
        reply.open("item")
        reply.open("key")
        reply.leaf("supplier", shown_key(call.ledger, "Supplier", plan.supplier) or plan.shown)
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
    if is_new and not plan.supplier:
        plan = _numbered(ledger, plan)
    if is_new and (plan.supplier,) in ledger.tables["ApSupplier"]:
        fault = refusals.DUPLICATE.at("Supplier", plan.supplier, plan.supplier, "ApSupplier")
        return _Plan(supplier=plan.supplier, rows={}, faults=[*plan.faults, fault])
    stored = {name: [ledger.tables[name].put(row)] for name, row in plan.rows.items()}
    ledger.wrote(
        "supplier",
        (plan.supplier,),
        business_object="APSSSP",
        action="Add" if is_new else "Update",
        operator=call.operator,
        rows=stored,
    )
    return plan


def _numbered(ledger: Ledger, plan: _Plan) -> _Plan:
    """The plan under the next automatic supplier number."""
    while True:
        supplier = str(ledger.next_supplier).zfill(STORED_DIGITS)
        ledger.next_supplier += 1
        if (supplier,) not in ledger.tables["ApSupplier"]:
            rows = {name: {**row, "Supplier": supplier} for name, row in plan.rows.items()}
            return _Plan(supplier=supplier, rows=rows, faults=plan.faults)


def _plan(call: Call, item: Element, *, is_new: bool) -> _Plan:
    ledger = call.ledger
    faults: list[Fault] = []
    key = Fields(item.path("Key"), faults, shown="{Item}{Key}")
    rule = ledger.key_rules["Supplier"]
    is_ours = rule.is_automatic and is_new
    shown = key.text("Supplier", 15, is_needed=not is_ours)
    supplier = rule.stored(shown) if shown else ""
    if shown and is_new and (is_ours or not rule.takes(shown)):
        key.fault(invented.KEY_FORM, "Supplier", shown, shown, "supplier")
    if supplier:
        call.find_locked(key, "Supplier", "ApSupplier", supplier)
    stored = ledger.tables["ApSupplier"].get((supplier,))
    if supplier and is_new and stored is not None:
        key.fault(refusals.DUPLICATE, "Supplier", shown, shown, "ApSupplier")
    if supplier and not is_new and stored is None:
        key.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", supplier)
    if faults:
        return _Plan(supplier=supplier, shown=shown, rows={}, faults=faults)
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
    row: Row = whole(stored or {})
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
        row["DateSuppAdded"] = ledger.today()
    row["DateSuppAdded"] = fields.day("DateSuppAdded") or row["DateSuppAdded"]
    if number(row.get("DefaultChequeDay")) > _LAST_CHEQUE_DAY:
        shown = fields.element.value("DefaultChequeDay")
        fields.fault(invented.NOT_ALLOWED, "DefaultChequeDay", shown, shown, "DefaultChequeDay")
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
            amount = fields.number(column.name, digits, column.scale)
            if amount is not None:
                values[column.name] = amount
        else:
            values[column.name] = fields.text(column.name, column.length)
    return values


def _check(ledger: Ledger, fields: Fields, row: Row) -> None:
    setup = ledger.payables
    for name, is_checked in (
        ("SupplierClass", setup.validates_supplier_class),
        ("Area", setup.validates_area),
    ):
        value = text(row.get(name))
        others = ledger.tables["ApSupplier"].values()
        if is_checked and value and all(other[name] != value for other in others):
            fields.fault(invented.CLASS_NEEDED, name, value)
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
