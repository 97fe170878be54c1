"""Goods received in SYSPRO are received in Procurify: by order item, up to the same sum. Pure.

Levels are compared, not receipts: whatever was lost, repeated or typed by hand meanwhile, what is
reported is what is missing, and where nothing is, nothing is written. Received is what SYSPRO's
order line says (MReceivedQty); an order entered more than 45 days ago is read once a day.
"""

from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import ReceiptReport, procurify_addressee
from engine.core.keys import DocumentKey
from engine.core.money import ZERO, plain, read_amount
from projections.facts import Facts, number_of, object_of, written_back_fact
from projections.plan.decided import hold_unless_accepted
from projections.plan.following.item import PostedItem, item_name, posted_item
from projections.plan.outcomes import Draft, Planned, hold, settle

REPORT = "receipt_report"


def draft_report(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is what SYSPRO has received."""
    posted = posted_item(facts, document.source, document.id)
    return Draft(
        number=item_name(facts, document.source, document.id),
        revision=f"received {plain(posted.received)}" if posted else "",
        company=posted.company.name if posted else "",
    )


def plan_report(facts: Facts, tenant: str, document: DocumentKey) -> Planned:
    """The receipt that Procurify lacks; raises `Stopped` where it lacks none, or has more."""
    posted = posted_item(facts, document.source, document.id)
    if posted is None:
        settle("not_due")
    if not posted.company.policy.reports_receipts:
        settle("off")
    back = facts.get(written_back_fact(document, REPORT))
    received, known = posted.received, _known(posted, back)
    if received == known and received:
        settle("in_procurify")
    if received == known or not posted.lines:
        settle("not_due")
    if not posted.is_by_quantity:
        hold("RECEIPT_BY_VALUE", f"{plain(received)} received on order {posted.number}")
    if received < known:
        _require_accepted(facts, received, known)
    if not (posted.id.isascii() and posted.id.isdigit()):
        hold("SOURCE_UNREADABLE", f"$.id: {posted.id[:40]!r} is no id of an order item")
    return Planned(
        payload=ReceiptReport(
            order_item=int(posted.id),
            passed=plain(received - known),
            passed_before=plain(known),
            failed_before=plain(posted.item.failed),
        ),
        action="receive",
        part=f"receipt after {number_of(back, 'count')}",
        revision=f"received {plain(received)}",
        external_key="",
        company=procurify_addressee(document.source),
    )


def _known(posted: PostedItem, back: JsonObject | None) -> Decimal:
    """What Procurify has as received: as last read, or as we wrote it since."""
    if number_of(back, "position") <= posted.item.position:
        return posted.item.passed
    payload = object_of(back, "payload")
    parts = (read_amount(payload.get(name)) or ZERO for name in ("passed", "passed_before"))
    return max(posted.item.passed, sum(parts, ZERO))


def _require_accepted(facts: Facts, received: Decimal, known: Decimal) -> None:
    detail = f"{plain(received)} in SYSPRO, {plain(known)} in Procurify"
    hold_unless_accepted(facts, "RECEIPT_CONFLICT", detail)
    settle("in_procurify", detail=detail)
