"""The lines of a purchase order: goods, comments, freight and other charges. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from engine.core.commands.seen import Seen
from engine.core.shape import Shape

LineAction = Literal["A", "C", "D"]
ChargeKind = Literal["freight", "misc"]
CurrencyFlag = Literal["L", "F"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(Shape):
    """One line of a purchase order; `line` is SYSPRO's number, None where it is yet to be given.

    `ledger_code` only on non-stocked lines, `warehouse` only on stocked ones. `price_unit` empty:
    the price is for one `unit`. `discounts`: up to three percentages taken off one after the
    other, or `discount_value` off the line's value, never both. `is_completed`: a change (C) to
    the quantity already received, which completes the line (syspro.md §3.1, seen in a live
    client). `seen`: what the plan saw of the line, by the names of PORQRY.
    """

    SPARSE_FROM: ClassVar[str] = "price_unit"

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
    price_unit: str = ""
    discounts: tuple[Decimal, ...] = ()
    discount_value: Decimal | None = None
    is_completed: bool = False
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine(Shape):
    """Freight or a miscellaneous charge of an order, in the order's currency unless `flag` says.

    `key` names it among the order's charges, for us only: PORTOI has no place for it, so the line
    is found again by kind, text and value. `flag`: L local, F foreign. `text` (45) and `code`
    (MiscCommentCode, 3) only on a miscellaneous charge. Neither kind takes a ledger code in
    PORTOI: the account comes with the invoice. A negative value is a discount.
    """

    key: str
    kind: ChargeKind
    action: LineAction = "A"
    line: int | None = None
    value: Decimal
    text: str = ""
    code: str = ""
    tax_code: str = ""
    flag: CurrencyFlag | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine(Shape):
    """One line of comment on an order, at most 45 characters.

    `key` names it among the order's comments, for us only; the line is found again by its text.
    `attached_line`: the number of the stock line it belongs to, which is known only once SYSPRO
    has given it: the sheet does not say how lines of a new order are numbered. So a new order's
    comments stand at its end and say themselves what they are about.
    """

    key: str
    action: LineAction = "A"
    line: int | None = None
    text: str
    attached_line: int | None = None
    seen: tuple[Seen, ...] = ()
