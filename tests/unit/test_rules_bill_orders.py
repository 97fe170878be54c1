"""Bills held to their orders where receipts tell little, or nothing (rules.md §5.3, §5.4)."""

import pytest
from bill_cases import (
    EARLIER,
    MATCHED,
    POSTED,
    Body,
    Given,
    case,
    first,
    match,
    of_item,
    ordered,
    posted,
    received,
    seen,
)
from plan_documents import bill, bill_line, line, order, ordered_line
from plan_world import World
from rule_cases import Case, Command, Hold, Wait, check


def by_value(total: str, vendor: int) -> Body:
    return bill(of_item("0", total, bill_by_cost=True), vendor={"id": vendor})


def amount(vendor: int, *receipts: Given) -> Given:
    """An amount line: 500.00 at a price of 1."""
    return first(ordered(vendor, quantity=500, price="1", receive_method=1), *receipts)


def linked(supplier: str, *lines: Body) -> Given:
    """A person says that order 1042 is SYSPRO's order 547, which we never wrote."""

    def given(world: World) -> None:
        row = {"PurchaseOrder": "547", "Supplier": supplier, "Currency": "USD", "lines": lines}
        world.syspro("purchase_order", "PurchaseOrder", ["547"], row)
        body = {"document": "purchase_order:acme/1042", "company": "EDU1", "syspro_key": "547"}
        body["reason"] = "entered by hand"
        world.append("decision/purchase_order:acme/1042", "DocumentLinked", body)

    return given


OURS: Body = {"Line": "1", "LineType": "7", "MSupCatalogue": "PI-10421", "MOrderQty": "10"}
"""SYSPRO's line that a person bound to the item by hand."""


def other_bill(quantity: str, total: str, *, is_posted: bool) -> Given:
    """Another bill of the service's vendor over the item, in SYSPRO or still to go."""
    body = bill(of_item(quantity, total), invoice_number="A-9", group=6)

    def given(world: World) -> None:
        world.source("BillChanged", *EARLIER, body)
        if is_posted:
            posted("S00118|A-9", EARLIER)(world)

    return given


def two_lines(world: World) -> None:
    """Ten lamps at 12.50 and two chairs at 20.00 are in SYSPRO as lines 1 and 2, and came in."""
    lamps = line(10421, quantity=10, total_cost="125.00")
    chairs = line(10422, name="Chair", quantity=2, price="20.00", total_cost="40.00")
    body = order(1042, lamps, chairs, pref_vendor=MATCHED)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
    row = world.command("purchase_order", "1042")
    world.post(row, "000547", {"10421": 1, "10422": 2})
    received("A1", "10")(world)
    received("A2", "2", PurchaseOrderLin="2")(world)


CASES = [
    case(
        "bill_order_lines_of_two_items_of_one_order",
        first(
            two_lines,
            seen(
                bill(
                    of_item("10", "125.00"),
                    ordered_line(1042, 10422, id=6012, quantity="2", total_cost="40.00"),
                    vendor=MATCHED,
                )
            ),
        ),
        Command(
            type="invoice_add",
            fields={
                "matches": [
                    match("A1", "10", "125.00", full=True),
                    match("A2", "2", "40.00", full=True),
                ],
                "distribution": [],
                "value": "165.00",
            },
        ),
    ),
    # four lamps billed and four taken back: nothing of the order is left to match
    case(
        "row_23_over_an_order_that_is_taken_back_whole",
        first(
            ordered(),
            received("A1", "10"),
            seen(
                bill(
                    of_item("4", "50.00"),
                    of_item("-4", "-50.00", id=6012),
                    bill_line(6013, total_cost="20.00"),
                    vendor=MATCHED,
                )
            ),
        ),
        Hold(reason="MATCH_REQUIRED"),
    ),
    case(
        "bill_quantity_by_value_leaves_later_receipts_alone",
        first(
            amount(119, received("A1", "200"), received("A2", "300", "2026-11-04")),
            seen(by_value("200.00", 119)),
        ),
        Command(type="invoice_add", fields={"matches": [match("A1", "200", "200.00", full=True)]}),
    ),
    case(
        "bill_quantity_by_value_of_receipts_whose_worth_is_unknown",
        first(linked("S00119", OURS), received("A1", "10"), seen(by_value("125.00", 119))),
        Hold(reason="MATCH_BY_VALUE", says=("order 547",)),
    ),
    # receipts for 100.00 are there, and nobody told us what was ordered: the rest may yet come
    case(
        "bill_quantity_by_value_over_what_came_of_an_order_that_is_not_ours",
        first(
            linked("S00119", OURS),
            received("A1", "8", OrigGrnValue="100.00"),
            seen(by_value("125.00", 119)),
        ),
        Wait(reason="WAITING_RECEIPT"),
    ),
    # 510.00 of 500.00 ordered is tolerated, but of the 510.00 only 300.00 came in
    case(
        "row_16_value_of_goods_that_are_to_come_beside_a_tolerated_excess",
        first(amount(119, received("A1", "300")), seen(by_value("510.00", 119))),
        Wait(reason="WAITING_RECEIPT"),
        {"overbill_value": "20"},
    ),
    case(
        "row_18_value_of_a_service",
        first(amount(118), seen(by_value("500.02", 118))),
        Hold(reason="OVERBILLED_VALUE", says=("ordered for 500, billed 500.02",)),
    ),
    case(
        "row_18_value_of_a_service_as_ordered",
        first(amount(118), seen(by_value("500", 118))),
        POSTED,
    ),
    # six are billed in SYSPRO, five more are eleven of ten
    case(
        "row_18_quantity_of_a_service_with_another_bill",
        first(
            ordered(118),
            other_bill("6", "75.00", is_posted=True),
            seen(bill(of_item("5", "62.50"))),
        ),
        Hold(reason="OVERBILLED_QTY", says=("ordered 10, billed 11 with this bill",)),
    ),
    case(
        "row_18_quantity_of_a_service_with_a_bill_that_syspro_has_not",
        first(
            ordered(118),
            other_bill("6", "75.00", is_posted=False),
            seen(bill(of_item("5", "62.50"))),
        ),
        POSTED,
    ),
    case(
        "row_18_value_of_a_service_with_another_bill",
        first(
            amount(118),
            other_bill("300", "300.00", is_posted=True),
            seen(by_value("200.02", 118)),
        ),
        Hold(reason="OVERBILLED_VALUE", says=("ordered for 500, billed 500.02",)),
    ),
    # what was ordered is known of our own orders alone
    case(
        "row_18_service_of_an_order_that_is_not_ours",
        first(linked("S00118"), seen(bill(of_item("11", "137.50")))),
        POSTED,
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_bill_when_its_order_says_so_then_it_is_held_to_it(rule: Case) -> None:
    check(rule)
