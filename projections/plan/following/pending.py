"""Receipts of Procurify that are still to be in SYSPRO. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import RECEIPT, DocumentKey
from engine.core.money import ZERO, read_amount, total
from projections.decisions import IGNORED, decision_of
from projections.facts import Facts, number_of, object_of, syspro_fact, written_fact
from projections.plan.company import Company
from projections.plan.orders.seen import SeenLine, SeenOrder, item_of, seen_order
from projections.plan.outcomes import wait
from projections.purchase_orders import Order
from projections.receipts import item_receipts_fact


def is_to_go(facts: Facts, receipt: DocumentKey, listed: JsonValue) -> bool:
    """Whether a receipt that SYSPRO does not have is to be there: good, not undone, not ignored."""
    if not isinstance(listed, dict) or listed.get("is_active") is not True:
        return False
    return _passed(listed) > 0 and decision_of(facts, receipt).standing != IGNORED


def require_receipts_carried(
    facts: Facts, company: Company, order: Order, written: JsonObject
) -> None:
    """SYSPRO has all that Procurify received of an order; else the plan waits.

    Procurify closes an order as its last goods come (procurify.md §8.7), which says that they are
    there, not that none will come: in SYSPRO they may still be to be received, and an order that
    ended would take none.
    """
    if company.policy.receives_in_procurify:
        _require_posted(facts, company, order, written)
    elif company.policy.receipt_owner == "syspro":
        _require_received(facts, company, order, written)


def _require_received(facts: Facts, company: Company, order: Order, written: JsonObject) -> None:
    """The warehouse has received, on each line, what Procurify did, or all that was ordered."""
    seen = seen_order(facts, company, written)
    for got in order.received:
        lines = _lines(seen, got.item)
        ordered = total(line.quantity for line in lines)
        is_there = total(line.received for line in lines) >= min(got.passed, ordered)
        if not (seen.is_known and is_there):
            _wait_for_order(company, seen, "WAITING_RECEIPT")


def _require_posted(facts: Facts, company: Company, order: Order, written: JsonObject) -> None:
    """Each receipt of Procurify is in SYSPRO, and its order shows it or was read since.

    An order can be read after SYSPRO took a receipt and before we knew that it did; it stays as
    it is then, and nothing of it is ever read again.
    """
    seen = seen_order(facts, company, written)
    owed: list[str] = []
    is_shown = True
    for got in order.received:
        listing = item_receipts_fact(company.source, got.item)
        receipts = object_of(facts.get(listing), "receipts")
        if total(_passed(receipt) for receipt in receipts.values()) < got.passed:
            wait("WAITS_FOR_RECEIPT", on=(listing,))
        taken = []
        for identity in sorted(receipts):
            document = DocumentKey(source=company.source, kind=RECEIPT, id=identity)
            receipt = facts.get(written_fact(document))
            if receipt is not None:
                taken.append(receipt)
            elif is_to_go(facts, document, receipts[identity]):
                owed.append(str(document))
        is_shown = is_shown and _shows(seen, got.item, taken)
    if owed:
        wait("WAITS_FOR_RECEIPT", documents=tuple(owed))
    if not is_shown:
        _wait_for_order(company, seen, "WAITS_FOR_RECEIPT")


def _shows(seen: SeenOrder, item: str, taken: Sequence[JsonObject]) -> bool:
    """Whether the order, as it was read, has what SYSPRO took of the item, or was read after it."""
    last = max((number_of(receipt, "position") for receipt in taken), default=0)
    quantities = (read_amount(object_of(one, "payload").get("quantity")) for one in taken)
    posted = total(quantity or ZERO for quantity in quantities)
    return seen.position > last or total(line.received for line in _lines(seen, item)) >= posted


def _lines(seen: SeenOrder, item: str) -> list[SeenLine]:
    """The lines of SYSPRO that an order item is divided among."""
    return [line for bound, line in seen.lines.items() if item_of(bound) == item]


def _wait_for_order(company: Company, seen: SeenOrder, reason: str) -> NoReturn:
    wait(reason, on=(syspro_fact("syspro_order", company.name, seen.number),))


def _passed(listed: JsonValue) -> Decimal:
    """What came in good by a receipt that was not undone."""
    if not isinstance(listed, dict) or listed.get("is_active") is not True:
        return ZERO
    return read_amount(listed.get("passed")) or ZERO
