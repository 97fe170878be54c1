"""Cells of SYSPRO's rows compared with what we wished or saw. No I/O."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from engine.core.commands import Seen

_NUMBER = re.compile(r"-?(?:0|[1-9][\d,]*)?(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a document looks like in SYSPRO beside what was sent; `lines`: our key → line."""

    differences: tuple[str, ...]
    lines: Mapping[str, int]


def number(text: str) -> Decimal | None:
    """The number in a cell, thousands separators gone; None when there is none."""
    try:
        return Decimal(text.replace(",", "")) if text else Decimal(0)
    except InvalidOperation:
        return None


def same_cell(ours: str, theirs: str) -> bool:
    """Whether two cells say the same: as numbers if both are, else as texts without padding.

    Digits after a leading zero are a text: telephone 0555 is not 555.
    """
    ours, theirs = ours.strip(), theirs.strip()
    if ours == theirs:
        return True
    if not (ours and theirs and _NUMBER.fullmatch(ours) and _NUMBER.fullmatch(theirs)):
        return False
    return number(ours) == number(theirs)


def unlike(seen: Iterable[Seen], row: Mapping[str, str], what: str) -> Sequence[str]:
    """One sentence for each cell that reads otherwise than the plan saw it, or not at all."""
    return [
        f"{what}: {cell.column} is {row.get(cell.column, 'not told')!r}, seen was {cell.value!r}"
        for cell in seen
        if cell.column not in row or not same_cell(cell.value, row[cell.column])
    ]
