"""What an oracle has found so far, and the entries that name documents. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.sandbox.scenario.model import (
    BILL,
    PURCHASE_ORDER,
    VENDOR,
    Bill,
    PurchaseOrder,
    Vendor,
)
from engine.sandbox.totals import Side

Entry: TypeAlias = dict[str, str]
KINDS = (PURCHASE_ORDER, BILL, VENDOR)


@dataclass(slots=True, kw_only=True)
class Findings:
    """The lists and counts of one verdict.

    `rows` are company and key of every order, invoice and credit entry that is some document's;
    `procurify` sums what is eligible and posted; `currencies` are those of all documents.
    """

    eligible: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    posted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    missing: list[Entry] = field(default_factory=list)
    duplicates: list[Entry] = field(default_factory=list)
    must_hold: list[Entry] = field(default_factory=list)
    differences: list[Entry] = field(default_factory=list)
    rows: set[tuple[str, ...]] = field(default_factory=set)
    procurify: Side = field(default_factory=Side)
    currencies: set[str] = field(default_factory=set)

    def count(self, entry: Entry, cause: str | None, *, is_posted: bool) -> None:
        """The document is eligible, and must be held if there is a cause."""
        kind = entry["kind"]
        self.eligible[kind] += 1
        if is_posted:
            self.posted[kind] += 1
        else:
            self.missing.append(entry)
        if cause is not None:
            self.must_hold.append({**entry, "cause": cause})

    def double(self, entry: Entry, what: str) -> None:
        """The document is there once more."""
        self.duplicates.append({**entry, "what": what})

    def differ(self, entry: Entry, what: Sequence[str]) -> None:
        """The document differs, if anything is said."""
        if what:
            self.differences.append({**entry, "what": "; ".join(what)})


def vendor_entry(vendor: Vendor) -> Entry:
    """The entry that names a vendor."""
    return named_entry(VENDOR, str(vendor.id), vendor.name)


def order_entry(order: PurchaseOrder) -> Entry:
    """The entry that names a purchase order."""
    return named_entry(PURCHASE_ORDER, str(order.id), order.number)


def bill_entry(bill: Bill) -> Entry:
    """The entry that names a bill."""
    return named_entry(BILL, bill.uuid, bill.invoice_number)


def named_entry(kind: str, identity: str, number: str) -> Entry:
    """The entry of a document of that kind, id and number."""
    return {"kind": kind, "source_id": identity, "number": number}
