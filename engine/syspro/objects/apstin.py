"""APSTIN: one AP invoice, credit note or debit note by Transaction/Post (syspro.md §3.4).

(Supplier, Invoice) is unique in SYSPRO, over invoices and registered invoices, so a repeat is
refused (command class U). A credit or debit note is an entry against an invoice on file and has no
key of its own (class Q). K stands in TransactionReference and says whose it is. The period is the
letter of the payload, never shifted. Distribution, matches and header tax must add up to the
value, to the cent (syspro.md §8, "Ledger distribution balance"); under tax basis I the parts
include the tax. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.core.commands import (
    CreditNoteAdd,
    DebitNoteAdd,
    Discount,
    GrnMatch,
    InvoiceAdd,
    InvoiceRegister,
    LedgerLine,
)
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    MAX_TEXT,
    Fault,
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
)
from engine.syspro.objects.fields import (
    XmlIn,
    amount,
    day,
    factor,
    flag,
    optional,
    parameters,
    present,
    quantity,
    required,
)

ROOT = "PostApInvoice"
EntryPayload = CreditNoteAdd | DebitNoteAdd
PayablePayload = InvoiceAdd | CreditNoteAdd | DebitNoteAdd
ENTRY_CODES: Mapping[type[EntryPayload], str] = {CreditNoteAdd: "C", DebitNoteAdd: "D"}
"""TransactionCode of what is posted against an invoice on file, which is TrnType in the table."""


def invoice_key(payload: PayablePayload | InvoiceRegister) -> str:
    """Supplier and invoice as the one key that commands are known by in SYSPRO."""
    return f"{payload.supplier}|{payload.invoice}"


def render(payload: PayablePayload, *, local_currency: str) -> XmlIn:
    """The call that posts the invoice or entry; raises `Malformed` for what does not fit or tie.

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
    if isinstance(payload, InvoiceAdd):
        fields = _invoice(payload, local_currency)
    else:
        fields = _entry(payload, local_currency)
    return XmlIn(
        business_object="APSTIN",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def discounted(discount: Discount | None) -> Sequence[xml.Element]:
    """Basis, base and share or value of a discount; nothing where the terms are left to rule."""
    if discount is None:
        return []
    said = [("DiscountBasis", discount.basis), amount("DiscountableValue", discount.base)]
    if discount.basis == "T":
        return said
    return [*said, amount("DiscountPercentageValue", discount.amount)]


def exchanged(payload: PayablePayload | InvoiceRegister, local_currency: str) -> xml.Element | None:
    """The rate given, None where SYSPRO's own is to be taken; refused for the local currency."""
    if payload.exchange_rate is None:
        return None
    if payload.currency == local_currency:
        raise Malformed("ExchRateAtEntry of an invoice in local currency")
    return factor("ExchRateAtEntry", payload.exchange_rate)


def _invoice(payload: InvoiceAdd, local_currency: str) -> Sequence[xml.Element]:
    discount = payload.discount
    return present(
        required("Supplier", payload.supplier, 15),
        ("TransactionCode", "I"),
        optional("Branch", payload.branch, 10),
        required("Invoice", payload.invoice, 20),
        amount("TransactionValue", payload.value),
        amount("FreightCharge", payload.freight) if payload.freight else None,
        amount("MiscellaneousCharge", payload.miscellaneous) if payload.miscellaneous else None,
        optional("Notation", payload.notation, 30),
        required("TransactionReference", payload.external_key, 30),
        optional("JournalNotation", payload.journal_notation, 30),
        *discounted(discount),
        day("InvoiceDate", payload.invoice_on),
        day("DueDate", payload.due_on),
        day("DiscountDate", discount.on) if discount is not None else None,
        *_rate(payload, local_currency),
        *_tax(payload),
        *(("GrnDetails", _match(match)) for match in payload.matches),
        *(("LedgerDistribution", _ledger_line(line)) for line in payload.distribution),
    )


def _entry(payload: EntryPayload, local_currency: str) -> Sequence[xml.Element]:
    return present(
        required("Supplier", payload.supplier, 15),
        ("TransactionCode", ENTRY_CODES[type(payload)]),
        required("Invoice", payload.invoice, 20),
        amount("TransactionValue", payload.value),
        optional("Notation", payload.notation, 30),
        required("TransactionReference", payload.external_key, 30),
        optional("JournalNotation", payload.journal_notation, 30),
        *_rate(payload, local_currency),
        *_tax(payload),
        *(("LedgerDistribution", _ledger_line(line)) for line in payload.distribution),
    )


def _rate(payload: PayablePayload, local_currency: str) -> Sequence[xml.Element]:
    rate = exchanged(payload, local_currency)
    if rate is None:
        if payload.is_rate_fixed:
            raise Malformed("FixedExchRate without an ExchRateAtEntry")
        return []
    return [rate, flag("FixedExchRate", payload.is_rate_fixed)]


def read(payload: PayablePayload, text: str) -> PostReply:
    """What the reply says about our invoice or entry; supplier, invoice and code must be ours."""
    taken = about_one(text, ROOT, "item", "one invoice")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    posted = item.find_all("transaction")
    if len(posted) > 1:
        return Unreadable(text="more than one transaction in the reply")
    if not posted:
        return settled(answer, "", {}, is_echo=False)
    found = posted[0]
    supplier, invoice = found.text_at("supplier"), found.text_at("invoice")
    if not same_key(supplier, payload.supplier) or not same_key(invoice, payload.invoice):
        return Unreadable(text=f"the reply is about invoice {supplier[:20]}/{invoice[:20]}")
    code = "I" if isinstance(payload, InvoiceAdd) else ENTRY_CODES[type(payload)]
    if found.text_at("transactioncode").upper() not in ("", code):
        return Unreadable(text="the reply is about another kind of transaction")
    keys = {
        name: found.text_at(f"key/{name}")
        for name in ("TrnYear", "TrnMonth", "Journal", "EntryNumber")
    }
    journal = answer.root.text_at("StatusOfItems/GlJournal/GlJournal")
    return settled(
        replace(answer, warnings=(*answer.warnings, *_ledger_trouble(answer.root))),
        invoice_key(payload),
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


def _check_balance(payload: PayablePayload) -> None:
    matches = payload.matches if isinstance(payload, InvoiceAdd) else ()
    parts: list[Decimal] = [match.value for match in matches]
    parts += [line.value for line in payload.distribution]
    if payload.tax_basis == "E":
        parts += [payload.tax_value, payload.second_tax_value]
    total = sum(parts, Decimal(0))
    if total != payload.value:
        raise Malformed(f"TransactionValue {payload.value} is not the sum of its parts, {total}")
    if payload.value <= 0:
        raise Malformed("TransactionValue must be above zero")
    if payload.tax_value and not payload.tax_code:
        raise Malformed("TaxValue without a TaxCode")
    if payload.second_tax_value and not payload.second_tax_code:
        raise Malformed("SecondTaxValue without a SecondTaxCode")
    if isinstance(payload, InvoiceAdd):
        _check_charges(payload)


def _check_charges(payload: InvoiceAdd) -> None:
    """Charges belong to matched goods, and their account is given in the distribution (§3.4)."""
    charges = payload.freight + payload.miscellaneous
    if not payload.freight and not payload.miscellaneous:
        return
    if not payload.matches:
        raise Malformed("FreightCharge and MiscellaneousCharge need a GRN match")
    if min(payload.freight, payload.miscellaneous) < 0:
        raise Malformed("FreightCharge and MiscellaneousCharge must not be below zero")
    if charges > sum((line.value for line in payload.distribution), Decimal(0)):
        raise Malformed("FreightCharge and MiscellaneousCharge exceed what is distributed")


def _tax(payload: PayablePayload) -> Sequence[xml.Element]:
    said: list[xml.Element] = [("TaxBasis", payload.tax_basis)]
    if payload.tax_code:
        said.append(required("TaxCode", payload.tax_code, 3))
        said.append(amount("TaxValue", payload.tax_value))
    if payload.second_tax_code:
        said.append(required("SecondTaxCode", payload.second_tax_code, 3))
        said.append(amount("SecondTaxValue", payload.second_tax_value))
    return said


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
        optional("LedgerSecondTaxCode", line.second_tax_code, 3),
        optional("LedgerNotation", line.notation, 30),
        amount("LedgerValue", line.value),
        flag("TaxOnlyLine", True) if line.is_tax_only else None,
    )
