"""Goods and payments in a planning world: an order of ten lamps and its bill, on both sides."""

from typing import Any

from plan_documents import bill, line, order
from plan_world import Row, World

BILL = "00000000000000000000000000000601"
ITEM, ORDER = 10421, 1042
REPORT = ("receipt_report", str(ITEM))
PAYMENT = ("payment", BILL)


def ordered(world: World, **fields: object) -> None:
    """SYSPRO has the order of ten from us, as 547, line 1; nothing is received."""
    item = line(ITEM, quantity=10, total_cost="125.00", **fields)
    world.source("PurchaseOrderChanged", "purchase_order", str(ORDER), order(ORDER, item))
    world.post(world.command("purchase_order", str(ORDER)), "000547", {str(ITEM): 1})
    in_syspro(world, "0")


def in_syspro(world: World, received: str, *, header: Row | None = None, **columns: str) -> None:
    """SYSPRO's order as it is read now."""
    cells = {
        "Line": "1",
        "LineType": "7",
        "MSupCatalogue": f"PI-{ITEM}",
        "MOrderQty": "10.000000",
        "MReceivedQty": received,
        "MPrice": "12.50000",
        "MForeignPrice": "12.50000",
        "MCompleteFlag": "N",
        **columns,
    }
    row: Row = {"PurchaseOrder": "000547", "OrderStatus": "1", "CancelledFlag": ""}
    row |= {"Supplier": "S00118", "CustomerPoNumber": "", **(header or {})}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], {**row, "lines": [cells]})


def in_procurify(world: World, passed: str, *, failed: str = "0.00000", **fields: object) -> None:
    """The order item as Procurify's list shows it now."""
    row: dict[str, Any] = {
        "id": ITEM,
        "purchase_order": ORDER,
        "quantity": "10.00000",
        "receivedPassQty": passed,
        "receivedFailQty": failed,
        "receive_method": 0,
        **fields,
    }
    world.source("OrderItemChanged", "order_item", str(ITEM), row)


def receipt(world: World, identity: int, passed: str, **fields: object) -> None:
    """A receipt of the item, as Procurify's list shows it now."""
    row: dict[str, Any] = {
        "id": identity,
        "order_item": ITEM,
        "pass_quantity": passed,
        "fail_quantity": "0.00000",
        "created_at": "2026-11-06T20:00:00Z",
        "received_at": "2026-11-05",
        "is_edited": False,
        **fields,
    }
    world.source("ReceiptChanged", "receipt", str(identity), row)


def written_back(world: World, kind: str, identity: str, procurify_id: str) -> None:
    """Procurify took what is ready to be written for the document."""
    row = world.command(kind, identity)
    assert row["state"] == "ready"
    world.intend(row)
    body = {"attempt": 1, "procurify_id": procurify_id, "is_sent": True, "warnings": []}
    world.append(f"command/{row['key']}", "PostAccepted", body)
    read = {"procurify_id": procurify_id, "is_equal": True, "differences": [], "lines": []}
    world.append(f"command/{row['key']}", "PostVerified", read)


def billed(world: World) -> None:
    """SYSPRO has the bill of 100.00 from us, as INV-601; nothing is paid."""
    seen_bill(world)
    world.post(world.command("bill", BILL), "INV-601")
    owes(world, "100.00")


def seen_bill(world: World, **fields: object) -> None:
    """The bill as Procurify shows it now."""
    world.source("BillChanged", "bill", BILL, bill(**fields))


def owes(world: World, balance: str, reference: str | None = None) -> None:
    """SYSPRO's invoice as it is read now."""
    written = world.fact(f"written:bill:acme/{BILL}")
    assert written is not None
    row = {
        "Supplier": "S00118",
        "Invoice": "INV-601",
        "Reference": written["external_key"] if reference is None else reference,
        "OrigInvValue": "100.00",
        "MthInvBal1": balance,
    }
    world.syspro("invoice", "Invoice", ["S00118", "INV-601"], row)


def entry(world: World, number: str, type_: str, value: str, on: str = "2026-11-20") -> None:
    """An entry on the invoice: a payment takes off, a voided one gives back."""
    row = {
        "Supplier": "S00118",
        "Invoice": "INV-601",
        "EntryNumber": number,
        "TrnType": type_,
        "JournalDate": on,
        "TrnValue": value,
    }
    world.syspro("posting", "Posting", ["S00118", "INV-601", number], row)
