"""What the rows that Procurify shows say of a command: done already, open, or overtaken. Pure.

Values compare as text: ids and numbers by their digits, yes and no, "" for null and for blank, an
object (a term, a branch) by its id, as lists and details show the same thing differently
(procurify.md §8.5).
"""

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
    ProcurifyPayload,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
)
from engine.core.money import ZERO, plain, read_amount, total
from engine.errors import Malformed
from engine.procurify.models.rows import identity
from engine.procurify.models.writes import Request, request_for, wanted

APPROVED, PAID = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Already:
    """It is as wanted, by whomever; `key` is Procurify's id of it."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """It is as the plan saw it and may be written so; `receipts` are those there already."""

    request: Request
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Somebody changed it since it was planned, and how."""

    text: str


Finding = Already | Open | Overtaken


def finding(payload: ProcurifyPayload, rows: Sequence[JsonObject]) -> Finding:
    """What `rows`, all that bears on the payload, say before it is sent.

    Raises `Malformed` when the payload does not fit or a row cannot be read.
    """
    match payload:
        case VendorCode() | VendorChange() | AccountCodeChange() | BillNote():
            return _changed(payload, rows)
        case VendorAdd() | AccountCodeAdd() | DepartmentAdd():
            return _added(payload, made_of(payload, rows), rows)
        case ReceiptReport():
            return _received(payload, rows)
        case BillsPaid():
            return _paid(payload, rows)


def bears_on(payload: ProcurifyPayload, row: JsonObject) -> bool:
    """Whether a listed row is the one of the payload, or so like it that it stands in its way."""
    match payload:
        case VendorAdd():
            is_named = text_of(row.get("name")).lower() == payload.name.strip().lower()
            is_coded = text_of(row.get("external_id")) == payload.external_id
            return is_coded or (is_named and _is_active(row))
        case AccountCodeAdd():
            return text_of(row.get("code")) == payload.code
        case AccountCodeChange():
            return text_of(row.get("id")) == str(payload.account_code)
        case DepartmentAdd():
            code = text_of(payload.external_id)
            is_coded = bool(code) and text_of(row.get("external_id")) == code
            return is_coded or _is_department(payload, row)
        case ReceiptReport():
            return text_of(row.get("order_item")) == str(payload.order_item)
        case _:
            return True


def made_of(payload: ProcurifyPayload, rows: Sequence[JsonObject]) -> list[JsonObject]:
    """The rows that a POST of the payload makes: of the code, or of the branch and name."""
    match payload:
        case VendorAdd():
            return [row for row in rows if text_of(row.get("external_id")) == payload.external_id]
        case DepartmentAdd():
            return [row for row in rows if _is_department(payload, row)]
        case _:
            return list(rows)


def differences(payload: ProcurifyPayload, rows: Sequence[JsonObject], key: str) -> list[str]:
    """What reads otherwise than was sent, in words; `key` is Procurify's id of it."""
    if isinstance(payload, BillsPaid):
        paid = {identity("bill", row) for row in rows if row.get("status") == PAID}
        return [f"bill {bill} is not paid" for bill in payload.bills if bill not in paid]
    kind = "bill" if isinstance(payload, BillNote) else "row"
    found = [row for row in rows if identity(kind, row) == key]
    if not found:
        return ["it is not there"]
    if isinstance(payload, ReceiptReport):
        return [] if receipts_like(payload, found, ()) else ["its quantities are others"]
    return _differences(payload, found[0])


def key_of(payload: ProcurifyPayload, row: JsonObject) -> str:
    """Procurify's id of what it says it took; raises `Malformed` when that is not ours."""
    match payload:
        case BillsPaid():
            if text_of(row.get("payment_date")) != payload.paid_on.isoformat():
                raise Malformed("the answer speaks of another payment")
            return ",".join(payload.bills)
        case BillNote():
            key, ours = identity("bill", row), payload.bill
        case VendorCode() | VendorChange():
            key, ours = identity("vendor", row), str(payload.vendor)
        case AccountCodeChange():
            key, ours = identity("account_code", row), str(payload.account_code)
        case ReceiptReport():
            key = ours = identity("receipt", row)
            if text_of(row.get("order_item")) != str(payload.order_item):
                raise Malformed("the answer speaks of another order item")
        case VendorAdd() | AccountCodeAdd() | DepartmentAdd():
            key = ours = identity("row", row)
    if key != ours:
        raise Malformed(f"the answer speaks of {key}, not of {ours}")
    return key


def receipts_like(
    payload: ReceiptReport, rows: Sequence[JsonObject], known: Sequence[str]
) -> list[JsonObject]:
    """The receipts of the payload's item and quantities that were not known before."""
    return [
        row
        for row in rows
        if identity("receipt", row) not in known
        and read_amount(row.get("pass_quantity")) == payload.passed
        and read_amount(row.get("fail_quantity")) == payload.failed
    ]


def text_of(value: JsonValue) -> str:
    """The value as it compares."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return str(plain(value))
        case str() | int():
            return str(value).strip()
        case Mapping():
            return text_of(value.get("id"))
        case Sequence():
            return ", ".join(text_of(item) for item in value)


def _differences(payload: ProcurifyPayload, row: JsonObject) -> list[str]:
    found = []
    for name, value in wanted(payload).items():
        there, ours = text_of(row.get(name)), text_of(value)
        if there != ours:
            found.append(f'{name} is "{there[:60]}", sent "{ours[:60]}"')
    return found


def _changed(
    payload: VendorCode | VendorChange | AccountCodeChange | BillNote, rows: Sequence[JsonObject]
) -> Finding:
    if not rows:
        return Overtaken(text="it is not there any more")
    row = rows[0]
    if not _differences(payload, row):
        return Already(key=key_of(payload, row))
    ours = wanted(payload)
    for cell in payload.seen:
        there = text_of(row.get(cell.column))
        is_ours = cell.column in ours and there == text_of(ours[cell.column])
        if there != cell.value and not is_ours:
            return Overtaken(text=f'{cell.column} reads "{there[:60]}", not "{cell.value[:60]}"')
    return Open(request=request_for(payload, row))


def _added(
    payload: VendorAdd | AccountCodeAdd | DepartmentAdd,
    made: Sequence[JsonObject],
    rows: Sequence[JsonObject],
) -> Finding:
    """`made` are as the payload would make one, `rows` stand in its way besides."""
    field = "description" if isinstance(payload, AccountCodeAdd) else "name"
    name = text_of(wanted(payload)[field])
    alike = [row for row in made if text_of(row.get(field)).lower() == name.lower()]
    if len(made) == 1 and alike and _is_active(made[0]):
        return Already(key=key_of(payload, made[0]))
    for there in (*made, *rows):
        called = f'{identity("row", there)}, "{text_of(there.get(field))[:60]}"'
        is_active = "" if _is_active(there) else ", inactive"
        return Overtaken(text=f"{called}, is there already{is_active}")
    return Open(request=request_for(payload, {}))


def _received(payload: ReceiptReport, rows: Sequence[JsonObject]) -> Finding:
    ids = tuple(identity("receipt", row) for row in rows)
    passed, failed = _sum(rows, "pass_quantity"), _sum(rows, "fail_quantity")
    before = (payload.passed_before, payload.failed_before)
    request = request_for(payload, {})
    if (passed, failed) == before:
        return Open(request=request, receipts=ids)
    if (passed, failed) == (before[0] + payload.passed, before[1] + payload.failed):
        return Already(key=max(ids, key=_order))
    return Overtaken(
        text=f"{plain(passed)} good and {plain(failed)} bad are received, "
        f"not {plain(before[0])} and {plain(before[1])}"
    )


def _paid(payload: BillsPaid, rows: Sequence[JsonObject]) -> Finding:
    there = {identity("bill", row): row for row in rows}
    unpaid = []
    for bill in payload.bills:
        row = there.get(bill)
        if row is None:
            return Overtaken(text=f"bill {bill} is not there any more")
        status = row.get("status")
        if status == PAID:
            continue
        if status != APPROVED or row.get("bill_payment") is not None:
            return Overtaken(text=f"bill {bill} is not approved or has a payment already")
        unpaid.append(bill)
    if not unpaid:
        return Already(key=",".join(payload.bills))
    return Open(request=request_for(payload, {}, unpaid))


def _sum(rows: Sequence[JsonObject], name: str) -> Decimal:
    amounts = [read_amount(row.get(name)) for row in rows]
    if None in amounts:
        raise Malformed(f"a receipt whose {name} cannot be read")
    return total(amount or ZERO for amount in amounts)


def _order(key: str) -> tuple[int, str]:
    return len(key), key


def _is_active(row: JsonObject) -> bool:
    return row.get("active") is not False


def _is_department(payload: DepartmentAdd, row: JsonObject) -> bool:
    is_named = text_of(row.get("name")).lower() == payload.name.strip().lower()
    return is_named and text_of(row.get("branch")) == str(payload.branch)
