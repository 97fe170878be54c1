"""COMBRW: rows from a key on, a page at a time (Query/Browse; recorded).

NextKey is the key of the last row returned and PrevKey of the first, so that the next page starts
at NextKey with GR (syspro.md §3.7). Browses of other tables than those below are unknown here;
titles and columns other than InvMaster's are a decision, as are the pages of EF (keys that begin
so) and LE (the last rows up to the key, which is how one pages back).
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import Final

from engine.sandbox.syspro import digits, invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.keys import shown_key, table_key
from engine.sandbox.syspro.ledger import text as text_of
from engine.sandbox.syspro.objects.comfnd import in_order
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import PRIVATE_TABLES, Row, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Browse:
    title: str
    columns: tuple[str, ...]
    key: str
    key_description: str


_BROWSES: Final = {
    "InvMaster": _Browse(
        title="Stock Codes",
        columns=("StockCode", "Description", "LongDesc"),
        key="StockCode",
        key_description="Stock code",
    ),
    "ApSupplier": _Browse(
        title="Suppliers",
        columns=("Supplier", "SupplierName", "Currency"),
        key="Supplier",
        key_description="Supplier",
    ),
    "PorMasterHdr": _Browse(
        title="Purchase Orders",
        columns=("PurchaseOrder", "Supplier", "OrderStatus"),
        key="PurchaseOrder",
        key_description="Purchase order",
    ),
    "ApInvoice": _Browse(
        title="Invoices",
        columns=("Invoice", "Supplier", "OrigInvValue"),
        key="Invoice",
        key_description="Invoice",
    ),
    "InvWhControl": _Browse(
        title="Warehouses",
        columns=("Warehouse", "Description"),
        key="Warehouse",
        key_description="Warehouse",
    ),
    "GenMaster": _Browse(
        title="Ledger Codes",
        columns=("GlCode", "Description", "AccountType"),
        key="GlCode",
        key_description="Ledger code",
    ),
}
_HEADERS: Final = {
    "StockCode": "Stock code",
    "LongDesc": "Long description",
    "SupplierName": "Supplier name",
    "PurchaseOrder": "Purchase order",
    "OrderStatus": "Order status",
    "GlCode": "Ledger code",
    "AccountType": "Account type",
}
_KINDS_SHOWN: Final = {"d": "Numeric", "D": "Date"}
_DEFAULT_ROWS: Final = 20


def browse(call: Call) -> str:
    """A page of rows with the keys to go on from; raises `Refused` for an unknown browse."""
    document, ledger = call.document, call.ledger
    name = document.value("BrowseName")
    known, table = _BROWSES.get(name), ledger.tables.get(name)
    if known is None or table is None:
        raise Refused(invented.NO_SUCH_BROWSE.format(name))
    details = document.path("BrowseDetails")
    asked = [column.value("ColumnName") for column in details.named("Column")]
    columns = [column for column in asked if column in table.shape.columns] or known.columns
    start = table_key(ledger, known.key, document.value("StartAtKey"))
    condition = document.value("StartCondition") or "GE"
    rows = _filtered(table, document, known.key)
    limit = digits.whole(document.value("ReturnRows")) or _DEFAULT_ROWS
    matching = (row for row in rows if _starts(row, known.key, start, condition))
    page = list(matching)[-limit:] if condition == "LE" else list(islice(matching, limit))
    reply = Reply(name, "COMBRW")
    reply.leaf("Title", details.value("Title") or known.title)
    for row in page:
        reply.open("Row")
        for column in columns:
            reply.open(column)
            text = table.shape.columns[column].text_of(row[column]).rstrip()
            reply.leaf("Value", shown_key(ledger, column, text))
            kind = table.shape.columns[column].kind
            reply.leaf("DataType", _KINDS_SHOWN.get(kind, "AlphaNumeric"))
            reply.close(column)
        reply.close("Row")
    _write_keys(reply, call, known.key, page, rows)
    described = {
        column.value("ColumnName"): column.value("ColumnDescription")
        for column in details.named("Column")
    }
    reply.open("HeaderDetails")
    for column in columns:
        reply.leaf("Header", described.get(column) or _HEADERS.get(column, column))
    reply.leaf("Key", known.key)
    reply.leaf("KeyDescription", known.key_description)
    reply.leaf("Table", name)
    reply.close("HeaderDetails")
    return reply.text()


def _filtered(table: Table, document: Element, key: str) -> list[Row]:
    """The rows that every filter of the browse lets through, in the order of its key."""
    filters = [
        (element.value("ColumnFilterName"), element.value("ColumnFilterValue"))
        for element in document.named("Filter")
    ]
    rows = (
        table.in_order() if table.shape.keys[0] == key else in_order(table.values(), [(key, False)])
    )
    return [
        row
        for row in rows
        if all(
            name not in table.shape.columns or table.shape.columns[name].text_of(row[name]) == value
            for name, value in filters
        )
    ]


def _starts(row: Row, key: str, start: str, condition: str) -> bool:
    value = str(row[key])
    match condition:
        case "GR":
            return value > start
        case "LE":
            return value <= start
        case "EF":
            return value.startswith(start)
        case _:
            return value >= start


def next_key(call: Call) -> str:
    """The key after the one given, in the table of a browse; see `_neighbour`."""
    return _neighbour(call, 1)


def previous_key(call: Call) -> str:
    """The key before the one given."""
    return _neighbour(call, -1)


def _neighbour(call: Call, step: int) -> str:
    """The next or the previous key as a document.

    That the operations exist and take XmlIn is documented (syspro.md §1.1); both documents are
    invented: `TableName` and `Key` under any root, answered by `Key` under the table's name, empty
    beyond the ends.
    """
    document, ledger = call.document, call.ledger
    name = document.value("TableName") or document.value("BrowseName")
    table = ledger.tables.get(name)
    if table is None or name in PRIVATE_TABLES:
        raise Refused(invented.UNKNOWN_TABLE.format(name))
    column = table.shape.keys[0]
    given = table_key(ledger, column, document.value("Key"))
    rows = [text_of(row[column]) for row in table.in_order()]
    place = bisect_right(rows, given) if step > 0 else bisect_left(rows, given) - 1
    found = rows[place] if 0 <= place < len(rows) else ""
    reply = Reply(name.replace("+", "_"), "COMBRW")
    reply.leaf("Key", shown_key(ledger, column, found))
    return reply.text()


def _write_keys(reply: Reply, call: Call, key: str, page: list[Row], rows: list[Row]) -> None:
    shown = [shown_key(call.ledger, key, str(row[key])) for row in page]
    has_more = bool(page) and page[-1] is not rows[-1]
    has_fewer = bool(page) and page[0] is not rows[0]
    reply.open("NextPrevKey")
    reply.leaf("PrevKey", shown[0] if shown else "")
    reply.leaf("NextKey", shown[-1] if shown else "")
    reply.leaf("Fwd", str(has_more))
    reply.leaf("Back", str(has_fewer))
    reply.close("NextPrevKey")
