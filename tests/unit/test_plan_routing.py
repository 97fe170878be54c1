"""Several companies: which one a document is for, and vendors that belong to all."""

from typing import Any

import pytest
from company_world import ORDER, order_of, placed, share, toronto, two_companies
from plan_documents import bill, bill_line, line, order, ordered_line, vendor
from plan_world import periods, ready_world

Body = dict[str, Any]
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"


@pytest.mark.parametrize(
    ("places", "company"),
    [
        ([placed("Engineering", 7)], "EDU1"),
        ([toronto()], "EDU2"),
        ([toronto(), toronto("Sales")], "EDU2"),
        ([placed("Depot", 7)], "EDU2"),
        ([placed("Depot", 7), toronto()], "EDU2"),
    ],
)
def test_order_when_its_places_are_mapped_then_the_company_is_theirs(
    places: list[Body], company: str
) -> None:
    world = two_companies()
    world.mapping("company", "department:Depot", "EDU2", company="")
    world.source("PurchaseOrderChanged", *ORDER, order_of(*places))

    assert world.standing(*ORDER) == ("ready", "")
    assert world.command(*ORDER)["company"] == world.document(*ORDER)["company"] == company


def test_order_when_its_location_is_unmapped_then_held_until_it_is() -> None:
    world = two_companies(is_mapped=False)
    world.source("PurchaseOrderChanged", *ORDER, order_of(toronto()))

    assert world.standing(*ORDER) == ("held", "COMPANY_UNMAPPED")
    assert world.document(*ORDER)["detail"] == "location Toronto"
    world.mapping("company", "Toronto", "EDU9", company="")
    assert world.standing(*ORDER) == ("held", "COMPANY_UNMAPPED")
    world.mapping("company", "Toronto", "EDU2", company="")
    assert world.command(*ORDER)["company"] == "EDU2"


def test_order_when_the_location_was_not_read_then_it_waits_for_that() -> None:
    world = two_companies()
    world.source("PurchaseOrderChanged", *ORDER, order_of(placed("Engineering", 9)))
    assert world.standing(*ORDER) == ("waiting", "REFERENCE_NOT_READ")

    world.source("LocationChanged", "location", "9", {"id": 9, "name": "Toronto"})

    assert world.command(*ORDER)["company"] == "EDU2"


def test_order_when_its_lines_lead_to_two_companies_then_held() -> None:
    world = two_companies()
    world.source("PurchaseOrderChanged", *ORDER, order_of(placed("Engineering", 7), toronto()))

    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")
    assert world.document(*ORDER)["detail"] == "EDU1, EDU2"


def test_order_when_it_is_not_for_syspro_then_no_place_is_asked_for() -> None:
    world = two_companies(is_mapped=False)
    world.source("PurchaseOrderChanged", *ORDER, {**order_of(toronto()), "state": 3})

    assert world.standing(*ORDER) == ("not_eligible", "NOT_READY")


def test_order_when_in_syspro_then_it_stays_in_its_company_whatever_is_mapped() -> None:
    world = two_companies()
    world.source("PurchaseOrderChanged", *ORDER, order_of(toronto()))
    world.post(world.command(*ORDER), "000547", {"10421": 1})

    world.mapping("company", "Toronto", "EDU1", company="")
    assert world.standing(*ORDER) == ("in_syspro", "")
    world.source("PurchaseOrderChanged", *ORDER, {**order_of(toronto()), "state": 1})
    cancel = world.command(*ORDER)
    assert (cancel["action"], cancel["company"]) == ("cancel", "EDU2")
    world.source("PurchaseOrderChanged", *ORDER, order_of(toronto(), toronto()))
    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")


def test_mapping_when_a_company_has_its_own_then_that_goes_before_the_common_one() -> None:
    world = two_companies()
    for company in ("EDU1", "EDU2"):
        world.company = company
        world.ledger("8100-00")
    world.mapping("account", "6100/Sales", "8100-00", company="EDU2")
    world.mapping("account", "6100/Sales", "5100-00", company="")
    for identity, place in (("1", placed("Sales", 7)), ("2", toronto("Sales"))):
        world.source("PurchaseOrderChanged", "purchase_order", identity, order_of(place))

    codes = [
        world.command("purchase_order", identity)["payload"]["lines"][0]["ledger_code"]
        for identity in ("1", "2")
    ]
    assert codes == ["5100-00", "8100-00"]


def test_bill_when_without_order_then_its_allocations_say_the_company() -> None:
    world = two_companies()
    world.source("BillChanged", "bill", ID, bill(bill_line(cost_allocations=[share(toronto())])))
    assert world.command("bill", ID)["company"] == "EDU2"

    halves = [{**share(place), "amount": "50.00"} for place in (toronto(), placed("Sales", 7))]
    world.source("BillChanged", "bill", ID, bill(bill_line(cost_allocations=halves)))
    assert world.standing("bill", ID) == ("held", "MULTI_COMPANY_BILL")
    world.source("BillChanged", "bill", ID, bill(bill_line(cost_allocations=[])))
    assert world.standing("bill", ID) == ("held", "COMPANY_UNMAPPED")
    world.source("BillChanged", "bill", ID, bill(bill_line(), status=5))
    assert world.standing("bill", ID) == ("not_eligible", "NOT_READY")


def test_bill_when_for_an_order_then_the_orders_company_is_its_own() -> None:
    world = two_companies()
    billed = ordered_line(1042, 10421, total_cost="37.50", quantity="3", cost_allocations=[])
    body = bill(billed, vendor={"id": 119})
    world.source("BillChanged", "bill", ID, body)
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")

    world.source(
        "PurchaseOrderChanged", *ORDER, {**order_of(toronto()), "pref_vendor": {"id": 119}}
    )
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")
    assert world.document("bill", ID)["company"] == "EDU2"
    world.post(world.command(*ORDER), "000547", {"10421": 1})
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")

    cells = {"Supplier": "S00119", "Grn": "A1", "GrnSource": "I", "Journal": "1"}
    cells |= {"JournalEntry": "1", "PurchaseOrder": "547", "PurchaseOrderLin": "1"}
    world.syspro("grn", "Grn", ["S00119", "A1", "I", "1", "1"], {**cells, "QtyReceived": "3"})
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT"), "another company's goods"
    world.company = "EDU2"
    world.syspro("grn", "Grn", ["S00119", "A1", "I", "1", "1"], {**cells, "QtyReceived": "3"})
    command = world.command("bill", ID)
    assert (command["company"], command["state"]) == ("EDU2", "ready")
    world.post(command, "S00119|INV-601")
    world.source("BillVanished", "bill", ID, None)
    assert world.standing("bill", ID) == ("held", "BILL_WITHDRAWN_AFTER_POST")


def test_vendor_when_several_companies_then_created_in_each_one_after_the_other() -> None:
    world = two_companies()
    world.source("VendorChanged", "vendor", "200", vendor())
    first = world.command("vendor", "200")
    assert first["company"] == "EDU1"
    assert len(world.commands("ready")) == 1

    world.post(first, "V000200")
    second = world.command("vendor", "200")
    assert (second["company"], second["state"]) == ("EDU2", "ready")
    assert second["key"] != first["key"]
    world.post(second, "V000200")

    assert world.standing("vendor", "200") == ("in_syspro", "")
    document = world.document("vendor", "200")
    assert (document["company"], document["syspro_key"]) == ("EDU1, EDU2", "V000200")


def test_vendor_when_one_company_refuses_it_then_the_other_still_gets_it() -> None:
    world = two_companies()
    world.source("VendorChanged", "vendor", "200", vendor())
    first = world.command("vendor", "200")
    world.intend(first)
    body = {"reason": "x", "text": "no such branch", "errors": []}
    world.append(f"command/{first['key']}", "PostRejected", body)

    second = world.command("vendor", "200")
    assert (second["company"], second["state"]) == ("EDU2", "ready")
    world.post(second, "V000200")

    assert world.standing("vendor", "200") == ("rejected", "REJECTED_BY_SYSPRO")
    assert world.document("vendor", "200")["detail"] == "no such branch"
    assert world.commands("ready") == []
    world.company = "EDU1"
    world.policy(supplier_branch="20")
    assert world.command("vendor", "200")["key"] == first["key"]
    assert [row["key"] for row in world.commands("ready")] == [first["key"]]


def test_vendor_when_a_company_does_not_create_suppliers_then_it_is_skipped_there() -> None:
    world = two_companies(create_suppliers=False)
    world.source("VendorChanged", "vendor", "200", vendor())
    world.post(world.command("vendor", "200"), "V000200")
    assert world.standing("vendor", "200") == ("in_syspro", "")
    assert world.document("vendor", "200")["company"] == "EDU1"

    needy = {**order_of(toronto()), "pref_vendor": {"id": 200}}
    world.source("PurchaseOrderChanged", *ORDER, needy)
    assert world.standing(*ORDER) == ("held", "VENDOR_UNMAPPED")
    assert world.document(*ORDER)["detail"] == "vendor 200 in company EDU2"
    world.company = "EDU2"
    world.supplier("S00200")
    world.mapping("vendor", "200", "S00200")
    assert world.command(*ORDER)["payload"]["supplier"] == "S00200"
    assert world.document("vendor", "200")["syspro_key"] == "V000200, S00200"


def test_vendor_when_no_company_creates_suppliers_then_held() -> None:
    world = two_companies(create_suppliers=False)
    world.policy(create_suppliers=False)
    world.source("VendorChanged", "vendor", "200", vendor())

    assert world.standing("vendor", "200") == ("held", "VENDOR_UNMAPPED")


def test_vendor_when_held_in_one_company_then_the_other_goes_first() -> None:
    world = two_companies()
    world.supplier("V000200", "Somebody Else")
    world.source("VendorChanged", "vendor", "200", vendor())

    command = world.command("vendor", "200")
    assert (command["company"], command["state"]) == ("EDU2", "ready")
    world.post(command, "V000200")
    assert world.standing("vendor", "200") == ("held", "SUPPLIER_CODE_TAKEN")
    assert world.document("vendor", "200")["company"] == "EDU1"


def test_vendor_when_a_mapping_is_of_one_company_then_the_other_creates_it() -> None:
    world = two_companies()
    world.mapping("vendor", "200", "S00118", company="EDU1")
    world.source("VendorChanged", "vendor", "200", vendor())

    assert world.command("vendor", "200")["company"] == "EDU2"


def test_dated_mapping_when_the_document_is_of_another_day_then_the_earlier_row_holds() -> None:
    world = two_companies()
    world.mapping("account", "6100/Sales", "6100-00", company="", until_on="2026-10-31")
    world.mapping("account", "6100/Sales", "5100-00", company="", from_on="2026-11-01")
    for identity, day in (("1", "2026-10-31T20:00:00-07:00"), ("2", "2026-11-01T00:30:00-07:00")):
        body = {**order_of(placed("Sales", 7)), "date": day}
        world.source("PurchaseOrderChanged", "purchase_order", identity, body)

    codes = [
        world.command("purchase_order", identity)["payload"]["lines"][0]["ledger_code"]
        for identity in ("1", "2")
    ]
    assert codes == ["6100-00", "5100-00"]


def test_dated_mapping_when_the_document_has_no_day_then_today_counts() -> None:
    world = ready_world()
    world.mapping("terms", "Net 30", "60", from_on="2026-12-01")
    world.source("VendorChanged", "vendor", "200", vendor())
    assert world.command("vendor", "200")["payload"]["terms_code"] == "30"

    world.append("calendar", "DayBegan", {"day": "2026-11-30"})
    assert world.command("vendor", "200")["payload"]["terms_code"] == "30"
    world.append("calendar", "DayBegan", {"day": "2026-12-01"})
    assert world.command("vendor", "200")["payload"]["terms_code"] == "60"


def test_dated_mapping_g11_when_a_clock_had_been_years_ahead_then_the_right_day_counts() -> None:
    world = ready_world()
    world.mapping("terms", "Net 30", "60", from_on="2026-12-01")
    world.append("calendar", "DayBegan", {"day": "2036-11-30"})
    world.append("calendar", "DayBegan", {"day": "2026-11-30"})
    world.source("VendorChanged", "vendor", "200", vendor())
    assert world.command("vendor", "200")["payload"]["terms_code"] == "30"


def test_periods_when_companies_differ_then_each_has_its_own() -> None:
    world = two_companies()
    world.company = "EDU2"
    world.syspro("periods", "Periods", ["EDU2"], periods(2026, 11, is_open=(10,)))
    for identity, place in (("1" * 32, placed("Sales", 7)), ("2" * 32, toronto())):
        body = bill(bill_line(cost_allocations=[share(place)]), invoice_number=identity[:5])
        world.source("BillChanged", "bill", identity, body)

    assert world.standing("bill", "1" * 32) == ("ready", "")
    assert world.standing("bill", "2" * 32) == ("held", "PERIOD_CLOSED")
    assert {row["company"] for row in world.commands()} == {"EDU1"}


def test_account_when_mapped_at_several_keys_then_the_most_particular_holds() -> None:
    world = ready_world()
    for code in ("7000-01", "7000-02", "7000-03"):
        world.ledger(code)
    body = order_of(placed("Engineering", 7), placed("Engineering", 7))

    def codes() -> list[str]:
        world.source("PurchaseOrderChanged", *ORDER, body)
        lines = world.command(*ORDER)["payload"]["lines"]
        return [item["ledger_code"] for item in lines]

    assert codes() == ["6100-20", "6100-20"]
    world.mapping("account", "6100/Engineering@vendor:118", "7000-01")
    assert codes() == ["7000-01", "7000-01"]
    world.mapping("account", "override:document:PO-1042", "7000-02")
    assert codes() == ["7000-02", "7000-02"]
    world.mapping("account", "override:item:10422", "7000-03")
    assert codes() == ["7000-02", "7000-03"]


def test_account_when_the_bill_is_of_the_vendor_then_its_own_mapping_holds() -> None:
    world = ready_world()
    world.ledger("7000-01")
    world.mapping("account", "6100/Engineering@vendor:118", "7000-01")
    world.source("BillChanged", "bill", ID, bill(bill_line()))

    (share_of_it,) = world.command("bill", ID)["payload"]["distribution"]
    assert share_of_it["ledger_code"] == "7000-01"


def test_line_when_sku_warehouse_or_taxes_are_mapped_then_by_those() -> None:
    world = ready_world()
    world.mapping("stock", "NB-100", "A100")
    world.mapping("warehouse", "HQ", "WH7")
    world.syspro("warehouse", "Warehouse", ["WH7"], {"Warehouse": "WH7"})
    taxes = [{"name": "PST 7%"}, {"name": "GST 5%"}]
    item = line(10421, sku="NB-100", taxes=taxes, account=placed("Sales", 7))
    world.source("PurchaseOrderChanged", *ORDER, order(1042, item))
    assert world.standing(*ORDER) == ("held", "TAX_SEVERAL")
    assert world.document(*ORDER)["unmapped"] == ["tax", "GST 5%+PST 7%"]

    world.mapping("tax", "GST 5%+PST 7%", "C")

    (sent,) = world.command(*ORDER)["payload"]["lines"]
    assert (sent["stock_code"], sent["is_stocked"]) == ("A100", True)
    assert (sent["warehouse"], sent["tax_code"]) == ("WH7", "C")
    assert world.document(*ORDER)["unmapped"] == []


def test_mapping_when_approved_then_exactly_what_waited_for_it_is_planned_again() -> None:
    world = ready_world()
    for identity in range(1, 21):
        account = placed("Sales" if identity % 4 else "Labs", 7)
        account["account_code"] = {"code": "6990"}
        body = order(identity, line(10421, account=account))
        world.source("PurchaseOrderChanged", "purchase_order", str(identity), body)
    other = world.source("PurchaseOrderChanged", *ORDER, order())
    waiting = [str(identity) for identity in range(1, 21) if identity % 4]
    assert world.document("purchase_order", "1")["unmapped"] == ["account", "6990/Sales"]

    approved = world.mapping("account", "6990/Sales", "5100-00")

    planned = [row for row in world.commands("ready") if row["document"].count("/1042") == 0]
    assert {row["source_id"] for row in planned} == set(waiting)
    assert {row["planned_position"] for row in planned} == {approved.position}
    assert world.command(*ORDER)["planned_position"] == other.position
    assert world.index["mapping:account/6990/Sales"] == {
        f"purchase_order:acme/{identity}" for identity in waiting
    }
    assert world.standing("purchase_order", "4") == ("held", "LINE_NO_ACCOUNT")
