"""An order item as both sides have it: ordered, received, and on which line of SYSPRO. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.keys import PURCHASE_ORDER, DocumentKey, line_key
from engine.core.money import ZERO, read_amount, total
from projections.documents import UNREADABLE, order_in
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    text_of,
)
from projections.merging import objects_of
from projections.plan.company import Company, open_company
from projections.plan.orders.rest import whole_of
from projections.plan.orders.seen import is_cancelled, order_in_syspro
from projections.plan.outcomes import hold
from projections.plan.parts import order_with_item
from projections.plan.written import line_number
from projections.receipts import OrderItem, item_fact, item_in


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A line of SYSPRO's order as last read."""

    number: int
    ordered: Decimal
    received: Decimal
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedItem:
    """An item of an order that SYSPRO has from us.

    `lines` are SYSPRO's, several for an item that is split, or of which the rest became a line of
    its own; none until they were read. `sent` are our own, as SYSPRO took them. `position`: of the
    order's last reading, 0 for none.
    """

    id: str
    item: OrderItem
    order: DocumentKey
    number: str
    company: Company
    sent: tuple[JsonObject, ...]
    lines: tuple[SeenLine, ...]
    is_cancelled: bool
    position: int

    @property
    def received(self) -> Decimal:
        """What SYSPRO has as received of the item."""
        return total(line.received for line in self.lines)

    @property
    def is_by_quantity(self) -> bool:
        """Whether a quantity means the same on both sides: not an amount, nor a line of value.

        An item divided among accounts is of neither side's quantity; a line's rest is.
        """
        wholes = {whole_of(text_of(line, "item_id")) for line in self.sent}
        if self.item.is_amount or len(wholes) != 1:
            return False
        sent = total(read_amount(line.get("quantity")) or ZERO for line in self.sent)
        return sent != 1 or self.item.quantity == 1


def item_name(facts: Facts, source: str, item: str) -> str:
    """What people call an order item: its order's number and its id."""
    known = item_in(facts.get(item_fact(source, item)))
    if known is None:
        return f"item {item}"
    order = DocumentKey(source=source, kind=PURCHASE_ORDER, id=known.order)
    body = order_in(facts.get(source_fact(order)))
    return f"{body.number if body else known.order} item {item}"


def posted_item(facts: Facts, source: str, identity: str) -> PostedItem | None:
    """The item, if Procurify's list has told of it and SYSPRO has its order from us.

    Held where Procurify's row of it cannot be read.
    """
    body = facts.get(item_fact(source, identity))
    item = item_in(body)
    if body is not None and item is None:
        hold("SOURCE_UNREADABLE", text_of(body, UNREADABLE))
    if item is None:
        return None
    order = DocumentKey(source=source, kind=PURCHASE_ORDER, id=item.order)
    order, written = order_with_item(facts, order, identity)
    if written is None:
        return None
    company = open_company(facts, text_of(written, "company"))
    number = text_of(written, "syspro_key")
    row = order_in_syspro(facts, company, number)
    sent = objects_of(object_of(written, "payload").get("lines"))
    return PostedItem(
        id=identity,
        item=item,
        order=order,
        number=number,
        company=company,
        sent=tuple(one for one in sent if _is_of(identity, text_of(one, "item_id"))),
        lines=tuple(_lines(identity, row)),
        is_cancelled=is_cancelled(row),
        position=number_of(row, "position"),
    )


def _is_of(item: str, key: str) -> bool:
    return key.partition("/")[0] == item


def _lines(item: str, row: JsonObject | None) -> list[SeenLine]:
    prefix = line_key("")
    found = []
    for line in objects_of(row.get("lines") if row else None):
        catalogue, number = text_of(line, "catalogue"), line_number(line.get("line"))
        if not catalogue.startswith(prefix) or number is None:
            continue
        if _is_of(item, catalogue.removeprefix(prefix)):
            found.append(
                SeenLine(
                    number=number,
                    ordered=read_amount(line.get("quantity")) or ZERO,
                    received=read_amount(line.get("received")) or ZERO,
                    is_complete=text_of(line, "is_complete") == "Y",
                )
            )
    return found
