"""Orders divided among accounts, and orders whose lines SYSPRO received or completed meanwhile."""

import pytest
from order_rules import (
    ONE_RECEIVED,
    Body,
    Given,
    add,
    bought,
    cells,
    changed,
    goods,
    holds,
    lamp,
    read,
    revised,
    sent,
    split,
)
from plan_world import World
from rule_cases import Case, Command, Hold, Settle, check

TWO_LAMPS: Body = {"quantity": 2, "total_cost": "25.00"}


def grn(quantity: str, line: str = "1") -> Given:
    """SYSPRO's goods receipt of the order, read before the order was read again."""

    def given(world: World) -> None:
        row = {"Supplier": "S00118", "Grn": f"A{line}", "GrnSource": "I", "Journal": "12"}
        row |= {"JournalEntry": "1", "PurchaseOrder": "547", "PurchaseOrderLin": line}
        key = ["S00118", f"A{line}", "I", "12", "1"]
        world.syspro("grn", "Grn", key, {**row, "QtyReceived": quantity})

    return given


def received_by(*grns: Given) -> Given:
    """Three lamps were sent, the receipts read, and Procurify orders two."""

    def given(world: World) -> None:
        sent(world)
        holds(world, {})
        for step in grns:
            step(world)
        read(world, lamp(**TWO_LAMPS))

    return given


def in_boxes(world: World) -> None:
    """One lamp of three came in, and the rest is ordered by the box."""
    world.mapping("unit", "box", "BX")
    sent(world)
    holds(world, ONE_RECEIVED)
    read(world, lamp(unit="box"))


CASES = [
    Case(
        name="line_splits_below_zero_are_held",
        given=bought(lamp(spend_allocation=[split(71, "50.00"), split(72, "-12.50", "5100")])),
        expect=Hold(reason="NEGATIVE_LINE", says=("an account below zero",)),
    ),
    # 3 x 0.000005 / 37.50 is 0.0000004, which is none at six decimals
    Case(
        name="line_splits_that_round_to_nothing_are_no_line",
        given=bought(
            lamp(spend_allocation=[split(71, "0.000005"), split(72, "37.499995", "5100")])
        ),
        expect=add(goods("10421/72", stock_code="PI-10421", quantity="3", ledger_code="5100-00")),
    ),
    # a price of five decimals cannot tie: one piece of 20000.09, divided in cents
    Case(
        name="line_splits_of_one_piece_divide_its_price",
        given=bought(
            lamp(
                quantity=20000,
                price="1.00000444",
                total_cost="20000.09",
                spend_allocation=[split(71, "10000.045"), split(72, "10000.045", "5100")],
            )
        ),
        expect=add(
            goods("10421/71", stock_code="PI-10421", quantity="1", price="10000.04"),
            goods(
                "10421/72",
                stock_code="PI-10421",
                quantity="1",
                price="10000.05",
                ledger_code="5100-00",
            ),
        ),
    ),
    # half a millionth each is a millionth half up: three of them are more than the two there are
    Case(
        name="line_splits_finer_than_a_quantity_are_held",
        given=bought(
            lamp(
                quantity="0.000002",
                price="500000",
                total_cost="1.00",
                spend_allocation=[split(place, "0.25") for place in (71, 72, 73, 74)],
            )
        ),
        expect=Hold(reason="QTY_PRECISION", says=("among 4 accounts",)),
    ),
    Case(
        name="line_sku_changed_to_what_is_stocked_is_held",
        given=revised(lamp(sku="A100"), rows=({},)),
        expect=Hold(reason="CHANGE_UNSUPPORTED", says=("PI-10421 to A100",)),
    ),
    Case(
        name="line_unit_changed_after_receipt_is_held",
        given=in_boxes,
        expect=Hold(reason="CHANGE_AFTER_RECEIPT", says=("line 1: unit",)),
    ),
    Case(
        name="row_07_description_of_a_complete_line_is_not_sent",
        given=revised(
            lamp(name="Floor lamp"),
            rows=({"MReceivedQty": "3", "MCompleteFlag": "Y"},),
        ),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_04_lowered_below_what_its_receipts_say",
        given=received_by(grn("2.5")),
        expect=Hold(reason="BELOW_RECEIVED", says=("ordered 2, received 2.5",)),
    ),
    Case(
        name="row_04_receipts_of_no_line_are_nobodys",
        given=received_by(grn("1"), grn("2.5", line="")),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(quantity="2", action="C", line=1, seen=cells("3", "1")),
            ),
        ),
    ),
    Case(
        name="po_due_in_syspro_that_is_no_date_is_not_compared",
        given=revised(lamp(**TWO_LAMPS), rows=({"MLatestDueDate": "soon"},)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(goods(quantity="2", action="C", line=1, seen=cells("3", "0"))),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_when_divided_or_received_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)
