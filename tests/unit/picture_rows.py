"""Orders and invoices as commands wish them and as SYSPRO holds them, for pictures."""

from typing import Any

from projections.pictures import Difference

Tree = dict[str, Any]


def line(item: str = "10421", **fields: Any) -> Tree:
    return {
        "item_id": item,
        "action": "A",
        "stock_code": "LAMP",
        "description": "Desk lamp",
        "is_stocked": False,
        "quantity": "10",
        "unit": "EA",
        "price": "12.5",
        "ledger_code": "6100-20",
        "tax_code": "A",
        "due_on": "2026-11-20",
        **fields,
    }


def order(*lines: Tree, **fields: Any) -> Tree:
    return {
        "supplier": "S00118",
        "external_key": "P2",
        "currency": "CAD",
        "order_on": "2026-11-02",
        "due_on": "2026-11-20",
        "lines": list(lines or (line(),)),
        **fields,
    }


def row(*lines: Tree, **columns: Any) -> Tree:
    return {
        "PurchaseOrder": "000547",
        "OrderStatus": "1",
        "Supplier": "S00118",
        "Currency": "CAD",
        "OrderEntryDate": "2026-11-03T00:00:00",
        "OrderDueDate": "2026-11-20T00:00:00",
        "Buyer": "",
        "lines": list(lines or (held_line(),)),
        **columns,
    }


def held_line(number: str = "1", **columns: Any) -> Tree:
    return {
        "Line": number,
        "LineType": "7",
        "MStockCode": "LAMP",
        "MStockDes": "Desk lamp",
        "MOrderQty": "10.000000",
        "MReceivedQty": "0.000000",
        "MOrderUom": "EA",
        "MPrice": "9.10000",
        "MForeignPrice": "12.50000",
        "MTaxCode": "A",
        "MGlCode": "6100-20",
        "MSupCatalogue": "PI-10421",
        "MLatestDueDate": "2026-11-20",
        "MCompleteFlag": "N",
        **columns,
    }


def told(*found: tuple[str, str, str | None, str | None]) -> tuple[Difference, ...]:
    return tuple(Difference(part=p, cell=c, before=b, after=a) for p, c, b, a in found)


INVOICE: Tree = {
    "supplier": "S00118",
    "invoice": "INV-601",
    "value": "113.00",
    "currency": "CAD",
    "invoice_on": "2026-11-04",
    "posting_period": "P",
    "tax_code": "C",
    "tax_value": "13.00",
    "matches": [{"grn": "000088", "quantity": "8", "value": "100", "is_full": True}],
    "distribution": [],
    "notation": "for the lab",
}
