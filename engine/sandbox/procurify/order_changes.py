"""What may become of a purchase order: revised, received, closed, reopened, cancelled.

Each returns the order as it then is, or raises `ValueError` that says why it may not. The rules
are procurify.md §8.7, §8.8 and §5; where those are silent, the simplest one (invented). Pure but
for the tenant that holds the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Receipt
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder, User, round_money

PURCHASED, CANCELLED, CLOSED, REOPENED = 0, 1, 3, 5
OPEN = frozenset({PURCHASED, REOPENED})
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What is to be other in the line of that id."""

    id: int
    quantity: Decimal | None = None
    price: Decimal | None = None
    name: str | None = None
    sku: str | None = None
    unit: str | None = None
    tax_amount: Decimal | None = None


def revise_order(
    tenant: Tenant,
    order: PurchaseOrder,
    changes: Sequence[LineChange],
    *,
    added: Sequence[OrderLine] = (),
    header: Mapping[str, object] | None = None,
) -> PurchaseOrder:
    """The order's next version, with these lines changed and those added."""
    _must_be_open(order)
    known = {line.id: line for line in order.lines}
    for change in changes:
        line = known.get(change.id)
        if line is None:
            raise ValueError(f"order {order.id} has no item {change.id}")
        known[change.id] = _changed(line, change)
    revised = replace(
        order,
        lines=(*known.values(), *added),
        version=order.version + 1,
        modified_at=tenant.now(),
    )
    for name, value in (header or {}).items():
        revised = _with_header(revised, name, value)
    tenant.put_order(revised)
    return revised


def receive_item(
    tenant: Tenant,
    item: int,
    passed: Decimal,
    failed: Decimal = ZERO,
    user: User | None = None,
) -> Receipt:
    """Goods of an order item have come; an order that is fully received closes (§8.7)."""
    order = tenant.order_with_line(item)
    line = next((row for row in order.lines if row.id == item), None) if order else None
    if order is None or line is None:
        raise ValueError(f"there is no order item {item}")
    _must_be_open(order)
    if passed < 0 or failed < 0 or not passed + failed:
        raise ValueError("a receipt needs a quantity")
    receipt = Receipt(
        id=tenant.desk.next_id(),
        item=item,
        first_passed=passed,
        failed=failed,
        received_at=tenant.now(),
        user=user or order.purchaser,
    )
    tenant.put_receipt(receipt)
    _put_received(tenant, order, item, line.received + passed, line.failed + failed)
    return receipt


def undo_receipt(tenant: Tenant, identity: int) -> PurchaseOrder:
    """The receipt never was; the received quantity goes down (§8.9, log action 12)."""
    receipt = tenant.desk.receipts.get(identity)
    order = tenant.order_with_line(receipt.item) if receipt else None
    if receipt is None or order is None:
        raise ValueError(f"there is no receipt {identity}")
    line = next(row for row in order.lines if row.id == receipt.item)
    tenant.take_receipt(receipt)
    received, bad = line.received - receipt.passed, line.failed - receipt.failed
    return _put_received(tenant, order, receipt.item, received, bad)


def close_order(tenant: Tenant, order: PurchaseOrder) -> PurchaseOrder:
    """The order is closed."""
    _must_be_open(order)
    return _put_state(tenant, order, CLOSED)


def reopen_order(tenant: Tenant, order: PurchaseOrder) -> PurchaseOrder:
    """A closed order is open again, in the state that says so."""
    if order.state != CLOSED:
        raise ValueError(f"order {order.id} is not closed")
    return _put_state(tenant, order, REOPENED)


def cancel_order(tenant: Tenant, order: PurchaseOrder) -> PurchaseOrder:
    """The order is cancelled and inactive; one that was received in part may not be."""
    _must_be_open(order)
    if any(line.received for line in order.lines):
        raise ValueError(f"order {order.id} has receipts")
    return _put_state(tenant, order, CANCELLED)


def _must_be_open(order: PurchaseOrder) -> None:
    if order.state not in OPEN:
        raise ValueError(f"order {order.id} is not open")


def _put_state(tenant: Tenant, order: PurchaseOrder, state: int) -> PurchaseOrder:
    changed = replace(order, state=state, version=order.version + 1, modified_at=tenant.now())
    tenant.put_order(changed)
    return changed


def _put_received(
    tenant: Tenant, order: PurchaseOrder, item: int, received: Decimal, failed: Decimal
) -> PurchaseOrder:
    lines = tuple(
        replace(line, received=received, failed=failed) if line.id == item else line
        for line in order.lines
    )
    is_full = all(line.received >= line.quantity for line in lines)
    state = CLOSED if is_full else REOPENED if order.state == CLOSED else order.state
    changed = replace(order, lines=lines, state=state, modified_at=tenant.now())
    tenant.put_order(changed)
    return changed


def _changed(line: OrderLine, change: LineChange) -> OrderLine:
    quantity = line.quantity if change.quantity is None else change.quantity
    price = line.price if change.price is None else change.price
    if line.received and (quantity != line.quantity or price != line.price):
        raise ValueError(f"item {line.id} is received; its quantity and price are fixed")
    if quantity <= 0:
        raise ValueError(f"item {line.id} needs a quantity")
    total = round_money(quantity * price)
    tax = line.tax_amount
    if total != line.total:
        tax = ZERO if line.tax is None else round_money(total * line.tax.percent / 100)
    return replace(
        line,
        quantity=quantity,
        price=price,
        total=total,
        name=line.name if change.name is None else change.name,
        sku=line.sku if change.sku is None else change.sku,
        unit=line.unit if change.unit is None else change.unit,
        tax_amount=tax if change.tax_amount is None else change.tax_amount,
    )


def _with_header(order: PurchaseOrder, name: str, value: object) -> PurchaseOrder:
    match name:
        case "custom_number":
            return replace(order, custom_number=str(value or ""))
        case "comment":
            return replace(order, comment=str(value or ""))
        case "discount" if isinstance(value, Decimal):
            return replace(order, discount=value)
        case "is_discount_percent":
            return replace(order, is_discount_percent=bool(value))
        case "promised_at" if isinstance(value, datetime):
            return replace(order, promised_at=value)
        case "freight" if isinstance(value, Decimal):
            return replace(order, freight=round_money(value))
        case "other" if isinstance(value, Decimal):
            return replace(order, other=round_money(value))
        case _:
            raise ValueError(f"an order has no {name} to change")
