"""What the engine may wish of SYSPRO: suppliers, purchase orders, invoices. Pure.

A command is planned by `projections`, rendered to XML by `syspro.objects` and sent by
`syspro.writer`. Money and quantities are Decimal, dates are business dates. Every class goes to
plain JSON and back without loss (`to_json`, `from_json`), because a command lives in the
`commands` table and, once intended, in its `PostIntended` event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.canonical import JsonObject
from engine.core.shape import Shape, restore, store
from engine.errors import Malformed

LineAction = Literal["A", "C", "D"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAdd(Shape):
    """A vendor becomes a supplier under a code that we give (APSSSP Add, syspro.md §3.6).

    SYSPRO's own default is that goods receipts must be matched; both flags are always sent.
    """

    supplier: str
    name: str
    short_name: str
    branch: str
    terms_code: str
    currency: str
    bank: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""
    telephone: str = ""
    contact: str = ""
    email: str = ""
    tax_registration: str = ""
    is_grn_match_required: bool = False
    is_order_allowed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(Shape):
    """One line of a purchase order; `line` is SYSPRO's number, None where it is yet to be given.

    `ledger_code` and `product_class` only on non-stocked lines, `warehouse` only on stocked ones.
    """

    item_id: str
    action: LineAction
    line: int | None = None
    stock_code: str
    description: str
    is_stocked: bool
    warehouse: str = ""
    quantity: Decimal
    unit: str
    price: Decimal
    tax_code: str = ""
    ledger_code: str = ""
    product_class: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderAdd(Shape):
    """A purchase order comes to be (PORTOI action A). `purchase_order` None: SYSPRO numbers it."""

    purchase_order: str | None = None
    supplier: str
    external_key: str
    currency: str
    order_on: date
    due_on: date
    terms_code: str = ""
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]
    freight: Decimal | None = None
    charges: Decimal | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChange(Shape):
    """Lines of an order are added, changed or deleted (PORTOI action C), nothing else."""

    purchase_order: str
    supplier: str
    external_key: str
    due_on: date | None = None
    is_taxable: bool = False
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderCancel(Shape):
    """A whole order on which nothing was received is cancelled (PORTOI action D)."""

    purchase_order: str
    supplier: str
    external_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrnMatch(Shape):
    """A goods receipt is matched: the composite key of GrnDetails and what of it is billed."""

    supplier: str
    grn: str
    source: str
    journal: str
    entry: str
    quantity: Decimal
    value: Decimal
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine(Shape):
    """An amount is charged to a ledger code; `is_tax_only` marks a tax amount (syspro.md §3.4)."""

    ledger_code: str
    value: Decimal
    notation: str = ""
    tax_code: str = ""
    is_tax_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceAdd(Shape):
    """A bill becomes an AP invoice (APSTIN transaction I). `value` includes tax.

    Σ matches + Σ distribution + tax_value = value, to the cent.
    """

    supplier: str
    invoice: str
    external_key: str
    value: Decimal
    currency: str
    invoice_on: date
    due_on: date | None = None
    posting_period: Literal["C", "P", "B"]
    tax_code: str = ""
    tax_value: Decimal = Decimal(0)
    matches: tuple[GrnMatch, ...] = ()
    distribution: tuple[LedgerLine, ...] = ()
    notation: str = ""


Payload = SupplierAdd | PurchaseOrderAdd | PurchaseOrderChange | PurchaseOrderCancel | InvoiceAdd

TYPES: Mapping[str, type[Payload]] = {
    "supplier_add": SupplierAdd,
    "purchase_order_add": PurchaseOrderAdd,
    "purchase_order_change": PurchaseOrderChange,
    "purchase_order_cancel": PurchaseOrderCancel,
    "invoice_add": InvoiceAdd,
}
STAGES: Mapping[str, int] = {
    "supplier_add": 0,
    "purchase_order_add": 1,
    "purchase_order_change": 1,
    "purchase_order_cancel": 1,
    "invoice_add": 2,
}
BUSINESS_OBJECTS: Mapping[str, str] = {
    "supplier_add": "APSSSP",
    "purchase_order_add": "PORTOI",
    "purchase_order_change": "PORTOI",
    "purchase_order_cancel": "PORTOI",
    "invoice_add": "APSTIN",
}


def command_type(payload: Payload) -> str:
    """The name of the payload's class in tables and events, e.g. `purchase_order_add`."""
    return next(name for name, kind in TYPES.items() if type(payload) is kind)


def to_json(payload: Payload) -> JsonObject:
    """Plain JSON of a command: Decimals as text, dates as CCYY-MM-DD, None left out."""
    return store(payload)


def from_json(name: str, body: JsonObject) -> Payload:
    """The command that `to_json` wrote; raises `Malformed` for anything else."""
    kind = TYPES.get(name)
    if kind is None:
        raise Malformed(f"no command is called {name[:40]!r}")
    return restore(kind, body)
