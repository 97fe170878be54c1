"""What bills are charged to: allocations, costs, shipping, taxes, rounding (rules.md §5.3)."""

import pytest
from bill_cases import POSTED, accepting, case, charge, first, ledger, mapping, seen, taxed
from plan_documents import allocation, bill, bill_line, cost
from rule_cases import Case, Command, Hold, check


def charged(*lines: object, **fields: object) -> Command:
    return Command(type="invoice_add", fields={"distribution": list(lines), **fields})


CONSULTING = charge("6100-20", "100.00", "Consulting")
TAX_LINE = charge("2310-00", "5.00", "", "A", only=True)
LINE = bill_line()
ROUNDING = {"rounding_account": "6990-00"}
TAX_ROUNDING = {"tax_rounding_account": "6980-00"}
CASES = [
    # 100.00 of which 33.33 on Finance (6100-00) and 66.67 on Engineering (6100-20)
    case(
        "bill_allocations_one_line_each",
        seen(
            bill(
                bill_line(
                    cost_allocations=[allocation("33.33", "6100", "Finance"), allocation("66.67")]
                )
            )
        ),
        charged(charge("6100-00", "33.33", "Consulting"), charge("6100-20", "66.67", "Consulting")),
    ),
    # thirds of 100.00: 33.33 + 33.34 + 33.33, the largest takes the cent
    case(
        "bill_allocations_rest_to_the_largest",
        seen(
            bill(
                bill_line(
                    cost_allocations=[
                        allocation("33.33333333"),
                        allocation("33.33333334"),
                        allocation("33.33333333"),
                    ]
                )
            )
        ),
        charged(
            charge("6100-20", "33.33", "Consulting"),
            charge("6100-20", "33.34", "Consulting"),
            charge("6100-20", "33.33", "Consulting"),
        ),
    ),
    case(
        "bill_allocations_do_not_sum_to_the_item",
        seen(bill(bill_line(cost_allocations=[allocation("90.00")]))),
        Hold(reason="TOTAL_MISMATCH", says=("allocated 90 of 100",)),
    ),
    case(
        "bill_no_order_distributed",
        seen(bill()),
        charged(CONSULTING, matches=[], value="100.00"),
    ),
    case(
        "bill_costs_charged_to_their_account",
        seen(bill(costs=[cost("20.00")])),
        charged(CONSULTING, charge("5100-00", "20.00", "Freight"), value="120.00"),
    ),
    case(
        "bill_costs_below_zero_are_a_discount",
        seen(bill(costs=[cost("-10.00", name="Discount")])),
        charged(CONSULTING, charge("5100-00", "-10.00", "Discount"), value="90.00"),
    ),
    case(
        "row_27_no_account",
        seen(bill(costs=[cost(code="6990")])),
        Hold(reason="CHARGE_NO_ACCOUNT", says=("Freight: account 6990/Engineering",)),
    ),
    case(
        "row_27_default_of_the_cost_class",
        first(mapping("cost_class", "Freight", "5100-00"), seen(bill(costs=[cost(code="6990")]))),
        charged(CONSULTING, charge("5100-00", "20.00", "Freight")),
    ),
    case(
        "bill_shipping_on_the_accounts_of_the_item",
        seen(bill(bill_line(shipping_amount="8.00"))),
        charged(CONSULTING, charge("6100-20", "8.00", "Shipping Consulting"), value="108.00"),
    ),
    case(
        "bill_shipping_on_its_own_account",
        first(
            mapping("cost_class", "Shipping", "5100-00"),
            seen(bill(bill_line(shipping_amount="8.00"))),
        ),
        charged(CONSULTING, charge("5100-00", "8.00", "Shipping Consulting"), value="108.00"),
    ),
    case(
        "bill_tax_exclusive",
        seen(bill(taxed("100.00", "5.00", tax_percentage="5.00000000"))),
        charged(CONSULTING, TAX_LINE, value="105.00"),
    ),
    # 105.00 gross: net 100.00 is what Procurify gives as the total without tax
    case(
        "bill_tax_inclusive",
        seen(
            bill(
                taxed(
                    "100.00",
                    "5.00",
                    tax_is_inclusive=True,
                    tax_percentage="5",
                    unit_cost="105.00",
                ),
                invoice_total="105.00",
            )
        ),
        charged(CONSULTING, TAX_LINE, value="105.00"),
    ),
    # 5 % of 100.00 is 5.00; 5.02 is within 0.02, 5.03 is not
    case(
        "bill_tax_within_tolerance",
        seen(bill(taxed("100.00", "5.02", tax_percentage="5"))),
        POSTED,
    ),
    case(
        "bill_tax_not_what_its_rate_says",
        seen(bill(taxed("100.00", "5.03", tax_percentage="5"))),
        Hold(reason="TAX_MISMATCH", says=("stated 5.03, 5 by GST 5%",)),
    ),
    case(
        "bill_tax_accepted_by_a_person",
        accepting("TAX_MISMATCH", seen(bill(taxed("100.00", "5.03", tax_percentage="5")))),
        Command(type="invoice_add", fields={"value": "105.03"}),
    ),
    # six lines, each 0.02 over: 0.12 over all is more than 0.10
    case(
        "bill_tax_over_all_not_what_its_rates_say",
        seen(bill(*(taxed("100.00", "5.02", tax_percentage="5") for _ in range(6)))),
        Hold(reason="TAX_MISMATCH", says=("bill: stated 30.12, 30 by its rates",)),
    ),
    # half of 5.01 can be claimed: 2.51 (half up), the other 2.50 is an expense
    case(
        "bill_tax_half_recoverable",
        first(mapping("tax_recoverable", "GST 5%", "50"), seen(bill(taxed("100.00", "5.01")))),
        charged(
            CONSULTING,
            charge("6100-20", "2.50", "Tax Consulting"),
            charge("2310-00", "2.51", "", "A", only=True),
            value="105.01",
        ),
    ),
    case(
        "bill_tax_reverse_charge",
        first(
            mapping("reverse_charge", "EU reverse", "C"),
            seen(bill(taxed("100.00", "0", "EU reverse", tax_percentage="19"))),
        ),
        charged(charge("6100-20", "100.00", "Consulting", "C"), value="100.00"),
    ),
    case(
        "row_26_unmapped",
        seen(bill(taxed("100.00", "2.00", "Eco levy 2%"))),
        Hold(reason="TAX_UNMAPPED", says=("Eco levy 2%",)),
    ),
    case(
        "row_26_expensed_by_policy",
        seen(bill(taxed("100.00", "2.00", "Eco levy 2%"))),
        charged(CONSULTING, charge("6100-20", "2.00", "Tax Consulting"), value="102.00"),
        {"unmapped_tax": "expense"},
    ),
    case(
        "row_28_no_account",
        seen(bill(bill_line(cost_allocations=[allocation("100", "6990")]))),
        Hold(reason="LINE_NO_ACCOUNT", says=("account 6990/Engineering is not mapped",)),
    ),
    case(
        "row_28_no_allocation",
        seen(bill(bill_line(cost_allocations=[]))),
        Hold(reason="LINE_NO_ACCOUNT"),
    ),
    case(
        "row_28_suspense_by_policy",
        seen(bill(bill_line(cost_allocations=[allocation("100", "6990")]))),
        charged(charge("5100-00", "100.00", "Consulting")),
        {"suspense_account": "5100-00"},
    ),
    case(
        "row_29_on_hold_in_syspro",
        first(ledger("6100-20", held="Y"), seen(bill())),
        Hold(reason="GL_CLOSED", says=("ledger code 6100-20 is on hold",)),
    ),
    case(
        "row_29_opened_again",
        first(ledger("6100-20", held="Y"), seen(bill()), ledger("6100-20")),
        POSTED,
    ),
    case(
        "bill_totals_tie",
        seen(bill(taxed("100.00", "5.00"), costs=[cost("20.00")], invoice_total="125.00")),
        Command(type="invoice_add", fields={"value": "125.00"}),
    ),
    case(
        "bill_totals_subtotal_differs",
        seen(bill(subtotal_cost="99.00")),
        Hold(reason="TOTAL_MISMATCH", says=("subtotal 99, parts 100",)),
    ),
    case(
        "bill_totals_captured_differs",
        seen(bill(invoice_total="112.50")),
        Hold(reason="TOTAL_MISMATCH", says=("invoice 112.5, parts 100",)),
    ),
    case(
        "row_34_within_tolerance_on_the_rounding_account",
        first(ledger("6990-00"), seen(bill(invoice_total="100.05"))),
        charged(CONSULTING, charge("6990-00", "0.05", "Rounding"), value="100.05"),
        ROUNDING,
    ),
    case(
        "row_34_over_tolerance",
        first(ledger("6990-00"), seen(bill(invoice_total="99.94"))),
        Hold(reason="TOTAL_MISMATCH"),
        ROUNDING,
    ),
    case(
        "row_34_without_a_rounding_account",
        seen(bill(invoice_total="100.05")),
        Hold(reason="TOTAL_MISMATCH", says=("no rounding account is set",)),
    ),
    # three lines of tax 0.335: line by line 3 × 0.34 = 1.02, over all 1.005 → 1.01
    case(
        "row_36_by_line_the_rest_is_tax_rounding",
        first(
            ledger("6980-00"),
            seen(
                bill(
                    *(taxed("6.70", "0.335") for _ in range(3)),
                    tax_amount="1.01",
                    total_cost_with_tax="21.11",
                )
            ),
        ),
        Command(
            type="invoice_add",
            fields={
                "value": "21.11",
                "distribution": [
                    *(charge("6100-20", "6.70", "Consulting") for _ in range(3)),
                    charge("2310-00", "1.02", "", "A", only=True),
                    charge("6980-00", "-0.01", "Tax rounding"),
                ],
            },
        ),
        TAX_ROUNDING,
    ),
    case(
        "row_36_by_document_nothing_is_left",
        seen(
            bill(
                *(taxed("6.70", "0.335") for _ in range(3)),
                tax_amount="1.01",
                total_cost_with_tax="21.11",
            )
        ),
        Command(
            type="invoice_add",
            fields={
                "value": "21.11",
                "distribution": [
                    *(charge("6100-20", "6.70", "Consulting") for _ in range(3)),
                    charge("2310-00", "1.01", "", "A", only=True),
                ],
            },
        ),
        {"tax_rounding": "document"},
    ),
    # the vendor's tax 5.03 is on the document, its line says 5.00: 0.03 is tax rounding
    case(
        "row_36_stated_on_the_document",
        first(
            ledger("6980-00"),
            seen(bill(taxed("100.00", "5.00"), tax_amount="5.03", total_cost_with_tax="105.03")),
        ),
        charged(CONSULTING, TAX_LINE, charge("6980-00", "0.03", "Tax rounding"), value="105.03"),
        TAX_ROUNDING,
    ),
    case(
        "row_36_without_an_account",
        seen(bill(taxed("100.00", "5.00"), tax_amount="5.03", total_cost_with_tax="105.03")),
        Hold(reason="TOTAL_MISMATCH"),
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_charge_when_the_rules_say_then_so_it_is(rule: Case) -> None:
    check(rule)
