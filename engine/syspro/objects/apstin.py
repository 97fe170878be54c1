"""APSTIN, the AP invoice: one invoice by Transaction/Post, distributed or matched (syspro.md §3.4).

(Supplier, Invoice) is unique in SYSPRO, over invoices and registered invoices, so a repeat is
refused (command class U). K stands in TransactionReference and says whose invoice it is. The
period is the letter of the payload, never shifted. Distribution, matches and header tax must add
up to the value, to the cent (syspro.md §8, "Ledger distribution balance"). Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from engine.core.commands import GrnMatch, InvoiceAdd, LedgerLine
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    MAX_TEXT,
    Fault,
    PostReply,
    Unreadable,
    same_key,
    settled,
    take_apart,
    unreadable,
)
from engine.syspro.objects.fields import (
    XmlIn,
    amount,
    day,
    flag,
    optional,
    parameters,
    present,
    quantity,
    required,
)

ROOT = "PostApInvoice"


def render(payload: InvoiceAdd, *, local_currency: str) -> XmlIn:
    """The call that posts the invoice; raises `Malformed` for what does not fit or tie.

    Ledger values are in the invoice's own currency: F for another than `local_currency`.
    """
    _check_balance(payload)
    values: list[xml.Element] = [
        ("PostingPeriod", payload.posting_period),
        ("IgnoreWarnings", "N"),
        ("ApplyIfEntireDocumentValid", "Y"),
        ("ValidateOnly", "N"),
        ("PostZeroAdjustments", "N"),
        ("DefaultDiscountDate", ""),
        ("DefaultDueDate", ""),
        ("LedgerDistributionCurrency", "L" if payload.currency == local_currency else "F"),
        ("AutomaticTaxCalculation", "N"),
        ("PermissibleTaxVariance", "0.00"),
        ("ApArContraTrx", "N"),
        ("IgnoreAnalysis", "Y"),
    ]
    fields = present(
        required("Supplier", payload.supplier, 15),
        ("TransactionCode", "I"),
        required("Invoice", payload.invoice, 20),
        amount("TransactionValue", payload.value),
        optional("Notation", payload.notation, 30),
        required("TransactionReference", payload.external_key, 30),
        day("InvoiceDate", payload.invoice_on),
        day("DueDate", payload.due_on),
        *_tax(payload),
        *(("GrnDetails", _match(match)) for match in payload.matches),
        *(("LedgerDistribution", _ledger_line(line)) for line in payload.distribution),
    )
    return XmlIn(
        business_object="APSTIN",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def read(payload: InvoiceAdd, text: str) -> PostReply:
    """What the reply says about our invoice; supplier and invoice echoed must be ours."""
    try:
        answer = take_apart(text)
    except Malformed as error:
        return unreadable(error)
    items = answer.root.find_all("item")
    if answer.root.tag != ROOT.lower() or len(items) > 1:
        return Unreadable(text=f"not a reply about one invoice: {answer.root.name[:40]}")
    posted = items[0].find_all("transaction") if items else ()
    if len(posted) > 1:
        return Unreadable(text="more than one transaction in the reply")
    if not posted:
        return settled(answer, "", {}, is_echo=False)
    found = posted[0]
    supplier, invoice = found.text_at("supplier"), found.text_at("invoice")
    if not same_key(supplier, payload.supplier) or not same_key(invoice, payload.invoice):
        return Unreadable(text=f"the reply is about invoice {supplier[:20]}/{invoice[:20]}")
    if found.text_at("transactioncode").upper() not in ("", "I"):
        return Unreadable(text="the reply is about another kind of transaction")
    keys = {
        name: found.text_at(f"key/{name}")
        for name in ("TrnYear", "TrnMonth", "Journal", "EntryNumber")
    }
    journal = answer.root.text_at("StatusOfItems/GlJournal/GlJournal")
    return settled(
        replace(answer, warnings=(*answer.warnings, *_ledger_trouble(answer.root))),
        f"{payload.supplier}|{payload.invoice}",
        {"Supplier": supplier, "Invoice": invoice, **keys, "GlJournal": journal},
        is_echo=False,
    )


def _ledger_trouble(root: xml.Node) -> Sequence[Fault]:
    """A ledger journal that failed although the invoice was posted (syspro.md §3.4): a warning."""
    number = root.text_at("StatusOfItems/GlJournal/GlJournalError")
    text = root.text_at("StatusOfItems/GlJournal/GlJournalMessage")
    if not number.strip("0") and not text:
        return []
    return [Fault(path="StatusOfItems/GlJournal", number=number, text=text[:MAX_TEXT], value="")]


def _check_balance(payload: InvoiceAdd) -> None:
    parts: list[Decimal] = [match.value for match in payload.matches]
    parts += [line.value for line in payload.distribution]
    total = sum(parts, payload.tax_value)
    if total != payload.value:
        raise Malformed(f"TransactionValue {payload.value} is not the sum of its parts, {total}")
    if payload.value <= 0:
        raise Malformed("TransactionValue of an invoice must be above zero")
    if payload.tax_value and not payload.tax_code:
        raise Malformed("TaxValue without a TaxCode")


def _tax(payload: InvoiceAdd) -> Sequence[xml.Element]:
    if not payload.tax_code:
        return [("TaxBasis", "E")]
    return [
        ("TaxBasis", "E"),
        required("TaxCode", payload.tax_code, 3),
        amount("TaxValue", payload.tax_value),
    ]


def _match(match: GrnMatch) -> Sequence[xml.Element]:
    key = [
        required("GrnSupplier", match.supplier, 15),
        required("GrnGrn", match.grn, 20),
        required("GrnFlag", match.source, 1),
        required("GrnJournal", match.journal, 10),
        required("GrnEntry", match.entry, 10),
    ]
    if match.is_full:
        return [*key, ("GrnMatchType", "U"), amount("GrnMatchValue", match.value)]
    return [
        *key,
        ("GrnMatchType", "P"),
        quantity("GrnPartialMatchQuantity", match.quantity),
        amount("GrnPartialMatchValue", match.value),
    ]


def _ledger_line(line: LedgerLine) -> Sequence[xml.Element]:
    return present(
        required("LedgerCode", line.ledger_code, 35),
        optional("LedgerTaxCode", line.tax_code, 3),
        optional("LedgerNotation", line.notation, 30),
        amount("LedgerValue", line.value),
        flag("TaxOnlyLine", True) if line.is_tax_only else None,
    )
