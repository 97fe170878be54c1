"""Documents whose command is on its way, or was, when something happens (rows 37 to 39, 44).

What the lanes do then is held to the same rules by `tests/integration/test_writer_doubts.py` (a
lost answer is looked up, never repeated on a guess), `test_writer_posting.py` (warnings reject)
and `tests/acceptance/test_lost_replies.py` and `test_killed.py` (real processes).
"""

from collections.abc import Callable

import pytest
from plan_documents import bill, line, order
from plan_world import Row, World, ready_world
from rule_cases import BILL, ORDER, Case, Command, Hold, Settle, check

LATE = "2026-11-02T06:30:00Z"
"""At headquarters, in Vancouver, it is 22:30 of the day before: 2026-11-01."""


def placed(world: World, quantity: int = 3, total: str = "37.50", **fields: object) -> None:
    """Three lamps at 12.50 are 37.50, four are 50.00."""
    body = order(1042, line(quantity=quantity, total_cost=total), **fields)
    world.source("PurchaseOrderChanged", *ORDER, body)


def sending(world: World) -> Row:
    placed(world)
    row = world.command(*ORDER)
    world.intend(row)
    return row


def edited(world: World) -> None:
    """The order is edited while its first revision is on its way."""
    sending(world)
    placed(world, 4, "50.00", version=2)


def edited_then_accepted(world: World) -> None:
    row = sending(world)
    placed(world, 4, "50.00", version=2)
    world.accept(row, "000547")
    world.verify(row, {"10421": 1})


def lost(world: World) -> Row:
    row = sending(world)
    world.append(f"command/{row['key']}", "PostInDoubt", {"cause": "lost", "text": "cut off"})
    return row


def lost_then_edited(world: World) -> None:
    lost(world)
    placed(world, 4, "50.00", version=2)


def resolved(outcome: str, rule: str, syspro_key: str = "") -> Callable[[World], None]:
    def given(world: World) -> None:
        row = lost(world)
        body = {"outcome": outcome, "rule": rule, "syspro_key": syspro_key}
        world.append(f"command/{row['key']}", "DoubtResolved", body)

    return given


def warned(world: World) -> None:
    row = sending(world)
    fault = {"path": "", "number": "117", "text": "Price is above the last one", "value": ""}
    body = {"syspro_key": "000547", "warnings": [fault], "reply": "", "attempt": 1}
    world.append(f"command/{row['key']}", "PostAccepted", body)
    world.verify(row, {"10421": 1})


CASES = [
    Case(
        name="row_37_the_command_in_flight_is_let_finish",
        given=edited,
        expect=Settle(state="sending"),
    ),
    Case(
        name="row_37_then_the_next_revision_is_planned_on_what_it_left",
        given=edited_then_accepted,
        expect=Command(type="purchase_order_change", fields={"purchase_order": "000547"}),
    ),
    Case(
        name="row_38_without_an_answer_it_is_in_doubt",
        given=lost,
        expect=Settle(state="in_doubt", reason="IN_DOUBT"),
    ),
    Case(
        name="row_38_a_new_revision_does_not_go_past_the_doubt",
        given=lost_then_edited,
        expect=Settle(state="in_doubt", reason="IN_DOUBT"),
    ),
    Case(
        name="row_38_found_equal_it_is_bound",
        given=resolved("committed", "FOUND_EQUAL", "000547"),
        expect=Settle(state="sent"),
    ),
    Case(
        name="row_38_found_different_it_is_a_conflict",
        given=resolved("conflict", "FOUND_DIFFERENT"),
        expect=Hold(reason="KEY_CONFLICT"),
    ),
    Case(
        name="row_38_found_nowhere_it_is_sent_again_under_the_same_key",
        given=resolved("not_committed", "FOUND_NOTHING"),
        expect=Command(type="purchase_order_add"),
    ),
    Case(
        name="row_38_where_nothing_decides_a_person_does",
        given=resolved("escalated", "FOUND_TWICE"),
        expect=Settle(state="in_doubt", reason="DOUBT_ESCALATED"),
    ),
    Case(
        name="row_39_warnings_are_told_with_the_document",
        given=warned,
        expect=Settle(state="in_syspro", reason="ACCEPTED_WITH_WARNINGS"),
    ),
    Case(
        name="row_44_an_order_late_in_the_evening_is_of_that_day",
        given=lambda world: placed(world, date=LATE),
        expect=Command(type="purchase_order_add", fields={"order_on": "2026-11-01"}),
    ),
    Case(
        name="row_44_a_bill_late_in_the_evening_is_of_that_day",
        given=lambda world: world.source("BillChanged", *BILL, bill(invoice_date=LATE)),
        about=BILL,
        expect=Command(type="invoice_add", fields={"invoice_on": "2026-11-01"}),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rule_under_way_when_given_then_exactly_this(case: Case) -> None:
    check(case)


def test_order_when_its_answer_was_lost_and_nothing_found_then_its_key_stays() -> None:
    world = ready_world()
    row = lost(world)
    resolution = {"outcome": "not_committed", "rule": "FOUND_NOTHING", "syspro_key": ""}
    world.append(f"command/{row['key']}", "DoubtResolved", resolution)

    again = world.command(*ORDER)
    assert (again["key"], again["external_key"]) == (row["key"], row["external_key"])
    assert (again["state"], again["attempt"]) == ("ready", 1)
    assert again["payload"] == row["payload"]


def test_order_when_its_warning_is_told_then_the_warning_is_quoted() -> None:
    world = ready_world()
    warned(world)

    assert world.document(*ORDER)["detail"] == "Price is above the last one"
