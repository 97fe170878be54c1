"""What a command to Procurify is written as."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_procurify_findings import BILL, DAY, RECEIPT, VENDOR

from engine.core.canonical import JsonObject, canonical, loads
from engine.core.commands import STAGES, ProcurifyPayload, command_type, to_json
from engine.core.commands.procurify import (
    PROCURIFY_CALLS,
    PROCURIFY_CLASSES,
    PROCURIFY_TYPES,
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    PaymentTerm,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    is_for_procurify,
    procurify_addressee,
    procurify_from_json,
)
from engine.errors import Malformed
from engine.procurify.models.findings import (
    Open,
    finding,
)
from engine.procurify.models.writes import Request, request_for

TERM = PaymentTerm(id=4, name="Net 30")
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


def test_calls_when_listed_then_every_type_has_one_a_stage_and_an_example() -> None:
    assert {command_type(payload) for payload, *_ in CALLS} == set(PROCURIFY_TYPES)
    assert set(PROCURIFY_CALLS) == set(PROCURIFY_TYPES)
    assert set(PROCURIFY_CLASSES) == set(PROCURIFY_TYPES)
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
    "payload",
    [
        VendorAdd(external_id="S-1", name="x" * 151),
        VendorAdd(external_id=" ", name="Name"),
        VendorAdd(external_id="S-1", name="Name", type=1),
        ReceiptReport(order_item=1, passed=Decimal("0.000001"), passed_before=Decimal(0)),
        ReceiptReport(order_item=1, passed=Decimal(0), passed_before=Decimal(0)),
        ReceiptReport(order_item=1, passed=Decimal(-1), passed_before=Decimal(0)),
        BillsPaid(bills=(), paid_on=DAY),
        BillNote(bill="../vendors/1", note=""),
    ],
)
def test_request_when_a_field_does_not_fit_then_refused(payload: ProcurifyPayload) -> None:
    with pytest.raises(Malformed):
        request_for(payload, {})


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
