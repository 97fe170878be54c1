"""What would have been sent beside what a person typed into SYSPRO: does it agree? Pure.

Orders are found by their number, else by supplier, lines and value; invoices by supplier and
number, suppliers by the code under which a vendor was found. Lines are paired by what they are
(stock code, quantity, price), never by place. Texts that two people write in two ways are not
compared, nor what SYSPRO does not show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.canonical import JsonObject
from engine.core.keys import comparable_key
from engine.core.money import ZERO, read_amount, total
from projections.facts import text_of
from projections.merging import objects_of
from projections.pictures.masters import SUPPLIER, held_supplier, wished_supplier
from projections.pictures.orders import CHARGE, COMMENT, GOODS, HEADER, held_order, wished_order
from projections.pictures.payables import INVOICE, held_invoice, wished_invoice
from projections.pictures.picture import Difference, Part, Picture, differences

Verdict = Literal["equal", "differs", "not_found"]
_INVOICES = frozenset({"invoice_add", "invoice_register"})
COMPARED = _INVOICES | {"purchase_order_add", "supplier_add"}
"""Types of commands that a person could have typed in their stead."""
_FREE = {
    cell.name
    for cells in (HEADER, GOODS, CHARGE, COMMENT, INVOICE, SUPPLIER)
    for cell in cells
    if cell.is_free
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An order that somebody typed: its key, and what is known of it for finding it."""

    key: str
    supplier: str
    reference: str
    lines: Sequence[tuple[Decimal, Decimal]]
    """Quantity and price of each line."""

    @property
    def value(self) -> Decimal:
        """What the lines come to."""
        return total(quantity * price for quantity, price in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How what would have been sent compares with what is there."""

    verdict: Verdict
    differences: tuple[Difference, ...] = ()


def best_order(number: str, body: JsonObject, typed: Sequence[Typed]) -> Typed | None:
    """The order that a person typed for this one: of its number, else of its supplier with most
    lines alike, or the same value; None where none is like it.

    SYSPRO numbers orders itself, so its own number counts only with the supplier beside it.
    """
    supplier = comparable_key(text_of(body, "supplier"))
    numbers = {_bare(number), _bare(text_of(body, "purchase_order"))} - {""}
    for found in typed:
        is_same = comparable_key(found.supplier) == supplier
        if _bare(found.reference) in numbers or (is_same and _bare(found.key) in numbers):
            return found
    wanted = [_amounts(line) for line in objects_of(body.get("lines"))]
    value = total(quantity * price for quantity, price in wanted)
    best, most = None, 0
    for found in typed:
        if comparable_key(found.supplier) != supplier:
            continue
        alike = _alike(wanted, found.lines)
        rank = 2 * alike + (1 if found.value == value else 0)
        if rank > most:
            best, most = found, rank
    return best


def agreed(type_: str, body: JsonObject, row: JsonObject | None, local_currency: str) -> Agreement:
    """Whether SYSPRO's row says what the command would have said; None: nothing was found."""
    if row is None:
        return Agreement(verdict="not_found")
    if type_ == "purchase_order_add":
        wished = _without_comments(wished_order(body))
        held = _paired(wished, _without_comments(held_order(row, local_currency)))
    elif type_ in _INVOICES:
        wished, held = wished_invoice(body), held_invoice(row, local_currency)
        wished = Picture(cells=wished.cells)
    else:
        wished, held = wished_supplier(body), held_supplier(row, local_currency)
        wished = Picture(cells={k: v for k, v in wished.cells.items() if k != "supplier"})
    found = differences(_comparable(wished, held), _comparable(held, wished))
    return Agreement(verdict="differs" if found else "equal", differences=found)


def _comparable(picture: Picture, other: Picture) -> Picture:
    """Of a picture what the other shows too, without what people write in their own way."""
    parts = {}
    for key, part in picture.parts.items():
        known = other.parts.get(key)
        names = part.cells if known is None else known.cells
        parts[key] = Part(title=part.title, cells=_both(part.cells, names))
    return Picture(cells=_both(picture.cells, other.cells), parts=parts)


def _both(cells: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {name: cells[name] for name in cells if name in others and name not in _FREE}


def _without_comments(picture: Picture) -> Picture:
    parts = {key: part for key, part in picture.parts.items() if not set(part.cells) <= {"text"}}
    return Picture(cells=picture.cells, parts=parts)


def _paired(wished: Picture, held: Picture) -> Picture:
    """SYSPRO's order with its lines under our keys, as far as they are alike."""
    left = dict(held.parts)
    found: dict[str, Part] = {}
    for key, part in wished.parts.items():
        likeness = {place: _likeness(part, other) for place, other in left.items()}
        best = max(likeness, key=likeness.__getitem__, default="")
        if likeness.get(best):
            found[key] = Part(title=part.title, cells=left.pop(best).cells)
    return Picture(cells=held.cells, parts={**found, **left})


def _likeness(one: Part, other: Part) -> int:
    """How much two lines are alike; 0 where they cannot be the same."""
    if ("quantity" in one.cells) != ("quantity" in other.cells):
        return 0
    weights = {"stock code": 4, "price": 3, "value": 3, "quantity": 2, "ledger code": 1}
    return sum(
        weight
        for name, weight in weights.items()
        if one.cells.get(name, "") == other.cells.get(name)
    )


def _alike(
    wanted: Sequence[tuple[Decimal, Decimal]], held: Sequence[tuple[Decimal, Decimal]]
) -> int:
    left = list(held)
    many = 0
    for pair in wanted:
        if pair in left:
            left.remove(pair)
            many += 1
    return many


def _amounts(line: JsonObject) -> tuple[Decimal, Decimal]:
    return read_amount(line.get("quantity")) or ZERO, read_amount(line.get("price")) or ZERO


def _bare(number: str) -> str:
    """A number without Procurify's prefix, as SYSPRO would show it."""
    text = number.strip().upper()
    for prefix in ("PO-", "PF"):
        text = text.removeprefix(prefix)
    return comparable_key(text)
