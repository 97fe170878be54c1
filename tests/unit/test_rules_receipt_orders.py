"""Receipts of Procurify and their order (rules.md §5.4): first the order, its end last."""

import pytest
from goods_world import ITEM, ORDER, in_procurify, in_syspro, ordered, receipt
from plan_documents import line, order
from plan_world import World
from rule_cases import Case, Command, Settle, Wait, check

RECEIPT = ("receipt", "81")
IN_PROCURIFY = {"receipt_owner": "procurify"}


def before_the_order(world: World) -> None:
    """The order is ready to be sent and not in SYSPRO yet."""
    item = line(ITEM, quantity=10, total_cost="125.00")
    world.source("PurchaseOrderChanged", "purchase_order", str(ORDER), order(ORDER, item))
    in_procurify(world, "4.00000")
    receipt(world, 81, "4.00000")


def of_no_order(world: World) -> None:
    """The order is paid by card and is not carried at all."""
    item = line(ITEM, quantity=10, total_cost="125.00")
    body = order(ORDER, item, creditcard={"id": 1})
    world.source("PurchaseOrderChanged", "purchase_order", str(ORDER), body)
    in_procurify(world, "4.00000")
    receipt(world, 81, "4.00000")


def closed(world: World) -> None:
    """All ten came in and Procurify closed the order; its list of receipts is not read yet."""
    ordered(world)
    item = line(ITEM, quantity=10, total_cost="125.00", receivedPassQty=10)
    world.source("PurchaseOrderChanged", "purchase_order", str(ORDER), order(ORDER, item, state=3))


def closed_and_received(world: World) -> None:
    closed(world)
    in_syspro(world, "10", MCompleteFlag="Y")


def closed_by_its_receipt(world: World) -> None:
    closed(world)
    in_procurify(world, "10.00000")
    receipt(world, 81, "10.00000")


def closed_after_an_undone_receipt(world: World) -> None:
    """Receipt 80 of four was undone before 81 of all ten, and none is in SYSPRO."""
    closed(world)
    in_procurify(world, "10.00000")
    receipt(world, 80, "4.00000")
    world.source("ReceiptVanished", "receipt", "80", None)
    receipt(world, 81, "10.00000")


def then_posted_and_read(world: World) -> None:
    closed_after_an_undone_receipt(world)
    world.post(world.command(*RECEIPT), "000007")
    in_syspro(world, "10", MCompleteFlag="Y")


def closed_after_an_ignored_receipt(world: World) -> None:
    """A person keeps receipt 81 of all ten from SYSPRO."""
    closed_by_its_receipt(world)
    key = "receipt:acme/81"
    body = {"document": key, "reason": "received by hand", "revision": "", "accepts": []}
    world.append(f"decision/{key}", "DocumentIgnored", body)


def closed_and_posted(world: World) -> None:
    closed_by_its_receipt(world)
    world.post(world.command(*RECEIPT), "000007")


def closed_and_read(world: World) -> None:
    closed_and_posted(world)
    in_syspro(world, "10", MCompleteFlag="Y")


def closed_and_read_before_the_answer(world: World, received: str = "10") -> None:
    """SYSPRO shows the receipt already when its answer comes, and is as it was from then on."""
    closed_by_its_receipt(world)
    row = world.command(*RECEIPT)
    world.intend(row)
    in_syspro(world, received, MCompleteFlag="Y" if received == "10" else "N")
    world.accept(row, "000007")
    world.verify(row, {})


def closed_and_read_too_early(world: World) -> None:
    """SYSPRO was read while the receipt was on its way, and shows only what others received."""
    closed_and_read_before_the_answer(world, "3")


def of_an_item_not_read(world: World) -> None:
    ordered(world)
    receipt(world, 81, "4.00000")


def before_syspro_is_read(world: World) -> None:
    """SYSPRO took the order, and none of its lines was read yet."""
    item = line(ITEM, quantity=10, total_cost="125.00")
    world.source("PurchaseOrderChanged", "purchase_order", str(ORDER), order(ORDER, item))
    world.post(world.command("purchase_order", str(ORDER)), "000547")
    in_procurify(world, "4.00000")
    receipt(world, 81, "4.00000")


CASES = [
    Case(
        name="receipt_order_when_it_is_to_be_in_syspro_first_then_waits",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=before_the_order,
        expect=Wait(reason="WAITS_FOR_ORDER"),
    ),
    Case(
        name="receipt_order_when_it_is_not_carried_then_nothing_is_due",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=of_no_order,
        expect=Settle(state="not_due"),
    ),
    Case(
        name="receipt_order_when_the_item_is_not_read_then_waits",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=of_an_item_not_read,
        expect=Wait(reason="REFERENCE_NOT_READ"),
    ),
    Case(
        name="receipt_order_when_its_lines_are_not_read_then_waits",
        about=RECEIPT,
        policy=IN_PROCURIFY,
        given=before_syspro_is_read,
        expect=Wait(reason="WAITS_FOR_VERIFICATION"),
    ),
    Case(
        name="receipt_order_when_it_closes_before_its_receipt_is_posted_then_it_does_not_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_by_its_receipt,
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_it_closes_before_its_receipt_is_read_then_it_does_not_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed,
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_an_undone_receipt_leaves_less_than_came_in_then_it_does_not_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_after_an_undone_receipt,
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_only_an_undone_receipt_is_not_in_syspro_then_nothing_is_left",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=then_posted_and_read,
        expect=Settle(state="completed_in_syspro"),
    ),
    Case(
        name="receipt_order_when_its_receipt_is_ignored_then_it_ends_without_it",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_after_an_ignored_receipt,
        expect=Command(type="purchase_order_cancel"),
    ),
    Case(
        name="receipt_order_when_closed_and_not_read_since_its_receipt_then_it_does_not_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_and_posted,
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_syspro_was_read_before_the_receipt_was_answered_then_it_ends",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_and_read_before_the_answer,
        expect=Settle(state="completed_in_syspro"),
    ),
    Case(
        name="receipt_order_when_syspro_was_read_before_it_took_the_receipt_then_it_does_not_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_and_read_too_early,
        expect=Wait(reason="WAITS_FOR_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_received_in_procurify_before_the_warehouse_did_then_not_cancelled",
        about=("purchase_order", str(ORDER)),
        given=closed,
        expect=Wait(reason="WAITING_RECEIPT"),
    ),
    Case(
        name="receipt_order_when_the_warehouse_received_all_of_it_then_nothing_is_left_to_end",
        about=("purchase_order", str(ORDER)),
        given=closed_and_received,
        expect=Settle(state="completed_in_syspro"),
    ),
    Case(
        name="receipt_order_when_nobody_receives_goods_then_it_ends_when_it_is_closed",
        about=("purchase_order", str(ORDER)),
        policy={"receipt_owner": "none"},
        given=closed,
        expect=Command(type="purchase_order_cancel"),
    ),
    Case(
        name="receipt_order_when_syspro_has_all_of_it_then_nothing_is_left_to_end",
        about=("purchase_order", str(ORDER)),
        policy=IN_PROCURIFY,
        given=closed_and_read,
        expect=Settle(state="completed_in_syspro"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_receipt_when_its_order_stands_so_then_as_the_rule_says(case: Case) -> None:
    check(case)
