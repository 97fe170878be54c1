"""Commands on purchase orders. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from engine.core.commands.order_lines import ChargeLine, CommentLine, OrderLine
from engine.core.commands.seen import Seen
from engine.core.shape import Shape

OrderStatus = Literal["0", "1", "4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderAdd(Shape):
    """A purchase order comes to be (PORTOI action A). `purchase_order` None: SYSPRO numbers it.

    `terms_code` are the invoice terms, `payment_terms` a text of three characters beside them.
    `warehouse` rules the whole order where the setup restricts an order to one. `exchange_rate`
    only where it is to be fixed: local units for one of the order's currency or the reverse, as
    SYSPRO's currency table has it. `delivery_code` names a delivery address that SYSPRO has, in
    place of one given here.
    """

    SPARSE_FROM: ClassVar[str] = "charge_lines"

    purchase_order: str | None = None
    supplier: str
    external_key: str
    currency: str
    order_on: date
    due_on: date
    terms_code: str = ""
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]
    charge_lines: tuple[ChargeLine, ...] = ()
    comment_lines: tuple[CommentLine, ...] = ()
    buyer: str = ""
    warehouse: str = ""
    payment_terms: str = ""
    shipping_instructions: str = ""
    delivery_name: str = ""
    delivery_address: tuple[str, ...] = ()
    postal_code: str = ""
    exchange_rate: Decimal | None = None
    is_zero_price_allowed: bool = False
    delivery_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChange(Shape):
    """Header fields and lines of an order are added, changed, deleted (PORTOI action C).

    A header field left empty keeps its value, and so cannot be emptied (what SYSPRO makes of an
    empty element is unverified); `delivery_address` replaces all five lines. `currency` is needed
    with charge lines only, to say whether they are foreign. `seen`: what the plan saw of the
    header. With no `seen` anywhere, an order of which anything was received is not touched.
    """

    SPARSE_FROM: ClassVar[str] = "currency"

    purchase_order: str
    supplier: str
    external_key: str
    due_on: date | None = None
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]
    currency: str = ""
    charge_lines: tuple[ChargeLine, ...] = ()
    comment_lines: tuple[CommentLine, ...] = ()
    terms_code: str = ""
    buyer: str = ""
    payment_terms: str = ""
    shipping_instructions: str = ""
    delivery_name: str = ""
    delivery_address: tuple[str, ...] = ()
    postal_code: str = ""
    is_zero_price_allowed: bool = False
    is_made_ready_to_print: bool = False
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderCancel(Shape):
    """A whole order on which nothing was received is cancelled (PORTOI action D)."""

    purchase_order: str
    supplier: str
    external_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatusChange(Shape):
    """An order has another status (PORTOS): 0 in process, 1 ready to print, 4 printed.

    A cancelled or complete (9) order takes none; where the setup maintains completed orders they
    stay in 4 (syspro.md §3.1), and reopening one is a change of its lines. `seen` names the
    status that the plan saw.
    """

    purchase_order: str
    external_key: str
    status: OrderStatus
    seen: tuple[Seen, ...] = ()
