"""Vendors: found as suppliers, created, or held."""

from typing import Any

import pytest
from plan_documents import vendor
from plan_world import World, ready_world

Body = dict[str, Any]


def seen(world: World, body: Body | None = None, identity: str = "200") -> World:
    world.source("VendorChanged", "vendor", identity, body or vendor())
    return world


def test_vendor_when_unknown_then_the_supplier_to_add_is_exact() -> None:
    world = seen(ready_world(supplier_bank="MAIN"))

    command = world.command("vendor", "200")
    assert (command["type"], command["stage"], command["action"]) == ("supplier_add", 0, "add")
    assert command["payload"] == {
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
        "is_grn_match_required": False,
        "is_order_allowed": True,
    }
    document = world.document("vendor", "200")
    assert (document["number"], document["state"]) == ("Nordlicht GmbH", "ready")


def test_vendor_when_accepted_then_it_is_in_syspro_whatever_syspro_shows_later() -> None:
    world = seen(ready_world())
    row = world.command("vendor", "200")
    world.post(row, "V000200")
    assert world.standing("vendor", "200") == ("in_syspro", "")

    world.supplier("V000200", "Renamed by a person")
    seen(world, vendor(name="Nordlicht AG"))
    assert world.standing("vendor", "200") == ("in_syspro", "")
    seen(world, vendor(active=False))
    assert world.standing("vendor", "200") == ("in_syspro", "")
    world.source("VendorVanished", "vendor", "200", None)
    assert world.standing("vendor", "200") == ("in_syspro", "")


@pytest.mark.parametrize("name", ["Nordlicht GmbH", "NORDLICHT  gmbh"])
def test_vendor_s39_when_the_rules_code_has_its_name_then_it_is_linked(name: str) -> None:
    world = ready_world()
    world.supplier("V000200", name)
    seen(world)

    assert world.standing("vendor", "200") == ("linked", "ALREADY_THERE")
    assert world.document("vendor", "200")["syspro_key"] == "V000200"


def test_vendor_when_the_rules_code_is_anothers_then_it_is_held() -> None:
    world = ready_world()
    world.supplier("V000200", "Somebody Else")
    seen(world)

    assert world.standing("vendor", "200") == ("held", "SUPPLIER_CODE_TAKEN")


def test_vendor_when_its_external_id_is_a_supplier_then_it_is_linked() -> None:
    world = seen(ready_world(), vendor(external_id="S00118"))
    assert world.standing("vendor", "200") == ("linked", "ALREADY_THERE")

    seen(world, vendor(external_id="free text"))
    assert world.standing("vendor", "200") == ("ready", "")


def test_vendor_when_mapped_then_the_mapping_goes_first() -> None:
    world = seen(ready_world(), vendor(118, external_id="S00119"), "118")
    assert world.document("vendor", "118")["syspro_key"] == "S00118"

    world.mapping("vendor", "118", "S99999")
    assert world.standing("vendor", "118") == ("held", "SUPPLIER_UNKNOWN")
    body = {"kind": "vendor", "key": "118", "target": "S99999", "company": "EDU1"}
    world.append("mapping/vendor/118", "MappingRetired", body)
    assert world.document("vendor", "118")["syspro_key"] == "S00119"


def test_vendor_when_mapped_before_syspro_was_read_then_it_waits() -> None:
    world = World()
    world.policy()
    world.mapping("vendor", "200", "S00118")
    seen(world)
    assert world.standing("vendor", "200") == ("waiting", "SYSPRO_NOT_READ")

    world.supplier("S00118")

    assert world.standing("vendor", "200") == ("linked", "ALREADY_THERE")


@pytest.mark.parametrize(
    ("body", "settings", "reason"),
    [
        (vendor(), {"create_suppliers": False}, "VENDOR_UNMAPPED"),
        (vendor(name="東京貿易"), {}, "NOT_IN_CODE_PAGE"),
        (vendor(name="N" * 51), {}, "FIELD_TOO_LONG"),
        (vendor(name=""), {}, "SOURCE_UNREADABLE"),
        (vendor(name=5), {}, "SOURCE_UNREADABLE"),
        (vendor(postalCode="12345678901"), {}, "FIELD_TOO_LONG"),
        (vendor(addressLineOne=" ".join(["word" * 5] * 12)), {}, "FIELD_TOO_LONG"),
        (vendor(payment_term_ref=None), {"supplier_terms": ""}, "TERMS_UNMAPPED"),
        (vendor(type="pending"), {}, "SOURCE_UNREADABLE"),
        (vendor(active="yes"), {}, "SOURCE_UNREADABLE"),
        (vendor(external_id=7), {}, "SOURCE_UNREADABLE"),
        (vendor(currency=[1]), {}, "SOURCE_UNREADABLE"),
        (vendor(payment_term_ref="Net 30"), {}, "SOURCE_UNREADABLE"),
    ],
)
def test_vendor_when_something_is_wrong_then_it_is_held(
    body: Body, settings: Body, reason: str
) -> None:
    world = seen(ready_world(**settings), body)

    assert world.standing("vendor", "200") == ("held", reason)


def test_vendor_when_the_body_is_no_object_then_it_is_held() -> None:
    world = ready_world()
    world.source("VendorChanged", "vendor", "200", ["not", "an", "object"])

    assert world.standing("vendor", "200") == ("held", "SOURCE_UNREADABLE")
    assert world.document("vendor", "200")["detail"].startswith("$")


@pytest.mark.parametrize(
    "fields", [{"active": False}, {"type": 2}, {"type": 5}, {"type": 6}, {"type": None}]
)
def test_vendor_when_not_eligible_then_nothing_is_planned(fields: Body) -> None:
    world = seen(ready_world(), vendor(**fields))

    assert world.standing("vendor", "200") == ("not_eligible", "NOT_READY")


def test_vendor_when_its_currency_was_not_read_then_it_waits_for_that() -> None:
    world = seen(ready_world(), vendor(currency=4))
    assert world.standing("vendor", "200") == ("waiting", "REFERENCE_NOT_READ")

    world.source("CurrencyChanged", "currency", "4", {"id": 4, "name": "CHF"})
    assert world.standing("vendor", "200") == ("held", "CURRENCY_UNMAPPED")
    world.syspro("currency", "Currency", ["CHF"], {"Currency": "CHF"})

    assert world.command("vendor", "200")["payload"]["currency"] == "CHF"


def test_vendor_when_it_has_no_currency_then_it_is_the_companys() -> None:
    world = seen(ready_world(), vendor(currency=None, payment_term_ref=None, email=[]))

    payload = world.command("vendor", "200")["payload"]
    assert (payload["currency"], payload["terms_code"], payload["email"]) == ("USD", "30", "")


def test_vendor_when_a_person_creates_the_supplier_first_then_the_command_is_superseded() -> None:
    world = seen(ready_world())

    world.supplier("V000200", "Nordlicht GmbH")

    assert world.standing("vendor", "200") == ("linked", "ALREADY_THERE")
    assert [row["state"] for row in world.commands()] == ["superseded"]
    world.syspro("supplier", "Supplier", ["V000200"], None)
    assert world.standing("vendor", "200") == ("ready", "")
    assert [row["state"] for row in world.commands()] == ["ready"]


def test_vendor_when_a_long_address_wraps_then_lines_end_at_words() -> None:
    world = seen(
        ready_world(), vendor(addressLineOne="Building seven, Industrial park north of the river")
    )

    assert world.command("vendor", "200")["payload"]["address"][:2] == [
        "Building seven, Industrial park north of",
        "the river",
    ]
