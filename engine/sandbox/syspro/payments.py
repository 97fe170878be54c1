"""Payments of invoices, as a cashier makes them at a screen: paid in full or in part, voided.

No business object is known to the facts that pays; the rows are inferred from the tables: an
ApInvoicePay entry of TrnType P takes its value off the invoice's balance, V gives it back under
the same PaymentNumber. The letters are those that APSTIN's documents name without telling more
(syspro.md §3.4). Works on the ledger given; every payment is one write.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.sandbox.syspro import balances
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.tables import Row

PAID, VOIDED = "P", "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """When an entry is posted, into which period (C, P or B), and by whom."""

    on: date
    letter: str
    operator: str
    reference: str = ""


def pay(
    ledger: Ledger, supplier: str, invoice: str, value: Decimal | None, posting: Posting
) -> Row:
    """The entry of a payment: of so much, or of all that is owed.

    Raises `ValueError` for an unknown invoice, a closed period, nothing to pay, and more than is
    owed.
    """
    row = _invoice(ledger, supplier, invoice)
    owed = number(row["MthInvBal1"])
    paid = owed if value is None else value
    if not 0 < paid <= owed:
        raise ValueError(f"invoice {invoice} owes {owed}; {paid} of it cannot be paid")
    payment = f"{ledger.next_journal('payment'):06}"
    entry = _entered(ledger, row, PAID, -paid, payment, posting)
    account = ledger.tables["ApSupplier"].get((supplier,))
    if account is not None:
        last: Row = {
            "LastChequeDate": posting.on,
            "LastCheque": Decimal(payment),
            "LastChequeVal": paid,
        }
        ledger.tables["ApSupplier"].put({**account, **last})
    return entry


def void(ledger: Ledger, supplier: str, invoice: str, payment: str, posting: Posting) -> Row:
    """The entry that takes a payment back: its value is owed again.

    Raises `ValueError` for an unknown invoice, a closed period, and a payment that is not there
    or was voided already.
    """
    row = _invoice(ledger, supplier, invoice)
    entries = [
        entry
        for entry in ledger.tables["ApInvoicePay"].where("Invoice", invoice)
        if entry["Supplier"] == supplier and entry["PaymentNumber"] == payment
    ]
    if [entry["TrnType"] for entry in entries] != [PAID]:
        raise ValueError(f"invoice {invoice} has no payment {payment} that could be voided")
    return _entered(ledger, row, VOIDED, -number(entries[0]["TrnValue"]), payment, posting)


def _invoice(ledger: Ledger, supplier: str, invoice: str) -> Row:
    row = ledger.tables["ApInvoice"].get((supplier, invoice))
    if row is None:
        raise ValueError(f"supplier {supplier} has no invoice {invoice}")
    return row


def _entered(
    ledger: Ledger, row: Row, kind: str, value: Decimal, payment: str, posting: Posting
) -> Row:
    """The entry is in the ledger, and the invoice's balance follows it."""
    period = ledger.period(posting.letter)
    if not period.is_open:
        raise ValueError(f"period {period.month:02}/{period.year} is closed")
    key = (text(row["Supplier"]), text(row["Invoice"]))
    number_of_entry = number(row["NextPaymEntry"]) or Decimal(2)
    entry = ledger.tables["ApInvoicePay"].put(
        {
            "Supplier": key[0],
            "Invoice": key[1],
            "EntryNumber": number_of_entry,
            "TrnType": kind,
            "JournalDate": posting.on,
            "Journal": Decimal(ledger.next_journal("AP")),
            "PaymentReference": posting.reference or f"CHQ {payment}",
            "TrnValue": value,
            "TrnYear": Decimal(period.year),
            "TrnMonth": Decimal(period.month),
            "PostValue": value,
            "PostCurrency": row["Currency"],
            "PostConvRate": row["ExchangeRate"],
            "PostMulDiv": row["MulDiv"],
            "PaymentNumber": payment,
        }
    )
    after = balances.moved(row, value, period)
    after["NextPaymEntry"] = number_of_entry + 1
    after["PaymentNumber"] = payment if kind == PAID else ""
    invoice = ledger.tables["ApInvoice"].put(after)
    ledger.wrote(
        "payment",
        key,
        business_object="",
        action=kind,
        operator=posting.operator,
        rows={"ApInvoice": [invoice], "ApInvoicePay": [entry]},
    )
    return entry
