"""The days of an order: of itself and due days, as business days at its location. Pure.

A due day that has passed is kept, becomes today, or is held, as the policy `past_due_dates` says;
only where it is not kept does the plan look at the calendar.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from projections.facts import Facts
from projections.plan.company import Company, business_day, today, zone_of
from projections.plan.outcomes import hold
from projections.purchase_orders import Content, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The order's day, its due day, and the zone by which its items' days are read."""

    zone: ZoneInfo
    order_on: date
    due_on: date

    def of_item(self, facts: Facts, company: Company, item: Item, what: str) -> date:
        """The item's own due day, else the order's."""
        day = business_day(item.required_at, self.zone, f"{what} date_required")
        return self.due_on if day is None else _not_past(facts, company, day, what)


def days_of(facts: Facts, company: Company, content: Content) -> Days:
    """The order's days; held where they cannot be read or a passed one is not to be sent."""
    zone = zone_of(facts, company.source, content.location)
    order_on = business_day(content.placed_at, zone, "$.date")
    if order_on is None:
        hold("SOURCE_UNREADABLE", "$.date: is missing")
    promised = business_day(content.promised_at, zone, "$.promise_date")
    due_on = order_on if promised is None else _not_past(facts, company, promised, "order")
    return Days(zone=zone, order_on=order_on, due_on=due_on)


def _not_past(facts: Facts, company: Company, day: date, what: str) -> date:
    policy = company.policy.past_due_dates
    if policy == "keep":
        return day
    now = today(facts)
    if now is None or day >= now:
        return day
    if policy != "today":
        hold("DUE_DATE_PAST", f"{what}: due {day.isoformat()}")
    return now
