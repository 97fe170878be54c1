"""COMFND, the look-up of rows in any table by Query/Query: document out, rows in (syspro.md §3.7).

Names of tables and columns are case-sensitive and checked against a pattern; values go through
the strict builder. Rows come back under the names asked for, padding blanks gone, `0000-00-00`
as empty. A count that differs from the rows is refused, so a cut answer is never read as few
(reliability.md S29). Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import Malformed
from engine.syspro import xml

Row = Mapping[str, str]
"""One row: column as asked for, text without padding."""

Comparison = Literal["EQ", "NE", "GT", "GE", "LT", "LE", "LIKE"]
MAX_CONDITIONS = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\+?")
_DATE_COLUMN = re.compile(r"Date|PrdEnd|Dat$")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison of a column; several are joined by And. Dates as CCYY-MM-DD.

    `is_number` says that the column is numeric, which OData must be told and COMFND need not.
    """

    column: str
    comparison: Comparison = "EQ"
    value: str
    is_number: bool = False


def name(text: str) -> str:
    """`text` itself if it can name a table or column, else `Malformed`."""
    if not _NAME.fullmatch(text):
        raise Malformed(f"{text[:40]!r} names no table or column")
    return text


def render(
    table: str,
    columns: Sequence[str],
    *,
    where: Sequence[Condition] = (),
    order_by: Sequence[str] = (),
    limit: int | None = None,
) -> str:
    """The XmlIn that asks for these columns of the matching rows; no limit means all of them."""
    if not columns:
        raise Malformed("a look-up needs a column")
    if len(where) > MAX_CONDITIONS:
        raise Malformed(f"a look-up takes {MAX_CONDITIONS} conditions, not {len(where)}")
    children: list[xml.Element] = [("TableName", name(table))]
    if limit is not None:
        children.append(("ReturnRows", str(limit)))
    children += [
        ("AllColumns", "N"),
        ("Columns", [("Column", name(column)) for column in columns]),
    ]
    if where:
        children.append(
            ("Where", [_expression(place, condition) for place, condition in enumerate(where)])
        )
    if order_by:
        children.append(("OrderBy", [("Column", name(column)) for column in order_by]))
    return xml.build("Query", children)


def read(table: str, columns: Sequence[str], text: str) -> Sequence[Row]:
    """The rows of the reply; `Malformed` for another table, another count or a missing column."""
    root = xml.parse(text)
    if root.tag != name(table).replace("+", "_").lower():
        raise Malformed(f"the reply is about {root.name[:40]}, not about {table}")
    found = root.find_all("row")
    counted = root.text_at("RowsReturned")
    if xml.whole(counted) != len(found):
        raise Malformed(f"{table}: {len(found)} rows came, {counted[:12] or 'none'} were announced")
    return [_row(table, columns, row) for row in found]


def is_date(column: str) -> bool:
    """Whether a column of that name holds dates (the naming of syspro.md §4's tables)."""
    return _DATE_COLUMN.search(column) is not None


def cell(column: str, text: str) -> str:
    """The text of a cell in one form: no padding, dates as CCYY-MM-DD, no date as empty."""
    bare = text.strip()
    if is_date(column) and (dated := _DATE.fullmatch(bare)):
        return "" if dated.group(1) == "0000-00-00" else dated.group(1)
    return bare


def _row(table: str, columns: Sequence[str], row: xml.Node) -> Row:
    texts = {child.tag: child.text for child in row.children}
    absent = [column for column in columns if column.lower() not in texts]
    if absent:
        raise Malformed(f"{table}: a row came without {absent[0]}")
    return {column: cell(column, texts[column.lower()]) for column in columns}


def _expression(place: int, condition: Condition) -> xml.Element:
    joined: list[xml.Element] = [("AndOr", "And")] if place else []
    return "Expression", [
        *joined,
        ("OpenBracket", "("),
        ("Column", name(condition.column)),
        ("Condition", condition.comparison),
        ("Value", condition.value),
        ("CloseBracket", ")"),
    ]
