"""Purchase orders, the header's fields of rules.md §5.1: what each comes to, to the letter."""

import pytest
from order_rules import (
    CANCELLATION,
    KEY,
    Body,
    add,
    bought,
    chair,
    goods,
    lamp,
    read,
    sent,
)
from plan_documents import account, line, order
from plan_world import World, ready_world
from rule_cases import ORDER, Case, Command, Hold, Settle, check

RECEIVER: Body = {
    "receiver_name": "Acme Dock",
    "receiver_addressLineOne": "Unit 14, Building C, 100 Harbour Road North",
    "receiver_city": "Vancouver",
    "receiver_state_province": "BC",
    "receiver_postalCode": "V6B 1A1",
    "receiver_country": "Canada",
}


def older_after_newer(world: World) -> None:
    read(world, lamp(quantity=5, total_cost="62.50"), version=3)
    read(world, lamp(), version=2)


def in_pounds(world: World, *, divides: bool = False) -> None:
    """The supplier has pounds; Procurify's base is the company's dollar; a pound costs 1.25."""
    world.source("CurrencyChanged", "currency", "1", {"id": 1, "name": "USD", "base": True})
    world.mapping("currency", "GBP", "GBP")
    row = {"Currency": "GBP", "BuyMulDiv": "D" if divides else "M"}
    world.syspro("currency", "Currency", ["GBP"], row)
    world.supplier("S00118", Currency="GBP")
    read(world, purchased_currency={"name": "GBP"}, purchased_currency_rate="1.250000")


def other_base(world: World) -> None:
    in_pounds(world)
    world.source("CurrencyChanged", "currency", "2", {"id": 2, "name": "CAD", "base": True})


def in_two_companies(world: World) -> None:
    """Engineering is company EDU1, Sales EDU2; the order has a line of each."""
    world.append("policy/EDU2", "PolicySet", {})
    for department, company in (("Engineering", "EDU1"), ("Sales", "EDU2")):
        world.mapping("company", f"department:{department}", company, company="")
    read(world, lamp(), chair(account=account("6100", "Sales")))


def today_is(day: str, *lines: Body, **fields: object) -> object:
    def given(world: World) -> None:
        world.append("day", "DayBegan", {"day": day})
        read(world, *lines, **fields)

    return given


def taxed(rate: str, tax: str) -> object:
    """A tax of that rate in SYSPRO on the lamps for 37.50, stated as that much."""

    def given(world: World) -> None:
        row = {"TaxCode": "A", "ApTaxGlCode": "2310-00", "CurTaxRate": rate}
        world.syspro("tax_code", "TaxCode", ["A"], row)
        read(world, lamp(taxes=[{"name": "GST 5%"}], tax_amount=tax))

    return given


def reused(world: World) -> None:
    world.source("PurchaseOrderChanged", "purchase_order", "1041", order(1041, PO_Num="X-1"))
    read(world, PO_Num="X-1")


CASES = [
    Case(name="po_marker_is_our_key", given=bought(), expect=add(external_key=KEY)),
    Case(name="po_number_is_syspros", given=bought(), expect=add()),
    Case(
        name="po_number_is_procurifys",
        given=bought(),
        policy={"po_numbering": "manual"},
        expect=add(purchase_order="PO-1042"),
    ),
    Case(
        name="po_number_is_procurifys_own_where_there_is_no_other",
        given=bought(PO_Num=None),
        policy={"po_numbering": "manual"},
        expect=add(purchase_order="PF1042"),
    ),
    Case(
        name="po_number_too_long_with_its_prefix",
        given=bought(PO_Num="PO-1042-REPLACEMENT"),
        policy={"po_numbering": "prefix", "po_prefix": "CA-"},
        expect=Hold(reason="PO_NUMBER_TOO_LONG", says=("CA-PO-1042-REPLACEMENT: 22",)),
    ),
    Case(
        name="po_number_used_twice",
        given=reused,
        policy={"po_numbering": "manual"},
        expect=Hold(reason="PO_NUMBER_REUSED", says=("X-1 is the number of order 1041",)),
    ),
    Case(
        name="po_version_newer_takes_the_place_of_a_command_not_sent",
        given=lambda world: (read(world), read(world, lamp(quantity=5, total_cost="62.50"))),
        expect=add(goods(quantity="5")),
    ),
    Case(
        name="po_version_older_read_later_changes_nothing",
        given=older_after_newer,
        expect=add(goods(quantity="5")),
    ),
    Case(name="po_state_reopened_is_carried", given=bought(state=5), expect=add()),
    Case(
        name="po_state_cancelled_before_it_was_sent",
        given=bought(state=1, active=False),
        expect=Settle(state="not_eligible", reason="NOT_READY"),
    ),
    Case(
        name="po_state_cancelled_after_it_was_sent",
        given=lambda world: (sent(world), read(world, state=1, active=False)),
        expect=Command(type="purchase_order_cancel", payload=CANCELLATION),
    ),
    Case(
        name="po_state_paid_changes_nothing",
        given=lambda world: (sent(world), read(world, state=4)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="po_vendor_on_hold",
        given=lambda world: (world.supplier("S00118", OnHold="Y"), read(world)),
        expect=Hold(reason="SUPPLIER_ON_HOLD", says=("S00118",)),
    ),
    Case(
        name="po_currency_is_the_suppliers",
        given=bought(purchased_currency={"name": "CAD"}),
        expect=Hold(reason="CURRENCY_MISMATCH", says=("order CAD, supplier USD",)),
    ),
    Case(
        name="po_currency_blank_of_a_supplier_is_the_companys",
        given=lambda world: (world.supplier("S00118", Currency=""), read(world)),
        expect=add(),
    ),
    Case(
        name="po_rate_is_syspros_own",
        given=in_pounds,
        expect=add(currency="GBP"),
    ),
    Case(
        name="po_rate_of_procurify_is_fixed_where_syspro_multiplies",
        given=in_pounds,
        policy={"order_rate": "source"},
        expect=add(currency="GBP", exchange_rate="1.25"),
    ),
    # 1 / 1.25 = 0.8
    Case(
        name="po_rate_of_procurify_is_turned_round_where_syspro_divides",
        given=lambda world: in_pounds(world, divides=True),
        policy={"order_rate": "source"},
        expect=add(currency="GBP", exchange_rate="0.8"),
    ),
    Case(
        name="po_rate_against_another_base_is_never_passed",
        given=other_base,
        policy={"order_rate": "source"},
        expect=add(currency="GBP"),
    ),
    # 06:30 UTC of the 2nd is 22:30 of the 1st in Vancouver
    Case(name="po_date_is_the_locations", given=bought(), expect=add(order_on="2026-11-01")),
    Case(
        name="po_due_passed_is_kept",
        given=today_is("2026-11-25"),
        expect=add(),
    ),
    Case(
        name="po_due_passed_becomes_today",
        given=today_is("2026-11-25"),
        policy={"past_due_dates": "today"},
        expect=add(goods(due_on="2026-11-25"), due_on="2026-11-25"),
    ),
    Case(
        name="po_due_passed_is_held",
        given=today_is("2026-11-25"),
        policy={"past_due_dates": "hold"},
        expect=Hold(reason="DUE_DATE_PAST", says=("2026-11-20",)),
    ),
    Case(
        name="po_due_of_a_line_is_its_own",
        given=bought(lamp(date_required="2026-11-18T12:00:00-08:00")),
        expect=add(goods(due_on="2026-11-18")),
    ),
    Case(
        name="po_purchaser_is_the_buyer",
        given=lambda world: (
            world.mapping("buyer", "Dana Fields", "DANA"),
            read(world, purchaser={"id": 5, "firstName": "Dana", "lastName": "Fields"}),
        ),
        expect=add(buyer="DANA"),
    ),
    Case(
        name="po_purchaser_without_a_mapping_has_the_companys_buyer",
        given=bought(purchaser={"id": 5, "firstName": "Dana", "lastName": "Fields"}),
        policy={"default_buyer": "PUR"},
        expect=add(buyer="PUR"),
    ),
    Case(
        name="po_terms_without_a_mapping_are_the_suppliers",
        given=bought(payment_term={"name": "Net 77"}),
        expect=add(terms_code=""),
    ),
    Case(
        name="po_terms_of_shipping_become_instructions",
        given=lambda world: (
            world.mapping("shipping", "Ground", "UPS GROUND"),
            read(world, shipping_method={"id": 1, "name": "Ground"}),
        ),
        expect=add(shipping_instructions="UPS GROUND"),
    ),
    Case(
        name="po_location_of_two_companies",
        given=in_two_companies,
        expect=Hold(reason="MULTI_COMPANY_PO", says=("EDU1, EDU2",)),
    ),
    # 43 characters wrap at the 40th
    Case(
        name="po_receiver_wraps_into_the_delivery_address",
        given=bought(**RECEIVER),
        expect=add(
            delivery_name="Acme Dock",
            delivery_address=[
                "Unit 14, Building C, 100 Harbour Road",
                "North",
                "Vancouver",
                "BC",
                "Canada",
            ],
            postal_code="V6B 1A1",
        ),
    ),
    Case(
        name="po_receiver_is_an_address_that_syspro_has",
        given=lambda world: (world.mapping("location", "HQ", "VAN"), read(world, **RECEIVER)),
        expect=add(delivery_code="VAN"),
    ),
    Case(
        name="po_receiver_with_more_than_five_lines",
        given=bought(**{**RECEIVER, "receiver_city": "Vancouver " * 8}),
        expect=Hold(reason="FIELD_TOO_LONG", says=("delivery address",)),
    ),
    # 37.50 at 5 % is 1.875, 1.88 half up
    Case(
        name="po_tax_ties_to_syspros_rate",
        given=taxed("5.00000", "1.88"),
        expect=add(goods(tax_code="A"), is_taxable=True),
    ),
    Case(
        name="po_tax_two_cents_off_is_within_the_tolerance",
        given=taxed("5.00000", "1.90"),
        expect=add(goods(tax_code="A"), is_taxable=True),
    ),
    Case(
        name="po_tax_of_another_rate",
        given=taxed("5.00000", "1.91"),
        expect=Hold(reason="TAX_MISMATCH", says=("stated 1.91, 1.88",)),
    ),
    Case(
        name="po_tax_on_none_of_the_lines",
        given=bought(tax={"value": 2, "type": "amount"}, total="39.50"),
        expect=Hold(reason="TAX_UNMAPPED"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_when_a_field_says_something_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)


def test_order_when_defaults_decided_then_the_command_says_so() -> None:
    world = ready_world(default_buyer="PUR")
    person = {"id": 5, "firstName": "Dana", "lastName": "Fields"}
    items = (lamp(unit="box"), line(10424, quantity=0, total_cost="0.00"))
    read(world, *items, purchaser=person, payment_term={"name": "Net 77"})

    assert world.command(*ORDER)["notices"] == [
        "line 1: unit box is not mapped, EA is sent",
        "line 2: quantity 0, left out",
        "terms Net 77 is not mapped, SYSPRO's default holds",
        "buyer Dana Fields is not mapped, PUR is sent",
    ]


def test_order_when_words_are_spelt_otherwise_then_the_command_says_which() -> None:
    world = ready_world()
    read(world, lamp(name="Café Tőke 😀"), comment="Λ first")

    assert world.command(*ORDER)["notices"] == ["outside SYSPRO's code page, spelt otherwise: ő😀Λ"]
