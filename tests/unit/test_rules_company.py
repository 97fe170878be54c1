"""A SYSPRO company that is not the one it was (rules.md §5.5, row 43)."""

from collections.abc import Callable
from typing import Any

import pytest
from plan_documents import bill, line, order, vendor
from plan_world import COMPANY, World, ready_world
from rule_cases import BILL, ORDER, VENDOR, Case, Command, Hold, Settle, check

Given = Callable[[World], None]
PROFILE = {"CompanyName": "Outdoors", "SystemSiteId": "1", "DatabaseType": "SQL"}
COPY = {**PROFILE, "CompanyName": "Outdoors TEST"}


def identified(world: World, identity: dict[str, str], type_: str = "CompanyIdentified") -> None:
    body: dict[str, Any] = {"company": COMPANY, "identity": identity, "reason": "looked"}
    world.append(f"company/{COMPANY}", type_, body)


def placed(world: World) -> None:
    world.source("PurchaseOrderChanged", *ORDER, order())


def sent(world: World) -> None:
    """Order 1042 is in SYSPRO as 000547 and was read back."""
    identified(world, PROFILE)
    placed(world)
    taken(world)
    shown(world)


def exchanged(world: World) -> None:
    identified(world, PROFILE)
    placed(world)
    identified(world, COPY)


def confirmed(world: World) -> None:
    exchanged(world)
    identified(world, COPY, "CompanyConfirmed")


def restored(world: World) -> None:
    """The last order that we read back is gone, and another one comes."""
    sent(world)
    world.syspro("purchase_order", "PurchaseOrder", ["547"], None)


def restored_and(step: Given) -> Given:
    def given(world: World) -> None:
        restored(world)
        step(world)

    return given


def purged(world: World) -> None:
    """An order is gone that is not the last one of ours."""
    sent(world)
    world.syspro("purchase_order", "PurchaseOrder", ["546"], {"PurchaseOrder": "000546"})
    world.syspro("purchase_order", "PurchaseOrder", ["546"], None)
    other(world)


def other(world: World) -> None:
    body = order(1043, line(10431), number="PO-1043")
    world.source("PurchaseOrderChanged", "purchase_order", "1043", body)


def confirm(world: World) -> None:
    """A person looked, and the company is the right one."""
    identified(world, PROFILE, "CompanyConfirmed")


def shown(world: World) -> None:
    cells = {"PurchaseOrder": "000547", "CustomerPoNumber": "", "OrderStatus": "1"}
    world.syspro("purchase_order", "PurchaseOrder", ["000547"], cells)


def taken(world: World) -> None:
    world.post(world.command(*ORDER), "000547", {"10421": 1})


def revised(world: World) -> None:
    body = order(1042, line(10421, quantity=5, total_cost="62.50"))
    world.source("PurchaseOrderChanged", *ORDER, body)


def cancelled(world: World) -> None:
    """Procurify cancelled the order, SYSPRO took that, and it was never read."""
    placed(world)
    taken(world)
    world.source("PurchaseOrderChanged", *ORDER, order(state=1, active=False))
    world.post(world.command(*ORDER), "000547")


def billed(world: World) -> None:
    world.source("BillChanged", *BILL, bill())
    world.post(world.command(*BILL), "S00118|INV-601")


def invoice(world: World) -> None:
    row = {"Supplier": "S00118", "Invoice": "INV-601", "Reference": ""}
    world.syspro("invoice", "Invoice", ["S00118", "INV-601"], row)


def supplied(world: World) -> None:
    world.source("VendorChanged", *VENDOR, vendor())
    world.post(world.command(*VENDOR), "V000200")


def accepting(code: str, given: Given) -> Given:
    """The same, and a person accepts the hold for the order as it is."""

    def then(world: World) -> None:
        given(world)
        document = world.document(*ORDER)
        body = {"document": document["key"], "reason": "known", "accepts": [code]}
        body |= {"revision": document["revision"]}
        world.append(f"decision/{document['key']}", "DocumentReleased", body)

    return then


CASES = [
    Case(
        name="row_43_the_same_company_goes_on",
        given=lambda world: (identified(world, PROFILE), placed(world), identified(world, PROFILE)),
        expect=Command(type="purchase_order_add"),
    ),
    Case(
        name="row_43_another_profile_stops_what_is_ready",
        given=exchanged,
        expect=Hold(reason="COMPANY_CHANGED", says=("'Outdoors TEST', was 'Outdoors'", "EDU1")),
    ),
    Case(
        name="row_43_a_confirmed_company_goes_on",
        given=confirmed,
        expect=Command(type="purchase_order_add"),
    ),
    Case(
        name="row_43_without_our_last_order_a_new_one_is_held",
        given=restored_and(other),
        about=("purchase_order", "1043"),
        expect=Hold(reason="COMPANY_CHANGED", says=("order 547",)),
    ),
    Case(
        name="row_43_without_our_last_order_a_bill_is_held",
        given=restored_and(lambda world: world.source("BillChanged", *BILL, bill())),
        about=BILL,
        expect=Hold(reason="COMPANY_CHANGED"),
    ),
    Case(
        name="row_43_without_our_last_order_a_vendor_is_held",
        given=restored_and(lambda world: world.source("VendorChanged", *VENDOR, vendor())),
        about=VENDOR,
        expect=Hold(reason="COMPANY_CHANGED"),
    ),
    Case(
        name="row_43_what_was_sent_keeps_its_binding",
        given=restored,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_confirmed_what_is_there_keeps_its_binding",
        given=lambda world: (sent(world), confirm(world)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_confirmed_an_order_that_is_missing_is_held",
        given=restored_and(confirm),
        expect=Hold(reason="MISSING_IN_SYSPRO", says=("EDU1 has no purchase order 000547",)),
    ),
    Case(
        name="row_43_confirmed_a_missing_order_is_not_changed",
        given=restored_and(lambda world: (confirm(world), revised(world))),
        expect=Hold(reason="MISSING_IN_SYSPRO"),
    ),
    Case(
        name="row_43_entered_again_it_goes_on",
        given=restored_and(lambda world: (confirm(world), shown(world))),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_accepted_it_is_left_as_it_is",
        given=accepting("MISSING_IN_SYSPRO", restored_and(confirm)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_written_after_the_confirmation_it_need_not_be_read_yet",
        given=lambda world: (confirm(world), placed(world), taken(world)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_cancelled_by_us_it_is_not_looked_for",
        given=lambda world: (cancelled(world), confirm(world)),
        expect=Settle(state="cancelled_in_syspro"),
    ),
    Case(
        name="row_43_confirmed_an_invoice_that_is_missing_is_held",
        given=lambda world: (billed(world), confirm(world)),
        about=BILL,
        expect=Hold(reason="MISSING_IN_SYSPRO", says=("EDU1 has no bill",)),
    ),
    Case(
        name="row_43_confirmed_an_invoice_that_is_there_goes_on",
        given=lambda world: (billed(world), invoice(world), confirm(world)),
        about=BILL,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_confirmed_a_registration_is_not_looked_for",
        given=lambda world: (billed(world), confirm(world)),
        about=BILL,
        policy={"bill_posting": "register"},
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_43_confirmed_a_supplier_that_is_missing_is_held",
        given=lambda world: (supplied(world), confirm(world)),
        about=VENDOR,
        expect=Hold(reason="MISSING_IN_SYSPRO", says=("EDU1 has no vendor V000200",)),
    ),
    Case(
        name="row_43_another_order_that_is_purged_stops_nothing",
        given=purged,
        about=("purchase_order", "1043"),
        expect=Command(type="purchase_order_add"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_company_rule_when_given_then_exactly_this(case: Case) -> None:
    check(case)


def test_company_when_it_stands_still_then_only_what_was_ready_is_planned_again() -> None:
    world = ready_world()
    sent(world)
    other(world)
    identified(world, COPY)

    assert world.standing("purchase_order", "1043") == ("held", "COMPANY_CHANGED")
    assert sorted(world.index[f"standstill:{COMPANY}"]) == ["purchase_order:acme/1043"]
    assert not world.commands("ready")
