"""The judgement over the engine's work: from the two ledgers and the scenario alone.

What is added by the control port is judged like the scenario's own; what must be held is what the
story says of both. What people typed into SYSPRO is nobody's document, and an order that a person
changed last may differ.

`missing` are eligible documents that SYSPRO has not, held ones included; `posted` counts eligible
documents that it has: an order or a bill in the company of its location, a vendor in every company.
With several companies, an entry of an order or a bill names its own, and a document found in
another company differs. Before all is settled, differences may be transient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.sandbox.differences import bill_differences, order_differences
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.companies import Company
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
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import (
    Sight,
    bill_source,
    invoice_key,
    item_of,
    order_key,
    order_source,
    vendor_source,
)
from engine.sandbox.syspro.ledger import Ledger, Order, text
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
    rows: set[tuple[str, ...]] = field(default_factory=set)
    """Company and key of every order and invoice that is some document's."""


class Oracle:
    """Judges at any moment."""

    def __init__(self, tenant: Tenant, sight: Sight, story: Story) -> None:
        self._tenant = tenant
        self._sight = sight
        self._story = story
        self._suppliers_at_first = {
            ledger.company: frozenset(ledger.tables["ApSupplier"]) for ledger in sight.companies
        }

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
            "order_violations": [
                self._in_company(entry, ledger.company)
                for ledger in self._sight.companies
                for entry in order_violations(
                    self._tenant, ledger, self._suppliers_at_first[ledger.company]
                )
            ],
            "differences": found.differences,
            "story_left": self._story.left,
            "counts": self._counts(),
        }

    def _judge_vendors(self, found: _Findings) -> None:
        for vendor in self._tenant.eligible_vendors():
            entry = vendor_entry(vendor)
            self._count(found, vendor_source(vendor), entry, self._sight.holds_vendor(vendor))
        for ledger in self._sight.companies:
            for vendor, supplier in self._doubled_suppliers(ledger):
                entry = self._in_company(vendor_entry(vendor), ledger.company)
                found.duplicates.append({**entry, "what": f"supplier {supplier} too"})

    def _doubled_suppliers(self, ledger: Ledger) -> list[tuple[Vendor, str]]:
        """Suppliers that came later, are no vendor's own, and bear a vendor's name."""
        suppliers = ledger.tables["ApSupplier"]
        at_first = self._suppliers_at_first[ledger.company]
        own = {vendor.supplier for vendor in self._tenant.vendors.values()}
        names = {vendor.name[:50]: vendor for vendor in self._tenant.vendors.values()}
        added = [key[0] for key in suppliers if key not in at_first]
        return [
            (names[name], code)
            for code in added
            if code not in own
            and not self._sight.hands_in(ledger).typed("supplier", (code,))
            and (name := text(suppliers[(code,)]["SupplierName"])) in names
        ]

    def _judge_orders(self, found: _Findings) -> None:
        for order in self._tenant.orders.values():
            posted = self._sight.orders_of(order)
            found.rows |= {(company_of(order).id, *order_key(row)) for row in posted}
            entry = self._in_company(order_entry(order), company_of(order).id)
            if not is_order_eligible(order):
                if posted:
                    _differ(found, entry, ["live in SYSPRO though it is not to be there"])
                continue
            self._count(found, order_source(order), entry, bool(posted))
            for other in posted[1:]:
                number = text(other.header["PurchaseOrder"]).lstrip("0")
                found.duplicates.append({**entry, "what": f"order {number} too"})
            if posted:
                _differ(found, entry, self._order_differences(order, posted[0]))

    def _order_differences(self, order: PurchaseOrder, posted: Order) -> list[str]:
        """What differs, unless a person changed the order last; one held must not be written."""
        hands = self._sight.hands_in(self._sight.ledger_of(order))
        key = order_key(posted)
        if hands.touched("order", key):
            return []
        found = order_differences(order, posted)
        if order_source(order) in self._story.must_hold and hands.overwritten("order", key):
            found.append("written over what a person had changed")
        return found

    def _judge_bills(self, found: _Findings) -> None:
        for bill in self._tenant.bills.values():
            posted = self._sight.invoices_of(bill)
            found.rows |= {(company_of(bill).id, *invoice_key(row)) for row in posted}
            entry = self._in_company(bill_entry(bill), company_of(bill).id)
            if not is_bill_eligible(bill):
                if posted:
                    _differ(found, entry, ["in SYSPRO though it is not to be there"])
                continue
            self._count(found, bill_source(bill), entry, bool(posted))
            for other in posted[1:]:
                found.duplicates.append({**entry, "what": f"invoice {text(other['Invoice'])} too"})
            if posted:
                ledger = self._sight.ledger_of(bill)
                _differ(found, entry, bill_differences(bill, posted[0], ledger))

    def _judge_strangers(self, found: _Findings) -> None:
        """Orders and invoices in SYSPRO that belong to no document of Procurify, or elsewhere."""
        for ledger in self._sight.companies:
            hands = self._sight.hands_in(ledger)
            for posted in ledger.orders():
                (key,) = order_key(posted)
                if hands.typed("order", (key,)):
                    continue
                if posted.is_live and (ledger.company, key) not in found.rows:
                    self._strange_order(found, ledger, posted)
            for supplier, invoice in ledger.tables["ApInvoice"]:
                is_typed = hands.typed("invoice", (supplier, invoice))
                if (ledger.company, supplier, invoice) not in found.rows and not is_typed:
                    self._strange_invoice(found, ledger, supplier, invoice)

    def _strange_order(self, found: _Findings, ledger: Ledger, posted: Order) -> None:
        items = [item_of(line) for line in posted.lines]
        orders = (self._tenant.order_with_line(item) for item in items)
        order = next((order for order in orders if order is not None), None)
        if order is not None and company_of(order).id != ledger.company:
            self._misplaced(found, ledger, order_entry(order), company_of(order))
            return
        number = text(posted.header["PurchaseOrder"]).lstrip("0")
        entry = self._in_company(_entry(PURCHASE_ORDER, "", number), ledger.company)
        _differ(found, entry, [f"belongs to no purchase order (items {items})"])

    def _strange_invoice(
        self, found: _Findings, ledger: Ledger, supplier: str, invoice: str
    ) -> None:
        named = self._tenant.bills_named(invoice)
        bill = next((row for row in named if row.vendor.supplier == supplier), None)
        if bill is not None and company_of(bill).id != ledger.company:
            self._misplaced(found, ledger, bill_entry(bill), company_of(bill))
            return
        entry = self._in_company(_entry(BILL, "", invoice), ledger.company)
        _differ(found, entry, [f"belongs to no bill (supplier {supplier})"])

    def _misplaced(self, found: _Findings, ledger: Ledger, entry: Entry, own: Company) -> None:
        what = f"in company {ledger.company} though it belongs into {own.id}"
        _differ(found, self._in_company(entry, own.id), [what])

    def _in_company(self, entry: Entry, company: str) -> Entry:
        """The entry; with the company if there are several."""
        return {**entry, "company": company} if len(self._sight.companies) > 1 else entry

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
        """What each side holds; SYSPRO's companies together."""
        tenant, ledgers = self._tenant, list(self._sight.companies)
        return {
            "procurify": {
                "vendors": len(tenant.vendors),
                "purchase_orders": len(tenant.orders),
                "bills": len(tenant.bills),
            },
            "syspro": {
                "suppliers": sum(len(ledger.tables["ApSupplier"]) for ledger in ledgers),
                "purchase_orders": sum(
                    order.is_live for ledger in ledgers for order in ledger.orders()
                ),
                "invoices": sum(len(ledger.tables["ApInvoice"]) for ledger in ledgers),
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
