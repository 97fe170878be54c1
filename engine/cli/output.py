"""What verbs print: one JSON line with `--json`, else text for people; errors in one sentence."""

import sys
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


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table with columns as wide as their widest cell."""
    cells = [
        tuple(header),
        *(tuple("" if cell is None else str(cell) for cell in row) for row in rows),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return [lines[0], "  ".join("─" * width for width in widths), *lines[1:]]


def text_of(value: Mapping[str, object]) -> list[str]:
    """Lines `name  value` of a mapping, for verbs with nothing better to show."""
    width = max((len(name) for name in value), default=0)
    return [f"{name.ljust(width)}  {item}" for name, item in value.items()]


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
