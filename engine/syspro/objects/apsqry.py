"""APSQRY, the invoices registered for a supplier by Query/Query (syspro.md §3.7). Pure.

Asked for nothing else, as a supplier's invoices may be thousands. Whether an invoice that was
approved is still told is unverified; it then stands in ApInvoice as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.fields import required

_OPTIONS = (
    ("IncludeInvoices", "N"),
    ("IncludeReceipts", "N"),
    ("IncludeScrapReject", "N"),
    ("IncludeRetainedInvoices", "N"),
    ("IncludeInvoicePayments", "N"),
    ("IncludeRegisteredInvoices", "Y"),
    ("IncludeGoodsReceivedNotes", "N"),
    ("IncludeCustomForms", "N"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredInvoice:
    """An invoice waiting for approval in SYSPRO: its number, our reference, the value as text."""

    invoice: str
    reference: str
    value: str


def render(supplier: str) -> str:
    """The XmlIn that asks for the supplier's registered invoices."""
    return xml.build(
        "Query",
        [("Key", [required("Supplier", supplier, 15)]), ("Option", list(_OPTIONS))],
    )


def read(text: str) -> Sequence[RegisteredInvoice]:
    """The registered invoices in the reply; `Malformed` when it is not about one supplier."""
    root = xml.parse(text)
    supplier = root.find("Supplier")
    if root.tag != "apquery" or supplier is None:
        raise Malformed(f"not a supplier's document: {root.name[:40]}")
    return [
        RegisteredInvoice(
            invoice=detail.text_at("Invoice"),
            reference=detail.text_at("Reference"),
            value=detail.text_at("InvoiceValue"),
        )
        for holder in supplier.find_all("RegisteredInvoices")
        for detail in holder.find_all("RegisteredInvoiceDetail")
    ]
