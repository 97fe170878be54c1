"""Vendors that are renamed, merged, gone or new (rules.md §5.5, rows 30 to 33)."""

from collections.abc import Callable
from typing import Any

import pytest
from plan_documents import bill, order, vendor
from plan_world import World, ready_world
from rule_cases import BILL, ORDER, VENDOR, Case, Command, Hold, Settle, check

Body = dict[str, Any]
Given = Callable[[World], None]
OWNED = {"vendor_fields": ["name", "email"]}
SHOWN = {"SupplierName": "Nordlicht GmbH", "Email": "orders@nordlicht.example"}


def seen(world: World, identity: str = "200", **fields: object) -> None:
    world.source("VendorChanged", "vendor", identity, vendor(int(identity), **fields))


def created(world: World) -> None:
    """Vendor 200 came and SYSPRO took it from us as V000200, and shows it so."""
    seen(world)
    world.post(world.command("vendor", "200"), "V000200")
    world.supplier("V000200", **SHOWN)


def then(*steps: Given) -> Given:
    def given(world: World) -> None:
        for step in steps:
            step(world)

    return given


def renamed(world: World) -> None:
    seen(world, name="Nordlicht AG")


def written_again(world: World) -> None:
    """The change that the renaming called for was posted, and SYSPRO shows it."""
    world.post(world.command("vendor", "200"), "V000200")
    world.supplier("V000200", "Nordlicht AG", Email=SHOWN["Email"])


def retyped(world: World) -> None:
    """Somebody renamed the supplier in SYSPRO."""
    world.supplier("V000200", "Nordlicht Hamburg", Email=SHOWN["Email"])


def retyped_before(world: World) -> None:
    """Somebody renamed the supplier in SYSPRO, and then the vendor was renamed as well."""
    retyped(world)
    renamed(world)


def merged(world: World) -> None:
    """A person says that vendor 200 is the supplier of vendor 118."""
    world.mapping("vendor", "200", "S00118")


def ordered(world: World) -> None:
    world.source("PurchaseOrderChanged", *ORDER, order(pref_vendor={"id": 200}))


def order_sent(world: World) -> None:
    ordered(world)
    world.post(world.command(*ORDER), "000547", {"10421": 1})


def billed(world: World) -> None:
    world.source("BillChanged", *BILL, bill(vendor={"id": 200}))


def deactivated(world: World) -> None:
    seen(world, active=False)


def vanished(world: World) -> None:
    world.source("VendorVanished", "vendor", "200", None)


def reused(world: World) -> None:
    """Another vendor comes with the name of one that is gone."""
    vanished(world)
    seen(world, "201", name="NORDLICHT  GmbH")


CHANGE = {
    "supplier": "V000200",
    "name": "Nordlicht AG",
    "email": "orders@nordlicht.example",
    "seen": [
        {"column": "SupplierName", "value": "Nordlicht GmbH"},
        {"column": "Email", "value": "orders@nordlicht.example"},
    ],
}
ADD = {
    "supplier": "V000200",
    "name": "Nordlicht GmbH",
    "short_name": "Nordlicht GmbH",
    "branch": "10",
    "terms_code": "30",
    "currency": "USD",
    "bank": "MAIN",
    "address": ["Hafenstraße 12", "Hamburg", "Germany"],
    "postal_code": "20457",
    "telephone": "+49 40 1234",
    "contact": "Jürgen Groß",
    "email": "orders@nordlicht.example",
    "tax_registration": "",
    "is_grn_match_required": True,
    "is_order_allowed": True,
    "supplier_class": "EU",
}

RENAMED = [
    Case(
        name="row_30_syspro_owns_the_name",
        given=then(created, renamed),
        about=VENDOR,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_30_procurify_owns_the_name",
        given=then(created, renamed),
        about=VENDOR,
        policy=OWNED,
        expect=Command(type="supplier_change", payload=CHANGE),
    ),
    Case(
        name="row_30_of_a_mapped_supplier_only_what_is_owned",
        given=then(merged, renamed),
        about=VENDOR,
        policy={"vendor_fields": ["telephone"]},
        expect=Command(
            type="supplier_change",
            payload={
                "supplier": "S00118",
                "telephone": "+49 40 1234",
                "seen": [{"column": "Telephone", "value": ""}],
            },
        ),
    ),
    Case(
        name="row_30_what_was_written_and_reads_back_is_no_new_change",
        given=then(created, renamed, written_again),
        about=VENDOR,
        policy=OWNED,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_30_what_a_person_retyped_in_syspro_is_told_not_overwritten",
        given=then(created, retyped),
        about=VENDOR,
        policy=OWNED,
        expect=Settle(state="in_syspro", reason="DIFFERS_IN_SYSPRO"),
    ),
    Case(
        name="row_30_a_later_renaming_is_written_over_what_is_seen",
        given=then(created, retyped_before),
        about=VENDOR,
        policy=OWNED,
        expect=Command(
            type="supplier_change",
            fields={
                "name": "Nordlicht AG",
                "seen": [
                    {"column": "SupplierName", "value": "Nordlicht Hamburg"},
                    {"column": "Email", "value": "orders@nordlicht.example"},
                ],
            },
        ),
    ),
    Case(
        name="row_30_each_change_is_approved",
        given=then(merged, renamed),
        about=VENDOR,
        policy={**OWNED, "mode_vendor": "approve"},
        expect=Hold(reason="NEEDS_APPROVAL", says=("change",)),
    ),
]
RENAMED += [
    Case(
        name="row_30_terms_follow_where_they_are_mapped",
        given=then(created, lambda world: seen(world, payment_term_ref={"id": 2, "name": "N 60"})),
        about=VENDOR,
        policy={"vendor_fields": ["terms"]},
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_30_terms_that_are_mapped_are_written",
        given=then(merged, renamed),
        about=VENDOR,
        policy={"vendor_fields": ["terms"]},
        expect=Command(
            type="supplier_change",
            payload={
                "supplier": "S00118",
                "terms_code": "30",
                "seen": [{"column": "TermsCode", "value": ""}],
            },
        ),
    ),
    Case(
        name="row_30_a_name_that_is_empty_goes_nowhere",
        given=then(created, lambda world: seen(world, name="")),
        about=VENDOR,
        policy=OWNED,
        expect=Hold(reason="SOURCE_UNREADABLE"),
    ),
]
MERGED = [
    Case(
        name="row_31_both_vendors_are_the_surviving_supplier",
        given=then(created, merged),
        about=VENDOR,
        expect=Settle(state="linked", reason="VENDOR_MERGED"),
    ),
    Case(
        name="row_31_what_is_under_way_goes_to_the_surviving_supplier",
        given=then(created, ordered, merged),
        about=ORDER,
        expect=Command(type="purchase_order_add", fields={"supplier": "S00118"}),
    ),
    Case(
        name="row_31_what_was_sent_stays_untouched",
        given=then(created, order_sent, merged),
        about=ORDER,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_31_the_surviving_supplier_keeps_its_own_fields",
        given=then(created, merged),
        about=VENDOR,
        policy=OWNED,
        expect=Settle(state="linked", reason="VENDOR_MERGED"),
    ),
]
GONE = [
    Case(
        name="row_32_a_deactivated_vendor_keeps_its_supplier",
        given=then(created, deactivated),
        about=VENDOR,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_32_a_vanished_vendor_keeps_its_supplier",
        given=then(created, vanished),
        about=VENDOR,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_32_a_new_order_is_held",
        given=then(created, deactivated, ordered),
        about=ORDER,
        expect=Hold(reason="VENDOR_INACTIVE", says=("vendor 200",)),
    ),
    Case(
        name="row_32_a_new_bill_is_held",
        given=then(created, vanished, billed),
        about=BILL,
        expect=Hold(reason="VENDOR_INACTIVE"),
    ),
    Case(
        name="row_32_what_was_sent_stays",
        given=then(created, order_sent, vanished),
        about=ORDER,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_32_the_name_under_a_new_id_needs_a_new_decision",
        given=then(created, reused),
        about=("vendor", "201"),
        expect=Hold(reason="VENDOR_LOOKS_KNOWN", says=("supplier V000200", "vendor 200")),
    ),
]
NEW = [
    Case(
        name="row_33_created_from_the_template",
        given=seen,
        about=VENDOR,
        policy={"supplier_bank": "MAIN", "supplier_class": "EU", "supplier_grn_match": True},
        expect=Command(type="supplier_add", payload=ADD),
    ),
    Case(
        name="row_33_approved_first",
        given=seen,
        about=VENDOR,
        policy={"mode_vendor": "approve"},
        expect=Hold(reason="NEEDS_APPROVAL", says=("add",)),
    ),
    Case(
        name="row_33_not_created_where_policy_says_so",
        given=seen,
        about=VENDOR,
        policy={"create_suppliers": False},
        expect=Hold(reason="VENDOR_UNMAPPED"),
    ),
    Case(
        name="row_33_the_code_is_anothers",
        given=then(lambda world: world.supplier("V000200", "Somebody Else"), seen),
        about=VENDOR,
        expect=Hold(reason="SUPPLIER_CODE_TAKEN", says=("V000200",)),
    ),
    Case(
        name="row_33_a_supplier_of_that_name_is_suggested",
        given=then(lambda world: world.supplier("S00555", "NORDLICHT GMBH."), seen),
        about=VENDOR,
        expect=Hold(reason="VENDOR_LOOKS_KNOWN", says=("supplier S00555",)),
    ),
]
CASES = [*RENAMED, *MERGED, *GONE, *NEW]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_vendor_rule_when_given_then_exactly_this(case: Case) -> None:
    check(case)


def test_vendor_when_a_person_says_it_is_another_than_its_namesake_then_it_is_created() -> None:
    world = ready_world()
    world.supplier("S00555", "NORDLICHT GMBH.")
    seen(world)
    revision = world.document("vendor", "200")["revision"]
    body = {"document": "vendor:acme/200", "reason": "another firm", "revision": revision}
    body |= {"accepts": ["VENDOR_LOOKS_KNOWN"]}
    world.append("decision/vendor:acme/200", "DocumentReleased", body)

    assert world.command("vendor", "200")["type"] == "supplier_add"


def test_vendor_when_it_is_renamed_there_and_back_then_each_change_is_written() -> None:
    world = ready_world(**OWNED)
    created(world)
    names = []
    for name in ("Nordlicht AG", "Nordlicht GmbH", "Nordlicht AG"):
        seen(world, name=name)
        row = world.command("vendor", "200")
        assert row["state"] == "ready"
        names.append(row["payload"]["name"])
        world.post(row, "V000200")
        assert world.standing("vendor", "200") == ("in_syspro", "")
        world.supplier("V000200", name, Email=SHOWN["Email"])

    assert names == ["Nordlicht AG", "Nordlicht GmbH", "Nordlicht AG"]
    assert not world.commands("ready")
