"""Goods received in SYSPRO (rules.md §5.4): reported to Procurify by the sum that it lacks."""

from collections.abc import Callable

import pytest
from goods_world import ITEM, REPORT, in_procurify, in_syspro, ordered, receipt, written_back
from plan_world import World, ready_world
from rule_cases import Case, Command, Hold, Settle, check

IN_SYSPRO = {"report_receipts": True}
Given = Callable[[World], object]


def came(in_books: str, in_list: str, **fields: object) -> Given:
    """So much is received in SYSPRO, so much in Procurify, of ten ordered."""

    def given(world: World) -> None:
        ordered(world)
        in_procurify(world, in_list, **fields)
        in_syspro(world, in_books)

    return given


def then_off(world: World) -> None:
    came("4", "0.00000")(world)
    world.policy(report_receipts=False)


def reported_and_reversed(world: World) -> None:
    came("4", "0.00000")(world)
    written_back(world, *REPORT, "901")
    in_procurify(world, "4.00000")
    in_syspro(world, "1")


def reported_and_more(world: World) -> None:
    """Four are reported and the list still shows none; then two more come in."""
    came("4", "0.00000")(world)
    written_back(world, *REPORT, "901")
    in_syspro(world, "6")


def reported_and_read_back(world: World) -> None:
    came("4", "0.00000")(world)
    written_back(world, *REPORT, "901")
    in_procurify(world, "4.00000")


def by_value(world: World) -> None:
    """Received by amount: SYSPRO's quantity is money there."""
    ordered(world)
    in_procurify(world, "0.00000", receive_method=1)
    in_syspro(world, "4")


def unreadable(world: World) -> None:
    came("4", "0.00000")(world)
    in_procurify(world, "some")


CASES = [
    Case(
        name="receipt_reported_when_goods_came_in_syspro_then_the_sum_that_procurify_lacks",
        about=REPORT,
        policy=IN_SYSPRO,
        given=came("4", "1.50000"),
        # 4 in SYSPRO - 1.5 in Procurify = 2.5
        expect=Command(
            type="receipt_report",
            payload={
                "order_item": ITEM,
                "passed": "2.5",
                "failed": "0",
                "passed_before": "1.5",
                "failed_before": "0",
            },
        ),
    ),
    Case(
        name="receipt_reported_when_goods_failed_in_procurify_then_they_are_left_as_they_are",
        about=REPORT,
        policy=IN_SYSPRO,
        given=came("4", "0.00000", failed="2.00000"),
        expect=Command(type="receipt_report", fields={"failed": "0", "failed_before": "2"}),
    ),
    Case(
        name="receipt_reported_when_both_have_the_same_then_nothing_is_left",
        about=REPORT,
        policy=IN_SYSPRO,
        given=came("4.000000", "4.00000"),
        expect=Settle(state="in_procurify"),
    ),
    Case(
        name="receipt_reported_when_nothing_came_then_nothing_is_due",
        about=REPORT,
        policy=IN_SYSPRO,
        given=came("0", "0.00000"),
        expect=Settle(state="not_due"),
    ),
    Case(
        name="receipt_reported_when_ours_is_read_back_then_it_is_no_new_change",
        about=REPORT,
        policy=IN_SYSPRO,
        given=reported_and_read_back,
        expect=Settle(state="in_procurify"),
    ),
    Case(
        name="receipt_reported_when_more_came_before_it_is_read_back_then_the_rest_alone",
        about=REPORT,
        policy=IN_SYSPRO,
        given=reported_and_more,
        # 6 in SYSPRO - (0 before + 4 reported) = 2
        expect=Command(type="receipt_report", fields={"passed": "2", "passed_before": "4"}),
    ),
    Case(
        name="receipt_owner_when_nothing_is_to_be_reported_any_more_then_off",
        about=REPORT,
        policy=IN_SYSPRO,
        given=then_off,
        expect=Settle(state="off"),
    ),
    Case(
        name="receipt_conflict_when_procurify_has_more_then_held_with_both_quantities",
        about=REPORT,
        policy=IN_SYSPRO,
        given=came("4", "5.00000"),
        expect=Hold(reason="RECEIPT_CONFLICT", says=("4 in SYSPRO", "5 in Procurify")),
    ),
    Case(
        name="receipt_conflict_when_what_was_reported_is_reversed_in_syspro_then_held",
        about=REPORT,
        policy=IN_SYSPRO,
        given=reported_and_reversed,
        expect=Hold(reason="RECEIPT_CONFLICT", says=("1 in SYSPRO", "4 in Procurify")),
    ),
    Case(
        name="receipt_by_value_when_received_by_amount_then_held",
        about=REPORT,
        policy=IN_SYSPRO,
        given=by_value,
        expect=Hold(reason="RECEIPT_BY_VALUE", says=("4 received", "000547")),
    ),
    Case(
        name="receipt_reported_when_procurify_s_item_cannot_be_read_then_held",
        about=REPORT,
        policy=IN_SYSPRO,
        given=unreadable,
        expect=Hold(reason="SOURCE_UNREADABLE", says=("receivedPassQty",)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_report_when_planned_then_as_the_rule_says(case: Case) -> None:
    check(case)


def test_receipts_when_no_policy_asks_then_no_documents_of_them() -> None:
    world = ready_world()
    came("4", "0.00000")(world)
    receipt(world, 81, "4.00000")
    assert [row["type"] for row in world.commands("ready")] == []
    for kind, identity in (REPORT, ("receipt", "81")):
        with pytest.raises(AssertionError):
            world.document(kind, identity)


def test_report_when_the_policy_asks_later_then_what_came_before_is_carried_too() -> None:
    world = ready_world()
    came("4", "0.00000")(world)
    world.policy(**IN_SYSPRO)
    assert world.command(*REPORT)["state"] == "ready"


def test_conflict_when_a_person_accepts_it_then_settled_until_more_comes_in() -> None:
    world = ready_world(**IN_SYSPRO)
    came("4", "5.00000")(world)
    document = world.document(*REPORT)
    body = {"document": document["key"], "reason": "counted", "accepts": ["RECEIPT_CONFLICT"]}
    body["revision"] = document["revision"]
    world.append(f"decision/{document['key']}", "DocumentReleased", body)
    assert world.standing(*REPORT) == ("in_procurify", "")
    in_syspro(world, "4.5")
    assert world.standing(*REPORT) == ("held", "RECEIPT_CONFLICT")
