"""What rows, answers and lost answers of Procurify say of a command to it."""

from datetime import date
from decimal import Decimal

import pytest

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands import ProcurifyPayload, command_type
from engine.core.commands.procurify import (
    PROCURIFY_CLASSES,
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
)
from engine.core.commands.seen import Seen
from engine.core.lifecycle import CommandState
from engine.core.protocol import Append, Case, Move, Query, Read, decide
from engine.errors import Malformed
from engine.procurify.models.findings import (
    Already,
    Finding,
    Open,
    Overtaken,
    bears_on,
    differences,
    finding,
    key_of,
    text_of,
)
from engine.procurify.models.sightings import read_on_made, read_on_repeatable

BILL = "3cda5ef4ac1a401bb6619e4a5d87c10d"
DAY = date(2026, 11, 20)
RECEIPT = ReceiptReport(order_item=9001, passed=Decimal("2.5"), passed_before=Decimal(1))
VENDOR = VendorCode(vendor=118, external_id="S00118", seen=(Seen(column="external_id", value=""),))


def said_of(name: str, read: Read, looks: int = 1, attempt: int = 1) -> Move:
    """What follows when so many reads showed the same."""
    return decide(
        Case(
            state=CommandState.IN_DOUBT,
            command_class=PROCURIFY_CLASSES[name],
            attempt=attempt,
            can_fence=False,
            reads=(read,) * looks,
        )
    )


def plain(move: Move) -> tuple[str, str, str]:
    """Outcome, rule and key of a doubt that ends; nothing of one that is read once more."""
    if isinstance(move, Append):
        return move.outcome, move.rule, move.syspro_key
    assert move == Query()
    return "", "", ""


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


ADD = VendorAdd(external_id="S1", name="Nordlys AS")
CODE = AccountCodeAdd(code="6100", description="Freight")
UNIT = DepartmentAdd(branch=2, name="Tooling", external_id="TL")


def vendor_row(**changes: JsonValue) -> JsonObject:
    return {"id": 118, "external_id": "S1", "name": "Nordlys AS", "active": True, **changes}


def unit_row(**changes: JsonValue) -> JsonObject:
    row = {"id": 5, "branch": {"id": 2}, "name": "Tooling", "external_id": "TL", "active": True}
    return {**row, **changes}


@pytest.mark.parametrize(
    ("payload", "row", "bears", "kind"),
    [
        (ADD, vendor_row(), True, Already),
        (ADD, vendor_row(name="NORDLYS as"), True, Already),
        (ADD, vendor_row(name="Other"), True, Overtaken),
        (ADD, vendor_row(active=False), True, Overtaken),
        (ADD, vendor_row(external_id=None), True, Overtaken),
        (ADD, vendor_row(external_id="S2", active=False), False, None),
        (ADD, vendor_row(external_id="S2", name="Other"), False, None),
        (CODE, {"id": 1, "code": "6100", "description": "freight"}, True, Already),
        (CODE, {"id": 1, "code": "6100", "description": "Other"}, True, Overtaken),
        (CODE, {"id": 1, "code": "6101", "description": "Freight"}, False, None),
        (UNIT, unit_row(), True, Already),
        (UNIT, unit_row(external_id=None), True, Already),
        (UNIT, unit_row(branch={"id": 3}, external_id="X"), False, None),
        (UNIT, unit_row(branch={"id": 3}), True, Overtaken),
        (UNIT, unit_row(name="Welding"), True, Overtaken),
        (
            AccountCodeChange(account_code=1, code="6100", description="Freight"),
            {"id": 1, "code": "6100", "description": "Freight"},
            True,
            Already,
        ),
        (
            AccountCodeChange(account_code=2, code="6100", description="Freight"),
            {"id": 1, "code": "6100", "description": "Freight"},
            False,
            None,
        ),
        (RECEIPT, receipt(1, order_item=9002), False, None),
    ],
)
def test_row_when_it_bears_on_a_wish_then_it_is_that_already_or_in_its_way(
    payload: ProcurifyPayload, row: JsonObject, bears: bool, kind: type[Finding] | None
) -> None:
    assert bears_on(payload, row) is bears
    if kind is not None:
        assert type(finding(payload, [row])) is kind


def test_vendor_when_two_carry_the_code_then_overtaken_and_a_doubt_is_for_a_person() -> None:
    rows = [vendor_row(), vendor_row(id=119)]
    assert isinstance(finding(ADD, rows), Overtaken)
    said = said_of("vendor_add", read_on_made(ADD, rows))
    assert plain(said) == ("escalated", "FOUND_TWICE", "")


@pytest.mark.parametrize(
    ("payload", "row", "key"),
    [(ADD, vendor_row(), "118"), (UNIT, unit_row(), "5"), (CODE, {"id": 1, "code": "6100"}, "1")],
)
def test_made_when_in_doubt_and_found_once_then_adopted(
    payload: ProcurifyPayload, row: JsonObject, key: str
) -> None:
    said = said_of(command_type(payload), read_on_made(payload, [row]))
    assert plain(said) == ("committed", "FOUND_EQUAL", key)


@pytest.mark.parametrize(
    ("payload", "rows", "key", "said"),
    [
        (VENDOR, [{"id": 118, "external_id": "S00118"}], "118", []),
        (
            VENDOR,
            [{"id": 118, "external_id": "X"}],
            "118",
            ['external_id is "X", sent "S00118"'],
        ),
        (VENDOR, [], "118", ["it is not there"]),
        (RECEIPT, [receipt(1), receipt(2)], "2", []),
        (RECEIPT, [receipt(2, "1")], "2", ["its quantities are others"]),
        (BillNote(bill=BILL, note="Paid"), [{"uuid": BILL, "note": "Paid"}], BILL, []),
        (BillsPaid(bills=(BILL,), paid_on=DAY), [{"uuid": BILL, "status": 4}], BILL, []),
        (
            BillsPaid(bills=(BILL,), paid_on=DAY),
            [{"uuid": BILL, "status": 2}],
            BILL,
            [f"bill {BILL} is not paid"],
        ),
    ],
)
def test_read_back_when_compared_then_says_what_reads_otherwise(
    payload: ProcurifyPayload, rows: list[JsonObject], key: str, said: list[str]
) -> None:
    assert differences(payload, rows, key) == said


@pytest.mark.parametrize(
    ("payload", "row", "key"),
    [
        (VendorChange(vendor=118, name="N"), {"id": 118}, "118"),
        (AccountCodeChange(account_code=5, code="1", description="d"), {"id": 5}, "5"),
        (BillNote(bill=BILL, note=""), {"uuid": BILL}, BILL),
        (BillsPaid(bills=(BILL,), paid_on=DAY), {"payment_date": "2026-11-20"}, BILL),
        (RECEIPT, receipt(77), "77"),
    ],
)
def test_answer_when_it_speaks_of_ours_then_its_id_is_read(
    payload: ProcurifyPayload, row: JsonObject, key: str
) -> None:
    assert key_of(payload, row) == key


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
        ([receipt(1), receipt(2, user=8)], 1, "9", "", ""),
        ([receipt(1), receipt(2, user=8)], 4, "9", "escalated", "FOUND_NOTHING"),
        ([receipt(1), receipt(2, "2.49999")], 4, "9", "escalated", "FOUND_NOTHING"),
        ([receipt(1), receipt(2)], 1, "", "escalated", "USER_NOT_KNOWN"),
        ([receipt(1)], 3, "9", "", ""),
        ([receipt(1)], 4, "9", "escalated", "FOUND_NOTHING"),
    ],
)
def test_receipt_when_in_doubt_then_only_one_new_one_of_ours_settles_it(
    rows: list[JsonObject], looks: int, user: str, outcome: str, rule: str
) -> None:
    said = said_of("receipt_report", read_on_made(RECEIPT, rows, known=["1"], user=user), looks)
    key = "2" if outcome == "committed" else ""
    assert plain(said) == (outcome, rule, key)


@pytest.mark.parametrize(
    ("there", "looks", "attempt", "outcome", "rule"),
    [
        ("S00118", 1, 1, "committed", "FOUND_EQUAL"),
        (None, 1, 1, "", ""),
        (None, 2, 1, "not_committed", "FOUND_UNCHANGED"),
        (None, 2, 5, "escalated", "TOO_MANY_ATTEMPTS"),
        ("BY-HAND", 2, 1, "not_committed", "FOUND_UNCHANGED"),
    ],
)
def test_change_when_in_doubt_then_two_reads_let_it_be_sent_again(
    there: str | None, looks: int, attempt: int, outcome: str, rule: str
) -> None:
    rows: list[JsonObject] = [{"id": 118, "external_id": there}]
    said = said_of("vendor_code", read_on_repeatable(VENDOR, rows), looks, attempt)
    key = "118" if outcome == "committed" else ""
    assert plain(said) == (outcome, rule, key)
