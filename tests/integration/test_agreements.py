"""Shadow mode beside what people typed, from a real log: found, linked, equal or not."""

import json

import pytest
from plan_documents import bill, bill_line, line, order
from plan_world import TENANT, World, ready_world
from planned_log import told

from engine.cli import agreement as verb
from engine.db import Database
from engine.service import agreements
from engine.service.agreements import Compared, compare

pytestmark = pytest.mark.both_stores

BILLS = {name: f"{name:0>32}" for name in ("601", "602", "603")}


def shadowed() -> World:
    """Five orders of different quantities and three bills are planned, and not sent."""
    world = ready_world(mode_purchase_order="shadow", mode_bill="shadow")
    for number, quantity in ((1042, 3), (1043, 5), (1044, 7), (1045, 9), (1046, 11)):
        item = line(number * 10, quantity=quantity, total_cost=f"{quantity * 12.5:.2f}")
        world.source("PurchaseOrderChanged", "purchase_order", str(number), order(number, item))
    for name, cost in (("601", "100.00"), ("602", "250.00"), ("603", "40.00")):
        fields = bill(bill_line(int(name) * 10, total_cost=cost), id=int(name))
        fields["invoice_number"] = f"INV-{name}"
        world.source("BillChanged", "bill", BILLS[name], fields)
    return world


def typed_order(world: World, number: str, quantity: str, **columns: str) -> None:
    """An order of lamps as a buyer typed it."""
    cells = {
        "Line": "1", "LineType": "7", "MStockCode": "LAMP", "MStockDes": "a lamp",
        "MOrderQty": quantity, "MReceivedQty": "0", "MOrderUom": "EA", "MPrice": "12.50000",
        "MForeignPrice": "0", "MTaxCode": "", "MGlCode": "6100-20", "MSupCatalogue": "",
        **columns,
    }  # fmt: skip
    row = {"PurchaseOrder": number, "OrderStatus": "1", "CancelledFlag": "", "Currency": ""}
    row |= {"Supplier": "S00118", "CustomerPoNumber": ""}
    key = number.lstrip("0")
    world.syspro("purchase_order", "PurchaseOrder", [key], {**row, "lines": [cells]})


def typed_invoice(world: World, number: str, value: str) -> None:
    """An invoice as a clerk typed it."""
    row = {
        "Supplier": "S00118", "Invoice": number, "Reference": "by hand", "Currency": "USD",
        "OrigInvValue": value, "InvoiceDate": "2026-11-05",
    }  # fmt: skip
    world.syspro("invoice", "Invoice", ["S00118", number], row)


def typed() -> World:
    """1042 typed alike, 1043 with another account, 1044 linked, 1045 cancelled again."""
    world = shadowed()
    typed_order(world, "000601", "3")
    typed_order(world, "000602", "5", MGlCode="5100-00")
    typed_order(world, "000603", "8")
    typed_order(world, "000604", "9")
    row = {"PurchaseOrder": "000604", "OrderStatus": "*", "Supplier": "S00118", "lines": []}
    world.syspro("purchase_order", "PurchaseOrder", ["604"], row)
    document = "purchase_order:acme/1044"
    body = {"document": document, "reason": "r", "syspro_key": "000603", "company": "EDU1"}
    world.append(f"decision/{document}", "DocumentLinked", body)
    typed_invoice(world, "INV601", "100.00")
    typed_invoice(world, "INV-602", "205.00")
    return world


async def told_verdicts(database: Database, world: World) -> tuple[list[Compared], dict[str, str]]:
    log = await told(database, world)
    found = list(await compare(database, log, TENANT))
    names = [(one.shadow.number, one.agreement.verdict, one.syspro_key) for one in found]
    return found, {name: f"{verdict} {key}".strip() for name, verdict, key in names}


async def test_agreement_when_some_is_typed_then_each_document_has_its_verdict(
    database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreements, "PAGE", 2)
    found, verdicts = await told_verdicts(database, typed())

    assert verdicts == {
        "PO-1042": "equal 601",
        "PO-1043": "differs 602",
        "PO-1044": "differs 000603",
        "PO-1045": "not_found",
        "PO-1046": "not_found",
        "INV-601": "differs S00118|INV601",
        "INV-602": "differs S00118|INV-602",
        "INV-603": "not_found",
    }
    plain = json.loads(json.dumps(verb.plain(found)))
    assert plain["kinds"]["purchase_order"] == {
        "planned": 5, "found": 3, "equal": 1, "differs": 2, "not_found": 2,
        "equal_percent": "33.3",
    }  # fmt: skip
    assert plain["total"]["equal_percent"] == "20.0"
    verb.show("acme", found)
    said = capsys.readouterr().out
    for text in (
        "    purchase order PO-1043, in SYSPRO 602",
        "      line 1 Desk lamp: ledger code: 6100-20 → 5100-00",
        "      line 1 Desk lamp: quantity: 7 → 8",
        "      value: 250.00 USD → 205.00 USD",
        "      invoice: INV-601 → INV601",
        "    purchase order PO-1046",
    ):
        assert text in said.splitlines()


async def test_agreement_when_nothing_is_in_shadow_then_it_says_how_to_begin(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _ = await told_verdicts(database, ready_world())
    assert found == []
    verb.show("acme", found)
    assert capsys.readouterr().out.startswith("acme: nothing is planned in shadow")


def test_percent_when_not_all_are_equal_then_never_a_hundred() -> None:
    assert verb.percent(1999, 2000) == "99.9"
    assert verb.percent(7, 7) == "100.0"
    assert verb.percent(0, 0) is None
