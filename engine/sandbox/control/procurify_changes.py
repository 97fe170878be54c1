"""The changes of Procurify by their names; documents are named as people would (`Changes`)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast, get_args

from engine.sandbox.control.change import (
    Change,
    Entry,
    day_of,
    each_of,
    expect,
    expectation_of,
)
from engine.sandbox.faults.deeds import Kind
from engine.sandbox.faults.states import source_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.order_changes import LineChange, revise_order
from engine.sandbox.scenario.model import Bill, OrderLine, PurchaseOrder, Source, Vendor
from engine.sandbox.scenario.orders import reprice
from engine.sandbox.world import World

LINES: Final = "lines, each with its item"


def _bill(act: Callable[[Changes, str], Bill]) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        name = fields.text("bill")
        fields.done()
        bill = act(Changes(world.tenant), name)
        return {"bill": bill.uuid, "status": bill.status}

    return change


def _order(act: Callable[[Changes, str], PurchaseOrder]) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        name = fields.text("order")
        fields.done()
        return _shown(act(Changes(world.tenant), name))

    return change


def _vendor(act: Callable[[Changes, str], Vendor]) -> Change:
    def change(fields: Fields, world: World) -> Entry:
        name = fields.text("vendor")
        fields.done()
        vendor = act(Changes(world.tenant), name)
        return {"vendor": vendor.id, "is_active": vendor.is_active}

    return change


def _shown(order: PurchaseOrder) -> Entry:
    return {"order": order.id, "state": order.state, "version": order.version}


def _delete_bill(fields: Fields, world: World) -> Entry:
    name = fields.text("bill")
    fields.done()
    Changes(world.tenant).delete_bill(name)
    return {"bill": name}


def _fix_bill(fields: Fields, world: World) -> Entry:
    name = fields.text("bill")
    total = fields.amount("captured_total") if fields.has("captured_total") else None
    fields.done()
    bill = Changes(world.tenant).fix_bill(name, total)
    return {"bill": bill.uuid, "status": bill.status, "version": bill.version}


def _pay_bills(fields: Fields, world: World) -> Entry:
    names = fields.texts("bills")
    paid_on = day_of(fields, "paid_on", world)
    fields.done()
    payments = Changes(world.tenant).pay_bills(names, paid_on.isoformat())
    return {"payments": [payment.id for payment in payments]}


def _cancel_payment(fields: Fields, world: World) -> Entry:
    identity = fields.whole("payment")
    fields.done()
    Changes(world.tenant).cancel_payment(identity)
    return {"payment": identity}


def _revise_order(fields: Fields, world: World) -> Entry:
    """Lines changed and added, and fields of the header, all in one new version."""
    order = Changes(world.tenant).order(fields.text("order"))
    changes = [_line(line) for line in each_of(fields, "lines", LINES)]
    added = [
        _added(line, order, number, world)
        for number, line in enumerate(each_of(fields, "add", LINES), len(order.lines) + 1)
    ]
    header: dict[str, object] = {
        name: fields.amount(name) for name in ("freight", "other") if fields.has(name)
    }
    header |= {name: fields.text(name) for name in ("custom_number", "comment") if fields.has(name)}
    fields.done()
    if not changes and not added and not header:
        raise fields.wrong("lines", f"a list of {LINES}")
    return _shown(revise_order(world.tenant, order, changes, added=added, header=header))


def _added(fields: Fields, order: PurchaseOrder, number: int, world: World) -> OrderLine:
    """A new line like that of `item`, with another quantity and price."""
    item = fields.whole("item")
    like = next((line for line in order.lines if line.id == item), None)
    if like is None:
        raise ValueError(f"order {order.id} has no item {item}")
    line = reprice(
        like,
        quantity=fields.amount("quantity", like.quantity),
        price=fields.amount("price", like.price),
    )
    fields.done()
    if line.quantity <= 0:
        raise fields.wrong("quantity", "more than nothing")
    return replace(line, id=world.tenant.desk.next_id(), number=number, received=Decimal(0))


def _line(fields: Fields) -> LineChange:
    def amount(name: str) -> Decimal | None:
        return fields.amount(name) if fields.has(name) else None

    def text(name: str) -> str | None:
        return fields.text(name) if fields.has(name) else None

    change = LineChange(
        id=fields.whole("item"),
        quantity=amount("quantity"),
        price=amount("price"),
        name=text("name"),
        sku=text("sku"),
        unit=text("unit"),
        tax_amount=amount("tax_amount"),
    )
    fields.done()
    return change


def _receive_item(fields: Fields, world: World) -> Entry:
    item, quantity = fields.whole("item"), fields.amount("quantity")
    failed = fields.amount("failed", Decimal(0))
    fields.done()
    return {"receipt": Changes(world.tenant).receive(item, quantity, failed).id}


def _undo_receipt(fields: Fields, world: World) -> Entry:
    identity = fields.whole("receipt")
    fields.done()
    return _shown(Changes(world.tenant).undo_receipt(identity))


def _rename_vendor(fields: Fields, world: World) -> Entry:
    name, new_name = fields.text("vendor"), fields.text("name")
    fields.done()
    vendor = Changes(world.tenant).rename_vendor(name, new_name)
    return {"vendor": vendor.id, "name": vendor.name}


def _merge_vendors(fields: Fields, world: World) -> Entry:
    name, survivor = fields.text("vendor"), fields.text("into")
    fields.done()
    return {"vendor": Changes(world.tenant).merge_vendors(name, survivor).id}


def _expect(fields: Fields, world: World) -> Entry:
    """The document is to be posted, or held for the cause named; the last word counts."""
    cause = expectation_of(fields)
    source = _source(fields, world)
    expect(world, source, cause)
    return {"kind": source.kind, "id": source.id, "must_hold": cause}


def _hide(fields: Fields, world: World) -> Entry:
    source = _source(fields, world)
    Changes(world.tenant).withhold(source.kind, source.id)
    return {"kind": source.kind, "id": source.id}


def _show(fields: Fields, world: World) -> Entry:
    source = _source(fields, world)
    Changes(world.tenant).release(source.kind, source.id)
    return {"kind": source.kind, "id": source.id}


def _source(fields: Fields, world: World) -> Source:
    kind = cast(Kind, fields.choice("kind", get_args(Kind)))
    name = fields.text("id")
    fields.done()
    return source_of(world.tenant, kind, name)


PROCURIFY: Final[dict[str, Change]] = {
    "confirm_bill": _bill(Changes.confirm_bill),
    "approve_bill": _bill(Changes.approve_bill),
    "deny_bill": _bill(Changes.deny_bill),
    "withdraw_bill": _bill(Changes.withdraw_bill),
    "fix_bill": _fix_bill,
    "delete_bill": _delete_bill,
    "pay_bills": _pay_bills,
    "cancel_payment": _cancel_payment,
    "revise_order": _revise_order,
    "cancel_order": _order(Changes.cancel_order),
    "close_order": _order(Changes.close_order),
    "reopen_order": _order(Changes.reopen_order),
    "receive_item": _receive_item,
    "undo_receipt": _undo_receipt,
    "rename_vendor": _rename_vendor,
    "deactivate_vendor": _vendor(Changes.deactivate_vendor),
    "activate_vendor": _vendor(Changes.activate_vendor),
    "merge_vendors": _merge_vendors,
    "hide": _hide,
    "show": _show,
    "expect": _expect,
}
"""Every change by its name."""
