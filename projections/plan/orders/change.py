"""A purchase order that SYSPRO has from us: what a revision changes: rules.md §5.5, 1 to 13. Pure.

What SYSPRO took is compared with what the source's revision wants, and only what differs is sent.
"""

from collections.abc import Sequence

from engine.core.canonical import JsonObject
from engine.core.commands import PurchaseOrderAdd, PurchaseOrderChange
from engine.core.keys import DocumentKey
from projections.facts import Facts, number_of, syspro_fact, text_of
from projections.plan.company import Company, to_currency
from projections.plan.decided import hold_unless_accepted
from projections.plan.orders.add import plan_generation
from projections.plan.orders.carried import is_carried, require_carried
from projections.plan.orders.closing import plan_cancellation, plan_closing
from projections.plan.orders.header import check_content, wanted_order
from projections.plan.orders.line_changes import Difference, changed_lines, differences
from projections.plan.orders.other_changes import changed_charges, changed_comments
from projections.plan.orders.ownership import owns_due_dates, require_untouched
from projections.plan.orders.replacement import plan_replacement
from projections.plan.orders.rest import parted
from projections.plan.orders.seen import SeenOrder, seen_order
from projections.plan.outcomes import Planned, settle, wait
from projections.plan.supplier import require_supplier
from projections.plan.written import part_after, settle_written, written_order
from projections.purchase_orders import Content, Order


def plan_written_order(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    order: Order,
    written: JsonObject,
) -> Planned:
    """What is owed on the order; raises `Stopped` where nothing is, or nothing may be sent."""
    if written.get("is_cancelled") is True:
        return _plan_successor(facts, tenant, document, company, order, written)
    if order.is_cancelled:
        return plan_cancellation(facts, company, order, written)
    if order.is_closed:
        return plan_closing(facts, company, order, written)
    if order.is_gone:
        planned = plan_closing(facts, company, order, written)
        hold_unless_accepted(facts, "DELETED_IN_PROCURIFY", text_of(written, "syspro_key"))
        return planned
    if not is_carried(company, order) or order.content is None:
        settle_written(written)
    if order.content.revision == text_of(written, "revision"):
        settle_written(written)
    return _change(facts, document, company, require_carried(company, order), written)


def _plan_successor(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    order: Order,
    written: JsonObject,
) -> Planned:
    """The order that takes the place of one that was cancelled, where one is to; else settled."""
    number = text_of(written, "syspro_key")
    if not is_carried(company, order):
        settle("cancelled_in_syspro", syspro_key=number)
    if written.get("is_replaced") is not True:
        hold_unless_accepted(facts, "REOPENED_AFTER_CANCEL", number)
    content = require_carried(company, order)
    generation = (number_of(written, "generation") or 1) + 1
    return plan_generation(facts, tenant, document, company, content, generation)


def _change(
    facts: Facts, document: DocumentKey, company: Company, content: Content, written: JsonObject
) -> Planned:
    before = written_order(written)
    check_content(company, content)
    supplier = require_supplier(facts, company, document.source, content.vendor)
    currency = to_currency(facts, company, content.currency)
    seen = seen_order(facts, company, written)
    if (supplier.code, currency) != (before.supplier, before.currency):
        what = f"{before.supplier} {before.currency} to {supplier.code} {currency}"
        return plan_replacement(company, before, written, seen, content.revision, what)
    found = wanted_order(facts, company, content, supplier, before.external_key, seen.number)
    wanted = parted(before, found.payload, seen)
    differing = differences(company, before, wanted, seen)
    if differing:
        require_untouched(company, before, wanted, seen)
    payload = _payload(facts, company, before, wanted, differing, seen)
    if payload is None:
        settle_written(written, detail=f"revision {content.revision} changes nothing in SYSPRO")
    return Planned(
        payload=payload,
        action="change",
        part=part_after(written),
        revision=content.revision,
        external_key=before.external_key,
        company=company.name,
        notices=found.notices,
    )


def _payload(
    facts: Facts,
    company: Company,
    before: PurchaseOrderAdd,
    wanted: PurchaseOrderAdd,
    differing: Sequence[Difference],
    seen: SeenOrder,
) -> PurchaseOrderChange | None:
    """The change that makes the order what is wanted; None where it is already."""
    lines = tuple(
        line for difference in differing for line in changed_lines(facts, company, difference, seen)
    )
    charges = changed_charges(before.charge_lines, wanted.charge_lines, seen.numbers)
    comments = changed_comments(before.comment_lines, wanted.comment_lines, seen.numbers)
    is_due = owns_due_dates(company) and wanted.due_on != before.due_on
    payload = PurchaseOrderChange(
        purchase_order=seen.number,
        supplier=before.supplier,
        external_key=before.external_key,
        due_on=wanted.due_on if is_due else None,
        is_taxable=wanted.is_taxable,
        lines=lines,
        currency=wanted.currency if charges else "",
        charge_lines=charges,
        comment_lines=comments,
        terms_code=_if_new(before.terms_code, wanted.terms_code),
        buyer=_if_new(before.buyer, wanted.buyer),
        shipping_instructions=_if_new(before.shipping_instructions, wanted.shipping_instructions),
        delivery_name=_if_new(before.delivery_name, wanted.delivery_name),
        delivery_address=()
        if wanted.delivery_address == before.delivery_address
        else wanted.delivery_address,
        postal_code=_if_new(before.postal_code, wanted.postal_code),
        is_zero_price_allowed=any(line.price == 0 for line in lines),
    )
    if _is_empty(payload):
        return None
    numbers = [
        *(line.line for line in lines if line.action != "A"),
        *(line.line for line in charges if line.action != "A"),
        *(line.line for line in comments if line.action != "A"),
    ]
    if None in numbers:
        wait("WAITS_FOR_VERIFICATION", on=(syspro_fact("syspro_order", company.name, seen.number),))
    return payload


def _if_new(old: str, new: str) -> str:
    """The new text where it is another; an empty one cannot be said to SYSPRO, so it stays."""
    return "" if new == old else new


def _is_empty(payload: PurchaseOrderChange) -> bool:
    parts = (
        payload.lines,
        payload.charge_lines,
        payload.comment_lines,
        payload.due_on,
        payload.terms_code,
        payload.buyer,
        payload.shipping_instructions,
        payload.delivery_name,
        payload.delivery_address,
        payload.postal_code,
    )
    return not any(parts)
