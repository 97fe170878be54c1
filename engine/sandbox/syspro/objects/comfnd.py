"""COMFND: rows of any table by conditions (Query/Query).

Names of tables and columns depend on case; a key with an indexed EQ and no `Or` costs the rows
found (syspro.md §3.7, recorded reply). Numbers are right-justified as in the recorded COMFCH;
numeric keys come back in the form e.net shows and are taken in either form (decision, unverified);
an empty date is an empty element. No ReturnRows means the whole table.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from engine.sandbox.syspro import conditions, digits, invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.keys import shown_key
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply, escaped
from engine.sandbox.syspro.tables import PRIVATE_TABLES, Column, Row, Table, Value

_COUNT_WIDTH: Final = 8


def query(call: Call) -> str:
    """The rows that match, in the order asked for; raises `Refused` for unknown names."""
    document = call.document
    name = document.value("TableName")
    table = call.ledger.tables.get(name)
    if table is None or name in PRIVATE_TABLES:
        raise Refused(invented.UNKNOWN_TABLE.format(name))
    columns = _columns(document, table)
    order = _order(document, table)
    rows = _ordered(_found(call.ledger, document, table), order, table)
    rows = islice(rows, digits.whole(document.value("ReturnRows")) or None)
    reply = Reply(name.replace("+", "_"), "COMFND")
    reply.open("HeaderDetails")
    reply.leaf("TableName", name)
    reply.open("Columns")
    reply.leaves(("Column", column.name) for column in columns)
    reply.close("Columns")
    if order:
        reply.open("OrderBy")
        reply.leaves(("Column", column) for column, _ in order)
        reply.close("OrderBy")
    reply.close("HeaderDetails")
    count = 0
    for row in rows:
        count += 1
        reply.open("Row")
        reply.leaves(shown_cells(call.ledger, row, columns, no_date=""))
        reply.close("Row")
    reply.leaf("RowsReturned", f"{count:>{_COUNT_WIDTH}}")
    return reply.text()


def shown_cells(
    ledger: Ledger, row: Row, columns: Iterable[Column], *, no_date: str
) -> Iterator[tuple[str, str]]:
    """Names and texts of a row's cells as e.net shows them."""
    for column in columns:
        value = row[column.name]
        if column.kind == "d":
            yield column.name, f"{column.text_of(value):>{column.width}}"
        elif column.kind == "D":
            yield column.name, column.text_of(value) or no_date
        else:
            yield column.name, shown_key(ledger, column.name, column.text_of(value)).rstrip()


def _known(table: Table, name: str) -> Column:
    column = table.shape.columns.get(name)
    if column is None:
        raise Refused(invented.UNKNOWN_COLUMN.format(escaped(name), table.shape.name))
    return column


def _columns(document: Element, table: Table) -> list[Column]:
    names = [child.content.strip() for child in document.path("Columns").named("Column")]
    if document.value("AllColumns") == "Y" or not any(names):
        return list(table.shape.columns.values())
    return [_known(table, name) for name in names if name]


def _order(document: Element, table: Table) -> list[tuple[str, bool]]:
    """The columns to sort by, each with whether it descends."""
    wanted = [(child.content.strip(), False) for child in document.path("OrderBy").named("Column")]
    for child in document.path("Sequence").named("Column"):
        attributes = {name.lower(): value for name, value in child.attributes.items()}
        name = attributes.get("name", "") or child.content.strip()
        wanted.append((name, attributes.get("orderby", "A").upper().startswith("D")))
    return [(_known(table, name).name, descends) for name, descends in wanted if name]


def _ordered(rows: Iterable[Row], order: list[tuple[str, bool]], table: Table) -> Iterable[Row]:
    key_first = [(name, False) for name in table.shape.keys]
    return rows if order == key_first[: len(order)] else in_order(rows, order)


def in_order(rows: Iterable[Row], order: list[tuple[str, bool]]) -> list[Row]:
    """The rows sorted by columns, each up or down; an empty date sorts before every date."""
    found = list(rows)
    for name, descends in reversed(order):

        def key(row: Row, name: str = name) -> tuple[bool, Value]:
            return row[name] is not None, row[name]

        found.sort(key=key, reverse=descends)
    return found


def _found(ledger: Ledger, document: Element, table: Table) -> Iterator[Row]:
    tests = conditions.read(ledger, table, document.path("Where").named("Expression"))
    if tests is None:
        return table.in_order()
    rows = table.in_order()
    index = conditions.indexed(tests, table)
    if index is not None:
        rows = iter(table.where(*index))
    return (row for row in rows if conditions.holds(tests, row))
