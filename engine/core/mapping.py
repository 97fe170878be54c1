"""Which word of Procurify is which of SYSPRO: kinds, precedence, and the CSV people edit. Pure.

A mapping is approved by a person; one fact per (kind, key) holds its rows. Keys are taken as
Procurify spells them: the vendor's id, `code` or `code/department` of an account, the name of a
currency, department, unit, tax or payment term (README lists the kinds).
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = ("kind", "key", "target", "note")
_REQUIRED = ("kind", "key", "target")
MAX_TARGET = {
    "vendor": 15,
    "account": 35,
    "currency": 3,
    "department": 10,
    "unit": 10,
    "tax": 3,
    "terms": 2,
    "company": 4,
    "warehouse": 10,
    "location": 10,
    "buyer": 20,
    "cost_class": 35,
    "stock": 30,
    "vendor_pair": 7,
    "shipping": 50,
    "price_unit": 10,
    "charge": 8,
}
"""Kind → width of the SYSPRO column that its targets go to (syspro.md §4)."""
KINDS = tuple(MAX_TARGET)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One line of a mapping file: this key of this kind is that code in SYSPRO."""

    kind: str
    key: str
    target: str
    note: str = ""


def mapping_fact(kind: str, key: str) -> str:
    """The key of the fact that holds the mapping."""
    return f"mapping:{kind}/{key}"


def mapping_stream(kind: str, key: str, company: str = "", from_on: str = "") -> str:
    """The stream of one row's approvals: `mapping/<kind>[@company][,from_on]/<key>`."""
    place = f"@{company}" if company else ""
    return f"mapping/{kind}{place}{f',{from_on}' if from_on else ''}/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUse:
    """An account code of Procurify where it is used: in a department, for a vendor, on a line.

    `item`: the id of the order item or bill item; `number`: the order's or the invoice's.
    """

    code: str
    department: str
    vendor: str = ""
    item: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        """The key that a person would map: the code, in its department if it has one."""
        return f"{self.code}/{self.department}" if self.department else self.code

    def lookup_keys(self) -> tuple[str, ...]:
        """The keys under which it is looked up, first found wins (rules.md §5.2).

        An override of the line, then of the document; the code in the department for the vendor,
        in the department, by itself. Without a code only the overrides.
        """
        overrides = [f"override:item:{self.item}"] if self.item else []
        overrides += [f"override:document:{self.number}"] if self.number else []
        if not self.code:
            return tuple(overrides)
        for_vendor = [f"{self.key}@vendor:{self.vendor}"] if self.vendor else []
        return tuple(dict.fromkeys((*overrides, *for_vendor, self.key, self.code)))


def vendor_pair_key(bill_vendor: str, order_vendor: str) -> str:
    """The key under which a bill of one vendor is allowed on another vendor's order (§5.3)."""
    return f"{bill_vendor}/{order_vendor}"


def tax_key(taxes: Sequence[str]) -> str:
    """The key of a line's taxes: the name, or the names of several in order, joined by `+`."""
    return "+".join(sorted(taxes))


def parse_csv(text: str) -> tuple[tuple[MappingRow, ...], tuple[str, ...]]:
    """The rows of a mapping file and what is wrong with it, by line and column.

    The first line names the columns (kind, key, target, note; note may be absent). A file with
    errors is not to be imported at all: rows are returned for a preview.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[MappingRow] = []
    errors: list[str] = []
    seen: dict[tuple[str, str], int] = {}
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
    seen: dict[tuple[str, str], int],
) -> None:
    if len(cells) > len(header):
        errors.append(f"line {line}: {len(cells)} cells, but {len(header)} columns")
        return
    found = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    row = MappingRow(
        kind=found.get("kind", "").lower(),
        key=found.get("key", ""),
        target=found.get("target", ""),
        note=found.get("note", ""),
    )
    wrong = row_errors(row)
    first = seen.setdefault((row.kind, row.key), line)
    if first != line:
        wrong.append(f"key: {row.kind} {row.key!r} stands on line {first} already")
    if wrong:
        errors.extend(f"line {line}, column {text}" for text in wrong)
    else:
        rows.append(row)


def row_errors(row: MappingRow) -> list[str]:
    """What is wrong with one row, as `<column>: <what>`; empty when it can be approved."""
    errors = []
    if row.kind not in KINDS:
        errors.append(f"kind: {row.kind!r} is not one of {', '.join(KINDS)}")
    if not row.key:
        errors.append("key: is empty")
    if not row.target:
        errors.append("target: is empty")
    widest = MAX_TARGET.get(row.kind)
    if widest is not None and len(row.target) > widest:
        errors.append(f"target: {row.target!r} is longer than {widest} characters")
    return errors
