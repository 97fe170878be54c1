"""An order as SYSPRO was last seen to hold it: lines by our items, what was received. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.keys import line_key
from engine.core.money import ZERO, read_amount
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of
from projections.plan.company import Company
from projections.plan.written import line_number


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A line of goods; `received` is the larger of the line's own and its goods receipts'.

    `due_on` is None where it was not told or is no date.
    """

    line: int
    quantity: Decimal
    received: Decimal
    prices: frozenset[Decimal]
    is_complete: bool
    due_on: date | None
    ledger_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOrder:
    """The order: `is_current` where it was read after what we last wrote on it was on its way.

    What is read between the intent and SYSPRO's answer may be from before the post; then the next
    reading is another one, and comes soon. But where it shows the post already, none is to come.
    `position`: of the event by which it was read as it is, 0 where it was not read. `lines` by
    item id; `numbers`: SYSPRO's line numbers by our keys, comments and charges too.
    """

    number: str
    is_known: bool
    is_current: bool
    position: int
    is_cancelled: bool
    lines: Mapping[str, SeenLine]
    numbers: Mapping[str, int]

    @property
    def is_received(self) -> bool:
        """Whether anything was received on any of our lines."""
        return any(line.received > 0 for line in self.lines.values())


def item_of(bound: str) -> str:
    """The order item that a line is bound to: `<item>`, or `<item>/<split>` of a divided one."""
    return bound.partition("/")[0]


def seen_order(facts: Facts, company: Company, written: JsonObject) -> SeenOrder:
    """The order that we wrote, as it was last read."""
    number = text_of(written, "syspro_key")
    row = order_in_syspro(facts, company, number)
    position = number_of(row, "position")
    return SeenOrder(
        number=number,
        is_known=row is not None,
        is_current=position > number_of(written, "intended"),
        position=position,
        is_cancelled=is_cancelled(row),
        lines=_lines(row, facts.get(syspro_fact("grns", company.name, number))),
        numbers=line_numbers(written, row),
    )


def order_in_syspro(facts: Facts, company: Company, number: str) -> JsonObject | None:
    """The order's row, None where it was not read yet."""
    return facts.get(syspro_fact("syspro_order", company.name, number))


def is_cancelled(row: JsonObject | None) -> bool:
    """Whether SYSPRO shows the order as cancelled (syspro.md §3.1: status `*`)."""
    return text_of(row, "OrderStatus") == "*" or text_of(row, "CancelledFlag") == "Y"


def line_numbers(written: JsonObject | None, row: JsonObject | None) -> dict[str, int]:
    """SYSPRO's line numbers by our keys: as read back after the post, else as last seen."""
    numbers = {item: seen.line for item, seen in _lines(row, None).items()}
    for item, value in object_of(written, "lines").items():
        number = line_number(value)
        if number is not None:
            numbers[item] = number
    return numbers


def _lines(row: JsonObject | None, grns: JsonObject | None) -> dict[str, SeenLine]:
    """The lines that carry an item of ours, by item id."""
    found = row.get("lines") if row else None
    lines = [line for line in found if isinstance(line, Mapping)] if isinstance(found, list) else []
    received = _received(grns)
    prefix = line_key("")
    seen: dict[str, SeenLine] = {}
    for line in lines:
        catalogue, number = text_of(line, "catalogue"), line_number(line.get("line"))
        if catalogue.startswith(prefix) and number is not None:
            prices = (read_amount(line.get(name)) for name in ("price", "foreign_price"))
            told = read_amount(line.get("received")) or ZERO
            seen[catalogue.removeprefix(prefix)] = SeenLine(
                line=number,
                quantity=read_amount(line.get("quantity")) or ZERO,
                received=max(told, received.get(number, ZERO)),
                prices=frozenset(price for price in prices if price is not None),
                is_complete=text_of(line, "is_complete") == "Y",
                due_on=_day(text_of(line, "due_on")),
                ledger_code=text_of(line, "ledger_code"),
            )
    return seen


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _received(grns: JsonObject | None) -> dict[int, Decimal]:
    """What the goods receipts of the order come to, by SYSPRO's line."""
    found: dict[int, Decimal] = {}
    for grn in (grns or {}).values():
        number = line_number(grn.get("line")) if isinstance(grn, Mapping) else None
        if number is not None and isinstance(grn, Mapping):
            quantity = read_amount(grn.get("received")) or ZERO
            found[number] = found.get(number, ZERO) + quantity
    return found
