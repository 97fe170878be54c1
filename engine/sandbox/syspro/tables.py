"""One SQL table each, as plain rows under their keys, and the shapes that all tables have.

Columns come from `columns_*` (facts: syspro.md §4). Two tables are our own (invented names, not
served by OData): `ApDistribution`, the ledger lines of each invoice, and `GrnMatch`, what an
invoice took from a receipt. No clock, no socket. Pure.
"""

from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from engine.sandbox.syspro import columns_general, columns_payables, columns_purchasing

Value: TypeAlias = str | Decimal | date | None
Row: TypeAlias = dict[str, Value]
Key: TypeAlias = tuple[str, ...]

_OURS: Final[dict[str, tuple[str, str]]] = {
    "ApDistribution": (
        "Supplier Invoice Line",
        "Supplier:v15 Invoice:v20 Line:d4.0 GlCode:v35 Value:d14.2 TaxCode:c3 Notation:v30 "
        "TaxOnlyLine:c1",
    ),
    "GrnMatch": (
        "Supplier Invoice Line",
        "Supplier:v15 Invoice:v20 Line:d4.0 GrnSupplier:v15 Grn:v20 GrnSource:c1 Journal:d10.0 "
        "JournalEntry:d10.0 MatchType:c1 Quantity:d18.6 Value:d14.2 LocalValue:d14.2 "
        "PurchaseOrder:v20 PurchaseOrderLin:d4.0",
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
        return tuple(key_text(row.get(name)) for name in self.keys)

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
_BLANKS: Final[Mapping[str, Row]] = {
    name: {column.name: column.blank for column in shape.columns.values()}
    for name, shape in SHAPES.items()
}


def blank_row(table: str) -> Row:
    """A row of `table` in which nothing is set."""
    return dict(_BLANKS[table])


class Table(dict[Key, Row]):
    """Rows by key; look-ups by an indexed column cost the rows found, not the rows held.

    A row is replaced, never changed in place, so that whoever kept one keeps what he saw.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        wanted = dict.fromkeys((shape.keys[0], *_INDEXED.get(shape.name, ())))
        self.indexes: dict[str, dict[Value, dict[Key, None]]] = {name: {} for name in wanted}
        self._ordered: list[Key] = []

    def __setitem__(self, key: Key, row: Row) -> None:
        before = self.get(key)
        if before is None:
            insort(self._ordered, key, key=self.shape.order_of)
        for name, index in self.indexes.items():
            value = row[name]
            if before is not None and before[name] != value:
                index[before[name]].pop(key, None)
            index.setdefault(value, {})[key] = None
        super().__setitem__(key, row)

    def __delitem__(self, key: Key) -> None:
        row = self[key]
        for name, index in self.indexes.items():
            index[row[name]].pop(key, None)
        self._ordered.remove(key)
        super().__delitem__(key)

    def put(self, values: Mapping[str, Value]) -> Row:
        """The stored row: `values` over blanks, under the key they name."""
        row = {**_BLANKS[self.shape.name], **values}
        self[self.shape.key_of(row)] = row
        return row

    def where(self, column: str, value: Value) -> list[Row]:
        """The rows whose indexed `column` is `value`, in key order."""
        found = self.indexes[column].get(value, ())
        return [self[key] for key in sorted(found, key=self.shape.order_of)]

    def in_order(self) -> Iterator[Row]:
        """Every row in the order of its key."""
        return (self[key] for key in self._ordered)
