"""What a command to Procurify is written as, and what rows and lost answers say of it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import JsonObject, JsonValue, canonical, loads
from engine.core.commands import STAGES, ProcurifyPayload, command_type, to_json
from engine.core.commands.procurify import (
    PROCURIFY_CALLS,
    PROCURIFY_TYPES,
    REPEATABLE,
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    PaymentTerm,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
    is_for_procurify,
    procurify_addressee,
    procurify_from_json,
)
from engine.core.commands.seen import Seen
from engine.errors import Malformed
from engine.procurify.models.findings import (
    Already,
    Finding,
    Open,
    Overtaken,
    finding,
    key_of,
    text_of,
)
from engine.procurify.models.verdicts import Evidence, verdict_on_made, verdict_on_repeatable
from engine.procurify.models.writes import Request, request_for

BILL = "3cda5ef4ac1a401bb6619e4a5d87c10d"
DAY = date(2026, 11, 20)
TERM = PaymentTerm(id=4, name="Net 30")
RECEIPT = ReceiptReport(order_item=9001, passed=Decimal("2.5"), passed_before=Decimal(1))
VENDOR = VendorCode(vendor=118, external_id="S00118", seen=(Seen(column="external_id", value=""),))
CALLS: list[tuple[ProcurifyPayload, str, str, JsonObject]] = [
    (VENDOR, "PATCH", "/api/v3/vendors/118/", {"external_id": "S00118"}),
    (
        VendorAdd(
            external_id="S1", name="Nordlys", emails=("a@b.test",), currency=3, payment_term=TERM
        ),
        "POST",
        "/api/v3/vendors/",
        {
            "external_id": "S1",
            "name": "Nordlys",
            "type": 3,
            "email": ["a@b.test"],
            "currency": 3,
            "payment_term_ref": {"id": 4, "name": "Net 30"},
            "overall_score": None,
        },
    ),
    (
        VendorChange(vendor=118, name="New", is_active=False, city=""),
        "PATCH",
        "/api/v3/vendors/118/",
        {"name": "New", "active": False, "city": ""},
    ),
    (
        AccountCodeAdd(code="6100", description="Freight", account_type=2, departments=(7, 8)),
        "POST",
        "/api/v3/account-codes/",
        {"code": "6100", "description": "Freight", "account_type": 2, "departments": [7, 8]},
    ),
    (
        AccountCodeChange(account_code=5, code="6100", description="Freight in"),
        "PUT",
        "/api/v3/account-codes/5/",
        {"code": "6100", "description": "Freight in", "parent": 77},
    ),
    (
        DepartmentAdd(branch=2, name="Tooling", external_id="TL"),
        "POST",
        "/api/v3/departments/",
        {"branch": 2, "name": "Tooling", "external_id": "TL", "active": True},
    ),
    (
        RECEIPT,
        "POST",
        "/api/v3/receipt/items/",
        {"order_item": 9001, "pass_quantity": "2.50000", "fail_quantity": "0.00000"},
    ),
    (
        BillsPaid(bills=(BILL,), paid_on=DAY),
        "POST",
        "/api/v3/ap/bills/mark-as-paid/",
        {"bill_uuids": [BILL], "bill_group_ids": [], "payment_date": "2026-11-20"},
    ),
    (BillNote(bill=BILL, note="Paid"), "PATCH", f"/api/v3/ap/bills/{BILL}/", {"note": "Paid"}),
]


def receipt(
    number: int, passed: str = "2.50000", user: int = 9, **changes: JsonValue
) -> JsonObject:
    return {
        "id": number,
        "order_item": 9001,
        "pass_quantity": passed,
        "fail_quantity": "0.00000",
        "created_by": {"id": user},
        **changes,
    }


def test_calls_when_listed_then_every_type_has_one_a_stage_and_an_example() -> None:
    assert {command_type(payload) for payload, *_ in CALLS} == set(PROCURIFY_TYPES)
    assert set(PROCURIFY_CALLS) == set(PROCURIFY_TYPES)
    assert set(PROCURIFY_TYPES) >= REPEATABLE
    syspro = [stage for name, stage in STAGES.items() if name not in PROCURIFY_TYPES]
    assert max(syspro) < min(STAGES[name] for name in PROCURIFY_TYPES)
    assert is_for_procurify(procurify_addressee("acme"))
    assert not is_for_procurify("EDU1")


@pytest.mark.parametrize(("payload", "method", "path", "body"), CALLS)
def test_request_when_rendered_then_path_and_body_are_those_of_the_sheet(
    payload: ProcurifyPayload, method: str, path: str, body: JsonObject
) -> None:
    request = request_for(payload, {"parent": 77}, [BILL])
    assert (request.method, request.path, request.body) == (method, path, body)
    assert PROCURIFY_CALLS[command_type(payload)].split()[0] == method
    assert request.to_json() == {"method": method, "path": path, "body": body}


@pytest.mark.parametrize("payload", [payload for payload, *_ in CALLS])
def test_command_when_it_has_been_json_then_it_is_the_same(payload: ProcurifyPayload) -> None:
    body = loads(canonical(to_json(payload)))
    assert isinstance(body, dict)
    assert procurify_from_json(command_type(payload), body) == payload


@pytest.mark.parametrize(("name", "body"), [("supplier_add", {}), ("vendor_code", {})])
def test_from_json_when_it_is_no_command_to_procurify_then_refused(
    name: str, body: JsonObject
) -> None:
    with pytest.raises(Malformed):
        procurify_from_json(name, body)


@given(st.decimals(0, 10**12, places=5, allow_nan=False, allow_infinity=False))
def test_receipt_when_written_then_its_quantity_has_five_places_and_its_value(
    quantity: Decimal,
) -> None:
    wish = ReceiptReport(order_item=1, passed=quantity, failed=Decimal(1), passed_before=Decimal(0))
    text = str(request_for(wish, {}).body["pass_quantity"])
    assert Decimal(text) == quantity
    assert len(text.partition(".")[2]) == 5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (" A ", "A"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (Decimal("2.50000"), "2.5"),
        ({"id": 4, "name": "Net 30"}, "4"),
        ([], ""),
        (["a", "b"], "a, b"),
    ],
)
def test_text_when_values_are_told_apart_then_by_what_they_mean(
    value: JsonValue, text: str
) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([{"id": 118, "external_id": None}], Open),
        ([{"id": 118, "external_id": ""}], Open),
        ([{"id": 118, "external_id": "S00118"}], Already),
        ([{"id": 118, "external_id": "OTHER"}], Overtaken),
        ([], Overtaken),
    ],
)
def test_vendor_code_when_read_then_open_done_or_overtaken(
    rows: list[JsonObject], kind: type[Finding]
) -> None:
    assert type(finding(VENDOR, rows)) is kind


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([receipt(1, "1.00000")], Open),
        ([receipt(1, "1.00000"), receipt(2)], Already),
        ([], Overtaken),
        ([receipt(1, "1.50000")], Overtaken),
        ([receipt(1, "1.00000", fail_quantity="1")], Overtaken),
    ],
)
def test_receipt_when_read_then_the_sum_must_be_as_planned(
    rows: list[JsonObject], kind: type[Finding]
) -> None:
    assert type(finding(RECEIPT, rows)) is kind


def test_receipt_when_a_quantity_cannot_be_read_then_nothing_is_said() -> None:
    with pytest.raises(Malformed):
        finding(RECEIPT, [receipt(1, "much")])


@pytest.mark.parametrize(
    ("status", "payment", "kind"),
    [(2, None, Open), (4, {"id": 1}, Already), (2, {"id": 1}, Overtaken)]
    + [(status, None, Overtaken) for status in (0, 1, 3, 5, 6, 7, 8)],
)
def test_bill_when_read_then_only_an_approved_one_without_payment_is_paid(
    status: int, payment: JsonObject | None, kind: type[Finding]
) -> None:
    row: JsonObject = {"uuid": BILL, "status": status, "bill_payment": payment}
    assert type(finding(BillsPaid(bills=(BILL,), paid_on=DAY), [row])) is kind


def test_account_code_when_changed_then_its_parent_is_sent_as_it_reads() -> None:
    wish = AccountCodeChange(account_code=5, code="6100", description="New")
    found = finding(wish, [{"id": 5, "code": "6100", "description": "Old", "parent": 3}])
    assert isinstance(found, Open)
    assert found.request == Request(
        method="PUT",
        path="/api/v3/account-codes/5/",
        body={"code": "6100", "description": "New", "parent": 3},
        resource="account codes",
    )


@pytest.mark.parametrize(
    ("payload", "row"),
    [
        (VENDOR, {"id": 119}),
        (RECEIPT, {"id": 1, "order_item": 1}),
        (BillNote(bill=BILL, note=""), {"uuid": "0" * 32}),
        (BillsPaid(bills=(BILL,), paid_on=DAY), {"payment_date": "2026-11-21"}),
        (VendorAdd(external_id="S1", name="N"), {"name": "N"}),
    ],
)
def test_answer_when_it_speaks_of_something_else_then_it_is_no_acceptance(
    payload: ProcurifyPayload, row: JsonObject
) -> None:
    with pytest.raises(Malformed):
        key_of(payload, row)


@pytest.mark.parametrize(
    ("rows", "looks", "user", "outcome", "rule"),
    [
        ([receipt(1), receipt(2)], 1, "9", "committed", "FOUND_EQUAL"),
        ([receipt(1), receipt(2), receipt(3)], 1, "9", "escalated", "FOUND_TWICE"),
        ([receipt(1), receipt(2, user=8)], 1, "9", "unclear", "LOOK_AGAIN"),
        ([receipt(1), receipt(2, user=8)], 4, "9", "escalated", "FOUND_NOTHING"),
        ([receipt(1), receipt(2, "2.49999")], 4, "9", "escalated", "FOUND_NOTHING"),
        ([receipt(1), receipt(2)], 1, "", "escalated", "USER_NOT_KNOWN"),
        ([receipt(1)], 3, "9", "unclear", "LOOK_AGAIN"),
        ([receipt(1)], 4, "9", "escalated", "FOUND_NOTHING"),
    ],
)
def test_receipt_when_in_doubt_then_only_one_new_one_of_ours_settles_it(
    rows: list[JsonObject], looks: int, user: str, outcome: str, rule: str
) -> None:
    said = verdict_on_made(
        RECEIPT, Evidence(rows=rows, looks=looks, attempt=1, known=["1"], user=user)
    )
    assert (said.outcome, said.rule) == (outcome, rule)
    assert said.syspro_key == ("2" if outcome == "committed" else "")


@pytest.mark.parametrize(
    ("there", "looks", "attempt", "outcome", "rule"),
    [
        ("S00118", 1, 1, "committed", "FOUND_EQUAL"),
        (None, 1, 1, "unclear", "LOOK_AGAIN"),
        (None, 2, 1, "not_committed", "FOUND_UNCHANGED"),
        (None, 2, 5, "escalated", "TOO_MANY_ATTEMPTS"),
        ("BY-HAND", 2, 1, "not_committed", "FOUND_UNCHANGED"),
    ],
)
def test_change_when_in_doubt_then_two_reads_let_it_be_sent_again(
    there: str | None, looks: int, attempt: int, outcome: str, rule: str
) -> None:
    rows: list[JsonObject] = [{"id": 118, "external_id": there}]
    said = verdict_on_repeatable(VENDOR, Evidence(rows=rows, looks=looks, attempt=attempt))
    assert (said.outcome, said.rule) == (outcome, rule)
