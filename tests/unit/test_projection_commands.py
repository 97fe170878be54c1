"""What becomes of commands, documents and polls as events arrive."""

import pytest
from plan_documents import bill, line, order, vendor
from plan_world import COMPANY, SOURCE, LazyView, Row, World, ready_world

from engine.core.projection import Ask, Table
from engine.core.reasons import REASONS

ORDER = ("purchase_order", "1042")


def planned() -> tuple[World, Row]:
    world = ready_world()
    world.source("PurchaseOrderChanged", *ORDER, order())
    return world, world.command(*ORDER)


def tell(world: World, row: Row, type_: str, **body: object) -> None:
    world.append(f"command/{row['key']}", type_, body)


def test_command_when_on_its_way_then_the_document_shows_it() -> None:
    world, row = planned()

    world.intend(row)
    assert world.standing(*ORDER) == ("sending", "")
    tell(world, row, "PostInDoubt", cause="timed_out", text="no answer")
    assert world.standing(*ORDER) == ("in_doubt", "IN_DOUBT")
    tell(world, row, "DoubtFenced", session_tag="s2")
    assert world.command(*ORDER)["fenced_at"]
    tell(world, row, "DoubtResolved", outcome="committed", rule="found", syspro_key="000547")
    assert world.standing(*ORDER) == ("sent", "")
    written = world.fact("written:purchase_order:acme/1042")
    assert written is not None
    assert written["syspro_key"] == "000547"


@pytest.mark.parametrize(
    ("outcome", "standing"),
    [
        ("not_committed", ("ready", "")),
        ("conflict", ("held", "KEY_CONFLICT")),
        ("escalated", ("in_doubt", "DOUBT_ESCALATED")),
    ],
)
def test_doubt_when_resolved_then_the_document_follows(
    outcome: str, standing: tuple[str, str]
) -> None:
    world, row = planned()
    world.intend(row)
    tell(world, row, "PostInDoubt", cause="timed_out", text="")

    tell(world, row, "DoubtResolved", outcome=outcome, rule="r", evidence={}, syspro_key="")

    assert world.standing(*ORDER) == standing
    world.source("PurchaseOrderChanged", *ORDER, order(comment="again"))
    expected = {"not_committed": 2}.get(outcome, 1)
    assert len(world.commands()) == expected


def test_rejected_when_nothing_changes_then_it_stays_and_when_an_input_does_it_is_ready() -> None:
    world, row = planned()
    world.intend(row)
    tell(world, row, "PostRejected", reason="supplier", text="Supplier is odd", errors=[])
    assert world.standing(*ORDER) == ("rejected", "REJECTED_BY_SYSPRO")
    assert world.document(*ORDER)["detail"] == "Supplier is odd"

    world.source("PurchaseOrderChanged", *ORDER, order())
    assert world.standing(*ORDER) == ("rejected", "REJECTED_BY_SYSPRO")
    world.supplier("S00118", "Another name")

    again = world.command(*ORDER)
    assert (again["state"], again["key"]) == ("ready", row["key"])
    assert (again["attempt"], again["version"]) == (1, 2)


def test_rejected_when_held_meanwhile_then_it_is_sent_again_once_nothing_holds_it() -> None:
    """SYSPRO refused it for what was not read yet, and does not any more (rules.md §5.5, 17)."""
    world, row = planned()
    world.intend(row)
    tell(world, row, "PostRejected", reason="x", text="supplier is on hold", errors=[])
    world.supplier("S00118", OnHold="Y")
    assert world.standing(*ORDER) == ("held", "SUPPLIER_ON_HOLD")
    held = world.commands("rejected")

    world.supplier("S00118")

    assert [found["key"] for found in held] == [row["key"]]
    again = world.command(*ORDER)
    assert (again["key"], again["state"], again["attempt"]) == (row["key"], "ready", 1)
    world.intend(again)
    tell(world, again, "PostRejected", reason="x", text="no", errors=[])
    assert world.standing(*ORDER) == ("rejected", "REJECTED_BY_SYSPRO")


def test_deferred_when_nothing_changes_then_it_stays_to_be_sent_again() -> None:
    world, row = planned()
    world.intend(row)
    tell(world, row, "PostDeferred", cause="not_sent", text="refused")
    assert world.standing(*ORDER) == ("deferred", "DEFERRED")

    world.source("PurchaseOrderChanged", *ORDER, order())
    assert world.standing(*ORDER) == ("deferred", "DEFERRED")
    world.source("PurchaseOrderChanged", *ORDER, order(1042, line(10421, quantity=4)))

    assert world.standing(*ORDER) == ("held", "TOTAL_MISMATCH")
    assert [found["state"] for found in world.commands()] == ["superseded"]


def test_lookup_when_syspro_was_changed_then_the_command_stops_until_an_input_changes() -> None:
    world, row = planned()

    tell(world, row, "LookupAnswered", object="PORQRY", found=True, is_as_planned=False)

    assert world.command(*ORDER)["state"] == "rejected"
    assert world.standing(*ORDER) == ("rejected", "CHANGED_IN_SYSPRO")
    world.supplier("S00118", "Another name")
    assert world.standing(*ORDER) == ("ready", "")


def test_ready_when_the_source_changes_then_the_old_one_is_superseded() -> None:
    world, row = planned()

    world.source("PurchaseOrderChanged", *ORDER, order(comment="Urgent"))

    states = {found["key"]: found["state"] for found in world.commands()}
    new = world.command(*ORDER)
    assert states == {row["key"]: "superseded", new["key"]: "ready"}
    world.source("PurchaseOrderChanged", *ORDER, order())
    assert world.command(*ORDER)["key"] == row["key"]


def test_ready_when_an_input_changes_then_it_is_replaced_in_place() -> None:
    world, row = planned()

    world.mapping("account", "6100/Engineering", "6100-00")

    new = world.command(*ORDER)
    assert (new["key"], new["planned_position"]) == (row["key"], row["planned_position"])
    assert new["payload"]["lines"][0]["ledger_code"] == "6100-00"


def test_intent_when_the_command_was_superseded_meanwhile_then_it_is_history() -> None:
    world, row = planned()
    world.source("PurchaseOrderChanged", *ORDER, order(comment="Urgent"))

    world.intend(row)

    assert world.standing(*ORDER) == ("sending", "")
    assert {found["state"] for found in world.commands()} == {"sending", "superseded"}
    world.accept(row, "000547")
    world.verify(row, {"10421": 1})
    assert world.standing(*ORDER) == ("ready", "")
    assert world.command(*ORDER)["action"] == "change"


def test_intent_when_no_such_command_is_known_then_its_row_comes_from_the_intent() -> None:
    world, row = planned()
    other = {**row, "key": "f" * 32, "attempt": 0}

    world.intend(other)
    world.accept(other, "000547")

    assert world.standing(*ORDER) == ("sent", "")
    assert world.command(*ORDER)["key"] == "f" * 32
    assert len(world.commands("ready")) == 0


def test_intent_when_the_document_is_unknown_then_nothing_breaks() -> None:
    world, row = planned()

    world.intend({**row, "key": "a" * 32, "document": "purchase_order:acme/9"})
    world.intend({**row, "key": "b" * 32, "document": "nonsense"})
    tell(world, {"key": "c" * 32}, "PostAccepted", syspro_key="1")

    assert world.standing("purchase_order", "9") == ("held", "SOURCE_UNREADABLE")
    world.verify({"key": "a" * 32}, {"1": 1})


def test_written_order_when_its_payload_cannot_be_read_then_it_is_held() -> None:
    world, row = planned()
    world.intend({**row, "payload": {"supplier": "S00118"}})
    world.accept(row, "000547")
    world.verify(row, {})

    world.source("PurchaseOrderChanged", *ORDER, order(comment="Urgent"))

    assert world.standing(*ORDER) == ("held", "SOURCE_UNREADABLE")


def test_polls_when_they_finish_or_break_then_the_row_says_so() -> None:
    world = World()
    world.poll("procurify", "acme", "bills")
    row = world.row(Table.POLLS, "procurify/acme/bills")
    assert row is not None
    assert (row["finished_at"], row["broken"]) == ("2026-11-01T00:00:01+00:00", "")
    assert (row["read"], row["seconds"]) == (2, "0.1")

    body = {"side": "procurify", "name": "acme", "resource": "bills", "cause": "refused"}
    world.append("poll/procurify/acme/bills", "PollBroken", {**body, "text": "no"})
    row = world.row(Table.POLLS, "procurify/acme/bills")
    assert row is not None
    assert (row["finished_at"], row["broken"]) == ("2026-11-01T00:00:01+00:00", "refused")
    world.append("poll/procurify/acme/pos", "PollBroken", {**body, "resource": "pos"})
    row = world.row(Table.POLLS, "procurify/acme/pos")
    assert row is not None
    assert row["finished_at"] is None


def test_events_when_unknown_erased_or_senseless_then_nothing_changes() -> None:
    world = ready_world()
    before = dict(world.rows)

    world.append("service", "RunStarted", {})
    world.append("mapping/tax/x", "MappingApproved", None)
    world.append("mapping/tax/x", "MappingApproved", {"kind": "", "key": "", "target": ""})
    world.append("procurify/acme/vendor/1", "VendorChanged", {"kind": "vendor"})
    world.append(
        "procurify/acme/vendor/1", "VendorVanished", {"source": "acme", "kind": "vendor", "id": "1"}
    )
    world.source("LocationChanged", "location", "9", {"locationTimezone": None})
    world.source("CurrencyChanged", "currency", "9", {"name": None})
    world.syspro("journal", "Journal", ["x"], {"A": "b"})

    assert world.rows == before


def test_facts_when_a_column_that_no_plan_reads_moves_then_nothing_is_planned_again() -> None:
    world, _ = planned()
    count = len(world.rows)
    before = dict(world.rows)

    event = world.supplier("S00118", CurrentBalance="100.00")

    assert (world.rows, len(world.rows)) == (before, count)
    view = LazyView(world.rows)
    asks = 0
    while asks < 5:
        try:
            assert world.projection.fold(view, event).needs == ()
            break
        except Ask as ask:
            view.fetched |= ask.rows
            asks += 1
    assert asks == 2


def test_documents_when_in_any_state_then_their_reasons_are_catalogued() -> None:
    world, row = planned()
    world.source("VendorChanged", "vendor", "200", vendor(name="東京"))
    world.source("BillChanged", "bill", "0" * 32, bill(status=0))
    world.intend(row)

    for address in list(world.rows):
        if address.table is Table.DOCUMENTS:
            body = world.row(address.table, address.key)
            assert body is not None
            assert not body["reason"] or body["reason"] in REASONS


def test_headquarters_when_read_later_then_its_zone_is_the_domains() -> None:
    world = World()
    world.source("LocationChanged", "location", "8", {"locationTimezone": "UTC"})
    assert world.fact("zone:acme") == {"zone": "UTC"}
    world.source("LocationChanged", "location", "9", {"locationTimezone": "Asia/Tokyo"})
    assert world.fact("zone:acme") == {"zone": "UTC"}
    world.source(
        "LocationChanged", "location", "7", {"locationTimezone": "Europe/Oslo", "headquarter": True}
    )
    assert world.fact("zone:acme") == {"zone": "Europe/Oslo"}


def test_snapshot_when_only_procurify_was_read_then_syspro_was_not() -> None:
    world = World()
    world.poll("procurify", COMPANY, "suppliers")

    assert world.fact(f"snapshot:{COMPANY}/supplier") is None


def test_document_when_its_last_read_was_unreadable_then_held_until_it_reads_again() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, line()))
    assert world.standing(*ORDER) == ("ready", "")
    body = {
        "source": SOURCE,
        "kind": "purchase_order",
        "id": "1042",
        "cause": "too_large",
        "text": "2 MiB",
        "digest": "d",
    }
    event = world.append(f"procurify/{SOURCE}/purchase_order/1042", "DocumentUnreadable", body)
    assert world.standing(*ORDER) == ("held", "SOURCE_UNREADABLE")
    assert world.document(*ORDER)["detail"] == "too_large: 2 MiB"
    assert world.document(*ORDER)["position"] == event.position
    assert world.commands("ready") == []
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, line()))
    assert world.standing(*ORDER) == ("ready", "")
