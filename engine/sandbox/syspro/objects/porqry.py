"""PORQRY: one purchase order with its lines and totals (Query/Query; recorded).

Elements, their order and their padding are those of the recorded reply; a foreign order adds
MForeignPrice and ForeignOrderValue where the schema has them, receipts add Grn at the end of a
line. Texts of the unrecorded line and order types are inferred. The custom form block is recorded;
the options for landed cost, requisitions and sales orders find nothing, as this company has none;
the history of a line is its receipts. A missing order is an `ERROR:` line (decision, as COMFCH).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import digits, invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.custom_forms import ORDER_FORM, write_form
from engine.sandbox.syspro.keys import shown_key, shown_order
from engine.sandbox.syspro.ledger import Ledger, Order, cents, number, text
from engine.sandbox.syspro.objects.porqry_lines import (
    padded,
    write_line,
)
from engine.sandbox.syspro.receipts import (
    COMMENT_LINE,
    FREIGHT_LINE,
    MERCHANDISE,
    MISC_LINE,
    NON_STOCKED_LINE,
    STOCKED_LINE,
    line_value,
)
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row, Value

_STATUS: Final = {
    "0": "In process",
    "1": "Ready to print",
    "4": "Printed",
    "9": "Complete",
    "*": "Cancelled",
}
_ORDER_TYPES: Final = {"L": "Local", "I": "Import", "F": "Import", "O": "Other"}
_TAX_STATUS: Final = {"E": "Exempt from tax", "N": "Taxable"}
_OPTION_OF: Final = {
    STOCKED_LINE: "IncludeStockedLines",
    NON_STOCKED_LINE: "IncludeNonStockedLines",
    FREIGHT_LINE: "IncludeFreightLines",
    MISC_LINE: "IncludeMiscellaneousLines",
    COMMENT_LINE: "IncludeCommentLines",
}


def query(call: Call) -> str:
    """The order's document; raises `Refused` when it is not on file."""
    ledger = call.ledger
    wanted = call.document.path("Key", "PurchaseOrder").content
    order = ledger.order(wanted) or ledger.order(wanted.strip())
    if order is None:
        raise Refused(invented.KEY_NOT_FOUND.format(wanted.strip(), "PorMasterHdr"))
    reply = Reply("PorDetail", "PORQRY", tail="   ")
    reply.leaves(_header(ledger, order))
    if _asks(call, "IncludeCustomForms", "N"):
        key = text(order.header["PurchaseOrder"])
        write_form(reply, ledger, ORDER_FORM, key)
    for line in order.lines:
        option = _OPTION_OF.get(text(line["LineType"]), "IncludeStockedLines")
        is_complete = line["MCompleteFlag"] == "Y"
        if not _asks(call, option) or not _is_asked_for(call, line):
            continue
        if is_complete and not _asks(call, "IncludeCompletedLines"):
            continue
        write_line(
            reply,
            ledger,
            order.header,
            line,
            has_grns=_asks(call, "IncludeGrns"),
            has_history=_asks(call, "IncludeHistory"),
        )
    _write_totals(reply, ledger, order)
    return reply.text()


def _asks(call: Call, option: str, default: str = "Y") -> bool:
    return (call.document.value("Option", option) or default) == "Y"


def _is_asked_for(call: Call, line: Row) -> bool:
    """Whether the filter lets the line through: A all, S one, R from and to (comma between)."""
    wanted = call.document.path("Filter", "LineNo")
    attributes = {name.lower(): value for name, value in wanted.attributes.items()}
    given = [digits.whole(part) for part in attributes.get("filtervalue", "").split(",")]
    line_number = int(number(line["Line"]))
    numbers = [part for part in given if part is not None]
    match attributes.get("filtertype", "A"):
        case "S":
            return line_number in numbers
        case "R":
            return len(numbers) != 2 or numbers[0] <= line_number <= numbers[1]
        case _:
            return True


def _day(value: Value) -> str:
    return "" if value is None else str(value)


def _header(ledger: Ledger, order: Order) -> Iterator[tuple[str, str]]:
    header = order.header
    tables = ledger.tables
    key = (text(header["Supplier"]),)
    supplier = tables["ApSupplier"].get(key, {})
    address = tables["ApSupplierAddr"].get(key, {})
    currency = text(header["Currency"])
    yield "PurchaseOrder", shown_order(ledger, text(header["PurchaseOrder"]))
    yield "Supplier", shown_key(ledger, "Supplier", key[0])
    yield "SupplierName", text(supplier.get("SupplierName"))
    for name in ("SupplierClass", "Customer"):
        yield name, text(header[name])
    yield "CustomerName", ""
    yield "CustomerPoNumber", text(header["CustomerPoNumber"])
    for shown, column in _numbered("SupplierAddr", "SupAddr"):
        yield shown, text(address.get(column))
    yield "SupPostalCode", text(address.get("SupPostalCode"))
    yield "Currency", currency
    yield "LocalSupplier", "Y" if currency == ledger.local_currency else "N"
    yield "Description", _described(ledger, "TblCurrency", currency)
    yield "DeliveryName", text(header["DeliveryName"])
    for shown, column in _numbered("DeliveryAddr", "DeliveryAddr"):
        yield shown, text(header[column])
    yield "PostalCode", text(header["PostalCode"])
    yield "DeliveryGpsLat", padded(number(header["DeliveryGpsLat"]), 10, 6)
    yield "DeliveryGpsLong", padded(number(header["DeliveryGpsLong"]), 11, 6)
    yield from _terms_and_dates(ledger, header)


def _terms_and_dates(ledger: Ledger, header: Row) -> Iterator[tuple[str, str]]:
    status, terms = text(header["OrderStatus"]), text(header["TermsCode"])
    warehouse, buyer = text(header["Warehouse"]), text(header["Buyer"])
    yield "OrderStatus", status
    yield "OrderStatusDescription", _STATUS.get(status, "")
    yield "ExchangeRateFixedFlag", "Yes" if header["ExchRateFixed"] == "Y" else "No"
    yield "PoExchangeRate", padded(number(header["ExchangeRate"]), 13, 6)
    yield "BlanketPoContract", "No"
    yield "ApInvoiceTerms", terms
    yield "ApInvoiceTermsDescription", _described(ledger, "TblApTerms", terms)
    yield "CompletedDate", _day(header["DatePoCompleted"])
    yield "Warehouse", warehouse
    yield "WarehouseDesc", _described(ledger, "InvWhControl", warehouse)
    for name in ("OrderEntryDate", "OrderDueDate", "MemoDate"):
        yield name, _day(header[name])
    yield "MemoCode", text(header["MemoCode"])
    yield "OrderType", _ORDER_TYPES.get(text(header["OrderType"]), "")
    yield "PaymentTerms", text(header["PaymentTerms"])
    yield "TaxStatus", _TAX_STATUS.get(text(header["TaxStatus"]), "")
    yield "ShippingInstrs", text(header["ShippingInstrs"])
    yield "OrderDiscount", ""
    yield "AmendedCount", f"{number(header['AmendedCount']):.0f}"
    yield "Buyer", buyer
    yield "Name", text(ledger.tables["InvBuyer"].get((buyer,), {}).get("Name"))
    yield "DocumentFormat", text(header["DocumentFormat"]) or "0"
    yield "IncludeInMrp", text(header["IncludeInMrp"])


def _numbered(shown: str, column: str) -> Iterator[tuple[str, str]]:
    for part in ("1", "2", "3", "3Loc", "4", "5"):
        yield f"{shown}{part.replace('Loc', 'Locality')}", f"{column}{part}"


def _described(ledger: Ledger, table: str, key: str) -> str:
    return text(ledger.tables[table].get((key,), {}).get("Description"))


def _write_totals(reply: Reply, ledger: Ledger, order: Order) -> None:
    goods = [line for line in order.lines if line["LineType"] in MERCHANDISE]
    total = sum((line_value(line) for line in order.lines), Decimal(0))
    received = sum((line_value(line, number(line["MReceivedQty"])) for line in goods), Decimal(0))
    currency, rate = text(order.header["Currency"]), number(order.header["ExchangeRate"])
    current = (total, received, total - received)
    local = [cents(ledger.local_value(currency, value, rate)) for value in current]
    names = ("OrderValue", "ReceivedToDateValue", "OutstandingValue")
    reply.open("PurchaseOrderTotals")
    reply.open("LocalValues")
    reply.leaves((f"Local{n}", padded(v, 16, 2)) for n, v in zip(names, local, strict=True))
    reply.leaves((f"Edited_Local{n}", f"{v:,.2f}") for n, v in zip(names, local, strict=True))
    reply.close("LocalValues")
    reply.open("CurrentValues")
    reply.leaf("CurrentOrderValue", f"{current[0]:.2f}")
    reply.leaf("CurrentReceivedToDateValue", padded(current[1], 16, 2))
    reply.leaf("CurrentOutstandingValue", padded(current[2], 16, 2))
    reply.leaf("Edited_CurrentOrderValue", f"{current[0]:>16,.2f}")
    reply.leaf("Edited_CurrentReceivedToDateValue", f"{current[1]:,.2f}")
    reply.leaf("Edited_CurrentOutstandingValue", f"{current[2]:,.2f}")
    reply.close("CurrentValues")
    dates = [line["MLastReceiptDat"] for line in goods if line["MLastReceiptDat"] is not None]
    reply.leaf("FirstReceiptDate", min(map(str, dates), default=""))
    reply.leaf("OrderCompleteDate", _day(order.header["DatePoCompleted"]))
    reply.close("PurchaseOrderTotals")
