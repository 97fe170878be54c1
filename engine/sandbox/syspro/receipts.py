"""What a receipt of goods makes of an order line: the GrnDetails row and the line after it.

The rows only; the ledger stores them. Values follow the order's price: in the supplier's currency
(`CurrencyValue`) and in local currency (`OrigGrnValue`, `CurGrnValue`). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.sandbox.syspro.tables import Row, Value

MERCHANDISE: Final = ("1", "7")
STOCKED_LINE, FREIGHT_LINE, MISC_LINE, COMMENT_LINE, NON_STOCKED_LINE = "1", "4", "5", "6", "7"
COMPLETE: Final = "9"
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says besides line, quantity and day; `unit_price` overrules the order's."""

    grn: str = ""
    delivery_note: str = ""
    unit_price: Decimal | None = None
    debit_account: str = ""
    closes_line: bool = False


PLAIN: Final = Receipt()


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
    header: Row,
    line: Row,
    *,
    grn: str,
    journal: int,
    quantity: Decimal,
    on: date,
    rate: Decimal,
    details: Receipt = PLAIN,
) -> Row:
    """The GrnDetails row of a receipt; `rate` is local units per unit of the order's currency."""
    value = line_value(line, quantity)
    if details.unit_price is not None:
        value = (quantity * details.unit_price).quantize(_CENT, ROUND_HALF_UP)
    local = (value * rate).quantize(_CENT, ROUND_HALF_UP)
    return {
        "Supplier": header["Supplier"],
        "Grn": grn,
        "GrnSource": "I",
        "Journal": Decimal(journal),
        "JournalEntry": Decimal(1),
        "OrigReceiptDate": on,
        "DebitRecGlCode": details.debit_account or line["MGlCode"],
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
        "DeliveryNote": details.delivery_note,
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


def supplier_stock_row(header: Row, line: Row, grn: Row) -> Row:
    """The PorSupStkInfo row after a receipt: what was last paid to the supplier for the item."""
    return {
        "Supplier": header["Supplier"],
        "StockCode": line["MStockCode"],
        "SupCatalogueNum": line["MSupCatalogue"],
        "LastPricePaid": line["MForeignPrice"],
        "LastReceiptDate": grn["OrigReceiptDate"],
        "LastReceiptQty": grn["QtyReceived"],
        "OrderQtyUom": line["MOrderUom"],
        "LastPrcUom": line["MPriceUom"],
    }


def received_line(line: Row, quantity: Decimal, on: date, *, closes: bool = False) -> Row:
    """The order line after `quantity` of it came in; complete once all of it has, or by will."""
    received = decimal_of(line["MReceivedQty"]) + quantity
    is_complete = closes or received >= decimal_of(line["MOrderQty"])
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


def header_after(header: Row, lines: Sequence[Row], on: date, *, keeps_status: bool) -> Row:
    """The header once its lines are as given: complete if every line of goods is.

    With `keeps_status` (completed orders are maintained) only the day tells it.
    """
    if not is_complete(lines):
        return header
    status = header["OrderStatus"] if keeps_status else COMPLETE
    return {**header, "OrderStatus": status, "DatePoCompleted": on}
