"""What verbs print: one JSON line with `--json`, else text for people; errors in one sentence."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TextIO

import orjson


def as_json(value: object) -> str:
    """One line of JSON; Decimals as text, instants as ISO 8601."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z).decode("utf-8")


def print_json(value: object) -> None:
    """The value stands on standard output, one line, flushed."""
    print(as_json(value), flush=True)


def say(text: str = "") -> None:
    """A line for people stands on standard output, flushed."""
    print(text, flush=True)


def complain(text: str, *, to: TextIO | None = None) -> None:
    """One line on standard error that says what went wrong."""
    print(text, file=to or sys.stderr, flush=True)


def table(header: Sequence[str] | None, rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table with columns as wide as their widest cell on a terminal."""
    cells = [
        *([tuple(header)] if header is not None else []),
        *(tuple("" if cell is None else printable(str(cell)) for cell in row) for row in rows),
    ]
    if not cells:
        return []
    widths = [max(wide(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        "  ".join(
            cell + " " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]
    if header is None:
        return lines
    return [lines[0], "  ".join("─" * width for width in widths), *lines[1:]]


def wide(text: str) -> int:
    """How many columns of a terminal the text takes: East Asian characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def printable(text: str) -> str:
    """The text on one line, without what could move a terminal's cursor or hide other text."""
    return "".join(c if c.isprintable() else " " for c in text)


def ago(seconds: float) -> str:
    """An age in words that need no arithmetic: `12 s ago`, `5 min ago`, `3 h ago`."""
    whole = max(0, round(seconds))
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if whole >= 2 * size:
            return f"{whole // size} {unit} ago"
    return f"{whole} s ago"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    raise TypeError(f"cannot print a {type(value).__name__}")
