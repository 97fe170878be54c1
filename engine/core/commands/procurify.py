"""Commands addressed to Procurify: what the engine may wish of it. Pure.

Their addressee stands where a command names its company, as `procurify:<source>`, so that no lane
of a SYSPRO company takes them. Bodies, widths and required fields: procurify.md §3, §4.1, §4.3.
None: not ours, left out. `seen`: fields of the Procurify row as the plan saw them (`column` is a
name of the row, `value` its text: ids and numbers as digits, `yes` and `no`, "" for null, a term by
its id); the change is not sent when one reads otherwise, unless it reads as wanted already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands.classes import CommandClass
from engine.core.commands.seen import Seen
from engine.core.shape import Shape, restore
from engine.errors import Malformed

_ADDRESSEE = "procurify:"


def procurify_addressee(source: str) -> str:
    """What stands in place of the company in commands to this Procurify domain."""
    return _ADDRESSEE + source


def is_for_procurify(company: str) -> bool:
    """Whether commands of that company are addressed to Procurify."""
    return company.startswith(_ADDRESSEE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerm(Shape):
    """A payment term of Procurify; terms go in as objects (procurify.md §4.3)."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCode(Shape):
    """A vendor's `external_id` is the supplier's code (PATCH vendors)."""

    vendor: int
    external_id: str
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorAdd(Shape):
    """A supplier becomes a vendor (POST vendors), found again by its `external_id`.

    `type` is one of 2, 3, 4, 6, 7; 3 (preferred) is Procurify's own default (§5).
    """

    external_id: str
    name: str
    type: int = 3
    emails: tuple[str, ...] = ()
    currency: int | None = None
    payment_term: PaymentTerm | None = None
    address_line_one: str | None = None
    address_line_two: str | None = None
    postal_code: str | None = None
    city: str | None = None
    state_province: str | None = None
    country: str | None = None
    phone: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChange(Shape):
    """A vendor's fields that SYSPRO owns are as said (PATCH vendors)."""

    vendor: int
    name: str | None = None
    is_active: bool | None = None
    emails: tuple[str, ...] | None = None
    currency: int | None = None
    payment_term: PaymentTerm | None = None
    address_line_one: str | None = None
    address_line_two: str | None = None
    postal_code: str | None = None
    city: str | None = None
    state_province: str | None = None
    country: str | None = None
    phone: str | None = None
    contact: str | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCodeAdd(Shape):
    """A ledger code becomes an account code (POST account-codes), found again by its code.

    `account_type`: 0 assets, 1 liability, 2 expense, 3 income, 4 equity, 5 other (§5).
    `departments`: ids of the departments that may use it.
    """

    code: str
    description: str
    account_type: int | None = None
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCodeChange(Shape):
    """An account code is called so (PUT account-codes); whether it is active cannot be written.

    Its parent is sent as it reads then; that a PUT may leave it out is not promised (§4.3).
    """

    account_code: int
    code: str
    description: str
    account_type: int | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAdd(Shape):
    """A department comes to be in a branch, a location's id (POST departments).

    It is found again by branch and name.
    """

    branch: int
    name: str
    external_id: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReport(Shape):
    """Goods received in SYSPRO are received for an order item (POST receipt/items).

    Nothing that Procurify keeps of a receipt can carry a key of ours. So `passed_before` and
    `failed_before`, the sums of the item's receipts when this was planned, must still be there when
    it is sent, and a lost answer goes to a person unless exactly one new receipt answers to it.
    Sums that are greater by just this receipt are as wanted, by whomever: nothing is sent.
    """

    order_item: int
    passed: Decimal
    failed: Decimal = Decimal(0)
    passed_before: Decimal
    failed_before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillsPaid(Shape):
    """Approved bills without a payment are marked as paid that day (POST mark-as-paid).

    `bills` are their 32 hex digits; those that are paid already are left out when it is sent.
    """

    bills: tuple[str, ...]
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BillNote(Shape):
    """A bill's note is this text (PATCH bills, seen in a real client only: procurify.md §3)."""

    bill: str
    note: str
    seen: tuple[Seen, ...] = ()


ProcurifyPayload = (
    VendorCode
    | VendorAdd
    | VendorChange
    | AccountCodeAdd
    | AccountCodeChange
    | DepartmentAdd
    | ReceiptReport
    | BillsPaid
    | BillNote
)

PROCURIFY_TYPES: Mapping[str, type[ProcurifyPayload]] = {
    "vendor_code": VendorCode,
    "vendor_add": VendorAdd,
    "vendor_change": VendorChange,
    "account_code_add": AccountCodeAdd,
    "account_code_change": AccountCodeChange,
    "department_add": DepartmentAdd,
    "receipt_report": ReceiptReport,
    "bills_paid": BillsPaid,
    "bill_note": BillNote,
}
PROCURIFY_STAGES: Mapping[str, int] = {
    "account_code_add": 20,
    "account_code_change": 20,
    "department_add": 20,
    "vendor_code": 21,
    "vendor_add": 21,
    "vendor_change": 21,
    "receipt_report": 22,
    "bills_paid": 23,
    "bill_note": 24,
}
"""Behind all of SYSPRO's stages, for no lane ever has both kinds."""

PROCURIFY_CALLS: Mapping[str, str] = {
    "vendor_code": "PATCH vendors",
    "vendor_add": "POST vendors",
    "vendor_change": "PATCH vendors",
    "account_code_add": "POST account-codes",
    "account_code_change": "PUT account-codes",
    "department_add": "POST departments",
    "receipt_report": "POST receipt/items",
    "bills_paid": "POST bills/mark-as-paid",
    "bill_note": "PATCH bills",
}
"""What a command to Procurify is written by, as events and audits name it."""

PROCURIFY_CLASSES: Mapping[str, CommandClass] = {
    "vendor_code": "U",
    "vendor_add": "Q",
    "vendor_change": "U",
    "account_code_add": "Q",
    "account_code_change": "U",
    "department_add": "Q",
    "receipt_report": "Q",
    "bills_paid": "U",
    "bill_note": "U",
}
"""What may decide a doubt. `U`: may be sent again once reads show that it is not so, for a second
one changes nothing. `Q`: is looked for, and never sent again: whether Procurify refuses a second
vendor, account code or department is not promised, and a second receipt counts twice.
"""


def procurify_from_json(name: str, body: JsonObject) -> ProcurifyPayload:
    """The command to Procurify that `to_json` wrote; raises `Malformed` for anything else."""
    kind = PROCURIFY_TYPES.get(name)
    if kind is None:
        raise Malformed(f"no command to Procurify is called {name[:40]!r}")
    return restore(kind, body)
