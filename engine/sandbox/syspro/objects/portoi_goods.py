"""The lines of goods of a purchase order in PORTOI: stocked and non-stocked.

Rules (syspro.md §3.1): a stocked line needs a stock code that is stocked in its warehouse; a
non-stocked one (AllowNonStockItems Y, or S with NonStockedLine Y) needs a product class, and a
ledger code when AllowBlankLedgerCode is N; prices have at most five decimals; unknown, held and
control accounts are warnings. Decisions (unverified): a line's price is in the order's currency; a
line that is changed to the quantity already received is complete; the unit must be one of the
item's three units; the stock code of a line stays. Pure.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import number, text
from engine.sandbox.syspro.objects.portoi_order import Options, OrderInHand
from engine.sandbox.syspro.receipts import NON_STOCKED_LINE, STOCKED_LINE
from engine.sandbox.syspro.tables import Row

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
    stock_code = fields.text("StockCode", 30, default=text(stored.get("MStockCode")))
    if not is_new and stock_code != stored["MStockCode"]:
        fields.fault(invented.STOCK_FIXED, "StockCode", stock_code)
    item = order.ledger.tables["InvMaster"].get((stock_code,))
    row: Row = dict(stored)
    if is_new:
        is_non_stocked = _is_non_stocked(order.options, fields, item)
        row["LineType"] = NON_STOCKED_LINE if is_non_stocked else STOCKED_LINE
        row["MStockCode"] = stock_code
        if not stock_code:
            fields.fault(refusals.BLANK, "StockCode", "", "{StockLine}{StockCode}")
        elif not is_non_stocked and item is None:
            fields.fault(refusals.STOCK_NOT_FOUND, "StockCode", stock_code)
    is_stocked = row["LineType"] == STOCKED_LINE
    _describe(order, fields, row, item if is_stocked else None)
    if is_stocked:
        _stocked(order, fields, row, item)
    else:
        _non_stocked(order, fields, row)
    _quantity_and_price(order, fields, row)
    due = fields.day("LatestDueDate")
    if due is not None or is_new:
        row["MLatestDueDate"] = due or order.header["OrderDueDate"]
    if is_new:
        row["MOrigDueDate"] = row["MLatestDueDate"]
        row.update(_NEW_GOODS)
    return row


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


def _stocked(order: OrderInHand, fields: Fields, row: Row, item: Row | None) -> None:
    ledger = order.ledger
    if fields.has("Warehouse") or "MWarehouse" not in row:
        header_warehouse = text(order.header.get("Warehouse"))
        default = header_warehouse or text((item or {}).get("WarehouseToUse"))
        row["MWarehouse"] = fields.text("Warehouse", 10, default=default)
    warehouse, stock_code = text(row["MWarehouse"]), text(row["MStockCode"])
    control = ledger.tables["InvWhControl"].get((warehouse,))
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
    fields.choice("PriceMethod", ("M", "CC", "LC", "LP", "LPP", "S", "F"))
    price = fields.number("Price", 10, 5)
    if price is None and "MForeignPrice" not in row:
        price = _default_price(order, row)
    if price is not None:
        if price < 0:
            fields.fault(invented.NEGATIVE, "Price", str(price), str(price), "Price")
        elif price == 0 and not order.options.allows_zero_price:
            fields.fault(invented.ZERO_PRICE, "Price", str(price))
        row["MForeignPrice"] = price
        row["MPrice"] = order.local(price).quantize(_FIVE_PLACES, ROUND_HALF_UP)
    _discounts(fields, row)


def _default_price(order: OrderInHand, row: Row) -> Decimal:
    """The warehouse's unit cost when no price is given (a decision; setup rules it in SYSPRO)."""
    key = (text(row["MStockCode"]), text(row["MWarehouse"]))
    return number(order.ledger.tables["InvWarehouse"].get(key, {}).get("UnitCost"))


def _discounts(fields: Fields, row: Row) -> None:
    for position in (1, 2, 3):
        percent = fields.number(f"LineDiscPercent{position}", 3, 2)
        if percent is not None:
            row[f"MDiscPct{position}"] = percent
    value = fields.number("LineDiscValue", 12, 2)
    if value is not None and fields.choice("LineDiscType", "PV", "P") == "V":
        row["MDiscValue"] = value
        row["MDiscValFlag"] = "V"
