"""The documents that a probe posts: small, named as a probe's, each under a key of its own.

Made from what the test company has: terms, branch and currency of one of its suppliers, one of
its expense codes, its own business date. `ground_of` reads that much; the rest does no I/O.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.commands import (
    CreditNoteAdd,
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    PurchaseOrderAdd,
    SupplierAdd,
)
from engine.core.keys import DocumentKey, external_key
from engine.errors import Malformed
from engine.syspro.books import Books
from engine.syspro.objects.comfnd import Condition

NAME = "PROBE"
"""What every document of a probe is called by, for people who meet it in SYSPRO."""
FEW = 20
VALUE = Decimal("1.00")
_SUPPLIER = ("Supplier", "Branch", "TermsCode", "Currency", "Bank", "OnHold", "PurchOrdAllowed")
_LEDGER = ("GlCode", "AccountType", "ControlAccFlag", "AccOnHldFlag", "AnalysisRequired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the company's policy says of non-stocked lines, and of suppliers that are created."""

    product_class: str
    unit: str
    branch: str = ""
    terms_code: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the test company has that documents can stand on; `on` is its own business date.

    `supplier` is "" where it has none that would do.
    """

    supplier: str
    branch: str
    terms_code: str
    currency: str
    bank: str
    ledger_code: str
    on: date


async def ground_of(books: Books, company: str, currency: str, rules: Rules, on: date) -> Ground:
    """The first supplier in the company's own currency that may be ordered from, or what the
    policy says of new ones; and the first expense code that anybody may post to.

    Raises `Malformed` where there is none of either.
    """
    suppliers = await books.rows(
        "ApSupplier",
        _SUPPLIER,
        [Condition(column="Currency", value=currency)],
        order_by=("Supplier",),
        limit=FEW,
    )
    free = [row for row in suppliers if row["OnHold"] != "Y" and row["PurchOrdAllowed"] != "N"]
    codes = await books.rows(
        "GenMaster",
        _LEDGER,
        [Condition(column="Company", value=company), Condition(column="AccountType", value="E")],
        order_by=("GlCode",),
        limit=FEW,
    )
    usable = [
        row
        for row in codes
        if "Y" not in (row["ControlAccFlag"], row["AccOnHldFlag"], row["AnalysisRequired"])
    ]
    if not usable:
        raise Malformed(f"test company {company} has no expense code to post to in its first {FEW}")
    if not free and not rules.branch:
        raise Malformed(
            f"test company {company} has no supplier to order from in its first {FEW}, and the "
            "policy names no supplier_branch for a new one"
        )
    made = {
        "Supplier": "",
        "Branch": rules.branch,
        "TermsCode": rules.terms_code,
        "Currency": currency,
        "Bank": rules.bank,
    }
    row = free[0] if free else made
    return Ground(
        supplier=row["Supplier"],
        branch=row["Branch"],
        terms_code=row["TermsCode"],
        currency=row["Currency"],
        bank=row["Bank"],
        ledger_code=usable[0]["GlCode"],
        on=on,
    )


class Trials:
    """Makes the documents of one probe; the same run makes the same ones."""

    def __init__(self, tenant: str, run_id: str, ground: Ground, rules: Rules) -> None:
        self.ground = ground
        self.supplier_code = ground.supplier
        self._tenant = tenant
        self._run_id = run_id
        self._rules = rules
        self._made = 0

    def key(self) -> str:
        """A new key of ours."""
        self._made += 1
        document = DocumentKey(source=NAME, kind="probe", id=f"{self._run_id}-{self._made}")
        return external_key(self._tenant, document)

    def supplier(self) -> SupplierAdd:
        """A supplier like the one that is there, under a code that says what it is."""
        code = f"{NAME}{self.key()[2:10]}"
        return SupplierAdd(
            supplier=code,
            name=f"{NAME} of the sync engine, not a supplier",
            short_name=code,
            branch=self.ground.branch,
            terms_code=self.ground.terms_code,
            currency=self.ground.currency,
            bank=self.ground.bank,
        )

    def order(self, key: str = "") -> PurchaseOrderAdd:
        """An order of one non-stocked line, under a new key of ours unless one is given."""
        number = self.key()
        line = OrderLine(
            item_id=number,
            action="A",
            stock_code=NAME,
            description=f"{NAME} of the sync engine",
            is_stocked=False,
            quantity=Decimal(1),
            unit=self._rules.unit,
            price=VALUE,
            ledger_code=self.ground.ledger_code,
            product_class=self._rules.product_class,
        )
        return PurchaseOrderAdd(
            supplier=self.supplier_code,
            external_key=key or number,
            currency=self.ground.currency,
            order_on=self.ground.on,
            due_on=self.ground.on,
            lines=(line,),
        )

    def invoice(self) -> InvoiceAdd:
        """An invoice over one, charged to the expense code; its number is its key."""
        key = self.key()
        return InvoiceAdd(
            supplier=self.supplier_code,
            invoice=key,
            external_key=key,
            value=VALUE,
            currency=self.ground.currency,
            invoice_on=self.ground.on,
            posting_period="C",
            distribution=self._charged(),
        )

    def credit(self, invoice: InvoiceAdd) -> CreditNoteAdd:
        """The whole invoice is credited."""
        return CreditNoteAdd(
            supplier=invoice.supplier,
            invoice=invoice.invoice,
            external_key=self.key(),
            value=invoice.value,
            currency=invoice.currency,
            posting_period="C",
            distribution=self._charged(),
        )

    def _charged(self) -> tuple[LedgerLine, ...]:
        return (LedgerLine(ledger_code=self.ground.ledger_code, value=VALUE),)
