"""What a command to Procurify is written as: method, path, body; what does not fit is refused.

Bodies and widths: procurify.md §4.1, §4.3. Nothing is cut, rounded or padded. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands.procurify import (
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    PaymentTerm,
    ProcurifyPayload,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
)
from engine.errors import Malformed

VENDORS = "/api/v3/vendors/"
ACCOUNT_CODES = "/api/v3/account-codes/"
DEPARTMENTS = "/api/v3/departments/"
RECEIPTS = "/api/v3/receipt/items/"
MARK_AS_PAID = "/api/v3/ap/bills/mark-as-paid/"
VENDOR_TYPES = frozenset({2, 3, 4, 6, 7})
_WIDTHS: Mapping[str, int] = {
    "name": 150,
    "external_id": 100,
    "addressLineOne": 300,
    "addressLineTwo": 300,
    "postalCode": 20,
    "city": 50,
    "state_province": 40,
    "country": 80,
    "phoneOne": 20,
    "contact": 50,
    "code": 50,
    "description": 200,
}
_REQUIRED = frozenset({"name", "code", "description", "external_id"})
_UUID = re.compile(r"[0-9a-f]{32}")
_FIVE_PLACES = Decimal("0.00001")
_LARGEST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One write; `resource` is what texts call it."""

    method: str
    path: str
    body: JsonObject
    resource: str

    def to_json(self) -> JsonObject:
        """The whole request as `PostIntended` holds it."""
        return {"method": self.method, "path": self.path, "body": self.body}


def wanted(payload: ProcurifyPayload) -> JsonObject:
    """The fields of the row that are to read so afterwards; raises `Malformed` for a misfit."""
    match payload:
        case VendorCode():
            found: dict[str, JsonValue] = {"external_id": payload.external_id}
        case VendorAdd():
            if payload.type not in VENDOR_TYPES:
                raise Malformed(f"type: {payload.type} cannot be written")
            found = {
                "external_id": payload.external_id,
                "type": payload.type,
                "email": list(payload.emails),
                **_vendor_fields(payload),
            }
        case VendorChange():
            found = {
                "active": payload.is_active,
                "email": None if payload.emails is None else list(payload.emails),
                **_vendor_fields(payload),
            }
        case AccountCodeAdd() | AccountCodeChange():
            found = {
                "code": payload.code,
                "description": payload.description,
                "account_type": payload.account_type,
            }
        case DepartmentAdd():
            found = {
                "branch": payload.branch,
                "name": payload.name,
                "external_id": payload.external_id,
                "active": payload.is_active,
            }
        case BillNote():
            found = {"note": payload.note}
        case ReceiptReport():
            found = {
                "order_item": payload.order_item,
                "pass_quantity": _quantity("pass_quantity", payload.passed),
                "fail_quantity": _quantity("fail_quantity", payload.failed),
            }
            if not payload.passed + payload.failed:
                raise Malformed("pass_quantity: a receipt of nothing cannot be written")
        case BillsPaid():
            found = {"payment_date": payload.paid_on.isoformat()}
            if not payload.bills:
                raise Malformed("bill_uuids: there is no bill to be paid")
    return _checked({name: value for name, value in found.items() if value is not None})


def request_for(payload: ProcurifyPayload, row: JsonObject, bills: Sequence[str] = ()) -> Request:
    """The write that fulfils the payload; `row` is what it changes, as it reads now.

    `bills`: those of `BillsPaid` that are not paid yet. Raises `Malformed` for a misfit.
    """
    body = wanted(payload)
    match payload:
        case VendorCode() | VendorChange():
            path = f"{VENDORS}{payload.vendor:d}/"
            return Request(method="PATCH", path=path, body=body, resource="vendors")
        case VendorAdd():
            scored: JsonObject = {**body, "overall_score": None}
            return Request(method="POST", path=VENDORS, body=scored, resource="vendors")
        case AccountCodeAdd():
            if payload.departments:
                body = {**body, "departments": list(payload.departments)}
            return Request(method="POST", path=ACCOUNT_CODES, body=body, resource="account codes")
        case AccountCodeChange():
            path = f"{ACCOUNT_CODES}{payload.account_code:d}/"
            whole: JsonObject = {**body, "parent": row.get("parent")}
            return Request(method="PUT", path=path, body=whole, resource="account codes")
        case DepartmentAdd():
            return Request(method="POST", path=DEPARTMENTS, body=body, resource="departments")
        case BillNote():
            path = f"/api/v3/ap/bills/{uuid_of(payload.bill)}/"
            return Request(method="PATCH", path=path, body=body, resource="bills")
        case ReceiptReport():
            return Request(method="POST", path=RECEIPTS, body=body, resource="receipts")
        case BillsPaid():
            listed: JsonObject = {**body, "bill_uuids": list(bills), "bill_group_ids": []}
            return Request(method="POST", path=MARK_AS_PAID, body=listed, resource="bills")


def uuid_of(bill: str) -> str:
    """The bill's 32 hex digits; raises `Malformed` for anything else."""
    if not _UUID.fullmatch(bill):
        raise Malformed(f"bill_uuids: not a bill's uuid: {bill[:40]!r}")
    return bill


def _vendor_fields(payload: VendorAdd | VendorChange) -> JsonObject:
    term = payload.payment_term
    return {
        "name": payload.name,
        "currency": payload.currency,
        "payment_term_ref": None if term is None else _term(term),
        "addressLineOne": payload.address_line_one,
        "addressLineTwo": payload.address_line_two,
        "postalCode": payload.postal_code,
        "city": payload.city,
        "state_province": payload.state_province,
        "country": payload.country,
        "phoneOne": payload.phone,
        "contact": payload.contact,
    }


def _term(term: PaymentTerm) -> JsonObject:
    return {"id": term.id, "name": term.name}


def _checked(body: JsonObject) -> JsonObject:
    for name, value in body.items():
        if not isinstance(value, str):
            continue
        widest = _WIDTHS.get(name)
        if widest is not None and len(value) > widest:
            raise Malformed(f"{name}: {len(value)} characters, at most {widest} fit")
        if name in _REQUIRED and not value.strip():
            raise Malformed(f"{name}: must not be blank")
    return body


def _quantity(name: str, quantity: Decimal) -> str:
    """The quantity with its five decimals."""
    if not quantity.is_finite() or not 0 <= quantity < _LARGEST:
        raise Malformed(f"{name}: {quantity} is no quantity to receive")
    exact = quantity.quantize(_FIVE_PLACES)
    if exact != quantity:
        raise Malformed(f"{name}: {quantity} has more than 5 decimals")
    return str(exact)
