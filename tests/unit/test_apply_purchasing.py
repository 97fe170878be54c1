"""A buyer's and a storeman's hands in SYSPRO by `POST /apply`: orders, receipts, completion."""

from decimal import Decimal
from typing import Any

import pytest
from apply_world import Stage

from engine.sandbox.syspro.ledger import Order, number


@pytest.fixture
def stage() -> Stage:
    """A stage with the supplier HAND."""
    made = Stage()
    made.apply("new_supplier", supplier="HAND", name="Typed by hand")
    return made


def ordered(stage: Stage, *quantities: int) -> str:
    """The number of a typed order with so many lines of goods at 5.00."""
    lines = [{"sku": "B100", "quantity": quantity, "price": "5.00"} for quantity in quantities]
    made = stage.apply("new_order_in_syspro", supplier="HAND", lines=lines)
    return str(made["purchase_order"])


def order_of(stage: Stage, shown: str) -> Order:
    found = stage.world.ledger.order(shown)
    assert found is not None
    return found


def test_order_when_typed_then_it_is_no_stranger_whatever_its_value(stage: Stage) -> None:
    order = order_of(stage, ordered(stage, 2))
    assert (order.header["Supplier"], order.header["OrderStatus"]) == ("HAND", "1")
    assert (order.lines[0]["LineType"], order.lines[0]["MForeignPrice"]) == ("1", 5)
    assert stage.verdict("differences") == []
    assert stage.verdict("order_violations") == []


def test_order_when_it_is_worth_what_a_vendors_is_then_it_is_not_taken_for_that(
    stage: Stage,
) -> None:
    vendor = next(
        row
        for row in stage.world.tenant.eligible_vendors()
        if row.binding == "mapping" and not row.is_on_hold
    )
    lines = [{"name": "Desk", "quantity": 1, "price": "77.00"}]
    stage.apply("new_order", vendor=vendor.id, number="PO-77", lines=lines)
    stage.apply("new_order_in_syspro", supplier=vendor.supplier, lines=lines)
    assert "PO-77" in {entry["number"] for entry in stage.verdict("missing")}
    assert stage.verdict("differences") == []


def test_line_when_changed_then_price_quantity_and_day_are_other(stage: Stage) -> None:
    shown = ordered(stage, 4)
    stage.apply(
        "change_order",
        purchase_order=shown,
        line=1,
        quantity=6,
        price="5.25",
        due_on="2026-12-04",
    )
    (line,) = order_of(stage, shown).lines
    assert (line["MOrderQty"], line["MForeignPrice"]) == (6, Decimal("5.25"))
    assert str(line["MLatestDueDate"]) == "2026-12-04"


def test_goods_when_received_in_parts_then_line_by_line_and_the_order_completes(
    stage: Stage,
) -> None:
    shown = ordered(stage, 4, 1)
    for line, quantity in ((1, 3), (2, 1)):
        stage.apply("receive_goods", purchase_order=shown, line=line, quantity=quantity)
    order = order_of(stage, shown)
    assert [row["MCompleteFlag"] for row in order.lines] == ["", "Y"]
    assert order.header["OrderStatus"] == "1"
    stage.apply("receive_goods", purchase_order=shown, line=1, quantity=2)
    order = order_of(stage, shown)
    assert (order.lines[0]["MReceivedQty"], order.header["OrderStatus"]) == (5, "9")


def test_order_when_the_rest_is_given_up_then_it_is_complete(stage: Stage) -> None:
    shown = ordered(stage, 4)
    stage.apply("receive_goods", purchase_order=shown, line=1, quantity=3)
    changed = stage.apply("change_order", purchase_order=shown, line=1, quantity=3)
    assert changed["status"] == "9"
    assert order_of(stage, shown).header["DatePoCompleted"] is not None


def test_receipt_when_reversed_then_line_and_order_are_open_and_quantities_tie(
    stage: Stage,
) -> None:
    shown = ordered(stage, 4)
    grn = stage.apply("receive_goods", purchase_order=shown, line=1, quantity=4)["grn"]
    assert stage.apply("reverse_receipt", grn=grn, quantity=1)["left"] == "3"
    order = order_of(stage, shown)
    (row,) = stage.world.ledger.tables["GrnDetails"].where("PurchaseOrder", shown.zfill(15))
    assert number(order.lines[0]["MReceivedQty"]) == number(row["QtyReceived"]) == 3
    assert (row["CurrencyValue"], row["CurGrnValue"]) == (15, 15)
    assert (order.lines[0]["MCompleteFlag"], order.header["OrderStatus"]) == ("N", "4")
    assert stage.apply("reverse_receipt", grn=grn)["left"] == "0"
    assert "0 of it cannot go back" in stage.refused("reverse_receipt", grn=grn)
    assert stage.apply("cancel_order_in_syspro", purchase_order=shown)["status"] == "*"


def test_company_when_restored_then_numbers_are_given_out_again(stage: Stage) -> None:
    first = ordered(stage, 1)
    stage.apply("save_company", name="friday")
    second = ordered(stage, 2)
    assert stage.apply("restore_company", name="friday")["writes"] == 2
    assert stage.world.ledger.order(second) is None
    assert ordered(stage, 3) == second
    stage.apply("restore_company")
    assert stage.world.ledger.order(first) is None
    assert ("HAND",) not in stage.world.ledger.tables["ApSupplier"]
    assert stage.verdict("differences") == []


def test_backups_when_too_many_then_refused(stage: Stage) -> None:
    for place in range(15):
        stage.apply("save_company", name=f"day {place}")
    assert "16 backups at most" in stage.refused("save_company", name="one more")
    stage.apply("save_company", name="day 3")


def test_supplier_when_changed_then_only_what_is_given(stage: Stage) -> None:
    stage.apply("change_supplier", supplier="HAND", on_hold=True, tax_number="DE1")
    row = stage.world.ledger.tables["ApSupplier"]["HAND",]
    assert (row["OnHold"], row["TaxRegnNum"], row["SupplierName"]) == ("Y", "DE1", "Typed by hand")
    assert "hold" in stage.refused("new_order_in_syspro", supplier="HAND", lines=[{"price": 1}])


def test_supplier_when_typed_with_a_vendors_name_then_no_duplicate_of_the_engines(
    stage: Stage,
) -> None:
    vendor = next(row for row in stage.world.tenant.eligible_vendors() if row.binding == "created")
    stage.apply("new_supplier", supplier="HAND2", name=vendor.name[:50])
    assert stage.verdict("duplicates") == []


def test_ledger_code_when_opened_and_closed_then_on_file_and_not(stage: Stage) -> None:
    accounts = stage.world.ledger.tables["GenMaster"]
    stage.apply("new_ledger_code", ledger_code="6995-00", description="New")
    assert accounts["EDU1", "6995-00"]["AccountType"] == "E"
    stage.apply("close_ledger_code", ledger_code="6995-00")
    assert ("EDU1", "6995-00") not in accounts
    assert "no ledger code 6995-00" in stage.refused("close_ledger_code", ledger_code="6995-00")


def test_rate_when_set_or_missing_then_the_table_says_so(stage: Stage) -> None:
    rates = stage.world.ledger.tables["TblCurrency"]
    stage.apply("set_rate", currency="EUR", rate="1.25")
    assert rates["EUR",]["BuyExchangeRate"] == Decimal("1.25")
    stage.apply("set_rate", currency="EUR")
    assert (rates["EUR",]["BuyExchangeRate"], rates["EUR",]["BuyMulDiv"]) == (0, "M")


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("new_order_in_syspro", {"supplier": "HAND", "lines": []}, "line"),
    ("new_order_in_syspro", {"supplier": "HAND", "lines": [{}]}, "lines 1: price is missing"),
    ("change_order", {"purchase_order": "999", "line": 1, "price": 1}, "no purchase order 999"),
    ("change_order", {"purchase_order": "547", "line": 9, "price": 1}, "there is no line 9"),
    ("change_order", {"purchase_order": "547", "line": 1}, "price, quantity or due_on"),
    (
        "change_order",
        {"purchase_order": "547", "line": 1, "quantity": -1},
        "OrderQty' must be greater",
    ),
    ("cancel_order_in_syspro", {"purchase_order": "548"}, "received"),
    ("receive_goods", {"purchase_order": "547", "line": 1, "quantity": 0}, "cannot receive 0"),
    ("reverse_receipt", {"grn": "77"}, "there is no receipt 77"),
    ("new_supplier", {"supplier": "HAND", "name": "Twice"}, "HAND"),
    ("new_supplier", {"supplier": "HAND3"}, "name is missing"),
    ("change_supplier", {"supplier": "HAND"}, "one of name"),
    ("change_supplier", {"supplier": "HAND", "terms": "ZZ"}, "ZZ"),
    ("new_ledger_code", {"ledger_code": "6400-00"}, "6400-00"),
    ("set_rate", {"currency": "USD", "rate": 2}, "USD cannot have the rate 2"),
    ("set_rate", {"currency": "XXX"}, "XXX cannot have"),
    ("restore_company", {"name": "monday"}, "name is to be one of beginning"),
]


@pytest.mark.parametrize(("do", "fields", "sentence"), WRONG)
def test_change_when_wrong_then_a_sentence_and_no_write(
    stage: Stage, do: str, fields: dict[str, Any], sentence: str
) -> None:
    assert [ordered(stage, 1), ordered(stage, 2)] == ["000547", "000548"]
    stage.apply("receive_goods", purchase_order="548", line=1, quantity=1)
    before = stage.world.ledger.sequence
    assert sentence in stage.refused(do, **fields)
    assert stage.world.ledger.sequence == before
