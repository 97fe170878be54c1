"""What was planned in shadow mode stays beside what people type, until the document changes."""

from plan_documents import bill, line, order
from plan_world import World, ready_world

ORDER = ("purchase_order", "1042")
BILL = ("bill", "00000000000000000000000000000601")


def billed(world: World, **fields: object) -> World:
    world.source("BillChanged", "bill", BILL[1], bill(**fields))
    return world


def typed(world: World) -> None:
    """A clerk has entered the same invoice in SYSPRO."""
    row = {"Supplier": "S00118", "Invoice": "INV-601", "Reference": "", "OrigInvValue": "100.00"}
    world.syspro("invoice", "Invoice", ["S00118", "INV-601"], row)


def decide(world: World, type_: str, kind: str, identity: str, **fields: object) -> None:
    document = f"{kind}:acme/{identity}"
    revision = world.document(kind, identity)["revision"]
    body = {"document": document, "reason": "r", "revision": revision, **fields}
    world.append(f"decision/{document}", type_, body)


def test_bill_when_a_clerk_types_what_was_planned_then_it_stays_and_nobody_is_asked() -> None:
    world = billed(ready_world(mode_bill="shadow"))
    shadow = world.document(*BILL)["shadow"]
    assert shadow["type"] == "invoice_add"

    typed(world)

    assert world.standing(*BILL) == ("shadowed", "")
    assert world.document(*BILL)["shadow"] == shadow


def test_bill_when_it_changes_after_it_was_typed_then_its_old_plan_goes() -> None:
    world = billed(ready_world(mode_bill="shadow"))
    typed(world)
    billed(world, due_date="2026-12-12T12:00:00-08:00")
    assert world.standing(*BILL) == ("held", "DUPLICATE_INVOICE")
    assert world.document(*BILL)["shadow"] == {}


def test_bill_when_the_mode_is_no_longer_shadow_then_it_is_held_as_ever() -> None:
    world = billed(ready_world(mode_bill="shadow"))
    typed(world)
    world.policy(mode_bill="auto")
    assert world.standing(*BILL) == ("held", "DUPLICATE_INVOICE")


def test_bill_when_a_person_holds_it_then_it_is_held_in_shadow_too() -> None:
    world = billed(ready_world(mode_bill="shadow"))
    decide(world, "DocumentHeld", *BILL)
    assert world.standing(*BILL) == ("held", "HELD_BY_PERSON")


def test_order_when_linked_to_what_was_typed_then_its_plan_stays_for_comparing() -> None:
    world = ready_world(mode_purchase_order="shadow")
    world.source("PurchaseOrderChanged", *ORDER, order(1042, line()))
    shadow = world.document(*ORDER)["shadow"]
    decide(world, "DocumentLinked", *ORDER, syspro_key="000547", company="EDU1")
    assert world.standing(*ORDER) == ("linked", "ALREADY_THERE")
    assert world.document(*ORDER)["shadow"] == shadow != {}


def test_order_when_it_waits_for_approval_then_its_row_keeps_what_would_be_sent() -> None:
    world = ready_world(mode_purchase_order="approve")
    world.source("PurchaseOrderChanged", *ORDER, order(1042, line()))
    assert world.standing(*ORDER) == ("held", "NEEDS_APPROVAL")
    shadow = world.document(*ORDER)["shadow"]
    decide(world, "DocumentApproved", *ORDER)
    assert world.command(*ORDER)["payload"] == shadow["payload"]
    assert world.document(*ORDER)["shadow"] == {}
