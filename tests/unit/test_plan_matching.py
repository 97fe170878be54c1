"""Bills over orders: waiting for the order, matched against receipts, distributed otherwise."""

from typing import Any

import pytest
from plan_documents import account, allocation, bill, bill_line, cost, line, order, ordered_line
from plan_world import SOURCE, TENANT, World, ready_world

from engine.core.keys import DocumentKey, external_key

Body = dict[str, Any]
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"
OTHER = "00000000000000000000000000000002"
KEY = external_key(TENANT, DocumentKey(source=SOURCE, kind="purchase_order", id="1042"))
GRN_VENDOR = {"id": 119}


def posted(vendor: int = 119) -> World:
    world = ready_world()
    body = order(1042, line(10421, quantity=10, total_cost="125.00"), pref_vendor={"id": vendor})
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
    world.post(world.command("purchase_order", "1042"), "000547", {"10421": 1})
    return world


def receive(world: World, grn: str, quantity: str, on: str = "2026-11-03", **columns: str) -> None:
    row = {
        "Supplier": "S00119",
        "Grn": grn,
        "GrnSource": "I",
        "Journal": "12",
        "JournalEntry": "1",
        "OrigReceiptDate": on,
        "PurchaseOrder": "000000000000547",
        "PurchaseOrderLin": "1",
        "QtyReceived": quantity,
        "OrigGrnValue": "0.00",
        "MatchedValue": "0.00",
        "GrnMatchedFlag": "N",
        **columns,
    }
    world.syspro("grn", "Grn", ["S00119", grn, "I", "12", "1"], row)


def billed(quantity: str = "10.00000000", total: str = "125.00", **fields: object) -> Body:
    item = ordered_line(1042, 10421, quantity=quantity, total_cost=total)
    return bill(item, **{"vendor": GRN_VENDOR, **fields})


def seen(world: World, body: Body, identity: str = ID) -> World:
    world.source("BillChanged", "bill", identity, body)
    return world


def matches(world: World, identity: str = ID) -> list[tuple[str, str, str, bool]]:
    found = world.command("bill", identity)["payload"]["matches"]
    return [(item["grn"], item["quantity"], item["value"], item["is_full"]) for item in found]


def test_bill_when_the_goods_came_then_its_payload_matches_them_exactly() -> None:
    world = posted()
    item = ordered_line(
        1042,
        10421,
        quantity="10.00000000",
        total_cost="125.00",
        tax_name="GST 5%",
        tax_amount="6.25",
    )
    seen(world, bill(item, vendor=GRN_VENDOR))
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")
    assert world.document("bill", ID)["waits_on"] == ["grns:EDU1/547"]

    receive(world, "000123", "10.000000")

    payload = world.command("bill", ID)["payload"]
    assert payload["matches"] == [
        {
            "supplier": "S00119",
            "grn": "000123",
            "source": "I",
            "journal": "12",
            "entry": "1",
            "quantity": "10",
            "value": "125.00",
            "is_full": True,
        }
    ]
    assert (payload["tax_code"], payload["tax_value"]) == ("A", "6.25")
    assert payload["distribution"] == []
    assert payload["value"] == "131.25"


def test_bill_when_there_are_several_receipts_then_the_oldest_goes_first() -> None:
    world = posted()
    receive(world, "A2", "6.000000", on="2026-11-04")
    receive(world, "A9", "4.000000", on="2026-11-03")

    seen(world, billed("7.00000000", "87.51"))

    assert matches(world) == [("A9", "4", "50.01", True), ("A2", "3", "37.50", False)]


def test_bill_when_receipts_are_of_one_day_then_the_first_posted_goes_first() -> None:
    world = posted()
    receive(world, "A10", "6.000000", Journal="10")
    receive(world, "A9", "4.000000", Journal="9")

    seen(world, billed("4.00000000", "50.00"))

    assert matches(world) == [("A9", "4", "50.00", True)]


def test_bill_when_refused_for_a_receipt_taken_meanwhile_then_it_is_sent_with_another() -> None:
    world = posted()
    receive(world, "A1", "4.000000", Journal="1")
    receive(world, "A2", "6.000000", Journal="2")
    seen(world, billed("4.00000000", "50.00"))
    taken = world.command("bill", ID)
    receive(world, "A1", "4.000000", Journal="1", GrnMatchedFlag="Y")
    assert matches(world) == [("A2", "4", "50.00", False)]

    world.intend(taken)
    assert matches(world) == [("A1", "4", "50.00", True)]
    refusal = {"reason": "x", "text": "GRN 'A1' is already matched", "errors": []}
    world.append(f"command/{taken['key']}", "PostRejected", refusal)

    assert world.standing("bill", ID) == ("ready", "")
    assert matches(world) == [("A2", "4", "50.00", False)]
    again = world.command("bill", ID)
    world.intend(again)
    world.append(f"command/{again['key']}", "PostRejected", refusal)
    assert world.standing("bill", ID) == ("rejected", "REJECTED_BY_SYSPRO")


def test_bill_when_another_was_posted_then_what_is_left_is_matched() -> None:
    world = posted()
    receive(world, "A1", "6.000000")
    seen(world, billed("4.00000000", "50.00"), OTHER)
    world.post(world.command("bill", OTHER), "S00119|INV-601")

    seen(world, billed("2.00000000", "25.00", invoice_number="INV-602"))
    assert matches(world) == [("A1", "2", "25.00", True)]
    seen(world, billed("4.00000000", "50.00", invoice_number="INV-602"))
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")
    seen(world, billed("7.00000000", "87.50", invoice_number="INV-602"))
    assert world.standing("bill", ID) == ("held", "OVERBILLED_QTY")


def test_bill_when_our_match_was_rounded_in_local_currency_then_the_rest_is_exact() -> None:
    # Six for 75.00 are 97.53 local (× 1.3004); our one for 12.50 is 16.255, shown as 16.26.
    # By values that would be 6 × 16.26 / 97.53 = 1.000308 of them.
    world = posted()
    values = {"CurrencyValue": "75.00", "OrigGrnValue": "97.53"}
    receive(world, "A1", "6.000000", **values)
    seen(world, billed("1.00000000", "12.50"), OTHER)
    world.post(world.command("bill", OTHER), "S00119|INV-601")
    receive(world, "A1", "6.000000", MatchedValue="16.26", **values)

    seen(world, billed("5.00000000", "62.50", invoice_number="INV-602"))

    assert matches(world) == [("A1", "5", "62.50", True)]


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"GrnMatchedFlag": "Y"}, "waiting"),
        ({"OrigGrnValue": "62.50", "MatchedValue": "25.00"}, "ready"),
        ({"OrigGrnValue": "62.50", "MatchedValue": "62.50"}, "waiting"),
        ({"PurchaseOrderLin": "2"}, "waiting"),
        ({"PurchaseOrderLin": ""}, "waiting"),
        ({"PurchaseOrder": "548"}, "waiting"),
    ],
)
def test_bill_when_syspro_matched_already_then_only_the_rest_is_left(
    columns: dict[str, str], state: str
) -> None:
    world = posted()
    receive(world, "A1", "5.000000", **columns)

    seen(world, billed("3.00000000", "37.50"))

    assert world.document("bill", ID)["state"] == state


def test_bill_when_a_receipt_moves_or_vanishes_then_the_bill_waits_again() -> None:
    world = posted()
    receive(world, "A1", "10.000000")
    seen(world, billed())
    assert world.standing("bill", ID) == ("ready", "")

    receive(world, "A1", "10.000000", PurchaseOrder="548")
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")
    receive(world, "A1", "10.000000")
    assert world.standing("bill", ID) == ("ready", "")
    world.syspro("grn", "Grn", ["S00119", "A1", "I", "12", "1"], None)
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")


def test_bill_when_it_has_costs_and_taxes_besides_then_they_are_distributed() -> None:
    world = posted()
    receive(world, "A1", "10.000000")
    items = (
        ordered_line(
            1042, 10421, quantity="10", total_cost="125.00", tax_name="GST 5%", tax_amount="6.25"
        ),
        bill_line(2, total_cost="20.00", tax_name="HST 13%", tax_amount="2.60"),
    )
    seen(world, bill(*items, costs=[cost("15.00")], vendor=GRN_VENDOR))

    payload = world.command("bill", ID)["payload"]
    assert [item["value"] for item in payload["matches"]] == ["125.00"]
    assert (payload["tax_code"], payload["tax_value"], payload["value"]) == ("", "0", "168.85")
    shown = [(i["ledger_code"], i["value"], i["is_tax_only"]) for i in payload["distribution"]]
    assert shown == [
        ("6100-20", "20.00", False),
        ("5100-00", "15.00", False),
        ("2310-00", "6.25", True),
        ("2320-00", "2.60", True),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            bill(ordered_line(1042, 99999, total_cost="125.00"), vendor=GRN_VENDOR),
            "ORDER_LINE_UNKNOWN",
        ),
        (billed(vendor={"id": 118}), "BILL_VENDOR_DIFFERS"),
        (billed("11.00000000", "137.50"), "OVERBILLED_QTY"),
    ],
)
def test_bill_when_it_cannot_be_matched_then_it_is_held(body: Body, reason: str) -> None:
    world = posted()
    receive(world, "A1", "10.000000")

    seen(world, body)

    assert world.standing("bill", ID) == ("held", reason)


def test_bill_when_the_order_is_not_posted_then_it_waits_for_it() -> None:
    world = ready_world()
    seen(world, billed())
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")
    assert world.document("bill", ID)["waits_for"] == ["purchase_order:acme/1042"]

    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(pref_vendor=GRN_VENDOR))
    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_ORDER")
    row = world.command("purchase_order", "1042")
    world.intend(row)
    world.accept(row, "000547")

    assert world.standing("bill", ID) == ("waiting", "WAITS_FOR_VERIFICATION")
    world.verify(row, {"10421": 1})
    assert world.standing("bill", ID) == ("held", "OVERBILLED_QTY")


def test_bill_when_the_order_is_never_to_be_posted_then_it_is_held() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(state=1, active=False))

    seen(world, billed())

    assert world.standing("bill", ID) == ("held", "ORDER_NOT_ELIGIBLE")


def test_bill_when_the_order_was_cancelled_in_syspro_then_it_is_held() -> None:
    world = posted()
    row: Body = {"PurchaseOrder": "547", "OrderStatus": "*", "lines": []}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)

    seen(world, billed())

    assert world.standing("bill", ID) == ("held", "ORDER_NOT_ELIGIBLE")


def test_bill_when_the_supplier_needs_no_match_then_it_is_distributed_after_the_order() -> None:
    world = posted(118)

    seen(world, billed(vendor={"id": 118}))

    payload = world.command("bill", ID)["payload"]
    assert payload["matches"] == []
    assert [item["value"] for item in payload["distribution"]] == ["125.00"]


def test_bill_when_the_order_is_only_linked_then_it_is_matched_by_what_syspro_shows() -> None:
    world = ready_world()
    row: Body = {
        "PurchaseOrder": "547",
        "CustomerPoNumber": KEY,
        "Supplier": "S00119",
        "Currency": "USD",
        "lines": [{"Line": "1", "MSupCatalogue": "PI-10421", "MOrderQty": "10", "MPrice": "12.5"}],
    }
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)
    receive(world, "A1", "10.000000")

    seen(world, billed())
    assert matches(world) == [("A1", "10", "125.00", True)]
    seen(world, billed("12.00000000", "150.00"))
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")


def test_bill_when_its_currency_is_not_the_orders_then_it_is_held() -> None:
    world = ready_world()
    row: Body = {
        "PurchaseOrder": "547",
        "CustomerPoNumber": KEY,
        "Supplier": "S00119",
        "Currency": "CAD",
        "lines": [],
    }
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)

    seen(world, billed())

    assert world.standing("bill", ID) == ("held", "PO_BILL_CURRENCY")


def test_bill_when_shipping_is_split_then_it_follows_the_allocations() -> None:
    shares = [allocation("25.00", "6100", "Finance"), allocation("75.00")]
    item = bill_line(total_cost="100.00", shipping_amount="10.01", cost_allocations=shares)
    world = seen(ready_world(), bill(item))

    lines = world.command("bill", ID)["payload"]["distribution"]
    assert [item["value"] for item in lines] == ["25.00", "75.00", "2.50", "7.51"]


def test_bill_when_its_line_is_divided_among_accounts_then_the_receipts_of_each_are_matched() -> (
    None
):
    world = ready_world()
    parts = [
        {"id": 71, "amount": "50.00", "account": account("6100")},
        {"id": 72, "amount": "75.00", "account": account("5100")},
    ]
    item = line(10421, quantity=10, total_cost="125.00", spend_allocation=parts)
    body = order(1042, item, pref_vendor={"id": 119})
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
    world.post(world.command("purchase_order", "1042"), "000547", {"10421/71": 1, "10421/72": 2})
    seen(world, billed())
    assert world.standing("bill", ID) == ("waiting", "WAITING_RECEIPT")

    receive(world, "000123", "4.000000")
    receive(world, "000124", "6.000000", PurchaseOrderLin="2")

    # 50.00 of 125.00 is a quantity of 4, 75.00 one of 6
    assert matches(world) == [("000123", "4", "50.00", True), ("000124", "6", "75.00", True)]
