"""Bills: what is posted, exactly, and what is held."""

from typing import Any

import pytest
from plan_documents import allocation, bill, bill_line, cost
from plan_world import COMPANY, SOURCE, TENANT, World, periods, ready_world

from engine.core.keys import DocumentKey, external_key

Body = dict[str, Any]
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"
OTHER = "00000000000000000000000000000002"
KEY = external_key(TENANT, DocumentKey(source=SOURCE, kind="bill", id=ID))


CHARGED = {"tax_code": "", "is_tax_only": False}
PAYLOAD: Body = {
    "supplier": "S00118",
    "invoice": "INV-601",
    "external_key": KEY,
    "value": "200.00",
    "currency": "USD",
    "invoice_on": "2026-11-05",
    "due_on": "2026-12-05",
    "posting_period": "C",
    "tax_code": "",
    "tax_value": "0",
    "matches": [],
    "distribution": [
        {"ledger_code": "6100-00", "value": "33.33", "notation": "Consulting", **CHARGED},
        {"ledger_code": "6100-20", "value": "66.67", "notation": "Consulting", **CHARGED},
        {"ledger_code": "6100-20", "value": "50.00", "notation": "Paper", **CHARGED},
        {"ledger_code": "6100-20", "value": "8.00", "notation": "Shipping Paper", **CHARGED},
        {"ledger_code": "6100-20", "value": "10.00", "notation": "Consulting", **CHARGED},
        {"ledger_code": "5100-00", "value": "20.00", "notation": "Freight", **CHARGED},
        {
            "ledger_code": "2310-00",
            "value": "5.50",
            "notation": "",
            "tax_code": "A",
            "is_tax_only": True,
        },
        {
            "ledger_code": "2320-00",
            "value": "6.50",
            "notation": "",
            "tax_code": "C",
            "is_tax_only": True,
        },
    ],
    "notation": "INV-601",
}


def seen(world: World, body: Body, identity: str = ID) -> World:
    world.source("BillChanged", "bill", identity, body)
    return world


def test_bill_when_it_has_no_order_then_it_is_distributed_exactly() -> None:
    items = (
        bill_line(
            1,
            total_cost="100.00",
            tax_name="GST 5%",
            tax_amount="5.00",
            cost_allocations=[allocation("33.33", "6100", "Finance"), allocation("66.67")],
        ),
        bill_line(
            2,
            description="Paper",
            total_cost="50.00",
            tax_name="HST 13%",
            tax_amount="6.50",
            shipping_amount="8.00000000",
        ),
        bill_line(3, total_cost="10.00", tax_name="GST 5%", tax_amount="0.50"),
    )
    world = seen(ready_world(), bill(*items, costs=[cost("20.00")]))

    command = world.command("bill", ID)
    assert (command["type"], command["stage"], command["part"]) == ("invoice_add", 2, "invoice")
    assert command["payload"] == PAYLOAD
    document = world.document("bill", ID)
    assert (document["number"], document["amount"]) == ("INV-601", "200.00")


@pytest.mark.parametrize(
    ("posted_at", "letter"),
    [
        ("2026-11-01T00:30:00-07:00", "C"),
        ("2026-11-01T05:30:00Z", "P"),
        ("2026-10-31", "P"),
        ("2026-09-01T12:00:00-07:00", "B"),
        ("2026-08-31T12:00:00-07:00", None),
        ("2026-12-01T12:00:00-08:00", None),
        ("2024-11-01T12:00:00-08:00", None),
    ],
)
def test_bill_s38_when_posted_on_a_day_then_the_period_is_that_of_its_place(
    posted_at: str, letter: str | None
) -> None:
    world = seen(ready_world(), bill(gl_post_date=posted_at))

    if letter is None:
        assert world.standing("bill", ID) == ("held", "PERIOD_CLOSED")
    else:
        assert world.command("bill", ID)["payload"]["posting_period"] == letter


def test_bill_s21_when_its_period_opens_then_it_goes_on() -> None:
    world = ready_world()
    world.syspro("periods", "Periods", [COMPANY], periods(2026, 11, is_open=(11,)))
    seen(world, bill(gl_post_date="2026-10-05"))
    assert world.standing("bill", ID) == ("held", "PERIOD_CLOSED")

    world.syspro("periods", "Periods", [COMPANY], periods(2026, 11, is_open=(10, 11)))

    assert world.standing("bill", ID) == ("ready", "")


def test_bill_when_the_year_turned_then_the_period_before_is_last_years() -> None:
    world = ready_world()
    row = periods(2027, 1, is_open=(1,)) | {"PrvYrPrdStat12": "O"}
    world.syspro("periods", "Periods", [COMPANY], row)
    seen(world, bill(gl_post_date="2026-12-30"))

    assert world.command("bill", ID)["payload"]["posting_period"] == "P"


def test_bill_when_periods_have_ends_of_their_own_then_they_count() -> None:
    world = ready_world()
    row = periods(2026, 11, is_open=(10, 11))
    row |= {"CurYrPrdEnd9": "2026-09-27", "CurYrPrdEnd10": "2026-10-25"}
    row |= {"CurYrPrdEnd11": "2026-11-29", "CurYrPrdEnd12": "2026-12-31"}
    row |= {"CurYrPrdStat13": "C", "CurYrPrdEnd13": "2026-12-31", "CurYrPrdStat14": "C"}
    world.syspro("periods", "Periods", [COMPANY], row)
    seen(world, bill(gl_post_date="2026-10-26"))

    assert world.command("bill", ID)["payload"]["posting_period"] == "C"
    seen(world, bill(gl_post_date="2026-10-25"))
    assert world.command("bill", ID)["payload"]["posting_period"] == "P"
    seen(world, bill(gl_post_date="2025-10-25"))
    assert world.standing("bill", ID) == ("held", "PERIOD_CLOSED")


def test_bill_when_syspro_shows_no_periods_then_it_is_held() -> None:
    world = ready_world()
    world.syspro("periods", "Periods", [COMPANY], None)
    seen(world, bill())

    assert world.standing("bill", ID) == ("held", "PERIOD_CLOSED")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (bill(invoice_number=""), "NO_INVOICE_NUMBER"),
        (bill(invoice_number=None), "NO_INVOICE_NUMBER"),
        (bill(invoice_number="INV-601-CONTRACT-2231-A"), "INVOICE_NUMBER_TOO_LONG"),
        (bill(invoice_number="ИНВ-1"), "NOT_IN_CODE_PAGE"),
        (bill(invoice_total="112.50"), "TOTAL_MISMATCH"),
        (bill(subtotal_cost="99.00"), "TOTAL_MISMATCH"),
        (bill(total_cost="99.00"), "TOTAL_MISMATCH"),
        (bill(tax_amount="1.00"), "TOTAL_MISMATCH"),
        (bill(shipping_amount="1.00"), "TOTAL_MISMATCH"),
        (bill(total_cost_with_tax="101.00"), "TOTAL_MISMATCH"),
        (bill(bill_line(cost_allocations=[allocation("90.00")])), "TOTAL_MISMATCH"),
        (bill(bill_line(total_cost="-5.00")), "CREDIT_WITHOUT_INVOICE"),
        (bill(bill_line(cost_allocations=[])), "LINE_NO_ACCOUNT"),
        (bill(bill_line(cost_allocations=[allocation("100", "6990")])), "LINE_NO_ACCOUNT"),
        (bill(costs=[cost(code="6990")]), "CHARGE_NO_ACCOUNT"),
        (bill(bill_line(tax_name="Eco levy 2%", tax_amount="2.00")), "TAX_UNMAPPED"),
        (bill(bill_line(tax_name="", tax_amount="2.00")), "TAX_UNMAPPED"),
        (bill(invoice_date=None), "SOURCE_UNREADABLE"),
        (bill(vendor=None), "VENDOR_MISSING"),
        (bill(currency={"name": "CAD"}), "CURRENCY_MISMATCH"),
        (bill(status="approved"), "SOURCE_UNREADABLE"),
        (bill(total_cost="many"), "SOURCE_UNREADABLE"),
    ],
)
def test_bill_when_something_is_wrong_p36_then_it_is_held(body: Body, reason: str) -> None:
    world = seen(ready_world(), body)

    assert world.standing("bill", ID) == ("held", reason)
    assert world.commands() == []


def test_bill_when_its_tax_code_has_no_ledger_code_then_it_is_held_until_it_has() -> None:
    world = ready_world()
    world.syspro("tax_code", "TaxCode", ["A"], None)
    seen(world, bill(bill_line(tax_name="GST 5%", tax_amount="5.00")))
    assert world.standing("bill", ID) == ("held", "TAX_NO_ACCOUNT")

    world.syspro("tax_code", "TaxCode", ["A"], {"TaxCode": "A", "ApTaxGlCode": "2310-00"})

    assert world.standing("bill", ID) == ("ready", "")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        *(({"status": status}, "ready") for status in (2, 4, 6, 7, 8)),
        *(({"status": status}, "not_eligible") for status in (0, 1, 3, 5, None)),
        ({"type": 1}, "not_eligible"),
        ({"type": 2}, "not_eligible"),
        ({"active": False}, "not_eligible"),
    ],
)
def test_bill_when_status_differs_then_only_approved_order_bills_are_carried(
    fields: Body, state: str
) -> None:
    world = seen(ready_world(), bill(**fields))

    assert world.document("bill", ID)["state"] == state


def test_bill_when_allocations_do_not_divide_then_the_largest_takes_the_rest() -> None:
    shares = [allocation("33.33333333"), allocation("33.33333334"), allocation("33.33333333")]
    world = seen(ready_world(), bill(bill_line(cost_allocations=shares)))

    lines = world.command("bill", ID)["payload"]["distribution"]
    assert [item["value"] for item in lines] == ["33.33", "33.34", "33.33"]


def test_bill_when_shipping_is_not_in_the_total_with_tax_then_it_still_ties() -> None:
    item = bill_line(shipping_amount="8.00")
    world = seen(ready_world(), bill(item, total_cost_with_tax="100.00"))

    assert world.command("bill", ID)["payload"]["value"] == "108.00"


def test_bill_when_the_number_was_used_before_then_the_later_is_held() -> None:
    world = seen(ready_world(), bill(), OTHER)

    seen(world, bill(invoice_number="00inv 601", group=9))

    assert world.standing("bill", OTHER) == ("ready", "")
    assert world.standing("bill", ID) == ("held", "DUPLICATE_INVOICE")
    assert OTHER in world.document("bill", ID)["detail"]

    seen(world, bill(status=3), OTHER)
    assert world.standing("bill", ID) == ("ready", "")
    seen(world, bill(), OTHER)
    assert world.standing("bill", OTHER) == ("held", "DUPLICATE_INVOICE")


def test_bill_when_the_original_was_posted_then_it_keeps_its_number() -> None:
    world = seen(ready_world(), bill(), OTHER)
    world.post(world.command("bill", OTHER), "S00118|INV-601")
    seen(world, bill(status=3), OTHER)
    assert world.standing("bill", OTHER) == ("held", "BILL_WITHDRAWN_AFTER_POST")

    seen(world, bill())

    assert world.standing("bill", ID) == ("held", "DUPLICATE_INVOICE")


def test_bill_s43_when_the_original_was_purged_from_syspro_then_its_number_is_still_taken() -> None:
    world = seen(ready_world(), bill(), OTHER)
    keys = ["S00118", "INV-601"]
    world.post(world.command("bill", OTHER), "S00118|INV-601")
    world.syspro("invoice", "Invoice", keys, {"Reference": "ours"})
    world.syspro("invoice", "Invoice", keys, None)

    seen(world, bill())

    assert world.standing("bill", ID) == ("held", "DUPLICATE_INVOICE")


def test_bill_s26_s27_when_syspro_has_the_number_then_it_is_held_or_linked_by_our_key() -> None:
    world = ready_world()
    keys = ["S00118", "INV-601"]
    world.syspro("invoice", "Invoice", keys, {"Reference": "somebody"})
    seen(world, bill())
    assert world.standing("bill", ID) == ("held", "DUPLICATE_INVOICE")

    world.syspro("invoice", "Invoice", keys, {"Reference": KEY})

    assert world.standing("bill", ID) == ("linked", "ALREADY_THERE")
    assert world.document("bill", ID)["syspro_key"] == "S00118|INV-601"


def test_bill_when_posted_p25_then_later_changes_of_money_are_held() -> None:
    world = seen(ready_world(), bill())
    world.post(world.command("bill", ID), "S00118|INV-601")
    assert world.standing("bill", ID) == ("in_syspro", "")

    seen(world, bill(status=4))
    assert world.standing("bill", ID) == ("in_syspro", "")
    seen(world, bill(bill_line(description="Other words")))
    assert world.standing("bill", ID) == ("in_syspro", "")
    for changed in (
        bill(bill_line(total_cost="90.00")),
        bill(invoice_number="INV-602"),
        bill(vendor={"id": 119}),
    ):
        seen(world, changed)
        assert world.standing("bill", ID) == ("held", "BILL_CHANGED_AFTER_POST")
    world.source("BillVanished", "bill", ID, None)
    assert world.standing("bill", ID) == ("held", "BILL_WITHDRAWN_AFTER_POST")


def test_bill_when_a_newer_version_comes_then_it_takes_the_place() -> None:
    world = seen(ready_world(), bill(group=9), OTHER)

    seen(world, bill(group=9, version=2))

    assert world.standing("bill", OTHER) == ("ignored", "NEWER_VERSION")
    assert world.standing("bill", ID) == ("ready", "")
    world.source("BillVanished", "bill", ID, None)
    assert world.standing("bill", OTHER) == ("ready", "")


def test_bill_when_the_older_version_was_posted_then_the_newer_is_held() -> None:
    world = seen(ready_world(), bill(group=9), OTHER)
    world.post(world.command("bill", OTHER), "S00118|INV-601")

    seen(world, bill(group=9, version=2))

    assert world.standing("bill", ID) == ("held", "BILL_CHANGED_AFTER_POST")
    seen(world, bill(group=9, status=5), OTHER)
    assert world.standing("bill", OTHER) == ("in_syspro", "")


def test_bill_when_its_uuid_is_none_then_nothing_is_known_of_it() -> None:
    world = ready_world()

    assert world.source("BillChanged", "bill", "601", bill()).position
    assert [a for a in world.rows if a.table == "documents"] == []
