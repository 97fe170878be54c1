"""From Procurify's order items to SYSPRO's order lines: rules.md §5.2. Pure.

An item is stocked when its sku, or what it is mapped to, is exactly a stock code of SYSPRO. Prices
go to five decimals and must still tie: 0.01 a line, 0.05 a document; a non-stocked line that does
not becomes one piece at the line's total, a stocked one is held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.core.canonical import JsonObject
from engine.core.commands import OrderLine
from engine.core.keys import line_key
from engine.core.mapping import tax_key
from engine.core.money import (
    DOCUMENT_TOLERANCE,
    LINE_TOLERANCE,
    ZERO,
    is_within,
    plain,
    to_price,
    to_quantity,
    total,
)
from projections.facts import Facts, syspro_fact
from projections.plan.accounts import ledger_code_of
from projections.plan.company import (
    Company,
    business_day,
    location_name,
    mapped,
    require_read,
)
from projections.plan.outcomes import hold, hold_unmapped
from projections.plan.texts import encodable, fitting, split_words
from projections.purchase_orders import Item
from projections.syspro_rows import cell

DESCRIPTION, STOCK_CODE = 50, 30
ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of an order, and what of their descriptions did not fit."""

    lines: tuple[OrderLine, ...]
    comments: tuple[str, ...]


def order_lines(
    facts: Facts, company: Company, items: Sequence[Item], zone: ZoneInfo, due_on: date
) -> Lines:
    """The lines to be posted, in Procurify's order; items of quantity zero are left out."""
    carried = [item for item in items if item.quantity != 0]
    if not carried:
        hold("NO_LINES")
    require_read(facts, company, "stock_code")
    lines, comments = [], []
    for place, item in enumerate(carried, 1):
        line, rest = _line(facts, company, item, f"line {place}", zone, due_on)
        lines.append(line)
        if rest:
            comments.append(f"Line {place}: {rest}")
    off = total(line.quantity * line.price for line in lines) - total(i.total for i in carried)
    if abs(off) > DOCUMENT_TOLERANCE:
        hold("PRICE_PRECISION", f"all lines: off by {plain(off)}")
    return Lines(lines=tuple(lines), comments=tuple(comments))


def _line(
    facts: Facts, company: Company, item: Item, what: str, zone: ZoneInfo, due_on: date
) -> tuple[OrderLine, str]:
    code = (mapped(facts, company, "stock", item.sku) or item.sku) if item.sku else ""
    stock = facts.get(syspro_fact("stock", company.name, code)) if code else None
    is_stocked = stock is not None and cell(stock, "StockCode") == code
    quantity, price = _quantity_and_price(item, what, is_stocked=is_stocked)
    text, rest = split_words(encodable(f"{what} description", item.name), DESCRIPTION)
    day = business_day(item.required_at, zone, f"{what} date_required")
    line = OrderLine(
        item_id=item.id,
        action="A",
        stock_code=code if is_stocked else _free_code(item, what),
        description=text,
        is_stocked=is_stocked,
        warehouse=_warehouse(facts, company, item) if is_stocked else "",
        quantity=quantity,
        unit=_unit(facts, company, item, what, stock if is_stocked else None),
        price=price,
        tax_code=_tax_code(facts, company, item, what),
        ledger_code=""
        if is_stocked
        else ledger_code_of(
            facts,
            company,
            item.account,
            item.department,
            what=what,
            reason="LINE_NO_ACCOUNT",
            item=item.id,
        ),
        product_class="" if is_stocked else company.policy.product_class,
        due_on=day or due_on,
    )
    return line, rest


def _quantity_and_price(item: Item, what: str, *, is_stocked: bool) -> tuple[Decimal, Decimal]:
    if item.quantity < 0 or item.price < 0:
        hold("NEGATIVE_LINE", what)
    if item.is_amount:
        return plain(item.total), ONE
    if item.price == 0:
        hold("ZERO_PRICE", what)
    if not is_within(item.quantity * item.price, item.total, LINE_TOLERANCE):
        hold("TOTAL_MISMATCH", f"{what}: {item.price} x {item.quantity} is not {item.total}")
    quantity, price = to_quantity(item.quantity), to_price(item.price)
    if quantity != item.quantity:
        hold("QTY_PRECISION", f"{what}: {item.quantity}")
    if is_within(quantity * price, item.total, LINE_TOLERANCE):
        return plain(quantity), plain(price)
    if is_stocked or item.total <= 0:
        hold("PRICE_PRECISION", f"{what}: {item.price} x {plain(quantity)} is not {item.total}")
    return ONE, plain(to_price(item.total))


def _free_code(item: Item, what: str) -> str:
    """A code for what SYSPRO does not stock: the vendor's own if it fits, else the item's key."""
    if item.sku and len(item.sku) <= STOCK_CODE:
        return fitting(f"{what} sku", item.sku, STOCK_CODE)
    return line_key(item.id)


def _warehouse(facts: Facts, company: Company, item: Item) -> str:
    target = mapped(facts, company, "department", item.department) if item.department else ""
    if not target and (place := location_name(facts, company.source, item.location)):
        target = mapped(facts, company, "warehouse", place)
    return target or company.policy.default_warehouse


def _unit(facts: Facts, company: Company, item: Item, what: str, stock: JsonObject | None) -> str:
    own = cell(stock, "StockUom")
    target = mapped(facts, company, "unit", item.unit) if item.unit else ""
    if target:
        return target
    if stock is None:
        return company.policy.default_unit
    if item.unit and item.unit.casefold() != own.casefold():
        hold_unmapped("UNIT_UNMAPPED", "unit", item.unit, f"{what}: {item.unit}")
    return own or company.policy.default_unit


def _tax_code(facts: Facts, company: Company, item: Item, what: str) -> str:
    key = tax_key(item.taxes)
    target = mapped(facts, company, "tax", key) if key else ""
    if not target and len(item.taxes) > 1:
        hold_unmapped("TAX_SEVERAL", "tax", key, f"{what}: {', '.join(item.taxes)}")
    if not target and item.tax_amount != ZERO:
        if not key:
            hold("TAX_UNMAPPED", f"{what}: no tax name")
        hold_unmapped("TAX_UNMAPPED", "tax", key, f"{what}: {key}")
    return target
