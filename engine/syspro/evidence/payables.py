"""Is an invoice, an entry or a registration in SYSPRO as we wished?

Invoices are found by (supplier, invoice), which SYSPRO keeps unique over invoices and registered
ones, and are ours by K in the reference. Entries have no key of their own: they are read from
ApInvoicePay by kind, reference and value (syspro.md §6).
"""

from collections.abc import Sequence

from engine.core.commands import CreditNoteAdd, DebitNoteAdd, InvoiceAdd, InvoiceRegister
from engine.core.keys import is_external_key
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence.cells import number
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.apstin import ENTRY_CODES, invoice_key
from engine.syspro.objects.comfnd import Condition

_INVOICE = ("Supplier", "Invoice", "Reference", "OrigInvValue", "Currency")
_ENTRY = ("Supplier", "Invoice", "EntryNumber", "TrnType", "PaymentReference", "TrnValue")


async def added_invoices(books: Books, payload: InvoiceAdd | InvoiceRegister) -> Sequence[Sighting]:
    """The invoice under the supplier's own number."""
    rows = await books.all_rows(
        "ApInvoice",
        _INVOICE,
        Condition(column="Supplier", value=payload.supplier),
        Condition(column="Invoice", value=payload.invoice),
    )
    return [
        Sighting(
            syspro_key=invoice_key(payload),
            is_ours=row["Reference"] == payload.external_key,
            is_equal=number(row["OrigInvValue"]) == payload.value,
        )
        for row in rows
    ]


async def registered_invoices(books: Books, payload: InvoiceRegister) -> Sequence[Sighting]:
    """The registered invoice, or the invoice that it became by approval.

    The table of registered invoices is not known: they are told by APSQRY, all of the supplier's.
    """
    found = [
        Sighting(
            syspro_key=invoice_key(payload),
            is_ours=row.reference == payload.external_key,
            is_equal=number(row.value) == payload.value,
        )
        for row in await books.registered_invoices(payload.supplier)
        if same_key(row.invoice, payload.invoice)
    ]
    return found or await added_invoices(books, payload)


async def added_entries(books: Books, payload: CreditNoteAdd | DebitNoteAdd) -> Sequence[Sighting]:
    """The entries under our key, and others of that kind and value that nobody's key explains.

    TransactionReference is taken to land in PaymentReference (inferred): where it does not, an
    entry of the same value goes to a person, and none is ever posted again on a guess. The sign
    of TrnValue is unverified, so values compare without it.
    """
    rows = await books.all_rows(
        "ApInvoicePay",
        _ENTRY,
        Condition(column="Supplier", value=payload.supplier),
        Condition(column="Invoice", value=payload.invoice),
    )
    found = []
    for row in rows:
        value, reference = number(row["TrnValue"]), row["PaymentReference"]
        is_ours = reference == payload.external_key
        is_equal = value is not None and value.copy_abs() == payload.value
        if row["TrnType"] != ENTRY_CODES[type(payload)]:
            continue
        if is_ours or (is_equal and not is_external_key(reference)):
            sighting = Sighting(syspro_key=invoice_key(payload), is_ours=is_ours, is_equal=is_equal)
            found.append(sighting)
    return found


async def entry_hindrances(books: Books, payload: CreditNoteAdd | DebitNoteAdd) -> Sequence[str]:
    """Why the entry must not be posted now: one under our key is there, as nothing else stops it.

    A person's entry of the same value stops nothing: it may well be another.
    """
    found = await added_entries(books, payload)
    is_there = any(sighting.is_ours for sighting in found)
    return ["an entry under our key is there already"] if is_there else []
