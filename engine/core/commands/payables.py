"""Commands on what is owed to suppliers: AP invoices and what they are charged to. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from engine.core.shape import Shape

PostingPeriod = Literal["C", "P", "B"]
TaxBasis = Literal["E", "I"]
DiscountBasis = Literal["T", "P", "V"]


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

    SPARSE_FROM: ClassVar[str] = "second_tax_code"

    ledger_code: str
    value: Decimal
    notation: str = ""
    tax_code: str = ""
    is_tax_only: bool = False
    second_tax_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount(Shape):
    """What may be taken off at payment: T by the terms, P `amount` percent, V a value of `amount`.

    Of `base` (DiscountableValue); `on` is the last day, by the supplier's terms where None.
    """

    basis: DiscountBasis
    base: Decimal
    amount: Decimal = Decimal(0)
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceAdd(Shape):
    """A bill becomes an AP invoice (APSTIN transaction I). `value` includes tax.

    Tax basis E: Σ matches + Σ distribution + tax_value + second_tax_value = value, to the cent.
    I: matches and distribution include the tax, so their sum alone is the value. `freight` and
    `miscellaneous` are the parts of the distribution that belong to matched goods (FreightCharge,
    MiscellaneousCharge). `exchange_rate` None: SYSPRO's own; it is never given for a local one.
    """

    SPARSE_FROM: ClassVar[str] = "branch"

    supplier: str
    invoice: str
    external_key: str
    value: Decimal
    currency: str
    invoice_on: date
    due_on: date | None = None
    posting_period: PostingPeriod
    tax_code: str = ""
    tax_value: Decimal = Decimal(0)
    matches: tuple[GrnMatch, ...] = ()
    distribution: tuple[LedgerLine, ...] = ()
    notation: str = ""
    branch: str = ""
    journal_notation: str = ""
    tax_basis: TaxBasis = "E"
    second_tax_code: str = ""
    second_tax_value: Decimal = Decimal(0)
    freight: Decimal = Decimal(0)
    miscellaneous: Decimal = Decimal(0)
    exchange_rate: Decimal | None = None
    is_rate_fixed: bool = False
    discount: Discount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEntry(Shape):
    """An entry against an invoice on file: `value` above zero, tax included, as for an invoice.

    It has no number of its own (syspro.md §3.4) and no unique key: K stands in
    TransactionReference, which is taken to land in ApInvoicePay.PaymentReference (inferred, §6).
    Goods receipts are not matched: the sheet knows no match of an entry.
    """

    supplier: str
    invoice: str
    external_key: str
    value: Decimal
    currency: str
    posting_period: PostingPeriod
    distribution: tuple[LedgerLine, ...]
    tax_basis: TaxBasis = "E"
    tax_code: str = ""
    tax_value: Decimal = Decimal(0)
    second_tax_code: str = ""
    second_tax_value: Decimal = Decimal(0)
    notation: str = ""
    journal_notation: str = ""
    exchange_rate: Decimal | None = None
    is_rate_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteAdd(InvoiceEntry):
    """Less is owed on an invoice (APSTIN transaction C); the value is positive all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitNoteAdd(InvoiceEntry):
    """More is owed on an invoice (APSTIN transaction D)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRegister(Shape):
    """A bill is registered for approval in SYSPRO (APSTRI, syspro.md §3.5); nothing is posted.

    `value` includes tax; lines cannot be registered. At most 20 purchase orders.
    """

    supplier: str
    invoice: str
    external_key: str
    value: Decimal
    currency: str
    invoice_on: date
    due_on: date | None = None
    branch: str = ""
    discount: Discount | None = None
    exchange_rate: Decimal | None = None
    authorising_person: str = ""
    buyer: str = ""
    department: str = ""
    narration: str = ""
    purchase_orders: tuple[str, ...] = ()
