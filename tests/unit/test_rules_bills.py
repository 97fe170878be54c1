"""Bills as documents: types, days, periods, currency, what comes after posting (rules.md §5.3)."""

from collections.abc import Mapping

import pytest
from bill_cases import (
    KEY,
    POSTED,
    Body,
    Given,
    accepting,
    case,
    charge,
    first,
    ledger,
    mapping,
    of_item,
    ordered,
    posted,
    seen,
)
from plan_documents import allocation, bill, bill_line, cost
from plan_world import COMPANY, World, periods
from rule_cases import BILL, Case, Command, Hold, Settle, check

INVOICE: Mapping[str, object] = {
    "supplier": "S00118",
    "invoice": "INV-601",
    "external_key": KEY,
    "value": "100.00",
    "currency": "USD",
    "invoice_on": "2026-11-05",
    "due_on": "2026-12-05",
    "posting_period": "C",
    "tax_code": "",
    "tax_value": "0",
    "matches": [],
    "distribution": [charge("6100-20", "100.00", "Consulting")],
    "notation": "INV-601",
}
"""The bill of `plan_documents`, which is due thirty days after its date."""
PAYMENT = {"id": 1, "payment": {"id": 2, "amount": "100.00", "reference_number": "CHQ 9"}}
PLAIN = Command(type="invoice_add", payload=INVOICE)
IN_SYSPRO = Settle(state="in_syspro")
CHANGED = Hold(reason="BILL_CHANGED_AFTER_POST")
OCTOBER = {"invoice_date": "2026-10-05T12:00:00-07:00"}


def after_post(body: Body) -> Given:
    """The bill is in SYSPRO, then Procurify says this of it."""
    return first(
        seen(bill()),
        posted("S00118|INV-601"),
        lambda world: world.source("BillChanged", *BILL, body),
    )


def gone(world: World) -> None:
    first(seen(bill()), posted("S00118|INV-601"))(world)
    world.source("BillVanished", *BILL, None)


def closed_october(world: World) -> None:
    row = periods(2026, 11, is_open=(9, 11))
    world.syspro("periods", "Periods", [COMPANY], row)


def closed_but(*is_open: int) -> Given:
    return lambda world: world.syspro(
        "periods", "Periods", [COMPANY], periods(2026, 11, is_open=is_open)
    )


def begins(day: str) -> Given:
    return lambda world: world.append("calendar", "DayBegan", {"day": day})


def foreign(rate: str) -> Given:
    """S00118 is paid in CAD, for which SYSPRO has this rate."""

    def given(world: World) -> None:
        world.supplier("S00118", Currency="CAD")
        row = {"Currency": "CAD", "BuyExchangeRate": rate}
        world.syspro("currency", "Currency", ["CAD"], row)
        seen(bill(currency={"id": 2, "name": "CAD"}))(world)

    return given


def in_period(letter: str) -> Command:
    return Command(
        type="invoice_add", fields={"posting_period": letter, "invoice_on": "2026-10-05"}
    )


APPROVED = [
    {"id": 1, "status": 1, "date": "2026-11-06T09:00:00-08:00"},
    {"id": 2, "status": 2, "date": "2026-11-20T09:00:00-08:00"},
]
CASES = [
    case("bill_marker_in_the_reference", seen(bill()), PLAIN),
    case("bill_status_approved", seen(bill(status=2)), POSTED),
    case("bill_status_paid_already", seen(bill(status=4, locked=True)), POSTED),
    case(
        "bill_status_draft", seen(bill(status=0)), Settle(state="not_eligible", reason="NOT_READY")
    ),
    case(
        "bill_status_denied", seen(bill(status=3)), Settle(state="not_eligible", reason="NOT_READY")
    ),
    case(
        "bill_vendor_mapped",
        seen(bill()),
        Command(type="invoice_add", fields={"supplier": "S00118"}),
    ),
    case(
        "bill_invoice_date_in_the_locations_zone",
        seen(bill(invoice_date="2026-11-06T05:00:00Z")),
        Command(type="invoice_add", fields={"invoice_on": "2026-11-05"}),
    ),
    case(
        "bill_invoice_date_missing",
        seen(bill(invoice_date=None)),
        Hold(reason="SOURCE_UNREADABLE", says=("$.invoice_date: is missing",)),
    ),
    case(
        "bill_invoice_date_in_the_future",
        first(begins("2026-11-04"), seen(bill())),
        Hold(reason="FUTURE_INVOICE_DATE", says=("2026-11-05",)),
    ),
    case(
        "bill_invoice_date_has_come",
        first(begins("2026-11-04"), seen(bill()), begins("2026-11-05")),
        PLAIN,
    ),
    case(
        "bill_due_date_as_stated",
        seen(bill()),
        Command(type="invoice_add", fields={"due_on": "2026-12-05"}),
    ),
    case(
        "bill_due_date_by_the_suppliers_terms",
        seen(bill(due_date=None)),
        Command(type="invoice_add", fields={"due_on": None}),
    ),
    case(
        "bill_gl_post_date_before_the_invoice_date",
        seen(bill(gl_post_date="2026-10-30T12:00:00-07:00")),
        Command(type="invoice_add", fields={"posting_period": "P", "invoice_on": "2026-11-05"}),
    ),
    case(
        "bill_gl_post_date_missing_the_invoice_date_counts", seen(bill(**OCTOBER)), in_period("P")
    ),
    case(
        "bill_gl_post_date_after_the_approval_by_policy",
        seen(bill(**OCTOBER, gl_post_date="2026-10-06T12:00:00-07:00", bill_statuses=APPROVED)),
        in_period("C"),
        {"posting_day": "approval"},
    ),
    case("bill_currency_of_the_supplier", seen(bill()), PLAIN),
    case(
        "bill_currency_of_another",
        seen(bill(currency={"id": 2, "name": "CAD"})),
        Hold(reason="CURRENCY_MISMATCH", says=("bill CAD, supplier USD",)),
    ),
    case(
        "bill_note_after_the_number",
        seen(bill(note="Deliver to dock 3 before noon, thank you")),
        # 30 characters, ending at a word
        Command(
            type="invoice_add",
            fields={"notation": "INV-601", "journal_notation": "Deliver to dock 3 before noon,"},
        ),
    ),
    case("bill_payment_is_read_only", seen(bill(bill_payment=PAYMENT, payment_method=3)), PLAIN),
    case("bill_locked_though_not_paid", seen(bill(locked=True)), Hold(reason="SYNCED_ELSEWHERE")),
    case(
        "bill_locked_accepted_by_a_person",
        accepting("SYNCED_ELSEWHERE", seen(bill(locked=True))),
        POSTED,
    ),
    case(
        "bill_locked_and_exported_shown_only",
        seen(bill(status=4, locked=True, last_export_date="2026-11-06")),
        PLAIN,
    ),
    case("row_14_without_a_limit", seen(bill()), PLAIN),
    case("row_14_at_the_limit", seen(bill()), PLAIN, {"non_po_bill_limit": "100"}),
    case(
        "row_14_over_the_limit",
        seen(bill()),
        Hold(reason="NON_PO_BILL", says=("100 without an order, the limit is 99.99",)),
        {"non_po_bill_limit": "99.99"},
    ),
    case(
        "row_14_accepted",
        accepting("NON_PO_BILL", seen(bill())),
        PLAIN,
        {"non_po_bill_limit": "99.99"},
    ),
    case(
        "row_17_closed",
        first(closed_october, seen(bill(**OCTOBER))),
        Hold(reason="PERIOD_CLOSED", says=("2026-10-05 is in period 10/2026",)),
    ),
    case(
        "row_17_opened_again",
        first(closed_october, seen(bill(**OCTOBER)), closed_but(9, 10, 11)),
        in_period("P"),
    ),
    case(
        "row_17_next_open_keeps_the_invoice_date",
        first(closed_october, seen(bill(**OCTOBER))),
        in_period("C"),
        {"period_policy": "next_open"},
    ),
    case(
        "row_17_previous_open",
        first(closed_october, seen(bill(**OCTOBER))),
        in_period("B"),
        {"period_policy": "previous_open"},
    ),
    # June is five periods back; the next that is open and posted to is September
    case(
        "row_17_next_open_of_a_bill_long_ago",
        seen(bill(invoice_date="2026-06-05T12:00:00-07:00")),
        Command(type="invoice_add", fields={"posting_period": "B", "invoice_on": "2026-06-05"}),
        {"period_policy": "next_open"},
    ),
    case(
        "row_17_none_open",
        first(closed_but(), seen(bill(**OCTOBER))),
        Hold(reason="PERIOD_CLOSED"),
        {"period_policy": "next_open"},
    ),
    case(
        "row_20_value_changed",
        after_post(bill(bill_line(total_cost="90.00"))),
        Hold(
            reason="BILL_CHANGED_AFTER_POST",
            says=(
                "value 100 to 90, -10.00",
                "credit note of 100.00 USD against INV-601, then bill 90.00 again",
            ),
        ),
    ),
    case("row_20_number_changed", after_post(bill(invoice_number="INV-602")), CHANGED),
    case(
        "row_20_account_changed",
        after_post(bill(bill_line(cost_allocations=[allocation("100.00", "6100", "Finance")]))),
        Hold(reason="BILL_CHANGED_AFTER_POST", says=("lines, accounts or taxes",)),
    ),
    case("row_20_vendor_changed", after_post(bill(vendor={"id": 119})), CHANGED),
    case(
        "row_20_note_and_days_changed",
        after_post(bill(note="paid by Friday", due_date="2026-12-31T12:00:00-08:00")),
        IN_SYSPRO,
    ),
    case(
        "row_20_description_changed", after_post(bill(bill_line(description="Advice"))), IN_SYSPRO
    ),
    case(
        "row_21_denied",
        after_post(bill(status=3)),
        Hold(
            reason="BILL_WITHDRAWN_AFTER_POST", says=("credit note of 100.00 USD against INV-601",)
        ),
    ),
    case("row_21_withdrawn", after_post(bill(status=5)), Hold(reason="BILL_WITHDRAWN_AFTER_POST")),
    case("row_21_deleted", gone, Hold(reason="BILL_WITHDRAWN_AFTER_POST")),
    case(
        "row_21_approved_again",
        first(after_post(bill(status=5)), lambda world: world.source("BillChanged", *BILL, bill())),
        IN_SYSPRO,
    ),
    case(
        "row_25_of_nothing",
        seen(bill(bill_line(total_cost="0.00"))),
        Settle(state="ignored", reason="NOTHING_OWED"),
    ),
    case(
        "row_25_held_by_policy",
        seen(bill(bill_line(total_cost="0.00"))),
        Hold(reason="ZERO_BILL"),
        {"zero_bills": "hold"},
    ),
    # 100.00 and a discount of 100.00: nothing owed, two accounts to move
    case(
        "row_25_with_an_effect",
        seen(bill(costs=[cost("-100.00", name="Discount")])),
        Hold(reason="ZERO_BILL"),
    ),
    case(
        "row_25_over_received_goods",
        first(ordered(118), seen(bill(of_item("1", "0.00")))),
        Hold(reason="ZERO_BILL"),
    ),
    case(
        "row_47_charged_to_the_other_company",
        first(mapping("intercompany", "118", "1400-00"), ledger("1400-00"), seen(bill())),
        Command(
            type="invoice_add", fields={"distribution": [charge("1400-00", "100.00", "Consulting")]}
        ),
    ),
    case(
        "row_47_held",
        first(mapping("intercompany", "118", "HOLD"), seen(bill())),
        Hold(reason="INTERCOMPANY_VENDOR"),
    ),
    case("row_48_no_rate", foreign(""), Hold(reason="NO_RATE", says=("CAD",))),
    case(
        "row_48_a_rate",
        foreign("0.730000"),
        Command(type="invoice_add", fields={"currency": "CAD"}),
    ),
    case(
        "row_50_expense", seen(bill(type=1)), Settle(state="not_eligible", reason="BILL_TYPE_OFF")
    ),
    case(
        "row_50_credit_card",
        seen(bill(type=2)),
        Settle(state="not_eligible", reason="BILL_TYPE_OFF"),
    ),
    case(
        "row_50_expense_by_policy",
        seen(bill(type=1)),
        Command(type="invoice_add", fields={"supplier": "S00118"}),
        {"expense_bills": "send"},
    ),
    case(
        "row_50_card_provider_by_policy",
        first(lambda world: world.supplier("CARDCO"), seen(bill(type=2, vendor={"id": 777}))),
        Command(type="invoice_add", fields={"supplier": "CARDCO"}),
        {"card_bills": "send", "card_supplier": "CARDCO"},
    ),
    case(
        "row_50_unreadable_no_matter",
        seen(bill(type=1, total_cost="many")),
        Settle(state="not_eligible", reason="BILL_TYPE_OFF"),
    ),
    case(
        "row_50_unreadable_by_policy",
        seen(bill(type=1, total_cost="many")),
        Hold(reason="SOURCE_UNREADABLE", says=("$.total_cost",)),
        {"expense_bills": "send"},
    ),
    case(
        "bill_status_registered_by_policy",
        first(ordered(118), seen(bill(of_item("10", "125.00"), note="July"))),
        Command(
            type="invoice_register",
            fields={
                "supplier": "S00118",
                "invoice": "INV-601",
                "external_key": KEY,
                "value": "125.00",
                "invoice_on": "2026-11-05",
                "due_on": "2026-12-05",
                "narration": "INV-601 July",
                "purchase_orders": ["000547"],
            },
        ),
        {"bill_posting": "register"},
    ),
    case(
        "bill_status_validated_by_policy",
        seen(bill()),
        Settle(state="validated"),
        {"bill_posting": "validate"},
    ),
]


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_bill_when_the_rules_say_then_so_it_is(rule: Case) -> None:
    check(rule)
