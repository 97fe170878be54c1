"""What a story plays on: the two systems, what it has done so far, what must come of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import Bill, PurchaseOrder, Source
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.sight import Sight, bill_source, item_of, order_source
from engine.sandbox.syspro.ledger import text
from engine.sandbox.syspro.writes import Write


class Happening(StrEnum):
    """What a story counts, under the name that the oracle reports."""

    REVISION = "revisions"
    RECEIPT = "receipts"
    CANCELLATION = "cancellations"
    CLOSE = "closes"
    BILL = "bills"
    BILL_CHANGE = "bill_changes"
    WITHDRAWAL = "withdrawals"
    CREDIT_NOTE = "credit_notes"
    NEWCOMER = "newcomers"
    RENAME = "renames"


@dataclass(slots=True, kw_only=True)
class Stage:
    """The scenario at work.

    `must_hold` is the scenario's, what the story adds to it, and what whoever rehearses expects
    besides. `kept_orders` and `kept_bills`, by id, are the versions that SYSPRO is to keep of
    documents whose newest version cannot be posted.
    """

    scenario: Scenario
    tenant: Tenant
    sight: Sight
    clock: Callable[[], datetime]
    must_hold: dict[Source, str] = field(default_factory=dict)
    kept_orders: dict[int, PurchaseOrder] = field(default_factory=dict)
    kept_bills: dict[int, Bill] = field(default_factory=dict)
    happened: Counter[Happening] = field(default_factory=Counter)

    def order(self, identity: int) -> PurchaseOrder:
        """The order of that id as it is now."""
        return self.tenant.orders[identity]

    def bill(self, identity: int) -> Bill:
        """The bill of that id as it is now."""
        return self.tenant.bills[identity]

    def put_order(self, order: PurchaseOrder) -> None:
        """The order is there as given, changed now."""
        self.tenant.put_order(replace(order, modified_at=self.clock()))

    def put_bill(self, bill: Bill) -> None:
        """The bill is there as given, changed now, its lines over the orders as they are now."""
        lines = tuple(
            line if line.order is None else replace(line, order=self.order(line.order.id))
            for line in bill.lines
        )
        self.tenant.put_bill(replace(bill, modified_at=self.clock(), lines=lines))

    def new_bill(self, bill: Bill) -> None:
        """The bill was approved, and submitted, now."""
        self.put_bill(replace(bill, status=2, submitted_at=self.clock()))

    def revise(self, order: PurchaseOrder, held: str = "") -> None:
        """The order's next version is as given; with a cause SYSPRO is to keep the one before."""
        if held:
            self.must_hold[order_source(order)] = held
            self.kept_orders.setdefault(order.id, self.order(order.id))
        self.put_order(replace(order, version=order.version + 1))
        self.happened[Happening.REVISION] += 1

    def cancel(self, identity: int) -> None:
        """The order is cancelled."""
        order = self.order(identity)
        self.put_order(replace(order, state=1, version=order.version + 1))
        self.happened[Happening.CANCELLATION] += 1

    def introduce(self, newcomer: tuple[PurchaseOrder, Bill]) -> None:
        """A vendor comes with an order and a bill over it."""
        order, bill = newcomer
        self.tenant.put_vendor(replace(order.vendor, modified_at=self.clock()))
        self.put_order(order)
        self.new_bill(bill)
        self.happened[Happening.NEWCOMER] += 1

    def withdraw(self, bill: int) -> None:
        """The bill is withdrawn."""
        self.put_bill(replace(self.bill(bill), status=5))
        self.happened[Happening.WITHDRAWAL] += 1

    def keep_bill(self, identity: int, posted: Bill) -> None:
        """SYSPRO is to keep this version of the bill of that id."""
        self.kept_bills.setdefault(identity, posted)

    def hold_bill(self, bill: Bill, cause: str) -> None:
        """The bill must be held."""
        self.must_hold[bill_source(bill)] = cause

    def orders_in(self, write: Write) -> Iterable[int]:
        """The ids of the orders that the write may be: by its lines' items, else by supplier."""
        items = [item_of(row) for row in write.rows.get("PorMasterDetail", ())]
        found = {order.id for order in map(self.tenant.order_with_line, items) if order}
        if any(item is not None for item in items):
            return found
        suppliers = {text(row["Supplier"]) for row in write.rows.get("PorMasterHdr", ())}
        vendors = [row for row in self.tenant.vendors.values() if row.supplier in suppliers]
        return {order.id for vendor in vendors for order in self.tenant.orders_to(vendor)}

    def wanted_order(self, order: PurchaseOrder) -> PurchaseOrder:
        """The newest version of the order that can be posted."""
        return self.kept_orders.get(order.id, order)

    def wanted_bill(self, bill: Bill) -> Bill:
        """The newest version of the bill that can be posted."""
        return self.kept_bills.get(bill.id, bill)
