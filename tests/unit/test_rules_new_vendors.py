"""New vendors (rules.md §5.5, row 33): created by a template, suggested, or held."""

import pytest
from plan_world import ready_world
from rule_cases import VENDOR, Case, Command, Hold, Settle, check
from vendor_cases import OWNED, Body, created, renamed, seen, then

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
GERMAN = "country:Germany branch=20 bank=DB class=DE"
PREFERRED = "type:preferred class=X"
FROM_GERMAN = {"branch": "20", "bank": "DB", "supplier_class": "DE", "terms_code": "30"}
APPROVING: Body = {**OWNED, "mode_vendor": "approve", "auto_vendors": ["country:germany"]}

CASES = [
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
        name="row_33_created_from_the_template_of_its_country",
        given=seen,
        about=VENDOR,
        policy={"supplier_templates": ["country:Hong Kong branch=90", GERMAN, PREFERRED]},
        expect=Command(type="supplier_add", fields=FROM_GERMAN),
    ),
    Case(
        name="row_33_what_the_template_leaves_out_is_the_companys",
        given=seen,
        about=VENDOR,
        policy={"supplier_templates": ["type:preferred class=PREF"], "supplier_bank": "MAIN"},
        expect=Command(
            type="supplier_add",
            fields={"branch": "10", "bank": "MAIN", "supplier_class": "PREF"},
        ),
    ),
    Case(
        name="row_33_terms_of_the_template_where_the_vendors_are_not_mapped",
        given=lambda world: seen(world, payment_term_ref=None),
        about=VENDOR,
        policy={"supplier_templates": ["currency:USD terms=45"]},
        expect=Command(type="supplier_add", fields={"terms_code": "45"}),
    ),
    Case(
        name="row_33_of_a_low_risk_group_needs_no_approval",
        given=seen,
        about=VENDOR,
        policy={"mode_vendor": "approve", "auto_vendors": ["type:other", "country:germany"]},
        expect=Command(type="supplier_add"),
    ),
    Case(
        name="row_33_of_another_group_needs_one",
        given=lambda world: seen(world, country=None),
        about=VENDOR,
        policy={"mode_vendor": "approve", "auto_vendors": ["type:other", "country:germany"]},
        expect=Hold(reason="NEEDS_APPROVAL", says=("add",)),
    ),
    Case(
        name="row_33_of_a_low_risk_group_is_sent_in_no_shadow",
        given=seen,
        about=VENDOR,
        policy={"mode_vendor": "shadow", "auto_vendors": ["country:germany"]},
        expect=Settle(state="shadowed"),
    ),
    Case(
        name="row_30_renamed_of_a_low_risk_group_needs_an_approval",
        given=then(created, lambda world: world.policy(**APPROVING), renamed),
        about=VENDOR,
        expect=Hold(reason="NEEDS_APPROVAL", says=("change",)),
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_vendor_when_it_is_new_then_exactly_this(case: Case) -> None:
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
