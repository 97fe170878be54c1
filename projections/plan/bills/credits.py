"""A bill below zero becomes a credit note against an invoice on file: rules.md §5.5 row 22. Pure.

SYSPRO knows a credit note as an entry of an invoice, without a number of its own (syspro.md §3.4).
The invoice is the one that the note names by its number, exactly; else that of the one bill of
the vendor over the same order. Goods receipts are not matched by an entry: all is charged.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from engine.core.commands import CreditNoteAdd
from engine.core.keys import BILL, DocumentKey
from engine.core.money import plain, read_amount
from projections.documents import bill_in, invoice_number_fact
from projections.facts import object_of, source_fact, syspro_fact, text_of, written_fact
from projections.plan.bills.charges import cost_lines, item_lines
from projections.plan.bills.days import Days
from projections.plan.bills.desk import Creditor, Desk
from projections.plan.bills.notation import notations
from projections.plan.bills.orders import other_bills
from projections.plan.bills.periods import posting_period
from projections.plan.bills.rules import creditor_of
from projections.plan.bills.taxes import tax_lines, taxes_of
from projections.plan.bills.totals import distributed, rounding_lines
from projections.plan.company import require_read
from projections.plan.outcomes import hold, wait

MAX_WORDS, MAX_RUN = 60, 3
_AROUND = ".,;:!?()[]{}'\"#"


def credit_note(desk: Desk, value: Decimal, days: Days) -> CreditNoteAdd:
    """The credit note of a bill whose value is below zero; held without its invoice."""
    period = posting_period(desk, days.posted_on)
    creditor = creditor_of(desk)
    invoice = _invoice(desk, creditor)
    _require_balance(desk, creditor, invoice, -value)
    taxes = taxes_of(desk)
    charged = [(item, True) for item in desk.content.items]
    lines = [*item_lines(desk, charged, taxes), *cost_lines(desk), *tax_lines(desk, taxes)]
    lines.extend(rounding_lines(desk, value - distributed(lines), taxes))
    notation, journal_notation = notations(desk.content)
    return CreditNoteAdd(
        supplier=creditor.supplier.code,
        invoice=invoice,
        external_key=desk.key,
        value=-value,
        currency=creditor.currency,
        posting_period=period,
        distribution=tuple(replace(line, value=-line.value) for line in lines),
        notation=notation,
        journal_notation=journal_notation,
    )


def _invoice(desk: Desk, creditor: Creditor) -> str:
    """The number in SYSPRO of the invoice that is credited; waits for it while it is to come."""
    named = list(dict.fromkeys(_named(desk, creditor)))
    if len(named) > 1:
        hold("CREDIT_WITHOUT_INVOICE", f"the note names {', '.join(named)}")
    if named:
        return named[0]
    bills = list(dict.fromkeys(_of_orders(desk)))
    if len(bills) != 1:
        orders = ", ".join(dict.fromkeys(item.order for item in desk.content.items if item.order))
        known = f"{len(bills)} bills are over order {orders}" if orders else "no order"
        hold("CREDIT_WITHOUT_INVOICE", f"the note names no invoice, and {known}")
    return _posted_number(desk, creditor, bills[0])


def _named(desk: Desk, creditor: Creditor) -> Iterator[str]:
    """The invoices of the vendor whose numbers stand in the note as they are spelt."""
    for number in _candidates(desk.content.note):
        fact = desk.facts.get(invoice_number_fact(desk.source, desk.content.vendor, number))
        holders = object_of(fact, "holders")
        bills = [
            DocumentKey(source=desk.source, kind=BILL, id=identity)
            for identity in sorted(holders)
            if text_of(object_of(holders, identity), "invoice") == number
            and object_of(holders, identity).get("is_credit") is False
            and identity != desk.document.id
        ]
        if bills:
            yield _posted_number(desk, creditor, bills[0])
        elif _is_on_file(desk, creditor, number):
            yield number


def _candidates(note: str) -> list[str]:
    """Runs of words with a digit in them, which may be an invoice's number."""
    words = note.split()[:MAX_WORDS]
    runs = (
        " ".join(words[place : place + length]).strip(_AROUND)
        for length in range(1, MAX_RUN + 1)
        for place in range(len(words) - length + 1)
    )
    return list(dict.fromkeys(run for run in runs if any(sign.isdigit() for sign in run)))


def _of_orders(desk: Desk) -> Iterator[DocumentKey]:
    """The other bills of the vendor over the orders of this one, credits left out."""
    for order in dict.fromkeys(item.order for item in desk.content.items if item.order):
        for other, known in other_bills(desk, order):
            is_invoice = known.get("is_credit") is False
            if is_invoice and text_of(known, "vendor") == desk.content.vendor:
                yield other


def _posted_number(desk: Desk, creditor: Creditor, bill: DocumentKey) -> str:
    """The number under which a bill is in SYSPRO; the plan waits until it is."""
    written = desk.facts.get(written_fact(bill))
    number = text_of(object_of(written, "payload"), "invoice")
    if not number or text_of(written, "type") != "invoice_add":
        body = bill_in(desk.facts.get(source_fact(bill)))
        number = number or (body.invoice if body is not None else "")
        if not (number and _is_on_file(desk, creditor, number)):
            wait("WAITS_FOR_INVOICE", documents=(str(bill),))
    return number


def _is_on_file(desk: Desk, creditor: Creditor, number: str) -> bool:
    key = syspro_fact("invoice", desk.company.name, creditor.supplier.code, number)
    if desk.facts.get(key) is None:
        require_read(desk.facts, desk.company, "invoice")
        return False
    return True


def _require_balance(desk: Desk, creditor: Creditor, invoice: str, value: Decimal) -> None:
    """As much is still owed on the invoice, as far as SYSPRO was read."""
    key = syspro_fact("balance", desk.company.name, creditor.supplier.code, invoice)
    balance = read_amount((desk.facts.get(key) or {}).get("owed"))
    if balance is not None and value > balance:
        cause = f"{plain(balance)} is owed on invoice {invoice}, the credit is {plain(value)}"
        hold("CREDIT_OVER_BALANCE", cause)
