"""A clerk's invoices and payments by `POST /apply`: balances add up, rules hold."""

from decimal import Decimal
from typing import Any

import pytest
from apply_world import Stage

from engine.sandbox.syspro.ledger import number
from engine.sandbox.syspro.tables import Row

BALANCES = ("MthInvBal1", "MthInvBal2", "MthInvBal3")


@pytest.fixture
def stage() -> Stage:
    """A stage with the supplier HAND, and its invoice H-1 of 100.00."""
    made = Stage()
    made.apply("new_supplier", supplier="HAND", name="Typed by hand")
    made.apply("new_invoice", supplier="HAND", invoice="H-1", total="100.00")
    return made


def invoice_of(stage: Stage, invoice: str = "H-1") -> Row:
    return stage.world.ledger.tables["ApInvoice"]["HAND", invoice]


def balances_of(stage: Stage, invoice: str = "H-1") -> list[str]:
    return [f"{number(invoice_of(stage, invoice)[column]):.2f}" for column in BALANCES]


def test_invoice_when_typed_then_it_owes_what_it_is_of_and_is_no_stranger(stage: Stage) -> None:
    assert balances_of(stage) == ["100.00", "0.00", "0.00"]
    assert invoice_of(stage)["InvoiceStatus"] == ""
    assert stage.verdict("differences") == []
    assert stage.verdict("duplicates") == []
    assert stage.verdict("counts")["syspro"]["invoices"] == 1


def test_payment_when_in_parts_then_the_balance_falls_to_nothing_and_the_period_is_kept(
    stage: Stage,
) -> None:
    first = stage.apply("pay_invoice", supplier="HAND", invoice="H-1", amount="30.00")
    assert (first["owed"], first["payment"]) == ("70.00", "000001")
    assert invoice_of(stage)["YearInvBalZero"] == 0

    second = stage.apply("pay_invoice", supplier="HAND", invoice="H-1", on="2026-11-20")
    assert second["owed"] == "0.00"
    row = invoice_of(stage)
    assert (row["YearInvBalZero"], row["MonthInvBalZero"]) == (2026, 11)
    entry = stage.world.ledger.tables["ApInvoicePay"]["HAND", "H-1", "3"]
    assert (entry["TrnType"], entry["TrnValue"]) == ("P", Decimal("-70.00"))
    assert str(entry["JournalDate"]) == "2026-11-20"
    assert row["OrigInvValue"] == 100


def test_payment_when_voided_then_its_value_is_owed_again_and_never_twice(stage: Stage) -> None:
    paid = stage.apply("pay_invoice", supplier="HAND", invoice="H-1", reference="EFT 7")
    names: dict[str, Any] = {"supplier": "HAND", "invoice": "H-1", "payment": paid["payment"]}
    assert stage.apply("void_payment", **names)["owed"] == "100.00"
    assert invoice_of(stage)["MonthInvBalZero"] == 0
    assert "no payment 000001 that could be voided" in stage.refused("void_payment", **names)


def test_invoices_when_anything_was_done_then_balance_is_the_sum_of_entries(stage: Stage) -> None:
    for amount in ("10.00", "20.00"):
        stage.apply("pay_invoice", supplier="HAND", invoice="H-1", amount=amount)
    stage.apply("void_payment", supplier="HAND", invoice="H-1", payment="000001")
    tables = stage.world.ledger.tables
    entries = tables["ApInvoicePay"].where("Invoice", "H-1")
    assert len(entries) == 4
    assert sum(number(entry["TrnValue"]) for entry in entries) == 80
    assert number(invoice_of(stage)["MthInvBal1"]) == 80
    assert invoice_of(stage)["NextPaymEntry"] == 5


@pytest.mark.parametrize(
    ("period", "owed"),
    [
        ("C", ["60.00", "100.00", "0.00"]),
        ("P", ["60.00", "60.00", "0.00"]),
        ("B", ["60.00", "60.00", "-40.00"]),
    ],
)
def test_payment_when_posted_back_then_the_months_since_owe_less_too(
    stage: Stage, period: str, owed: list[str]
) -> None:
    stage.apply("move_to_period", year=2026, month=12)
    stage.apply("open_period", period="C")
    assert balances_of(stage) == ["100.00", "100.00", "0.00"]
    stage.apply("pay_invoice", supplier="HAND", invoice="H-1", amount=40, period=period)
    assert balances_of(stage) == owed


def test_months_when_they_end_then_balances_move_along(stage: Stage) -> None:
    stage.apply("move_to_period", year=2026, month=12)
    stage.apply("open_period", period="C")
    stage.apply("pay_invoice", supplier="HAND", invoice="H-1", amount=25)
    stage.apply("move_to_period", year=2027, month=1)
    assert balances_of(stage) == ["75.00", "75.00", "100.00"]
    stage.apply("move_to_period", year=2027, month=6)
    assert balances_of(stage) == ["75.00", "75.00", "75.00"]


def test_invoice_when_typed_over_receipts_then_it_takes_them(stage: Stage) -> None:
    stage.apply("change_supplier", supplier="HAND", grn_matching=True)
    order = stage.apply(
        "new_order_in_syspro",
        supplier="HAND",
        lines=[{"name": "Desk", "quantity": 2, "price": "15.00", "ledger_code": "6400-00"}],
    )["purchase_order"]
    goods = stage.apply("receive_goods", purchase_order=order, line=1, quantity=2)
    fields: dict[str, Any] = {"supplier": "HAND", "invoice": "H-2", "total": "30.00"}
    assert "match" in stage.refused("new_invoice", **fields).lower()
    stage.apply("new_invoice", **fields, receipts=[goods["grn"]])
    (grn,) = stage.world.ledger.tables["GrnDetails"].in_order()
    assert grn["GrnMatchedFlag"] == "Y"
    assert "an invoice was matched" in stage.refused("reverse_receipt", grn=goods["grn"])


def test_invoice_when_distributed_then_over_the_ledger_codes_named(stage: Stage) -> None:
    stage.apply(
        "new_invoice",
        supplier="HAND",
        invoice="H-3",
        total="50.00",
        lines=[
            {"ledger_code": "6400-00", "amount": "20.00"},
            {"ledger_code": "6500-00", "amount": "30.00"},
        ],
    )
    rows = stage.world.ledger.tables["ApDistribution"].where("Invoice", "H-3")
    assert [(row["GlCode"], str(row["Value"])) for row in rows] == [
        ("6400-00", "20.00"),
        ("6500-00", "30.00"),
    ]


HAND = {"supplier": "HAND"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("new_invoice", {**HAND, "invoice": "H-1", "total": 5}, "H-1"),
    ("new_invoice", {**HAND, "invoice": "H-9", "total": 5, "ledger_code": "NONE"}, "NONE"),
    ("new_invoice", {**HAND, "invoice": "H-9", "total": -5}, "-5"),
    ("new_invoice", {"supplier": "NOBODY", "invoice": "H-9", "total": 5}, "no supplier NOBODY"),
    ("pay_invoice", {**HAND, "invoice": "H-9"}, "HAND has no invoice H-9"),
    ("pay_invoice", {**HAND, "invoice": "H-1", "amount": 101}, "owes 100.00; 101 of it"),
    ("pay_invoice", {**HAND, "invoice": "H-1", "amount": 0}, "0 of it cannot be paid"),
    ("pay_invoice", {**HAND, "invoice": "H-1", "amount": "1.234"}, "amount is to be a number"),
    ("void_payment", {**HAND, "invoice": "H-1", "payment": "9"}, "no payment 9"),
]


@pytest.mark.parametrize(("do", "fields", "sentence"), WRONG)
def test_change_when_wrong_then_a_sentence_and_no_write(
    stage: Stage, do: str, fields: dict[str, Any], sentence: str
) -> None:
    before = stage.world.ledger.sequence
    assert sentence in stage.refused(do, **fields)
    assert stage.world.ledger.sequence == before


def test_payment_when_the_period_is_closed_then_refused(stage: Stage) -> None:
    stage.apply("close_period", period="C")
    assert "is closed" in stage.refused("pay_invoice", supplier="HAND", invoice="H-1")
    assert balances_of(stage)[0] == "100.00"


def test_bill_when_a_clerk_typed_it_first_then_not_posted_and_a_duplicate_if_it_is(
    stage: Stage,
) -> None:
    vendor = next(
        row
        for row in stage.world.tenant.eligible_vendors()
        if not row.is_grn_matched and row.binding == "mapping" and not row.is_on_hold
    )
    stage.apply(
        "new_bill",
        vendor=vendor.id,
        invoice_number="DUP-77",
        lines=[{"unit_cost": 9}],
        expect="hold:DUPLICATE_INVOICE",
    )
    stage.apply("new_invoice", supplier=vendor.supplier, invoice="DUP77", total=9)
    assert stage.verdict("duplicates") == []
    assert "DUP-77" in {entry["number"] for entry in stage.verdict("missing")}

    bill = next(row for row in stage.world.tenant.bills.values() if row.invoice_number == "DUP-77")
    stage.poster.post_bill(bill)
    invoices = stage.world.ledger.tables["ApInvoice"]
    posted = invoices[vendor.supplier, "DUP-77"]
    invoices.put({**posted, "Journal": Decimal(99)})
    assert [entry["what"] for entry in stage.verdict("duplicates")] == ["invoice DUP77 too"]


def test_changes_when_they_name_the_second_company_then_only_its_books_move() -> None:
    stage = Stage(companies=2)
    first, second = stage.world.companies
    there = {"company": second.company, "supplier": "HAND"}
    stage.apply("new_supplier", **there, name="Typed by hand")
    stage.apply("save_company", company=second.company)
    stage.apply("new_invoice", **there, invoice="H-1", total=8)
    assert stage.apply("pay_invoice", **there, invoice="H-1")["owed"] == "0.00"
    lines = [{"name": "Desk", "price": 3}]
    order = stage.apply("new_order_in_syspro", **there, lines=lines)["purchase_order"]
    stage.apply("change_order", company=second.company, purchase_order=order, line=1, price=4)
    assert (first.sequence, second.sequence) == (0, 5)
    assert stage.verdict("differences") == []
    stage.apply("restore_company", company=second.company, name="backup")
    assert (first.sequence, second.sequence) == (0, 1)
    assert "company is to be one of" in stage.refused("pay_invoice", company="NONE", invoice="X")
