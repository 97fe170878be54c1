"""The judgement over the engine's work: from the two ledgers and the scenario alone.

What is added by the control port is judged like the scenario's own; what must be held is what the
story says of both. What people typed into SYSPRO is nobody's document, and an order that a person
changed last may differ.

`missing` are eligible documents that SYSPRO has not, held ones included; `posted` counts eligible
documents that it has: an order or a bill in the company of its location, a vendor in every company.
A document that must be held because it changed after it was posted is judged by the newest version
that can be posted, and is not missing. A credit note is a bill; it is there if one entry credits
its invoice. Of the versions of one bill the newest is judged. With several companies, an entry
names its own (a vendor's those where it is missing), and a document found in another company
differs. Before all is settled, differences may be transient.
"""

from collections.abc import Generator, Iterator
from typing import Final

from engine.sandbox.differences import (
    bill_differences,
    credit_differences,
    is_ended,
    order_differences,
)
from engine.sandbox.findings import Entry, Findings, bill_entry, order_entry, vendor_entry
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import (
    Bill,
    PurchaseOrder,
    Vendor,
    is_bill_eligible,
    is_order_eligible,
)
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import (
    Sight,
    bill_source,
    entry_key,
    invoice_key,
    is_credit,
    order_key,
    order_source,
    vendor_source,
)
from engine.sandbox.strangers import Strangers
from engine.sandbox.syspro.ledger import Ledger, Order, text
from engine.sandbox.totals import Side, add_books, bill_group, compared, order_group
from engine.sandbox.violations import order_violations

STEP: Final = 25
"""How many documents are judged in one step."""


class Oracle:
    """Judges at any moment."""

    def __init__(self, tenant: Tenant, sight: Sight, story: Story) -> None:
        self._tenant = tenant
        self._sight = sight
        self._story = story
        self._strangers = Strangers(tenant, sight)
        self._suppliers_at_first = {
            ledger.company: frozenset(ledger.tables["ApSupplier"]) for ledger in sight.companies
        }

    def verdict(self) -> dict[str, object]:
        """The judgement of one moment, as plain JSON values."""
        steps = self.judge()
        while True:
            try:
                next(steps)
            except StopIteration as ended:
                found: dict[str, object] = ended.value
                return found

    def judge(self) -> Generator[None, None, dict[str, object]]:
        """The judgement, in steps between which both systems may go on.

        What changes meanwhile may be judged half; `story_left` is that of the first step.
        """
        left = self._story.left
        found = Findings()
        self._judge_vendors(found)
        yield
        yield from self._judge_orders(found)
        yield from self._judge_bills(found)
        syspro, violations = Side(), list[Entry]()
        for ledger in self._sight.companies:
            yield
            self._strangers.judge(ledger, found)
            add_books(syspro, self._sight, ledger)
            yield
            at_first = self._suppliers_at_first[ledger.company]
            violations += [
                self._strangers.in_company(entry, ledger.company)
                for entry in order_violations(self._tenant, ledger, at_first)
            ]
        return {
            "eligible": found.eligible,
            "posted": found.posted,
            "duplicates": found.duplicates,
            "missing": found.missing,
            "must_hold": found.must_hold,
            "order_violations": violations,
            "differences": found.differences,
            "totals": compared(found.procurify, syspro),
            "story": {
                **self._story.happened,
                "companies": len(self._sight.companies),
                "currencies": len(found.currencies),
            },
            "story_left": left,
            "counts": self._counts(),
        }

    def _judge_vendors(self, found: Findings) -> None:
        for vendor in self._tenant.eligible_vendors():
            lacking = self._sight.lacking(vendor)
            entry = self._strangers.in_company(vendor_entry(vendor), ", ".join(lacking))
            entry = entry if lacking else vendor_entry(vendor)
            cause = self._story.must_hold.get(vendor_source(vendor))
            found.count(entry, cause, is_posted=not lacking)
        for ledger in self._sight.companies:
            for vendor, supplier in self._doubled_suppliers(ledger):
                entry = self._strangers.in_company(vendor_entry(vendor), ledger.company)
                found.double(entry, f"supplier {supplier} too")

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

    def _judge_orders(self, found: Findings) -> Iterator[None]:
        for place, identity in enumerate(list(self._tenant.orders)):
            order = self._tenant.orders.get(identity)
            if order is not None:
                self._judge_order(found, order)
            if place % STEP == 0:
                yield

    def _judge_order(self, found: Findings, order: PurchaseOrder) -> None:
        found.currencies.add(order.currency.name)
        wanted = self._story.wanted_order(order)
        posted = self._sight.orders_of(wanted)
        found.rows |= {(company_of(order).id, *order_key(row)) for row in posted}
        entry = self._strangers.in_company(order_entry(order), company_of(order).id)
        if not is_order_eligible(wanted):
            if not all(is_ended(wanted, one) for one in posted):
                found.differ(entry, ["live in SYSPRO though it is not to be there"])
            return
        cause = self._story.must_hold.get(order_source(order))
        found.count(entry, cause, is_posted=bool(posted))
        for other in posted[1:]:
            number = text(other.header["PurchaseOrder"]).lstrip("0")
            found.double(entry, f"order {number} too")
        if posted:
            found.procurify.add(*order_group(wanted))
            found.differ(entry, self._order_differences(wanted, posted[0]))

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

    def _judge_bills(self, found: Findings) -> Iterator[None]:
        for place, identity in enumerate(list(self._tenant.bills)):
            bill = self._tenant.bills.get(identity)
            if bill is not None:
                self._judge_bill(found, bill)
            if place % STEP == 0:
                yield

    def _judge_bill(self, found: Findings, bill: Bill) -> None:
        """The newest version of a bill is judged; where SYSPRO is to keep another, by that one."""
        found.currencies.add(bill.currency.name)
        if self._tenant.is_superseded(bill):
            return
        wanted = self._story.wanted_bill(bill)
        entry = self._strangers.in_company(bill_entry(bill), company_of(bill).id)
        if is_credit(wanted):
            self._judge_credit(found, bill, wanted, entry)
        else:
            self._judge_invoice(found, bill, wanted, entry)

    def _judge_invoice(self, found: Findings, bill: Bill, wanted: Bill, entry: Entry) -> None:
        posted = self._sight.invoices_of(wanted)
        found.rows |= {(company_of(bill).id, *invoice_key(row)) for row in posted}
        if not is_bill_eligible(wanted):
            if posted:
                found.differ(entry, ["in SYSPRO though it is not to be there"])
            return
        self._count_bill(found, bill, entry, is_posted=bool(posted))
        for other in posted[1:]:
            found.double(entry, f"invoice {text(other['Invoice'])} too")
        if posted:
            found.procurify.add(*bill_group(wanted))
            found.differ(entry, bill_differences(wanted, posted[0], self._sight.ledger_of(bill)))

    def _judge_credit(self, found: Findings, bill: Bill, wanted: Bill, entry: Entry) -> None:
        """A credit note is one entry against its invoice."""
        posted = self._sight.credited_by(wanted)
        found.rows |= {(company_of(bill).id, *entry_key(row)) for row in posted}
        if not is_bill_eligible(wanted):
            if posted:
                found.differ(entry, ["credited in SYSPRO though it is not to be there"])
            return
        self._count_bill(found, bill, entry, is_posted=bool(posted))
        for other in posted[1:]:
            found.double(entry, f"credit entry {other['EntryNumber']} too")
        if posted:
            found.procurify.add(*bill_group(wanted))
            found.differ(entry, credit_differences(wanted, posted[0], self._sight.ledger_of(bill)))

    def _count_bill(self, found: Findings, bill: Bill, entry: Entry, *, is_posted: bool) -> None:
        cause = self._story.must_hold.get(bill_source(bill))
        found.count(entry, cause, is_posted=is_posted)

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
