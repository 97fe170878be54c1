"""The lines of goods of a purchase order in PORTOI: stocked and non-stocked.

Rules (syspro.md §3.1): a stocked line needs a stock code that is stocked in its warehouse; a
non-stocked one (AllowNonStockItems Y, or S with NonStockedLine Y) needs a product class, and a
ledger code when AllowBlankLedgerCode is N, which a line for a job does not keep; prices have at
most five decimals; unknown, held and control accounts are warnings. Decisions (unverified): a
line's price is in the order's currency; a line that is changed to the quantity already received is
complete; the unit must be one of the item's three units; the stock code of a line stays. Pure.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.sandbox.syspro import digits, invented, refusals
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import table_key
from engine.sandbox.syspro.ledger import number, text
from engine.sandbox.syspro.objects.portoi_order import Options, OrderInHand
from engine.sandbox.syspro.receipts import NON_STOCKED_LINE, STOCKED_LINE
from engine.sandbox.syspro.tables import Row, whole

NO_WAREHOUSE: Final = "**"
_FIVE_PLACES: Final = Decimal("0.00001")
_NEW_GOODS: Final[Row] = {
    "MConvFactPrcUm": Decimal(1),
    "MMulDivPrc": "M",
    "MConvFactOrdUm": Decimal(1),
    "MMulDivAlloc": "M",
    "IncludeInMrp": "Y",
}


def merchandise(order: OrderInHand, fields: Fields, stored: Row) -> Row:
    """The line of goods as it will be: a new one, or `stored` with what the caller changes."""
    is_new = not stored
    given = fields.text("StockCode", 30, default=text(stored.get("MStockCode")))
    stock_code = table_key(order.ledger, "StockCode", given)
    if not is_new and stock_code != stored["MStockCode"]:
        fields.fault(invented.STOCK_FIXED, "StockCode", stock_code)
    item = order.ledger.tables["InvMaster"].get((stock_code,))
    row: Row = whole(stored)
    if is_new:
        is_non_stocked = _is_non_stocked(order.options, fields, item)
        row["LineType"] = NON_STOCKED_LINE if is_non_stocked else STOCKED_LINE
        row["MStockCode"] = stock_code
        if not stock_code:
            fields.fault(refusals.BLANK, "StockCode", "", "{StockLine}{StockCode}")
        elif not is_non_stocked and item is None:
            fields.fault(refusals.STOCK_NOT_FOUND, "StockCode", stock_code)
        elif not is_non_stocked and item is not None:
            _check_item(order, fields, stock_code, item)
    is_stocked = row["LineType"] == STOCKED_LINE
    _describe(order, fields, row, item if is_stocked else None)
    if is_stocked:
        _stocked(order, fields, row, item)
    else:
        _non_stocked(order, fields, row)
    _quantity_and_price(order, fields, row)
    _dates(order, fields, row, item, is_new=is_new)
    if is_new:
        row.update(_NEW_GOODS)
    _flags(fields, row)
    return row


def _dates(order: OrderInHand, fields: Fields, row: Row, item: Row | None, *, is_new: bool) -> None:
    """Due dates: the line's own, else with CalcDueDate today plus lead time, else the header's."""
    due = fields.day("LatestDueDate")
    if due is not None:
        row["MLatestDueDate"] = order.options.working_day(due)
    elif is_new and order.options.has_lead_time:
        days = int(number((item or {}).get("LeadTime")))
        row["MLatestDueDate"] = order.options.working_day(
            digits.days_after(order.ledger.today(), days)
        )
    elif is_new:
        row["MLatestDueDate"] = order.header["OrderDueDate"]
    if is_new:
        row["MOrigDueDate"] = row["MLatestDueDate"]
    elif fields.has("OriginalDueDate"):
        row["MOrigDueDate"] = fields.day("OriginalDueDate") or row["MOrigDueDate"]


def _flags(fields: Fields, row: Row) -> None:
    """The columns that the caller names and that need no rule but their form."""
    for name, column, allowed in (
        ("InspectionReqd", "MInspectionReqd", "NY"),
        ("RescheduleDueDate", "MReschedDueDate", "YN"),
        ("IncludeInMrp", "IncludeInMrp", "YN"),
        ("WithholdingTaxExpenseType", "WithTaxExpenseType", "GS"),
    ):
        if fields.element.value(name):
            row[column] = fields.choice(name, allowed)
    for name, column in (("NonsUnitMass", "MNonsUnitMass"), ("NonsUnitVol", "MNonsUnitVol")):
        amount = fields.number(name, 12, 6)
        if amount is not None:
            row[column] = amount
    operation = fields.number("SubcontractOp", 5, 0)
    if operation is not None:
        row["MSubcontractOp"] = operation


def _check_item(order: OrderInHand, fields: Fields, stock_code: str, item: Row) -> None:
    """Faults of the item: held for purchasing, a blanket order, superseded (a warning)."""
    if item["PurchOnHold"] == "Y":
        fields.fault(invented.PURCHASE_ON_HOLD, "StockCode", stock_code)
    if item["BlanketPoExists"] == "Y" and not order.options.allows_blanket:
        fields.fault(invented.BLANKET_EXISTS, "StockCode", stock_code)
    superseded_on = item["SupercessionDate"]
    if isinstance(superseded_on, date) and superseded_on <= order.ledger.today():
        fields.fault(invented.SUPERSEDED, "StockCode", stock_code)


def _is_non_stocked(options: Options, fields: Fields, item: Row | None) -> bool:
    match options.non_stocked:
        case "Y":
            return item is None
        case "S":
            return fields.choice("NonStockedLine", "YN", "N") == "Y"
        case _:
            return False


def _describe(order: OrderInHand, fields: Fields, row: Row, item: Row | None) -> None:
    """Description, catalogue text, unit, tax code and the other texts of a line of goods."""
    for name, column, length, default in (
        ("StockDescription", "MStockDes", 50, text((item or {}).get("Description"))),
        ("SupCatalogue", "MSupCatalogue", 50, ""),
        ("OrderUom", "MOrderUom", 10, text((item or {}).get("StockUom"))),
        ("ProductClass", "MProductClass", 20, text((item or {}).get("ProductClass"))),
        ("TaxCode", "MTaxCode", 3, ""),
        ("Version", "MVersion", 5, ""),
        ("Release", "MRelease", 5, ""),
        ("Job", "MJob", 20, ""),
    ):
        if fields.has(name) or column not in row:
            row[column] = fields.text(name, length, default=default)
    unit = text(row["MOrderUom"])
    row["MPriceUom"] = fields.text("PriceUom", 10, default=unit)
    row["MStockingUom"] = text((item or {}).get("StockUom")) or unit
    if item is not None:
        units = {item["StockUom"], item["AlternateUom"], item["OtherUom"]}
        if unit not in units:
            code = text(row["MStockCode"])
            fields.fault(invented.UNIT_NOT_FOUND, "OrderUom", unit, unit, code)
    taxes = order.ledger.tables["AdmTax"]
    fields.known("TaxCode", text(row["MTaxCode"]), taxes, invented.TAX_NOT_FOUND)
    taxable = fields.choice("Taxable", "YN")
    if taxable == "Y" and order.header["TaxStatus"] == "E":
        fields.fault(invented.NOT_TAXABLE, "Taxable", taxable)
    if taxable == "N" or order.header["TaxStatus"] == "E":
        row["MTaxCode"] = ""
    if fields.element.value("Job"):
        fields.fault(invented.WORK_ORDER_NOT_FOUND, "Job", fields.element.value("Job"))


def _stocked(order: OrderInHand, fields: Fields, row: Row, item: Row | None) -> None:
    ledger = order.ledger
    if fields.has("Warehouse") or "MWarehouse" not in row:
        header_warehouse = text(order.header.get("Warehouse"))
        default = header_warehouse or text((item or {}).get("WarehouseToUse"))
        row["MWarehouse"] = fields.text("Warehouse", 10, default=default)
    warehouse, stock_code = text(row["MWarehouse"]), text(row["MStockCode"])
    control = ledger.tables["InvWhControl"].get((warehouse,))
    ruled = text(order.header.get("Warehouse"))
    if ledger.purchasing.restricts_order_to_one_warehouse and ruled not in ("", warehouse):
        fields.fault(invented.WAREHOUSE_FIXED, "Warehouse", warehouse, warehouse, ruled)
    if control is None:
        fields.fault(invented.WAREHOUSE_NOT_FOUND, "Warehouse", warehouse)
    elif item is not None and (stock_code, warehouse) not in ledger.tables["InvWarehouse"]:
        fields.fault(refusals.NOT_STOCKED, "StockCode", stock_code, stock_code, warehouse)
    row["MGlCode"] = text((control or {}).get("WhLdgCtlAcc"))


def _non_stocked(order: OrderInHand, fields: Fields, row: Row) -> None:
    ledger = order.ledger
    if fields.has("Warehouse") or "MWarehouse" not in row:
        row["MWarehouse"] = fields.text("Warehouse", 10, default=NO_WAREHOUSE)
    warehouse = text(row["MWarehouse"])
    control = ledger.tables["InvWhControl"].get((warehouse,))
    if control is None and warehouse != NO_WAREHOUSE:
        fields.fault(invented.WAREHOUSE_NOT_FOUND, "Warehouse", warehouse)
    product_class = text(row["MProductClass"])
    if not product_class:
        fields.fault(refusals.BLANK, "ProductClass", "", "{StockLine}{ProductClass}")
    classes = ledger.tables["SalProductClassDes"]
    fields.known("ProductClass", product_class, classes, invented.CLASS_NOT_FOUND)
    if fields.has("LedgerCode") or "MGlCode" not in row:
        row["MGlCode"] = _ledger_code(order, fields, text((control or {}).get("NonStockedGl")))


def _ledger_code(order: OrderInHand, fields: Fields, default: str) -> str:
    code = fields.text("LedgerCode", 35)
    if fields.element.value("Job"):
        return ""
    if not code:
        if not order.options.allows_blank_ledger:
            fields.fault(refusals.BLANK, "LedgerCode", "", "{StockLine}{LedgerCode}")
        return default
    account = order.ledger.tables["GenMaster"].get((order.ledger.company, code))
    if account is None:
        fields.fault(invented.ORDER_LEDGER_NOT_FOUND, "LedgerCode", code)
    elif account["AccOnHldFlag"] == "Y":
        fields.fault(invented.ORDER_LEDGER_ON_HOLD, "LedgerCode", code)
    elif account["ControlAccFlag"] == "Y":
        fields.fault(invented.ORDER_LEDGER_CONTROL, "LedgerCode", code)
    return code


def _quantity_and_price(order: OrderInHand, fields: Fields, row: Row) -> None:
    received = number(row.get("MReceivedQty"))
    quantity = fields.number("OrderQty", 12, 6)
    if quantity is not None or "MOrderQty" not in row:
        if quantity is None:
            shown = "{StockLine}{OrderQty}"
            fields.fault(refusals.BLANK, "OrderQty", "", shown)
        elif quantity <= 0:
            fields.fault(invented.NEGATIVE, "OrderQty", str(quantity), str(quantity), "OrderQty")
        elif quantity < received:
            below = (str(quantity), str(received))
            fields.fault(invented.BELOW_RECEIVED, "OrderQty", str(quantity), *below)
        row["MOrderQty"] = quantity or Decimal(0)
        if received and quantity == received:
            row["MCompleteFlag"] = "Y"
    default = order.ledger.purchasing.default_price_method
    method = fields.choice("PriceMethod", ("M", "CC", "LC", "LP", "LPP", "S", "F"), default)
    if row["LineType"] == NON_STOCKED_LINE:
        method = "M"
    price = fields.number("Price", 10, 5)
    is_wanted = "MForeignPrice" not in row or fields.element.value("PriceMethod")
    if price is None and is_wanted and not fields.element.value("Price"):
        price = _default_price(order, row, method)
    if price is not None:
        if price < 0:
            fields.fault(invented.NEGATIVE, "Price", str(price), str(price), "Price")
        elif price == 0 and not order.options.allows_zero_price:
            fields.fault(invented.ZERO_PRICE, "Price", str(price))
        row["MForeignPrice"] = price
        row["MPrice"] = order.local(price).quantize(_FIVE_PLACES, ROUND_HALF_UP)
    _discounts(fields, row)


def _default_price(order: OrderInHand, row: Row, method: str) -> Decimal:
    """The price that the method names when none is given, in the order's currency.

    LC is the last cost, LPP the price last paid to the supplier (both zero where there is none);
    every other method falls back to the warehouse's unit cost (decision: price lists and supplier
    contracts are not kept here).
    """
    code, warehouse = text(row["MStockCode"]), text(row["MWarehouse"])
    if method == "LPP":
        supplier = text(order.header["Supplier"])
        paid = order.ledger.tables["PorSupStkInfo"].get((supplier, code), {}).get("LastPricePaid")
        return number(paid)
    stocked = order.ledger.tables["InvWarehouse"].get((code, warehouse), {})
    cost = number(stocked.get("LastCostEntered" if method == "LC" else "UnitCost"))
    rate = order.local(Decimal(1))
    return (cost / rate).quantize(_FIVE_PLACES, ROUND_HALF_UP)


def _discounts(fields: Fields, row: Row) -> None:
    sign = -1 if fields.choice("LineDiscLessPlus", "LP", "L") == "P" else 1
    for position in (1, 2, 3):
        percent = fields.number(f"LineDiscPercent{position}", 3, 2)
        if percent is not None:
            row[f"MDiscPct{position}"] = sign * percent
    value = fields.number("LineDiscValue", 12, 2)
    if value is not None and fields.choice("LineDiscType", "PV", "P") == "V":
        row["MDiscValue"] = sign * value
        row["MDiscValFlag"] = "V"
