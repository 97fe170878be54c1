"""A bill that SYSPRO paid in full is marked as paid in Procurify, once. Pure.

Paid is an invoice that owes nothing any more and has a payment that was not voided; its day is
that of the last payment. A part of it is shown and not written, for mark-as-paid has no amount
(rules.md §5.4). Nothing is ever un-paid: a voided payment is a person's. An invoice entered more
than 45 days ago is read once a day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import BillsPaid, procurify_addressee
from engine.core.keys import BILL, DocumentKey
from engine.core.money import ZERO, plain, read_amount, total
from projections.documents import bill_in
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    syspro_fact,
    text_of,
    written_back_fact,
    written_fact,
)
from projections.invoices import Bill
from projections.payments import PAID
from projections.plan.company import open_company
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Draft, Planned, hold, settle

REPORT = "bills_paid"
APPROVED = 2
IN_PAYMENT = frozenset({4, 6, 7, 8})
"""Paid, and the three steps of a payment on its way (procurify.md §5 BillStatus)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The bill's invoice in SYSPRO: what is paid of it, what it owes, and when it was paid last."""

    company: str
    paid: Decimal
    owed: Decimal
    paid_on: str

    @property
    def is_paid(self) -> bool:
        """Whether it is paid in full."""
        return self.paid > 0 and self.owed <= 0


def draft_payment(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is what was paid, and when."""
    bill, invoice = bill_in(facts.get(source_fact(document))), _invoice(facts, document)
    payload = object_of(facts.get(written_fact(_bill(document))), "payload")
    return Draft(
        number=text_of(payload, "invoice") or (bill.invoice if bill else document.id),
        amount=text_of(payload, "value"),
        currency=text_of(payload, "currency"),
        revision=f"paid {plain(invoice.paid)} {invoice.paid_on}".strip() if invoice else "",
        company=invoice.company if invoice else "",
    )


def plan_payment(facts: Facts, tenant: str, document: DocumentKey) -> Planned:
    """The bill to be marked as paid; raises `Stopped` where it is not, is already, or is held."""
    invoice = _invoice(facts, document)
    bill = bill_in(facts.get(source_fact(document)))
    if invoice is None or bill is None:
        settle("not_due")
    if not open_company(facts, invoice.company).policy.reports_payments:
        settle("off")
    back = facts.get(written_back_fact(document, REPORT))
    if back is not None:
        _settle_marked(facts, invoice)
    _require_one_side(facts, invoice, bill)
    if not invoice.paid:
        settle("not_due")
    if not invoice.is_paid:
        settle("partly_paid", detail=f"{plain(invoice.paid)} paid, {plain(invoice.owed)} owed")
    if bill.status != APPROVED:
        settle("not_due", detail=f"the bill is at status {bill.status} in Procurify")
    return Planned(
        payload=BillsPaid(bills=(document.id,), paid_on=_day(invoice.paid_on)),
        action="pay",
        part=f"payment after {number_of(back, 'count')}",
        revision=f"paid {plain(invoice.paid)} {invoice.paid_on}",
        external_key="",
        company=procurify_addressee(document.source),
    )


def _settle_marked(facts: Facts, invoice: Invoice) -> None:
    """We marked it: it stays so, and a payment that was voided since is a person's."""
    detail = f"{plain(invoice.owed)} owed again"
    if not invoice.is_paid:
        hold_unless_accepted(facts, "PAYMENT_VOIDED", detail)
    settle("in_procurify", detail="" if invoice.is_paid else detail)


def _require_one_side(facts: Facts, invoice: Invoice, bill: Bill) -> None:
    """It is not paid in both systems; a person may say that the two are one payment."""
    if not invoice.paid or not (bill.status in IN_PAYMENT or bill.has_payment):
        return
    detail = f"{plain(invoice.paid)} paid in SYSPRO on {invoice.paid_on}"
    hold_unless_accepted(facts, "PAID_ON_BOTH_SIDES", detail)
    settle("in_procurify", detail=detail)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        hold("SOURCE_UNREADABLE", f"ApInvoicePay.JournalDate: {text[:40]!r} is no day")


def _bill(document: DocumentKey) -> DocumentKey:
    return DocumentKey(source=document.source, kind=BILL, id=document.id)


def _invoice(facts: Facts, document: DocumentKey) -> Invoice | None:
    """The invoice that we posted for the bill, once SYSPRO's row of it was read."""
    written = facts.get(written_fact(_bill(document)))
    if written is None:
        return None
    company, payload = text_of(written, "company"), object_of(written, "payload")
    keys = (text_of(payload, "supplier"), text_of(payload, "invoice"))
    balance = facts.get(syspro_fact("balance", company, *keys))
    if balance is None or text_of(balance, "reference") != text_of(written, "external_key"):
        return None
    entries = _entries(facts.get(syspro_fact("payments", company, *keys)))
    days = [text_of(entry, "on") for entry in entries if text_of(entry, "type") == PAID]
    return Invoice(
        company=company,
        paid=-total(read_amount(entry.get("value")) or ZERO for entry in entries),
        owed=read_amount(balance.get("owed")) or ZERO,
        paid_on=max(days, default=""),
    )


def _entries(fact: JsonObject | None) -> list[JsonObject]:
    return [entry for entry in (fact or {}).values() if isinstance(entry, dict)]
