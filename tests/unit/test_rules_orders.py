"""Purchase orders, the edge cases of rules.md §5.5: what each comes to, to the letter."""

from typing import Any

import pytest
from order_rules import (
    CANCELLATION,
    KEY,
    NUMBER,
    ONE_RECEIVED,
    SECOND_KEY,
    TWO_RECEIVED,
    accepting,
    added,
    bought,
    cells,
    chair,
    chairs,
    changed,
    comment,
    goods,
    holds,
    lamp,
    read,
    revised,
    sent,
)
from plan_documents import account
from plan_world import World, ready_world
from rule_cases import ORDER, Case, Command, Hold, Settle, check

LATER = "2026-12-01T12:00:00-08:00"


def other_vendor(world: World) -> None:
    sent(world)
    world.supplier("S00119")
    read(world, pref_vendor={"id": 119})


def replaced(world: World) -> None:
    """The vendor changed and the old order was cancelled."""
    other_vendor(world)
    world.post(world.command(*ORDER), NUMBER)


def into_cad(world: World) -> None:
    world.supplier("S00118", Currency="CAD")
    read(world, purchased_currency={"name": "CAD"})


def cancelled(*, received: str = "0", **policy: object) -> Any:
    def given(world: World) -> None:
        sent(world, lamp(), chair())
        holds(world, {"MReceivedQty": received}, {})
        read(world, lamp(), chair(), state=1, active=False)

    return given


def supplier_on_hold(world: World) -> None:
    sent(world)
    world.supplier("S00118", OnHold="Y")
    read(world, lamp(quantity=4, total_cost="50.00"))


def two_places(world: World) -> None:
    """A second location of the same company; its order has a number of its own space."""
    place = {"id": 8, "name": "Depot", "locationTimezone": "America/Toronto"}
    world.source("LocationChanged", "location", "8", place)
    department = {"id": 3, "name": "Engineering", "branch": {"id": 8, "name": "Depot"}}
    read(world, lamp(account={**account(), "department": department}))


FIVE = lamp(quantity=5, total_cost="62.50")
SHELF = lamp(id=10423, name="Shelf", quantity=1, price="20.00", total_cost="20.00")

CASES = [
    Case(
        name="row_01_lines_differ_then_only_they_are_sent",
        given=revised(FIVE, SHELF, first=(lamp(), chair())),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="5", action="C", line=1),
                goods("10423", description="Shelf", quantity="1", price="20"),
                chairs(action="D", line=2),
            ),
        ),
    ),
    Case(
        name="row_02_raised_after_receipt",
        given=revised(FIVE, rows=(ONE_RECEIVED,)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(quantity="5", action="C", line=1, seen=cells("3", "1"))),
        ),
    ),
    Case(
        name="row_03_lowered_above_receipt",
        given=revised(lamp(quantity=2, total_cost="25.00"), rows=(ONE_RECEIVED,)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(quantity="2", action="C", line=1, seen=cells("3", "1"))),
        ),
    ),
    Case(
        name="row_03_lowered_to_what_was_received_completes_the_line",
        given=revised(lamp(quantity=2, total_cost="25.00"), rows=(TWO_RECEIVED,)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="2", action="C", line=1, is_completed=True, seen=cells("3", "2"))
            ),
        ),
    ),
    Case(
        name="row_04_lowered_below_receipt",
        given=revised(lamp(quantity=1, total_cost="12.50"), rows=(TWO_RECEIVED,)),
        expect=Hold(reason="BELOW_RECEIVED", says=("ordered 1, received 2", "complete at 2")),
    ),
    Case(
        name="row_04_accepted_completes_the_line_at_what_was_received",
        given=accepting(
            "BELOW_RECEIVED",
            revised(lamp(quantity=1, total_cost="12.50"), rows=(TWO_RECEIVED,)),
        ),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="2", action="C", line=1, is_completed=True, seen=cells("3", "2"))
            ),
        ),
    ),
    # 2 received at 12.50 stay at 25.00; at 13.00 the invoice is 2 x 0.50 = 1.00 over
    Case(
        name="row_05_price_after_receipt",
        given=revised(lamp(price="13.00", total_cost="39.00"), rows=(TWO_RECEIVED,)),
        expect=Hold(reason="PRICE_AFTER_RECEIPT", says=("12.5 to 13", "25.00", "vary by 1.00")),
    ),
    Case(
        name="row_05_accepted_gives_the_rest_the_new_price",
        given=accepting(
            "PRICE_AFTER_RECEIPT",
            revised(lamp(price="13.00", total_cost="39.00"), rows=(TWO_RECEIVED,)),
        ),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(price="13", action="C", line=1, seen=cells("3", "2"))),
        ),
    ),
    Case(
        name="row_06_account_after_receipt",
        given=revised(lamp(account=account("5100")), rows=(TWO_RECEIVED,)),
        expect=Hold(reason="GL_AFTER_RECEIPT", says=("debit 5100-00, credit 6100-20, 25.00",)),
    ),
    Case(
        name="row_06_account_before_receipt_is_changed",
        given=revised(lamp(account=account("5100")), rows=({},)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(ledger_code="5100-00", action="C", line=1, seen=cells("3", "0"))),
        ),
    ),
    Case(
        name="row_07_description_dates_and_notes_after_receipt",
        given=revised(
            lamp(name="Floor lamp"),
            rows=(ONE_RECEIVED,),
            begin={"comment": "Ring once"},
            comment="Ring twice",
            promise_date=LATER,
        ),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(
                    description="Floor lamp",
                    due_on="2026-12-01",
                    action="C",
                    line=1,
                    seen=cells("3", "1"),
                ),
                due_on="2026-12-01",
                comment_lines=[comment("comment/1", "Ring twice", action="C", line=2)],
            ),
        ),
    ),
    Case(
        name="row_08_vendor_changed_before_receipt_cancels",
        given=other_vendor,
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_08_then_a_new_order_follows_under_the_next_key",
        given=replaced,
        expect=Command(
            type="purchase_order_add", payload=added(supplier="S00119", external_key=SECOND_KEY)
        ),
    ),
    Case(
        name="row_08_and_the_next_number_where_we_give_it",
        given=replaced,
        policy={"po_numbering": "manual"},
        expect=Command(
            type="purchase_order_add",
            payload=added(supplier="S00119", external_key=SECOND_KEY, purchase_order="PO-1042-2"),
        ),
    ),
    Case(
        name="row_08_after_receipt_holds",
        given=revised(rows=(ONE_RECEIVED,), pref_vendor={"id": 119}),
        expect=Hold(reason="VENDOR_CHANGE_AFTER_RECEIPT", says=("S00118 USD to S00119 USD",)),
    ),
    Case(
        name="row_09_currency_changed_before_receipt_cancels",
        given=lambda world: (sent(world), into_cad(world)),
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="row_09_after_receipt_holds",
        given=lambda world: (sent(world), holds(world, ONE_RECEIVED), into_cad(world)),
        expect=Hold(reason="VENDOR_CHANGE_AFTER_RECEIPT", says=("S00118 USD to S00118 CAD",)),
    ),
    Case(
        name="row_13_changed_by_a_person_is_told_three_ways",
        given=revised(FIVE, rows=({"MOrderQty": "4.000000"},)),
        expect=Hold(reason="CHANGED_IN_SYSPRO", says=("written 3, Procurify 5, SYSPRO 4",)),
    ),
    Case(
        name="row_13_changed_to_what_procurify_wants_is_no_conflict",
        given=revised(FIVE, rows=({"MOrderQty": "5.000000"},)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_13_account_and_date_changed_by_a_person",
        given=revised(FIVE, rows=({"MGlCode": "9999", "MLatestDueDate": "2026-11-25"},)),
        expect=Hold(
            reason="CHANGED_IN_SYSPRO",
            says=("due: written 2026-11-20", "SYSPRO 2026-11-25", "ledger code: written 6100-20"),
        ),
    ),
    Case(
        name="row_13_due_dates_of_syspro_stay",
        given=revised(FIVE, rows=({"MLatestDueDate": "2026-11-25"},), promise_date=LATER),
        policy={"due_date_owner": "syspro"},
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(
                    quantity="5",
                    due_on="2026-11-25",
                    action="C",
                    line=1,
                    seen=cells("3", "0"),
                )
            ),
        ),
    ),
    Case(
        name="row_24_zero_is_left_out",
        given=bought(lamp(), chair(quantity=0, total_cost="0.00")),
        expect=Command(type="purchase_order_add", payload=added()),
    ),
    Case(
        name="row_24_negative_holds",
        given=bought(lamp(), chair(quantity=-1, total_cost="-20.00")),
        expect=Hold(reason="NEGATIVE_LINE", says=("line 2",)),
    ),
    Case(
        name="row_24_negative_becomes_a_charge_below_zero",
        given=bought(lamp(), chair(quantity=-1, total_cost="-20.00")),
        policy={"negative_lines": "charge"},
        expect=Command(
            type="purchase_order_add",
            payload=added(
                charge_lines=[
                    {
                        "key": "10422",
                        "kind": "misc",
                        "action": "A",
                        "value": "-20.00",
                        "text": "Chair",
                        "code": "",
                        "tax_code": "",
                        "seen": [],
                    }
                ]
            ),
        ),
    ),
    # é and ½ are in Windows-1252; ő loses its accent, the emoji and Λ have no letters
    Case(
        name="row_35_other_alphabets_are_spelt_or_replaced",
        given=bought(lamp(name="Café lamp ½ Tőke 😀 Λ")),
        expect=Command(
            type="purchase_order_add", payload=added(goods(description="Café lamp ½ Toke ? ?"))
        ),
    ),
    Case(
        name="row_40_syspros_own_number_is_the_orders",
        given=revised(FIVE),
        policy={"po_numbering": "manual"},
        expect=Command(
            type="purchase_order_change", payload=changed(goods(quantity="5", action="C", line=1))
        ),
    ),
    Case(
        name="row_41_supplier_on_hold_stops_a_change",
        given=supplier_on_hold,
        expect=Hold(reason="SUPPLIER_ON_HOLD", says=("S00118",)),
    ),
    Case(
        name="row_41_and_lets_go_by_itself",
        given=lambda world: (supplier_on_hold(world), world.supplier("S00118")),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(quantity="4", action="C", line=1)),
        ),
    ),
    Case(
        name="row_42_a_domain_numbers_in_a_space_of_its_own",
        given=two_places,
        policy={"po_numbering": "prefix", "po_prefix": "CA-"},
        expect=Command(
            type="purchase_order_add",  # 06:30 UTC is 01:30 of the 2nd in Toronto
            payload=added(purchase_order="CA-PO-1042", order_on="2026-11-02"),
        ),
    ),
    Case(
        name="row_45_a_recurring_item_is_a_line_like_any",
        given=bought(lamp(type=1)),
        expect=Command(type="purchase_order_add", payload=added()),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_when_an_edge_case_happens_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)


def test_order_when_replaced_then_its_row_names_the_one_before() -> None:
    world = ready_world()
    replaced(world)
    world.post(world.command(*ORDER), "000548", {"10421": 1})

    document = world.document(*ORDER)
    assert (document["state"], document["syspro_key"]) == ("in_syspro", "000548")
    assert document["detail"] == "in place of 000547"
    assert [row["generation"] for row in world.commands("verified")] == [1, 1, 2]
    assert KEY != SECOND_KEY
