"""What the tenant holds at this moment, and each object's printed form.

The scenario fills it, the story changes it; the API only reads. Objects are replaced, never
changed, so that a printed form stays good for as long as its object is the current one.
"""

from collections.abc import Callable
from typing import TypeVar

import orjson

from engine.sandbox.procurify.printing import Json, printed
from engine.sandbox.scenario.model import (
    Bill,
    OrderLine,
    PurchaseOrder,
    Vendor,
    is_bill_eligible,
    is_order_eligible,
    is_vendor_eligible,
)
from engine.sandbox.scenario.references import References

T = TypeVar("T")


class Tenant:
    """The current vendors, purchase orders and bills by id, and the reference rows."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.vendors: dict[int, Vendor] = {}
        self.orders: dict[int, PurchaseOrder] = {}
        self.bills: dict[int, Bill] = {}
        self.history: dict[int, list[PurchaseOrder]] = {}
        self._order_of_line: dict[int, int] = {}
        self._bill_ids: dict[str, int] = {}
        self._printed: dict[tuple[str, object], tuple[object, orjson.Fragment]] = {}

    def put_vendor(self, vendor: Vendor) -> None:
        """The vendor is the current one under its id."""
        self.vendors[vendor.id] = vendor

    def put_order(self, order: PurchaseOrder) -> None:
        """The order is the current one under its id, and the newest in its history."""
        self.orders[order.id] = order
        self.history.setdefault(order.id, []).append(order)
        self._order_of_line.update((line.id, order.id) for line in order.lines)

    def put_bill(self, bill: Bill) -> None:
        """The bill is the current one under its id and uuid."""
        self.bills[bill.id] = bill
        self._bill_ids[bill.uuid] = bill.id

    def bill_of(self, uuid: str) -> Bill | None:
        """The bill of that uuid, with or without dashes."""
        identity = self._bill_ids.get(uuid.replace("-", "").lower())
        return None if identity is None else self.bills[identity]

    def order_of(self, identity: str) -> PurchaseOrder | None:
        """The order of that `procurify_PO` or uuid."""
        if identity.isdigit():
            return self.orders.get(int(identity))
        bare = identity.replace("-", "").lower()
        orders = self.orders.values()
        return next((order for order in orders if order.uuid.replace("-", "") == bare), None)

    def order_with_line(self, line: int | None) -> PurchaseOrder | None:
        """The order that has, or had, the line of that id."""
        identity = None if line is None else self._order_of_line.get(line)
        return None if identity is None else self.orders[identity]

    def lines(self) -> list[tuple[PurchaseOrder, OrderLine]]:
        """Every order line with its order, by id."""
        return [(order, line) for order in self.orders.values() for line in order.lines]

    def eligible_vendors(self) -> list[Vendor]:
        """The vendors that are to be suppliers."""
        return [vendor for vendor in self.vendors.values() if is_vendor_eligible(vendor)]

    def eligible_orders(self) -> list[PurchaseOrder]:
        """The orders that are to be in SYSPRO."""
        return [order for order in self.orders.values() if is_order_eligible(order)]

    def eligible_bills(self) -> list[Bill]:
        """The bills that are to be in SYSPRO."""
        return [bill for bill in self.bills.values() if is_bill_eligible(bill)]

    def printed(
        self, shape: str, identity: object, row: T, print_row: Callable[[T], Json]
    ) -> orjson.Fragment:
        """The row as JSON, printed once for as long as it is the current one."""
        kept = self._printed.get((shape, identity))
        if kept is not None and kept[0] is row:
            return kept[1]
        fragment = orjson.Fragment(printed(print_row(row)))
        self._printed[shape, identity] = (row, fragment)
        return fragment
