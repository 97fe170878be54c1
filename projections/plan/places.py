"""Where in Procurify something is charged, and which SYSPRO company that is. Pure.

The mapping kind `company` says it: by `department:<name>` first, then by the location's name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.core.mapping import mapping_fact
from projections.facts import Facts, text_of
from projections.invoices import BillContent
from projections.plan.company import business_day, mapped_in, zone_of
from projections.plan.outcomes import Stopped, hold, hold_unmapped, wait
from projections.purchase_orders import Content, Item
from projections.references import location_fact


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where in Procurify something is charged: the id of a location, the name of a department."""

    location: str
    department: str


def places_of_order(content: Content) -> Iterator[Place]:
    """Where the items of an order are charged."""
    for item in content.items:
        yield from places_of_item(item)


def places_of_item(item: Item) -> Iterator[Place]:
    """Where an item is charged; each part of one that is divided among accounts."""
    yield Place(location=item.location, department=item.department)
    if len(item.splits) > 1:
        for part in item.splits:
            yield Place(location=part.location, department=part.department)


def companies_at(
    facts: Facts, source: str, places: Iterable[Place], names: tuple[str, ...], on: date | None
) -> set[str]:
    """The companies of the places, at least one; held where a place has none."""
    wanted = sorted(set(places)) or [Place(location="", department="")]
    facts.fetch(
        {location_fact(source, place.location) for place in wanted}
        | {mapping_fact("company", f"department:{place.department}") for place in wanted}
    )
    return {_company(facts, source, place, names, on) for place in wanted}


def _company(
    facts: Facts, source: str, place: Place, names: tuple[str, ...], on: date | None
) -> str:
    if place.department:
        found = mapped_in(facts, "", "company", f"department:{place.department}", on)
        if found:
            return _known(found, f"department {place.department}", names)
    if not place.location:
        place_name = f"department:{place.department}"
        if place.department:
            hold_unmapped("COMPANY_UNMAPPED", "company", place_name, "no location")
        hold("COMPANY_UNMAPPED", "no department and no location")
    key = location_fact(source, place.location)
    row = facts.get(key)
    if row is None:
        wait("REFERENCE_NOT_READ", on=(key,))
    name = text_of(row, "name")
    found = mapped_in(facts, "", "company", name, on) if name else ""
    if not found:
        shown = name or place.location
        hold_unmapped("COMPANY_UNMAPPED", "company", shown, f"location {shown}")
    return _known(found, f"location {name}", names)


def _known(company: str, what: str, names: tuple[str, ...]) -> str:
    if company not in names:
        hold("COMPANY_UNMAPPED", f"{what} is mapped to {company}, which is not set up")
    return company


def day_of(facts: Facts, source: str, content: Content | BillContent | None) -> date | None:
    """The business day of an order, or that of a bill's posting; None if it cannot be read.

    What is wrong with the day is told where a plan needs it.
    """
    if content is None:
        return None
    if isinstance(content, Content):
        text, path = content.placed_at, "$.date"
    else:
        text, path = content.posted_at or content.invoiced_at, "$.gl_post_date"
    try:
        return business_day(text, zone_of(facts, source, content.location), path)
    except Stopped:
        return None
