"""Quantities, prices and discounts of order lines, so that every total ties. Pure.

SYSPRO keeps prices with five decimals. A price that does not tie to the line's total within
`price_tolerance_line` is given for a hundred or a thousand units where the company has such a
unit; else a non-stocked line becomes one piece at the line's total, and a stocked one is held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.commands import OrderLine
from engine.core.money import (
    ZERO,
    is_within,
    plain,
    share,
    to_cents,
    to_price,
    to_quantity,
    total,
)
from projections.facts import Facts
from projections.plan.company import Company, mapped
from projections.plan.outcomes import hold
from projections.purchase_orders import Content, Item

ONE = Decimal(1)
FACTORS = (100, 1000)
MOST_PERCENT_DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How much at which price, and what that comes to.

    `price_unit` empty: the price is for one unit. `is_value`: the quantity stands for a value, or
    for the whole, not for pieces.
    """

    quantity: Decimal
    price: Decimal
    worth: Decimal
    price_unit: str = ""
    is_value: bool = False


def measured(
    facts: Facts, company: Company, item: Item, what: str, unit: str, *, is_stocked: bool
) -> Measure:
    """Quantity and price of an item that is above zero; held where they cannot tie."""
    if item.is_amount or item.is_blanket:
        amount = item.total if item.blanket_amount is None else item.blanket_amount
        cents = plain(to_cents(amount))
        return Measure(quantity=cents, price=ONE, worth=cents, is_value=True)
    if item.price == 0 and company.policy.zero_price != "allow":
        hold("ZERO_PRICE", what)
    tolerance = company.policy.price_tolerance_line
    if not is_within(item.quantity * item.price, item.total, tolerance):
        hold("TOTAL_MISMATCH", f"{what}: {item.price} x {item.quantity} is not {item.total}")
    quantity, price = to_quantity(item.quantity), to_price(item.price)
    if quantity != item.quantity:
        hold("QTY_PRECISION", f"{what}: {item.quantity}")
    if is_within(quantity * price, item.total, tolerance):
        return Measure(quantity=plain(quantity), price=plain(price), worth=quantity * price)
    for factor in FACTORS:
        larger = mapped(facts, company, "price_unit", f"{unit}:{factor}")
        price = to_price(item.price * factor)
        value = quantity * price / factor
        if larger and is_within(value, item.total, tolerance):
            return Measure(
                quantity=plain(quantity), price=plain(price), worth=value, price_unit=larger
            )
    if is_stocked or item.total <= 0:
        hold("PRICE_PRECISION", f"{what}: {item.price} x {plain(quantity)} is not {item.total}")
    price = to_price(item.total)
    return Measure(quantity=ONE, price=plain(price), worth=price, is_value=True)


def require_tied(company: Company, measures: Sequence[tuple[Item, Measure]]) -> None:
    """All lines together tie to their totals; else held."""
    off = total(
        measure.worth - (item.total if item.blanket_amount is None else item.blanket_amount)
        for item, measure in measures
    )
    if abs(off) > company.policy.total_tolerance_document:
        hold("PRICE_PRECISION", f"all lines: off by {plain(off)}")


def discounted(
    lines: Sequence[OrderLine], values: Sequence[Decimal], content: Content
) -> tuple[OrderLine, ...]:
    """The lines with their part of the order's discount, so that the parts sum to it exactly.

    A percentage goes on each line if it has two decimals and ties to the cent; else the amount is
    split by the lines' values, in cents, what is left over on the largest.
    """
    discount = to_cents(content.discount)
    if discount == ZERO:
        return tuple(lines)
    whole = [to_cents(value) for value in values]
    if discount < 0:
        hold("NEGATIVE_LINE", f"discount {plain(discount)}")
    if discount > total(whole):
        hold("TOTAL_MISMATCH", f"discount {plain(discount)} of lines for {plain(total(whole))}")
    percent = content.discount_percent
    if percent is not None and _is_percentage(percent):
        parts = total(to_cents(value * percent / 100) for value in whole)
        if parts == discount:
            return tuple(replace(line, discounts=(plain(percent),)) for line in lines)
    shares = share(discount, whole)
    return tuple(
        replace(line, discount_value=part) if part else line
        for line, part in zip(lines, shares, strict=True)
    )


def _is_percentage(percent: Decimal) -> bool:
    exponent = plain(percent).as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= MOST_PERCENT_DECIMALS and percent <= 100
