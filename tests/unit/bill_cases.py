"""What cases about bills are made of: bills in their order, orders, receipts, acceptance."""

from collections.abc import Callable, Mapping
from typing import Any

from plan_documents import bill_line, line, order, ordered_line
from plan_world import SOURCE, TENANT, World
from rule_cases import BILL, Case, Command, Hold, Settle, Wait

from engine.core.keys import DocumentKey, external_key

Body = dict[str, Any]
Given = Callable[[World], object]
EARLIER = ("bill", "00000000000000000000000000000600")
KEY = external_key(TENANT, DocumentKey(source=SOURCE, kind="bill", id=BILL[1]))
POSTED = Command(type="invoice_add")
MATCHED = {"id": 119}
"""A vendor whose supplier S00119 is to be matched against receipts; 118 is S00118, which is not."""


def case(
    name: str,
    given: Given,
    expect: Command | Hold | Wait | Settle,
    policy: Mapping[str, object] | None = None,
) -> Case:
    return Case(name=name, given=given, expect=expect, about=BILL, policy=policy or {})


def seen(*bodies: Body) -> Given:
    """The bills come in this order; the last is the one that the case is about."""

    def given(world: World) -> None:
        *before, last = bodies
        for place, body in enumerate(before):
            world.source("BillChanged", "bill", str(int(EARLIER[1]) - place).zfill(32), body)
        world.source("BillChanged", *BILL, last)

    return given


def first(*steps: Given) -> Given:
    """One after the other."""

    def given(world: World) -> None:
        for step in steps:
            step(world)

    return given


def accepting(code: str, given: Given) -> Given:
    """The same, and a person accepts the hold for the bill as it is."""

    def after(world: World) -> None:
        given(world)
        document = world.document(*BILL)
        body = {"document": document["key"], "reason": "looked at", "accepts": [code]}
        body |= {"revision": document["revision"]}
        world.append(f"decision/{document['key']}", "DocumentReleased", body)

    return after


def ordered(vendor: int = 119, quantity: int = 10, price: str = "12.50", **fields: object) -> Given:
    """Order 1042 is in SYSPRO as 000547, with one line of item 10421."""

    def given(world: World) -> None:
        cost = f"{quantity * float(price):.2f}"
        item = line(10421, quantity=quantity, price=price, total_cost=cost, **fields)
        body = order(1042, item, pref_vendor={"id": vendor})
        world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
        world.post(world.command("purchase_order", "1042"), "000547", {"10421": 1})

    return given


def received(grn: str, quantity: str, on: str = "2026-11-03", **columns: str) -> Given:
    """The warehouse received so much of line 1 of order 547."""

    def given(world: World) -> None:
        row = {"Supplier": "S00119", "Grn": grn, "GrnSource": "I", "Journal": "12"}
        row |= {"JournalEntry": "1", "OrigReceiptDate": on, "PurchaseOrder": "547"}
        row |= {"PurchaseOrderLin": "1", "QtyReceived": quantity, "GrnMatchedFlag": "N", **columns}
        world.syspro("grn", "Grn", ["S00119", grn, "I", "12", "1"], row)

    return given


def mapping(kind: str, key: str, target: str) -> Given:
    return lambda world: world.mapping(kind, key, target)


def ledger(code: str, **fields: str) -> Given:
    return lambda world: world.ledger(code, **fields)


def posted(key: str, document: tuple[str, str] = BILL) -> Given:
    """The document's command is in SYSPRO under this key."""
    return lambda world: world.post(world.command(*document), key)


def of_item(quantity: str, total: str, **fields: object) -> Body:
    """A bill line over item 10421 of order 1042."""
    return ordered_line(1042, 10421, quantity=quantity, total_cost=total, **fields)


def charge(code: str, value: str, notation: str, tax: str = "", *, only: bool = False) -> Body:
    """A ledger line of a payload."""
    return {
        "ledger_code": code,
        "value": value,
        "notation": notation,
        "tax_code": tax,
        "is_tax_only": only,
    }


def match(grn: str, quantity: str, value: str, *, full: bool) -> Body:
    """A receipt's match in a payload."""
    key = {"supplier": "S00119", "grn": grn, "source": "I", "journal": "12", "entry": "1"}
    return {**key, "quantity": quantity, "value": value, "is_full": full}


def taxed(total: str, tax: str, name: str = "GST 5%", **fields: object) -> Body:
    return bill_line(total_cost=total, tax_name=name, tax_amount=tax, **fields)
