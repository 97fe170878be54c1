"""Bills over orders: matched with receipts, held to the order (rules.md §5.3, §5.4)."""

import pytest
from bill_cases import (
    EARLIER,
    MATCHED,
    POSTED,
    Body,
    Given,
    accepting,
    case,
    charge,
    first,
    mapping,
    match,
    of_item,
    ordered,
    posted,
    received,
    seen,
)
from plan_documents import bill, bill_line, order, ordered_line
from plan_world import World
from rule_cases import Case, Command, Hold, Wait, check


def billed(quantity: str, total: str, **fields: object) -> Body:
    """A bill of the matched vendor over item 10421."""
    return bill(of_item(quantity, total, **fields), vendor=MATCHED)


def by_value(total: str) -> Body:
    return billed("0", total, bill_by_cost=True)


def goods(*receipts: Given) -> Given:
    """Ten at 12.50 are ordered of S00119."""
    return first(ordered(), *receipts)


def amount(*receipts: Given) -> Given:
    """An amount line: 500.00 at a price of 1."""
    return first(ordered(quantity=500, price="1", receive_method=1), *receipts)


def matched(*matches: Body, **fields: object) -> Command:
    return Command(type="invoice_add", fields={"matches": list(matches), **fields})


def earlier(quantity: str, total: str) -> Given:
    """Another bill over the item is in SYSPRO already."""
    body = bill(of_item(quantity, total), vendor=MATCHED, invoice_number="INV-600", group=6)
    return first(
        lambda world: world.source("BillChanged", *EARLIER, body),
        posted("S00119|INV-600", EARLIER),
    )


def unposted_order(world: World) -> None:
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(pref_vendor=MATCHED))


TEN = received("A1", "10")
ELEVEN = billed("11", "137.50")
PRICE = Hold(reason="OVERBILLED_PRICE")
CASES = [
    case(
        "bill_order_lines_matched_in_full",
        first(goods(TEN), seen(billed("10", "125.00", tax_name="GST 5%", tax_amount="6.25"))),
        matched(
            match("A1", "10", "125.00", full=True),
            tax_code="A",
            tax_value="6.25",
            distribution=[],
            value="131.25",
        ),
    ),
    # 7 of 6 received on the 4th and 4 on the 3rd: 4/7 and 3/7 of 87.50
    case(
        "bill_order_lines_oldest_receipt_first",
        first(
            goods(received("A2", "6", "2026-11-04"), received("A9", "4", "2026-11-03")),
            seen(billed("7", "87.50")),
        ),
        matched(match("A9", "4", "50.00", full=True), match("A2", "3", "37.50", full=False)),
    ),
    case(
        "bill_order_lines_of_no_line_in_syspro",
        first(
            goods(TEN),
            seen(
                bill(
                    ordered_line(1042, 5, total_cost="12.50"),
                    vendor=MATCHED,
                )
            ),
        ),
        Hold(reason="ORDER_LINE_UNKNOWN"),
    ),
    case(
        "bill_quantity_part_of_a_receipt",
        first(goods(TEN), seen(billed("4", "50.00"))),
        matched(match("A1", "4", "50.00", full=False)),
    ),
    case(
        "bill_quantity_left_by_another_bill",
        first(goods(TEN), earlier("6", "75.00"), seen(billed("4", "50.00"))),
        matched(match("A1", "4", "50.00", full=True)),
    ),
    # by value: receipts of 200.00 and 300.00, 250.00 billed: 200.00 and 50 of 300
    case(
        "bill_quantity_by_value_of_an_amount_line",
        first(
            amount(received("A1", "200"), received("A2", "300", "2026-11-04")),
            seen(by_value("250.00")),
        ),
        matched(match("A1", "200", "200.00", full=True), match("A2", "50", "50.00", full=False)),
    ),
    # the receipt of 4 is worth 60.00 in SYSPRO; 45.00 of it are 3 of the goods
    case(
        "bill_quantity_by_value_of_the_receipt",
        first(goods(received("A1", "4", CurrencyValue="60.00")), seen(by_value("45.00"))),
        matched(match("A1", "3", "45.00", full=False)),
    ),
    case(
        "bill_quantity_by_value_before_the_goods",
        first(amount(received("A1", "200")), seen(by_value("250.00"))),
        Wait(reason="WAITING_RECEIPT"),
    ),
    case(
        "row_15_order_not_in_syspro",
        first(unposted_order, seen(billed("3", "37.50"))),
        Wait(reason="WAITS_FOR_ORDER"),
    ),
    case("row_15_order_not_seen", seen(billed("3", "37.50")), Wait(reason="WAITS_FOR_ORDER")),
    case(
        "row_16_nothing_received",
        first(goods(), seen(billed("10", "125.00"))),
        Wait(reason="WAITING_RECEIPT"),
    ),
    case(
        "row_16_less_received_than_billed",
        first(goods(received("A1", "9")), seen(billed("10", "125.00"))),
        Wait(reason="WAITING_RECEIPT"),
    ),
    case(
        "row_16_released_by_the_receipt", first(goods(), seen(billed("10", "125.00")), TEN), POSTED
    ),
    # two-way: a supplier that needs no match is charged after its order
    case(
        "row_16_services_without_a_receipt",
        first(ordered(118), seen(bill(of_item("10", "125.00")))),
        Command(
            type="invoice_add",
            fields={"matches": [], "distribution": [charge("6100-20", "125.00", "Consulting")]},
        ),
    ),
    case(
        "row_16_no_receipts_in_a_company_that_must_match",
        first(goods(), seen(billed("10", "125.00"))),
        Hold(reason="MATCH_REQUIRED", says=("the company receives no goods",)),
        {"receipt_owner": "none"},
    ),
    case(
        "row_18_more_than_ordered",
        first(goods(TEN), seen(ELEVEN)),
        Hold(reason="OVERBILLED_QTY", says=("ordered 10, billed 11",)),
    ),
    case(
        "row_18_more_than_ordered_with_another_bill",
        first(goods(TEN), earlier("6", "75.00"), seen(billed("5", "62.50"))),
        Hold(reason="OVERBILLED_QTY", says=("ordered 10, billed 11",)),
    ),
    # 10 of 11 are matched, the eleventh is charged to the line's account
    case(
        "row_18_accepted_the_rest_is_charged",
        accepting("OVERBILLED_QTY", first(goods(TEN), seen(ELEVEN))),
        matched(
            match("A1", "10", "125.00", full=True),
            distribution=[charge("6100-20", "12.50", "Over-billed Consulting")],
        ),
    ),
    case(
        "row_18_within_the_percentage",
        first(goods(TEN), seen(ELEVEN)),
        matched(
            match("A1", "10", "125.00", full=True),
            distribution=[charge("6100-20", "12.50", "Over-billed Consulting")],
        ),
        {"overbill_quantity_percent": "10"},
    ),
    case(
        "row_18_within_the_percentage_before_the_goods",
        first(goods(received("A1", "9")), seen(ELEVEN)),
        Wait(reason="WAITING_RECEIPT"),
        {"overbill_quantity_percent": "10"},
    ),
    case(
        "row_18_accepted_over_the_limit",
        accepting("OVERBILLED_QTY", first(goods(TEN), seen(ELEVEN))),
        Hold(reason="OVERBILLED_LIMIT", says=("at most 5 % may be accepted",)),
        {"overbill_limit_percent": "5"},
    ),
    # 10 at 12.50 are 125.00; a cent over is rounding
    case("row_18_price_a_cent_over", first(goods(TEN), seen(billed("10", "125.01"))), POSTED),
    case("row_18_price_two_cents_over", first(goods(TEN), seen(billed("10", "125.02"))), PRICE),
    case("row_18_price_below", first(goods(TEN), seen(billed("10", "120.00"))), POSTED),
    # 2 % of 125.00 are 2.50
    case(
        "row_18_price_within_the_percentage",
        first(goods(TEN), seen(billed("10", "127.50"))),
        matched(match("A1", "10", "127.50", full=True)),
        {"overbill_price_percent": "2"},
    ),
    case(
        "row_18_price_over_the_percentage",
        first(goods(TEN), seen(billed("10", "127.51"))),
        PRICE,
        {"overbill_price_percent": "2"},
    ),
    case(
        "row_18_price_within_the_amount",
        first(goods(TEN), seen(billed("10", "130.00"))),
        POSTED,
        {"overbill_value": "5"},
    ),
    case(
        "row_18_price_accepted",
        accepting("OVERBILLED_PRICE", first(goods(TEN), seen(billed("10", "130.00")))),
        matched(match("A1", "10", "130.00", full=True)),
    ),
    case(
        "row_18_price_of_a_service", first(ordered(118), seen(bill(of_item("10", "130.00")))), PRICE
    ),
    case(
        "row_18_quantity_of_a_service",
        first(ordered(118), seen(bill(of_item("11", "137.50")))),
        Hold(reason="OVERBILLED_QTY"),
    ),
    case(
        "row_18_value_over_an_amount_line",
        first(amount(received("A1", "500")), seen(by_value("500.02"))),
        Hold(reason="OVERBILLED_VALUE", says=("ordered for 500, billed 500.02",)),
    ),
    case(
        "row_18_value_accepted",
        accepting(
            "OVERBILLED_VALUE", first(amount(received("A1", "500")), seen(by_value("510.00")))
        ),
        matched(
            match("A1", "500", "500.00", full=True),
            distribution=[charge("6100-20", "10.00", "Over-billed Consulting")],
        ),
    ),
    case(
        "bill_edited_price_shown_as_evidence",
        first(
            goods(TEN),
            seen(
                billed(
                    "10",
                    "130.00",
                    is_edited=True,
                    unit_cost_diff_log={"original_unit_cost": "12.50"},
                )
            ),
        ),
        Hold(reason="OVERBILLED_PRICE", says=("changed in Procurify, 12.5 for one before",)),
    ),
    case(
        "bill_edited_price_accepted_by_policy",
        first(goods(TEN), seen(billed("10", "130.00", is_edited=True))),
        POSTED,
        {"edited_prices": "accept"},
    ),
    case(
        "bill_vendor_other_than_the_orders",
        first(ordered(119), seen(bill(of_item("10", "125.00"), vendor={"id": 118}))),
        Hold(reason="BILL_VENDOR_DIFFERS", says=("order 000547 is of S00119",)),
    ),
    case(
        "bill_vendor_of_an_allowed_pair",
        first(
            ordered(119),
            mapping("vendor_pair", "118/119", "allowed"),
            seen(bill(of_item("10", "125.00"), vendor={"id": 118})),
        ),
        Command(type="invoice_add", fields={"supplier": "S00118", "matches": []}),
    ),
    # what is billed beside the order is charged: 20.00 of the bill's own line
    case(
        "bill_no_order_line_beside_matched_ones",
        first(
            goods(TEN),
            seen(bill(of_item("10", "125.00"), bill_line(2, total_cost="20.00"), vendor=MATCHED)),
        ),
        matched(
            match("A1", "10", "125.00", full=True),
            distribution=[charge("6100-20", "20.00", "Consulting")],
        ),
    ),
    case(
        "bill_no_order_of_a_supplier_that_must_be_matched",
        seen(bill(vendor=MATCHED)),
        Hold(reason="MATCH_REQUIRED", says=("it bills no order",)),
    ),
    # before the goods a service vendor's deposit goes to prepayments, after them to its account
    case(
        "row_46_before_the_goods",
        first(
            ordered(118),
            mapping("prepayment", "118", "5100-00"),
            seen(bill(of_item("10", "125.00"))),
        ),
        Command(
            type="invoice_add",
            fields={"distribution": [charge("5100-00", "125.00", "Consulting")]},
        ),
    ),
    case(
        "row_46_after_the_goods",
        first(
            ordered(118),
            TEN,
            mapping("prepayment", "118", "5100-00"),
            seen(bill(of_item("10", "125.00"))),
        ),
        Command(
            type="invoice_add",
            fields={"distribution": [charge("6100-20", "125.00", "Consulting")]},
        ),
    ),
    case(
        "row_49_order_in_another_currency",
        lambda world: (
            world.syspro(
                "purchase_order",
                "PurchaseOrder",
                ["547"],
                {"PurchaseOrder": "547", "Supplier": "S00119", "Currency": "CAD", "lines": []},
            ),
            world.append(
                "decision/purchase_order:acme/1042",
                "DocumentLinked",
                {
                    "document": "purchase_order:acme/1042",
                    "company": "EDU1",
                    "syspro_key": "547",
                    "reason": "entered by hand",
                },
            ),
            seen(billed("10", "125.00"))(world),
        ),
        Hold(reason="PO_BILL_CURRENCY", says=("order CAD, bill USD",)),
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_match_when_the_rules_say_then_so_it_is(rule: Case) -> None:
    check(rule)
