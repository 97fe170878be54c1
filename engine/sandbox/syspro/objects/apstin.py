"""APSTIN: AP invoices posted (Transaction/Post).

Rules (syspro.md §3.4): ValidateOnly defaults to N, ApplyIfEntireDocumentValid to Y, IgnoreWarnings
to N; (Supplier, Invoice) is unique; the currency is the supplier's; the period is C, P or B counted
from the current one and must be open; a supplier on hold is a warning; GRN matching is mandatory
for a supplier with GrnMatchReqd Y.

The balance (a decision, as the texts do say that an undistributed amount is refused but not how):

    sum(LedgerValue of every LedgerDistribution, tax-only lines included)
    + sum(values of the GRN matches)
    + TaxValue + SecondTaxValue (absent = 0)          == TransactionValue, exactly.

FreightCharge and MiscellaneousCharge are not added: their accounts and values are given in
LedgerDistribution. With AutomaticTaxCalculation Y the tax is computed instead: header TaxCode's
rate on ledger values plus matches, rounded to the cent, when TaxBasis is E; nothing when it is I;
the difference may then be up to PermissibleTaxVariance. All values are in the supplier's currency,
save LedgerValue under LedgerDistributionCurrency L (the default) for a foreign supplier: those are
local, and the comparison is made in local currency at the invoice's rate, rounded to the cent.
Only code I is handled as yet; the others are refused.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger, Period, cents, number, text
from engine.sandbox.syspro.objects import apstin_lines
from engine.sandbox.syspro.objects.apstin_lines import Distribution, Matching
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "PostApInvoice"


@dataclass(slots=True, kw_only=True)
class _Plan:
    supplier: str = ""
    invoice: str = ""
    code: str = "I"
    row: Row = field(default_factory=dict)
    matching: Matching = field(default_factory=Matching)
    distribution: Distribution = field(default_factory=Distribution)
    faults: list[Fault] = field(default_factory=list)
    journal: int = 0


def post(call: Call) -> str:
    """Valid invoices are in the ledger, all of them or each by itself; the reply tells each."""
    warnings = call.parameter("IgnoreWarnings", "N")
    all_or_none = call.parameter("ApplyIfEntireDocumentValid", "Y") == "Y"
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    plans: list[_Plan] = []
    seen: set[tuple[str, str]] = set()
    for item in call.items(ROOT, "Item"):
        plan = _planned(call, item, seen)
        plans.append(plan)
        if not all_or_none and not is_trial and not rejects(plan.faults, warnings):
            _apply(call, plan)
    refused = any(rejects(plan.faults, warnings) for plan in plans)
    if all_or_none and not is_trial and not refused:
        for plan in plans:
            _apply(call, plan)
    return _reply(call, plans, warnings)


def _reply(call: Call, plans: list[_Plan], warnings: str) -> str:
    reply = Reply(ROOT.lower(), "APSTIN")
    invalid = 0
    for position, plan in enumerate(plans, start=1):
        is_refused = rejects(plan.faults, warnings)
        invalid += is_refused
        reply.open("Item")
        if not is_refused:
            _write_transaction(reply, plan)
        write_faults(reply, plan.faults, warnings)
        if is_refused:
            reply.leaf("ItemNumber", f"{position:05}")
        reply.close("Item")
    reply.open("StatusOfItems")
    reply.open("GlJournal")
    for name in ("GlYear", "GlPeriod", "GlJournal", "GlJournalError", "GlJournalMessage"):
        reply.leaf(name)
    reply.close("GlJournal")
    reply.leaf("ItemsProcessed", f"{len(plans) - invalid:05}")
    reply.leaf("ItemsInvalid", f"{invalid:05}")
    reply.close("StatusOfItems")
    return reply.text()


def _write_transaction(reply: Reply, plan: _Plan) -> None:
    reply.open("Transaction")
    reply.open("Key")
    if plan.journal:
        reply.leaf("TrnYear", f"{number(plan.row['InvoiceYear']):.0f}")
        reply.leaf("TrnMonth", f"{int(number(plan.row['InvoiceMonth'])):02}")
        reply.leaf("Journal", f"{plan.journal:05}")
        reply.leaf("EntryNumber", "001")
    reply.close("Key")
    reply.leaf("Supplier", plan.supplier)
    reply.leaf("Invoice", plan.invoice)
    reply.leaf("TransactionCode", plan.code)
    reply.close("Transaction")


def _planned(call: Call, item: Element, seen: set[tuple[str, str]]) -> _Plan:
    ledger = call.ledger
    faults: list[Fault] = []
    fields = Fields(item, faults)
    code = fields.choice("TransactionCode", "IACDPVE", "I")
    plan = _Plan(
        supplier=fields.text("Supplier", 15, is_needed=True),
        invoice=fields.text("Invoice", 20, is_needed=True),
        code=code,
        faults=faults,
    )
    supplier = ledger.tables["ApSupplier"].get((plan.supplier,))
    if plan.supplier and supplier is None:
        fields.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", plan.supplier)
    if code != "I":
        fields.fault(invented.CODE_NOT_SUPPORTED, "TransactionCode", code)
    if faults or supplier is None:
        return plan
    if supplier["OnHold"] == "Y":
        fields.fault(invented.SUPPLIER_HOLD_WARNING, "Supplier", plan.supplier)
    key = (plan.supplier, plan.invoice)
    if key in ledger.tables["ApInvoice"] or key in seen:
        fields.fault(invented.INVOICE_ON_FILE, "Invoice", plan.invoice, plan.invoice, plan.supplier)
    seen.add(key)
    period = _period(call, fields)
    plan.row = _invoice_row(ledger, fields, supplier, period)
    is_foreign_ledger = call.parameter("LedgerDistributionCurrency", "L") == "F"
    plan.matching = apstin_lines.matched(ledger, item, plan.supplier, faults)
    plan.distribution = apstin_lines.distributed(ledger, item, faults)
    if supplier["GrnMatchReqd"] == "Y" and not any(item.named("GrnDetails")):
        fields.fault(invented.GRN_REQUIRED, "GrnDetails", plan.supplier)
    if not faults or all(fault.is_warning for fault in faults):
        _balance(call, fields, plan, is_foreign_ledger=is_foreign_ledger)
    return plan


def _period(call: Call, fields: Fields) -> Period:
    letter = call.parameter("PostingPeriod", "C")
    if letter not in ("C", "P", "B"):
        fields.fault(invented.NOT_ALLOWED, "PostingPeriod", letter, letter, "PostingPeriod")
        letter = "C"
    period = call.ledger.period(letter)
    if not period.is_open:
        shown = f"{period.month:02}/{period.year}"
        fields.fault(invented.PERIOD_CLOSED, "PostingPeriod", letter, letter, shown)
    return period


def _due(terms: str, invoice_date: date) -> date:
    """The invoice date plus the days that a numeric terms code names (a decision)."""
    return invoice_date + timedelta(days=int(terms) if terms.isdigit() else 0)


def _invoice_row(ledger: Ledger, fields: Fields, supplier: Row, period: Period) -> Row:
    value = fields.number("TransactionValue", 12, 2) or Decimal(0)
    if value == 0:
        fields.fault(invented.ZERO_INVOICE, "TransactionValue", "")
    elif value < 0:
        fields.fault(invented.NEGATIVE_INVOICE, "TransactionValue", str(value))
    branch = fields.text("Branch", 10, default=text(supplier["Branch"]))
    fields.known("Branch", branch, ledger.tables["ApBranch"], invented.BRANCH_NOT_FOUND)
    currency = text(supplier["Currency"]) or ledger.local_currency
    rate_row = ledger.tables["TblCurrency"].get((currency,), {})
    rate = fields.number("ExchRateAtEntry", 6, 6) if currency != ledger.local_currency else None
    today = ledger.today()
    invoice_date = fields.day("InvoiceDate", today) or today
    due = fields.day("DueDate") or _due(text(supplier["TermsCode"]), invoice_date)
    tax_code = fields.text("TaxCode", 3)
    fields.known("TaxCode", tax_code, ledger.tables["AdmTax"], invented.TAX_NOT_FOUND)
    rate = rate or number(rate_row.get("BuyExchangeRate")) or Decimal(1)
    return {
        "Supplier": supplier["Supplier"],
        "Invoice": fields.text("Invoice", 20),
        "NextPaymEntry": Decimal(2),
        "JournalDate": today,
        "Branch": branch,
        "InvoiceDate": invoice_date,
        "DiscountDate": fields.day("DiscountDate", invoice_date),
        "DueDate": due,
        "Reference": fields.text("TransactionReference", 30),
        "OrigInvValue": value,
        "OrigDiscValue": fields.number("DiscountableValue", 12, 2) or Decimal(0),
        "MthInvBal1": value,
        "Currency": currency,
        "Bank": text(supplier["Bank"]),
        "InvoiceYear": Decimal(period.year),
        "InvoiceMonth": Decimal(period.month),
        "ExchangeRate": rate,
        "OrigInvRate": rate,
        "FirstTaxCode": tax_code,
        "CurrencyValue": value,
        "PostCurrency": currency,
        "ConvRate": rate,
        "MulDiv": text(rate_row.get("BuyMulDiv")) or "M",
        "EntryNumber": Decimal(1),
        "FixExchangeRate": fields.choice("FixedExchRate", "YN", "N"),
    }


def _balance(call: Call, fields: Fields, plan: _Plan, *, is_foreign_ledger: bool) -> None:
    """A fault is noted unless what is distributed equals the transaction value."""
    row = plan.row
    value = number(row["OrigInvValue"])
    currency, rate = text(row["Currency"]), number(row["ExchangeRate"])
    is_local_ledger = currency != call.ledger.local_currency and not is_foreign_ledger
    entered = sum(
        (fields.number(name, 12, 2) or Decimal(0) for name in ("TaxValue", "SecondTaxValue")),
        Decimal(0),
    )
    matched, ledger_lines = plan.matching.value, plan.distribution.value
    if is_local_ledger:
        value = cents(call.ledger.local_value(currency, value, rate))
        matched = cents(call.ledger.local_value(currency, matched, rate))
        entered = cents(call.ledger.local_value(currency, entered, rate))
    allowed = Decimal(0)
    if call.parameter("AutomaticTaxCalculation", "N") == "Y":
        entered = _computed_tax(call, fields, row, matched + ledger_lines)
        variance = call.parameter("PermissibleTaxVariance", "0")
        allowed = Decimal(variance) if variance.replace(".", "", 1).isdigit() else allowed
    total = matched + ledger_lines + entered
    if abs(total - value) > allowed:
        fields.fault(
            invented.UNDISTRIBUTED, "TransactionValue", str(value), f"{value:.2f}", f"{total:.2f}"
        )


def _computed_tax(call: Call, fields: Fields, row: Row, net: Decimal) -> Decimal:
    if fields.choice("TaxBasis", "EI", "E") == "I":
        return Decimal(0)
    code = call.ledger.tables["AdmTax"].get((text(row["FirstTaxCode"]),), {})
    return cents(net * number(code.get("CurTaxRate")) / 100)


def _apply(call: Call, plan: _Plan) -> None:
    ledger = call.ledger
    plan.journal = ledger.next_journal("AP")
    row = ledger.tables["ApInvoice"].put({**plan.row, "Journal": Decimal(plan.journal)})
    payment: Row = {
        "Supplier": plan.supplier,
        "Invoice": plan.invoice,
        "EntryNumber": Decimal(1),
        "TrnType": "I",
        "JournalDate": row["JournalDate"],
        "Journal": Decimal(plan.journal),
        "PaymentReference": row["Reference"],
        "TrnValue": row["OrigInvValue"],
        "TrnYear": row["InvoiceYear"],
        "TrnMonth": row["InvoiceMonth"],
        "PostValue": row["OrigInvValue"],
        "PostCurrency": row["Currency"],
        "PostConvRate": row["ExchangeRate"],
        "PostMulDiv": row["MulDiv"],
    }
    key = {"Supplier": plan.supplier, "Invoice": plan.invoice}
    written = {
        "ApInvoice": [row],
        "ApInvoicePay": [ledger.tables["ApInvoicePay"].put(payment)],
        "ApDistribution": [
            ledger.tables["ApDistribution"].put({**line, **key}) for line in plan.distribution.rows
        ],
        "GrnMatch": [ledger.tables["GrnMatch"].put({**line, **key}) for line in plan.matching.rows],
        "GrnDetails": [
            ledger.tables["GrnDetails"].put(
                {
                    **grn,
                    "GrnMatchedYear": row["InvoiceYear"],
                    "GrnMatchedMonth": row["InvoiceMonth"],
                }
            )
            for grn in plan.matching.grns.values()
        ],
    }
    ledger.wrote(
        "invoice",
        (plan.supplier, plan.invoice),
        business_object="APSTIN",
        action=plan.code,
        operator=call.operator,
        rows=written,
    )
