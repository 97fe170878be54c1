"""The judgement over the engine's work: from the two ledgers and the scenario alone.

What is added by the control port is judged like the scenario's own; what must be held is what the
story says of both.

`missing` are eligible documents that SYSPRO has not, held ones included; `posted` counts eligible
documents that it has. Before all is settled, differences may be transient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.sandbox.differences import bill_differences, order_differences
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import (
    BILL,
    PURCHASE_ORDER,
    VENDOR,
    Bill,
    PurchaseOrder,
    Source,
    Vendor,
    is_bill_eligible,
    is_order_eligible,
)
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import Sight, bill_source, item_of, order_source, vendor_source
from engine.sandbox.syspro.ledger import text
from engine.sandbox.violations import order_violations

Entry: TypeAlias = dict[str, str]
KINDS = (PURCHASE_ORDER, BILL, VENDOR)


@dataclass(slots=True, kw_only=True)
class _Findings:
    eligible: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    posted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    missing: list[Entry] = field(default_factory=list)
    duplicates: list[Entry] = field(default_factory=list)
    must_hold: list[Entry] = field(default_factory=list)
    differences: list[Entry] = field(default_factory=list)


class Oracle:
    """Judges at any moment."""

    def __init__(self, tenant: Tenant, sight: Sight, story: Story) -> None:
        self._tenant = tenant
        self._sight = sight
        self._story = story
        self._suppliers_at_first = frozenset(sight.ledger.tables["ApSupplier"])

    def verdict(self) -> dict[str, object]:
        """The judgement as plain JSON values."""
        found = _Findings()
        self._judge_vendors(found)
        self._judge_orders(found)
        self._judge_bills(found)
        self._judge_strangers(found)
        return {
            "eligible": found.eligible,
            "posted": found.posted,
            "duplicates": found.duplicates,
            "missing": found.missing,
            "must_hold": found.must_hold,
            "order_violations": order_violations(
                self._tenant, self._sight, self._suppliers_at_first
            ),
            "differences": found.differences,
            "story_left": self._story.left,
            "counts": self._counts(),
        }

    def _judge_vendors(self, found: _Findings) -> None:
        for vendor in self._tenant.eligible_vendors():
            entry = vendor_entry(vendor)
            self._count(found, vendor_source(vendor), entry, self._sight.holds_vendor(vendor))
        for vendor, supplier in self._doubled_suppliers():
            found.duplicates.append({**vendor_entry(vendor), "what": f"supplier {supplier} too"})

    def _doubled_suppliers(self) -> list[tuple[Vendor, str]]:
        """Suppliers that came later, are no vendor's own, and bear a vendor's name."""
        suppliers = self._sight.ledger.tables["ApSupplier"]
        own = {vendor.supplier for vendor in self._tenant.vendors.values()}
        names = {vendor.name[:50]: vendor for vendor in self._tenant.vendors.values()}
        added = [key[0] for key in suppliers if key not in self._suppliers_at_first]
        return [
            (names[name], code)
            for code in added
            if code not in own and (name := text(suppliers[(code,)]["SupplierName"])) in names
        ]

    def _judge_orders(self, found: _Findings) -> None:
        for order in self._tenant.orders.values():
            posted = self._sight.orders_of(order)
            entry = order_entry(order)
            if not is_order_eligible(order):
                if posted:
                    _differ(found, entry, ["live in SYSPRO though it is not to be there"])
                continue
            self._count(found, order_source(order), entry, bool(posted))
            for other in posted[1:]:
                number = text(other.header["PurchaseOrder"]).lstrip("0")
                found.duplicates.append({**entry, "what": f"order {number} too"})
            if posted:
                _differ(found, entry, order_differences(order, posted[0]))

    def _judge_bills(self, found: _Findings) -> None:
        for bill in self._tenant.bills.values():
            posted = self._sight.invoices_of(bill)
            entry = bill_entry(bill)
            if not is_bill_eligible(bill):
                if posted:
                    _differ(found, entry, ["in SYSPRO though it is not to be there"])
                continue
            self._count(found, bill_source(bill), entry, bool(posted))
            for other in posted[1:]:
                found.duplicates.append({**entry, "what": f"invoice {text(other['Invoice'])} too"})
            if posted:
                _differ(found, entry, bill_differences(bill, posted[0], self._sight.ledger))

    def _judge_strangers(self, found: _Findings) -> None:
        """Orders and invoices in SYSPRO that belong to no document of Procurify."""
        ledger = self._sight.ledger
        known_orders = {
            text(posted.header["PurchaseOrder"])
            for order in self._tenant.orders.values()
            for posted in self._sight.orders_of(order)
        }
        for order in ledger.orders():
            key = text(order.header["PurchaseOrder"])
            items = [item_of(line) for line in order.lines]
            if order.is_live and key not in known_orders:
                entry = _entry(PURCHASE_ORDER, "", key.lstrip("0"))
                _differ(found, entry, [f"belongs to no purchase order (items {items})"])
        known_invoices = {
            (text(posted["Supplier"]), text(posted["Invoice"]))
            for bill in self._tenant.bills.values()
            for posted in self._sight.invoices_of(bill)
        }
        for supplier, invoice in ledger.tables["ApInvoice"]:
            if (supplier, invoice) not in known_invoices:
                entry = _entry(BILL, "", invoice)
                _differ(found, entry, [f"belongs to no bill (supplier {supplier})"])

    def _count(self, found: _Findings, source: Source, entry: Entry, is_posted: bool) -> None:
        found.eligible[source.kind] += 1
        if is_posted:
            found.posted[source.kind] += 1
        else:
            found.missing.append(entry)
        cause = self._story.must_hold.get(source)
        if cause is not None:
            found.must_hold.append({**entry, "cause": cause})

    def _counts(self) -> dict[str, dict[str, int]]:
        ledger, tenant = self._sight.ledger, self._tenant
        return {
            "procurify": {
                "vendors": len(tenant.vendors),
                "purchase_orders": len(tenant.orders),
                "bills": len(tenant.bills),
            },
            "syspro": {
                "suppliers": len(ledger.tables["ApSupplier"]),
                "purchase_orders": sum(order.is_live for order in ledger.orders()),
                "invoices": len(ledger.tables["ApInvoice"]),
            },
        }


def vendor_entry(vendor: Vendor) -> Entry:
    """The entry that names a vendor."""
    return _entry(VENDOR, str(vendor.id), vendor.name)


def order_entry(order: PurchaseOrder) -> Entry:
    """The entry that names a purchase order."""
    return _entry(PURCHASE_ORDER, str(order.id), order.number)


def bill_entry(bill: Bill) -> Entry:
    """The entry that names a bill."""
    return _entry(BILL, bill.uuid, bill.invoice_number)


def _entry(kind: str, identity: str, number: str) -> Entry:
    return {"kind": kind, "source_id": identity, "number": number}


def _differ(found: _Findings, entry: Entry, what: Sequence[str]) -> None:
    if what:
        found.differences.append({**entry, "what": "; ".join(what)})
