"""Orders that SYSPRO has: revisions, cancellation, what a person did, what was received."""

from typing import Any

import pytest
from plan_documents import account, line, order, vendor
from plan_world import World, ready_world

Body = dict[str, Any]
LINES = {"10421": 1, "10422": 2}


def posted(**settings: object) -> World:
    world = ready_world(**settings)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", base())
    world.post(world.command("purchase_order", "1042"), "000547", LINES)
    assert world.standing("purchase_order", "1042") == ("in_syspro", "")
    return world


def base(**fields: object) -> Body:
    return order(1042, line(10421), line(10422, name="Chair"), **fields)


def revise(world: World, *lines: Body, **fields: object) -> Body | None:
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, *lines, **fields))
    document = world.document("purchase_order", "1042")
    return world.command("purchase_order", "1042") if document["state"] == "ready" else None


def in_syspro(world: World, *, status: str = "1", **columns: object) -> None:
    rows: list[Body] = [
        {
            "Line": str(number),
            "LineType": "7",
            "MSupCatalogue": f"PI-{item}",
            "MOrderQty": "3.000000",
            "MReceivedQty": "0.000000",
            "MPrice": "12.50000",
            "MForeignPrice": "0.00000",
        }
        for item, number in LINES.items()
    ]
    rows[0] |= columns
    row = {"PurchaseOrder": "000000000000547", "OrderStatus": status, "lines": rows}
    row |= {"CustomerPoNumber": "", "Supplier": "S00118", "Currency": "USD"}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)


def test_revision_when_lines_differ_then_only_they_are_sent() -> None:
    world = posted()

    command = revise(
        world,
        line(10421, quantity=5, total_cost="62.50"),
        line(10423, name="Shelf", price="20.00", quantity=1, total_cost="20.00"),
    )

    assert command is not None
    assert (command["type"], command["action"], command["stage"]) == (
        "purchase_order_change",
        "change",
        1,
    )
    payload = command["payload"]
    assert (payload["purchase_order"], payload["supplier"]) == ("000547", "S00118")
    assert "due_on" not in payload
    changes = [(item["action"], item["item_id"], item.get("line")) for item in payload["lines"]]
    assert changes == [("C", "10421", 1), ("A", "10423", None), ("D", "10422", 2)]
    assert payload["lines"][0]["quantity"] == "5"


def test_revision_when_written_then_the_next_one_builds_on_it() -> None:
    world = posted()
    first = revise(world, line(10421, quantity=5, total_cost="62.50"), line(10422, name="Chair"))
    assert first is not None
    world.post(first, "000547", LINES)
    assert world.standing("purchase_order", "1042") == ("in_syspro", "")

    back = revise(world, line(10421), line(10422, name="Chair"))
    assert back is not None
    world.post(back, "000547", LINES)
    again = revise(world, line(10421, quantity=5, total_cost="62.50"), line(10422, name="Chair"))

    assert again is not None
    assert again["key"] != first["key"]
    assert [item["quantity"] for item in again["payload"]["lines"]] == ["5"]


def test_revision_when_nothing_that_syspro_holds_changed_then_it_is_settled() -> None:
    world = posted()

    lines = (line(10421, catalog_item={"internalSKU": "X"}), line(10422, name="Chair"))
    assert revise(world, *lines) is None

    document = world.document("purchase_order", "1042")
    assert (document["state"], document["reason"]) == ("in_syspro", "")
    assert "changes nothing" in document["detail"]


def test_revision_when_the_due_day_moved_then_the_lines_take_it_along() -> None:
    world = posted()
    moved = "2026-12-01T12:00:00-08:00"

    command = revise(world, line(10421), line(10422, name="Chair"), promise_date=moved)

    assert command is not None
    payload = command["payload"]
    assert payload["due_on"] == "2026-12-01"
    assert [item["due_on"] for item in payload["lines"]] == ["2026-12-01", "2026-12-01"]
    world.post(command, "000547", LINES)
    written = world.fact("written:purchase_order:acme/1042")
    assert written is not None
    assert written["payload"]["due_on"] == "2026-12-01"


def test_revision_when_the_lines_keep_their_due_days_then_the_order_alone_moves() -> None:
    world = posted()
    kept, moved = "2026-11-20T12:00:00-08:00", "2026-12-01T12:00:00-08:00"
    lines = (line(10421, date_required=kept), line(10422, name="Chair", date_required=kept))

    command = revise(world, *lines, promise_date=moved)

    assert command is not None
    assert (command["payload"]["due_on"], command["payload"]["lines"]) == ("2026-12-01", [])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"total": "80.00"}, "TOTAL_MISMATCH"),
        ({"freight": "-5.00"}, "NEGATIVE_LINE"),
        ({"has_blanket_order_items": True}, "BLANKET_PO"),
    ],
)
def test_revision_when_it_cannot_be_carried_then_it_is_held(fields: Body, reason: str) -> None:
    world = posted()

    revise(world, line(10421), line(10422, name="Chair"), **fields)

    assert world.standing("purchase_order", "1042") == ("held", reason)


def test_revision_when_an_account_is_unmapped_then_it_is_held() -> None:
    world = posted()

    revise(world, line(10421, account=account("6990")), line(10422, name="Chair"))

    assert world.standing("purchase_order", "1042") == ("held", "LINE_NO_ACCOUNT")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"MReceivedQty": "2.000000"}, "BELOW_RECEIVED"),
        ({"MReceivedQty": "1.000000"}, ""),
        ({"MOrderQty": "4.000000"}, "CHANGED_IN_SYSPRO"),
        ({"MPrice": "13.00000"}, "CHANGED_IN_SYSPRO"),
        ({"MSupCatalogue": ""}, "CHANGED_IN_SYSPRO"),
        ({"MSupCatalogue": "PI-9"}, "CHANGED_IN_SYSPRO"),
        ({"status": "*"}, "CHANGED_IN_SYSPRO"),
        ({"MPrice": "0.00000", "MForeignPrice": "12.50000"}, ""),
    ],
)
def test_revision_s35_when_syspro_moved_then_it_is_held(columns: Body, reason: str) -> None:
    world = posted()
    in_syspro(world, **columns)
    assert world.standing("purchase_order", "1042") == ("in_syspro", "")

    command = revise(world, line(10421, quantity=1, total_cost="12.50"), line(10422, name="Chair"))

    assert (command is None) == bool(reason)
    assert world.document("purchase_order", "1042")["reason"] == reason


def test_revision_when_line_numbers_are_unknown_then_it_waits_for_them() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", base())
    world.post(world.command("purchase_order", "1042"), "000547")
    revise(world, line(10421, quantity=1, total_cost="12.50"), line(10422, name="Chair"))
    assert world.standing("purchase_order", "1042") == ("waiting", "WAITS_FOR_VERIFICATION")

    in_syspro(world)

    command = world.command("purchase_order", "1042")
    assert [item["line"] for item in command["payload"]["lines"]] == [1]


def test_revision_when_the_first_post_is_on_its_way_p26_then_it_comes_after() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", base())
    row = world.command("purchase_order", "1042")
    world.intend(row)
    revise(world, line(10421))
    assert world.standing("purchase_order", "1042") == ("sending", "")
    world.accept(row, "000547")
    assert world.standing("purchase_order", "1042") == ("sent", "")

    world.verify(row, LINES)

    assert world.standing("purchase_order", "1042") == ("ready", "")
    assert world.command("purchase_order", "1042")["action"] == "change"


def cancel(world: World) -> None:
    body = base(state=1, active=False)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)


def test_cancellation_when_nothing_was_received_p25_then_the_order_is_cancelled() -> None:
    world = posted()

    cancel(world)

    command = world.command("purchase_order", "1042")
    assert (command["type"], command["action"]) == ("purchase_order_cancel", "cancel")
    assert command["payload"]["purchase_order"] == "000547"
    world.post(command, "000547")
    assert world.standing("purchase_order", "1042") == ("cancelled_in_syspro", "")

    world.source("PurchaseOrderChanged", "purchase_order", "1042", base(state=5))
    assert world.standing("purchase_order", "1042") == ("held", "REOPENED_AFTER_CANCEL")


@pytest.mark.parametrize(
    ("columns", "standing"),
    [
        ({"MOrderQty": "9"}, ("held", "CHANGED_IN_SYSPRO")),
        ({"status": "*"}, ("cancelled_in_syspro", "")),
    ],
)
def test_cancellation_when_syspro_moved_then_it_is_not_sent(
    columns: Body, standing: tuple[str, str]
) -> None:
    world = posted()
    in_syspro(world, **columns)

    cancel(world)

    assert world.standing("purchase_order", "1042") == standing
    assert world.commands("ready") == []


def test_cancellation_when_the_order_was_never_sent_p24_then_its_command_is_superseded() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", base())

    cancel(world)

    assert world.standing("purchase_order", "1042") == ("not_eligible", "NOT_READY")
    assert [row["state"] for row in world.commands()] == ["superseded"]


def test_payment_when_the_order_is_in_syspro_then_it_stays_as_it_is() -> None:
    world = posted()

    world.source("PurchaseOrderChanged", "purchase_order", "1042", base(state=4))

    assert world.standing("purchase_order", "1042") == ("in_syspro", "")


def test_order_s35_when_reading_back_differs_then_the_row_says_so() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", base())
    row = world.command("purchase_order", "1042")
    world.intend(row)
    world.accept(row, "000547")

    world.verify(row, LINES, ["item 10421: quantity 2"])

    assert world.standing("purchase_order", "1042") == ("in_syspro", "DIFFERS_IN_SYSPRO")
    assert world.document("purchase_order", "1042")["detail"] == "item 10421: quantity 2"


def test_mapping_when_it_changes_after_the_post_then_nothing_is_sent() -> None:
    world = posted()

    world.mapping("account", "6100/Engineering", "6100-00")
    world.mapping("vendor", "118", "S00119")

    assert world.standing("purchase_order", "1042") == ("in_syspro", "")
    assert world.commands("ready") == []


def test_revision_when_the_vendor_is_gone_then_it_waits_for_it() -> None:
    world = posted()
    world.source("VendorChanged", "vendor", "200", vendor(name="東京"))

    revise(world, line(10421), pref_vendor={"id": 200})

    assert world.standing("vendor", "200") == ("held", "NOT_IN_CODE_PAGE")
    assert world.standing("purchase_order", "1042") == ("waiting", "WAITS_FOR_SUPPLIER")
