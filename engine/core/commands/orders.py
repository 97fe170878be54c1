"""Commands on purchase orders and their lines. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.shape import Shape

LineAction = Literal["A", "C", "D"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(Shape):
    """One line of a purchase order; `line` is SYSPRO's number, None where it is yet to be given.

    `ledger_code` and `product_class` only on non-stocked lines, `warehouse` only on stocked ones.
    """

    item_id: str
    action: LineAction
    line: int | None = None
    stock_code: str
    description: str
    is_stocked: bool
    warehouse: str = ""
    quantity: Decimal
    unit: str
    price: Decimal
    tax_code: str = ""
    ledger_code: str = ""
    product_class: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderAdd(Shape):
    """A purchase order comes to be (PORTOI action A). `purchase_order` None: SYSPRO numbers it."""

    purchase_order: str | None = None
    supplier: str
    external_key: str
    currency: str
    order_on: date
    due_on: date
    terms_code: str = ""
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]
    freight: Decimal | None = None
    charges: Decimal | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChange(Shape):
    """Lines of an order are added, changed or deleted (PORTOI action C), nothing else."""

    purchase_order: str
    supplier: str
    external_key: str
    due_on: date | None = None
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderCancel(Shape):
    """A whole order on which nothing was received is cancelled (PORTOI action D)."""

    purchase_order: str
    supplier: str
    external_key: str
