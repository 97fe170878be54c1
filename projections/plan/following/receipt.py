"""A receipt of Procurify becomes one of SYSPRO (PORTOR), once, under a key of its own. Pure.

The receipts of an order item go one after the other, so that what SYSPRO has as received before
each is known. What Procurify undoes or edits afterwards is a person's to put right in SYSPRO: a
receipt that was posted is never taken back by itself.
"""

from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands import ReceiptAdd
from engine.core.keys import RECEIPT, DocumentKey, external_key
from engine.core.money import ZERO, plain, read_amount, total
from projections.documents import UNREADABLE, order_in
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    syspro_fact,
    text_of,
    written_fact,
)
from projections.plan.company import business_day, zone_of
from projections.plan.following.item import PostedItem, SeenLine, item_name, posted_item
from projections.plan.following.pending import is_to_go
from projections.plan.outcomes import Draft, Planned, hold, settle, wait
from projections.plan.texts import fitting
from projections.plan.written import settle_written
from projections.receipts import (
    Receipt,
    item_fact,
    item_in,
    item_receipts_fact,
    receipt_in,
)
from projections.syspro_rows import cell

_NONE = frozenset({"", "N"})


def draft_receipt(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is what was received as good."""
    receipt = receipt_in(facts.get(source_fact(document)))
    if receipt is None:
        return Draft(number=document.id)
    posted = posted_item(facts, document.source, receipt.item)
    name = item_name(facts, document.source, receipt.item)
    return Draft(
        number=f"{document.id} of {name}",
        revision=_revision(receipt),
        company=posted.company.name if posted else "",
    )


def plan_receipt(facts: Facts, tenant: str, document: DocumentKey) -> Planned:
    """The goods that SYSPRO is to receive; raises `Stopped` where there are none, or not yet."""
    body = facts.get(source_fact(document))
    receipt = receipt_in(body)
    if receipt is None:
        hold("SOURCE_UNREADABLE", text_of(body, UNREADABLE))
    written = facts.get(written_fact(document))
    if written is not None:
        _settle_posted(receipt, written)
    if not receipt.is_active or receipt.passed <= 0:
        settle("not_eligible", "NOT_READY")
    posted = posted_item(facts, document.source, receipt.item)
    if posted is None:
        _require_order(facts, document.source, receipt.item)
        settle("not_due")
    if not posted.company.policy.receives_in_procurify:
        settle("off")
    line = _line(facts, posted)
    _require_simple(facts, posted)
    earlier = _earlier(facts, document, receipt)
    before = _received_before(posted, line, earlier)
    if before + receipt.passed > line.ordered:
        what = f"{plain(before)} and {plain(receipt.passed)} of {plain(line.ordered)} ordered"
        hold("RECEIPT_CONFLICT", f"order {posted.number} line {line.number}: {what}")
    return _planned(facts, tenant, document, receipt, posted, line, before)


def _planned(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    receipt: Receipt,
    posted: PostedItem,
    line: SeenLine,
    before: Decimal,
) -> Planned:
    order = order_in(facts.get(source_fact(posted.order)))
    location = order.content.location if order is not None and order.content is not None else ""
    zone = zone_of(facts, document.source, location)
    day = business_day(receipt.received_at, zone, "$.received_at")
    if day is None:
        hold("SOURCE_UNREADABLE", "$.received_at: a day is expected")
    key = external_key(tenant, document)
    return Planned(
        payload=ReceiptAdd(
            purchase_order=posted.number,
            line=line.number,
            external_key=key,
            quantity=plain(receipt.passed),
            unit=text_of(posted.sent[0], "unit"),
            received_on=day,
            received_before=plain(before),
            reference=fitting("reference", f"Procurify receipt {document.id}", 30),
            is_unprinted_allowed=True,
        ),
        action="receive",
        part="receipt",
        revision=_revision(receipt),
        external_key=key,
        company=posted.company.name,
    )


def _revision(receipt: Receipt) -> str:
    return f"received {plain(receipt.passed)}" if receipt.is_active else "undone"


def _settle_posted(receipt: Receipt, written: JsonObject) -> None:
    posted = read_amount(object_of(written, "payload").get("quantity")) or ZERO
    if not receipt.is_active:
        hold("RECEIPT_UNDONE", f"{plain(posted)} received as {text_of(written, 'syspro_key')}")
    if receipt.passed != posted:
        detail = f"{plain(posted)} as {text_of(written, 'syspro_key')}, now {plain(receipt.passed)}"
        hold("RECEIPT_UNDONE", detail)
    settle_written(written)


def _require_order(facts: Facts, source: str, identity: str) -> None:
    """The item's order is to come to SYSPRO, and the plan waits for it; else nothing is due."""
    item = item_in(facts.get(item_fact(source, identity)))
    if item is None:
        wait("REFERENCE_NOT_READ", on=(item_fact(source, identity),))
    order = DocumentKey(source=source, kind="purchase_order", id=item.order)
    body = order_in(facts.get(source_fact(order)))
    if body is not None and body.is_eligible:
        wait("WAITS_FOR_ORDER", documents=(str(order),))


def _line(facts: Facts, posted: PostedItem) -> SeenLine:
    """The one line of SYSPRO that the goods are received on: the one that is not complete."""
    row = syspro_fact("syspro_order", posted.company.name, posted.number)
    if posted.is_cancelled:
        hold("RECEIPT_CONFLICT", f"order {posted.number} is cancelled in SYSPRO")
    if not posted.is_by_quantity:
        hold("RECEIPT_BY_VALUE", f"order {posted.number}")
    if len(posted.lines) < max(len(posted.sent), 1):
        wait("WAITS_FOR_VERIFICATION", on=(row,))
    is_strange = len(posted.lines) > len(posted.sent)
    *others, line = [one for one in posted.lines if not one.is_complete] or posted.lines
    if is_strange or line.is_complete or others:
        is_over = line.is_complete and not is_strange
        what = f"line {line.number} is complete" if is_over else "has several lines of the item"
        hold("RECEIPT_CONFLICT", f"order {posted.number} {what}")
    return line


def _require_simple(facts: Facts, posted: PostedItem) -> None:
    """The goods have neither lots, serial numbers, inspection nor bins, which PORTOR would ask."""
    line = posted.sent[0]
    if line.get("is_stocked") is not True:
        return
    code, warehouse = text_of(line, "stock_code"), text_of(line, "warehouse")
    stock = facts.get(syspro_fact("stock", posted.company.name, code))
    place = facts.get(syspro_fact("warehouse", posted.company.name, warehouse))
    asked = [
        name
        for name, is_asked in (
            ("serial numbers", cell(stock, "SerialMethod") not in _NONE),
            ("lots", cell(stock, "TraceableType") not in _NONE),
            ("inspection", cell(stock, "InspectionFlag") == "Y"),
            ("bins", cell(place, "UseMultipleBins") == "Y"),
        )
        if is_asked
    ]
    if stock is None or asked:
        hold("RECEIPT_NEEDS_DETAILS", f"{code}: {', '.join(asked) or 'not read from SYSPRO'}")


def _earlier(facts: Facts, document: DocumentKey, receipt: Receipt) -> list[JsonObject]:
    """What SYSPRO took of the item's other receipts; waits for the earlier ones that are to go."""
    listed = facts.get(item_receipts_fact(document.source, receipt.item))
    found = []
    receipts = object_of(listed, "receipts")
    for identity in sorted(receipts, key=_age):
        other = DocumentKey(source=document.source, kind=RECEIPT, id=identity)
        if other == document:
            continue
        written = facts.get(written_fact(other))
        if written is not None:
            found.append(written)
        elif _age(identity) < _age(document.id) and is_to_go(facts, other, receipts[identity]):
            wait("WAITS_FOR_RECEIPT", documents=(str(other),))
    return found


def _age(identity: str) -> tuple[int, str]:
    """Receipts are numbered in the order in which they were made."""
    return len(identity), identity


def _received_before(posted: PostedItem, line: SeenLine, earlier: list[JsonObject]) -> Decimal:
    """What SYSPRO has as received on the line, by us; held where somebody else received there."""
    payloads = [object_of(one, "payload") for one in earlier]
    ours = total(
        read_amount(one.get("quantity")) or ZERO
        for one in payloads
        if number_of(one, "line") == line.number
    )
    is_read_since = posted.position > max(
        (number_of(one, "position") for one in earlier), default=0
    )
    if is_read_since and line.received != ours:
        detail = f"{plain(line.received)} received in SYSPRO, {plain(ours)} of it by us"
        hold("RECEIPT_CONFLICT", f"order {posted.number} line {line.number}: {detail}")
    return ours
