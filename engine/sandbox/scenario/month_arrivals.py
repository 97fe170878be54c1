"""What comes or changes in a month besides: new vendors, another name, documents that are held."""

from collections.abc import Iterator
from dataclasses import replace

from engine.sandbox.scenario.bills import make_bill
from engine.sandbox.scenario.cues import Cues
from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.model import (
    VENDOR,
    Bill,
    OrderLine,
    PurchaseOrder,
    Source,
    Vendor,
    is_vendor_eligible,
)
from engine.sandbox.scenario.month_bills import CREDIT_FOR, credit_of
from engine.sandbox.scenario.month_parts import HELD, Part
from engine.sandbox.scenario.orders import make_line, make_order, numbered
from engine.sandbox.scenario.plan import BillShape, OrderShape
from engine.sandbox.scenario.scenes import Scene, Until
from engine.sandbox.scenario.stage import Happening, Stage
from engine.sandbox.scenario.vendors import CREATED
from engine.sandbox.sight import order_source


class Arrivals:
    """Makes the scenes of what comes besides, each after its share of the beginning."""

    def __init__(
        self, stage: Stage, cues: Cues, orders: Iterator[int], bills: Iterator[int]
    ) -> None:
        scenario = stage.scenario
        self._stage = stage
        self._cues = cues
        self._orders = orders
        self._bills = bills
        self._plain = [
            vendor
            for vendor in scenario.vendors
            if is_vendor_eligible(vendor)
            and not vendor.is_on_hold
            and not vendor.is_grn_matched
            and Source(VENDOR, str(vendor.id)) not in scenario.must_hold
        ]

    def newcomer(self, newcomer: tuple[PurchaseOrder, Bill], share: float) -> Iterator[Until]:
        """A vendor, an order and a bill come."""
        yield self._cues.share(share)
        self._stage.introduce(newcomer)

    def scene(self, part: Part, share: float) -> Scene:
        """The scene of one arrival."""
        match part:
            case Part.RENAMED:
                return self._renamed(share)
            case Part.TWO_COMPANIES:
                return self._over_two_locations(share, next(self._orders))
            case _:
                return self._credit_of_nothing(share, next(self._bills))

    def _renamed(self, share: float) -> Iterator[Until]:
        """A vendor that SYSPRO knew from the first has another name."""
        yield self._cues.share(share)
        known = [vendor for vendor in self._plain if vendor.binding != CREATED]
        vendor = Draws(f"{self._stage.scenario.seed}/renamed/{share}").choice(known)
        vendor = self._stage.tenant.vendors[vendor.id]
        self._stage.tenant.put_vendor(
            replace(vendor, name=f"{vendor.name} Group", modified_at=self._stage.clock())
        )
        self._stage.happened[Happening.RENAME] += 1

    def _credit_of_nothing(self, share: float, identity: int) -> Iterator[Until]:
        """A credit note whose original nobody has."""
        yield self._cues.share(share)
        world = self._stage.scenario.world
        never = make_bill(world, identity, self._vendor(identity), BillShape.ORDINARY)
        note = replace(
            credit_of(world, identity, never), note=f"{CREDIT_FOR}{never.invoice_number}-X"
        )
        self._stage.hold_bill(note, HELD[Part.CREDIT_OF_NOTHING])
        self._stage.new_bill(note)

    def _over_two_locations(self, share: float, identity: int) -> Iterator[Until]:
        """An order of which one line lies in another location than the rest."""
        yield self._cues.share(share)
        world = self._stage.scenario.world
        vendor = self._vendor(identity)
        order = make_order(world, identity, vendor, OrderShape.ORDINARY)
        locations = world.references.locations.values()
        other = next(row for row in locations if row.id != order.location.id)
        draws = Draws(f"{world.seed}/two locations/{identity}")
        line: OrderLine = make_line(
            world.at(other), draws, len(order.lines) + 1, vendor, order.lines[0].tax
        )
        order = replace(order, lines=(*order.lines, numbered(line, identity)))
        self._stage.must_hold[order_source(order)] = HELD[Part.TWO_COMPANIES]
        self._stage.put_order(order)

    def _vendor(self, identity: int) -> Vendor:
        vendor = Draws(f"{self._stage.scenario.seed}/vendor of/{identity}").choice(self._plain)
        return self._stage.tenant.vendors[vendor.id]
