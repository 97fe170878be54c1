"""What people decide about documents, and the modes in which a company carries them."""

from typing import Any

import pytest
from plan_documents import bill, bill_line, line, order, ordered_line, vendor
from plan_world import SOURCE, World, ready_world

Body = dict[str, Any]
ORDER = ("purchase_order", "1042")
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"


def decide(world: World, type_: str, kind: str, identity: str, **fields: object) -> None:
    """A person decides about the document as it stands now."""
    key = f"{kind}:{SOURCE}/{identity}"
    body = {"document": key, "reason": "as agreed", "accepts": [], "syspro_key": "", "company": ""}
    body |= {"revision": world.document(kind, identity)["revision"], **fields}
    world.append(f"decision/{key}", type_, body)


def ordered(world: World, body: Body | None = None) -> World:
    world.source("PurchaseOrderChanged", *ORDER, body or order())
    return world


def billed(world: World, identity: str = ID, **fields: object) -> World:
    world.source("BillChanged", "bill", identity, bill(bill_line(), **fields))
    return world


def test_document_when_held_by_a_person_then_until_released() -> None:
    world = ordered(ready_world())
    decide(world, "DocumentHeld", *ORDER)

    assert world.standing(*ORDER) == ("held", "HELD_BY_PERSON")
    assert world.document(*ORDER)["detail"] == "test: as agreed"
    assert [row["state"] for row in world.commands()] == ["superseded"]
    ordered(world, order(comment="Urgent"))
    assert world.standing(*ORDER) == ("held", "HELD_BY_PERSON")
    decide(world, "DocumentReleased", *ORDER)
    assert world.standing(*ORDER) == ("ready", "")


def test_document_when_held_on_its_way_then_once_its_outcome_is_known() -> None:
    world = ordered(ready_world())
    row = world.command(*ORDER)
    world.intend(row)
    decide(world, "DocumentHeld", *ORDER)
    assert world.standing(*ORDER) == ("sending", "")

    world.accept(row, "000547")
    world.verify(row, {"10421": 1})

    assert world.standing(*ORDER) == ("held", "HELD_BY_PERSON")
    assert world.document(*ORDER)["syspro_key"] == "000547"


def test_document_when_ignored_then_settled_until_released() -> None:
    world = ordered(ready_world(), order(1042, line(account={})))
    assert world.standing(*ORDER) == ("held", "LINE_NO_ACCOUNT")
    decide(world, "DocumentIgnored", *ORDER)
    assert world.standing(*ORDER) == ("ignored", "IGNORED_BY_PERSON")

    decide(world, "DocumentReleased", *ORDER)
    assert world.standing(*ORDER) == ("held", "LINE_NO_ACCOUNT")


def test_document_when_it_cannot_be_read_then_it_can_be_ignored() -> None:
    world = ordered(ready_world(), {"number": 5})
    assert world.standing(*ORDER) == ("held", "SOURCE_UNREADABLE")

    decide(world, "DocumentIgnored", *ORDER)

    assert world.standing(*ORDER) == ("ignored", "IGNORED_BY_PERSON")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("purchase_order", "ORDER_NOT_ELIGIBLE"), ("vendor", "VENDOR_NOT_ELIGIBLE")],
)
def test_bill_when_what_it_needs_is_ignored_then_held(kind: str, reason: str) -> None:
    world = ready_world()
    world.source("VendorChanged", "vendor", "200", vendor())
    ordered(world)
    item = ordered_line(1042, 10421) if kind == "purchase_order" else bill_line()
    body = bill(item, vendor={"id": 118 if kind == "purchase_order" else 200})
    world.source("BillChanged", "bill", ID, body)
    assert world.document("bill", ID)["state"] == "waiting"

    decide(world, "DocumentIgnored", kind, "1042" if kind == "purchase_order" else "200")

    assert world.standing("bill", ID) == ("held", reason)


def test_order_when_linked_then_a_bill_finds_it() -> None:
    world = ordered(ready_world())
    world.syspro("purchase_order", "PurchaseOrder", ["547"], {"PurchaseOrder": "547", "lines": []})
    decide(world, "DocumentLinked", *ORDER, syspro_key="547", company="EDU1")
    assert world.standing(*ORDER) == ("linked", "ALREADY_THERE")
    assert world.document(*ORDER)["syspro_key"] == "547"
    assert world.commands("ready") == []

    world.source("BillChanged", "bill", ID, bill(ordered_line(1042, 10421)))
    assert world.standing("bill", ID) == ("ready", "")
    received = bill(ordered_line(1042, 10421), vendor={"id": 119})
    world.source("BillChanged", "bill", ID, received)
    assert world.standing("bill", ID) == ("held", "ORDER_LINE_UNKNOWN")
    decide(world, "DocumentReleased", *ORDER)
    assert world.standing(*ORDER) == ("ready", "")
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")


def test_vendor_when_linked_then_that_is_its_supplier() -> None:
    world = ready_world()
    world.source("VendorChanged", "vendor", "200", vendor())
    decide(world, "DocumentLinked", "vendor", "200", syspro_key="S00300", company="EDU1")
    assert world.standing("vendor", "200") == ("held", "SUPPLIER_UNKNOWN")

    world.supplier("S00300")
    ordered(world, order(pref_vendor={"id": 200}))

    assert world.document("vendor", "200")["syspro_key"] == "S00300"
    assert world.command(*ORDER)["payload"]["supplier"] == "S00300"


def test_hold_when_accepted_then_passed_for_that_revision_only() -> None:
    world = billed(billed(ready_world()), "1" * 32)
    assert world.standing("bill", "1" * 32) == ("held", "DUPLICATE_INVOICE")

    decide(world, "DocumentReleased", "bill", "1" * 32, accepts=["DUPLICATE_INVOICE"])
    assert world.standing("bill", "1" * 32) == ("ready", "")

    billed(world, "1" * 32, due_date="2026-12-24T12:00:00-08:00")
    assert world.standing("bill", "1" * 32) == ("held", "DUPLICATE_INVOICE")


def test_hold_when_it_is_not_acceptable_then_no_release_lets_it_pass() -> None:
    world = ordered(ready_world(), order(1042, line(account={})))

    codes = ["LINE_NO_ACCOUNT", "NO_SUCH_CODE"]
    decide(world, "DocumentReleased", *ORDER, accepts=codes)

    assert world.standing(*ORDER) == ("held", "LINE_NO_ACCOUNT")


def test_rejected_when_a_retry_is_asked_for_then_it_is_sent_again() -> None:
    world = ordered(ready_world())
    row = world.command(*ORDER)
    world.intend(row)
    body = {"reason": "x", "text": "no such buyer", "errors": []}
    world.append(f"command/{row['key']}", "PostRejected", body)
    assert world.standing(*ORDER) == ("rejected", "REJECTED_BY_SYSPRO")

    decide(world, "RetryAsked", *ORDER)

    again = world.command(*ORDER)
    assert (again["key"], again["state"], again["attempt"]) == (row["key"], "ready", 1)
    world.intend(again)
    world.append(f"command/{row['key']}", "PostRejected", body)
    assert world.standing(*ORDER) == ("rejected", "REJECTED_BY_SYSPRO")


def test_locked_s17_when_a_retry_is_asked_for_then_it_is_borne_anew() -> None:
    """What a clerk reads says who has to do what; the locks met before count no more."""
    world = ordered(ready_world())
    row = world.command(*ORDER)
    stream = f"command/{row['key']}"
    world.intend(row)
    said = "Key 'S00118' on 'ApSupplier' is in use by another operator"
    world.append(stream, "PostDeferred", {"attempt": 1, "cause": "locked", "text": said})
    assert world.standing(*ORDER) == ("deferred", "DEFERRED")
    assert world.command(*ORDER)["locks"] == 1
    world.intend(world.command(*ORDER))
    body = {"reason": "LOCKED_IN_SYSPRO", "text": said, "errors": []}
    world.append(stream, "PostRejected", body)
    assert world.standing(*ORDER) == ("rejected", "LOCKED_IN_SYSPRO")
    document = world.document(*ORDER)
    assert "open in SYSPRO" in str(document["sentence"]) and document["detail"] == said

    decide(world, "RetryAsked", *ORDER)

    again = world.command(*ORDER)
    assert (again["key"], again["state"]) == (row["key"], "ready")
    assert "locks" not in again


def test_exception_when_a_later_version_succeeds_then_it_is_gone() -> None:
    world = ordered(ready_world(), order(1042, line(account={})))
    first = world.document(*ORDER)
    ordered(world, order(1042, line(account={}), comment="still"))
    again = world.document(*ORDER)
    assert (again["reason"], again["since"]) == ("LINE_NO_ACCOUNT", first["since"])

    ordered(world)
    ready = world.document(*ORDER)
    assert (ready["state"], ready["reason"], ready["detail"]) == ("ready", "", "")
    assert ready["since"] > first["since"]
    world.post(world.command(*ORDER), "000547", {"10421": 1})
    assert world.standing(*ORDER) == ("in_syspro", "")


def test_mode_when_approve_then_each_revision_needs_its_own() -> None:
    world = ordered(ready_world(mode_purchase_order="approve"))
    assert world.standing(*ORDER) == ("held", "NEEDS_APPROVAL")
    decide(world, "DocumentApproved", *ORDER)
    assert world.standing(*ORDER) == ("ready", "")

    world.post(world.command(*ORDER), "000547", {"10421": 1})
    assert world.standing(*ORDER) == ("in_syspro", "")
    ordered(world, order(1042, line(quantity=4, total_cost="50.00")))
    assert world.standing(*ORDER) == ("held", "NEEDS_APPROVAL")
    decide(world, "DocumentApproved", *ORDER)
    assert world.command(*ORDER)["action"] == "change"
    ordered(world, order(state=1))
    assert world.standing(*ORDER) == ("held", "NEEDS_APPROVAL")
    assert world.document(*ORDER)["detail"] == "cancel"


@pytest.mark.parametrize(("mode", "state"), [("off", "off"), ("observe", "observed")])
def test_mode_when_nothing_is_planned_then_settled_and_bills_do_not_wait(
    mode: str, state: str
) -> None:
    world = ordered(ready_world(mode_purchase_order=mode), order(1042, line(account={})))
    assert world.standing(*ORDER) == (state, "")
    assert world.commands() == []
    world.source("PurchaseOrderChanged", "purchase_order", "7", order(7, state=3))
    assert world.standing("purchase_order", "7") == ("not_eligible", "NOT_READY")

    world.source("BillChanged", "bill", ID, bill(ordered_line(1042, 10421)))
    assert world.standing("bill", ID) == ("held", "ORDER_NOT_ELIGIBLE")
    world.policy()
    assert world.standing(*ORDER) == ("held", "LINE_NO_ACCOUNT")


def test_mode_when_shadow_then_the_row_keeps_what_would_be_sent() -> None:
    world = ordered(ready_world(mode_purchase_order="shadow"))

    assert world.standing(*ORDER) == ("shadowed", "")
    shadow = world.document(*ORDER)["shadow"]
    assert (shadow["type"], shadow["action"]) == ("purchase_order_add", "add")
    assert shadow["payload"]["lines"][0]["ledger_code"] == "6100-20"
    assert world.commands() == []
    ordered(world, order(1042, line(account={})))
    assert world.standing(*ORDER) == ("held", "LINE_NO_ACCOUNT")
    assert world.document(*ORDER)["shadow"] == {}


def test_mode_when_turned_off_later_then_what_syspro_has_stays() -> None:
    world = ordered(ready_world())
    world.post(world.command(*ORDER), "000547", {"10421": 1})

    world.policy(mode_purchase_order="off")
    ordered(world, order(comment="changed"))

    assert world.standing(*ORDER) == ("in_syspro", "")


def test_vendor_when_modes_are_set_then_they_hold_for_vendors_too() -> None:
    world = ready_world(mode_vendor="approve")
    world.source("VendorChanged", "vendor", "200", vendor())
    assert world.standing("vendor", "200") == ("held", "NEEDS_APPROVAL")
    decide(world, "DocumentApproved", "vendor", "200")
    assert world.standing("vendor", "200") == ("ready", "")

    world.policy(mode_vendor="shadow")
    assert world.standing("vendor", "200") == ("shadowed", "")
    world.policy(mode_vendor="off")
    assert world.standing("vendor", "200") == ("off", "")
    decide(world, "DocumentHeld", "vendor", "200")
    assert world.standing("vendor", "200") == ("held", "HELD_BY_PERSON")
