"""A purchase order that SYSPRO has from us: revisions and cancellation before any receipt. Pure.

What SYSPRO took is compared with what the source's revision wants, line by line, bound by order
item, and only what differs is sent (rules.md §5.5, 1 to 13). Lines carry their own due days, so a
header's day goes along with a line or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands import (
    LineAction,
    OrderLine,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
)
from engine.core.keys import DocumentKey, line_key
from engine.core.money import ZERO, read_amount
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of
from projections.plan.company import Company, to_currency
from projections.plan.order import check_content, order_payload
from projections.plan.outcomes import Planned, hold, settle, wait
from projections.plan.supplier import require_supplier
from projections.plan.written import line_number, settle_written, written_order
from projections.purchase_orders import Content, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A line of the order as SYSPRO was last seen to hold it."""

    line: int
    quantity: Decimal
    received: Decimal
    prices: frozenset[Decimal]
    is_complete: bool


def plan_written_order(
    facts: Facts, document: DocumentKey, company: Company, order: Order, written: JsonObject
) -> Planned:
    """The change or cancellation that is owed; raises `Stopped` where none is, or none may be."""
    if written.get("is_cancelled") is True:
        if order.is_eligible:
            hold("REOPENED_AFTER_CANCEL", text_of(written, "syspro_key"))
        settle("cancelled_in_syspro", syspro_key=text_of(written, "syspro_key"))
    if order.is_cancelled:
        return _cancel(facts, company, written)
    if not order.is_eligible or order.content is None:
        settle_written(written)
    if order.content.revision == text_of(written, "revision"):
        settle_written(written)
    return _change(facts, document, company, order.content, written)


def order_in_syspro(facts: Facts, company: Company, number: str) -> JsonObject | None:
    """The order as SYSPRO was last seen to hold it."""
    return facts.get(syspro_fact("syspro_order", company.name, number))


def seen_lines(row: JsonObject | None) -> dict[str, Seen]:
    """The lines of SYSPRO's order that carry an item of ours, by item id."""
    found = row.get("lines") if row else None
    lines = [line for line in found if isinstance(line, dict)] if isinstance(found, list) else []
    prefix = line_key("")
    seen: dict[str, Seen] = {}
    for line in lines:
        catalogue, number = text_of(line, "catalogue"), line_number(line.get("line"))
        if catalogue.startswith(prefix) and number is not None:
            prices = (read_amount(line.get(name)) for name in ("price", "foreign_price"))
            seen[catalogue.removeprefix(prefix)] = Seen(
                line=number,
                quantity=read_amount(line.get("quantity")) or ZERO,
                received=read_amount(line.get("received")) or ZERO,
                prices=frozenset(price for price in prices if price is not None),
                is_complete=text_of(line, "is_complete") == "Y",
            )
    return seen


def line_numbers(written: JsonObject | None, row: JsonObject | None) -> dict[str, int]:
    """SYSPRO's line numbers by item id: as read back after the post, else as last seen."""
    numbers = {item: seen.line for item, seen in seen_lines(row).items()}
    for item, value in object_of(written, "lines").items():
        number = line_number(value)
        if number is not None:
            numbers[item] = number
    return numbers


def is_cancelled(row: JsonObject | None) -> bool:
    """Whether SYSPRO shows the order as cancelled (syspro.md §3.1: status `*`)."""
    return text_of(row, "OrderStatus") == "*" or text_of(row, "CancelledFlag") == "Y"


def _cancel(facts: Facts, company: Company, written: JsonObject) -> Planned:
    number = text_of(written, "syspro_key")
    row = order_in_syspro(facts, company, number)
    if is_cancelled(row):
        settle("cancelled_in_syspro", syspro_key=number)
    if any(line.received > 0 for line in seen_lines(row).values()):
        hold("CANCEL_AFTER_RECEIPT", number)
    before = written_order(written)
    _require_untouched(before, written, row)
    return Planned(
        payload=PurchaseOrderCancel(
            purchase_order=number, supplier=before.supplier, external_key=before.external_key
        ),
        action="cancel",
        part=_part(written),
        revision=text_of(written, "revision"),
        external_key=before.external_key,
        company=company.name,
    )


def _change(
    facts: Facts, document: DocumentKey, company: Company, content: Content, written: JsonObject
) -> Planned:
    before = written_order(written)
    check_content(content)
    supplier = require_supplier(facts, company, document.source, content.vendor)
    if supplier.code != before.supplier:
        hold("VENDOR_CHANGED", f"{before.supplier} to {supplier.code}")
    currency = to_currency(facts, company, content.currency)
    if currency != before.currency:
        hold("CHANGE_UNSUPPORTED", f"currency {before.currency} to {currency}")
    number = text_of(written, "syspro_key")
    wanted = order_payload(
        facts, company, document.source, content, supplier, before.external_key, number
    )
    if (wanted.freight, wanted.charges) != (before.freight, before.charges):
        hold("CHANGE_UNSUPPORTED", "freight or charges")
    row = order_in_syspro(facts, company, number)
    lines = _differing(before, wanted, line_numbers(written, row))
    due_on = None if wanted.due_on == before.due_on else wanted.due_on
    if not lines:
        settle_written(written, detail=f"revision {content.revision} changes nothing in SYSPRO")
    _require_unreceived(lines, row)
    _require_untouched(before, written, row)
    if any(line.line is None for line in lines if line.action != "A"):
        wait("WAITS_FOR_VERIFICATION", on=(syspro_fact("syspro_order", company.name, number),))
    return Planned(
        payload=PurchaseOrderChange(
            purchase_order=number,
            supplier=before.supplier,
            external_key=before.external_key,
            due_on=due_on,
            is_taxable=wanted.is_taxable,
            lines=lines,
        ),
        action="change",
        part=_part(written),
        revision=content.revision,
        external_key=before.external_key,
        company=company.name,
    )


def _part(written: JsonObject) -> str:
    """Tells this post from an earlier one of the same revision: orders go there and back."""
    return f"order after {number_of(written, 'count')}"


def _differing(
    before: PurchaseOrderAdd, wanted: PurchaseOrderAdd, numbers: Mapping[str, int]
) -> tuple[OrderLine, ...]:
    old = {line.item_id: line for line in before.lines}
    new = {line.item_id: line for line in wanted.lines}
    found = []
    for item, line in new.items():
        if item not in old:
            found.append(line)
        elif replace(old[item], action="A", line=None) != line:
            found.append(_at(line, "C", numbers))
    found.extend(_at(line, "D", numbers) for item, line in old.items() if item not in new)
    return tuple(found)


def _at(line: OrderLine, action: LineAction, numbers: Mapping[str, int]) -> OrderLine:
    return replace(line, action=action, line=numbers.get(line.item_id))


def _require_unreceived(lines: tuple[OrderLine, ...], row: JsonObject | None) -> None:
    seen = seen_lines(row)
    for line in lines:
        there = seen.get(line.item_id)
        if there is not None and line.action == "C" and line.quantity < there.received:
            hold("BELOW_RECEIVED", f"line {there.line}: received {there.received}")
    received = [f"line {there.line}" for there in seen.values() if there.received > 0]
    if received:
        hold("CHANGE_AFTER_RECEIPT", ", ".join(received))


def _require_untouched(
    before: PurchaseOrderAdd, written: JsonObject, row: JsonObject | None
) -> None:
    """SYSPRO's order is what we wrote, as far as it was read since; else a person decides."""
    if row is None or number_of(row, "position") <= number_of(written, "position"):
        return
    if is_cancelled(row):
        hold("CHANGED_IN_SYSPRO", "it was cancelled")
    seen = seen_lines(row)
    changed = [
        line.item_id
        for line in before.lines
        if line.item_id not in seen
        or seen[line.item_id].quantity != line.quantity
        or line.price not in seen[line.item_id].prices
    ]
    ours = {line.item_id for line in before.lines}
    extra = [item for item, there in seen.items() if item not in ours and not there.is_complete]
    if changed or extra:
        hold("CHANGED_IN_SYSPRO", f"order items {', '.join((*changed, *extra))}")
