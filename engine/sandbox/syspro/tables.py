"""One SQL table each, as plain rows under their keys, and the shapes that all tables have.

Columns come from `columns_*` (facts: syspro.md §4). Some tables are our own (invented names, not
served by OData): `ApDistribution`, the ledger lines of each invoice, `GrnMatch`, what an invoice
took from a receipt, `ApRegistered`, invoices registered for approval, and `PorInspection`, goods
that are counted but not received. No clock, no socket. Pure.
"""

import sys
from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final, TypeAlias

from engine.sandbox.syspro import columns_general, columns_payables, columns_purchasing

Value: TypeAlias = str | Decimal | date | None
Row: TypeAlias = dict[str, Value]
Key: TypeAlias = tuple[str, ...]

_OURS: Final[dict[str, tuple[str, str]]] = {
    "ApDistribution": (
        "Supplier Invoice EntryNumber Line",
        "Supplier:v15 Invoice:v20 EntryNumber:d10.0 Line:d4.0 GlCode:v35 Value:d14.2 TaxCode:c3 "
        "Notation:v30 TaxOnlyLine:c1",
    ),
    "GrnMatch": (
        "Supplier Invoice Line",
        "Supplier:v15 Invoice:v20 Line:d4.0 GrnSupplier:v15 Grn:v20 GrnSource:c1 Journal:d10.0 "
        "JournalEntry:d10.0 MatchType:c1 Quantity:d18.6 Value:d14.2 LocalValue:d14.2 "
        "PurchaseOrder:v20 PurchaseOrderLin:d4.0",
    ),
    "ApRegistered": (
        "Supplier Invoice",
        "Supplier:v15 Invoice:v20 EntryNumber:d10.0 Branch:v10 InvoiceDate:D DiscountDate:D "
        "DueDate:D Reference:v30 InvoiceValue:d14.2 DiscountValue:d14.2 Currency:c3 "
        "ExchRateAtEntry:d12.6 MulDiv:c1 AuthorisingPerson:v20 Buyer:v20 DateInvoiceSent:D "
        "Department:v20 FollowUpDate:D Narration:v100 PurchaseOrder:v20 EntryDate:D "
        "TransactionType:c1 Operator:v20 InvRegnStatus:c1",
    ),
    "PorInspection": (
        "Grn",
        "Grn:v20 PurchaseOrder:v20 Line:d4.0 Quantity:d18.6 Lot:v50 DeliveryNote:v20 ReceivedOn:D",
    ),
}
PRIVATE_TABLES: Final = frozenset(_OURS)

_INDEXED: Final[dict[str, tuple[str, ...]]] = {
    "PorMasterHdr": ("Supplier", "CustomerPoNumber"),
    "PorMasterDetail": ("PurchaseOrder", "MSupCatalogue"),
    "ApSupplier": ("TaxRegnNum", "UserField1", "SupShortName"),
    "ApInvoice": ("Supplier", "Invoice", "Reference"),
    "ApInvoicePay": ("Supplier", "Invoice"),
    "ApDistribution": ("Invoice",),
    "GrnDetails": ("Supplier", "Grn", "PurchaseOrder"),
    "GrnMatch": ("Invoice", "Grn"),
    "InvWarehouse": ("StockCode",),
    "GenMaster": ("GlCode",),
    "AdmFormData": ("KeyField",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `kind` is `v` varchar, `c` char, `d` decimal or `D` date."""

    name: str
    kind: str
    length: int = 0
    precision: int = 0
    scale: int = 0

    @property
    def blank(self) -> Value:
        """What an unset column holds: empty text, zero, or no date."""
        if self.kind == "D":
            return None
        return Decimal(0) if self.kind == "d" else ""

    def text_of(self, value: Value) -> str:
        """`value` as text without padding: all decimals of the scale, ISO dates, "" for none."""
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return f"{value:.{self.scale}f}"
        return value if isinstance(value, str) else value.isoformat()

    @property
    def width(self) -> int:
        """Characters of a number in a reply: right-justified in digits plus point (recorded)."""
        return self.precision + (1 if self.scale else 0) if self.kind == "d" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The name, key columns and columns of a table."""

    name: str
    keys: tuple[str, ...]
    columns: Mapping[str, Column]

    def key_of(self, row: Mapping[str, Value]) -> Key:
        """The key of a row as texts: numbers without decimals, dates in ISO form."""
        return tuple(key_text(row.get(name, self.columns[name].blank)) for name in self.keys)

    def order_of(self, key: Key) -> tuple[str | int, ...]:
        """What keys sort by: numbers by size, texts by character, as a binary collation does."""
        return tuple(
            int(part) if self.columns[name].kind == "d" else part
            for name, part in zip(self.keys, key, strict=True)
        )


def key_text(value: Value) -> str:
    """One part of a key as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(int(value))
    return "" if value is None else value.isoformat()


def _column(spec: str) -> Column:
    name, _, kind = spec.partition(":")
    if kind == "D":
        return Column(name=name, kind="D")
    if kind[0] == "d":
        precision, _, scale = kind[1:].partition(".")
        return Column(name=name, kind="d", precision=int(precision), scale=int(scale))
    return Column(name=name, kind=kind[0], length=int(kind[1:]))


def _shapes() -> dict[str, Shape]:
    literal = {
        **columns_payables.TABLES,
        **columns_purchasing.TABLES,
        **columns_general.TABLES,
        **_OURS,
    }
    return {
        name: Shape(
            name=name,
            keys=tuple(keys.split()),
            columns={column.name: column for column in map(_column, columns.split())},
        )
        for name, (keys, columns) in literal.items()
    }


SHAPES: Final[Mapping[str, Shape]] = _shapes()
_BLANKS: Final[Mapping[str, Mapping[str, Value]]] = {
    name: {column.name: column.blank for column in shape.columns.values()}
    for name, shape in SHAPES.items()
}


class SparseRow(dict[str, Value]):
    """A row that keeps only the columns that are set; the others read as blank.

    A table of a hundred columns of which fifteen are set costs fifteen. Never changed in place.
    """

    __slots__ = ("_blanks",)

    def __init__(self, values: Mapping[str, Value], blanks: Mapping[str, Value]) -> None:
        super().__init__(
            (sys.intern(name), _shared(value))
            for name, value in values.items()
            if value != blanks[name]
        )
        self._blanks = blanks

    def __missing__(self, name: str) -> Value:
        return self._blanks[name]

    def full(self) -> Row:
        """Every column of the table, in its order."""
        return {**self._blanks, **self}


_SHARED: dict[Value, Value] = {}
_MOST_SHARED: Final = 50_000


def _shared(value: Value) -> Value:
    """The value itself, or an equal one that other rows hold already."""
    if isinstance(value, str):
        return sys.intern(value) if len(value) < 8 and type(value) is str else value
    if isinstance(value, Decimal):
        known = _SHARED.get(value)
        if known is not None and str(known) == str(value):
            return known
        if len(_SHARED) < _MOST_SHARED:
            _SHARED[value] = value
    return value


def whole(row: Row) -> Row:
    """A copy with every column that the row's table has."""
    return row.full() if isinstance(row, SparseRow) else dict(row)


def blank_row(table: str) -> Row:
    """A row of `table` in which nothing is set."""
    return dict(_BLANKS[table])


class Table(dict[Key, Row]):
    """Rows by key; look-ups by an indexed column cost the rows found, not the rows held.

    A row is replaced, never changed in place, so that whoever kept one keeps what he saw. An index
    holds one key bare and several as a dict, as most values have one row.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.blanks = _BLANKS[shape.name]
        wanted = dict.fromkeys((shape.keys[0], *_INDEXED.get(shape.name, ())))
        self.indexes: dict[str, dict[Value, Key | dict[Key, None]]] = {name: {} for name in wanted}
        self._ordered: list[Key] = []

    def __setitem__(self, key: Key, row: Row) -> None:
        stored = row if isinstance(row, SparseRow) else SparseRow(row, self.blanks)
        before = self.get(key)
        if before is None:
            self._insert(key)
        for name, index in self.indexes.items():
            value = stored[name]
            if before is not None:
                if before[name] == value:
                    continue
                _unindex(index, before[name], key)
            if value != "":
                _index(index, value, key)
        super().__setitem__(key, stored)

    def __delitem__(self, key: Key) -> None:
        row = self[key]
        for name, index in self.indexes.items():
            _unindex(index, row[name], key)
        self._ordered.remove(key)
        super().__delitem__(key)

    def put(self, values: Mapping[str, Value]) -> Row:
        """The stored row: `values` over blanks, under the key they name.

        Raises `KeyError` for a column that the table has not.
        """
        row = SparseRow(values, self.blanks)
        self[self.shape.key_of(row)] = row
        return row

    def where(self, column: str, value: Value) -> list[Row]:
        """The rows whose indexed `column` is `value`, in key order."""
        if value == "":
            return [row for row in self.in_order() if row[column] == ""]
        found = self.indexes[column].get(value, ())
        if isinstance(found, tuple):
            return [self[found]] if found else []
        return [self[key] for key in sorted(found, key=self.shape.order_of)]

    def in_order(self, start: int = 0) -> Iterator[Row]:
        """Every row in the order of its key, from the one at place `start` on."""
        keys = islice(self._ordered, start, None) if start < 1000 else self._ordered[start:]
        return (self[key] for key in keys)

    def copy_rows(self) -> dict[Key, Row]:
        """The rows as they are now, by key; rows are never changed, so they are not copied."""
        return dict(self)

    def set_rows(self, rows: Mapping[Key, Row]) -> None:
        """The table holds these rows and no others."""
        self.clear()
        self._ordered = []
        for index in self.indexes.values():
            index.clear()
        for key, row in rows.items():
            self[key] = row

    def _insert(self, key: Key) -> None:
        order = self.shape.order_of
        if not self._ordered or order(self._ordered[-1]) < order(key):
            self._ordered.append(key)
        else:
            insort(self._ordered, key, key=order)


def _index(index: dict[Value, Key | dict[Key, None]], value: Value, key: Key) -> None:
    found = index.get(value)
    if found is None:
        index[value] = key
    elif isinstance(found, tuple):
        index[value] = {found: None, key: None}
    else:
        found[key] = None


def _unindex(index: dict[Value, Key | dict[Key, None]], value: Value, key: Key) -> None:
    found = index.get(value)
    if isinstance(found, dict):
        found.pop(key, None)
        if not found:
            del index[value]
    elif found == key:
        del index[value]
