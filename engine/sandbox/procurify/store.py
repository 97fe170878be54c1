"""What the tenant holds at this moment, and each object's printed form.

The scenario fills it; the story, the API and the control port change it. Objects are replaced,
never changed, so that a printed form stays good for as long as its object is the current one.
"""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar, cast

import orjson

from engine.sandbox.procurify.desk import Desk, build_desk
from engine.sandbox.procurify.printing import Json, printed
from engine.sandbox.procurify.rows import Chosen, Index, LazyRows
from engine.sandbox.procurify.settings import wall_clock
from engine.sandbox.procurify.tables import CatalogItem, Receipt
from engine.sandbox.scenario.model import (
    BILL,
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
PRINTED = 20_000
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
        self.vendors: MutableMapping[int, Vendor] = {}
        self.orders: MutableMapping[int, PurchaseOrder] = {}
        self.bills: MutableMapping[int, Bill] = {}
        self.history: dict[int, list[PurchaseOrder]] = {}
        self.extras: dict[Source, dict[str, Json]] = {}
        self.withheld: set[Source] = set()
        self.revision = 0
        self._index: Index | None = None
        self._order_of_line: dict[int, int] = {}
        self._order_ids: dict[str, int] = {}
        self._bill_ids: dict[str, int] = {}
        self._groups: dict[int, dict[int, None]] = {}
        self._bills_of_order: dict[int, dict[int, None]] = {}
        self._received: dict[int, Decimal] = {}
        self._printed: dict[Source, dict[str, tuple[object, orjson.Fragment]]] = {}
        self._memos: dict[object, object] = {}

    def adopt(
        self,
        *,
        vendors: LazyRows[Vendor],
        orders: LazyRows[PurchaseOrder],
        bills: LazyRows[Bill],
        index: Index,
    ) -> None:
        """The tenant holds these rows, made on demand and found by the index; before any put.

        Changes of a vendor reach only those documents of it that were put; rows that are made
        come without receipts.
        """
        self.vendors, self.orders, self.bills = vendors, orders, bills
        self._index = index
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
        self.orders[order.id] = order
        self.history.setdefault(order.id, []).append(order)
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
        """The document prints these fields too, over what it would print by itself.

        A name may begin with the one shape that prints it, as in `row.approver`.
        """
        self.extras[source] = {**self.extras.get(source, {}), **extras}
        self._printed.pop(source, None)
        self.touch()

    def take_receipt(self, receipt: Receipt) -> None:
        """The receipt is gone; its quantity is to be taken out of the order next."""
        self.desk.receipts.pop(receipt.id, None)
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

    def versions_of(self, bill: Bill) -> list[Bill]:
        """The bills of the same group, by version (procurify.md §4.2)."""
        known = dict(self._groups.get(bill.group, {}))
        if self._index is not None:
            known |= dict.fromkeys(self._index.bills_of_group(bill.group))
        found = [self.bills[identity] for identity in known if identity in self.bills]
        return sorted(found, key=lambda row: row.version)

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

    def seen(
        self, kind: str, rows: MutableMapping[int, T], id_of: Callable[[T], str]
    ) -> Sequence[T]:
        """The rows that may be seen already."""
        if isinstance(rows, LazyRows):
            chosen = Chosen(rows, list(rows))
            if not any(source.kind == kind for source in self.withheld):
                return chosen
            return chosen.narrowed(
                lambda row: Source(kind, id_of(row)) not in self.withheld, by_facet=False
            )
        if not self.withheld:
            return list(rows.values())
        return [row for row in rows.values() if Source(kind, id_of(row)) not in self.withheld]

    def eligible_vendors(self) -> list[Vendor]:
        """The vendors that are to be suppliers."""
        return [vendor for vendor in self.vendors.values() if is_vendor_eligible(vendor)]

    def eligible_orders(self) -> list[PurchaseOrder]:
        """The orders that are to be in SYSPRO."""
        return [order for order in self.orders.values() if is_order_eligible(order)]

    def eligible_bills(self) -> list[Bill]:
        """The bills that are to be in SYSPRO."""
        return [bill for bill in self.bills.values() if is_bill_eligible(bill)]

    def memo(self, key: object, work_out: Callable[[], T]) -> T:
        """What is worked out from the rows, once for as long as no row changes."""
        kept = self._memos.get(key)
        if kept is None:
            if len(self._memos) >= MEMOS:
                self._memos.pop(next(iter(self._memos)))
            kept = self._memos[key] = (work_out(),)
        return cast(tuple[T], kept)[0]

    def printed(
        self,
        shape: str,
        source: Source,
        row: T,
        print_row: Callable[[T], dict[str, Json]],
    ) -> orjson.Fragment:
        """The row as JSON with its extras, printed once for as long as it is the current one."""
        shapes = self._printed.get(source)
        if shapes is None:
            if len(self._printed) >= PRINTED:
                del self._printed[next(iter(self._printed))]
            shapes = self._printed[source] = {}
        kept = shapes.get(shape)
        if kept is not None and kept[0] is row:
            return kept[1]
        shown = print_row(row)
        for name, value in self.extras.get(source, {}).items():
            bare = name.removeprefix(f"{shape}.")
            if bare in shown:
                shown[bare] = value
        fragment = orjson.Fragment(printed(shown))
        shapes[shape] = (row, fragment)
        return fragment

    def _reprint_group(self, bill: Bill) -> None:
        """Every bill of the group is printed anew: it names its other versions."""
        for row in self.versions_of(bill):
            self._printed.pop(Source(BILL, row.uuid), None)
        self.touch()

    def _rebind_vendor(self, vendor: Vendor) -> None:
        """Documents name the vendor as it is now; none of them counts as changed."""
        for order in _held(self.orders):
            if order.vendor.id == vendor.id:
                self.orders[order.id] = replace(order, vendor=vendor)
        for bill in _held(self.bills):
            if bill.vendor.id == vendor.id:
                self.bills[bill.id] = replace(bill, vendor=vendor)

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
            while identity in self.desk.receipts:
                identity += 10_000_000
            self.desk.receipts[identity] = Receipt(
                id=identity,
                item=line.id,
                passed=line.received - before,
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
            undone -= receipt.passed
            del self.desk.receipts[receipt.id]


def _held(rows: MutableMapping[int, T]) -> list[T]:
    """The rows that exist as objects."""
    return rows.own() if isinstance(rows, LazyRows) else list(rows.values())


def _bare(uuid: str) -> str:
    return uuid.replace("-", "").lower()
