"""What people do with purchase orders in SYSPRO: type one, change it, cancel it, take goods in."""

from decimal import Decimal
from typing import Final

from engine.sandbox.control.change import Change, Entry, day_of, decimal_of, each_of, ledger_of
from engine.sandbox.control.clerk import Members, Screen, screen_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.scenario.masters import NON_STOCK_CLASS
from engine.sandbox.syspro.keys import shown_key
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.receipts import MERCHANDISE
from engine.sandbox.syspro.reversals import reverse_receipt
from engine.sandbox.syspro.writes import CLERK
from engine.sandbox.world import World

PLACES_OF_PRICE, PLACES_OF_QUANTITY = 5, 6
_NOW: Final = {"ValidateOnly": "N", "AllowNonStockItems": "S", "AllowZeroPrice": "Y"}


def _new_order(fields: Fields, world: World) -> Entry:
    """An order that a buyer typed: stocked lines by `sku`, others by `name`."""
    screen = screen_of(fields, world)
    supplier = screen.supplier_of(fields)
    header: Members = {
        "OrderActionType": "A",
        "Supplier": supplier,
        "PurchaseOrder": fields.text("purchase_order", ""),
        "DueDate": day_of(fields, "due_on", world).isoformat(),
    }
    lines = [_new_line(line, screen.ledger) for line in each_of(fields, "lines", "lines")]
    fields.done()
    block: Members = {"OrderHeader": header, "OrderDetails": {"StockLine": lines}}
    reply = _post(screen, block)
    return {"purchase_order": reply, "supplier": supplier}


def _new_line(fields: Fields, ledger: Ledger) -> Members:
    sku = fields.text("sku", "")
    is_stocked = (sku,) in ledger.tables["InvMaster"]
    name = fields.text("name", sku)
    line = {
        "StockCode": sku or name[:30],
        "StockDescription": "" if is_stocked else name[:50],
        "NonStockedLine": "N" if is_stocked else "Y",
        "ProductClass": "" if is_stocked else NON_STOCK_CLASS,
        "OrderUom": fields.text("unit", "EA"),
        "LedgerCode": fields.text("ledger_code", ""),
        "OrderQty": f"{decimal_of(fields, 'quantity', Decimal(1), PLACES_OF_QUANTITY):f}",
        "Price": f"{decimal_of(fields, 'price', None, PLACES_OF_PRICE):f}",
    }
    fields.done()
    return line


def _change_order(fields: Fields, world: World) -> Entry:
    """A line has another price, quantity or due date; an order all received is complete then."""
    screen = screen_of(fields, world)
    key = _order_key(fields, screen.ledger)
    line = fields.whole("line", least=1)
    changes = {
        "OrderQty": _amount(fields, "quantity", PLACES_OF_QUANTITY),
        "Price": _amount(fields, "price", PLACES_OF_PRICE),
        "LatestDueDate": day_of(fields, "due_on", world).isoformat()
        if fields.has("due_on")
        else "",
    }
    fields.done()
    if not any(changes.values()):
        raise ValueError(f"{fields.where}: price, quantity or due_on is to be given")
    order = screen.ledger.order(key)
    rows = order.lines if order else ()
    if not any(row["Line"] == line and row["LineType"] in MERCHANDISE for row in rows):
        raise ValueError(f"{fields.where}: line is to be one of goods; there is no line {line}")
    block: Members = {
        "OrderHeader": {"OrderActionType": "C", "PurchaseOrder": key},
        "OrderDetails": {
            "StockLine": {"PurchaseOrderLine": str(line), "LineActionType": "C", **changes}
        },
    }
    return {"purchase_order": _post(screen, block), "status": _status(screen.ledger, key)}


def _cancel_order(fields: Fields, world: World) -> Entry:
    """The order is cancelled, as long as nothing of it was received."""
    screen = screen_of(fields, world)
    key = _order_key(fields, screen.ledger)
    fields.done()
    block: Members = {"OrderHeader": {"OrderActionType": "D", "PurchaseOrder": key}}
    return {"purchase_order": _post(screen, block), "status": _status(screen.ledger, key)}


def _receive_goods(fields: Fields, world: World) -> Entry:
    """Goods have come, all of a line, a part, or more than was ordered."""
    ledger = ledger_of(fields, world)
    order, line = fields.text("purchase_order"), fields.whole("line", least=1)
    quantity = decimal_of(fields, "quantity", None, PLACES_OF_QUANTITY)
    day = day_of(fields, "on", world)
    fields.done()
    row = ledger.receive(order, line, quantity, day)
    return {"grn": row["Grn"], "journal": str(row["Journal"])}


def _reverse_receipt(fields: Fields, world: World) -> Entry:
    """Goods went back: `quantity` of a receipt, else all of it."""
    ledger, grn = ledger_of(fields, world), fields.text("grn")
    quantity = (
        decimal_of(fields, "quantity", None, PLACES_OF_QUANTITY) if fields.has("quantity") else None
    )
    fields.done()
    row = reverse_receipt(ledger, grn, quantity, operator=CLERK)
    return {
        "grn": shown_key(ledger, "Grn", text(row["Grn"])),
        "left": str(number(row["QtyReceived"])),
    }


def _amount(fields: Fields, name: str, places: int) -> str:
    return f"{decimal_of(fields, name, None, places):f}" if fields.has(name) else ""


def _order_key(fields: Fields, ledger: Ledger) -> str:
    shown = fields.text("purchase_order")
    order = ledger.order(shown)
    if order is None:
        raise ValueError(f"{fields.where}: there is no purchase order {shown} in SYSPRO")
    return text(order.header["PurchaseOrder"])


def _post(screen: Screen, block: Members) -> str:
    """The number of the order, as SYSPRO shows it."""
    reply = screen.post("PORTOI", ("PostPurchaseOrders", {"Orders": block}), parameters=_NOW)
    return reply.value("Order", "Key", "PurchaseOrder")


def _status(ledger: Ledger, key: str) -> str:
    return text(ledger.tables["PorMasterHdr"][(key,)]["OrderStatus"])


PURCHASING: Final[dict[str, Change]] = {
    "new_order_in_syspro": _new_order,
    "change_order": _change_order,
    "cancel_order_in_syspro": _cancel_order,
    "receive_goods": _receive_goods,
    "reverse_receipt": _reverse_receipt,
}
"""Every change by its name."""
