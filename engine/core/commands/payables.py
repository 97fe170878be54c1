"""Commands on what is owed to suppliers: AP invoices and what they are charged to. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.shape import Shape


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
