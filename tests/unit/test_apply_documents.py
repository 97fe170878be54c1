"""New documents of Procurify by `POST /apply`: totals, defaults, edge cases, the oracle's view."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from apply_world import Stage

from engine.sandbox.procurify.bill_shapes import bill_detail
from engine.sandbox.procurify.order_shapes import order_detail
from engine.sandbox.scenario.model import Bill, PurchaseOrder


@pytest.fixture
def stage() -> Stage:
    return Stage()


def order_of(stage: Stage, **fields: object) -> PurchaseOrder:
    return stage.world.tenant.orders[stage.apply("new_order", **fields)["order"]]


def bill_of(stage: Stage, **fields: object) -> Bill:
    bill = stage.world.tenant.bill_of(stage.apply("new_bill", **fields)["bill"])
    assert bill is not None
    return bill


def sums(bill: Bill) -> list[str]:
    return [str(value) for value in (bill.subtotal, bill.tax_amount, bill.grand_total)]


def test_new_documents_when_nothing_is_said_then_drawn_the_same_everywhere() -> None:
    one, two = Stage(), Stage()
    for do in ("new_vendor", "new_order", "new_bill"):
        assert one.apply(do) == two.apply(do)
    assert one.world.tenant.orders[9_000_002].total == two.world.tenant.orders[9_000_002].total


def test_new_vendor_when_given_a_supplier_then_it_is_that_one_and_matches_like_it(
    stage: Stage,
) -> None:
    suppliers = stage.world.ledger.tables["ApSupplier"]
    (code,) = next(key for key, row in suppliers.items() if row["GrnMatchReqd"] == "Y")
    made = stage.apply("new_vendor", name="Twice Ltd", supplier=code, currency="EUR")
    vendor = stage.world.tenant.vendors[made["vendor"]]
    assert (vendor.supplier, vendor.is_grn_matched, vendor.currency.name) == (code, True, "EUR")
    assert made["name"] == "Twice Ltd"


@pytest.mark.parametrize(
    ("fields", "supplier"), [({}, "V9000001"), ({"external_id": "S00777"}, "S00777")]
)
def test_new_vendor_when_not_bound_then_by_its_code_or_by_the_engines_rule(
    stage: Stage, fields: dict[str, object], supplier: str
) -> None:
    made = stage.apply("new_vendor", **fields)
    assert made["supplier"] == supplier
    missing = [entry["source_id"] for entry in stage.verdict("missing")]
    assert str(made["vendor"]) in missing


def test_new_order_when_lines_are_given_then_totals_are_theirs(stage: Stage) -> None:
    order = order_of(
        stage,
        number="PO-NEW-1",
        lines=[
            {"sku": "B100", "quantity": 3, "price": "1.50"},
            {"name": "Toner", "quantity": 2, "price": "10.005", "tax": "GST 5%"},
        ],
        freight="12.00",
        other="3.00",
    )
    stocked, bought = order.lines
    assert (stocked.is_stocked, stocked.name, stocked.total) == (
        True,
        "Bearing 6204 sealed",
        Decimal("4.50"),
    )
    assert (bought.is_stocked, bought.total, bought.tax_amount) == (
        False,
        Decimal("20.01"),
        Decimal("1.00"),
    )
    assert order.total == Decimal("40.51")
    assert order_detail(order)["total"] == "40.51"
    assert order.number == "PO-NEW-1"


@pytest.mark.parametrize(
    ("fields", "is_eligible"),
    [({}, True), ({"card": True}, False), ({"state": 3}, False), ({"blanket": True}, True)],
)
def test_new_order_when_of_a_kind_then_the_oracle_judges_it(
    stage: Stage, fields: dict[str, object], is_eligible: bool
) -> None:
    before = stage.verdict("eligible")["purchase_order"]
    order = order_of(stage, **fields)
    assert stage.verdict("eligible")["purchase_order"] - before == is_eligible
    assert (order.lines[0].type == 2) is fields.get("blanket", False)


def test_new_order_when_expected_to_hold_then_the_oracle_and_the_story_know(stage: Stage) -> None:
    order = order_of(stage, blanket=True, expect="hold:BLANKET_PO")
    held = {"kind": "purchase_order", "source_id": str(order.id), "number": order.number}
    assert {**held, "cause": "BLANKET_PO"} in stage.verdict("must_hold")
    assert held in stage.verdict("missing")

    stage.apply("expect", kind="purchase_order", id=order.id, expect="posted")
    assert {**held, "cause": "BLANKET_PO"} not in stage.verdict("must_hold")


def test_new_bill_when_over_an_order_then_it_bills_it_whole(stage: Stage) -> None:
    vendor = next(v for v in stage.world.tenant.eligible_vendors() if not v.is_grn_matched)
    order = order_of(
        stage,
        vendor=vendor.id,
        number="PO-NEW-2",
        lines=[{"quantity": 4, "price": "25.00", "tax": "GST 5%"}],
        freight="7.50",
    )
    bill = bill_of(stage, order="PO-NEW-2", invoice_number="INV-NEW")
    assert sums(bill) == ["100.00", "5.00", "112.50"]
    assert bill.captured_total == Decimal("112.50")
    assert [cost.name for cost in bill.costs] == ["Freight"]
    assert (bill.status, bill.type, bill.orders[0].id) == (2, 0, order.id)


def test_new_bill_when_it_bills_a_part_then_the_items_named(stage: Stage) -> None:
    order = order_of(stage, lines=[{"quantity": 4, "price": 5}, {"quantity": 6, "price": 2}])
    bill = bill_of(
        stage, order=order.id, lines=[{"item": order.lines[1].id, "quantity": 2, "unit_cost": 3}]
    )
    (line,) = bill.lines
    assert line.order_line is not None
    assert (line.order_line.id, line.total, bill.costs) == (order.lines[1].id, Decimal(6), ())


def test_new_bill_when_lines_are_negative_then_it_is_a_credit_note(stage: Stage) -> None:
    bill = bill_of(
        stage,
        lines=[
            {"description": "Returned", "quantity": -2, "unit_cost": "40.00", "tax": "GST 5%"},
            {"description": "Restocking", "unit_cost": "10.00"},
        ],
    )
    assert sums(bill) == ["-70.00", "-4.00", "-74.00"]
    shown = orjson.loads(orjson.dumps(bill_detail(bill)))
    assert (shown["total_cost_with_tax"], shown["tax_amount"]) == (-74.0, -4.0)


def test_new_bill_when_split_taxed_and_with_costs_then_every_part_ties(stage: Stage) -> None:
    bill = bill_of(
        stage,
        lines=[
            {
                "quantity": 1,
                "unit_cost": "105.00",
                "tax": "GST 5%",
                "tax_inclusive": True,
                "split": [
                    {"account": "6300", "amount": "60.00"},
                    {"account": "6400", "department": "Finance"},
                ],
            }
        ],
        costs=[{"name": "Customs", "amount": "15.00"}],
        captured_total="119.00",
    )
    assert sums(bill) == ["100.00", "5.00", "120.00"]
    assert [str(part.amount) for part in bill.lines[0].allocations] == ["60.00", "40.00"]
    assert bill.lines[0].allocations[1].account.department.name == "Finance"
    assert (bill.inclusive_tax, bill.captured_total) == (Decimal("5.00"), Decimal("119.00"))


def test_new_bill_when_shipped_then_it_is_owed_too(stage: Stage) -> None:
    lines = [{"unit_cost": "10.00", "shipping": "2.00"}, {"unit_cost": "5.00"}]
    bill = bill_of(stage, lines=lines, shipping="1.50")
    assert sums(bill) == ["15.00", "0.00", "18.50"]
    assert [str(line.shipping) for line in bill.lines] == ["3.50", "0.00"]


@pytest.mark.parametrize(
    ("fields", "status", "type_"),
    [({"status": "draft"}, 0, 0), ({"status": "denied"}, 3, 0), ({"type": "card"}, 2, 2)],
)
def test_new_bill_when_not_to_be_posted_then_the_oracle_does_not_count_it(
    stage: Stage, fields: dict[str, object], status: int, type_: int
) -> None:
    before = stage.verdict("eligible")["bill"]
    bill = bill_of(stage, **fields)
    assert (bill.status, bill.type) == (status, type_)
    assert stage.verdict("eligible")["bill"] == before


def test_accounts_when_new_then_documents_may_name_them_and_a_reset_forgets_them(
    stage: Stage,
) -> None:
    stage.apply("new_account_code", code="6995", ledger_code="6995-00", departments=["Finance"])
    stage.apply("new_department", name="Field service")
    order = order_of(
        stage,
        lines=[
            {"account": "6995", "department": "Finance"},
            {"account": "6100", "department": "Field service"},
        ],
    )
    assert [line.account.code.code for line in order.lines] == ["6995", "6100"]
    assert order.lines[1].account.department.name == "Field service"
    assert "account 6995 is not of department Marketing" in stage.refused(
        "new_order", lines=[{"account": "6995", "department": "Marketing"}]
    )
    assert "account is to be one of" in Stage().refused("new_order", lines=[{"account": "6995"}])


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("new_vendor", {"currency": "XXX"}, "currency is to be one of"),
    ("new_vendor", {"supplier": "NOBODY"}, "there is no supplier NOBODY"),
    ("new_vendor", {"name": ""}, "name is to be a text of 1 to 150"),
    ("new_order", {"vendor": "Nobody"}, "there is no vendor Nobody"),
    ("new_order", {"lines": {}}, "lines is to be a list of lines"),
    ("new_order", {"lines": [{"price": "x"}]}, "lines 1: price is to be a number"),
    ("new_order", {"lines": [{"price": "0.123456789"}]}, "price is to be a number of 12 digits"),
    ("new_order", {"lines": [{"quantity": "1e999"}]}, "quantity is to be a number of 12 digits"),
    ("new_order", {"lines": [{"colour": "red"}]}, "unknown member colour"),
    ("new_order", {"lines": [{"tax": "VAT"}]}, "tax is to be one of none"),
    ("new_order", {"promised_on": "soon"}, "promised_on is to be a day"),
    ("new_order", {"expect": "hold"}, "expect is to be posted, or hold:"),
    ("new_bill", {"status": "lost"}, "status is to be one of draft"),
    ("new_bill", {"lines": [{}]}, "lines 1: unit_cost is missing"),
    ("new_bill", {"order": "PO-1042", "lines": [{"item": 1}]}, "item is to be one of"),
    (
        "new_bill",
        {
            "shipping": 6,
            "lines": [{"unit_cost": 9, "split": [{"account": "6300", "amount": 4}, {}]}],
        },
        "shipping is to be on a line without split",
    ),
    ("new_bill", {"costs": [{}]}, "costs 1: amount is missing"),
    ("new_account_code", {"code": "6100"}, "there is an account code 6100 already"),
    ("new_account_code", {"code": "1", "departments": ["X"]}, "departments is to be a list of"),
    ("new_department", {"name": "Finance"}, "name is to be one that no department has"),
    ("expect", {"kind": "bill", "id": "NONE"}, "there is no bill NONE"),
]


@pytest.mark.parametrize(("do", "fields", "sentence"), WRONG)
def test_change_when_wrong_then_a_sentence_and_nothing_is_there(
    stage: Stage, do: str, fields: dict[str, Any], sentence: str
) -> None:
    tenant = stage.world.tenant
    before = [len(rows) for rows in (tenant.vendors, tenant.orders, tenant.bills)]
    assert sentence in stage.refused(do, **fields)
    assert before == [len(rows) for rows in (tenant.vendors, tenant.orders, tenant.bills)]
