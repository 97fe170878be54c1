"""Payments (rules.md §5.4): a bill that SYSPRO paid in full is marked as paid in Procurify."""

from collections.abc import Callable

import pytest
from goods_world import BILL, PAYMENT, billed, entry, owes, seen_bill, written_back
from plan_world import World, ready_world
from rule_cases import Case, Command, Hold, Settle, check

PAYING = {"report_payments": True}
Given = Callable[[World], object]


def paid(*entries: tuple[str, str, str, str], owed: str) -> Given:
    """The bill of 100.00 is in SYSPRO, with these entries on it, and owes so much."""

    def given(world: World) -> None:
        billed(world)
        for number, type_, value, on in entries:
            entry(world, number, type_, value, on)
        owes(world, owed)

    return given


IN_FULL = paid(("2", "P", "-100.00", "2026-11-20"), owed="0.00")
IN_PARTS = paid(
    ("2", "P", "-60.00", "2026-11-20"), ("3", "P", "-40.00", "2026-11-27T00:00:00"), owed="0.00"
)
AGAIN = paid(
    ("2", "P", "-100.00", "2026-11-20"),
    ("3", "V", "100.00", "2026-11-21"),
    ("4", "P", "-100.00", "2026-11-24"),
    owed="0.00",
)
VOIDED = paid(
    ("2", "P", "-100.00", "2026-11-20"), ("3", "V", "100.00", "2026-11-21"), owed="100.00"
)


def marked(world: World) -> None:
    """The bill is marked as paid; Procurify is not read again yet."""
    IN_FULL(world)
    written_back(world, *PAYMENT, BILL)


def marked_and_read_back(world: World) -> None:
    marked(world)
    seen_bill(world, status=4, bill_payment={"id": 5})


def marked_and_voided(world: World) -> None:
    marked(world)
    entry(world, "3", "V", "100.00", "2026-11-21")
    owes(world, "100.00")


def with_bill(given: Given, **fields: object) -> Given:
    """As given, and then the bill reads so in Procurify."""

    def both(world: World) -> None:
        given(world)
        seen_bill(world, **fields)

    return both


def not_ours(world: World) -> None:
    """An invoice of that number is paid, but it bears another key than ours."""
    IN_FULL(world)
    owes(world, "0.00", reference="TYPED BY HAND")


def then_off(world: World) -> None:
    IN_FULL(world)
    world.policy(report_payments=False)


def then_no_owner(world: World) -> None:
    IN_FULL(world)
    world.policy(report_payments=True, payment_owner="none")


CASES = [
    Case(
        name="payment_full_when_nothing_is_owed_then_marked_on_the_day_it_was_paid",
        about=PAYMENT,
        policy=PAYING,
        given=IN_FULL,
        expect=Command(type="bills_paid", payload={"bills": [BILL], "paid_on": "2026-11-20"}),
    ),
    Case(
        name="payment_full_when_paid_in_two_parts_then_on_the_day_of_the_last",
        about=PAYMENT,
        policy=PAYING,
        given=IN_PARTS,
        expect=Command(type="bills_paid", fields={"paid_on": "2026-11-27"}),
    ),
    Case(
        name="payment_full_when_settled_by_a_credit_alone_then_nothing_is_paid",
        about=PAYMENT,
        policy=PAYING,
        given=paid(("2", "C", "-100.00", "2026-11-20"), owed="0.00"),
        expect=Settle(state="not_due"),
    ),
    Case(
        name="payment_full_when_the_invoice_is_another_s_then_nothing_is_due",
        about=PAYMENT,
        policy=PAYING,
        given=not_ours,
        expect=Settle(state="not_due"),
    ),
    Case(
        name="payment_full_when_the_day_cannot_be_read_then_held",
        about=PAYMENT,
        policy=PAYING,
        given=paid(("2", "P", "-100.00", "yesterday"), owed="0.00"),
        expect=Hold(reason="SOURCE_UNREADABLE", says=("JournalDate",)),
    ),
    Case(
        name="payment_part_when_something_is_owed_then_shown_and_not_written",
        about=PAYMENT,
        policy=PAYING,
        given=paid(("2", "P", "-60.00", "2026-11-20"), owed="40.00"),
        expect=Settle(state="partly_paid"),
    ),
    Case(
        name="payment_voided_when_before_it_was_told_then_nothing_is_due",
        about=PAYMENT,
        policy=PAYING,
        given=VOIDED,
        expect=Settle(state="not_due"),
    ),
    Case(
        name="payment_voided_when_paid_again_then_on_the_day_of_the_second",
        about=PAYMENT,
        policy=PAYING,
        given=AGAIN,
        expect=Command(type="bills_paid", fields={"paid_on": "2026-11-24"}),
    ),
    Case(
        name="payment_voided_when_after_it_was_told_then_held_and_not_unpaid",
        about=PAYMENT,
        policy=PAYING,
        given=marked_and_voided,
        expect=Hold(reason="PAYMENT_VOIDED", says=("100 owed again",)),
    ),
    Case(
        name="payment_both_sides_when_paid_in_procurify_too_then_an_alert",
        about=PAYMENT,
        policy=PAYING,
        given=with_bill(IN_FULL, status=4),
        expect=Hold(reason="PAID_ON_BOTH_SIDES", says=("100 paid in SYSPRO on 2026-11-20",)),
    ),
    Case(
        name="payment_both_sides_when_a_payment_is_being_made_in_procurify_then_an_alert",
        about=PAYMENT,
        policy=PAYING,
        given=with_bill(IN_FULL, status=2, bill_payment={"id": 5}),
        expect=Hold(reason="PAID_ON_BOTH_SIDES"),
    ),
    Case(
        name="payment_both_sides_when_syspro_paid_a_part_only_then_an_alert_all_the_same",
        about=PAYMENT,
        policy=PAYING,
        given=with_bill(paid(("2", "P", "-60.00", "2026-11-20"), owed="40.00"), status=4),
        expect=Hold(reason="PAID_ON_BOTH_SIDES", says=("60 paid",)),
    ),
    Case(
        name="payment_status_when_paid_in_procurify_alone_then_nothing_is_due",
        about=PAYMENT,
        policy=PAYING,
        given=with_bill(billed, status=4),
        expect=Settle(state="not_due"),
    ),
    Case(
        name="payment_status_when_the_bill_was_withdrawn_then_not_marked",
        about=PAYMENT,
        policy=PAYING,
        given=with_bill(IN_FULL, status=5),
        expect=Settle(state="not_due"),
    ),
    Case(
        name="payment_once_when_marked_and_not_read_back_then_not_marked_again",
        about=PAYMENT,
        policy=PAYING,
        given=marked,
        expect=Settle(state="in_procurify"),
    ),
    Case(
        name="payment_once_when_ours_is_read_back_then_no_payment_of_both_sides",
        about=PAYMENT,
        policy=PAYING,
        given=marked_and_read_back,
        expect=Settle(state="in_procurify"),
    ),
    Case(
        name="payment_owner_when_payments_are_not_to_be_reported_then_off",
        about=PAYMENT,
        policy=PAYING,
        given=then_off,
        expect=Settle(state="off"),
    ),
    Case(
        name="payment_owner_when_nobody_owns_payments_then_off",
        about=PAYMENT,
        policy=PAYING,
        given=then_no_owner,
        expect=Settle(state="off"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_payment_when_planned_then_as_the_rule_says(case: Case) -> None:
    check(case)


def test_payment_when_told_then_the_bill_itself_is_planned_no_further() -> None:
    world = ready_world(**PAYING)
    marked_and_read_back(world)
    assert world.standing("bill", BILL) == ("in_syspro", "")
    assert world.commands("ready") == []


def test_payment_when_the_balance_moves_then_the_bill_is_not_planned_again() -> None:
    world = ready_world(**PAYING)
    billed(world)
    before = world.document("bill", BILL)["since"]
    needs = world.document("bill", BILL)["needs"]
    assert not [need for need in needs if need.startswith(("balance:", "payments:"))]
    owes(world, "40.00")
    assert world.document("bill", BILL)["since"] == before


def test_both_sides_when_a_person_says_it_is_one_payment_then_settled() -> None:
    world = ready_world(**PAYING)
    with_bill(IN_FULL, status=4)(world)
    document = world.document(*PAYMENT)
    body = {"document": document["key"], "reason": "one", "accepts": ["PAID_ON_BOTH_SIDES"]}
    body["revision"] = document["revision"]
    world.append(f"decision/{document['key']}", "DocumentReleased", body)
    assert world.standing(*PAYMENT) == ("in_procurify", "")
    assert world.commands("ready") == []
