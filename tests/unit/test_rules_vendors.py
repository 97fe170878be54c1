"""Vendors that are renamed, merged or gone (rules.md §5.5, rows 30 to 32)."""

import pytest
from plan_documents import bill, order
from plan_world import World, ready_world
from rule_cases import BILL, ORDER, VENDOR, Case, Command, Hold, Settle, check
from vendor_cases import OWNED, SHOWN, Given, created, renamed, seen, then


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
HAMBURG = ["Hafenstraße 12", "Hamburg", "Germany"]
SHOWN_ADDRESS = {"SupAddr1": "Hafenstraße 12", "SupAddr3": "Hamburg", "SupAddr5": "Germany"}
OLD_ADDRESS = {"SupAddr1": "Kai 1", "SupAddr2": "Bremen", "SupPostalCode": "28195"}
OWNED_ADDRESS = {"vendor_fields": ["address"]}


def addressed(code: str, **cells: str) -> Given:
    """SYSPRO shows this address of the supplier."""
    row = {"Supplier": code, **cells}
    return lambda world: world.syspro("supplier_address", "SupplierAddress", [code], row)


RENAMED += [
    Case(
        name="row_30_the_address_is_procurifys",
        given=then(merged, renamed, addressed("S00118", **OLD_ADDRESS)),
        about=VENDOR,
        policy=OWNED_ADDRESS,
        expect=Command(
            type="supplier_change",
            payload={
                "supplier": "S00118",
                "address": HAMBURG,
                "postal_code": "20457",
                "seen": [
                    {"column": "SupAddr1", "value": "Kai 1"},
                    {"column": "SupAddr2", "value": "Bremen"},
                    {"column": "SupAddr3", "value": ""},
                    {"column": "SupAddr4", "value": ""},
                    {"column": "SupAddr5", "value": ""},
                    {"column": "SupPostalCode", "value": "28195"},
                ],
            },
        ),
    ),
    Case(
        name="row_30_an_address_on_other_lines_is_the_same",
        given=then(merged, renamed, addressed("S00118", SupPostalCode="20457", **SHOWN_ADDRESS)),
        about=VENDOR,
        policy=OWNED_ADDRESS,
        expect=Settle(state="linked", reason="ALREADY_THERE"),
    ),
    Case(
        name="row_30_an_address_that_we_wrote_is_written_once",
        given=created,
        about=VENDOR,
        policy=OWNED_ADDRESS,
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="row_30_an_address_retyped_in_syspro_is_told_not_overwritten",
        given=then(created, addressed("V000200", **OLD_ADDRESS)),
        about=VENDOR,
        policy=OWNED_ADDRESS,
        expect=Settle(state="in_syspro", reason="DIFFERS_IN_SYSPRO"),
    ),
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
CASES = [*RENAMED, *MERGED, *GONE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_vendor_rule_when_given_then_exactly_this(case: Case) -> None:
    check(case)


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
