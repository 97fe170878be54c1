"""Receipts of Procurify (rules.md §5.4): where it owns them, SYSPRO receives the goods after it."""

from collections.abc import Callable

import pytest
from goods_world import (
    in_procurify,
    in_syspro,
    ordered,
    receipt,
)
from plan_world import SOURCE, TENANT, World, ready_world
from rule_cases import Case, Command, Hold, Settle, Wait, check

from engine.core.keys import DocumentKey, external_key

RECEIPT = ("receipt", "81")
KEY = external_key(TENANT, DocumentKey(source=SOURCE, kind="receipt", id="81"))
IN_PROCURIFY = {"receipt_owner": "procurify"}
Given = Callable[[World], object]


def received(*receipts: tuple[int, str]) -> Given:
    """SYSPRO has the order from us, and these receipts of it are in Procurify."""

    def given(world: World) -> None:
        ordered(world)
        in_procurify(world, "0.00000")
        for identity, passed in receipts:
            receipt(world, identity, passed)

    return given


def posted(world: World) -> None:
    """Procurify's receipt 81 of four is the GRN 000007."""
    received((81, "4.00000"))(world)
    world.post(world.command(*RECEIPT), "000007")


def posted_and_undone(world: World) -> None:
    posted(world)
    world.source("ReceiptVanished", "receipt", "81", None)


def posted_and_edited(world: World) -> None:
    posted(world)
    receipt(world, 81, "3.00000", is_edited=True)


def second_after_first(world: World) -> None:
    """Three more come in after SYSPRO has the four; its order is not read again yet."""
    received((80, "4.00000"))(world)
    world.post(world.command("receipt", "80"), "000007")
    receipt(world, 81, "3.00000")


def received_by_others(world: World) -> None:
    received((81, "4.00000"))(world)
    in_syspro(world, "1")


def complete(world: World) -> None:
    received((81, "4.00000"))(world)
    in_syspro(world, "0", MCompleteFlag="Y")


def cancelled(world: World) -> None:
    received((81, "4.00000"))(world)
    in_syspro(world, "0", header={"OrderStatus": "*"})


def stocked(**columns: str) -> Given:
    """The goods are the stock code A100, of which SYSPRO says so."""

    def given(world: World) -> None:
        row = {"StockCode": "A100", "StockUom": "EA", **columns}
        world.syspro("stock_code", "StockCode", ["A100"], row)
        ordered(world, sku="A100")
        in_procurify(world, "0.00000")
        receipt(world, 81, "4.00000")

    return given


def told_so(**fields: object) -> Given:
    """A receipt of four whose row reads otherwise."""

    def given(world: World) -> None:
        ordered(world)
        in_procurify(world, "4.00000")
        receipt(world, 81, "4.00000", **fields)

    return given


def undone_before(world: World) -> None:
    received((81, "4.00000"))(world)
    world.source("ReceiptVanished", "receipt", "81", None)


def after_an_ignored_one(world: World) -> None:
    received((80, "2.00000"), (81, "3.00000"))(world)
    key = f"receipt:{SOURCE}/80"
    body = {"document": key, "reason": "received by hand", "revision": "", "accepts": []}
    world.append(f"decision/{key}", "DocumentIgnored", body)


def by_amount(world: World) -> None:
    ordered(world)
    in_procurify(world, "4.00000", receive_method=1)
    receipt(world, 81, "4.00000")


def then_syspro_s(world: World) -> None:
    received((81, "4.00000"))(world)
    world.policy(receipt_owner="syspro")


CASES = [
    Case(
        name="receipt_posted_when_procurify_owns_then_a_receipt_of_the_line_under_its_own_key",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=received((81, "4.00000")),
        expect=Command(
            type="receipt_add",
            payload={
                "purchase_order": "000547",
                "line": 1,
                "external_key": KEY,
                "quantity": "4",
                "unit": "EA",
                "received_on": "2026-11-05",
                "received_before": "0",
                "reference": "Procurify receipt 81",
                "notation": "",
                "is_line_completed": False,
                "is_unprinted_allowed": True,
            },
        ),
    ),
    Case(
        name="receipt_posted_when_it_is_in_syspro_then_settled",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=posted,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="receipt_posted_when_an_earlier_one_is_to_go_then_waits_for_it",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=received((80, "2.00000"), (81, "3.00000")),
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_posted_when_the_earlier_one_is_there_then_upon_what_it_left",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=second_after_first,
        expect=Command(type="receipt_add", fields={"quantity": "3", "received_before": "4"}),
    ),
    Case(
        name="receipt_posted_when_nothing_of_it_is_good_then_nothing_is_received",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=received((81, "0.00000")),
        expect=Settle(state="not_eligible", reason="NOT_READY"),
    ),
    Case(
        name="receipt_posted_when_stocked_without_particulars_then_received",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=stocked(SerialMethod="N", TraceableType="N", InspectionFlag="N"),
        expect=Command(type="receipt_add", fields={"quantity": "4"}),
    ),
    Case(
        name="receipt_details_when_serial_numbers_are_kept_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=stocked(SerialMethod="M"),
        expect=Hold(reason="RECEIPT_NEEDS_DETAILS", says=("A100", "serial numbers")),
    ),
    Case(
        name="receipt_details_when_lots_and_inspection_are_asked_then_held_for_both",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=stocked(TraceableType="T", InspectionFlag="Y"),
        expect=Hold(reason="RECEIPT_NEEDS_DETAILS", says=("lots, inspection",)),
    ),
    Case(
        name="receipt_conflict_when_more_than_ordered_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=received((81, "10.00001")),
        expect=Hold(reason="RECEIPT_CONFLICT", says=("10.00001 of 10 ordered",)),
    ),
    Case(
        name="receipt_conflict_when_others_received_in_syspro_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=received_by_others,
        expect=Hold(reason="RECEIPT_CONFLICT", says=("1 received in SYSPRO", "0 of it by us")),
    ),
    Case(
        name="receipt_conflict_when_the_line_is_complete_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=complete,
        expect=Hold(reason="RECEIPT_CONFLICT", says=("line 1 is complete",)),
    ),
    Case(
        name="receipt_conflict_when_the_order_is_cancelled_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=cancelled,
        expect=Hold(reason="RECEIPT_CONFLICT", says=("cancelled in SYSPRO",)),
    ),
    Case(
        name="receipt_undone_when_it_vanished_after_it_was_posted_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=posted_and_undone,
        expect=Hold(reason="RECEIPT_UNDONE", says=("4 received as 000007",)),
    ),
    Case(
        name="receipt_undone_when_edited_after_it_was_posted_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=posted_and_edited,
        expect=Hold(reason="RECEIPT_UNDONE", says=("4 as 000007", "now 3")),
    ),
    Case(
        name="receipt_posted_when_its_quantity_cannot_be_read_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=told_so(pass_quantity="four"),
        expect=Hold(reason="SOURCE_UNREADABLE", says=("pass_quantity",)),
    ),
    Case(
        name="receipt_posted_when_its_item_is_not_told_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=told_so(order_item=None),
        expect=Hold(reason="SOURCE_UNREADABLE", says=("order_item",)),
    ),
    Case(
        name="receipt_posted_when_its_day_is_not_told_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=told_so(received_at=None, created_at=None),
        expect=Hold(reason="SOURCE_UNREADABLE", says=("received_at",)),
    ),
    Case(
        name="receipt_posted_when_only_its_instant_is_told_then_on_the_location_s_day",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=told_so(received_at=None, created_at="2026-11-06T05:00:00Z"),
        expect=Command(type="receipt_add", fields={"received_on": "2026-11-05"}),
    ),
    Case(
        name="receipt_posted_when_the_earlier_one_is_ignored_then_not_waited_for",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=after_an_ignored_one,
        expect=Command(type="receipt_add", fields={"quantity": "3", "received_before": "0"}),
    ),
    Case(
        name="receipt_undone_when_before_it_was_posted_then_nothing_is_received",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=undone_before,
        expect=Settle(state="not_eligible", reason="NOT_READY"),
    ),
    Case(
        name="receipt_by_value_when_procurify_receives_by_amount_then_held",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=by_amount,
        expect=Hold(reason="RECEIPT_BY_VALUE"),
    ),
    Case(
        name="receipt_owner_when_syspro_owns_again_then_off",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=then_syspro_s,
        expect=Settle(state="off"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_receipt_when_planned_then_as_the_rule_says(case: Case) -> None:
    check(case)


def test_receipts_when_the_policy_asks_later_then_what_came_before_is_carried_too() -> None:
    world = ready_world()
    received((81, "4.00000"))(world)
    world.policy(**IN_PROCURIFY)
    assert world.command(*RECEIPT)["state"] == "ready"


def test_receipt_when_its_document_came_late_then_it_rests_on_the_event_that_told_of_it() -> None:
    world = ready_world()
    ordered(world)
    in_procurify(world, "0.00000")
    receipt(world, 81, "4.00000")
    told_at = len(world.events)
    world.policy(**IN_PROCURIFY)
    assert world.document(*RECEIPT)["position"] == told_at


def test_receipt_when_shown_then_by_its_order_and_item() -> None:
    world = ready_world(**IN_PROCURIFY)
    received((81, "4.00000"))(world)
    assert world.document(*RECEIPT)["number"] == "81 of PO-1042 item 10421"
