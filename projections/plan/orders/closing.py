"""An order that was cancelled or closed in Procurify: rules.md §5.5, 11 and 12. Pure.

While nothing was received it is cancelled in SYSPRO. Else its outstanding lines end: those without
receipts are deleted, the others are complete at what was received (syspro.md §3.1).
"""

from engine.core.canonical import JsonObject
from engine.core.commands import PurchaseOrderAdd, PurchaseOrderCancel, PurchaseOrderChange
from projections.facts import Facts, syspro_fact, text_of
from projections.plan.company import Company
from projections.plan.decided import hold_unless_accepted
from projections.plan.following.pending import require_receipts_carried
from projections.plan.orders.line_changes import ended_lines
from projections.plan.orders.ownership import require_untouched
from projections.plan.orders.seen import SeenOrder, seen_order
from projections.plan.outcomes import Planned, hold, settle, wait
from projections.plan.written import part_after, written_order
from projections.purchase_orders import Order


def plan_cancellation(facts: Facts, company: Company, order: Order, written: JsonObject) -> Planned:
    """The order cancelled, or its outstanding lines ended if the operator may; else settled.

    Held until a person accepts it, where the policy `cancelled_orders` has it so.
    """
    seen = seen_order(facts, company, written)
    if seen.is_received and not company.policy.may_cancel_received:
        hold("RIGHT_MISSING", f"{seen.number}: cancel order with partially received lines")
    planned = plan_closing(facts, company, order, written)
    if company.policy.cancelled_orders == "hold":
        hold_unless_accepted(facts, "CANCELLED_IN_PROCURIFY", f"{seen.number}: {planned.action}")
    return planned


def plan_closing(facts: Facts, company: Company, order: Order, written: JsonObject) -> Planned:
    """Nothing more is to come on the order: cancelled, or its outstanding lines ended.

    What Procurify has as received is to be received in SYSPRO before.
    """
    require_receipts_carried(facts, company, order, written)
    seen = seen_order(facts, company, written)
    if seen.is_cancelled:
        settle("cancelled_in_syspro", syspro_key=seen.number)
    before = written_order(written)
    if seen.is_received or any(line.is_completed for line in before.lines):
        return _end(company, order, before, written, seen)
    require_untouched(company, before, None, seen)
    return Planned(
        payload=cancellation(before, seen.number),
        action="cancel",
        part=part_after(written),
        revision=text_of(written, "revision"),
        external_key=before.external_key,
        company=company.name,
    )


def cancellation(before: PurchaseOrderAdd, number: str) -> PurchaseOrderCancel:
    """The command that cancels an order of ours as a whole."""
    return PurchaseOrderCancel(
        purchase_order=number, supplier=before.supplier, external_key=before.external_key
    )


def _end(
    company: Company,
    order: Order,
    before: PurchaseOrderAdd,
    written: JsonObject,
    seen: SeenOrder,
) -> Planned:
    lines = ended_lines(before, seen)
    if not lines or text_of(written, "revision") == order.standing:
        settle("completed_in_syspro", syspro_key=seen.number)
    if any(line.line is None for line in lines):
        wait("WAITS_FOR_VERIFICATION", on=(syspro_fact("syspro_order", company.name, seen.number),))
    return Planned(
        payload=PurchaseOrderChange(
            purchase_order=seen.number,
            supplier=before.supplier,
            external_key=before.external_key,
            is_taxable=before.is_taxable,
            lines=lines,
        ),
        action="complete",
        part=part_after(written),
        revision=order.standing,
        external_key=before.external_key,
        company=company.name,
    )
