"""INVSWS: a stock code stocked in a warehouse (Setup/Add, Setup/Update; recorded).

The request and the refusal of an unknown stock code (240004) are recorded (syspro.md §3.0). The
rest is inferred from them: a warehouse must be on file, a pair is added once (120001) and changed
only when it is there; elements set the InvWarehouse column of their name. ValidateOnly and
ApplyIfEntireDocumentValid default to N, as in APSSSP.
"""

from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.calls import Call, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import table_key
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row

ROOT: Final = "SetupInvWarehouse"
_COLUMNS: Final = (
    "CostMultiplier MinimumQty MaximumQty UnitCost DefaultBin SafetyStockQty ReOrderQty PalletQty "
    "UserField1 UserField2 UserField3 TrfSuppliedItem DefaultSourceWh TrfLeadTime TrfCostGlCode "
    "TrfCostMultiply"
)


def add(call: Call) -> str:
    """Pairs that are new and valid are on file; the reply tells each."""
    return _setup(call, is_new=True)


def update(call: Call) -> str:
    """Pairs on file have the values given; the reply tells each."""
    return _setup(call, is_new=False)


def _setup(call: Call, *, is_new: bool) -> str:
    plans = []
    for item in call.items(ROOT, "Item"):
        faults: list[Fault] = []
        plans.append((item, _planned(call, item, faults, is_new=is_new), faults))
    invalid = sum(bool(faults) for _, _, faults in plans)
    is_stopped = call.parameter("ApplyIfEntireDocumentValid", "N") == "Y" and invalid
    if call.parameter("ValidateOnly", "N") != "Y" and not is_stopped:
        for _, row, faults in plans:
            if not faults:
                _store(call, row, is_new=is_new)
    reply = Reply(ROOT.lower(), "INVSWS")
    for item, _, faults in plans:
        reply.open("item")
        reply.open("key")
        for name in ("StockCode", "Warehouse"):
            reply.leaf(name.lower(), item.value("Key", name))
        reply.close("key")
        write_faults(reply, faults, "N", is_lower=True)
        reply.close("item")
    reply.open("StatusOfItems")
    reply.leaf("RecordsRead", str(len(plans)))
    reply.leaf("RecordsInvalid", str(invalid))
    reply.close("StatusOfItems")
    return reply.text()


def _planned(call: Call, item: Element, faults: list[Fault], *, is_new: bool) -> Row:
    tables = call.ledger.tables
    key = Fields(item.path("Key"), faults, shown="{Item}{Key}")
    shown = key.text("StockCode", 30, is_needed=True)
    stock_code = table_key(call.ledger, "StockCode", shown)
    warehouse = key.text("Warehouse", 10, is_needed=True)
    if shown and (stock_code,) not in tables["InvMaster"]:
        key.fault(refusals.STOCK_NOT_FOUND, "StockCode", shown)
        return {}
    key.known("Warehouse", warehouse, tables["InvWhControl"], invented.WAREHOUSE_NOT_FOUND)
    stored = tables["InvWarehouse"].get((stock_code, warehouse))
    if is_new and stored is not None:
        key.fault(refusals.DUPLICATE, "StockCode", shown, f"{shown} {warehouse}", "InvWarehouse")
    if not is_new and stored is None and not faults:
        key.fault(refusals.NOT_STOCKED, "StockCode", shown, shown, warehouse)
    fields = Fields(item, faults)
    row: Row = {**(stored or {}), "StockCode": stock_code, "Warehouse": warehouse}
    for name in _COLUMNS.split():
        column = SHAPES["InvWarehouse"].columns[name]
        if not fields.element.value(name):
            continue
        if column.kind == "d":
            digits = column.precision - column.scale
            row[name] = fields.number(name, digits, column.scale) or column.blank
        else:
            row[name] = fields.text(name, column.length)
    return row


def _store(call: Call, row: Row, *, is_new: bool) -> None:
    table = call.ledger.tables["InvWarehouse"]
    stored = table.put(row)
    call.ledger.wrote(
        "setup",
        table.shape.key_of(stored),
        business_object="INVSWS",
        action="Add" if is_new else "Update",
        operator=call.operator,
        rows={"InvWarehouse": [stored]},
    )
