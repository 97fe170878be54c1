"""Whole scenarios of the sandbox through the planner: what must be held is, all else is posted."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from plan_world import COMPANY, POLICY, Row, World

from engine.core.canonical import loads
from engine.core.keys import DocumentKey
from engine.core.projection import Table
from engine.sandbox.procurify.bill_shapes import bill_detail
from engine.sandbox.procurify.order_shapes import order_detail
from engine.sandbox.procurify.reference_shapes import currency_summary, location
from engine.sandbox.procurify.vendor_shapes import vendor_detail
from engine.sandbox.scenario.masters import master_rows
from engine.sandbox.scenario.model import (
    Bill,
    PurchaseOrder,
    is_bill_eligible,
    is_order_eligible,
    is_vendor_eligible,
)
from engine.sandbox.scenario.scenario import Scenario, build_scenario, mapping_rows

ANCHOR = date(2026, 11, 23)
TABLES = {
    "ApSupplier": ("supplier", "Supplier", "Supplier"),
    "GenMaster": ("ledger_code", "LedgerCode", "GlCode"),
    "GenControl": ("periods", "Periods", "Company"),
    "TblCurrency": ("currency", "Currency", "Currency"),
    "AdmTax": ("tax_code", "TaxCode", "TaxCode"),
    "TblApTerms": ("terms", "Terms", "TermsCode"),
    "InvMaster": ("stock_code", "StockCode", "StockCode"),
    "InvWhControl": ("warehouse", "Warehouse", "Warehouse"),
}
DONE = {"in_syspro", "linked"}


def text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def wired(shape: object) -> Any:
    """The shape as it comes over the wire."""
    return loads(orjson.dumps(shape))


def begin(scenario: Scenario) -> World:
    world = World()
    world.append(
        f"policy/{COMPANY}", "PolicySet", {**POLICY, "po_numbering": scenario.po_numbering}
    )
    for row in mapping_rows(scenario):
        world.mapping(row.kind, row.key, row.target)
    for table, rows in master_rows(scenario).items():
        if table in TABLES:
            kind, type_, column = TABLES[table]
            for master in rows:
                cells = {name: text(value) for name, value in master.items()}
                world.syspro(kind, type_, [cells[column]], cells)
    return world


def read_procurify(world: World, scenario: Scenario) -> None:
    place: Any = wired(location(scenario.references))
    world.source("LocationChanged", "location", str(place["id"]), place)
    for row in scenario.references.currencies.values():
        world.source("CurrencyChanged", "currency", str(row.id), wired(currency_summary(row)))
    for vendor in scenario.vendors:
        world.source("VendorChanged", "vendor", str(vendor.id), wired(vendor_detail(vendor)))
    for bill in scenario.bills:
        world.source("BillChanged", "bill", bill.uuid, wired(bill_detail(bill)))
    for order in scenario.orders:
        world.source(
            "PurchaseOrderChanged", "purchase_order", str(order.id), wired(order_detail(order))
        )


def post_all(world: World, scenario: Scenario) -> dict[str, Row]:
    """Every ready command accepted, stage by stage, goods received as they are posted."""
    posted: dict[str, Row] = {}
    ready = [row["key"] for row in world.commands("ready")]
    while ready or (ready := [row["key"] for row in world.commands("ready")]):
        row = world.row(Table.COMMANDS, ready.pop(0))
        assert row is not None
        if row["state"] != "ready":
            continue
        assert row["document"] not in posted
        posted[row["document"]] = row
        payload = row["payload"]
        if row["type"] == "supplier_add":
            world.post(row, payload["supplier"])
        elif row["type"] == "invoice_add":
            world.post(row, f"{payload['supplier']}|{payload['invoice']}")
        else:
            number = payload.get("purchase_order") or f"{len(posted):06d}"
            lines = {item["item_id"]: place for place, item in enumerate(payload["lines"], 1)}
            world.post(row, number, lines)
            _receive(world, scenario, row, number, lines)
    return posted


def _receive(
    world: World, scenario: Scenario, row: Row, number: str, lines: dict[str, int]
) -> None:
    order = DocumentKey.parse(row["document"]).id
    for line, quantity in scenario.receipts.get(int(order), {}).items():
        supplier, grn = row["payload"]["supplier"], f"{number}{line}"
        cells = {
            "Supplier": supplier,
            "Grn": grn,
            "GrnSource": "I",
            "Journal": "1",
            "JournalEntry": "1",
            "OrigReceiptDate": "2026-11-20",
            "PurchaseOrder": number,
            "PurchaseOrderLin": str(lines[str(line)]),
            "QtyReceived": str(quantity),
        }
        world.syspro("grn", "Grn", [supplier, grn, "I", "1", "1"], cells)


def stuck(world: World) -> dict[tuple[str, str], str]:
    """The held, and those that wait only for held ones."""
    rows = [world.row(a.table, a.key) for a in world.rows if a.table is Table.DOCUMENTS]
    found = {row["key"]: row["reason"] for row in rows if row and row["state"] == "held"}
    waiting = [row for row in rows if row and row["state"] == "waiting"]
    while caught := [
        row
        for row in waiting
        if row["key"] not in found
        and row["waits_for"]
        and all(key in found for key in row["waits_for"])
    ]:
        found |= {row["key"]: "WAITS_FOR_HELD" for row in caught}
    keys = {key: DocumentKey.parse(key) for key in found}
    return {(keys[key].kind, keys[key].id): reason for key, reason in found.items()}


@pytest.mark.parametrize(
    ("seed", "documents", "numbering", "syspro_first"),
    [
        (7, 200, "auto", True),
        (7, 120, "manual", False),
        (3, 60, "auto", False),
        (11, 12, "auto", True),
    ],
)
def test_scenario_when_all_is_posted_then_held_is_what_must_be_held(
    seed: int, documents: int, numbering: str, syspro_first: bool
) -> None:
    scenario = build_scenario(seed=seed, documents=documents, anchor=ANCHOR, po_numbering=numbering)
    world = begin(scenario)
    if syspro_first:
        world.read_all()
    read_procurify(world, scenario)
    if not syspro_first:
        world.read_all()

    posted = post_all(world, scenario)

    must_hold = {(source.kind, source.id): cause for source, cause in scenario.must_hold.items()}
    assert stuck(world) == must_hold
    eligible = [
        *(("vendor", str(v.id)) for v in scenario.vendors if is_vendor_eligible(v)),
        *(("purchase_order", str(o.id)) for o in scenario.orders if is_order_eligible(o)),
        *(("bill", b.uuid) for b in scenario.bills if is_bill_eligible(b)),
    ]
    for key in eligible:
        assert key in must_hold or world.document(*key)["state"] in DONE, world.document(*key)
    rest = {a.key for a in world.rows if a.table is Table.DOCUMENTS} - {
        f"{kind}:acme/{identity}" for kind, identity in eligible
    }
    for key in rest:
        assert (world.row(Table.DOCUMENTS, key) or {})["state"] == "not_eligible"
    for order in scenario.orders:
        if f"purchase_order:acme/{order.id}" in posted:
            _check_order(order, posted[f"purchase_order:acme/{order.id}"]["payload"])
    for bill in scenario.bills:
        if f"bill:acme/{bill.uuid}" in posted:
            _check_bill(bill, posted[f"bill:acme/{bill.uuid}"]["payload"])


def _check_order(order: PurchaseOrder, payload: Row) -> None:
    lines = {line["item_id"]: line for line in payload["lines"]}
    assert set(lines) == {str(line.id) for line in order.lines}
    for line in order.lines:
        found = lines[str(line.id)]
        assert Decimal(found["quantity"]) == line.quantity
        assert Decimal(found["price"]) == line.price
        assert found["is_stocked"] == line.is_stocked
        assert found["tax_code"] == (line.tax.code if line.tax else "")
    charges = {line["key"]: Decimal(line["value"]) for line in payload.get("charge_lines", ())}
    assert charges.get("freight", 0) == order.freight
    assert charges.get("other", 0) == order.other
    assert payload["supplier"] == order.vendor.supplier


def _check_bill(bill: Bill, payload: Row) -> None:
    assert Decimal(payload["value"]) == bill.grand_total
    assert payload["invoice_on"] == bill.invoiced_on.isoformat()
    if bill.vendor.is_grn_matched:
        assert sum(Decimal(m["value"]) for m in payload["matches"]) == bill.subtotal
        quantity = sum(Decimal(m["quantity"]) for m in payload["matches"])
        assert quantity == sum(line.quantity for line in bill.lines)
        assert all(match["is_full"] for match in payload["matches"])
        assert Decimal(payload["tax_value"]) == bill.tax_amount
    else:
        total = sum(Decimal(line["value"]) for line in payload["distribution"])
        assert total == bill.grand_total
