"""Finds the documents of a scenario by what else names them, without a list of names. Pure."""

import re
from collections.abc import Container, Sequence
from typing import Final

from engine.sandbox.scenario.bills import GROUPS_FROM
from engine.sandbox.scenario.identifiers import identifiers
from engine.sandbox.scenario.model import BILL, PURCHASE_ORDER
from engine.sandbox.scenario.orders import FIRST_ORDER
from engine.sandbox.scenario.plan import OrderShape
from engine.sandbox.scenario.scenario import Scenario

_NUMBER: Final = re.compile(r"[A-Za-z]+\W?([0-9]{1,12})")
_DIGITS_BEHIND: Final = 100
"""An invoice number has its bill's id, and two digits behind it."""


class Finder:
    """The index over a scenario's orders and bills; ids are those of documents there at first."""

    def __init__(self, scenario: Scenario) -> None:
        self._orders = scenario.orders
        self._bills = scenario.bills
        self._order_uuids = identifiers(scenario.seed, PURCHASE_ORDER)
        self._bill_uuids = identifiers(scenario.seed, BILL)
        self._duplicates: dict[int, list[int]] = {}
        for duplicate, original in scenario.bills.originals.items():
            self._duplicates.setdefault(original, []).append(duplicate)
        self._places = {vendor.id: place for place, vendor in enumerate(scenario.vendors)}

    def order_of_line(self, line: int) -> int | None:
        """The order of an order item."""
        order, number = divmod(line, 10)
        if order not in self._orders.ids:
            return None
        return order if 1 <= number <= self._orders.sizes[order - FIRST_ORDER] else None

    def order_of_uuid(self, uuid: str) -> int | None:
        """The order of a uuid in 32 lower-case digits."""
        found = self._order_uuids.id_of(uuid)
        return found if found in self._orders.ids else None

    def order_of_number(self, number: str) -> int | None:
        """The order of a number that people see: its id is the digits in it."""
        digits = "".join(filter(str.isdigit, number))
        order = int(digits) if 0 < len(digits) < 10 else 0
        if order not in self._orders.ids or self._orders.make(order).number != number:
            return None
        return order

    def orders_of_vendor(self, vendor: int) -> Sequence[int]:
        """The orders to a vendor."""
        place = self._places.get(vendor)
        pairs = zip(self._orders.ids, self._orders.vendors, strict=True)
        return [order for order, found in pairs if found == place]

    def orders_by_card(self) -> Sequence[int]:
        """The orders that are paid by card."""
        return self._orders.of_shape(OrderShape.PAID_BY_CARD)

    def bill_of_uuid(self, uuid: str) -> int | None:
        """The bill of a uuid in 32 lower-case digits."""
        found = self._bill_uuids.id_of(uuid)
        return found if found in self._bills.ids else None

    def bills_of_number(self, number: str) -> Sequence[int]:
        """The bills whose invoice number may be that one."""
        digits = _NUMBER.match(number)
        bill = int(digits[1]) // _DIGITS_BEHIND if digits else 0
        if bill not in self._bills.ids:
            return []
        return [bill, *self._duplicates.get(bill, ())]

    def bills_of_order(self, order: int) -> Sequence[int]:
        """The bills on an order."""
        found = self._bills.bill_of_order(order)
        return [] if found is None else [found]

    def bills_of_group(self, group: int) -> Sequence[int]:
        """The bills of a group."""
        bill = group - GROUPS_FROM
        return [bill] if bill in self._bills.ids else []

    def bills_paid(self) -> Container[int]:
        """The order bills that are paid from the first."""
        return self._bills.paid

    def bills_of_vendor(self, vendor: int) -> Sequence[int]:
        """The bills of a vendor."""
        place = self._places.get(vendor)
        pairs = zip(self._bills.ids, self._bills.vendors, strict=True)
        return [bill for bill, found in pairs if found == place]
