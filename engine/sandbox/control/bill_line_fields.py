"""The lines, splits and costs of a bill as a consultant writes them; negative ones are credits."""

from dataclasses import dataclass
from decimal import Decimal

from engine.sandbox.control.accounts import account_of
from engine.sandbox.control.change import decimal_of, each_of
from engine.sandbox.control.new_orders import PLACES_OF_PRICE, PLACES_OF_QUANTITY, tax_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.scenario.model import (
    Allocation,
    BillCost,
    BillLine,
    Location,
    OrderLine,
    PurchaseOrder,
    Tax,
    round_money,
)
from engine.sandbox.scenario.orders import tax_on
from engine.sandbox.world import World

OFFICE_SUPPLIES, FREIGHT = "6100", "5100"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFrame:
    """What the lines of one bill share."""

    world: World
    order: PurchaseOrder | None
    location: Location
    department: str


def line_of(fields: Fields, frame: BillFrame, place: int) -> BillLine:
    """A line of the bill: of an order's `item` (by default the one at its place), or of its own."""
    ordered = _ordered(fields, frame.order, place)
    quantity = decimal_of(
        fields, "quantity", ordered.quantity if ordered else Decimal(1), PLACES_OF_QUANTITY
    )
    unit_cost = decimal_of(fields, "unit_cost", ordered.price if ordered else None, PLACES_OF_PRICE)
    tax = ordered.tax if ordered and not fields.has("tax") else tax_of(fields, frame.world)
    is_inclusive = fields.flag("tax_inclusive", False)
    total, tax_amount = _taxed(round_money(quantity * unit_cost), tax, is_inclusive=is_inclusive)
    tax_amount = decimal_of(fields, "tax_amount", tax_amount)
    line = BillLine(
        id=frame.world.tenant.desk.next_id(),
        sku=fields.text("sku", ordered.sku if ordered else ""),
        description=fields.text("description", ordered.name if ordered else "Goods"),
        order=frame.order if ordered else None,
        order_line=ordered,
        quantity=quantity,
        unit=fields.text("unit", ordered.unit if ordered else "each"),
        unit_cost=unit_cost,
        total=total,
        tax=tax,
        tax_amount=tax_amount,
        is_tax_inclusive=is_inclusive,
        shipping=decimal_of(fields, "shipping", Decimal("0.00")),
        allocations=_allocations(fields, frame, ordered, total),
    )
    fields.done()
    return line


def cost_of(fields: Fields, frame: BillFrame) -> BillCost:
    """A cost beside the items."""
    desk = frame.world.tenant.desk
    name = fields.text("name", "Freight")
    allocation = Allocation(
        id=desk.next_id(),
        account=account_of(fields, desk, frame.location, code=FREIGHT, department=frame.department),
        amount=decimal_of(fields, "amount"),
    )
    fields.done()
    return BillCost(id=desk.next_id(), name=name, allocation=allocation)


def _ordered(fields: Fields, order: PurchaseOrder | None, place: int) -> OrderLine | None:
    """The order line that is billed; a line that names an account or a split is of its own."""
    if order is None:
        return None
    if fields.has("item"):
        item = fields.whole("item")
        found = next((line for line in order.lines if line.id == item), None)
        if found is None:
            shown = ", ".join(str(line.id) for line in order.lines)
            raise fields.wrong("item", f"one of {shown}")
        return found
    is_own = fields.has("account") or fields.has("split") or place >= len(order.lines)
    return None if is_own else order.lines[place]


def _taxed(gross: Decimal, tax: Tax | None, *, is_inclusive: bool) -> tuple[Decimal, Decimal]:
    """The total without tax, and the tax."""
    if tax is None or not is_inclusive:
        return gross, tax_on(gross, tax)
    net = round_money(gross * 100 / (100 + tax.percent))
    return net, gross - net


def _allocations(
    fields: Fields, frame: BillFrame, ordered: OrderLine | None, total: Decimal
) -> tuple[Allocation, ...]:
    """The shares of `split`, the last of which takes what is left; else all on one account."""
    desk = frame.world.tenant.desk
    code, department = OFFICE_SUPPLIES, frame.department
    if ordered is not None:
        code, department = ordered.account.code.code, ordered.account.department.name
    shares = each_of(fields, "split", "shares, each with its account and amount")
    if not shares:
        account = account_of(fields, desk, frame.location, code=code, department=department)
        return (Allocation(id=desk.next_id(), account=account, amount=total),)
    made: list[Allocation] = []
    for share in shares:
        left = total - sum((part.amount for part in made), Decimal(0))
        account = account_of(share, desk, frame.location, code=code, department=department)
        is_last = len(made) == len(shares) - 1
        amount = decimal_of(share, "amount", left if is_last else None)
        share.done()
        made.append(Allocation(id=desk.next_id(), account=account, amount=amount))
    return tuple(made)
