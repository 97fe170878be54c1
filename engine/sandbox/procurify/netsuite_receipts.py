"""Item receipt lines of the NetSuite-integration API (procurify.md §3.1): one for each receipt.

In Procurify's own example two lines have one order item, each with its own history. A receipt
that was undone stays, at nothing, for as long as the integration has it (inferred: its `delta`
may be negative).
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.sandbox.procurify.netsuite_shapes import ORDER, RECEIPT_LINE, mapped, order_fields
from engine.sandbox.procurify.printing import Json, decimal_text, local_time
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Receipt
from engine.sandbox.scenario.model import OrderLine, PurchaseOrder

SYNCED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """A receipt with the order item that it is of; `gone_at` says when it was undone."""

    order: PurchaseOrder
    line: OrderLine
    receipt: Receipt
    gone_at: datetime | None = None

    @property
    def history(self) -> list[tuple[datetime, Decimal]]:
        """When its quantity became what, the first first."""
        first = (self.receipt.received_at, self.receipt.first_passed)
        last = [] if self.gone_at is None else [(self.gone_at, Decimal(0))]
        return [first, *self.receipt.edits, *last]


def receipt_lines(tenant: Tenant) -> list[ReceiptLine]:
    """The lines of orders that the integration has, by id; new ones only with a quantity."""
    desk, maps = tenant.desk, tenant.desk.maps
    found: list[ReceiptLine] = []
    there: list[tuple[Receipt, datetime | None]] = [(row, None) for row in desk.receipts.values()]
    there += [(row.receipt, row.at) for row in desk.undone.values()]
    for receipt, gone_at in there:
        order = tenant.order_with_line(receipt.item)
        lines = order.lines if order is not None else ()
        line = next((row for row in lines if row.id == receipt.item), None)
        if order is None or line is None:
            continue
        said = maps.get((ORDER, order.id))
        is_new = (RECEIPT_LINE, receipt.id) not in maps
        is_nothing = gone_at is not None or not receipt.passed
        if said is None or said.status != SYNCED or (is_new and is_nothing):
            continue
        found.append(ReceiptLine(order=order, line=line, receipt=receipt, gone_at=gone_at))
    return sorted(found, key=lambda row: row.receipt.id)


def receipt_line(tenant: Tenant, row: ReceiptLine) -> dict[str, Json]:
    """An item receipt line."""
    desk, order = tenant.desk, row.order
    said = desk.maps.get((RECEIPT_LINE, row.receipt.id))
    before = said.received if said else Decimal(0)
    changed_at, received = row.history[-1]
    return {
        "id": row.receipt.id,
        "name": row.line.name,
        "order_item_id": row.line.id,
        "purchased_quantity": decimal_text(row.line.quantity, 2),
        "received_quantity": decimal_text(received, 2),
        "receive_history": [
            {"received_quantity": decimal_text(quantity, 2), "timestamp": local_time(at)}
            for at, quantity in row.history
        ],
        "purchase_order": {
            "id": order.id,
            "purchase_order_no": order.custom_number,
            "uuid": order.uuid,
            **mapped(desk, ORDER, order.id),
            "custom_fields": order_fields(desk, order.id),
        },
        "created_at": local_time(row.receipt.received_at),
        "updated_at": local_time(changed_at),
        "last_synced_info": {
            "synced_at": local_time(said.said_at) if said else None,
            "received_quantity": decimal_text(before, 2),
            "delta": decimal_text(received - before, 2),
        },
        **mapped(desk, RECEIPT_LINE, row.receipt.id),
    }
