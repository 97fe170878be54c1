"""What the cases of the order rules are made of: an order, what it is in SYSPRO, what became of it.

The order is `PO-1042`: three desk lamps at 12.50 from vendor 118, bought at 22:30 of 1 November in
Vancouver, due on the 20th.
"""

from collections.abc import Callable, Mapping
from typing import Any

from plan_documents import account, line, order
from plan_world import SOURCE, TENANT, World
from rule_cases import ORDER, Command

from engine.core.keys import DocumentKey, external_key

Body = dict[str, Any]
Given = Callable[[World], object]
DOCUMENT = DocumentKey(source=SOURCE, kind="purchase_order", id="1042")
KEY = external_key(TENANT, DOCUMENT)
SECOND_KEY = external_key(TENANT, DOCUMENT, 2)
NUMBER = "000547"
ONE_RECEIVED: Body = {"MReceivedQty": "1.000000"}
TWO_RECEIVED: Body = {"MReceivedQty": "2.000000"}


def lamp(**fields: object) -> Body:
    return line(10421, **fields)


def chair(**fields: object) -> Body:
    """The second line: two chairs at 20.00."""
    whole = {"name": "Chair", "quantity": 2, "price": "20.00", "total_cost": "40.00"}
    return line(10422, **{**whole, **fields})


def split(identity: int, amount: str, code: str = "6100") -> Body:
    """A part of a line that is charged to an account of its own."""
    return {"id": identity, "amount": amount, "account": account(code)}


def goods(item: str = "10421", **fields: object) -> Body:
    """The line of the lamps in SYSPRO; as any other line by its fields."""
    return {
        "item_id": item,
        "action": "A",
        "stock_code": f"PI-{item}",
        "description": "Desk lamp",
        "is_stocked": False,
        "warehouse": "",
        "quantity": "3",
        "unit": "EA",
        "price": "12.5",
        "tax_code": "",
        "ledger_code": "6100-20",
        "product_class": "NONS",
        "due_on": "2026-11-20",
        **fields,
    }


def chairs(**fields: object) -> Body:
    whole = {"description": "Chair", "quantity": "2", "price": "20"}
    return goods("10422", **{**whole, **fields})


def added(*lines: Body, **fields: object) -> Body:
    """The order to add, with these lines."""
    return {
        "supplier": "S00118",
        "external_key": KEY,
        "currency": "USD",
        "order_on": "2026-11-01",
        "due_on": "2026-11-20",
        "terms_code": "30",
        "is_taxable": False,
        "lines": list(lines) or [goods()],
        **fields,
    }


def changed(*lines: Body, **fields: object) -> Body:
    """The change of the order, with these lines."""
    return {
        "purchase_order": NUMBER,
        "supplier": "S00118",
        "external_key": KEY,
        "is_taxable": False,
        "lines": list(lines),
        **fields,
    }


def add(*lines: Body, **fields: object) -> Command:
    """The order is to be added so."""
    return Command(type="purchase_order_add", payload=added(*lines, **fields))


CANCELLATION: Body = {"purchase_order": NUMBER, "supplier": "S00118", "external_key": KEY}


def comment(key: str, text: str, **fields: object) -> Body:
    return {"key": key, "action": "A", "text": text, "seen": [], **fields}


def charge(key: str, kind: str, value: str, text: str = "", **fields: object) -> Body:
    whole = {"key": key, "kind": kind, "action": "A", "value": value, "text": text}
    return {**whole, "code": "", "tax_code": "", "seen": [], **fields}


def cells(quantity: str, received: str) -> list[Body]:
    """What the plan saw of a line."""
    return [
        {"column": "MOrderQty", "value": quantity},
        {"column": "MReceivedQty", "value": received},
    ]


def bought(*lines: Body, **fields: object) -> Given:
    """The order is seen in Procurify."""
    return lambda world: read(world, *lines, **fields)


def read(world: World, *lines: Body, **fields: object) -> None:
    world.source("PurchaseOrderChanged", *ORDER, order(1042, *(lines or (lamp(),)), **fields))


def sent(world: World, *lines: Body, **fields: object) -> None:
    """The order is in SYSPRO as number 000547, its lines numbered from 1."""
    kept = lines or (lamp(),)
    read(world, *kept, **fields)
    row = world.command(*ORDER)
    others = (*row["payload"].get("comment_lines", ()), *row["payload"].get("charge_lines", ()))
    keys = [item["item_id"] for item in row["payload"]["lines"]] + [one["key"] for one in others]
    world.post(row, NUMBER, {key: place for place, key in enumerate(keys, 1)})


def holds(world: World, *rows: Mapping[str, object], status: str = "1") -> None:
    """SYSPRO is read to hold the order with these lines, each as sent but for its own columns."""
    command = world.fact("written:purchase_order:acme/1042")
    assert command is not None
    found = []
    for place, (item, columns) in enumerate(
        zip(command["payload"]["lines"], rows, strict=False), 1
    ):
        row: Body = {
            "Line": str(place),
            "LineType": "7",
            "MSupCatalogue": f"PI-{item['item_id']}",
            "MOrderQty": item["quantity"],
            "MReceivedQty": "0.000000",
            "MPrice": item["price"],
            "MForeignPrice": "0.00000",
            "MLatestDueDate": item["due_on"],
            "MGlCode": item["ledger_code"],
            "MCompleteFlag": "N",
        }
        found.append({**row, **columns})
    row = {"PurchaseOrder": "000000000000547", "OrderStatus": status, "lines": found}
    row |= {"CustomerPoNumber": KEY, "Supplier": "S00118", "Currency": "USD"}
    world.syspro("purchase_order", "PurchaseOrder", ["547"], row)


def revised(
    *lines: Body,
    rows: tuple[Mapping[str, object], ...] = (),
    first: tuple[Body, ...] = (),
    begin: Mapping[str, object] | None = None,
    **fields: object,
) -> Given:
    """The order was sent, SYSPRO read with these columns, and Procurify's order changed."""

    def given(world: World) -> None:
        sent(world, *first, **(begin or {}))
        if rows:
            holds(world, *rows)
        read(world, *lines, **fields)

    return given


def accepting(code: str, given: Given) -> Given:
    """The same, and a person accepts that hold for the order as it stands."""

    def then(world: World) -> None:
        given(world)
        document = world.document(*ORDER)
        body = {"document": str(DOCUMENT), "reason": "agreed", "accepts": [code]}
        body |= {"revision": document["revision"]}
        world.append(f"decision/{DOCUMENT}", "DocumentReleased", body)

    return then
