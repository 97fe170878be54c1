"""Receipts of Procurify that are still to be in SYSPRO. Pure."""

from decimal import Decimal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import RECEIPT, DocumentKey
from engine.core.money import ZERO, read_amount, total
from projections.decisions import IGNORED, decision_of
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of, written_fact
from projections.plan.company import Company
from projections.plan.orders.seen import order_in_syspro, seen_order
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
        lines = [line for key, line in seen.lines.items() if key.partition("/")[0] == got.item]
        ordered = total(line.quantity for line in lines)
        is_there = total(line.received for line in lines) >= min(got.passed, ordered)
        if not (seen.is_known and is_there):
            wait("WAITING_RECEIPT", on=(syspro_fact("syspro_order", company.name, seen.number),))


def _require_posted(facts: Facts, company: Company, order: Order, written: JsonObject) -> None:
    """Each receipt of Procurify is in SYSPRO, and its order was read since."""
    owed, taken = [], []
    for got in order.received:
        listing = item_receipts_fact(company.source, got.item)
        receipts = object_of(facts.get(listing), "receipts")
        if total(_passed(receipt) for receipt in receipts.values()) < got.passed:
            wait("WAITS_FOR_RECEIPT", on=(listing,))
        for identity in sorted(receipts):
            document = DocumentKey(source=company.source, kind=RECEIPT, id=identity)
            receipt = facts.get(written_fact(document))
            if receipt is not None:
                taken.append(number_of(receipt, "position"))
            elif is_to_go(facts, document, receipts[identity]):
                owed.append(str(document))
    if owed:
        wait("WAITS_FOR_RECEIPT", documents=tuple(owed))
    number = text_of(written, "syspro_key")
    row = order_in_syspro(facts, company, number)
    if number_of(row, "position") < max(taken, default=0):
        wait("WAITS_FOR_RECEIPT", on=(syspro_fact("syspro_order", company.name, number),))


def _passed(listed: JsonValue) -> Decimal:
    """What came in good by a receipt that was not undone."""
    if not isinstance(listed, dict) or listed.get("is_active") is not True:
        return ZERO
    return read_amount(listed.get("passed")) or ZERO
