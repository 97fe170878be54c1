"""Commands on goods received. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAdd(Shape):
    """Goods of one order line are received (PORTOR Receipt, syspro.md §3.3), at the order's price.

    K stands in DeliveryNote, which GrnDetails shows; the delivery note's own number goes to
    `reference`. A supplier without GRN matching may get no GrnDetails row (unverified), so
    `received_before`, the quantity received when this was planned, must still be there when it is
    sent, and tells in a doubt whether anything came in since. Lots, serials, bins and inspection
    are not covered. `is_unprinted_allowed`: warnings are reported and do not refuse, for an order
    not yet printed is one; more than is outstanding is then refused here.
    """

    purchase_order: str
    line: int
    external_key: str
    quantity: Decimal
    unit: str
    received_on: date
    received_before: Decimal
    reference: str = ""
    notation: str = ""
    is_line_completed: bool = False
    is_unprinted_allowed: bool = False
