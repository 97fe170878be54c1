"""What people do with invoices in SYSPRO: type one, pay it, void the payment."""

from decimal import Decimal
from typing import Final

from engine.sandbox.control.change import Change, Entry, day_of, decimal_of, each_of
from engine.sandbox.control.clerk import Members, screen_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.payments import Posting, pay, void
from engine.sandbox.syspro.periods import LETTERS
from engine.sandbox.syspro.tables import Row
from engine.sandbox.syspro.writes import CLERK
from engine.sandbox.world import World


def _new_invoice(fields: Fields, world: World) -> Entry:
    """An invoice that a clerk typed: on ledger codes, or matched to the receipts named."""
    screen = screen_of(fields, world)
    supplier, invoice = screen.supplier_of(fields), fields.text("invoice")
    total = decimal_of(fields, "total")
    on, period = day_of(fields, "on", world), fields.choice("period", LETTERS, "C")
    reference = fields.text("reference", "")
    grns = fields.texts("receipts") if fields.has("receipts") else ()
    lines = each_of(fields, "lines", "lines, each with its ledger_code and amount")
    shares = [_share(line) for line in lines]
    if not shares and not grns:
        shares = [(fields.text("ledger_code", _some_expense(screen.ledger)), total)]
    fields.done()
    document: Members = {
        "Supplier": supplier,
        "Invoice": invoice,
        "TransactionValue": f"{total:f}",
        "InvoiceDate": on.isoformat(),
        "TransactionReference": reference,
        "GrnDetails": [{"GrnGrn": grn, "GrnMatchType": "O"} for grn in grns],
        "LedgerDistribution": [
            {"LedgerCode": code, "LedgerValue": f"{amount:f}"} for code, amount in shares
        ],
    }
    options = {"PostingPeriod": period, "LedgerDistributionCurrency": "F"}
    screen.post("APSTIN", ("PostApInvoice", {"Item": document}), parameters=options)
    return {"supplier": supplier, "invoice": invoice}


def _some_expense(ledger: Ledger) -> str:
    """The first ledger code of an expense that takes postings."""
    found = (
        text(row["GlCode"])
        for row in ledger.tables["GenMaster"].in_order()
        if (row["AccountType"], row["ControlAccFlag"], row["AccOnHldFlag"]) == ("E", "N", "N")
    )
    return next(found, "")


def _share(fields: Fields) -> tuple[str, Decimal]:
    share = fields.text("ledger_code"), decimal_of(fields, "amount")
    fields.done()
    return share


def _pay_invoice(fields: Fields, world: World) -> Entry:
    """The invoice is paid: `amount` of it, else all that it owes."""
    screen = screen_of(fields, world)
    supplier, invoice = screen.supplier_of(fields), fields.text("invoice")
    amount = decimal_of(fields, "amount") if fields.has("amount") else None
    posting = _posting(fields, world)
    fields.done()
    entry = pay(screen.ledger, supplier, invoice, amount, posting)
    return _shown(entry, screen.ledger)


def _void_payment(fields: Fields, world: World) -> Entry:
    """The payment is taken back, and its value owed again."""
    screen = screen_of(fields, world)
    supplier, invoice = screen.supplier_of(fields), fields.text("invoice")
    payment, posting = fields.text("payment"), _posting(fields, world)
    fields.done()
    return _shown(void(screen.ledger, supplier, invoice, payment, posting), screen.ledger)


def _posting(fields: Fields, world: World) -> Posting:
    return Posting(
        on=day_of(fields, "on", world),
        letter=fields.choice("period", LETTERS, "C"),
        operator=CLERK,
        reference=fields.text("reference", ""),
    )


def _shown(entry: Row, ledger: Ledger) -> Entry:
    key = (str(entry["Supplier"]), str(entry["Invoice"]))
    return {
        "supplier": key[0],
        "invoice": key[1],
        "payment": entry["PaymentNumber"],
        "owed": f"{number(ledger.tables['ApInvoice'][key]['MthInvBal1']):.2f}",
    }


PAYABLES: Final[dict[str, Change]] = {
    "new_invoice": _new_invoice,
    "pay_invoice": _pay_invoice,
    "void_payment": _void_payment,
}
"""Every change by its name."""
