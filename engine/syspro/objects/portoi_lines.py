"""The lines of an order in PORTOI: goods, comments, charges and freight (syspro.md §3.1).

In the schema's order: StockLine, CommentLine, MiscChargeLine, FreightLine. A line that is changed
or deleted is named by SYSPRO's number. A line of goods carries our item's key in SupCatalogue;
comments and charges have no such place and are found again by what they say. Pure.
"""

from collections.abc import Sequence
from decimal import Decimal

from engine.core.commands import (
    ChargeKind,
    ChargeLine,
    CommentLine,
    LineAction,
    OrderLine,
    PurchaseOrderAdd,
    PurchaseOrderChange,
)
from engine.core.keys import line_key
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.fields import (
    amount,
    day,
    flag,
    line_number,
    optional,
    percent,
    present,
    price,
    quantity,
    required,
)

NON_STOCKED_WAREHOUSE = "**"
COMMENT_WIDTH = 45
MAX_DISCOUNTS = 3


def added_details(payload: PurchaseOrderAdd, *, is_foreign: bool) -> xml.Element:
    """The details of a new order; `Malformed` when it has no goods or a line has an old number."""
    if not payload.lines:
        raise Malformed("OrderDetails has no StockLine")
    actions = [line.action for line in payload.lines]
    actions += [line.action for line in payload.charge_lines]
    actions += [line.action for line in payload.comment_lines]
    if any(action != "A" for action in actions):
        raise Malformed("LineActionType of a new order can only be A")
    if any(line.attached_line is not None for line in payload.comment_lines):
        raise Malformed("AttachedToStkLineNumber of a new order is not known before it is posted")
    return "OrderDetails", [
        *_stock_lines(payload),
        *(_comment(line) for line in payload.comment_lines),
        *_charges(payload, payload.charge_lines, is_foreign=is_foreign),
    ]


def changed_details(payload: PurchaseOrderChange, *, is_foreign: bool) -> xml.Element:
    """The lines that an order's change adds, changes and deletes; none for the header alone."""
    if payload.charge_lines and not payload.currency:
        raise Malformed("a charge line needs the order's currency")
    return "OrderDetails", [
        *_stock_lines(payload),
        *(_comment(line) for line in payload.comment_lines),
        *_charges(payload, payload.charge_lines, is_foreign=is_foreign),
    ]


def _stock_lines(payload: PurchaseOrderAdd | PurchaseOrderChange) -> Sequence[xml.Element]:
    return [("StockLine", _stock_line(payload, line)) for line in payload.lines]


def _stock_line(
    payload: PurchaseOrderAdd | PurchaseOrderChange, line: OrderLine
) -> Sequence[xml.Element]:
    place = _place(line.action, line.line, f"item {line.item_id[:20]}")
    if line.action == "D":
        return present(place, ("LineActionType", "D"))
    is_stocked = line.is_stocked
    return present(
        place,
        ("LineActionType", line.action),
        required("StockCode", line.stock_code, 30),
        None if is_stocked else required("StockDescription", line.description, 50),
        required("Warehouse", line.warehouse if is_stocked else NON_STOCKED_WAREHOUSE, 10),
        required("SupCatalogue", line_key(line.item_id), 50),
        quantity("OrderQty", line.quantity),
        required("OrderUom", line.unit, 10),
        ("PriceMethod", "M"),
        price("Price", line.price),
        required("PriceUom", line.price_unit or line.unit, 10),
        *_discount(line),
        flag("Taxable", bool(line.tax_code)) if payload.is_taxable else None,
        optional("TaxCode", line.tax_code, 3) if payload.is_taxable else None,
        day("LatestDueDate", line.due_on or payload.due_on),
        None if is_stocked else required("LedgerCode", line.ledger_code, 35),
        optional("ProductClass", line.product_class, 20)
        if is_stocked
        else required("ProductClass", line.product_class, 20),
        None if is_stocked else flag("NonStockedLine", True),
    )


def _discount(line: OrderLine) -> Sequence[xml.Element]:
    """What is taken off a line; a change says all three percentages, so that none remains."""
    given = line.discounts
    if given and line.discount_value is not None:
        raise Malformed("LineDiscType is either percentages or a value")
    if len(given) > MAX_DISCOUNTS:
        raise Malformed(f"LineDiscPercent takes {MAX_DISCOUNTS} percentages, not {len(given)}")
    if line.discount_value is not None:
        value = amount("LineDiscValue", _not_below_zero("LineDiscValue", line.discount_value))
        return [("LineDiscType", "V"), ("LineDiscLessPlus", "L"), value]
    if not given:
        return []
    if line.action == "C":
        given = (*given, *(Decimal(0),) * (MAX_DISCOUNTS - len(given)))
    shares = [
        percent(f"LineDiscPercent{place}", share, digits=3 if place == 1 else 2)
        for place, share in enumerate(given, 1)
    ]
    return [("LineDiscType", "P"), ("LineDiscLessPlus", "L"), *shares]


def _not_below_zero(tag: str, value: Decimal) -> Decimal:
    if value < 0:
        raise Malformed(f"{tag} is below zero")
    return value


def _comment(line: CommentLine) -> xml.Element:
    place = _place(line.action, line.line, f"comment {line.key[:20]}")
    if line.action == "D":
        return "CommentLine", present(place, ("LineActionType", "D"))
    is_changed = line.action == "C"
    attached = line.attached_line
    return "CommentLine", present(
        place,
        ("LineActionType", line.action),
        required("Comment", line.text, COMMENT_WIDTH),
        line_number("AttachedToStkLineNumber", attached, "a comment")
        if attached is not None
        else None,
        flag("ChangeSingleCommentLine", True) if is_changed else None,
    )


def _charges(
    payload: PurchaseOrderAdd | PurchaseOrderChange,
    lines: Sequence[ChargeLine],
    *,
    is_foreign: bool,
) -> Sequence[xml.Element]:
    """The miscellaneous charges, then the freight, as the schema has them."""
    kinds: tuple[ChargeKind, ...] = ("misc", "freight")
    return [
        _charge(line, is_taxable=payload.is_taxable, is_foreign=is_foreign)
        for kind in kinds
        for line in lines
        if line.kind == kind
    ]


def _charge(line: ChargeLine, *, is_taxable: bool, is_foreign: bool) -> xml.Element:
    element = "FreightLine" if line.kind == "freight" else "MiscChargeLine"
    place = _place(line.action, line.line, f"charge {line.key[:20]}")
    if line.action == "D":
        return element, present(place, ("LineActionType", "D"))
    if line.value == 0:
        raise Malformed(f"{element} of value zero")
    tax = line.tax_code if is_taxable else ""
    currency = line.flag or ("F" if is_foreign else "L")
    if line.kind == "freight":
        if line.text or line.code:
            raise Malformed("FreightLine takes no text and no code")
        return element, present(
            place,
            ("LineActionType", line.action),
            amount("FreightValue", line.value),
            optional("FreightTaxCode", tax, 3),
            flag("FreightTaxable", bool(tax)),
            ("FreightFLoc", currency),
        )
    return element, present(
        place,
        ("LineActionType", line.action),
        amount("MiscChargeValue", line.value),
        optional("MiscChargeTax", tax, 3),
        flag("MiscTaxable", bool(tax)),
        ("MiscChargeFLoc", currency),
        required("MiscDescription", line.text, 45),
        optional("MiscCommentCode", line.code, 3),
    )


def _place(action: LineAction, line: int | None, what: str) -> xml.Element | None:
    if action == "A":
        return None
    return line_number("PurchaseOrderLine", line, what)
