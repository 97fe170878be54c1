"""From Procurify's order items to SYSPRO's order lines: rules.md §5.2. Pure.

An item is stocked when its sku, or its catalogue item's, is exactly a stock code of SYSPRO, or is
mapped to one. Lines are bound by the order item's id, never by position; an item that is charged
to several accounts becomes a line for each, bound as `<item>/<split>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands import ChargeLine, OrderLine
from engine.core.keys import line_key
from engine.core.money import is_within, plain, share, to_quantity, total
from projections.facts import Facts
from projections.plan.accounts import ledger_code_of
from projections.plan.company import Company, mapped, require_read
from projections.plan.orders.amounts import (
    ONE,
    Measure,
    discounted,
    measured,
    require_tied,
)
from projections.plan.orders.charges import item_charge
from projections.plan.orders.days import Days
from projections.plan.orders.stock import Stock, stock_of, unit_of, warehouse_of
from projections.plan.orders.taxes import require_tax_tied, tax_code
from projections.plan.outcomes import hold
from projections.plan.texts import fitting, spelled, split_words
from projections.purchase_orders import Content, Item, Split

DESCRIPTION, STOCK_CODE = 50, 30


@dataclass(slots=True, kw_only=True)
class Lines:
    """The lines of an order, its charges below zero, the texts that did not fit, and notices."""

    lines: list[OrderLine] = field(default_factory=list)
    charges: list[ChargeLine] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    values: list[Decimal] = field(default_factory=list)


def order_lines(facts: Facts, company: Company, content: Content, days: Days) -> Lines:
    """The lines to be posted, in Procurify's order; items of quantity zero are left out."""
    require_read(facts, company, "stock_code")
    found = Lines()
    measures: list[tuple[Item, Measure]] = []
    coded: list[tuple[Item, str, str]] = []
    for place, item in enumerate(content.items, 1):
        what = f"line {item.number or place}"
        if item.quantity == 0 and not item.is_blanket:
            found.notices.append(f"{what}: quantity 0, left out")
        elif item.quantity < 0 or item.price < 0:
            found.charges.append(item_charge(company, item, what))
        else:
            stock = stock_of(facts, company, item, what)
            warehouse = _warehouse(facts, company, item, what, stock)
            line, measure = _line(facts, company, item, what, stock, warehouse, days)
            measures.append((item, measure))
            coded.append((item, what, line.tax_code))
            _add(facts, company, found, item, line, measure, what)
    if not found.lines:
        hold("NO_LINES")
    require_tied(company, measures)
    require_tax_tied(facts, company, content, coded)
    found.lines = list(discounted(found.lines, found.values, content))
    return found


def _add(
    facts: Facts,
    company: Company,
    found: Lines,
    item: Item,
    line: OrderLine,
    measure: Measure,
    what: str,
) -> None:
    """The item's line, or its lines by account, with the words that have no room on them."""
    text, rest = split_words(spelled(item.name), DESCRIPTION)
    line = replace(line, description=text)
    if line.is_stocked:
        rest = ""
    for key, said in (("name", rest), ("comment", item.comment)):
        if said:
            found.texts.append((f"{item.id}.{key}", f"{what.capitalize()}: {said}"))
    parts = [] if line.is_stocked else _splits(company, item, what)
    for one, worth in _split(facts, company, item, line, measure, parts, what):
        found.lines.append(one)
        found.values.append(worth)
    if not line.is_stocked and not mapped(facts, company, "unit", item.unit) and item.unit:
        found.notices.append(f"{what}: unit {item.unit} is not mapped, {line.unit} is sent")


def _warehouse(facts: Facts, company: Company, item: Item, what: str, stock: Stock | None) -> str:
    return "" if stock is None else warehouse_of(facts, company, item, what)


def _line(
    facts: Facts,
    company: Company,
    item: Item,
    what: str,
    stock: Stock | None,
    warehouse: str,
    days: Days,
) -> tuple[OrderLine, Measure]:
    """The item as one line, its description and account still to be set."""
    row: JsonObject | None = stock.row if stock is not None else None
    unit = unit_of(facts, company, item, what, row)
    measure = measured(facts, company, item, what, unit, is_stocked=stock is not None)
    line = OrderLine(
        item_id=item.id,
        action="A",
        stock_code=stock.code if stock is not None else _free_code(item, what),
        description="",
        is_stocked=stock is not None,
        warehouse=warehouse,
        quantity=measure.quantity,
        unit=unit,
        price=measure.price,
        price_unit=measure.price_unit,
        tax_code=tax_code(facts, company, item, what),
        product_class="" if stock is not None else company.policy.product_class,
        due_on=days.of_item(facts, company, item, what),
    )
    return line, measure


def _splits(company: Company, item: Item, what: str) -> Sequence[Split]:
    """The accounts among which the item is divided; none where it has one, or stays one line."""
    policy = company.policy.split_lines
    parts = [part for part in item.splits if part.amount != 0]
    if len(parts) < 2 or policy == "single":
        return ()
    if any(part.amount < 0 for part in parts):
        hold("NEGATIVE_LINE", f"{what}: an account below zero")
    if policy == "hold":
        hold("SPLIT_LINE", f"{what}: {len(parts)} accounts")
    amount = total(part.amount for part in parts)
    if not is_within(amount, item.total, company.policy.price_tolerance_line):
        hold("TOTAL_MISMATCH", f"{what}: accounts for {plain(amount)} of {plain(item.total)}")
    return parts


def _split(
    facts: Facts,
    company: Company,
    item: Item,
    line: OrderLine,
    measure: Measure,
    parts: Sequence[Split],
    what: str,
) -> list[tuple[OrderLine, Decimal]]:
    """The line with its account, or a line for each account; their worths sum to the item's."""
    if line.is_stocked:
        return [(line, measure.worth)]
    if not parts:
        code = _account(facts, company, item, item.account, item.department, what)
        return [(replace(line, ledger_code=code), measure.worth)]
    weights = [part.amount for part in parts]
    quantities, prices = _measures(measure, weights, what)
    found = []
    for place, part in enumerate(parts):
        if quantities[place] == 0 or prices[place] == 0:
            continue
        code = _account(facts, company, item, part.account, part.department, what)
        one = replace(
            line,
            item_id=f"{item.id}/{part.id or place + 1}",
            quantity=plain(quantities[place]),
            price=plain(prices[place]),
            ledger_code=code,
        )
        found.append((one, _worth(measure, quantities[place], prices[place])))
    return found


def _worth(measure: Measure, quantity: Decimal, price: Decimal) -> Decimal:
    """What SYSPRO will reckon a part to be worth, of which it takes a discount's percentage."""
    return quantity * price if measure.is_value else quantity * (measure.worth / measure.quantity)


def _measures(
    measure: Measure, weights: Sequence[Decimal], what: str
) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """Quantity and price of each part: a value is split in cents, pieces by share.

    The last part of pieces takes what rounding leaves over.
    """
    same = [measure.price] * len(weights)
    if measure.is_value and measure.price == ONE:
        return share(measure.quantity, weights), same
    if measure.is_value:
        return [ONE] * len(weights), share(measure.worth, weights)
    whole = total(weights)
    quantities = [to_quantity(measure.quantity * weight / whole) for weight in weights[:-1]]
    rest = measure.quantity - total(quantities)
    if rest < 0:
        hold("QTY_PRECISION", f"{what}: {measure.quantity} among {len(weights)} accounts")
    return [*quantities, rest], same


def _account(
    facts: Facts, company: Company, item: Item, account: str, department: str, what: str
) -> str:
    return ledger_code_of(
        facts, company, account, department, what=what, reason="LINE_NO_ACCOUNT", item=item.id
    )


def _free_code(item: Item, what: str) -> str:
    """A code for what SYSPRO does not stock: the vendor's own if it fits, else the item's key."""
    if item.sku and len(item.sku) <= STOCK_CODE:
        return fitting(f"{what} sku", item.sku, STOCK_CODE)
    return line_key(item.id)
