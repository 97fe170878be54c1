"""What a company decides about bills, receipts and payments: a part of its policy."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from engine.config.base import Amount, Code, Percent, Table

TaxCode = Annotated[str, Field(pattern=r"^[\x21-\x2b\x2d-\x7e]{1,3}$")]


class BillRules(Table):
    """The settings of the policy that plans of bills look at, and of what follows from them."""

    period_policy: Literal["hold", "next_open", "previous_open"] = Field(
        default="hold", description="A bill whose posting day is in a closed period."
    )
    fixed_period_taxes: tuple[TaxCode, ...] = Field(
        default=(),
        strict=False,
        description="Tax codes of SYSPRO whose bills `period_policy` moves to no other period.",
    )
    bill_posting: Literal["post", "register", "validate"] = Field(
        default="post",
        description="Bills are posted, registered to be posted in SYSPRO, or only validated.",
    )
    non_po_bill_limit: Amount | None = Field(
        default=None, description="Most that a bill without an order may be; not set: no limit."
    )
    receipt_owner: Literal["syspro", "procurify", "none"] = Field(
        default="syspro", description="Where goods are received; none: bills wait for no receipt."
    )
    report_receipts: bool = Field(
        default=False,
        description="True receives in Procurify what SYSPRO received; needs receipt_owner syspro.",
    )
    payment_owner: Literal["syspro", "none"] = Field(
        default="syspro", description="Where bills are paid."
    )
    report_payments: bool = Field(
        default=False,
        description="True marks bills as paid in Procurify once SYSPRO paid them in full; needs "
        "payment_owner syspro.",
    )
    price_tolerance_line: Amount = Field(
        default=Decimal("0.01"),
        description="By how much quantity times price may miss a line's total.",
    )
    total_tolerance_document: Amount = Field(
        default=Decimal("0.05"), description="By how much a document's parts may miss its total."
    )
    tax_tolerance_line: Amount = Field(
        default=Decimal("0.02"), description="By how much a line's tax may miss its rate."
    )
    tax_tolerance_document: Amount = Field(
        default=Decimal("0.10"), description="By how much a document's tax may miss its rates."
    )
    overbill_quantity_percent: Percent = Field(
        default=Decimal(0), description="How much more than received may be billed."
    )
    overbill_price_percent: Percent = Field(
        default=Decimal(0), description="How much higher than the order's a billed price may be."
    )
    overbill_value: Amount = Field(
        default=Decimal(0), description="How much more than received may be billed, in money."
    )
    long_invoice_number: Literal["hold", "last_20"] = Field(
        default="hold",
        description="Invoice numbers of more than 20 characters: held, or posted by their last 20.",
    )
    near_duplicates: Literal["hold", "ignore"] = Field(
        default="hold", description="Bills that look like one that is there already."
    )
    expense_bills: Literal["ignore", "send"] = Field(
        default="ignore", description="Bills of type expense."
    )
    expense_supplier: Code = Field(
        default="", description="Supplier that expense bills are owed to; empty: the vendor's own."
    )
    card_bills: Literal["ignore", "send"] = Field(
        default="ignore", description="Bills of type credit card."
    )
    card_supplier: Code = Field(
        default="", description="Supplier that card bills are owed to; empty: the vendor's own."
    )
    credit_bills: Literal["post", "hold"] = Field(
        default="post", description="Bills below zero: posted as credit notes, or held."
    )
    mixed_bills: Literal["post", "hold"] = Field(
        default="post", description="Bills above zero with lines below zero."
    )
    unreceived_bills: Literal["wait", "register"] = Field(
        default="wait",
        description="Bills whose goods are to come: they wait, or are registered to be posted in "
        "SYSPRO.",
    )
    zero_bills: Literal["ignore", "hold"] = Field(
        default="ignore", description="Bills of zero without any effect."
    )
    due_date_days: int | None = Field(
        default=None,
        ge=0,
        le=365,
        description="By how many days a bill's due date may miss the supplier's terms "
        "(`terms_days`) before `plan` tells it; not set: not compared.",
    )
    posting_day: Literal["stated", "approval"] = Field(
        default="stated",
        description="A bill is posted by the posting date it states, else by its "
        "invoice date; or by the day of its approval.",
    )
    tax_rounding: Literal["line", "document"] = Field(
        default="line",
        description="Where a bill's tax is cut to the cent: line by line, or once for a tax code.",
    )
    unmapped_tax: Literal["hold", "expense"] = Field(
        default="hold",
        description="A bill's tax without a tax code: held, or charged where the goods are.",
    )
    unmapped_charges: Literal["hold", "prorate"] = Field(
        default="hold",
        description="A bill's cost without an account and `cost_class`: held, or charged to the "
        "accounts of its lines by their value.",
    )
    tax_rounding_account: Code = Field(
        default="",
        description="Ledger code that takes rounding of a bill's tax; empty: rounding_account.",
    )
    rounding_account: Code = Field(
        default="",
        description="Ledger code that takes what a bill's parts miss its total by; empty: held.",
    )
    suspense_account: Code = Field(
        default="", description="Ledger code of a bill's lines without one; empty: held."
    )
    edited_prices: Literal["hold", "accept"] = Field(
        default="hold", description="A billed price over the order's that was changed in Procurify."
    )
    overbill_limit_percent: Percent | None = Field(
        default=None, description="How much more than ordered a person may accept; not set: any."
    )
