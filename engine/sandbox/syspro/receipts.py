"""What a receipt of goods makes of an order line: the GrnDetails row and the line after it.

The rows only; the ledger stores them. Values follow the order's price: in the supplier's currency
(`CurrencyValue`) and in local currency (`OrigGrnValue`, `CurGrnValue`). Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.sandbox.syspro.tables import Row, Value

MERCHANDISE: Final = ("1", "7")
STOCKED_LINE, FREIGHT_LINE, MISC_LINE, COMMENT_LINE, NON_STOCKED_LINE = "1", "4", "5", "6", "7"
_CENT: Final = Decimal("0.01")


def decimal_of(value: Value) -> Decimal:
    """The decimal in a cell; zero where it holds none."""
    return value if isinstance(value, Decimal) else Decimal(0)


def unit_price(line: Mapping[str, Value]) -> Decimal:
    """The price of one unit in the order's currency, less the line's discounts."""
    price = decimal_of(line["MForeignPrice"])
    if line["MDiscValFlag"] == "U":
        return price - decimal_of(line["MDiscValue"])
    for name in ("MDiscPct1", "MDiscPct2", "MDiscPct3"):
        price *= 1 - decimal_of(line[name]) / 100
    return price


def line_value(line: Mapping[str, Value], quantity: Decimal | None = None) -> Decimal:
    """The value of a line (or of `quantity` of it) in the order's currency, to the cent."""
    if line["LineType"] not in MERCHANDISE:
        return decimal_of(line["NMscChargeFor"])
    amount = decimal_of(line["MOrderQty"]) if quantity is None else quantity
    value = amount * unit_price(line)
    if quantity is None and line["MDiscValFlag"] == "V":
        value -= decimal_of(line["MDiscValue"])
    return value.quantize(_CENT, ROUND_HALF_UP)


def grn_row(
    header: Row, line: Row, *, grn: str, journal: int, quantity: Decimal, on: date, rate: Decimal
) -> Row:
    """The GrnDetails row of a receipt; `rate` is local units per unit of the order's currency."""
    value = line_value(line, quantity)
    local = (value * rate).quantize(_CENT, ROUND_HALF_UP)
    return {
        "Supplier": header["Supplier"],
        "Grn": grn,
        "GrnSource": "I",
        "Journal": Decimal(journal),
        "JournalEntry": Decimal(1),
        "OrigReceiptDate": on,
        "DebitRecGlCode": line["MGlCode"],
        "GrnYear": Decimal(on.year),
        "GrnMonth": Decimal(on.month),
        "PurchaseOrder": header["PurchaseOrder"],
        "PurchaseOrderLin": line["Line"],
        "StockCode": line["MStockCode"],
        "StockDescription": line["MStockDes"],
        "SupCatalogueNum": line["MSupCatalogue"],
        "Warehouse": line["MWarehouse"],
        "QtyReceived": quantity,
        "QtyUom": line["MOrderUom"],
        "OrigGrnValue": local,
        "CurGrnValue": local,
        "StdGrnValue": local,
        "OrigPurchValue": local,
        "GrnMatchedFlag": "N",
        "ProductClass": line["MProductClass"],
        "CurrencyValue": value,
        "PostCurrency": header["Currency"],
        "ConvRate": header["ExchangeRate"],
        "MulDiv": header["MulDiv"],
        "MTaxCode": line["MTaxCode"],
    }


def received_line(line: Row, quantity: Decimal, on: date) -> Row:
    """The order line after `quantity` of it came in; complete once all of it has."""
    received = decimal_of(line["MReceivedQty"]) + quantity
    is_complete = received >= decimal_of(line["MOrderQty"])
    return {
        **line,
        "MReceivedQty": received,
        "MLastReceiptDat": on,
        "MCompleteFlag": "Y" if is_complete else line["MCompleteFlag"],
    }


def is_complete(lines: Sequence[Row]) -> bool:
    """Whether every merchandise line of an order is complete (and there is one)."""
    goods = [line for line in lines if line["LineType"] in MERCHANDISE]
    return bool(goods) and all(line["MCompleteFlag"] == "Y" for line in goods)
