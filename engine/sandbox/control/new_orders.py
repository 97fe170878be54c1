"""New purchase orders of Procurify; what is left out is drawn from the seed and the new id."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from random import Random

from engine.sandbox.control.accounts import account_of, department_of, location_of, unit_names
from engine.sandbox.control.change import (
    Entry,
    day_of,
    decimal_of,
    each_of,
    expect,
    expectation_of,
)
from engine.sandbox.control.new_vendors import draws
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import (
    Location,
    OrderLine,
    PurchaseOrder,
    Tax,
    Vendor,
    is_vendor_eligible,
    round_money,
)
from engine.sandbox.scenario.orders import draw_uuid, tax_on
from engine.sandbox.sight import order_source, vendor_source
from engine.sandbox.world import World

BLANKET = 2
PLACES_OF_PRICE = 8
PLACES_OF_QUANTITY = 5
DUE_AFTER = timedelta(days=14)
NO_TAX = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What the lines of one order share."""

    world: World
    rng: Random
    location: Location
    department: str
    is_blanket: bool


def vendor_of(fields: Fields, world: World, rng: Random, *, may_match: bool) -> Vendor:
    """The vendor that is named, else one that nothing holds (and that needs no receipts)."""
    if fields.has("vendor"):
        return Changes(world.tenant).vendor(fields.text("vendor"))
    free = [
        vendor
        for vendor in world.tenant.vendors.values()
        if is_vendor_eligible(vendor)
        and not vendor.is_on_hold
        and (may_match or not vendor.is_grn_matched)
        and vendor_source(vendor) not in world.story.must_hold
    ]
    if not free:
        raise fields.wrong("vendor", "a vendor: there is none to draw")
    return rng.choice(free)


def tax_of(fields: Fields, world: World) -> Tax | None:
    """The tax of that name, or none."""
    taxes = world.tenant.references.taxes
    return taxes.get(fields.choice("tax", (NO_TAX, *taxes), NO_TAX))


def add_order(fields: Fields, world: World) -> Entry:
    """An order with the lines given, or with one that is drawn."""
    tenant = world.tenant
    identity = tenant.desk.next_id()
    rng = draws(world, "order", identity)
    vendor = vendor_of(fields, world, rng, may_match=True)
    currencies = tenant.references.currencies
    location = location_of(fields, world)
    department = rng.choice(unit_names(tenant.desk, location))
    frame = _Frame(
        world=world,
        rng=rng,
        location=location,
        department=department_of(fields, tenant.desk, location, department),
        is_blanket=fields.flag("blanket", False),
    )
    now = tenant.now()
    promised_on = day_of(fields, "promised_on", world, (now + DUE_AFTER).date())
    given = each_of(fields, "lines", "lines") or [Fields({}, fields.where)]
    order = PurchaseOrder(
        id=identity,
        uuid=str(draw_uuid(rng)),
        custom_number=fields.text("number", ""),
        vendor=vendor,
        currency=currencies[fields.choice("currency", currencies, vendor.currency.name)],
        state=fields.whole("state", 0),
        version=1,
        placed_at=now,
        promised_at=datetime.combine(promised_on, time(20), tzinfo=UTC),
        modified_at=now,
        purchaser=rng.choice(tenant.references.at(location).users),
        lines=tuple(_line(line, place, frame) for place, line in enumerate(given, 1)),
        freight=decimal_of(fields, "freight", Decimal("0.00")),
        other=decimal_of(fields, "other", Decimal("0.00")),
        comment=fields.text("comment", ""),
        has_credit_card=fields.flag("card", False),
    )
    cause = expectation_of(fields)
    fields.done()
    Changes(tenant).add_order(order)
    expect(world, order_source(order), cause)
    return {
        "order": order.id,
        "number": order.number,
        "total": str(order.total),
        "items": [line.id for line in order.lines],
    }


def _line(fields: Fields, place: int, frame: _Frame) -> OrderLine:
    """A line: stocked if SYSPRO stocks its `sku`, else bought for an account."""
    rng, desk = frame.rng, frame.world.tenant.desk
    bought, code = rng.choice(names.BOUGHT)
    quantity, cents = Decimal(rng.randint(1, 20)), rng.randint(1000, 40_000)
    sku = fields.text("sku", "")
    item = frame.world.ledger.tables["InvMaster"].get((sku,)) if sku else None
    if item is not None:
        bought, code = str(item["Description"]), "1200"
    quantity = decimal_of(fields, "quantity", quantity, PLACES_OF_QUANTITY)
    price = decimal_of(fields, "price", Decimal(cents).scaleb(-2), PLACES_OF_PRICE)
    total = round_money(quantity * price)
    tax = tax_of(fields, frame.world)
    line = OrderLine(
        id=desk.next_id(),
        number=place,
        sku=sku,
        name=fields.text("name", bought),
        is_stocked=item is not None,
        quantity=quantity,
        unit=fields.text("unit", "each"),
        price=price,
        total=total,
        tax=tax,
        tax_amount=decimal_of(fields, "tax_amount", tax_on(total, tax)),
        account=account_of(fields, desk, frame.location, code=code, department=frame.department),
        type=BLANKET if fields.flag("blanket", frame.is_blanket) else 0,
        received=Decimal("0.00"),
    )
    fields.done()
    return line
