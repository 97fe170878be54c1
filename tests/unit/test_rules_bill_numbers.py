"""Bills and their numbers: blank, too long, used before (rules.md §5.3, §5.5 row 19)."""

from collections.abc import Callable, Mapping

import pytest
from bill_cases import KEY, POSTED, accepting, case, seen
from plan_documents import bill, bill_line, vendor
from plan_world import World
from rule_cases import BILL, Case, Command, Hold, Settle, check

LONG = "INV-601-CONTRACT-2231-A"
"""23 characters; its last 20 are `-601-CONTRACT-2231-A`."""


def typed(number: str, **columns: str) -> Callable[[World], None]:
    """A clerk typed an invoice of the supplier in SYSPRO, then the bill DUP-77 of 100.00 came."""

    def given(world: World) -> None:
        row = {"Reference": "", "OrigInvValue": "9.00", "InvoiceDate": "2026-11-05", **columns}
        world.syspro("invoice", "Invoice", ["S00118", number], row)
        world.source("BillChanged", *BILL, bill(invoice_number="DUP-77"))

    return given


def twin(world: World) -> None:
    """Vendor 120 has the name of 118; each bills 100.00 under one number, a day apart."""
    for identity in (118, 120):
        world.source("VendorChanged", "vendor", str(identity), vendor(identity, name="Acme Ltd"))
    world.mapping("vendor", "120", "S00120")
    world.supplier("S00120")
    seen(bill(vendor={"id": 120}, invoice_date="2026-11-04T12:00:00-08:00"), bill())(world)


def same_supplier(world: World) -> None:
    """Vendor 120 is another vendor of supplier S00118; each bills 100.00 under one number."""
    for identity, name in ((118, "Acme Ltd"), (120, "Acme North")):
        world.source("VendorChanged", "vendor", str(identity), vendor(identity, name=name))
    world.mapping("vendor", "120", "S00118")
    seen(bill(vendor={"id": 120}), bill())(world)


DUPLICATE = Hold(reason="DUPLICATE_INVOICE")
NEAR = Hold(reason="NEAR_DUPLICATE")
ONE_PERCENT_OFF = bill(bill_line(total_cost="101.00"), invoice_number="RE 601")
LAST_20: Mapping[str, object] = {"long_invoice_number": "last_20"}
CASES = [
    case(
        "bill_invoice_number_blank", seen(bill(invoice_number="")), Hold(reason="NO_INVOICE_NUMBER")
    ),
    case(
        "bill_invoice_number_too_long",
        seen(bill(invoice_number=LONG)),
        Hold(reason="INVOICE_NUMBER_TOO_LONG", says=("23 characters",)),
    ),
    case(
        "bill_invoice_number_last_20_by_policy",
        seen(bill(invoice_number=LONG)),
        Command(
            type="invoice_add",
            fields={"invoice": "-601-CONTRACT-2231-A", "notation": LONG},
        ),
        LAST_20,
    ),
    case(
        "bill_invoice_number_last_20_used_by_a_short_one",
        seen(bill(invoice_number="-601-CONTRACT-2231-A"), bill(invoice_number=LONG)),
        DUPLICATE,
        LAST_20,
    ),
    case(
        "bill_invoice_number_last_20_of_two_long_ones",
        seen(bill(invoice_number="A" + LONG, group=1), bill(invoice_number=LONG, group=2)),
        DUPLICATE,
        LAST_20,
    ),
    case("row_19_same_number_in_our_log", seen(bill(), bill(group=9)), DUPLICATE),
    case(
        "row_19_other_spelling_in_our_log",
        seen(bill(), bill(invoice_number="00inv/601", group=9)),
        DUPLICATE,
    ),
    case("row_19_exactly_in_syspro", typed("DUP-77"), DUPLICATE),
    case(
        "row_19_other_spelling_in_syspro",
        typed("DUP77"),
        Hold(reason="DUPLICATE_INVOICE", says=("SYSPRO has invoice DUP77 of S00118",)),
    ),
    case("row_19_leading_zeros_in_syspro", typed("00dup 77"), DUPLICATE),
    case("row_19_other_number_in_syspro", typed("DUP-78", OrigInvValue="100.00"), POSTED),
    case(
        "row_19_ours_in_syspro",
        typed("DUP-77", Reference=KEY),
        Settle(state="linked", reason="ALREADY_THERE"),
    ),
    case(
        "row_19_accepted_other_spelling",
        accepting("DUPLICATE_INVOICE", typed("DUP77")),
        Command(type="invoice_add", fields={"invoice": "DUP-77"}),
    ),
    case("row_19_accepted_exact", accepting("DUPLICATE_INVOICE", typed("DUP-77")), DUPLICATE),
    case(
        "row_19_near_in_syspro",
        typed("RE77", OrigInvValue="99.00"),
        Hold(reason="NEAR_DUPLICATE", says=("SYSPRO has invoice RE77",)),
    ),
    case("row_19_near_in_syspro_of_other_value", typed("RE77", OrigInvValue="98.99"), POSTED),
    case(
        "row_19_near_in_syspro_eight_days_off",
        typed("RE77", OrigInvValue="100.00", InvoiceDate="2026-10-28"),
        POSTED,
    ),
    case(
        "row_19_near_in_syspro_seven_days_off",
        typed("RE77", OrigInvValue="100.00", InvoiceDate="2026-10-29"),
        NEAR,
    ),
    case(
        "row_19_near_in_syspro_of_no_day",
        typed("RE77", OrigInvValue="100.00", InvoiceDate=""),
        POSTED,
    ),
    case(
        "row_19_near_in_syspro_of_no_value",
        typed("RE77", OrigInvValue=""),
        POSTED,
    ),
    case("row_19_near_in_our_log", seen(bill(), ONE_PERCENT_OFF), NEAR),
    case(
        "row_19_near_by_policy_no_matter",
        seen(bill(), ONE_PERCENT_OFF),
        POSTED,
        {"near_duplicates": "ignore"},
    ),
    case(
        "row_19_near_accepted", accepting("NEAR_DUPLICATE", seen(bill(), ONE_PERCENT_OFF)), POSTED
    ),
    case("row_19_vendor_of_the_same_name", twin, NEAR),
    case("row_19_vendor_of_the_same_supplier", same_supplier, NEAR),
    case(
        "row_19_other_vendor",
        seen(bill(vendor={"id": 119}), bill()),
        POSTED,
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_number_when_the_rules_say_then_so_it_is(rule: Case) -> None:
    check(rule)
