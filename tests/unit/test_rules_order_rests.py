"""Rows 5 and 6 of rules.md §5.5 where policy divides a line, and what then becomes of its parts."""

import pytest
from bill_cases import MATCHED, charge, match, of_item
from goods_world import REPORT, in_procurify, receipt
from order_rules import (
    NUMBER,
    ONE_RECEIVED,
    TWO_RECEIVED,
    Body,
    Given,
    cells,
    changed,
    goods,
    holds,
    lamp,
    read,
    revised,
    sent,
)
from plan_documents import account, bill
from plan_world import World
from rule_cases import BILL, ORDER, Case, Command, Hold, Settle, Wait, check

RECEIPT = ("receipt", "82")
SPLIT = {"price_after_receipt": "split", "account_after_receipt": "split"}
DEARER: Body = {"price": "13.00", "total_cost": "39.00"}
OVER: Body = {"MOrderQty": "2", "MReceivedQty": "2", "MCompleteFlag": "Y"}
IN_PROCURIFY = {**SPLIT, "receipt_owner": "procurify"}


def many(quantity: int, total: str, price: str = "13.00") -> Body:
    return lamp(quantity=quantity, price=price, total_cost=total)


def rest(quantity: str = "1", place: int = 2, price: str = "13", **fields: object) -> Body:
    """The rest of the lamps, as a line of its own."""
    said = {"stock_code": "PI-10421", "quantity": quantity, "price": price, **fields}
    return goods(f"10421/rest{place}", **said)


def at_received(received: str = "2", ordered: str = "3") -> Body:
    """The lamps' first line, complete at what came in."""
    return goods(
        quantity=received, action="C", line=1, is_completed=True, seen=cells(ordered, received)
    )


def divided(world: World, *, begin: Body | None = None) -> None:
    """Two of three came in at 12.50; the third is a line of its own at 13.00, nothing else read."""
    sent(world, *((begin,) if begin else ()))
    holds(world, TWO_RECEIVED)
    read(world, lamp(**DEARER))
    world.post(world.command(*ORDER), NUMBER, {"10421": 1, "10421/rest2": 2})
    holds(world, OVER, {})


def then(*lines: Body, received: str = "0", **fields: object) -> Given:
    """The order was divided, so many of the rest came in, and Procurify's order changed."""

    def given(world: World) -> None:
        divided(world)
        holds(world, OVER, {"MReceivedQty": received})
        read(world, *lines, **fields)

    return given


def again(world: World) -> None:
    """Five are ordered, of which two came in at 12.50 and one of the rest at 13.00."""
    divided(world)
    read(world, many(5, "65.00"))
    world.post(world.command(*ORDER), NUMBER)
    holds(world, OVER, ONE_RECEIVED)
    read(world, many(5, "70.00", "14.00"))


def grn(world: World, name: str, line: str, quantity: str) -> None:
    """A goods receipt of one line of the order, of the supplier whose invoices are matched."""
    row = {"Supplier": "S00119", "Grn": name, "GrnSource": "I", "Journal": "12"}
    row |= {"JournalEntry": "1", "OrigReceiptDate": f"2026-11-0{line}", "PurchaseOrder": "547"}
    row |= {"PurchaseOrderLin": line, "QtyReceived": quantity, "GrnMatchedFlag": "N"}
    world.syspro("grn", "Grn", ["S00119", name, "I", "12", "1"], row)


def billed(total: str) -> Given:
    """Two came in at 12.50 and one at 13.00, all three are billed by one line."""

    def given(world: World) -> None:
        sent(world, pref_vendor=MATCHED)
        holds(world, TWO_RECEIVED)
        read(world, lamp(**DEARER), pref_vendor=MATCHED)
        world.post(world.command(*ORDER), NUMBER, {"10421": 1, "10421/rest2": 2})
        grn(world, "A1", "1", "2")
        grn(world, "A2", "2", "1")
        world.source("BillChanged", *BILL, bill(of_item("3", total), vendor=MATCHED))

    return given


def unmatched(total: str) -> Given:
    """All three are billed by a supplier whose invoices are not matched."""

    def given(world: World) -> None:
        divided(world)
        world.source("BillChanged", *BILL, bill(of_item("3", total), vendor={"id": 118}))

    return given


def received_in_procurify(world: World, *, is_read: bool = True) -> None:
    """Procurify received two, and after the order was divided one more."""
    sent(world)
    holds(world, {})
    in_procurify(world, "0.00000", quantity="3.00000")
    receipt(world, 81, "2.00000")
    world.post(world.command("receipt", "81"), "000007")
    holds(world, TWO_RECEIVED)
    read(world, lamp(**DEARER))
    world.post(world.command(*ORDER), NUMBER, {"10421": 1, "10421/rest2": 2})
    if is_read:
        holds(world, OVER, {})
    receipt(world, 82, "1.00000")


def received_in_syspro(world: World) -> None:
    divided(world)
    holds(world, OVER, {"MReceivedQty": "1"})
    in_procurify(world, "2.00000", quantity="3.00000")


CASES = [
    Case(
        name="row_05_by_policy_the_rest_has_the_new_price",
        given=revised(lamp(**DEARER), rows=(TWO_RECEIVED,)),
        policy={"price_after_receipt": "change"},
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(price="13", action="C", line=1, seen=cells("3", "2"))),
        ),
    ),
    Case(
        name="row_05_by_policy_the_rest_is_a_line_of_its_own",
        given=revised(lamp(**DEARER), rows=(TWO_RECEIVED,)),
        policy=SPLIT,
        expect=Command(type="purchase_order_change", payload=changed(at_received(), rest())),
    ),
    Case(
        name="row_05_divided_when_nothing_is_left_completes_the_line",
        given=revised(lamp(**DEARER), rows=({"MReceivedQty": "3"},)),
        policy=SPLIT,
        expect=Command(type="purchase_order_change", payload=changed(at_received("3"))),
    ),
    Case(
        name="row_05_divided_when_the_line_is_complete_changes_nothing",
        given=revised(lamp(**DEARER), rows=({"MReceivedQty": "3.000000", "MCompleteFlag": "Y"},)),
        policy=SPLIT,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_05_a_discount_in_money_is_not_divided",
        given=revised(
            lamp(**DEARER),
            rows=(TWO_RECEIVED,),
            begin={"discount": {"value": 3, "type": "amount"}, "total": "34.50"},
            discount={"value": 3, "type": "amount"},
            total="36.00",
        ),
        policy=SPLIT,
        expect=Hold(reason="PRICE_AFTER_RECEIPT"),
    ),
    Case(
        name="row_05_dates_of_the_rest_are_syspros_by_policy",
        given=revised(lamp(**DEARER), rows=({**TWO_RECEIVED, "MLatestDueDate": "2026-12-24"},)),
        policy={**SPLIT, "due_date_owner": "syspro"},
        expect=Command(
            type="purchase_order_change",
            payload=changed(at_received(), rest(due_on="2026-12-24")),
        ),
    ),
    Case(
        name="row_06_by_policy_the_rest_has_the_new_account",
        given=revised(lamp(account=account("5100")), rows=(TWO_RECEIVED,)),
        policy=SPLIT,
        expect=Command(
            type="purchase_order_change",
            payload=changed(at_received(), rest(price="12.5", ledger_code="5100-00")),
        ),
    ),
    Case(
        name="row_06_is_held_though_prices_are_divided",
        given=revised(lamp(account=account("5100"), **DEARER), rows=(TWO_RECEIVED,)),
        policy={"price_after_receipt": "split"},
        expect=Hold(reason="GL_AFTER_RECEIPT"),
    ),
    # 5 wanted, 2 are complete at 12.50: 3 are left
    Case(
        name="row_02_raised_after_it_was_divided_raises_the_rest",
        given=then(many(5, "65.00")),
        policy=SPLIT,
        expect=Command(
            type="purchase_order_change",
            payload=changed(rest("3", action="C", line=2, seen=cells("1", "0"))),
        ),
    ),
    Case(
        name="row_03_lowered_to_the_part_received_deletes_the_rest",
        given=then(many(2, "26.00")),
        policy=SPLIT,
        expect=Command(
            type="purchase_order_change",
            payload=changed(rest(action="D", line=2, seen=cells("1", "0"))),
        ),
    ),
    Case(
        name="row_04_lowered_below_the_part_received",
        given=then(many(1, "13.00")),
        policy=SPLIT,
        expect=Hold(reason="BELOW_RECEIVED", says=("line 1", "ordered 1, received 2")),
    ),
    Case(
        name="row_04_lowered_below_what_came_of_the_rest",
        given=then(many(2, "26.00"), received="1"),
        policy=SPLIT,
        expect=Hold(reason="BELOW_RECEIVED", says=("line 2", "ordered 0, received 1")),
    ),
    # 5 wanted: 2 at 12.50 and 1 at 13.00 came in, 2 are left at 14.00
    Case(
        name="row_05_the_rest_is_divided_again",
        given=again,
        policy=SPLIT,
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                rest("1", action="C", line=2, is_completed=True, seen=cells("3", "1")),
                rest("2", 3, "14"),
            ),
        ),
    ),
    Case(
        name="row_05_a_divided_line_takes_no_discount_in_money",
        given=then(lamp(**DEARER), discount={"value": 3, "type": "amount"}, total="36.00"),
        policy=SPLIT,
        expect=Hold(reason="CHANGE_AFTER_RECEIPT", says=("a discount on a line",)),
    ),
    Case(
        name="row_05_divided_and_planned_again_nothing_is_left",
        given=divided,
        policy=SPLIT,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_07_comment_after_it_was_divided_touches_no_line",
        given=then(lamp(**DEARER), terms_and_conditions="x"),
        policy=SPLIT,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_11_cancelled_after_it_was_divided_ends_the_rest",
        given=then(lamp(**DEARER), state=1, active=False),
        policy=SPLIT,
        expect=Command(
            type="purchase_order_change",
            payload=changed(rest(action="D", line=2, seen=cells("1", "0"))),
        ),
    ),
    # 2 x 12.50 + 1 x 13.00 = 38.00, each receipt at what it is worth
    Case(
        name="bill_order_lines_of_a_divided_line_are_matched_at_their_prices",
        given=billed("38.00"),
        about=BILL,
        policy=SPLIT,
        expect=Command(
            type="invoice_add",
            fields={
                "matches": [
                    match("A1", "2", "25.00", full=True),
                    match("A2", "1", "13.00", full=True),
                ],
                "distribution": [],
            },
        ),
    ),
    Case(
        name="row_18_over_the_prices_of_a_divided_line",
        given=billed("39.00"),
        about=BILL,
        policy=SPLIT,
        expect=Hold(reason="OVERBILLED_PRICE", says=("38 at the order's price", "billed 39")),
    ),
    Case(
        name="row_18_unmatched_over_the_prices_of_a_divided_line",
        given=unmatched("39.00"),
        about=BILL,
        policy=SPLIT,
        expect=Hold(reason="OVERBILLED_PRICE", says=("38 at the order's price", "billed 39")),
    ),
    Case(
        name="bill_order_lines_of_a_divided_line_unmatched",
        given=unmatched("38.00"),
        about=BILL,
        policy=SPLIT,
        expect=Command(
            type="invoice_add",
            fields={"matches": [], "distribution": [charge("6100-20", "38.00", "Consulting")]},
        ),
    ),
    Case(
        name="receipt_posted_on_the_rest_of_a_divided_line",
        given=received_in_procurify,
        about=RECEIPT,
        policy=IN_PROCURIFY,
        expect=Command(
            type="receipt_add", fields={"line": 2, "quantity": "1", "received_before": "0"}
        ),
    ),
    Case(
        name="receipt_posted_once_the_rest_was_read",
        given=lambda world: received_in_procurify(world, is_read=False),
        about=RECEIPT,
        policy=IN_PROCURIFY,
        expect=Wait(reason="WAITS_FOR_VERIFICATION"),
    ),
    # 2 + 1 in SYSPRO - 2 in Procurify = 1
    Case(
        name="receipt_reported_of_both_parts_of_a_divided_line",
        given=received_in_syspro,
        about=REPORT,
        policy={**SPLIT, "report_receipts": True},
        expect=Command(type="receipt_report", fields={"passed": "1", "passed_before": "2"}),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_line_when_it_is_divided_then_its_parts_are_what_the_rule_says(case: Case) -> None:
    check(case)
