"""Bills where a policy decides otherwise than the rule's default (rules.md §5.5), and notices."""

import pytest
from bill_cases import (
    BILL,
    MATCHED,
    Body,
    Given,
    accepting,
    case,
    charge,
    first,
    mapping,
    of_item,
    ordered,
    received,
    seen,
    taxed,
)
from plan_documents import allocation, bill, bill_line, cost
from plan_world import COMPANY, World, periods, ready_world
from rule_cases import Case, Command, Hold, check

PRORATE = {"unmapped_charges": "prorate"}
MOVED = {"period_policy": "next_open", "fixed_period_taxes": ["A", "R"]}
OCTOBER: Body = {"invoice_date": "2026-10-05T12:00:00-07:00"}
NEVER_MAPPED: Body = cost("10.00", code="6990")
TWO_LINES = (
    bill_line(total_cost="100.00"),
    bill_line(
        6012,
        description="Paint",
        total_cost="50.00",
        cost_allocations=[allocation("50.00", "5100")],
    ),
)
MIXED = (
    bill_line(1, total_cost="100.00"),
    bill_line(2, total_cost="-30.00", description="Returned"),
)
ORDER_BILL = bill(of_item("10", "125.00"), vendor=MATCHED)
TEN_CAME = first(ordered(), received("A1", "10"))
DEARER = seen(bill(of_item("10", "130.00"), vendor=MATCHED))
RETURNED = first(
    lambda world: world.syspro("invoice", "Invoice", ["S00118", "INV-601"], {"Reference": ""}),
    seen(bill(bill_line(total_cost="-40.00"), invoice_number="CN-9", note="Credit for INV-601")),
)
PREPAID = first(
    ordered(118), mapping("prepayment", "118", "HOLD"), seen(bill(of_item("10", "125.00")))
)


def closed_october(world: World) -> None:
    world.syspro("periods", "Periods", [COMPANY], periods(2026, 11, is_open=(9, 11)))


def in_october(*lines: Body) -> Given:
    """A bill of October, which is closed."""
    return first(closed_october, seen(bill(*lines, **OCTOBER)))


def charged(*lines: Body, **fields: object) -> Command:
    return Command(type="invoice_add", fields={"distribution": list(lines), **fields})


CASES = [
    # 10.00 over 100.00 and 50.00: 6.67 and 3.33
    case(
        "row_27_prorated_over_the_lines",
        seen(bill(*TWO_LINES, costs=[NEVER_MAPPED])),
        charged(
            charge("6100-20", "100.00", "Consulting"),
            charge("5100-00", "50.00", "Paint"),
            charge("6100-20", "6.67", "Freight Consulting"),
            charge("5100-00", "3.33", "Freight Paint"),
            value="160.00",
        ),
        PRORATE,
    ),
    case(
        "row_27_its_class_goes_before_the_lines",
        first(mapping("cost_class", "Freight", "5100-00"), seen(bill(costs=[NEVER_MAPPED]))),
        charged(charge("6100-20", "100.00", "Consulting"), charge("5100-00", "10.00", "Freight")),
        PRORATE,
    ),
    # the goods are matched, so that their charge alone is on a ledger code
    case(
        "row_27_prorated_on_the_account_of_matched_goods",
        first(
            ordered(),
            received("A1", "10"),
            seen(bill(of_item("10", "125.00"), vendor=MATCHED, costs=[NEVER_MAPPED])),
        ),
        charged(charge("6100-20", "10.00", "Freight Consulting"), value="135.00"),
        PRORATE,
    ),
    case(
        "row_27_on_hold_is_not_prorated",
        first(
            lambda world: world.ledger("5100-00", held="Y"),
            seen(bill(costs=[cost("10.00", code="5100")])),
        ),
        Hold(reason="GL_CLOSED"),
        PRORATE,
    ),
    case(
        "row_27_without_lines_of_value_is_held",
        seen(bill(bill_line(total_cost="0.00", cost_allocations=[]), costs=[NEVER_MAPPED])),
        Hold(reason="CHARGE_NO_ACCOUNT"),
        PRORATE,
    ),
    case(
        "row_17_tax_that_keeps_its_period_is_not_moved",
        in_october(taxed("100.00", "5.00")),
        Hold(reason="PERIOD_CLOSED", says=("10/2026, which tax code A keeps",)),
        MOVED,
    ),
    case(
        "row_17_tax_that_the_buyer_owes_keeps_its_period",
        first(
            mapping("reverse_charge", "EU reverse", "R"),
            in_october(bill_line(tax_name="EU reverse")),
        ),
        Hold(reason="PERIOD_CLOSED", says=("which tax code R keeps",)),
        MOVED,
    ),
    case(
        "row_17_another_tax_is_moved",
        in_october(taxed("100.00", "13.00", "HST 13%")),
        Command(type="invoice_add", fields={"posting_period": "C", "invoice_on": "2026-10-05"}),
        MOVED,
    ),
    case(
        "row_17_tax_that_keeps_its_period_is_posted_while_it_is_open",
        seen(bill(taxed("100.00", "5.00"), **OCTOBER)),
        Command(type="invoice_add", fields={"posting_period": "P"}),
        MOVED,
    ),
    case(
        "row_22_held_by_policy",
        RETURNED,
        Hold(reason="CREDIT_BILL", says=("-40",)),
        {"credit_bills": "hold"},
    ),
    case(
        "row_22_accepted_it_is_a_credit_note",
        accepting("CREDIT_BILL", RETURNED),
        Command(type="credit_note_add", fields={"invoice": "INV-601", "value": "40.00"}),
        {"credit_bills": "hold"},
    ),
    case(
        "row_23_held_by_policy",
        seen(bill(*MIXED)),
        Hold(reason="MIXED_BILL", says=("-30 of 70",)),
        {"mixed_bills": "hold"},
    ),
    case(
        "row_23_accepted_it_is_one_invoice",
        accepting("MIXED_BILL", seen(bill(*MIXED))),
        Command(type="invoice_add", fields={"value": "70.00"}),
        {"mixed_bills": "hold"},
    ),
    # a discount is no line: the bill's one line is above zero
    case(
        "row_23_a_discount_is_not_mixed",
        seen(bill(costs=[cost("-10.00", name="Discount")])),
        Command(type="invoice_add", fields={"value": "90.00"}),
        {"mixed_bills": "hold"},
    ),
    case(
        "row_16_registered_by_policy_while_the_goods_are_to_come",
        first(ordered(), seen(ORDER_BILL)),
        Command(type="invoice_register", fields={"value": "125.00", "purchase_orders": ["000547"]}),
        {"unreceived_bills": "register"},
    ),
    case(
        "row_16_posted_once_the_goods_are_there",
        first(ordered(), seen(ORDER_BILL), received("A1", "10")),
        Command(type="invoice_add", fields={"value": "125.00"}),
        {"unreceived_bills": "register"},
    ),
    # 125.00 ordered, 130.00 billed: 4 % over
    case(
        "row_18_price_within_the_vendors_own_percentage",
        first(TEN_CAME, mapping("tolerance", "price:119", "4"), DEARER),
        Command(type="invoice_add", fields={"value": "130.00"}),
    ),
    case(
        "row_18_price_over_the_vendors_own_percentage",
        first(TEN_CAME, mapping("tolerance", "price:119", "3.9"), DEARER),
        Hold(reason="OVERBILLED_PRICE"),
        {"overbill_price_percent": "10"},
    ),
    case(
        "row_18_quantity_over_the_vendors_own_percentage",
        first(
            TEN_CAME,
            mapping("tolerance", "quantity:119", "0"),
            seen(bill(of_item("11", "137.50"), vendor=MATCHED)),
        ),
        Hold(reason="OVERBILLED_QTY"),
        {"overbill_quantity_percent": "10"},
    ),
    case(
        "row_46_held_while_the_goods_are_to_come",
        PREPAID,
        Hold(reason="PREPAID_BILL", says=("vendor 118",)),
    ),
    case(
        "row_46_accepted_it_is_charged_to_its_accounts",
        accepting("PREPAID_BILL", PREPAID),
        charged(charge("6100-20", "125.00", "Consulting")),
    ),
    case(
        "row_46_held_no_more_once_the_goods_are_there",
        first(PREPAID, received("A1", "10")),
        charged(charge("6100-20", "125.00", "Consulting")),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bill_when_a_policy_decides_then_it_comes_to_what_the_policy_says(case: Case) -> None:
    check(case)


# invoiced on 5 November, due on 5 December; 30 days are that day, 15 days 20 November
@pytest.mark.parametrize(
    ("days", "policy", "told"),
    [
        ("30", {"due_date_days": 0}, []),
        ("15", {"due_date_days": 14}, ["by the supplier's terms 30 on 2026-11-20"]),
        ("15", {"due_date_days": 15}, []),
        ("60", {"due_date_days": 29}, ["by the supplier's terms 30 on 2027-01-04"]),
        ("15", {}, []),
        ("", {"due_date_days": 0}, []),
    ],
)
def test_bill_when_due_far_from_the_terms_then_it_is_told(
    days: str, policy: dict[str, object], told: list[str]
) -> None:
    world = ready_world(**policy)
    world.supplier("S00118", TermsCode="30")
    if days:
        world.mapping("terms_days", "30", days)
    seen(bill())(world)

    expected = [f"due on 2026-12-05, {text}" for text in told]
    assert world.command(*BILL)["notices"] == expected


def test_bill_when_without_a_due_date_then_nothing_is_told_of_its_terms() -> None:
    world = ready_world(due_date_days=0)
    world.supplier("S00118", TermsCode="30")
    world.mapping("terms_days", "30", "15")
    seen(bill(due_date=None))(world)
    assert world.command(*BILL)["notices"] == []


@pytest.mark.parametrize(("policy", "strange"), [({}, "őΛ→"), ({"bill_posting": "register"}, "ő")])
def test_bill_when_its_words_are_spelt_otherwise_then_it_is_told(
    policy: dict[str, object], strange: str
) -> None:
    world = ready_world(**policy)
    line = bill_line(description="Λ-probe")
    seen(bill(line, costs=[cost(name="A→B")], note="Ernő"))(world)
    told = [f"outside SYSPRO's code page, spelt otherwise: {strange}"]
    assert world.command(*BILL)["notices"] == told


# two lines without an account, of 100.00 and 20.00
def test_bill_when_lines_are_on_the_suspense_account_then_it_is_told() -> None:
    world = ready_world(suspense_account="5100-00")
    lines = (
        bill_line(6011, cost_allocations=[]),
        bill_line(6012, total_cost="20.00", cost_allocations=[]),
    )
    seen(bill(*lines))(world)
    told = ["120.00 on suspense account 5100-00, to be cleared before the period closes"]
    assert world.command(*BILL)["notices"] == told
