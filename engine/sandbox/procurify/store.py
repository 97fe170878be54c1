"""What the tenant holds at this moment, and its prints.

The scenario fills it; the story, the API and the control port change it. Objects are replaced,
never changed, so that a printed form stays good for as long as its object is the current one.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar, cast

from engine.sandbox.procurify.desk import Desk, build_desk
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.prints import Prints
from engine.sandbox.procurify.rows import Chosen, Index, LazyRows
from engine.sandbox.procurify.settings import wall_clock
from engine.sandbox.procurify.tables import CatalogItem, Receipt
from engine.sandbox.scenario.model import (
    BILL,
    PURCHASE_ORDER,
    VENDOR,
    Bill,
    OrderLine,
    PurchaseOrder,
    Source,
    Vendor,
    is_bill_eligible,
    is_order_eligible,
    is_vendor_eligible,
)
from engine.sandbox.scenario.references import References

T = TypeVar("T")
ZERO = Decimal(0)
RECEIPTS_FROM = 500_000
MEMOS = 64
_CATALOG_VENDORS = 20


class Tenant:
    """The current vendors, purchase orders and bills by id, and everything beside them.

    `withheld` names documents that exist but are not yet to be seen: rows that arrive late.
    `skew` is added to every stamp that a change leaves.
    """

    def __init__(self, references: References, clock: Callable[[], datetime] = wall_clock) -> None:
        self.references = references
        self.clock = clock
        self.skew = timedelta(0)
        self.desk: Desk = build_desk(references)
        self.vendors: dict[int, Vendor] = {}
        self.orders: LazyRows[PurchaseOrder] = LazyRows()
        self.bills: LazyRows[Bill] = LazyRows()
        self.prints = Prints()
        self.withheld: set[Source] = set()
        self.revision = 0
        self._index: Index | None = None
        self._history: dict[int, list[PurchaseOrder]] = {}
        self._order_of_line: dict[int, int] = {}
        self._order_ids: dict[str, int] = {}
        self._bill_ids: dict[str, int] = {}
        self._groups: dict[int, dict[int, None]] = {}
        self._bills_of_order: dict[int, dict[int, None]] = {}
        self._received: dict[int, Decimal] = {}
        self._memos: dict[object, object] = {}

    def adopt(
        self, *, orders: LazyRows[PurchaseOrder], bills: LazyRows[Bill], index: Index
    ) -> None:
        """The tenant holds these rows, made on demand and found by the index; before any is put.

        Rows that are made bear their vendor as `vendors` has it when they are made.
        """
        self.orders, self.bills, self._index = orders, bills, index
        self.touch()

    @property
    def catalog(self) -> dict[int, CatalogItem]:
        """The items of the catalogue by id; the desk's are there once anyone has looked here."""
        self.desk.fill_catalog(list(islice(self.vendors.values(), _CATALOG_VENDORS)))
        return self.desk.catalog

    def now(self) -> datetime:
        """The instant that a change made now is stamped with."""
        return self.clock() + self.skew

    def touch(self) -> None:
        """What was worked out from the rows before is forgotten."""
        self.revision += 1
        self._memos.clear()

    def put_vendor(self, vendor: Vendor) -> None:
        """The vendor is the current one under its id, and in every document that names it."""
        is_known = vendor.id in self.vendors
        self.vendors[vendor.id] = vendor
        if is_known:
            self._rebind_vendor(vendor)
        self.touch()

    def put_order(self, order: PurchaseOrder) -> None:
        """The order is the current one under its id, and the newest in its history.

        What it has received more than before is a new receipt; what less, undoes receipts.
        """
        self._history[order.id] = [*self.versions_of_order(order.id), order]
        self.orders[order.id] = order
        self._order_ids[_bare(order.uuid)] = order.id
        for line in order.lines:
            self._order_of_line[line.id] = order.id
            if line.received != self._received.get(line.id, ZERO):
                self._follow_receipt(order, line)
        self._rebind_order(order)
        self.touch()

    def put_bill(self, bill: Bill) -> None:
        """The bill is the current one under its id and uuid."""
        self.bills[bill.id] = bill
        self._bill_ids[_bare(bill.uuid)] = bill.id
        self._groups.setdefault(bill.group, {})[bill.id] = None
        for order in bill.orders:
            self._bills_of_order.setdefault(order.id, {})[bill.id] = None
        self._reprint_group(bill)

    def drop_bill(self, bill: Bill) -> None:
        """The bill was never there: a hard delete (procurify.md §7)."""
        del self.bills[bill.id]
        self._bill_ids.pop(_bare(bill.uuid), None)
        self._groups.get(bill.group, {}).pop(bill.id, None)
        for order in bill.orders:
            self._bills_of_order.get(order.id, {}).pop(bill.id, None)
        self._reprint_group(bill)

    def put_receipt(self, receipt: Receipt) -> None:
        """The receipt is there; its quantity is to be put into the order next."""
        self.desk.receipts[receipt.id] = receipt
        self._received[receipt.item] = self._received.get(receipt.item, ZERO) + receipt.passed
        self.touch()

    def put_extras(self, source: Source, extras: dict[str, Json]) -> None:
        """The document prints these fields too, as `Prints.lay_over` says."""
        self.prints.lay_over(source, extras)
        self.touch()

    def take_receipt(self, receipt: Receipt) -> None:
        """The receipt is gone; its quantity is to be taken out of the order next."""
        self.desk.undo_receipt(receipt, self.now())
        before = self._received.get(receipt.item, ZERO)
        self._received[receipt.item] = before - receipt.passed
        self.touch()

    def bill_of(self, uuid: str) -> Bill | None:
        """The bill of that uuid, with or without dashes."""
        bare = _bare(uuid)
        found = self._bill_ids.get(bare)
        if found is None and self._index is not None:
            found = self._index.bill_of_uuid(bare)
        return None if found is None else self.bills.get(found)

    def versions_of_order(self, identity: int) -> list[PurchaseOrder]:
        """Every state that the order has had, the present one last; none if it is unknown."""
        known = self._history.get(identity)
        if known is not None:
            return known
        return [self.orders[identity]] if identity in self.orders else []

    def versions_of(self, bill: Bill) -> list[Bill]:
        """The bills of the same group, by version (procurify.md §4.2)."""
        return self.versions_in(bill.group)

    def versions_in(self, group: int) -> list[Bill]:
        """The bills of that group, by version."""
        known = dict(self._groups.get(group, {}))
        if self._index is not None:
            known |= dict.fromkeys(self._index.bills_of_group(group))
        found = [self.bills[identity] for identity in known if identity in self.bills]
        return sorted(found, key=lambda row: row.version)

    def is_superseded(self, bill: Bill) -> bool:
        """Whether a newer version of the bill is there."""
        others = (self.bills.get(identity) for identity in self._groups.get(bill.group, ()))
        return any(row is not None and row.version > bill.version for row in others)

    def bills_of(self, order: PurchaseOrder) -> list[Bill]:
        """The bills that bill the order."""
        known = dict(self._bills_of_order.get(order.id, {}))
        if self._index is not None:
            known |= dict.fromkeys(self._index.bills_of_order(order.id))
        return [self.bills[identity] for identity in known if identity in self.bills]

    def order_of(self, identity: str) -> PurchaseOrder | None:
        """The order of that `procurify_PO` or uuid."""
        if identity.isascii() and identity.isdigit() and len(identity) < 19:
            return self.orders.get(int(identity))
        bare = _bare(identity)
        found = self._order_ids.get(bare)
        if found is None and self._index is not None:
            found = self._index.order_of_uuid(bare)
        return None if found is None else self.orders.get(found)

    def order_with_line(self, line: int | None) -> PurchaseOrder | None:
        """The order that has, or had, the line of that id."""
        if line is None:
            return None
        found = self._order_of_line.get(line)
        if found is None and self._index is not None:
            found = self._index.order_of_line(line)
        return None if found is None else self.orders.get(found)

    def lines(self) -> list[tuple[PurchaseOrder, OrderLine]]:
        """Every order line with its order, by id."""
        return [(order, line) for order in self.orders.values() for line in order.lines]

    def orders_named(self, number: str) -> list[PurchaseOrder]:
        """The orders of a number that people see."""
        found = {row.id for row in self.orders.own.values() if row.number == number}
        if self._index is not None:
            known = self._index.order_of_number(number)
            found |= set() if known is None else {known}
        rows = [self.orders[identity] for identity in sorted(found)]
        return [row for row in rows if row.number == number]

    def bills_named(self, number: str) -> list[Bill]:
        """The bills of an invoice number, blanks around it apart, by their ids."""
        number = number.strip()
        found = {row.id for row in self.bills.own.values() if row.invoice_number.strip() == number}
        if self._index is not None:
            found |= {one for one in self._index.bills_of_number(number) if one in self.bills}
        rows = [self.bills[identity] for identity in sorted(found)]
        return [row for row in rows if row.invoice_number.strip() == number]

    def orders_to(self, vendor: Vendor) -> list[PurchaseOrder]:
        """The orders to the vendor, by their ids."""
        found = set(self.orders.own)
        if self._index is not None:
            found |= set(self._index.orders_of_vendor(vendor.id))
        rows = [self.orders[identity] for identity in sorted(found) if identity in self.orders]
        return [row for row in rows if row.vendor.id == vendor.id]

    def bills_from(self, vendor: Vendor) -> list[Bill]:
        """The bills of the vendor, by their ids."""
        found = set(self.bills.own)
        if self._index is not None:
            found |= set(self._index.bills_of_vendor(vendor.id))
        rows = [self.bills[identity] for identity in sorted(found) if identity in self.bills]
        return [row for row in rows if row.vendor.id == vendor.id]

    def bills_that_may_be_paid(self) -> Iterator[Bill]:
        """The bills among which all are that are paid, by their ids."""
        paid = self._index.bills_paid() if self._index is not None else ()
        return (self.bills[one] for one in self.bills if one in self.bills.own or one in paid)

    def orders_that_may_be_by_card(self) -> Iterator[PurchaseOrder]:
        """The orders among which all are that are paid by card, by their ids."""
        own, cards = self.orders.own, frozenset[int]()
        if self._index is not None:
            cards = frozenset(self._index.orders_by_card())
        return (self.orders[one] for one in self.orders if one in own or one in cards)

    def seen_vendors(self) -> list[Vendor]:
        """The vendors that may be seen already."""
        hidden = self._withheld_of(VENDOR)
        return [row for row in self.vendors.values() if str(row.id) not in hidden]

    def seen_orders(self) -> Chosen[PurchaseOrder]:
        """The orders that may be seen already."""
        hidden = {int(name) for name in self._withheld_of(PURCHASE_ORDER)}
        return self.memo(
            "seen orders",
            lambda: Chosen(self.orders, (one for one in self.orders if one not in hidden)),
        )

    def seen_bills(self) -> Chosen[Bill]:
        """The bills that may be seen already."""
        bills = map(self.bill_of, self._withheld_of(BILL))
        hidden = {bill.id for bill in bills if bill is not None}
        return self.memo(
            "seen bills",
            lambda: Chosen(self.bills, (one for one in self.bills if one not in hidden)),
        )

    def eligible_vendors(self) -> Iterator[Vendor]:
        """The vendors that are to be suppliers."""
        return filter(is_vendor_eligible, self.vendors.values())

    def eligible_orders(self) -> Iterator[PurchaseOrder]:
        """The orders that are to be in SYSPRO."""
        return filter(is_order_eligible, self.orders.values())

    def eligible_bills(self) -> Iterator[Bill]:
        """The bills that are to be in SYSPRO."""
        return filter(is_bill_eligible, self.bills.values())

    def memo(self, key: object, work_out: Callable[[], T]) -> T:
        """What is worked out from the rows, once for as long as no row changes."""
        kept = self._memos.get(key)
        if kept is None:
            if len(self._memos) >= MEMOS:
                self._memos.pop(next(iter(self._memos)))
            kept = self._memos[key] = (work_out(),)
        return cast(tuple[T], kept)[0]

    def _reprint_group(self, bill: Bill) -> None:
        """Every bill of the group is printed anew: it names its other versions."""
        for row in self.versions_of(bill):
            self.prints.forget(Source(BILL, row.uuid))
        self.touch()

    def _withheld_of(self, kind: str) -> set[str]:
        return {source.id for source in self.withheld if source.kind == kind}

    def _rebind_vendor(self, vendor: Vendor) -> None:
        """Documents name the vendor as it is now; none of them counts as changed."""
        for order in list(self.orders.own.values()):
            if order.vendor.id == vendor.id:
                self.orders[order.id] = replace(order, vendor=vendor)
        for bill in list(self.bills.own.values()):
            if bill.vendor.id == vendor.id:
                self.bills[bill.id] = replace(bill, vendor=vendor)
        self.orders.forget()
        self.bills.forget()

    def _rebind_order(self, order: PurchaseOrder) -> None:
        """The bills on the order show it as it is now; none of them counts as changed."""
        lines = {line.id: line for line in order.lines}
        for bill in self.bills_of(order):
            self.bills[bill.id] = replace(
                bill,
                lines=tuple(
                    replace(
                        line,
                        order=order,
                        order_line=lines.get(line.order_line.id, line.order_line),
                    )
                    if line.order is not None
                    and line.order.id == order.id
                    and line.order_line is not None
                    else line
                    for line in bill.lines
                ),
            )

    def _follow_receipt(self, order: PurchaseOrder, line: OrderLine) -> None:
        before = self._received.get(line.id, ZERO)
        self._received[line.id] = line.received
        if line.received > before:
            identity = RECEIPTS_FROM + line.id
            while identity in self.desk.receipts or identity in self.desk.undone:
                identity += 10_000_000
            self.desk.receipts[identity] = Receipt(
                id=identity,
                item=line.id,
                first_passed=line.received - before,
                failed=ZERO,
                received_at=order.modified_at,
                user=order.purchaser,
            )
            return
        undone = before - line.received
        for receipt in reversed(
            [row for row in self.desk.receipts.values() if row.item == line.id]
        ):
            if undone <= 0:
                return
            left = receipt.passed - undone
            undone -= receipt.passed
            if left > 0:
                edits = (*receipt.edits, (order.modified_at, left))
                self.desk.receipts[receipt.id] = replace(receipt, edits=edits)
            else:
                self.desk.undo_receipt(receipt, order.modified_at)


def _bare(uuid: str) -> str:
    return uuid.replace("-", "").lower()
