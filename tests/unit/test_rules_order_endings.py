"""Purchase orders, rules.md §5.5: lines deleted, orders cancelled, closed, reopened."""

from typing import Any

import pytest
from order_rules import (
    CANCELLATION,
    NUMBER,
    SECOND_KEY,
    TWO_RECEIVED,
    Given,
    accepting,
    added,
    cells,
    chair,
    chairs,
    changed,
    goods,
    holds,
    lamp,
    read,
    revised,
    sent,
)
from plan_world import World
from rule_cases import ORDER, Case, Command, Hold, Settle, check


def closed_and_reopened(world: World) -> None:
    sent(world)
    holds(world, TWO_RECEIVED)
    read(world, state=3)
    world.post(world.command(*ORDER), NUMBER)
    holds(world, {"MOrderQty": "2", "MReceivedQty": "2", "MCompleteFlag": "Y"})
    read(world, state=5)


def chairs_deleted(*, received: str) -> Given:
    """Lamps and chairs were sent, so many chairs came in, and Procurify has no chairs any more."""
    return revised(
        lamp(), first=(lamp(), chair()), rows=({}, {"MReceivedQty": f"{received}.000000"})
    )


def cancelled(*, received: str = "0", **policy: object) -> Any:
    def given(world: World) -> None:
        sent(world, lamp(), chair())
        holds(world, {"MReceivedQty": received}, {})
        read(world, lamp(), chair(), state=1, active=False)

    return given


def deleted(world: World) -> None:
    sent(world, lamp(), chair())
    holds(world, {}, {})
    world.source("PurchaseOrderVanished", *ORDER, None)


def completed(world: World) -> None:
    cancelled(received="2")(world)
    world.post(world.command(*ORDER), NUMBER)


def reopened_after_cancel(world: World) -> None:
    sent(world)
    read(world, state=1, active=False)
    world.post(world.command(*ORDER), NUMBER)
    read(world, state=5)


def hold_cancelled(world: World) -> None:
    """From now on cancelled orders are held."""
    world.policy(cancelled_orders="hold")


CHAIRS_DELETED = Command(
    type="purchase_order_change",
    payload=changed(chairs(action="D", line=2, seen=cells("2", "0"))),
)
CHAIRS_COMPLETED = Command(
    type="purchase_order_change",
    payload=changed(
        chairs(quantity="1", action="C", line=2, is_completed=True, seen=cells("2", "1"))
    ),
)
CASES = [
    Case(
        name="row_10_line_deleted_before_receipt",
        given=chairs_deleted(received="0"),
        expect=CHAIRS_DELETED,
    ),
    Case(
        name="row_10_line_deleted_after_receipt_is_completed",
        given=chairs_deleted(received="1"),
        expect=CHAIRS_COMPLETED,
    ),
    Case(
        name="row_10_line_deleted_after_receipt_is_held_by_policy",
        given=chairs_deleted(received="1"),
        policy={"deleted_lines": "hold"},
        expect=Hold(reason="DELETED_AFTER_RECEIPT", says=("line 2", "complete at 1")),
    ),
    Case(
        name="row_10_accepted_it_is_completed",
        given=accepting("DELETED_AFTER_RECEIPT", chairs_deleted(received="1")),
        policy={"deleted_lines": "hold"},
        expect=CHAIRS_COMPLETED,
    ),
    Case(
        name="row_10_line_deleted_before_receipt_is_held_by_no_policy",
        given=chairs_deleted(received="0"),
        policy={"deleted_lines": "hold"},
        expect=CHAIRS_DELETED,
    ),
    Case(
        name="row_11_cancelled_before_receipt",
        given=cancelled(),
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_11_cancelled_after_receipt_ends_the_outstanding_lines",
        given=cancelled(received="2"),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="2", action="C", line=1, is_completed=True, seen=cells("3", "2")),
                chairs(action="D", line=2, seen=cells("2", "0")),
            ),
        ),
    ),
    Case(
        name="row_11_then_nothing_is_left",
        given=completed,
        expect=Settle(state="completed_in_syspro"),
    ),
    Case(
        name="row_11_without_the_right_holds",
        given=cancelled(received="2"),
        policy={"may_cancel_received": False},
        expect=Hold(reason="RIGHT_MISSING", says=("partially received",)),
    ),
    Case(
        name="row_11_cancelled_is_held_by_policy",
        given=cancelled(),
        policy={"cancelled_orders": "hold"},
        expect=Hold(reason="CANCELLED_IN_PROCURIFY", says=(f"{NUMBER}: cancel",)),
    ),
    Case(
        name="row_11_cancelled_after_receipt_is_held_by_policy",
        given=cancelled(received="2"),
        policy={"cancelled_orders": "hold"},
        expect=Hold(reason="CANCELLED_IN_PROCURIFY", says=(f"{NUMBER}: complete",)),
    ),
    Case(
        name="row_11_accepted_it_is_cancelled",
        given=accepting("CANCELLED_IN_PROCURIFY", cancelled()),
        policy={"cancelled_orders": "hold"},
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_11_deleted_is_held",
        given=deleted,
        expect=Hold(reason="DELETED_IN_PROCURIFY", says=(NUMBER,)),
    ),
    Case(
        name="row_11_deleted_and_accepted_it_is_cancelled",
        given=accepting("DELETED_IN_PROCURIFY", deleted),
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_11_held_by_policy_no_more_once_it_ended",
        given=lambda world: (completed(world), hold_cancelled(world)),
        expect=Settle(state="completed_in_syspro"),
    ),
    Case(
        name="row_12_closed_is_held_by_no_policy_on_cancelled_orders",
        given=lambda world: (sent(world), read(world, state=3)),
        policy={"cancelled_orders": "hold"},
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_12_closed_completes_the_lines",
        given=lambda world: (sent(world), holds(world, TWO_RECEIVED), read(world, state=3)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="2", action="C", line=1, is_completed=True, seen=cells("3", "2"))
            ),
        ),
    ),
    Case(
        name="row_12_closed_without_receipts_is_cancelled",
        given=lambda world: (sent(world), read(world, state=3)),
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_12_reopened_without_the_right_holds",
        given=closed_and_reopened,
        expect=Hold(reason="RIGHT_MISSING", says=("line 1 is complete",)),
    ),
    Case(
        name="row_12_reopened_with_the_right_orders_the_rest",
        given=closed_and_reopened,
        policy={"may_reopen_completed": True},
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(action="C", line=1, seen=cells("2", "2"))),
        ),
    ),
    Case(
        name="row_12_reopened_after_cancellation_holds",
        given=reopened_after_cancel,
        expect=Hold(reason="REOPENED_AFTER_CANCEL", says=(NUMBER,)),
    ),
    Case(
        name="row_12_accepted_it_is_ordered_anew",
        given=accepting("REOPENED_AFTER_CANCEL", reopened_after_cancel),
        expect=Command(type="purchase_order_add", payload=added(external_key=SECOND_KEY)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_when_it_ends_or_begins_again_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)
