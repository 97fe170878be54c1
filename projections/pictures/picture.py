"""Cells and parts under names that people use, and what differs between two pictures. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import comparable_key
from engine.core.money import plain, read_amount

Kind = Literal["text", "key", "number", "money", "day", "flag", "list"]
UNREAD = "(not read)"
"""Stands for what SYSPRO may hold and the engine does not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell by the name people use; `field` is a command's, `column` SYSPRO's, "" for none.

    `is_free`: a text that two people would write in two ways, which no agreement is asked of.
    """

    name: str
    field: str
    column: str = ""
    kind: Kind = "text"
    is_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line of a document: what it is called, and its cells."""

    title: str
    cells: Mapping[str, str]

    @property
    def summary(self) -> str:
        """All cells in one line; "" where there are none."""
        return ", ".join(f"{name} {text}" for name, text in self.cells.items() if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A document's cells and its parts, in order, each part under a key of its own."""

    cells: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs: in the document itself (`part` is "") or in a part; `cell` "": all of it.

    `before` is None for what is new, `after` for what is gone.
    """

    part: str
    cell: str
    before: str | None
    after: str | None

    def plain(self) -> dict[str, str | None]:
        """The difference as JSON."""
        return {
            "part": self.part,
            "cell": self.cell,
            "before": self.before,
            "after": self.after,
        }


def differences(before: Picture, after: Picture) -> tuple[Difference, ...]:
    """What differs, the document's own cells first, then its parts in the order of `after`."""
    found = list(_between("", before.cells, after.cells))
    for key, part in after.parts.items():
        known = before.parts.get(key)
        if known is None:
            found.append(Difference(part=part.title, cell="", before=None, after=part.summary))
        else:
            found.extend(_between(part.title, known.cells, part.cells))
    found.extend(
        Difference(part=part.title, cell="", before=part.summary, after=None)
        for key, part in before.parts.items()
        if key not in after.parts
    )
    return tuple(found)


def _between(
    part: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name) or None, after.get(name) or None
        if old != new:
            yield Difference(part=part, cell=name, before=old, after=new)


def wanted_cells(cells: Sequence[Cell], body: JsonObject, currency: str) -> dict[str, str]:
    """The cells that a command says something of."""
    texts = {cell.name: as_text(body.get(cell.field), cell.kind, currency) for cell in cells}
    return {name: text for name, text in texts.items() if text}


def held_cells(cells: Sequence[Cell], row: JsonObject, currency: str) -> dict[str, str]:
    """The cells that a row of SYSPRO shows, empty ones too."""
    return {
        cell.name: as_text(row.get(cell.column), cell.kind, currency)
        for cell in cells
        if cell.column and cell.column in row
    }


def seen_cells(body: JsonObject) -> dict[str, JsonValue]:
    """What a command says its plan saw, by column."""
    seen = body.get("seen")
    listed = seen if isinstance(seen, list | tuple) else ()
    return {
        str(cell.get("column")): cell.get("value") for cell in listed if isinstance(cell, Mapping)
    }


def known_before(
    cells: Sequence[Cell], after: Mapping[str, str], row: JsonObject, currency: str
) -> dict[str, str]:
    """What SYSPRO holds of the cells that are to change; `UNREAD` for what is not read."""
    held = held_cells(cells, row, currency)
    return {name: held.get(name, UNREAD) for name in after}


def as_text(value: JsonValue, kind: Kind, currency: str) -> str:
    """A value as it compares and is shown; "" for none."""
    if isinstance(value, list | tuple):
        return ", ".join(str(part).strip() for part in value if str(part).strip())
    if value is None or value is False:
        return ""
    text = "Y" if value is True else str(value).strip()
    match kind:
        case "key":
            return comparable_key(text) if text else ""
        case "day":
            return text[:10]
        case "flag":
            return "yes" if text == "Y" else ""
        case "number" | "money":
            amount = read_amount(text)
            return text if amount is None else _number(amount, kind, currency)
        case _:
            return text


def money_text(amount: Decimal, currency: str) -> str:
    """An amount with two decimals or more, and its currency."""
    bare = plain(amount)
    exponent = bare.as_tuple().exponent
    shown = bare.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else bare
    return f"{shown:f} {currency}".strip()


def _number(amount: Decimal, kind: Kind, currency: str) -> str:
    return money_text(amount, currency) if kind == "money" else f"{plain(amount):f}"
