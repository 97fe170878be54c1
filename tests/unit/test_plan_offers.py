"""Suppliers offered to Procurify, codes written back, and both ways coming to rest."""

from typing import Any

import pytest
from plan_documents import vendor
from plan_world import Row, World, fill_company, ready_world

from engine.core.projection import Table

CELLS = {"Telephone": "555-0100", "Contact": "Ann", "Email": "ann@north.example"}
ADD = {
    "external_id": "S00500",
    "name": "North Ltd",
    "type": 3,
    "emails": ["ann@north.example"],
    "currency": 1,
    "phone": "555-0100",
    "contact": "Ann",
}


def offering(mode: str = "auto", **settings: object) -> World:
    """A world that offers suppliers, whose own two are mapped to vendors."""
    world = ready_world(offer_suppliers=mode, **settings)
    world.poll("procurify", "acme", "vendors")
    return world


def document(world: World, kind: str, source: str, identity: str) -> Row:
    found = world.row(Table.DOCUMENTS, f"{kind}:{source}/{identity}")
    assert found is not None
    return found


def offer(world: World, code: str = "S00500") -> Row:
    return document(world, "supplier", "EDU1", code)


def owed(world: World, row: Row) -> Row:
    found = world.row(Table.COMMANDS, row["command"])
    assert found is not None, row
    return found


def accept(world: World, row: Row, identity: str) -> None:
    """Procurify took the command, and it reads back."""
    world.intend(row)
    body: dict[str, Any] = {"procurify_id": identity, "is_sent": True, "warnings": []}
    world.append(f"command/{row['key']}", "PostAccepted", {**body, "attempt": 1})
    read = {"procurify_id": identity, "is_equal": True, "differences": [], "lines": []}
    world.append(f"command/{row['key']}", "PostVerified", read)


def test_supplier_when_it_is_no_vendor_then_the_vendor_to_add_is_exact() -> None:
    world = offering()
    world.supplier("S00500", "North Ltd", **CELLS)

    row = owed(world, offer(world))
    assert (row["type"], row["company"], row["payload"]) == ("vendor_add", "procurify:acme", ADD)


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ("off", None),
        ("mapped", ("in_procurify", "")),
        ("external_id", ("in_procurify", "")),
        ("rule", ("in_procurify", "")),
        ("name", ("held", "SUPPLIER_LOOKS_KNOWN")),
        ("on hold", ("not_eligible", "NOT_READY")),
        ("other currency", ("held", "CURRENCY_UNMAPPED")),
        ("approve", ("held", "NEEDS_APPROVAL")),
        ("unread", ("waiting", "REFERENCE_NOT_READ")),
    ],
)
def test_supplier_when_it_is_known_or_may_not_go_then_nothing_is_added(
    given: str, standing: tuple[str, str] | None
) -> None:
    mode = given if given in {"off", "approve"} else "auto"
    world = ready_world(offer_suppliers=mode)
    if given != "unread":
        world.poll("procurify", "acme", "vendors")
    code = "V000300" if given == "rule" else "S00500"
    name = "Nordlicht GmbH" if given in {"name", "rule"} else "North Ltd"
    cells = {"OnHold": "Y"} if given == "on hold" else {}
    cells |= {"Currency": "CHF"} if given == "other currency" else {}
    if given == "mapped":
        world.mapping("vendor", "300", "S00500")
    world.supplier(code, name, **cells)
    if given in {"mapped", "external_id", "rule", "name"}:
        fields = {"external_id": "S00500"} if given == "external_id" else {}
        world.source("VendorChanged", "vendor", "300", vendor(300, **fields))

    found = world.row(Table.DOCUMENTS, f"supplier:EDU1/{code}")
    assert (found and (found["state"], found["reason"])) == standing
    assert [row for row in world.commands("ready") if row["company"] == "procurify:acme"] == []


def test_supplier_when_its_address_is_read_then_the_vendor_has_it_in_its_free_lines() -> None:
    world = ready_world(offer_suppliers="auto")
    world.poll("procurify", "acme", "vendors")
    row = {"Supplier": "S00500", "SupAddr1": "Dock 4", "SupAddr3": "Halifax", "SupAddr5": "Canada"}
    row["SupPostalCode"] = "B3H 1A1"
    world.syspro("supplier_address", "SupplierAddress", ["S00500"], row)
    world.supplier("S00500", "North Ltd", **CELLS)

    said = {"address_line_one": "Dock 4", "address_line_two": "Halifax, Canada"}
    assert owed(world, offer(world))["payload"] == {**ADD, **said, "postal_code": "B3H 1A1"}


def test_address_when_never_read_then_offers_wait_and_changes_leave_it() -> None:
    world = World()
    world.policy(offer_suppliers="auto", vendor_fields=["address"])
    fill_company(world)
    world.source("CurrencyChanged", "currency", "1", {"id": 1, "name": "USD"})
    world.read_all(but=("supplier_addresses",))
    world.poll("procurify", "acme", "vendors")
    world.supplier("S00500", "North Ltd", **CELLS)
    world.source("VendorChanged", "vendor", "118", vendor(118))

    assert (offer(world)["state"], offer(world)["reason"]) == ("waiting", "SYSPRO_NOT_READ")
    assert world.standing("vendor", "118") == ("linked", "ALREADY_THERE")
    world.poll("syspro", "EDU1", "supplier_addresses")
    assert owed(world, offer(world))["payload"] == ADD
    assert world.command("vendor", "118")["payload"]["postal_code"] == "20457"


def test_suppliers_when_policy_comes_to_offer_them_then_all_that_are_there_are_planned() -> None:
    world = ready_world()
    world.poll("procurify", "acme", "vendors")
    world.supplier("S00500", "North Ltd", **CELLS)
    world.supplier("S00501", "South Ltd")
    world.syspro("supplier", "Supplier", ["S00501"], None)
    body = {"company": "EDU1", "name": "offer_suppliers", "value": "auto", "reason": "now"}
    world.append("policy/EDU1/offer_suppliers", "PolicyChanged", body)

    assert owed(world, offer(world))["payload"] == ADD
    assert offer(world, "S00118")["state"] == "in_procurify"
    assert world.row(Table.DOCUMENTS, "supplier:EDU1/S00501") is None


def test_supplier_when_added_then_it_comes_back_as_its_vendor_and_all_rests() -> None:
    world = offering(write_back_vendor_codes=True, vendor_fields=["email"])
    world.supplier("S00500", "North Ltd", **CELLS)
    accept(world, owed(world, offer(world)), "300")
    assert offer(world)["state"] == "in_procurify"

    fields = {"name": "North Ltd", "external_id": "S00500", "phoneOne": "555-0100"}
    fields |= {"contact": "Ann", "email": ["ann@north.example"]}
    world.source("VendorChanged", "vendor", "300", vendor(300, **fields))

    assert world.document("vendor", "300")["state"] == "linked"
    assert world.document("vendor_code", "300")["state"] == "in_procurify"
    assert offer(world)["state"] == "in_procurify"
    assert not world.commands("ready")


def test_supplier_when_it_changes_then_its_vendor_follows_once() -> None:
    world = offering()
    world.supplier("S00500", "North Ltd", **CELLS)
    known = {"name": "North Ltd", "external_id": "S00500", "phoneOne": "555-0100"}
    known["contact"] = "Ann"
    world.source("VendorChanged", "vendor", "300", vendor(300, **known))
    assert not world.commands("ready")

    world.supplier("S00500", "North Ltd", **{**CELLS, "Telephone": "555-0199"})
    row = owed(world, offer(world))
    assert row["payload"] == {
        "vendor": 300,
        "phone": "555-0199",
        "seen": [{"column": "phoneOne", "value": "555-0100"}],
    }
    accept(world, row, "300")
    assert offer(world)["state"] == "in_procurify"
    world.source("VendorChanged", "vendor", "300", vendor(300, **{**known, "phoneOne": "555-0199"}))
    assert offer(world)["state"] == "in_procurify"
    world.source("VendorChanged", "vendor", "300", vendor(300, **{**known, "phoneOne": "typed"}))
    assert offer(world)["state"] == "in_procurify"
    assert not world.commands("ready")


def test_vendor_when_both_ways_are_on_then_its_supplier_is_made_and_all_rests() -> None:
    world = offering(write_back_vendor_codes=True, vendor_fields=["name", "telephone"])
    world.source("VendorChanged", "vendor", "200", vendor())
    world.post(world.command("vendor", "200"), "V000200")
    code = owed(world, document(world, "vendor_code", "acme", "200"))
    assert code["payload"] == {
        "vendor": 200,
        "external_id": "V000200",
        "seen": [{"column": "external_id", "value": ""}],
    }
    accept(world, code, "200")
    cells = {"Telephone": "+49 40 1234", "Contact": "Jürgen Groß"}
    world.supplier("V000200", "Nordlicht GmbH", Email="orders@nordlicht.example", **cells)
    world.source("VendorChanged", "vendor", "200", vendor(external_id="V000200"))

    assert world.document("vendor", "200")["state"] == "in_syspro"
    assert world.document("vendor_code", "200")["state"] == "in_procurify"
    assert offer(world, "V000200")["state"] == "in_procurify"
    assert not world.commands("ready")


@pytest.mark.parametrize(
    ("external_id", "standing"),
    [
        ("", ("ready", "")),
        ("s00118 ", ("held", "VENDOR_CODE_DIFFERS")),
        ("S00118", ("in_procurify", "")),
        ("QB-77", ("held", "VENDOR_CODE_DIFFERS")),
    ],
)
def test_code_when_the_vendor_has_an_external_id_then_it_is_not_overwritten(
    external_id: str, standing: tuple[str, str]
) -> None:
    world = ready_world(write_back_vendor_codes=True)
    world.source("VendorChanged", "vendor", "118", vendor(118, external_id=external_id))

    assert world.standing("vendor_code", "118") == standing


def test_code_when_the_vendor_has_no_supplier_then_none_is_due() -> None:
    world = ready_world(write_back_vendor_codes=True, create_suppliers=False)
    world.source("VendorChanged", "vendor", "200", vendor())

    assert world.standing("vendor_code", "200") == ("not_due", "")


def test_code_when_policy_writes_none_then_there_is_no_document() -> None:
    world = ready_world()
    world.source("VendorChanged", "vendor", "118", vendor(118))

    assert world.row(Table.DOCUMENTS, "vendor_code:acme/118") is None


def test_code_when_companies_have_different_ones_then_a_person_decides() -> None:
    world = ready_world(write_back_vendor_codes=True)
    world.company = "EDU2"
    world.policy(write_back_vendor_codes=True)
    fill_company(world)
    world.read_all()
    world.mapping("vendor", "118", "S00119")
    world.source("VendorChanged", "vendor", "118", vendor(118))

    assert world.standing("vendor_code", "118") == ("held", "VENDOR_CODE_DIFFERS")
    assert world.document("vendor_code", "118")["detail"] == "EDU1 S00118, EDU2 S00119"
    world.policy()
    row = owed(world, document(world, "vendor_code", "acme", "118"))
    assert row["payload"]["external_id"] == "S00118"
    accept(world, row, "118")
    assert world.standing("vendor_code", "118") == ("in_procurify", "")


@pytest.mark.parametrize(
    ("identity", "target", "standing"),
    [
        ("118", "S99999", ("not_due", "")),
        ("x1", "S00118", ("held", "SOURCE_UNREADABLE")),
    ],
)
def test_code_when_it_cannot_be_told_then_none_is_written(
    identity: str, target: str, standing: tuple[str, str]
) -> None:
    world = ready_world(write_back_vendor_codes=True)
    world.mapping("vendor", identity, target)
    world.source("VendorChanged", "vendor", identity, {**vendor(), "id": identity})

    assert world.standing("vendor_code", identity) == standing


def test_supplier_when_its_vendor_goes_by_another_one_then_it_is_offered() -> None:
    world = offering()
    world.mapping("vendor", "300", "S00500")
    world.supplier("S00500", "North Ltd", **CELLS)
    assert offer(world)["state"] == "in_procurify"

    world.mapping("vendor", "300", "S99999")
    assert owed(world, offer(world))["payload"] == ADD
    world.policy()
    assert (offer(world)["state"], world.commands("ready")) == ("off", [])


def test_supplier_when_its_row_is_odd_then_it_is_held_or_takes_procurify_s_own_currency() -> None:
    world = offering(local_currency="NOK")
    world.supplier("S00500", "")
    world.supplier("S00501", "North Ltd", Currency="NOK")

    assert (offer(world)["state"], offer(world)["reason"]) == ("held", "SOURCE_UNREADABLE")
    assert "currency" not in owed(world, offer(world, "S00501"))["payload"]
