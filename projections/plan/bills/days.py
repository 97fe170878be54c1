"""The days of a bill: its own, when it is due, on which it is posted: rules.md §5.3. Pure."""

from dataclasses import dataclass
from datetime import date

from projections.plan.bills.desk import Desk
from projections.plan.company import business_day, today, zone_of
from projections.plan.outcomes import hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Business days at the bill's location; `due_on` None: by the supplier's terms in SYSPRO."""

    invoiced_on: date
    due_on: date | None
    posted_on: date


def days_of(desk: Desk) -> Days:
    """The bill's days; held without an invoice date, or until the one it has has come.

    Posting is on the posting date that Procurify states, else the invoice date, else the day of
    the approval; where the policy puts the approval first, on that day if there is one.
    """
    content = desk.content
    zone = zone_of(desk.facts, desk.source, content.location)
    invoiced_on = business_day(content.invoiced_at, zone, "$.invoice_date")
    approved_on = business_day(content.approved_at, zone, "$.bill_statuses")
    stated_on = business_day(content.posted_at, zone, "$.gl_post_date")
    if invoiced_on is None:
        hold("SOURCE_UNREADABLE", "$.invoice_date: is missing")
    day = today(desk.facts)
    if day is not None and invoiced_on > day:
        hold("FUTURE_INVOICE_DATE", invoiced_on.isoformat())
    first = approved_on if desk.policy.posting_day == "approval" else None
    return Days(
        invoiced_on=invoiced_on,
        due_on=business_day(content.due_at, zone, "$.due_date"),
        posted_on=first or stated_on or invoiced_on,
    )
