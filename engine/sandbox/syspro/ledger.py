"""The company database of the sandbox's SYSPRO: tables, numbering, periods, and what was written.

The one place where rows are kept. Business objects read and write through it, the scenario
receives goods and moves holds and periods through it, the oracle reads it. Changes happen
between two awaits, so each is atomic; nothing here awaits. Keys: a purchase order of the automatic
(numeric) numbering is zero-filled to 15 in the tables and shown with 6 digits over e.net
(syspro.md §4 "Keys and padding"); a manual number is alphanumeric and kept as given; supplier keys
are alphanumeric here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, TypeAlias

from engine.sandbox.syspro import keyrules, periods, receipts
from engine.sandbox.syspro.company_setup import PayablesSetup, PurchasingSetup
from engine.sandbox.syspro.keyrules import KeyRule
from engine.sandbox.syspro.periods import Period
from engine.sandbox.syspro.receipts import Receipt
from engine.sandbox.syspro.tables import SHAPES, Key, Row, Table
from engine.sandbox.syspro.writes import Write, WriteKind

Numbering: TypeAlias = Literal["auto", "manual"]
Prefix: TypeAlias = Literal["none", "warehouse", "branch"]

KEY_DIGITS: Final = keyrules.STORED_DIGITS
CANCELLED: Final = "*"
COMPLETE: Final = receipts.COMPLETE
DEFAULT_PURCHASING: Final = PurchasingSetup()
DEFAULT_PAYABLES: Final = PayablesSetup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase order as the tables hold it: header and lines in line order."""

    header: Row
    lines: Sequence[Row]

    @property
    def is_live(self) -> bool:
        """Whether the order was not cancelled."""
        return self.header["OrderStatus"] != CANCELLED


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def number(value: object) -> Decimal:
    """The decimal in a cell; zero where the cell holds none."""
    return value if isinstance(value, Decimal) else Decimal(0)


def text(value: object) -> str:
    """The text in a cell; empty where the cell holds none."""
    return value if isinstance(value, str) else ""


def cents(value: Decimal) -> Decimal:
    """A value rounded half up to two decimals, as ledger values are kept."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a ledger had written at one moment."""

    rows: Mapping[str, Mapping[Key, Row]]
    writes: Sequence[Write]
    journals: Mapping[str, int]
    next_purchase_order: int
    next_grn: int
    next_supplier: int


class Ledger:
    """One company's tables and the rules that belong to no single business object."""

    def __init__(
        self,
        *,
        company: str = "EDU1",
        company_name: str = "Outdoor Education Company",
        local_currency: str = "USD",
        po_numbering: Numbering = "auto",
        next_purchase_order: int = 1,
        po_prefix: Prefix = "none",
        supplier_keys: KeyRule = keyrules.SUPPLIERS,
        stock_keys: KeyRule = keyrules.STOCK_CODES,
        purchasing: PurchasingSetup = DEFAULT_PURCHASING,
        payables: PayablesSetup = DEFAULT_PAYABLES,
        clock: Callable[[], datetime] = _wall_clock,
    ) -> None:
        self.company = company
        self.company_name = company_name
        self.local_currency = local_currency
        self.po_numbering: Numbering = po_numbering
        self.po_prefix: Prefix = po_prefix
        is_automatic = po_numbering == "auto"
        self.key_rules: Mapping[str, KeyRule] = {
            "PurchaseOrder": keyrules.ORDERS_AUTOMATIC if is_automatic else keyrules.ORDERS_MANUAL,
            "Grn": keyrules.GRNS,
            "Supplier": supplier_keys,
            "StockCode": stock_keys,
        }
        self.purchasing = purchasing
        self.payables = payables
        self._clock = clock
        self.clock_offset = timedelta(0)
        self.tables: dict[str, Table] = {name: Table(shape) for name, shape in SHAPES.items()}
        self.writes: list[Write] = []
        self.journals: Counter[str] = Counter()
        self._next_purchase_order = next_purchase_order
        self._next_grn = 1
        self.next_supplier = 1
        self._locks: dict[tuple[str, Key], int | None] = {}

    def load(self, seed: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        """The seed rows are in the tables; columns they leave out are "", 0 or None.

        Raises `KeyError` for a table or column that the company database has not, and
        `TypeError` for a value that is neither text, Decimal, int, date nor None.
        """
        for name, rows in seed.items():
            shape = SHAPES[name]
            for row in rows:
                unknown = row.keys() - shape.columns.keys()
                if unknown:
                    raise KeyError(f"{name} has no column {sorted(unknown)}")
                self.tables[name].put({column: _cell(value) for column, value in row.items()})

    @property
    def sequence(self) -> int:
        """The number of the newest write; 0 before the first."""
        return len(self.writes)

    def clock(self) -> datetime:
        """Now, as SYSPRO's server has it."""
        return self._clock() + self.clock_offset

    def lock(self, table: str, key: Key, times: int | None = None) -> None:
        """The row is locked by another operator for so many posts, or until `unlock`."""
        self._locks[table, key] = times

    def unlock(self, table: str, key: Key) -> None:
        """The row is not locked."""
        self._locks.pop((table, key), None)

    def is_locked(self, table: str, key: Key) -> bool:
        """Whether a post that wants the row now finds it locked; each question counts once."""
        if (table, key) not in self._locks:
            return False
        left = self._locks[table, key]
        if left is not None:
            self._locks[table, key] = left - 1
            if left <= 1:
                self.unlock(table, key)
        return left is None or left > 0

    def snapshot(self) -> Snapshot:
        """Everything that is written, as it stands; costs references, not rows."""
        return Snapshot(
            rows={name: table.copy_rows() for name, table in self.tables.items()},
            writes=tuple(self.writes),
            journals=dict(self.journals),
            next_purchase_order=self._next_purchase_order,
            next_grn=self._next_grn,
            next_supplier=self.next_supplier,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """The ledger is as it was, its numbers are given out again (a backup put back)."""
        for name, table in self.tables.items():
            table.set_rows(snapshot.rows[name])
        self.writes[:] = snapshot.writes
        self.journals = Counter(snapshot.journals)
        self._next_purchase_order = snapshot.next_purchase_order
        self._next_grn = snapshot.next_grn
        self.next_supplier = snapshot.next_supplier

    def today(self) -> date:
        """The company date."""
        return self.clock().date()

    def wrote(
        self,
        kind: WriteKind,
        key: Key,
        *,
        business_object: str,
        action: str,
        operator: str,
        rows: Mapping[str, Sequence[Row]],
    ) -> Write:
        """The write is in the list, with the next sequence number."""
        write = Write(
            sequence=len(self.writes) + 1,
            kind=kind,
            key=key,
            business_object=business_object,
            action=action,
            operator=operator,
            at=self.clock(),
            rows=rows,
        )
        self.writes.append(write)
        return write

    def next_journal(self, module: str) -> int:
        """The next journal number of a module (`AP`, `GRN`), counted from 1."""
        self.journals[module] += 1
        return self.journals[module]

    def order_key(self, shown: str) -> str:
        """The key in the tables of a purchase order as a caller writes it.

        Blanks around are dropped; with automatic numbering digits are zero-filled to 15, so that
        `547`, `000547` and the table's own form name one order (syspro.md §4, partly unverified).
        """
        return self.key_rules["PurchaseOrder"].stored(shown)

    def next_order_key(self, warehouse: str = "", branch: str = "") -> str:
        """The next automatic purchase order number, in the form of the tables.

        With numbering by prefix it is the warehouse's or the AP branch's own prefix and number,
        six characters together (form seen, rule inferred).
        """
        table, key = {
            "warehouse": ("InvWhControl", warehouse),
            "branch": ("ApBranch", branch),
            "none": ("ApBranch", ""),
        }[self.po_prefix]
        row = self.tables[table].get((key,))
        while row is not None and row["PoPrefix"] != "":
            prefix, count = text(row["PoPrefix"]), int(number(row["PoNextNumber"])) or 1
            row = self.tables[table].put({**row, "PoNextNumber": Decimal(count + 1)})
            made = f"{prefix}{count:0{max(6 - len(prefix), 1)}}"
            if (made,) not in self.tables["PorMasterHdr"]:
                return made
        while True:
            made = str(self._next_purchase_order).zfill(KEY_DIGITS)
            self._next_purchase_order += 1
            if (made,) not in self.tables["PorMasterHdr"]:
                return made

    def order(self, purchase_order: str) -> Order | None:
        """The order under a number in either form, or None."""
        key = self.order_key(purchase_order)
        header = self.tables["PorMasterHdr"].get((key,))
        if header is None:
            return None
        return Order(
            header=header, lines=self.tables["PorMasterDetail"].where("PurchaseOrder", key)
        )

    def orders(self) -> list[Order]:
        """Every order on file, cancelled ones too, in key order."""
        keys = [text(row["PurchaseOrder"]) for row in self.tables["PorMasterHdr"].in_order()]
        return [order for order in map(self.order, keys) if order is not None]

    def local_value(self, currency: str, value: Decimal, rate: Decimal | None = None) -> Decimal:
        """A value of `currency` in local currency, unrounded; BuyMulDiv D divides, else it is ×."""
        if currency == self.local_currency:
            return value
        row = self.tables["TblCurrency"].get((currency,))
        factor = rate or (number(row["BuyExchangeRate"]) if row else Decimal(0)) or Decimal(1)
        return value / factor if row and row["BuyMulDiv"] == "D" else value * factor

    def receive(
        self,
        purchase_order: str,
        line: int,
        quantity: Decimal,
        on: date | None = None,
        *,
        operator: str = "STORES",
        details: Receipt = receipts.PLAIN,
    ) -> Row:
        """The goods are received: a GrnDetails row is there and the line's received quantity grew.

        Raises `ValueError` for an order or line that is not there, cancelled or complete, and
        for a quantity that is not positive.
        """
        order = self.order(purchase_order)
        if order is None or order.header["OrderStatus"] in (CANCELLED, COMPLETE):
            raise ValueError(f"purchase order {purchase_order!r} cannot be received")
        found = [row for row in order.lines if row["Line"] == line]
        if not found or found[0]["LineType"] not in receipts.MERCHANDISE:
            raise ValueError(f"purchase order {purchase_order!r} has no line {line} of goods")
        if quantity <= 0 or found[0]["MCompleteFlag"] == "Y":
            raise ValueError(f"line {line} of {purchase_order!r} cannot receive {quantity}")
        return self._received(order, found[0], quantity, on or self.today(), operator, details)

    def next_grn(self) -> str:
        """The next automatic number of a receipt, in the form of the tables."""
        made = str(self._next_grn).zfill(KEY_DIGITS)
        self._next_grn += 1
        return made

    def _received(
        self, order: Order, line: Row, quantity: Decimal, on: date, operator: str, details: Receipt
    ) -> Row:
        header = order.header
        currency, rate = text(header["Currency"]), number(header["ExchangeRate"])
        row = receipts.grn_row(
            header,
            line,
            grn=details.grn or self.next_grn(),
            journal=self.next_journal("GRN"),
            quantity=quantity,
            on=on,
            rate=self.local_value(currency, Decimal(1), rate),
            details=details,
        )
        grn = self.tables["GrnDetails"].put(row)
        if line["LineType"] == receipts.STOCKED_LINE:
            self.tables["PorSupStkInfo"].put(receipts.supplier_stock_row(header, line, row))
        after = receipts.received_line(line, quantity, on, closes=details.closes_line)
        line = self.tables["PorMasterDetail"].put(after)
        lines = self.tables["PorMasterDetail"].where("PurchaseOrder", header["PurchaseOrder"])
        keeps_status = self.purchasing.maintains_completed_orders
        after_lines = receipts.header_after(header, lines, on, keeps_status=keeps_status)
        header = self.tables["PorMasterHdr"].put(after_lines)
        self.wrote(
            "receipt",
            self.tables["GrnDetails"].shape.key_of(grn),
            business_object="PORTOR",
            action="R",
            operator=operator,
            rows={"GrnDetails": [grn], "PorMasterHdr": [header], "PorMasterDetail": [line]},
        )
        return grn

    def set_supplier_hold(self, supplier: str, is_held: bool) -> None:
        """The supplier is on hold, or no longer."""
        row = self.tables["ApSupplier"][(supplier,)]
        self.tables["ApSupplier"].put({**row, "OnHold": "Y" if is_held else "N"})

    def set_ledger_hold(self, gl_code: str, is_held: bool) -> None:
        """The ledger account is on hold, or no longer."""
        row = self.tables["GenMaster"][(self.company, gl_code)]
        self.tables["GenMaster"].put({**row, "AccOnHldFlag": "Y" if is_held else "N"})

    def set_period(self, year: int, month: int, *, is_open: bool) -> None:
        """The period of the current or the previous ledger year takes postings, or does not."""
        row = periods.with_status(self._control(), year, month, is_open=is_open)
        self.tables["GenControl"].put(row)

    def move_to_period(self, year: int, month: int) -> None:
        """The current period of ledger and accounts payable is this one."""
        row = self._control()
        self.tables["GenControl"].put({**row, "GlYear": Decimal(year), "GlPeriod": Decimal(month)})

    def period(self, letter: str) -> Period:
        """The period that a PostingPeriod letter names: C current, P previous, B the one before."""
        return periods.named(self._control(), letter)

    def period_of(self, day: date) -> Period:
        """The period that a day is in."""
        return periods.of_day(self._control(), day)

    def _control(self) -> Row:
        control = self.tables["GenControl"].get((self.company,))
        if control is not None:
            return control
        today = self.today()
        return self.tables["GenControl"].put(
            {
                "Company": self.company,
                "GlYear": Decimal(today.year),
                "GlPeriod": Decimal(today.month),
            }
        )


def _cell(value: object) -> str | Decimal | date | None:
    if isinstance(value, bool):
        raise TypeError("a cell holds text, Decimal, int, date or None, not a bool")
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, str | Decimal | date):
        return value
    raise TypeError(f"a cell holds text, Decimal, int, date or None, not {type(value).__name__}")
