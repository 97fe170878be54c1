"""Which documents a scenario has: how many, and which of them are to be held and why. Pure.

A cause is the engine's hold code. From 60 documents on every cause occurs; with fewer a seeded
choice does. Vendors are one to five documents, but no more than ten thousand: a large buyer orders
more often, not from ever more suppliers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

NOT_IN_CODE_PAGE = "NOT_IN_CODE_PAGE"


class OrderShape(StrEnum):
    """What is particular about a purchase order; held shapes bear the cause as value."""

    ORDINARY = "ordinary"
    REVISED_LATER = "revised_later"
    CANCELLED_LATER = "cancelled_later"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    PAID_BY_CARD = "paid_by_card"
    WAITS_FOR_HELD = "WAITS_FOR_HELD"
    SUPPLIER_ON_HOLD = "SUPPLIER_ON_HOLD"
    LINE_NO_ACCOUNT = "LINE_NO_ACCOUNT"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    BLANKET_PO = "BLANKET_PO"
    PRICE_PRECISION = "PRICE_PRECISION"
    PO_NUMBER_TOO_LONG = "PO_NUMBER_TOO_LONG"

    @property
    def is_held(self) -> bool:
        """Whether such an order must be held; the value is then the cause."""
        return self.value.isupper()


class BillShape(StrEnum):
    """What is particular about a bill; held shapes bear the cause as value."""

    ORDINARY = "ordinary"
    DRAFT = "draft"
    DENIED = "denied"
    EXPENSE = "expense"
    CARD = "card"
    WAITS_FOR_HELD = "WAITS_FOR_HELD"
    LINE_NO_ACCOUNT = "LINE_NO_ACCOUNT"
    NO_INVOICE_NUMBER = "NO_INVOICE_NUMBER"
    INVOICE_NUMBER_TOO_LONG = "INVOICE_NUMBER_TOO_LONG"
    DUPLICATE_INVOICE = "DUPLICATE_INVOICE"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    TAX_UNMAPPED = "TAX_UNMAPPED"
    PERIOD_CLOSED = "PERIOD_CLOSED"

    @property
    def is_held(self) -> bool:
        """Whether such a bill must be held; the value is then the cause."""
        return self.value.isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Documents that belong together because of one cause."""

    order: OrderShape | None = None
    bill: BillShape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The shapes of all documents, in the order of their ids; `vendors` counts ordinary ones."""

    orders: tuple[OrderShape, ...]
    bills: tuple[BillShape, ...]
    vendors: int


_FEW = 60
_MOST_VENDORS = 10_000
_UNITS = (
    Unit(order=OrderShape.WAITS_FOR_HELD, bill=BillShape.WAITS_FOR_HELD),
    Unit(order=OrderShape.SUPPLIER_ON_HOLD, bill=BillShape.WAITS_FOR_HELD),
    Unit(order=OrderShape.LINE_NO_ACCOUNT),
    Unit(order=OrderShape.CURRENCY_MISMATCH),
    Unit(order=OrderShape.BLANKET_PO),
    Unit(order=OrderShape.PRICE_PRECISION),
    Unit(bill=BillShape.LINE_NO_ACCOUNT),
    Unit(bill=BillShape.NO_INVOICE_NUMBER),
    Unit(bill=BillShape.INVOICE_NUMBER_TOO_LONG),
    Unit(bill=BillShape.DUPLICATE_INVOICE),
    Unit(bill=BillShape.TOTAL_MISMATCH),
    Unit(bill=BillShape.TAX_UNMAPPED),
    Unit(bill=BillShape.PERIOD_CLOSED),
)
_MANUAL_UNIT = Unit(order=OrderShape.PO_NUMBER_TOO_LONG)
_IDLE_ORDERS = (OrderShape.CANCELLED, OrderShape.CLOSED, OrderShape.PAID_BY_CARD)
_IDLE_BILLS = (BillShape.DRAFT, BillShape.DENIED, BillShape.EXPENSE, BillShape.CARD)


def plan_documents(*, seed: int, documents: int, po_numbering: str) -> Plan:
    """The shapes for so many documents: about 55 orders to 45 bills; at least one order.

    Raises `ValueError` for a negative number.
    """
    if documents < 0:
        raise ValueError(f"a scenario cannot have {documents} documents")
    if documents == 0:
        return Plan(orders=(), bills=(), vendors=0)
    rng = Random(f"{seed}/plan")
    order_count = max(1, (documents * 55 + 50) // 100)
    bill_count = documents - order_count
    units = _choose_units(rng, documents, po_numbering)
    orders = [unit.order for unit in units if unit.order is not None]
    bills = [unit.bill for unit in units if unit.bill is not None]
    if documents >= 20:
        idle_rounds = max(1, documents // 100)
        orders += list(_IDLE_ORDERS) * idle_rounds
        bills += list(_IDLE_BILLS) * idle_rounds
    special = [OrderShape.REVISED_LATER, OrderShape.CANCELLED_LATER][:order_count]
    orders = orders[: order_count - len(special)]
    orders += [OrderShape.ORDINARY] * (order_count - len(special) - len(orders))
    bills = bills[:bill_count]
    bills += [BillShape.ORDINARY] * (bill_count - len(bills))
    rng.shuffle(orders)
    rng.shuffle(bills)
    return Plan(
        orders=(*special, *orders),
        bills=tuple(_originals_first(bills)),
        vendors=min(max(8, documents // 5), _MOST_VENDORS),
    )


def _choose_units(rng: Random, documents: int, po_numbering: str) -> list[Unit]:
    units = [*_UNITS, _MANUAL_UNIT] if po_numbering == "manual" else list(_UNITS)
    if documents >= _FEW:
        return units * max(1, documents // 200)
    return rng.sample(units, k=min(len(units), documents // 8))


def _originals_first(bills: Sequence[BillShape]) -> list[BillShape]:
    """The same shapes, one ordinary in front and the duplicates, which need originals, last."""
    ordered = sorted(bills, key=lambda shape: shape is BillShape.DUPLICATE_INVOICE)
    if BillShape.ORDINARY in ordered:
        ordered.remove(BillShape.ORDINARY)
        ordered.insert(0, BillShape.ORDINARY)
    return ordered
