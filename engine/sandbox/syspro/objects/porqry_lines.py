"""The lines of a purchase order as PORQRY shows them.

A line of goods carries its quantities twice, edited with thousands separators and as an
`Unedited_` twin (recorded). Pure but for the ledger it reads.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro.keys import shown_key
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.receipts import (
    FREIGHT_LINE,
    MERCHANDISE,
    MISC_LINE,
    STOCKED_LINE,
    line_value,
)
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

_COSTING_METHODS: Final = (
    ("Manual", "M", "Manual entry"),
    ("TotalCost", "V", "Total cost"),
    ("PurchasePrice", "P", "Purchase price"),
    ("PriceTax", "T", "Price+tax"),
)


def padded(value: Decimal, width: int, decimals: int) -> str:
    """The value right-justified with blanks."""
    return f"{value:>{width}.{decimals}f}"


def write_line(
    reply: Reply, ledger: Ledger, header: Row, line: Row, *, has_grns: bool, has_history: bool
) -> None:
    """One PurchaseOrderLine of the kind that the line is."""
    reply.open("PurchaseOrderLine")
    if line["LineType"] in MERCHANDISE:
        reply.open("Merchandise")
        reply.leaves(_described(ledger, line))
        reply.leaves(_amounts(line))
        reply.leaves(_priced(ledger, header, line))
        reply.leaves(_coded(ledger, line))
        reply.leaves(_tail(ledger, header, line))
        _write_costing(reply, line)
        if has_history:
            _write_history(reply, ledger, line)
        if has_grns:
            _write_grns(reply, ledger, line)
        reply.close("Merchandise")
    else:
        _write_other(reply, line)
    reply.close("PurchaseOrderLine")


def _line_number(line: Row) -> str:
    return f"{number(line['Line']):.0f}"


def _write_other(reply: Reply, line: Row) -> None:
    names = {FREIGHT_LINE: "Freight", MISC_LINE: "MiscCharge"}
    name = names.get(text(line["LineType"]), "CommentLine")
    reply.open(name)
    reply.leaf("PurchaseOrderLine", _line_number(line))
    reply.leaf("NComment", text(line["NComment"]))
    reply.leaf("NCommentFromLin", f"{number(line['NCommentFromLin']):.0f}")
    if name != "CommentLine":
        reply.leaf("NMscChargeValue", padded(number(line["NMscChargeValue"]), 16, 2))
        reply.leaf("NMscChargeFor", padded(number(line["NMscChargeFor"]), 16, 2))
    reply.close(name)


def _described(ledger: Ledger, line: Row) -> Iterator[tuple[str, str]]:
    code, warehouse = text(line["MStockCode"]), text(line["MWarehouse"])
    item = ledger.tables["InvMaster"].get((code,), {})
    is_stocked = line["LineType"] == STOCKED_LINE
    mass = item.get("Mass") if is_stocked else line["MNonsUnitMass"]
    volume = item.get("Volume") if is_stocked else line["MNonsUnitVol"]
    yield "Line", _line_number(line)
    yield "LineType", text(line["LineType"])
    yield "LineTypeDescription", "Stocked line" if is_stocked else "Non-stocked line"
    yield "MStockCode", code
    yield "MStockDes", text(line["MStockDes"])
    yield "LongDesc", text(item.get("LongDesc"))
    yield "TraceableType", text(item.get("TraceableType"))
    yield "Mass", f"{number(mass):.6f}"
    yield "Volume", f"{number(volume):.6f}"
    yield "ReceiptIntoFlag", "I" if line["MInspectionReqd"] == "Y" else "S"
    yield "MWarehouse", warehouse
    warehouse_row = ledger.tables["InvWhControl"].get((warehouse,), {})
    yield "MWarehouseDesc", text(warehouse_row.get("Description"))


def _amounts(line: Row) -> Iterator[tuple[str, str]]:
    ordered, received = number(line["MOrderQty"]), number(line["MReceivedQty"])
    is_complete = line["MCompleteFlag"] == "Y"
    outstanding = Decimal(0) if is_complete else max(ordered - received, Decimal(0))
    for name, value in (
        ("MOutstandingQty", outstanding),
        ("MOrderQty", ordered),
        ("MReceivedQty", received),
    ):
        yield name, f"{value:,.3f}"
        yield f"Unedited_{name}", padded(value, 20, 6)
    for name in ("MOrderUom", "MCompleteFlag", "MJob", "IncludeInMrp"):
        yield name, text(line[name])


def _priced(ledger: Ledger, header: Row, line: Row) -> Iterator[tuple[str, str]]:
    price = number(line["MPrice"])
    yield "MPrice", f"{price:.5f}"
    yield "Edit_MPrice", f"{price:,.3f}"
    value = ledger.local_value(
        text(header["Currency"]), line_value(line), number(header["ExchangeRate"])
    )
    yield "OrderValue", f"{value:.5f}"
    for name in ("MDiscPct1", "MDiscPct2", "MDiscPct3", "MDiscValue"):
        yield name, padded(number(line[name]), 16, 2)
    yield "MDiscValFlag", text(line["MDiscValFlag"])
    if header["Currency"] != ledger.local_currency:
        yield "MForeignPrice", f"{number(line['MForeignPrice']):.5f}"
        yield "ForeignOrderValue", f"{line_value(line):.5f}"
    yield "MPriceUom", text(line["MPriceUom"])
    yield "MLatestDueDate", str(line["MLatestDueDate"] or "")
    yield "MSupCatalogue", text(line["MSupCatalogue"])


def _coded(ledger: Ledger, line: Row) -> Iterator[tuple[str, str]]:
    tables = ledger.tables
    product_class, tax, account = (
        text(line["MProductClass"]),
        text(line["MTaxCode"]),
        text(line["MGlCode"]),
    )
    class_row = tables["SalProductClassDes"].get((product_class,), {})
    yield "MProductClass", product_class
    yield "MProductClassDescription", text(class_row.get("Description"))
    yield "MStockingUom", text(line["MStockingUom"])
    yield "MDecimalsToPrt", f"{number(line['MDecimalsToPrt']):.0f}"
    yield "MConvFactPrcUm", f"{number(line['MConvFactPrcUm']):.6f}"
    yield "MMulDivPrc", text(line["MMulDivPrc"])
    yield "MTaxCode", tax
    yield "MTaxCodeDescription", text(tables["AdmTax"].get((tax,), {}).get("Description"))
    yield "MConvFactOrdUm", f"{number(line['MConvFactOrdUm']):.6f}"
    yield "MMulDivAlloc", text(line["MMulDivAlloc"])
    account_row = tables["GenMaster"].get((ledger.company, account), {})
    yield "MGlCode", account
    yield "MGlCodeDescription", text(account_row.get("Description"))
    yield "MOrigDueDate", str(line["MOrigDueDate"] or "")
    yield "MLctConfirmed", text(line["MLctConfirmed"])
    yield "MSubcontractOp", f"{int(number(line['MSubcontractOp'])):05}"
    yield "MVersion", text(line["MVersion"])
    yield "MRelease", text(line["MRelease"])


def _tail(ledger: Ledger, header: Row, line: Row) -> Iterator[tuple[str, str]]:
    for name in ("AssetFlag", "CapexCode", "AssetCapexLine", "Discount"):
        yield name, text(line.get(name))
    yield "LastReceipt", str(line["MLastReceiptDat"] or "")
    yield "Ledger", text(line["MGlCode"])
    for name in ("RequisitionLine", "RequisitionNo", "RequisitionUser"):
        yield name, ""
    yield "Reschedule", "Yes" if line["MReschedDueDate"] == "Y" else "No"
    for name in ("Rev", "Release", "SelectionCode", "SelectionType"):
        yield name, ""
    yield "Currency", text(header["Currency"])
    yield "MInspectionReqd", "Yes" if line["MInspectionReqd"] == "Y" else "No"
    yield "InspectedReceived", "P"
    item = ledger.tables["InvMaster"].get((text(line["MStockCode"]),), {})
    yield "StockAndAltUm", text(item.get("StockAndAltUm")) or "N"
    yield "DefaultCostingMethod", "P"
    price = number(line["MPrice"])
    yield "DefaultPrice", f"{price:.5f}"
    yield "Edit_DefaultPrice", f"{price:,.3f}"
    yield "DefaultPrum", text(line["MPriceUom"])


def _write_costing(reply: Reply, line: Row) -> None:
    price, unit = number(line["MPrice"]), text(line["MPriceUom"])
    reply.open("CostingMethodsAvailable")
    for name, code, description in _COSTING_METHODS:
        method = f"{name}Method"
        reply.leaf(f"{method}Code", code)
        reply.leaf(f"{method}Desc", description)
        reply.leaf(f"{method}Price", f"{price:.5f}")
        reply.leaf(f"Edit_{method}Price", f"{price:,.3f}")
        reply.leaf(f"{method if name == 'Manual' else name}CostingPrum", unit)
    reply.close("CostingMethodsAvailable")


def _grns(ledger: Ledger, line: Row) -> list[Row]:
    of_order = ledger.tables["GrnDetails"].where("PurchaseOrder", line["PurchaseOrder"])
    return [grn for grn in of_order if grn["PurchaseOrderLin"] == line["Line"]]


def _write_history(reply: Reply, ledger: Ledger, line: Row) -> None:
    """What came in for the line (names of the schema, order and padding inferred)."""
    for grn in _grns(ledger, line):
        quantity = number(grn["QtyReceived"])
        price = number(grn["CurrencyValue"]) / quantity if quantity else Decimal(0)
        received_on = str(grn["OrigReceiptDate"] or "")
        reply.open("History")
        reply.leaf("Journal", f"{int(number(grn['Journal'])):05}")
        reply.leaf("JnlDate", received_on)
        reply.leaf("DateReceived", received_on)
        reply.leaf("Reference", text(grn["DeliveryNote"]))
        reply.leaf("RejectCode")
        reply.leaf("QtyReceived", padded(quantity, 19, 6))
        reply.leaf("PriceReceived", padded(price, 16, 5))
        reply.leaf("LineDueDate", str(line["MLatestDueDate"] or ""))
        reply.leaf("OrigPurchPrcFor", padded(number(line["MForeignPrice"]), 16, 5))
        reply.leaf("AddReference")
        reply.close("History")


def _write_grns(reply: Reply, ledger: Ledger, line: Row) -> None:
    for grn in _grns(ledger, line):
        left = number(grn["CurGrnValue"]) - number(grn["MatchedValue"])
        reply.open("Grn")
        reply.leaf("Grn", shown_key(ledger, "Grn", text(grn["Grn"])))
        reply.leaf("OrigReceiptDate", str(grn["OrigReceiptDate"] or ""))
        reply.leaf("DeliveryNote", text(grn["DeliveryNote"]))
        reply.leaf("GrnSource", text(grn["GrnSource"]))
        reply.leaf("Journal", f"{int(number(grn['Journal'])):05}")
        reply.leaf("JournalEntry", f"{int(number(grn['JournalEntry'])):05}")
        reply.leaf("QtyReceived", padded(number(grn["QtyReceived"]), 20, 6))
        reply.leaf("OutstandingValue", padded(left, 16, 2))
        reply.leaf("GrnMatchedFlag", text(grn["GrnMatchedFlag"]))
        reply.leaf("Job", text(grn["Job"]))
        reply.leaf("SubcontractOp", f"{int(number(grn['SubcontractOp'])):05}")
        reply.leaf("ProductClass", text(grn["ProductClass"]))
        reply.close("Grn")
