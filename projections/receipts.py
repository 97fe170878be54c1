"""What Procurify says was received: order items and their receipts, folded into facts. Pure.

`order_item:<source>/<id>` {order, quantity, passed, failed, is_amount, position};
`receipt:<source>/<id>` {item, passed, received_at, is_active, position};
`item_receipts:<source>/<item>` {receipts: {id: {passed, is_active}}}. `position` is that of the
event that said so last. Shapes: procurify.md §4.1 OrderItem and ReceiptItemRead.
"""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import RECEIPT, DocumentKey
from engine.core.money import ZERO
from engine.core.projection import Overlay, Table
from engine.core.shape import Shape, restore, store
from projections.documents import UNREADABLE
from projections.facts import object_of, source_fact, text_of
from projections.policy import read_policy
from projections.references import COMPANIES
from projections.source import Source, Unreadable

BY_AMOUNT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem(Shape):
    """An order item, and the sums of its receipts: good ones (`passed`) and bad ones."""

    order: str
    quantity: Decimal
    passed: Decimal
    failed: Decimal
    is_amount: bool
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Shape):
    """One receipt of an order item; `received_at` is a day or an instant, as Procurify wrote it."""

    item: str
    passed: Decimal
    received_at: str
    is_active: bool
    position: int


def item_fact(source: str, item: str) -> str:
    """The key of the fact that holds an order item and what was received of it."""
    return f"order_item:{source}/{item}"


def item_receipts_fact(source: str, item: str) -> str:
    """The key of the fact that lists the receipts of an order item."""
    return f"item_receipts:{source}/{item}"


def fold_item(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The fact says how much of the item Procurify has as received now."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    if not (source and identity):
        return
    place = Source(value=body.get("document"))
    try:
        item = OrderItem(
            order=place.identity("purchase_order"),
            quantity=place.amount("quantity"),
            passed=place.amount_or_none("receivedPassQty") or ZERO,
            failed=place.amount_or_none("receivedFailQty") or ZERO,
            is_amount=place.number("receive_method") == BY_AMOUNT,
            position=event.position,
        )
    except Unreadable as error:
        overlay.put(Table.FACTS, item_fact(source, identity), {UNREADABLE: str(error)})
        return
    overlay.put(Table.FACTS, item_fact(source, identity), store(item))


def fold_receipt(overlay: Overlay, event: Event, body: JsonObject) -> str | None:
    """The facts say what the receipt is now; the answer is its document, if it is to be one.

    It is where a company has Procurify receive its goods, and stays one.
    """
    source, identity = text_of(body, "source"), text_of(body, "id")
    if not (source and identity):
        return None
    document = DocumentKey(source=source, kind=RECEIPT, id=identity)
    fact = source_fact(document)
    before = receipt_in(overlay.get(Table.FACTS, fact))
    try:
        after = _read(event, body, before)
    except Unreadable as error:
        overlay.put(Table.FACTS, fact, {UNREADABLE: str(error), "position": event.position})
        return _planned(overlay, document)
    if after is None:
        return None
    overlay.put(Table.FACTS, fact, store(after))
    listing = item_receipts_fact(source, after.item)
    receipts: dict[str, JsonValue] = object_of(overlay.get(Table.FACTS, listing), "receipts")
    receipts[identity] = {"passed": str(after.passed), "is_active": after.is_active}
    overlay.put(Table.FACTS, listing, {"receipts": receipts})
    return _planned(overlay, document)


def _planned(overlay: Overlay, document: DocumentKey) -> str | None:
    known = overlay.get(Table.FACTS, COMPANIES)
    listed = known.get("companies") if known else None
    names = listed if isinstance(listed, list | tuple) else ()
    policies = [overlay.get(Table.FACTS, f"policy:{name}") for name in names]
    is_wanted = any(read_policy(policy).receives_in_procurify for policy in policies)
    is_there = overlay.get(Table.DOCUMENTS, str(document)) is not None
    return str(document) if is_wanted or is_there else None


def _read(event: Event, body: JsonObject, before: Receipt | None) -> Receipt | None:
    """The receipt after the event; None for one that vanished before it was ever read."""
    if event.type.endswith("Vanished"):
        return before and Receipt(
            item=before.item,
            passed=before.passed,
            received_at=before.received_at,
            is_active=False,
            position=event.position,
        )
    place = Source(value=body.get("document"))
    item = place.identity("order_item")
    if not item:
        raise Unreadable("$.order_item: an id is expected")
    return Receipt(
        item=item,
        passed=place.amount("pass_quantity"),
        received_at=place.text("received_at") or place.text("created_at"),
        is_active=True,
        position=event.position,
    )


def item_in(fact: JsonObject | None) -> OrderItem | None:
    """The item that a fact holds; None where there is none or it cannot be read."""
    return None if fact is None or UNREADABLE in fact else restore(OrderItem, fact)


def receipt_in(fact: JsonObject | None) -> Receipt | None:
    """The receipt that a fact holds; None where there is none or it cannot be read."""
    return None if fact is None or UNREADABLE in fact else restore(Receipt, fact)
