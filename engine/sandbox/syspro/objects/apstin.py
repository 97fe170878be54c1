"""APSTIN: AP invoices, credit notes, debit notes and adjustments posted (Transaction/Post).

Rules (syspro.md §3.4): ValidateOnly defaults to N, ApplyIfEntireDocumentValid to Y, IgnoreWarnings
to N; an invoice (I) must be neither on file nor registered, for C, D and A it must be on file; the
currency is the supplier's; the period is C, P or B counted from the current one and must be open; a
supplier on hold is a warning; GRN matching is mandatory for an invoice of a supplier with
GrnMatchReqd Y. The balance is in `apstin_invoice`.

Decisions (unverified): a credit note takes its value off the invoice's balance, a debit note and an
adjustment add theirs, which only an adjustment may give below zero; a zero adjustment needs
PostZeroAdjustments Y; a credit beyond the balance is a warning; the entry's TransactionReference
is its PaymentReference; P, V and E cannot be posted.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import balances, invented, periods
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_key, table_key
from engine.sandbox.syspro.ledger import number, text
from engine.sandbox.syspro.objects import apstin_lines
from engine.sandbox.syspro.objects.apstin_invoice import entry_rate, find_balance, invoice_row
from engine.sandbox.syspro.objects.apstin_lines import Distribution, Matching
from engine.sandbox.syspro.periods import Period
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "PostApInvoice"
_ENTRIES: Final = ("C", "D", "A")


@dataclass(slots=True, kw_only=True)
class _Plan:
    supplier: str = ""
    invoice: str = ""
    code: str = "I"
    row: Row = field(default_factory=dict)
    reference: str = ""
    value: Decimal = Decimal(0)
    rate: Decimal = Decimal(1)
    period: Period | None = None
    entry: int = 1
    matching: Matching = field(default_factory=Matching)
    distribution: Distribution = field(default_factory=Distribution)
    faults: list[Fault] = field(default_factory=list)
    journal: int = 0


def post(call: Call) -> str:
    """Valid entries are in the ledger, all of them or each by itself; the reply tells each.

    All are validated before the first is posted (syspro.md §3.0); each is then posted upon what the
    ones before it have left.
    """
    warnings = call.parameter("IgnoreWarnings", "N")
    all_or_none = call.parameter("ApplyIfEntireDocumentValid", "Y") == "Y"
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    items, seen = call.items(ROOT, "Item"), set[tuple[str, str]]()
    if is_trial or (all_or_none and len(items) > 1):
        plans = [_planned(call, item, seen) for item in items]
        if is_trial or any(rejects(plan.faults, warnings) for plan in plans):
            return _reply(call, plans, warnings)
    return _reply(call, [_posted(call, item, warnings) for item in items], warnings)


def _posted(call: Call, item: Element, warnings: str) -> _Plan:
    """The item planned on the ledger as the items before it left it, and applied if it may be."""
    plan = _planned(call, item, set())
    if not rejects(plan.faults, warnings):
        _apply(call, plan)
    return plan


def _reply(call: Call, plans: list[_Plan], warnings: str) -> str:
    reply = Reply(ROOT.lower(), "APSTIN")
    invalid = 0
    for position, plan in enumerate(plans, start=1):
        is_refused = rejects(plan.faults, warnings)
        invalid += is_refused
        reply.open("Item")
        if not is_refused:
            _write_transaction(call, reply, plan)
        write_faults(reply, plan.faults, warnings)
        if is_refused:
            reply.leaf("ItemNumber", f"{position:05}")
        reply.close("Item")
    reply.open("StatusOfItems")
    reply.open("GlJournal")
    for name in ("GlYear", "GlPeriod", "GlJournal", "GlJournalError", "GlJournalMessage"):
        reply.leaf(name)
    reply.close("GlJournal")
    reply.leaf("ItemsProcessed", str(len(plans) - invalid))
    reply.leaf("ItemsInvalid", str(invalid))
    reply.close("StatusOfItems")
    return reply.text()


def _write_transaction(call: Call, reply: Reply, plan: _Plan) -> None:
    reply.open("Transaction")
    reply.open("Key")
    if plan.journal and plan.period is not None:
        reply.leaf("TrnYear", str(plan.period.year))
        reply.leaf("TrnMonth", f"{plan.period.month:02}")
        reply.leaf("Journal", f"{plan.journal:05}")
        reply.leaf("EntryNumber", "001")
    reply.close("Key")
    reply.leaf("Supplier", shown_key(call.ledger, "Supplier", plan.supplier))
    reply.leaf("Invoice", plan.invoice)
    reply.leaf("TransactionCode", plan.code)
    reply.close("Transaction")


def _planned(call: Call, item: Element, seen: set[tuple[str, str]]) -> _Plan:
    ledger = call.ledger
    faults: list[Fault] = []
    fields = Fields(item, faults)
    shown = fields.text("Supplier", 15, is_needed=True)
    plan = _Plan(
        supplier=table_key(ledger, "Supplier", shown),
        invoice=fields.text("Invoice", 20, is_needed=True),
        code=fields.choice("TransactionCode", "IACDPVE", "I"),
        reference=fields.text("TransactionReference", 30),
        faults=faults,
    )
    supplier = ledger.tables["ApSupplier"].get((plan.supplier,))
    if shown and supplier is None:
        fields.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", shown)
    if plan.code not in ("I", *_ENTRIES):
        fields.fault(invented.CODE_NOT_POSTED, "TransactionCode", plan.code)
    if faults or supplier is None:
        return plan
    call.find_locked(fields, "Supplier", "ApSupplier", plan.supplier)
    call.find_locked(fields, "Invoice", "ApInvoice", plan.supplier, plan.invoice)
    if supplier["OnHold"] == "Y":
        fields.fault(invented.SUPPLIER_HOLD_WARNING, "Supplier", shown)
    plan.period = _period(call, fields)
    if plan.code == "I":
        _plan_invoice(call, fields, plan, supplier, seen)
    else:
        _plan_entry(call, fields, plan)
    if plan.row and all(fault.is_warning for fault in faults):
        find_balance(
            call,
            fields,
            {**plan.row, "Currency": plan.row["Currency"], "ExchangeRate": plan.rate},
            plan.value,
            matched=plan.matching.value,
            ledger_lines=plan.distribution.value,
        )
    return plan


def _plan_invoice(
    call: Call, fields: Fields, plan: _Plan, supplier: Row, seen: set[tuple[str, str]]
) -> None:
    ledger, key = call.ledger, (plan.supplier, plan.invoice)
    is_known = key in ledger.tables["ApInvoice"] or key in ledger.tables["ApRegistered"]
    if is_known or key in seen:
        fields.fault(invented.INVOICE_ON_FILE, "Invoice", plan.invoice, plan.invoice, key[0])
    seen.add(key)
    assert plan.period is not None
    plan.row = invoice_row(call, fields, supplier, plan.period)
    plan.value, plan.rate = number(plan.row["OrigInvValue"]), number(plan.row["ExchangeRate"])
    plan.matching = apstin_lines.matched(ledger, fields.element, plan.supplier, fields.faults)
    plan.distribution = apstin_lines.distributed(ledger, fields.element, fields.faults)
    if supplier["GrnMatchReqd"] == "Y" and not any(fields.element.named("GrnDetails")):
        fields.fault(invented.GRN_REQUIRED, "GrnDetails", plan.supplier)


def _plan_entry(call: Call, fields: Fields, plan: _Plan) -> None:
    ledger = call.ledger
    stored = ledger.tables["ApInvoice"].get((plan.supplier, plan.invoice))
    if stored is None:
        key = (plan.invoice, plan.supplier)
        fields.fault(invented.NO_INVOICE, "Invoice", plan.invoice, *key)
        return
    plan.row, plan.entry = stored, int(number(stored["NextPaymEntry"])) or 2
    value = fields.number("TransactionValue", 12, 2) or Decimal(0)
    allows_zero = plan.code == "A" and call.parameter("PostZeroAdjustments", "N") == "Y"
    if value == 0 and not allows_zero:
        fields.fault(invented.ZERO_ADJUSTMENT, "TransactionValue", "")
    elif value < 0 and plan.code != "A":
        fields.fault(invented.NEGATIVE_INVOICE, "TransactionValue", str(value))
    plan.value = value
    plan.rate = entry_rate(ledger, fields, text(stored["Currency"]))
    plan.distribution = apstin_lines.distributed(
        ledger, fields.element, fields.faults, entry=plan.entry, sign=-1 if plan.code == "C" else 1
    )
    balance = number(stored["MthInvBal1"])
    if plan.code == "C" and value > balance:
        shown = (f"{value:.2f}", f"{balance:.2f}")
        fields.fault(invented.OVER_INVOICE, "TransactionValue", shown[0], *shown)


def _period(call: Call, fields: Fields) -> Period:
    letter = call.parameter("PostingPeriod", "C")
    if letter not in periods.LETTERS:
        fields.fault(invented.NOT_ALLOWED, "PostingPeriod", letter, letter, "PostingPeriod")
        letter = "C"
    period = call.ledger.period(letter)
    if not period.is_open:
        shown = f"{period.month:02}/{period.year}"
        fields.fault(invented.PERIOD_CLOSED, "PostingPeriod", letter, letter, shown)
    return period


def _apply(call: Call, plan: _Plan) -> None:
    ledger, tables = call.ledger, call.ledger.tables
    assert plan.period is not None
    plan.journal = ledger.next_journal("AP")
    row = tables["ApInvoice"].put(_invoice_after(plan))
    key = {"Supplier": plan.supplier, "Invoice": plan.invoice}
    matched = {
        "GrnMatchedYear": Decimal(plan.period.year),
        "GrnMatchedMonth": Decimal(plan.period.month),
    }
    written = {
        "ApInvoice": [row],
        "ApInvoicePay": [tables["ApInvoicePay"].put(_entry_row(call, plan, row))],
        "ApDistribution": [
            tables["ApDistribution"].put({**line, **key}) for line in plan.distribution.rows
        ],
        "GrnMatch": [tables["GrnMatch"].put({**line, **key}) for line in plan.matching.rows],
        "GrnDetails": [
            tables["GrnDetails"].put({**grn, **matched}) for grn in plan.matching.grns.values()
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


def _signed(plan: _Plan) -> Decimal:
    """What the entry does to the invoice's balance."""
    return -plan.value if plan.code == "C" else plan.value


def _invoice_after(plan: _Plan) -> Row:
    assert plan.period is not None
    after = balances.moved(plan.row, _signed(plan), plan.period)
    if plan.code == "I":
        after["Journal"] = Decimal(plan.journal)
        return after
    after["NextPaymEntry"] = Decimal(plan.entry + 1)
    if plan.code == "A":
        after["TotalAdjustments"] = number(plan.row["TotalAdjustments"]) + plan.value
    return after


def _entry_row(call: Call, plan: _Plan, invoice: Row) -> Row:
    assert plan.period is not None
    return {
        "Supplier": plan.supplier,
        "Invoice": plan.invoice,
        "EntryNumber": Decimal(plan.entry),
        "TrnType": plan.code,
        "JournalDate": call.ledger.today(),
        "Journal": Decimal(plan.journal),
        "PaymentReference": plan.reference,
        "TrnValue": _signed(plan),
        "TrnYear": Decimal(plan.period.year),
        "TrnMonth": Decimal(plan.period.month),
        "PostValue": _signed(plan),
        "PostCurrency": invoice["Currency"],
        "PostConvRate": plan.rate,
        "PostMulDiv": invoice["MulDiv"],
    }
