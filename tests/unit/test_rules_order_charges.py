"""Purchase orders, rules.md §5.1: discount, charges, comments, and what policies carry."""

import pytest
from order_rules import (
    Body,
    add,
    bought,
    chair,
    chairs,
    changed,
    charge,
    comment,
    goods,
    lamp,
    read,
    revised,
)
from rule_cases import Case, Command, Hold, Settle, check

BLANKET: Body = {"type": 2, "blanket": {"price": "0", "quantity": None, "amount": "500.00"}}


TWO_LINES = (lamp(), chair())
OFF_FIVE: Body = {"discount": {"value": 5, "type": "amount"}, "total": "72.50"}
OFF_TEN_PERCENT: Body = {"discount": {"value": 10, "type": "percentage"}, "total": "69.75"}
OFF_ODD_PERCENT: Body = {"discount": {"value": "3.333", "type": "percentage"}, "total": "74.92"}


CASES = [
    Case(
        name="po_discount_percent_goes_on_each_line",
        given=bought(*TWO_LINES, **OFF_TEN_PERCENT),
        expect=add(
            goods(discounts=["10"]),
            chairs(discounts=["10"]),
            comment_lines=[comment("discount/1", "Discount 10 %")],
        ),
    ),
    # 5.00 x 37.50 / 77.50 = 2.419.. -> 2.42; 5.00 x 40.00 / 77.50 = 2.580.. -> 2.58
    Case(
        name="po_discount_amount_is_shared_by_value",
        given=bought(*TWO_LINES, **OFF_FIVE),
        expect=add(
            goods(discount_value="2.42"),
            chairs(discount_value="2.58"),
            comment_lines=[comment("discount/1", "Discount 5 USD")],
        ),
    ),
    # 3.333 % of 77.50 is 2.583, 2.58; it has three decimals, so 2.58 is shared: 1.25 and 1.33
    Case(
        name="po_discount_percent_of_three_decimals_is_shared_as_an_amount",
        given=bought(*TWO_LINES, **OFF_ODD_PERCENT),
        expect=add(
            goods(discount_value="1.25"),
            chairs(discount_value="1.33"),
            comment_lines=[comment("discount/1", "Discount 3.333 %")],
        ),
    ),
    Case(
        name="po_discount_over_the_lines_value",
        given=bought(discount={"value": 40, "type": "amount"}, freight="10.00", total="7.50"),
        expect=Hold(reason="TOTAL_MISMATCH", says=("discount 40 of lines for 37.5",)),
    ),
    Case(
        name="po_freight_is_a_freight_line",
        given=bought(freight="15.250000"),
        expect=add(charge_lines=[charge("freight", "freight", "15.25")]),
    ),
    Case(name="po_freight_of_zero_is_none", given=bought(freight="0.000000"), expect=add()),
    Case(
        name="po_freight_changed_is_changed",
        given=revised(begin={"freight": "15.25"}, freight="20.00"),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                currency="USD",
                charge_lines=[charge("freight", "freight", "20.00", action="C", line=2)],
            ),
        ),
    ),
    Case(
        name="po_freight_dropped_is_deleted",
        given=revised(begin={"freight": "15.25"}),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                currency="USD",
                charge_lines=[charge("freight", "freight", "15.25", action="D", line=2)],
            ),
        ),
    ),
    Case(
        name="po_other_is_a_miscellaneous_charge",
        given=bought(other="4.00"),
        expect=add(charge_lines=[charge("other", "misc", "4.00", "Other charges")]),
    ),
    Case(
        name="po_other_with_a_code_of_its_own",
        given=lambda world: (
            world.mapping("charge", "other", "misc:HND"),
            read(world, other="4.00"),
        ),
        expect=add(charge_lines=[charge("other", "misc", "4.00", "Other charges", code="HND")]),
    ),
    Case(
        name="po_other_mapped_to_what_there_is_not",
        given=lambda world: (world.mapping("charge", "other", "fee"), read(world, other="4.00")),
        expect=Hold(reason="CHARGE_INVALID", says=("other is mapped to fee",)),
    ),
    Case(
        name="po_other_below_zero",
        given=bought(other="-4.00"),
        expect=Hold(reason="NEGATIVE_LINE", says=("other -4",)),
    ),
    # 45 characters end after "back"; the tab and the line break become blanks
    Case(
        name="po_comment_wraps_at_its_width",
        given=bought(comment="Deliver to dock 3 at the back\tof the building\nand ring twice"),
        expect=add(
            comment_lines=[
                comment("comment/1", "Deliver to dock 3 at the back of the building"),
                comment("comment/2", "and ring twice"),
            ]
        ),
    ),
    Case(
        name="po_comment_with_too_many_lines_goes_on_in_procurify",
        given=bought(comment="word " * 30, disclaimer_text="No substitutes"),
        policy={"comment_lines": 2},
        expect=add(
            comment_lines=[
                comment("comment/1", "word word word word word word word word word"),
                comment("continues", "… continues in Procurify, PO-1042"),
            ]
        ),
    ),
    Case(
        name="po_comment_takes_contract_and_disclaimer_along",
        given=bought(
            disclaimer_text="No substitutes",
            contract={"id": 1, "name": "Frame 7"},
            expiry_date="2027-06-30T00:00:00Z",
        ),
        expect=add(
            comment_lines=[
                comment("disclaimer/1", "No substitutes"),
                comment("contract/1", "Contract: Frame 7, until 2027-06-30"),
            ]
        ),
    ),
    Case(
        name="po_blanket_is_held", given=bought(lamp(**BLANKET)), expect=Hold(reason="BLANKET_PO")
    ),
    Case(
        name="po_blanket_is_carried_as_its_amount",
        given=bought(lamp(**BLANKET)),
        policy={"blanket_orders": "amount"},
        expect=add(goods(quantity="500", price="1")),
    ),
    Case(
        name="po_blanket_is_ignored",
        given=bought(lamp(**BLANKET)),
        policy={"blanket_orders": "ignore"},
        expect=Settle(state="not_eligible", reason="BLANKET_ORDER"),
    ),
    Case(
        name="po_card_is_ignored",
        given=bought(creditcard={"id": 1}),
        expect=Settle(state="not_eligible", reason="CARD_ORDER"),
    ),
    Case(
        name="po_card_is_sent",
        given=bought(creditcard={"id": 1}),
        policy={"card_orders": "send"},
        expect=add(),
    ),
    Case(name="po_card_not_of_a_punch_out_order", given=bought(punchout_system=3), expect=add()),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_when_it_has_more_than_lines_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)
