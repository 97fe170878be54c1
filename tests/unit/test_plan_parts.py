"""Orders over two companies that are divided: a part in each, with its share of the header."""

from typing import Any

import pytest
from company_world import ORDER, order_of, placed, toronto, two_companies
from plan_documents import bill, line, order, ordered_line
from plan_world import SOURCE, TENANT, World

from engine.core.keys import DocumentKey, external_key

Body = dict[str, Any]
FIRST, SECOND = ("order_part", "EDU1/1042"), ("order_part", "EDU2/1042")
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"
HQ = placed("Engineering", 7)
OTHER = ("purchase_order", "1043")


def both(**policy: object) -> World:
    """Two companies that divide orders among them."""
    world = two_companies(multi_company_orders="split", **policy)
    world.policy(multi_company_orders="split", **policy)
    return world


def read(world: World, *lines: Body, **fields: object) -> None:
    body = {**order(1042, *lines), **fields} if lines else {**order_of(HQ, toronto()), **fields}
    world.source("PurchaseOrderChanged", *ORDER, body)


def taken(world: World, part: tuple[str, str], number: str, *items: str) -> None:
    """SYSPRO took the part."""
    lines = {item: place for place, item in enumerate(items, 1)}
    world.post(world.command(*part), number, lines)


def sent(**policy: object) -> World:
    """Lamps of HQ are in EDU1 as 000547, those of Toronto in EDU2 as 000611."""
    world = both(**policy)
    read(world)
    taken(world, FIRST, "000547", "10421")
    taken(world, SECOND, "000611", "10422")
    return world


def test_order_when_both_companies_say_so_then_each_has_its_part() -> None:
    world = both(po_numbering="manual")
    read(world)

    assert world.standing(*ORDER) == ("divided", "")
    assert world.document(*ORDER)["company"] == "EDU1, EDU2"
    commands = [world.command(*part) for part in (FIRST, SECOND)]
    assert [row["company"] for row in commands] == ["EDU1", "EDU2"]
    payloads = [row["payload"] for row in commands]
    assert [row["purchase_order"] for row in payloads] == ["PO-1042-A", "PO-1042-B"]
    items = [[one["item_id"] for one in row["lines"]] for row in payloads]
    assert items == [["10421"], ["10422"]]
    keys = [DocumentKey(source=SOURCE, kind=kind, id=name) for kind, name in (FIRST, SECOND)]
    assert [row["external_key"] for row in commands] == [external_key(TENANT, key) for key in keys]
    assert [world.document(*part)["number"] for part in (FIRST, SECOND)] == [
        "PO-1042-A",
        "PO-1042-B",
    ]
    assert len(world.commands("ready")) == 2


def test_order_when_one_company_alone_says_so_then_held() -> None:
    world = two_companies(multi_company_orders="split")
    read(world)
    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")
    assert not world.commands()


def test_order_when_of_one_company_then_whole_whatever_the_policy() -> None:
    world = both()
    world.source("PurchaseOrderChanged", *ORDER, order_of(toronto()))
    assert world.command(*ORDER)["company"] == "EDU2"
    world.post(world.command(*ORDER), "000611", {"10421": 1})
    read(world)
    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")


def test_order_when_an_item_is_of_both_then_held() -> None:
    world = both()
    parts = [
        {"id": 1, "amount": "20.00", "account": HQ},
        {"id": 2, "amount": "17.50", "account": toronto()},
    ]
    read(world, line(10421, account=HQ, spend_allocation=parts), line(10422, account=toronto()))
    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")
    assert world.document(*ORDER)["detail"] == "item 10421 EDU1, EDU2"


def test_order_when_divided_then_the_header_is_shared_to_the_cent() -> None:
    world = both()
    lines = (
        line(10421, account=HQ, tax_amount="1.88", taxes=[{"name": "GST 5%"}]),
        line(10422, account=toronto(), quantity=1, total_cost="12.50"),
    )
    # 37.50 and 12.50: freight 10.01 is 7.51 and 2.50, the discount of 5.00 is 3.75 and 1.25
    read(
        world,
        *lines,
        freight="10.01",
        discount={"value": 5, "type": "amount"},
        tax={"value": "1.88", "type": "amount"},
        total="56.89",
    )
    rows = [world.document(*part) for part in (FIRST, SECOND)]
    # 37.50 + 7.51 + 1.88 - 3.75 and 12.50 + 2.50 - 1.25
    assert [row["amount"] for row in rows] == ["43.14", "13.75"]
    payloads = [world.command(*part)["payload"] for part in (FIRST, SECOND)]
    assert [row["charge_lines"][0]["value"] for row in payloads] == ["7.51", "2.50"]
    assert [row["lines"][0]["discount_value"] for row in payloads] == ["3.75", "1.25"]
    assert [row["lines"][0]["tax_code"] for row in payloads] == ["A", ""]


def test_order_when_its_total_is_not_that_of_its_parts_then_they_are_held() -> None:
    world = both()
    read(world, total="80.00")
    assert [world.standing(*part) for part in (FIRST, SECOND)] == [("held", "TOTAL_MISMATCH")] * 2


def test_order_when_a_place_has_no_company_then_held_unless_a_person_ignores_it() -> None:
    world = both()
    world.source("LocationChanged", "location", "9", {"id": 9, "name": "Depot"})
    world.source("PurchaseOrderChanged", *ORDER, order_of(HQ, placed("Engineering", 9)))
    assert world.standing(*ORDER) == ("held", "COMPANY_UNMAPPED")
    body = {"document": "purchase_order:acme/1042", "reason": "typed"}
    world.append("decision/purchase_order:acme/1042", "DocumentIgnored", body)
    assert world.standing(*ORDER) == ("ignored", "IGNORED_BY_PERSON")


def test_order_when_a_person_holds_it_then_its_parts_are_held() -> None:
    world = both()
    read(world)
    body = {"document": "purchase_order:acme/1042", "reason": "wait"}
    world.append("decision/purchase_order:acme/1042", "DocumentHeld", body)
    assert world.standing(*FIRST) == world.standing(*SECOND) == ("held", "HELD_BY_PERSON")
    assert not world.commands("ready")


def test_order_when_linked_whole_then_it_has_no_parts() -> None:
    world = both()
    read(world)
    body = {"document": "purchase_order:acme/1042", "reason": "typed", "company": "EDU1"}
    world.append(
        "decision/purchase_order:acme/1042", "DocumentLinked", {**body, "syspro_key": "000900"}
    )
    assert world.standing(*ORDER) == ("linked", "ALREADY_THERE")
    assert world.standing(*FIRST) == ("not_due", "")
    assert not world.commands("ready")


def test_order_when_the_policy_ends_before_anything_is_sent_then_held_whole() -> None:
    world = both()
    read(world)
    world.policy()
    assert world.standing(*ORDER) == ("held", "MULTI_COMPANY_PO")
    assert world.standing(*FIRST) == world.standing(*SECOND) == ("not_due", "")
    assert not world.commands("ready")


def test_order_when_a_part_was_sent_then_it_stays_divided() -> None:
    world = both()
    read(world)
    world.intend(world.command(*SECOND))
    world.policy()
    assert world.standing(*ORDER) == ("divided", "")

    world.source("PurchaseOrderChanged", *ORDER, order_of(HQ))
    assert world.standing(*ORDER) == ("divided", "")
    assert world.standing(*FIRST) == ("ready", "")
    world.accept(world.command(*SECOND), "000611")
    world.verify(world.command(*SECOND), {"10422": 1})
    cancel = world.command(*SECOND)
    assert (cancel["type"], cancel["company"]) == ("purchase_order_cancel", "EDU2")


def test_order_when_divided_and_revised_then_each_part_by_itself() -> None:
    world = sent()
    assert [world.standing(*part) for part in (FIRST, SECOND)] == [("in_syspro", "")] * 2

    more = line(10422, account=toronto(), quantity=5, total_cost="62.50")
    read(world, line(10421, account=HQ), more)
    assert world.standing(*FIRST) == ("in_syspro", "")
    change = world.command(*SECOND)
    assert (change["type"], change["payload"]["purchase_order"]) == (
        "purchase_order_change",
        "000611",
    )
    assert [one["quantity"] for one in change["payload"]["lines"]] == ["5"]


def test_order_when_divided_and_cancelled_then_every_part_is() -> None:
    world = sent()
    read(world, state=1, active=False)
    assert world.standing(*ORDER) == ("divided", "")
    for part, number in ((FIRST, "000547"), (SECOND, "000611")):
        command = world.command(*part)
        assert command["type"] == "purchase_order_cancel"
        assert command["payload"]["purchase_order"] == number
        world.post(command, number)
        assert world.standing(*part) == ("cancelled_in_syspro", "")


def test_order_when_not_open_and_never_sent_then_nothing_is_due() -> None:
    world = both()
    read(world)
    read(world, state=3)
    assert world.standing(*ORDER) == ("not_eligible", "NOT_READY")
    assert world.standing(*FIRST) == ("not_due", "")


def test_order_when_another_has_its_number_then_its_parts_are_held() -> None:
    world = both(po_numbering="manual")
    world.source("PurchaseOrderChanged", *OTHER, {**order(1043), "PO_Num": "PO-1042"})
    read(world)
    assert world.standing(*FIRST) == world.standing(*SECOND) == ("held", "PO_NUMBER_REUSED")


def test_order_when_it_cannot_be_read_then_its_parts_are_held() -> None:
    world = sent()
    body = {"source": SOURCE, "kind": "purchase_order", "id": "1042", "cause": "Malformed"}
    body["text"] = "$.total: is missing"
    world.append("procurify/acme/purchase_order/1042", "DocumentUnreadable", body)
    assert world.standing(*FIRST) == ("held", "SOURCE_UNREADABLE")


def billed(*items: str) -> Body:
    lines = [
        ordered_line(1042, int(item), total_cost="37.50", quantity="3", cost_allocations=[])
        | {"id": 6011 + place}
        for place, item in enumerate(items)
    ]
    return bill(*lines, vendor={"id": 119})


def test_bill_when_over_one_part_then_it_is_that_companys() -> None:
    world = both()
    world.source("BillChanged", "bill", ID, billed("10422"))
    read(world, pref_vendor={"id": 119})
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")
    assert world.document("bill", ID)["waits_for"] == ["order_part:acme/EDU2/1042"]
    assert world.document("bill", ID)["company"] == "EDU2"

    taken(world, SECOND, "000611", "10422")
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")
    world.company = "EDU2"
    row = {"Supplier": "S00119", "Grn": "A1", "GrnSource": "I", "Journal": "12"}
    row |= {"JournalEntry": "1", "OrigReceiptDate": "2026-11-03", "PurchaseOrder": "611"}
    row |= {"PurchaseOrderLin": "1", "QtyReceived": "3", "GrnMatchedFlag": "N"}
    world.syspro("grn", "Grn", ["S00119", "A1", "I", "12", "1"], row)
    command = world.command("bill", ID)
    assert (command["type"], command["company"]) == ("invoice_add", "EDU2")
    assert [one["value"] for one in command["payload"]["matches"]] == ["37.50"]


def test_bill_when_over_both_parts_then_held() -> None:
    world = both()
    read(world, pref_vendor={"id": 119})
    world.source("BillChanged", "bill", ID, billed("10421", "10422"))
    assert world.standing("bill", ID) == ("held", "MULTI_COMPANY_BILL")


def test_bill_when_its_order_is_closed_then_the_parts_tell_the_company() -> None:
    world = sent()
    read(world, state=3)
    world.source("BillChanged", "bill", ID, {**billed("10422"), "vendor": {"id": 118}})
    assert world.standing("bill", ID) == ("held", "LINE_NO_ACCOUNT"), "no receipt is asked for"
    assert world.document("bill", ID)["company"] == "EDU2"


@pytest.mark.parametrize(("item", "company"), [("10421", "EDU1"), ("10422", "EDU2")])
def test_goods_when_received_on_a_part_then_told_of_its_item(item: str, company: str) -> None:
    world = sent(report_receipts=True)
    world.company = company
    number = {"EDU1": "547", "EDU2": "611"}[company]
    cells = {"Line": "1", "LineType": "7", "MSupCatalogue": f"PI-{item}", "MOrderQty": "3"}
    cells |= {"MReceivedQty": "2", "MPrice": "12.5", "MCompleteFlag": "N"}
    row: Body = {"PurchaseOrder": number, "OrderStatus": "1", "lines": [cells]}
    world.syspro("purchase_order", "PurchaseOrder", [number], row)
    body = {"id": int(item), "purchase_order": 1042, "quantity": "3.00000", "receive_method": 0}
    body |= {"receivedPassQty": "0.00000", "receivedFailQty": "0.00000"}
    world.source("OrderItemChanged", "order_item", item, body)

    assert world.command("receipt_report", item)["payload"]["passed"] == "2"
