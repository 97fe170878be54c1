"""What the engine may decide for a company: the table `[tenants.companies.policy]`.

The file's table becomes a `PolicySet` event; what a person changes with `policy set` is checked by
the same rules (`changed`) and lies over it. Amounts and percentages are exact decimals, written
in quotes, because a number of TOML is a binary float. Where rules.md names the choices, its
default is the default here.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from engine.config.base import Amount, Code, Day, Percent, Table

Owner = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f]*$")]
Mode = Literal["off", "observe", "shadow", "approve", "auto"]
VendorField = Literal["name", "terms", "telephone", "contact", "email"]
TaxCode = Annotated[str, Field(pattern=r"^[\x21-\x2b\x2d-\x7e]{1,3}$")]
_DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01][0-9]|2[0-3]):[0-5][0-9]"
Window = Annotated[str, Field(pattern=f"^{_DAY}-{_DAY}$")]


class Policy(Table):
    """What the engine may decide for a company; becomes a `PolicySet` event."""

    mode_vendor: Mode = Field(
        default="auto",
        description="How vendors are carried: off and observe plan nothing, shadow plans and sends "
        "nothing, approve sends what a person approved, auto sends.",
    )
    mode_purchase_order: Mode = Field(default="auto", description="The same for purchase orders.")
    mode_bill: Mode = Field(default="auto", description="The same for bills.")
    cut_over_on: Day | None = Field(
        default=None, description="Orders and bills of an earlier day are not carried."
    )
    blackout: tuple[Window, ...] = Field(
        default=(),
        strict=False,
        description="Windows in which nothing is sent, such as `Fri 18:00-Mon 06:00`.",
    )
    time_zone: str = Field(
        default="UTC",
        pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,62}$",
        description="Time zone of `blackout`, such as `America/Vancouver`.",
    )
    po_numbering: Literal["auto", "manual", "prefix"] = Field(
        default="auto",
        description="Who numbers purchase orders: SYSPRO (auto), Procurify (manual), or Procurify "
        "with `po_prefix` before its number.",
    )
    po_prefix: str = Field(
        default="", pattern=r"^[A-Z0-9-]{0,6}$", description="Prefix of order numbers."
    )
    blanket_orders: Literal["hold", "amount", "ignore"] = Field(
        default="hold", description="Blanket orders: held, carried as amounts, or ignored."
    )
    card_orders: Literal["ignore", "send"] = Field(
        default="ignore", description="Orders paid by card."
    )
    zero_price: Literal["allow", "hold"] = Field(
        default="hold", description="Order lines without a price (free goods)."
    )
    negative_lines: Literal["hold", "charge"] = Field(
        default="hold",
        description="Order lines and charges below zero: held, or a charge below zero.",
    )
    split_lines: Literal["split", "single", "hold"] = Field(
        default="split",
        description="Non-stocked order lines charged to several accounts: a line for each, one "
        "line on the item's own account, or held.",
    )
    past_due_dates: Literal["keep", "today", "hold"] = Field(
        default="keep", description="Due dates of orders that have passed."
    )
    due_date_owner: Literal["procurify", "syspro"] = Field(
        default="procurify",
        description="Who rules the due dates of orders that are in SYSPRO.",
    )
    order_rate: Literal["syspro", "source"] = Field(
        default="syspro",
        description="Exchange rate of orders: SYSPRO's, or Procurify's, fixed, where its base is "
        "the company's currency.",
    )
    default_buyer: Code = Field(default="", description="Buyer of purchasers without a mapping.")
    comment_lines: int = Field(
        default=20, ge=1, le=200, description="Most comment lines of 45 characters of an order."
    )
    price_after_receipt: Literal["hold", "change", "split"] = Field(
        default="hold",
        description="A price changed after goods came in on its line: held, changed for the rest, "
        "or the rest becomes a line of its own.",
    )
    account_after_receipt: Literal["hold", "split"] = Field(
        default="hold", description="The same for the account of a non-stocked line."
    )
    deleted_lines: Literal["complete", "hold"] = Field(
        default="complete",
        description="Lines deleted in Procurify after goods came in on them: completed at what was "
        "received, or held.",
    )
    cancelled_orders: Literal["cancel", "hold"] = Field(
        default="cancel",
        description="Orders cancelled in Procurify: cancelled, as far as nothing was received, or "
        "held.",
    )
    may_cancel_received: bool = Field(
        default=True,
        description="True if the operator may cancel orders with partially received lines.",
    )
    may_reopen_completed: bool = Field(
        default=False,
        description="True if SYSPRO allows maintenance of completed purchase orders.",
    )
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
    create_suppliers: bool = Field(
        default=False, description="True lets the engine create a supplier for a vendor not found."
    )
    supplier_prefix: str = Field(
        default="V",
        pattern=r"^[A-Z]{1,4}$",
        description="Prefix of the codes of created suppliers.",
    )
    supplier_branch: Code = Field(default="", description="AP branch of created suppliers.")
    supplier_terms: Code = Field(
        default="", description="Terms code of created suppliers without a map."
    )
    supplier_bank: Code = Field(default="", description="Bank code of created suppliers.")
    supplier_class: Annotated[Code, Field(max_length=10)] = Field(
        default="", description="Supplier class of created suppliers."
    )
    supplier_grn_match: bool = Field(
        default=False, description="True: bills of created suppliers are matched against receipts."
    )
    vendor_fields: tuple[VendorField, ...] = Field(
        default=(),
        strict=False,
        description="What of a supplier Procurify owns and keeps up to date: name, terms, "
        "telephone, contact, email.",
    )
    write_back_vendor_codes: bool = Field(
        default=False,
        description="True writes the supplier's code to the vendor's external id in Procurify.",
    )
    offer_suppliers: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="New and changed suppliers of SYSPRO become vendors of Procurify: never, each "
        "time a person approves it, or by themselves.",
    )
    create_account_codes: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="The same for ledger codes of SYSPRO that no account code is or is mapped to.",
    )
    create_departments: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="The same for warehouses that no department is or is mapped to.",
    )
    departments_location: str = Field(
        default="",
        pattern=r"^[0-9]{0,9}$",
        description="Id of the location that departments are made in; create_departments needs it.",
    )
    create_ledger_codes: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="Account codes of Procurify without a ledger code become ledger codes of "
        "SYSPRO: never, each time a person approves it, or by themselves.",
    )
    default_warehouse: Code = Field(
        default="", description="Warehouse of departments and locations without a mapping."
    )
    product_class: Code = Field(default="", description="Product class of non-stocked lines.")
    default_unit: Code = Field(
        default="EA", description="Unit of measure of units without a mapping."
    )
    local_currency: str = Field(
        default="USD", pattern=r"^[A-Z]{3}$", description="The company's own currency."
    )
    owner_source: Owner = Field(
        default="",
        description="Who acts on what documents and mappings say (class data); empty: as `explain` "
        "says.",
    )
    owner_business: Owner = Field(default="", description="The same for class business.")
    owner_conflict: Owner = Field(default="", description="The same for class conflict.")
    owner_config: Owner = Field(default="", description="The same for class config.")

    @model_validator(mode="after")
    def _complete(self) -> "Policy":
        if self.create_suppliers and not (self.supplier_branch and self.supplier_terms):
            raise ValueError("create_suppliers needs supplier_branch and supplier_terms")
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("time_zone: there is no time zone of that name") from None
        if self.create_departments != "off" and not self.departments_location:
            raise ValueError("create_departments needs departments_location")
        if self.po_numbering == "prefix" and not self.po_prefix:
            raise ValueError("po_numbering prefix needs po_prefix")
        if self.report_receipts and self.receipt_owner != "syspro":
            raise ValueError("report_receipts needs receipt_owner syspro: goods have one owner")
        if self.report_payments and self.payment_owner != "syspro":
            raise ValueError("report_payments needs payment_owner syspro")
        return self

    def body(self) -> dict[str, str | bool | int | list[str] | None]:
        """The table as the body of a `PolicySet` event; decimals and days as text."""
        return {name: _plain(value) for name, value in self}


def changed(base: Policy, changes: Mapping[str, object]) -> Policy:
    """The policy with some of its settings changed; raises `ValueError` that says what is wrong.

    A change is as an event holds it, or the text that a person typed.
    """
    unknown = [name for name in changes if name not in Policy.model_fields]
    if unknown:
        raise ValueError(f"there is no setting {unknown[0]!r}")
    typed = {name: _typed(name, value) for name, value in changes.items()}
    try:
        return Policy.model_validate({**dict(base), **typed})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = f"{fault['loc'][0]}: " if fault["loc"] else ""
        raise ValueError(f"{place}{fault['msg'].removeprefix('Value error, ')}") from None


def _plain(value: object) -> str | bool | int | list[str] | None:
    match value:
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
        case tuple():
            return [str(item) for item in value]
        case _:
            return str(value)


def _typed(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    annotation = Policy.model_fields[name].annotation
    if annotation is bool and value in {"true", "false"}:
        return value == "true"
    if int in (annotation, *get_args(annotation)) and value.isascii() and value.isdecimal():
        return int(value)
    if get_origin(annotation) is tuple:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    is_optional = type(None) in get_args(annotation)
    return None if is_optional and value in {"", "none"} else value
