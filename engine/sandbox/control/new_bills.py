"""New bills of Procurify, with or without an order; what is left out is drawn (`make_bill`).

Totals follow from the lines and costs: only `captured_total` may say another one. Shipping on a
split line is refused, as no fact says which of its accounts bears it.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from engine.sandbox.control.accounts import location_of
from engine.sandbox.control.bill_line_fields import BillFrame, cost_of, line_of
from engine.sandbox.control.change import (
    Entry,
    day_of,
    decimal_of,
    each_of,
    expect,
    expectation_of,
)
from engine.sandbox.control.new_orders import vendor_of
from engine.sandbox.control.new_vendors import draws
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify.bill_changes import (
    APPROVED,
    CONFIRMED,
    DENIED,
    DRAFT,
    PAID,
    WITHDRAWN,
)
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.scenario.bills import make_bill
from engine.sandbox.scenario.model import Bill, PurchaseOrder
from engine.sandbox.scenario.plan import BillShape
from engine.sandbox.sight import bill_source
from engine.sandbox.world import World

STATUSES: Final = {
    "draft": DRAFT,
    "confirmed": CONFIRMED,
    "approved": APPROVED,
    "denied": DENIED,
    "paid": PAID,
    "withdrawn": WITHDRAWN,
}
TYPES: Final = {"order": 0, "expense": 1, "card": 2}


def add_bill(fields: Fields, world: World) -> Entry:
    """An approved bill, or in another status; over an order it bills it whole unless told."""
    bill = _with_lines(fields, world, _drawn(fields, world))
    currencies = world.tenant.references.currencies
    now = world.tenant.now()
    invoiced_on = day_of(fields, "invoiced_on", world, bill.invoiced_on)
    bill = replace(
        bill,
        status=STATUSES[fields.choice("status", STATUSES, "approved")],
        type=TYPES[fields.choice("type", TYPES, "order")],
        currency=currencies[fields.choice("currency", currencies, bill.currency.name)],
        invoice_number=fields.text("invoice_number", bill.invoice_number),
        invoiced_on=invoiced_on,
        due_on=day_of(fields, "due_on", world, invoiced_on + (bill.due_on - bill.invoiced_on)),
        posted_on=day_of(fields, "posted_on", world, invoiced_on),
        note=fields.text("note", ""),
        submitted_at=now,
        modified_at=now,
    )
    captured_total = decimal_of(fields, "captured_total", bill.grand_total)
    cause = expectation_of(fields)
    fields.done()
    bill = replace(bill, captured_total=captured_total)
    Changes(world.tenant).add_bill(bill)
    expect(world, bill_source(bill), cause)
    return {
        "bill": bill.uuid,
        "invoice_number": bill.invoice_number,
        "total": str(bill.grand_total),
    }


def _drawn(fields: Fields, world: World) -> Bill:
    """The bill as it would be if nothing more were said of it."""
    tenant = world.tenant
    identity = tenant.desk.next_id()
    rng = draws(world, "bill", identity)
    order: PurchaseOrder | None = None
    scenario_world = world.scenario.world
    received: dict[int, Decimal] | None = None
    if fields.has("order"):
        order = Changes(tenant).order(fields.text("order"))
        if fields.has("vendor"):
            vendor = Changes(tenant).vendor(fields.text("vendor"))
        else:
            vendor = order.vendor
        if vendor.is_grn_matched:
            received = {line.id: line.quantity for line in order.lines}
    else:
        vendor = vendor_of(fields, world, rng, may_match=False)
        scenario_world = scenario_world.at(location_of(fields, world))
    return make_bill(
        scenario_world,
        identity,
        vendor,
        BillShape.ORDINARY,
        order=order,
        received=received,
    )


def _with_lines(fields: Fields, world: World, bill: Bill) -> Bill:
    """The bill with the lines and costs that are given; given lines leave no drawn cost."""
    frame = BillFrame(
        world=world,
        order=bill.orders[0] if bill.orders else None,
        location=bill.location,
        department=bill.lines[0].allocations[0].account.department.name,
    )
    lines = each_of(fields, "lines", "lines")
    costs = each_of(fields, "costs", "costs")
    if lines:
        made = tuple(line_of(line, frame, place) for place, line in enumerate(lines))
        bill = replace(bill, lines=made, costs=())
    if costs:
        bill = replace(bill, costs=tuple(cost_of(cost, frame) for cost in costs))
    shipping = decimal_of(fields, "shipping", Decimal(0))
    if shipping:
        first = replace(bill.lines[0], shipping=bill.lines[0].shipping + shipping)
        bill = replace(bill, lines=(first, *bill.lines[1:]))
    if any(line.shipping and len(line.allocations) > 1 for line in bill.lines):
        raise fields.wrong("shipping", "on a line without split, or a cost with its account")
    return bill
