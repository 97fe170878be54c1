"""The CSV file in which people edit mappings: read, with every fault by its place; written. Pure.

What is written reads back as the same rows.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from engine.core.mapping import COLUMNS, MappingRow, row_errors, row_of

_REQUIRED = ("kind", "key", "target")


def to_csv(rows: Iterable[MappingRow]) -> str:
    """The rows as a mapping file, in their order, the columns' names on the first line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(tuple(row.plain().values()) for row in rows)
    return text.getvalue()


def parse_csv(text: str) -> tuple[tuple[MappingRow, ...], tuple[str, ...]]:
    """The rows of a mapping file and what is wrong with it, by line and column.

    The first line names the columns, of which only kind, key and target must be there. A file with
    errors is not to be imported at all: rows are returned for a preview.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[MappingRow] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    try:
        header = tuple(name.strip().lower() for name in next(lines, []))
        errors.extend(_header_errors(header))
        if errors:
            return (), tuple(errors)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                _read_line(header, cells, lines.line_num, rows, errors, seen)
    except csv.Error as error:
        errors.append(f"line {lines.line_num}: not CSV: {error}")
    return tuple(rows), tuple(errors)


def _header_errors(header: Sequence[str]) -> list[str]:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in _REQUIRED if name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    return [
        *(f"line 1: column {name!r} is not one of {', '.join(COLUMNS)}" for name in unknown),
        *(f"line 1: column {name!r} is missing" for name in missing),
        *(f"line 1: column {name!r} stands twice" for name in twice),
    ]


def _read_line(
    header: Sequence[str],
    cells: Sequence[str],
    line: int,
    rows: list[MappingRow],
    errors: list[str],
    seen: dict[str, int],
) -> None:
    if len(cells) > len(header):
        errors.append(f"line {line}: {len(cells)} cells, but {len(header)} columns")
        return
    found = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    row = row_of({**found, "kind": found.get("kind", "").lower()})
    wrong = row_errors(row)
    first = seen.setdefault(row.stream, line)
    if first != line:
        wrong.append(f"key: {row.name} stands on line {first} already")
    if wrong:
        errors.extend(f"line {line}, column {text}" for text in wrong)
    else:
        rows.append(row)
