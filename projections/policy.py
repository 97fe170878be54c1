"""A company's policy: the file's table with what people changed over it, and its one typed reading.

Facts: `policy:<company>` is the table that holds; `policy_parts:<company>` keeps what it comes of:
`{base, changes: {name: value}}`. Names, bounds and meanings: `engine.config.policy`, to whose
defaults a test holds these. Pure.
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.projection import Overlay, Table
from engine.core.shape import Shape, restore
from projections.facts import object_of, text_of
from projections.references import COMPANIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Shape):
    """What a company's plans may decide. What the log's policy does not say has its default."""

    mode_vendor: str = "auto"
    mode_purchase_order: str = "auto"
    mode_bill: str = "auto"
    cut_over_on: date | None = None
    blackout: tuple[str, ...] = ()
    time_zone: str = "UTC"
    po_numbering: str = "auto"
    po_prefix: str = ""
    multi_company_orders: str = "hold"
    blanket_orders: str = "hold"
    card_orders: str = "ignore"
    zero_price: str = "hold"
    negative_lines: str = "hold"
    split_lines: str = "split"
    past_due_dates: str = "keep"
    due_date_owner: str = "procurify"
    order_rate: str = "syspro"
    default_buyer: str = ""
    comment_lines: int = 20
    change_quiet_minutes: int = 0
    price_after_receipt: str = "hold"
    account_after_receipt: str = "hold"
    deleted_lines: str = "complete"
    cancelled_orders: str = "cancel"
    may_cancel_received: bool = True
    may_reopen_completed: bool = False
    period_policy: str = "hold"
    fixed_period_taxes: tuple[str, ...] = ()
    bill_posting: str = "post"
    non_po_bill_limit: Decimal | None = None
    receipt_owner: str = "syspro"
    report_receipts: bool = False
    payment_owner: str = "syspro"
    report_payments: bool = False
    price_tolerance_line: Decimal = Decimal("0.01")
    total_tolerance_document: Decimal = Decimal("0.05")
    tax_tolerance_line: Decimal = Decimal("0.02")
    tax_tolerance_document: Decimal = Decimal("0.10")
    overbill_quantity_percent: Decimal = Decimal(0)
    overbill_price_percent: Decimal = Decimal(0)
    overbill_value: Decimal = Decimal(0)
    long_invoice_number: str = "hold"
    near_duplicates: str = "hold"
    expense_bills: str = "ignore"
    expense_supplier: str = ""
    card_bills: str = "ignore"
    card_supplier: str = ""
    credit_bills: str = "post"
    mixed_bills: str = "post"
    unreceived_bills: str = "wait"
    zero_bills: str = "ignore"
    due_date_days: int | None = None
    posting_day: str = "stated"
    tax_rounding: str = "line"
    unmapped_tax: str = "hold"
    unmapped_charges: str = "hold"
    tax_rounding_account: str = ""
    rounding_account: str = ""
    suspense_account: str = ""
    edited_prices: str = "hold"
    overbill_limit_percent: Decimal | None = None
    create_suppliers: bool = False
    supplier_prefix: str = "V"
    supplier_branch: str = ""
    supplier_terms: str = ""
    supplier_bank: str = ""
    supplier_class: str = ""
    supplier_grn_match: bool = False
    supplier_templates: tuple[str, ...] = ()
    auto_vendors: tuple[str, ...] = ()
    vendor_fields: tuple[str, ...] = ()
    write_back_vendor_codes: bool = False
    offer_suppliers: str = "off"
    create_account_codes: str = "off"
    create_departments: str = "off"
    departments_location: str = ""
    create_ledger_codes: str = "off"
    default_warehouse: str = ""
    product_class: str = ""
    default_unit: str = "EA"
    local_currency: str = "USD"
    owner_source: str = ""
    owner_business: str = ""
    owner_conflict: str = ""
    owner_config: str = ""

    def mode(self, kind: str) -> str:
        """How documents of a kind are carried: off, observe, shadow, approve or auto."""
        modes = {
            "vendor": self.mode_vendor,
            "purchase_order": self.mode_purchase_order,
            "order_part": self.mode_purchase_order,
            "bill": self.mode_bill,
        }
        return modes.get(kind, "auto")

    @property
    def receives_in_procurify(self) -> bool:
        """Whether goods are received in Procurify, and SYSPRO is to receive them after it."""
        return self.receipt_owner == "procurify"

    @property
    def reports_receipts(self) -> bool:
        """Whether goods received in SYSPRO are reported to Procurify."""
        return self.receipt_owner == "syspro" and self.report_receipts

    @property
    def reports_payments(self) -> bool:
        """Whether bills paid in SYSPRO are marked as paid in Procurify."""
        return self.payment_owner == "syspro" and self.report_payments


_NAMES = frozenset(field.name for field in fields(Policy))
_OPTIONAL = frozenset(field.name for field in fields(Policy) if field.default is None)
"""Settings that may be not set at all: "" over the file's value says so."""


def read_policy(fact: JsonObject | None) -> Policy:
    """The policy of a `policy:` fact; raises `Malformed` where a value is of another type."""
    known = fact or {}
    said = {name: value for name, value in known.items() if name in _NAMES and value is not None}
    return restore(Policy, {n: v for n, v in said.items() if v != "" or n not in _OPTIONAL})


def fold_policy(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The file's table is the base of the company's policy; the company is one of the tenant's."""
    company = event.stream.removeprefix("policy/")
    parts = overlay.get(Table.FACTS, f"policy_parts:{company}")
    _put(overlay, company, body, object_of(parts, "changes"))
    known = overlay.get(Table.FACTS, COMPANIES)
    listed = known.get("companies") if known else None
    names = {str(name) for name in listed} if isinstance(listed, list) else set()
    names.add(company)
    overlay.put(Table.FACTS, COMPANIES, {"companies": sorted(names)})


def fold_change(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """One setting of the company's policy is what a person said; null gives it back to the file."""
    company, name = text_of(body, "company"), text_of(body, "name")
    parts = overlay.get(Table.FACTS, f"policy_parts:{company}")
    changes = object_of(parts, "changes")
    value: JsonValue = body.get("value")
    if value is None:
        changes.pop(name, None)
    else:
        changes[name] = value
    _put(overlay, company, object_of(parts, "base"), changes)


def _put(overlay: Overlay, company: str, base: JsonObject, changes: JsonObject) -> None:
    overlay.put(Table.FACTS, f"policy_parts:{company}", {"base": base, "changes": changes})
    overlay.put(Table.FACTS, f"policy:{company}", {**base, **changes})
