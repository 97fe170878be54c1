"""Bills below zero, and with lines below zero (rules.md §5.5 rows 22 and 23)."""

from collections.abc import Mapping

import pytest
from bill_cases import (
    EARLIER,
    KEY,
    MATCHED,
    Body,
    Given,
    case,
    charge,
    first,
    match,
    of_item,
    ordered,
    posted,
    received,
    seen,
)
from plan_documents import allocation, bill, bill_line
from plan_world import World
from rule_cases import BILL, Case, Command, Hold, Wait, check

NOTE = "Credit for invoice INV-601"


def credit(note: str = NOTE, **fields: object) -> Body:
    """The vendor takes 40.00 and 2.00 of tax back, under a number of its own."""
    item = bill_line(total_cost="-40.00", tax_name="GST 5%", tax_amount="-2.00")
    return bill(item, **{"invoice_number": "CN-9", "note": note, "group": 7, **fields})


def original(key: str = "S00118|INV-601") -> Given:
    """The bill INV-601 of 100.00 is in SYSPRO."""
    return first(seen_earlier(bill(group=6)), posted(key, EARLIER))


def seen_earlier(body: Body) -> Given:
    return lambda world: world.source("BillChanged", *EARLIER, body)


def typed(number: str, balance: str = "") -> Given:
    """A clerk typed the invoice in SYSPRO, or it was read back with what is owed on it."""
    columns = {"Reference": "", "MthInvBal1": balance} if balance else {"Reference": ""}
    return lambda world: world.syspro("invoice", "Invoice", ["S00118", number], columns)


def over_one_order(world: World) -> None:
    """A bill of 10 is in SYSPRO; one of them goes back, over the same order, without a word."""
    ordered(118)(world)
    seen_earlier(bill(of_item("10", "125.00"), group=6))(world)
    posted("S00118|INV-601", EARLIER)(world)
    back = of_item("-1", "-12.50", cost_allocations=[allocation("-12.50")])
    world.source("BillChanged", *BILL, bill(back, invoice_number="CN-9", group=7))


CREDIT: Mapping[str, object] = {
    "supplier": "S00118",
    "invoice": "INV-601",
    "external_key": KEY,
    "value": "42.00",
    "currency": "USD",
    "posting_period": "C",
    "distribution": [
        charge("6100-20", "40.00", "Consulting"),
        charge("2310-00", "2.00", "", "A", only=True),
    ],
    "tax_basis": "E",
    "tax_code": "",
    "tax_value": "0",
    "second_tax_code": "",
    "second_tax_value": "0",
    "notation": "CN-9",
    "journal_notation": NOTE,
    "is_rate_fixed": False,
}
"""The entry of the credit: all that is below zero in the bill, above zero."""
MIXED = [
    bill_line(1, total_cost="100.00"),
    bill_line(2, total_cost="-30.00", description="Returned"),
]
CASES = [
    case(
        "row_22_the_note_names_the_invoice",
        first(original(), seen(credit())),
        Command(type="credit_note_add", payload=CREDIT),
    ),
    case(
        "row_22_named_in_the_middle_of_a_note",
        first(original(), seen(credit("goods back (INV-601), thank you"))),
        Command(type="credit_note_add", fields={"invoice": "INV-601"}),
    ),
    case(
        "row_22_another_spelling_is_not_exact",
        first(original(), seen(credit("Credit for invoice inv 601"))),
        Hold(reason="CREDIT_WITHOUT_INVOICE"),
    ),
    case(
        "row_22_the_note_names_one_typed_in_syspro",
        first(typed("HAND-5"), seen(credit("Credit for invoice HAND-5"))),
        Command(type="credit_note_add", fields={"invoice": "HAND-5", "value": "42.00"}),
    ),
    case(
        "row_22_the_one_bill_over_the_order",
        over_one_order,
        Command(type="credit_note_add", fields={"invoice": "INV-601", "value": "12.50"}),
    ),
    case("row_22_nothing_tells", seen(credit("")), Hold(reason="CREDIT_WITHOUT_INVOICE")),
    case(
        "row_22_the_note_names_two",
        first(original(), typed("HAND-5"), seen(credit("for INV-601 and HAND-5"))),
        Hold(reason="CREDIT_WITHOUT_INVOICE", says=("INV-601, HAND-5",)),
    ),
    case(
        "row_22_the_invoice_is_to_come",
        first(seen_earlier(bill(group=6)), seen(credit())),
        Wait(reason="WAITS_FOR_INVOICE"),
    ),
    case(
        "row_22_the_invoice_came",
        first(seen_earlier(bill(group=6)), seen(credit()), posted("S00118|INV-601", EARLIER)),
        Command(type="credit_note_add", payload=CREDIT),
    ),
    case(
        "row_22_more_than_is_owed",
        first(original(), typed("INV-601", "41.99"), seen(credit())),
        Hold(reason="CREDIT_OVER_BALANCE", says=("41.99 is owed",)),
    ),
    case(
        "row_22_as_much_as_is_owed",
        first(original(), typed("INV-601", "42.00"), seen(credit())),
        Command(type="credit_note_add", payload=CREDIT),
    ),
    case(
        "row_22_under_the_number_of_its_invoice",
        first(original(), seen(credit(invoice_number="INV-601"))),
        Command(type="credit_note_add", fields={"invoice": "INV-601", "notation": "INV-601"}),
    ),
    # 100.00 and 30.00 back: 70.00 are owed, one invoice with a line below zero
    case(
        "row_23_without_an_order",
        seen(bill(*MIXED)),
        Command(
            type="invoice_add",
            fields={
                "value": "70.00",
                "distribution": [
                    charge("6100-20", "100.00", "Consulting"),
                    charge("6100-20", "-30.00", "Returned"),
                ],
            },
        ),
    ),
    # 10 billed and 2 taken back of one item: 8 are matched, at 125.00 - 25.00
    case(
        "row_23_over_an_order_reduces_the_match",
        first(
            ordered(),
            received("A1", "10"),
            seen(bill(of_item("10", "125.00"), of_item("-2", "-25.00"), vendor=MATCHED)),
        ),
        Command(
            type="invoice_add",
            fields={
                "value": "100.00",
                "matches": [match("A1", "8", "100.00", full=False)],
                "distribution": [],
            },
        ),
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_credit_when_the_rules_say_then_so_it_is(rule: Case) -> None:
    check(rule)
