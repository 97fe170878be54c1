"""An order whose vendor or currency changed: cancelled, and a new one in its place. Pure.

SYSPRO's orders keep their supplier, and with it their currency (rules.md §5.5, 8 and 9). The new
order is the next generation of its document: another key, another number; `written` keeps the
numbers of those before it. It is planned once the cancellation was accepted.
"""

from engine.core.canonical import JsonObject
from engine.core.commands import PurchaseOrderAdd
from projections.plan.company import Company
from projections.plan.orders.closing import cancellation
from projections.plan.orders.ownership import require_untouched
from projections.plan.orders.seen import SeenOrder
from projections.plan.outcomes import Planned, hold
from projections.plan.written import part_after

REPLACE = "replace"
"""The action of a cancellation that another order is to follow."""


def plan_replacement(
    company: Company,
    before: PurchaseOrderAdd,
    written: JsonObject,
    seen: SeenOrder,
    revision: str,
    what: str,
) -> Planned:
    """The order cancelled to be replaced; held where anything was received or a person changed it.

    `what` says from which supplier and currency to which.
    """
    if seen.is_received:
        hold("VENDOR_CHANGE_AFTER_RECEIPT", f"{seen.number}: {what}")
    require_untouched(company, before, None, seen)
    return Planned(
        payload=cancellation(before, seen.number),
        action=REPLACE,
        part=part_after(written),
        revision=revision,
        external_key=before.external_key,
        company=company.name,
        notices=(f"order {seen.number} is to be replaced: {what}",),
    )
