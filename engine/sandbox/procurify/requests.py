"""What a purchase request is asked about: one that became an order, one that came by the API."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from engine.sandbox.procurify.order_item_shapes import request_number
from engine.sandbox.procurify.order_shapes import request_row, requisition_row
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.tables import Requisition
from engine.sandbox.scenario.model import PurchaseOrder

Request = PurchaseOrder | Requisition


def row_of(row: Request) -> Json:
    """An OrderRead object."""
    return request_row(row) if isinstance(row, PurchaseOrder) else requisition_row(row)


def number_of(row: Request) -> int:
    """The request's number."""
    return request_number(row) if isinstance(row, PurchaseOrder) else row.id


def asked_at(row: Request) -> datetime:
    """When it was asked for."""
    return row.placed_at if isinstance(row, PurchaseOrder) else row.asked_at


def modified_at(row: Request) -> datetime:
    """When it was last changed."""
    return row.modified_at if isinstance(row, PurchaseOrder) else row.asked_at


def required_on(row: Request) -> datetime | date:
    """When it is required."""
    if isinstance(row, PurchaseOrder):
        return row.promised_at
    return date.fromisoformat(row.required_on)


def department_of(row: Request) -> int:
    """The department that asks."""
    if isinstance(row, PurchaseOrder):
        return row.purchaser.department.id
    return row.department.id


def location_of(row: Request) -> int:
    """The location of the department that asks."""
    asks = row.purchaser if isinstance(row, PurchaseOrder) else row
    return asks.department.location.id


def requester_of(row: Request) -> int:
    """Who asks."""
    return row.purchaser.id if isinstance(row, PurchaseOrder) else row.user.id


def codes_of(row: Request) -> Sequence[object]:
    """The account codes of its lines, by id or as text."""
    if isinstance(row, PurchaseOrder):
        return [line.account.code.id for line in row.lines]
    return [line.get("account_code") for line in row.lines]


def has_blanket(row: Request) -> bool:
    """Whether a line is a blanket item."""
    return isinstance(row, PurchaseOrder) and any(line.type == 2 for line in row.lines)


def total_of(row: Request) -> Decimal:
    """What it comes to."""
    return row.subtotal if isinstance(row, PurchaseOrder) else row.total
