"""Purchase orders: what is posted, exactly, and what is held."""

from typing import Any

import pytest
from plan_documents import account, line, order, vendor
from plan_world import COMPANY, SOURCE, TENANT, World, ready_world

from engine.core.keys import DocumentKey, external_key

KEY = external_key(TENANT, DocumentKey(source=SOURCE, kind="purchase_order", id="1042"))


PAYLOAD: dict[str, Any] = {
    "supplier": "S00118",
    "external_key": KEY,
    "currency": "USD",
    "order_on": "2026-11-01",
    "due_on": "2026-11-20",
    "terms_code": "30",
    "is_taxable": True,
    "lines": [
        {
            "item_id": "10421",
            "action": "A",
            "stock_code": "PI-10421",
            "description": "Desk lamp",
            "is_stocked": False,
            "warehouse": "",
            "quantity": "3",
            "unit": "EA",
            "price": "12.5",
            "tax_code": "A",
            "ledger_code": "6100-20",
            "product_class": "NONS",
            "due_on": "2026-11-18",
        },
        {
            "item_id": "10422",
            "action": "A",
            "stock_code": "A100",
            "description": "Bicycle",
            "is_stocked": True,
            "warehouse": "RM",
            "quantity": "2",
            "unit": "EA",
            "price": "99.12345",
            "tax_code": "",
            "ledger_code": "",
            "product_class": "",
            "due_on": "2026-11-20",
        },
    ],
    "charge_lines": [
        {
            "key": "freight",
            "kind": "freight",
            "action": "A",
            "value": "15.25",
            "text": "",
            "code": "",
            "tax_code": "",
            "seen": [],
        },
        {
            "key": "other",
            "kind": "misc",
            "action": "A",
            "value": "4.00",
            "text": "Other charges",
            "code": "",
            "tax_code": "",
            "seen": [],
        },
    ],
    "comment_lines": [
        {"key": "comment/1", "action": "A", "text": "Deliver to dock 3", "seen": []},
    ],
}


def seen(world: World, body: dict[str, Any], identity: str = "1042") -> World:
    world.source("PurchaseOrderChanged", "purchase_order", identity, body)
    return world


def test_order_when_everything_is_known_then_its_payload_is_exact() -> None:
    world = ready_world()

    seen(
        world,
        order(
            1042,
            line(
                10421,
                taxes=[{"id": 1, "name": "GST 5%", "value": "5"}],
                tax_amount="1.88",
                date_required="2026-11-18T12:00:00-08:00",
            ),
            line(
                10422,
                sku="A100",
                name="Bicycle",
                price="99.12345000",
                quantity=2,
                total_cost="198.25",
                account=account("1200", "Operations"),
            ),
            freight="15.250000",
            other="4.000000",
            comment="Deliver to dock 3",
        ),
    )

    command = world.command("purchase_order", "1042")
    assert command["type"] == "purchase_order_add"
    assert (command["state"], command["stage"], command["company"]) == ("ready", 1, COMPANY)
    assert command["payload"] == PAYLOAD
    document = world.document("purchase_order", "1042")
    assert (document["state"], document["reason"]) == ("ready", "")
    assert document["number"] == "PO-1042"
    assert (document["amount"], document["currency"]) == ("256.88", "USD")
    assert document["position"] == len(world.events)


def test_order_when_numbering_is_manual_then_it_carries_its_number() -> None:
    world = seen(ready_world(po_numbering="manual"), order(1042, PO_Num=None))

    assert world.command("purchase_order", "1042")["payload"]["purchase_order"] == "PF1042"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (order(has_blanket_order_items=True), "BLANKET_PO"),
        (order(1042, line(type=2)), "BLANKET_PO"),
        (order(discount={"value": -5, "type": "amount"}, total="42.50"), "NEGATIVE_LINE"),
        (order(total="99.00"), "TOTAL_MISMATCH"),
        (order(tax={"value": 2, "type": "amount"}, total="39.50"), "TAX_UNMAPPED"),
        (order(tax={"value": 10, "type": "percentage"}, total="41.25"), "TAX_UNMAPPED"),
        (order(purchased_currency={"name": "CAD"}), "CURRENCY_MISMATCH"),
        (order(purchased_currency={"name": "JPY"}), "CURRENCY_UNMAPPED"),
        (order(pref_vendor=None), "VENDOR_MISSING"),
        (order(date=None), "SOURCE_UNREADABLE"),
        (order(date="soon"), "SOURCE_UNREADABLE"),
        (order(total=None), "SOURCE_UNREADABLE"),
        (order(order_items="none"), "SOURCE_UNREADABLE"),
        (order(1042, line(quantity=0, total_cost="0")), "NO_LINES"),
        (order(1042, line(quantity=-1, total_cost="-12.50")), "NEGATIVE_LINE"),
        (order(freight="-1.00"), "NEGATIVE_LINE"),
        (order(1042, line(price="0.00000000", total_cost="0.00")), "ZERO_PRICE"),
        (order(1042, line(quantity="0.1234567", total_cost="1.54")), "QTY_PRECISION"),
        (order(1042, line(account=account("6990"))), "LINE_NO_ACCOUNT"),
        (order(1042, line(account=None)), "LINE_NO_ACCOUNT"),
        (order(1042, line(sku="Ω-1")), "NOT_IN_CODE_PAGE"),
        (order(1042, line(taxes=[{"name": "GST 5%"}, {"name": "HST 13%"}])), "TAX_SEVERAL"),
        (order(1042, line(taxes=[{"name": "Eco"}], tax_amount="1.00")), "TAX_UNMAPPED"),
        (order(1042, line(tax_amount="1.00")), "TAX_UNMAPPED"),
        (order(1042, line(sku="A100", unit="pallet")), "UNIT_UNMAPPED"),
        (
            order(
                1042, line(sku="A100", quantity=20000, price="1.00000444", total_cost="20000.09")
            ),
            "PRICE_PRECISION",
        ),
    ],
)
def test_order_when_something_is_wrong_p36_then_it_is_held(
    body: dict[str, Any], reason: str
) -> None:
    world = seen(ready_world(), body)

    assert world.standing("purchase_order", "1042") == ("held", reason)
    assert world.commands() == []
    assert world.document("purchase_order", "1042")["sentence"]


def test_order_when_prices_round_apart_over_many_lines_then_it_is_held() -> None:
    lines = [
        line(10421 + place, sku="A100", quantity=1000, price="1.00000900", total_cost="1000.01")
        for place in range(0, 60, 10)
    ]
    world = seen(ready_world(), order(1042, *lines))

    assert world.standing("purchase_order", "1042") == ("ready", "")

    off = [{**item, "price": "1.00000100", "total_cost": "1000.01"} for item in lines]
    seen(world, order(1042, *off))
    assert world.standing("purchase_order", "1042") == ("held", "PRICE_PRECISION")


def test_order_when_a_price_needs_more_decimals_then_a_free_line_becomes_one_piece() -> None:
    body = order(1042, line(quantity=20000, price="1.00000444", total_cost="20000.09"))
    world = seen(ready_world(), body)

    (item,) = world.command("purchase_order", "1042")["payload"]["lines"]
    assert (item["quantity"], item["price"]) == ("1", "20000.09")


def test_order_when_received_by_amount_then_quantity_is_the_amount() -> None:
    body = order(1042, line(receive_method=1, quantity=1, price="37.50"))
    world = seen(ready_world(), body)

    (item,) = world.command("purchase_order", "1042")["payload"]["lines"]
    assert (item["quantity"], item["price"]) == ("37.5", "1")


def test_order_when_lines_are_not_to_be_carried_then_they_are_left_out() -> None:
    lines = (line(1), line(2, status=4), line(3, active=False), line(4, is_active=False))
    world = seen(ready_world(), order(1042, *lines, subtotal="37.50", total="37.50"))

    (item,) = world.command("purchase_order", "1042")["payload"]["lines"]
    assert item["item_id"] == "1"


def test_order_when_a_description_is_long_then_the_rest_is_a_comment() -> None:
    name = "Ergonomic chair with adjustable arms and lumbar support, graphite grey"
    world = seen(ready_world(), order(1042, line(name=name, sku="V" * 31)))

    payload = world.command("purchase_order", "1042")["payload"]
    (item,) = payload["lines"]
    assert item["description"] == "Ergonomic chair with adjustable arms and lumbar"
    (comment,) = payload["comment_lines"]
    assert comment["text"] == "Line 1: support, graphite grey"
    assert item["stock_code"] == "PI-10421"


def test_order_when_unit_is_unknown_then_a_free_line_takes_the_default() -> None:
    world = seen(ready_world(), order(1042, line(unit="pallet", sku="VN-1")))

    (item,) = world.command("purchase_order", "1042")["payload"]["lines"]
    assert (item["unit"], item["stock_code"]) == ("EA", "VN-1")


def test_order_when_a_stocked_line_has_its_own_unit_then_that_is_taken() -> None:
    body = order(1042, line(sku="A100", unit="ea", account=None))
    world = seen(ready_world(), body)

    (item,) = world.command("purchase_order", "1042")["payload"]["lines"]
    assert (item["unit"], item["warehouse"]) == ("EA", "FG")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"state": 1, "active": False}, "not_eligible"),
        ({"state": 3}, "not_eligible"),
        ({"state": 4}, "not_eligible"),
        ({"state": None}, "not_eligible"),
        ({"creditcard": {"id": 1}}, "not_eligible"),
        ({"active": False}, "not_eligible"),
        ({"state": 5}, "ready"),
    ],
)
def test_order_when_state_differs_then_only_open_ones_are_carried(
    fields: dict[str, Any], state: str
) -> None:
    world = seen(ready_world(), order(**fields))

    assert world.document("purchase_order", "1042")["state"] == state


@pytest.mark.parametrize(
    ("columns", "reason"),
    [({"OnHold": "Y"}, "SUPPLIER_ON_HOLD"), ({"PurchOrdAllowed": "N"}, "SUPPLIER_NO_ORDERS")],
)
def test_order_when_the_supplier_forbids_it_then_it_is_held_until_it_does_not(
    columns: dict[str, str], reason: str
) -> None:
    world = ready_world()
    world.supplier("S00118", **columns)
    seen(world, order())
    assert world.standing("purchase_order", "1042") == ("held", reason)

    world.supplier("S00118")

    assert world.standing("purchase_order", "1042") == ("ready", "")


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"held": "Y"}, "on hold"),
        ({"control": "Y"}, "control account"),
    ],
)
def test_order_when_the_ledger_code_is_closed_then_it_is_held(
    columns: dict[str, str], text: str
) -> None:
    world = ready_world()
    world.ledger("6100-20", **columns)
    seen(world, order())

    assert world.standing("purchase_order", "1042") == ("held", "GL_CLOSED")
    assert text in world.document("purchase_order", "1042")["detail"]

    world.syspro("ledger_code", "LedgerCode", ["6100-20"], None)
    assert world.standing("purchase_order", "1042") == ("held", "GL_CLOSED")


def test_order_when_an_account_is_mapped_later_then_it_goes_on() -> None:
    world = seen(ready_world(), order(1042, line(account=account("6990"))))
    assert world.document("purchase_order", "1042")["detail"].endswith(
        "6990/Engineering is not mapped"
    )

    world.mapping("account", "6990", "6100-00")

    assert world.standing("purchase_order", "1042") == ("ready", "")


def test_order_when_syspro_was_not_read_then_it_waits_for_that() -> None:
    world = World()
    seen(world, order())
    assert world.standing("purchase_order", "1042") == ("held", "NO_COMPANY")
    world.policy()
    assert world.standing("purchase_order", "1042") == ("waiting", "SYSPRO_NOT_READ")

    world.read_all(but=("stock_codes",))
    world.mapping("vendor", "118", "S00118")
    world.supplier("S00118")
    world.mapping("currency", "USD", "USD")
    assert world.standing("purchase_order", "1042") == ("waiting", "REFERENCE_NOT_READ")
    world.source("LocationChanged", "location", "7", {"locationTimezone": "UTC"})
    assert world.standing("purchase_order", "1042") == ("waiting", "SYSPRO_NOT_READ")
    assert world.document("purchase_order", "1042")["waits_on"] == ["snapshot:EDU1/stock_code"]


def test_order_when_the_zone_is_unknown_then_it_is_held() -> None:
    world = ready_world()
    world.source("LocationChanged", "location", "7", {"locationTimezone": "Mars/Olympus"})
    seen(world, order())

    assert world.standing("purchase_order", "1042") == ("held", "SOURCE_UNREADABLE")


def test_order_when_syspro_has_our_key_already_then_it_is_linked() -> None:
    world = ready_world()
    row = {"PurchaseOrder": "000000000000547", "CustomerPoNumber": KEY, "lines": []}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)
    seen(world, order())

    assert world.standing("purchase_order", "1042") == ("linked", "ALREADY_THERE")
    assert world.document("purchase_order", "1042")["syspro_key"] == "547"

    world.syspro("purchase_order", "PurchaseOrder", ["547"], None)
    assert world.standing("purchase_order", "1042") == ("ready", "")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("PO-1042-REPLACEMENT-PARTS", "PO_NUMBER_TOO_LONG"),
        ("PO-Ω", "NOT_IN_CODE_PAGE"),
        ("547", "PO_NUMBER_REUSED"),
        ("PO-1041", "PO_NUMBER_REUSED"),
    ],
)
def test_order_when_its_number_cannot_be_used_then_it_is_held(number: str, reason: str) -> None:
    world = ready_world(po_numbering="manual")
    row = {"PurchaseOrder": "547", "CustomerPoNumber": "theirs", "lines": []}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)
    seen(world, order(1041), "1041")

    seen(world, order(1042, PO_Num=number))

    assert world.standing("purchase_order", "1041") == ("ready", "")
    assert world.standing("purchase_order", "1042") == ("held", reason)


def test_order_when_the_other_gives_its_number_up_then_it_goes_on() -> None:
    world = ready_world(po_numbering="manual")
    seen(world, order(1041, PO_Num="X-1"), "1041")
    seen(world, order(1042, PO_Num="X-1"))
    assert world.standing("purchase_order", "1042") == ("held", "PO_NUMBER_REUSED")

    seen(world, order(1041, PO_Num="X-2"), "1041")

    assert world.standing("purchase_order", "1042") == ("ready", "")


def test_order_when_its_vendor_is_no_supplier_yet_then_it_waits_for_the_vendor() -> None:
    world = seen(ready_world(), order(pref_vendor={"id": 200}))
    assert world.standing("purchase_order", "1042") == ("waiting", "WAITS_FOR_SUPPLIER")
    assert world.document("purchase_order", "1042")["waits_for"] == ["vendor:acme/200"]

    world.source("VendorChanged", "vendor", "200", vendor())
    world.post(world.command("vendor", "200"), "V000200")

    assert world.standing("purchase_order", "1042") == ("ready", "")
    assert world.command("purchase_order", "1042")["payload"]["supplier"] == "V000200"


def test_order_when_its_vendor_is_inactive_then_it_is_held() -> None:
    world = ready_world()
    world.source("VendorChanged", "vendor", "200", vendor(active=False))
    seen(world, order(pref_vendor={"id": 200}))

    assert world.standing("purchase_order", "1042") == ("held", "VENDOR_NOT_ELIGIBLE")
