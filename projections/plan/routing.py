"""Which SYSPRO company a document is for: by the departments and locations of its lines. Pure.

With one company there is nothing to decide. With several, the mapping kind `company` says it: by
`department:<name>` first, then by the location's name. What SYSPRO took from us stays in its
company for good. A vendor belongs to every company and is not routed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.core.keys import PURCHASE_ORDER, DocumentKey
from engine.core.mapping import mapping_fact
from projections.decisions import decision_of
from projections.documents import order_in
from projections.facts import Facts, source_fact, text_of, written_fact
from projections.invoices import Bill, BillContent
from projections.plan.company import (
    Company,
    business_day,
    company_names,
    mapped_in,
    open_company,
    zone_of,
)
from projections.plan.outcomes import Stopped, hold, hold_unmapped, settle, wait
from projections.purchase_orders import Content, Order
from projections.references import location_fact


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where in Procurify something is charged: the id of a location, the name of a department."""

    location: str
    department: str


def route(facts: Facts, document: DocumentKey, subject: Order | Bill) -> Company:
    """The company of an order or a bill, as of the document's business day.

    Held where a place has no company, or where the parts lead to two; waits for an order that a
    bill depends on, and for a location that was not read yet.
    """
    names = company_names(facts)
    on = day_of(facts, document.source, subject.content)
    if len(names) == 1:
        return open_company(facts, names[0], on)
    written = facts.get(written_fact(document))
    linked = decision_of(facts, document).links
    if written is None and linked:
        return open_company(facts, min(linked), on)
    if isinstance(subject, Order):
        return open_company(facts, _of_order(facts, document, subject, names, on), on)
    if written is not None:
        return open_company(facts, text_of(written, "company"), on)
    if subject.content is None:
        settle("not_eligible", "NOT_READY")
    return open_company(facts, _of_bill(facts, document, subject.content, names, on), on)


def _of_order(
    facts: Facts, document: DocumentKey, order: Order, names: tuple[str, ...], on: date | None
) -> str:
    written = facts.get(written_fact(document))
    home = text_of(written, "company")
    if home and (order.content is None or order.content.revision == text_of(written, "revision")):
        return home
    if order.content is None:
        settle("not_eligible", "NOT_READY")
    found = _companies(facts, document.source, _places_of_order(order.content), names, on)
    if home:
        found = {home, *found}
    if len(found) > 1:
        hold("MULTI_COMPANY_PO", ", ".join(sorted(found)))
    return found.pop()


def _of_bill(
    facts: Facts,
    document: DocumentKey,
    content: BillContent,
    names: tuple[str, ...],
    on: date | None,
) -> str:
    """The company of the orders that are billed and of the places that are charged."""
    places, unread = set(_places_of_bill(content)), []
    found: set[str] = set()
    for identity in dict.fromkeys(item.order for item in content.items if item.order):
        order = DocumentKey(source=document.source, kind=PURCHASE_ORDER, id=identity)
        written = facts.get(written_fact(order))
        body = order_in(facts.get(source_fact(order)))
        if written is not None:
            found.add(text_of(written, "company"))
        elif linked := decision_of(facts, order).links:
            found.update(linked)
        elif body is None or body.content is None:
            unread.append(str(order))
        else:
            places |= set(_places_of_order(body.content))
    if not places and not found and unread:
        wait("WAITS_FOR_ORDER", documents=tuple(unread))
    if places or not found:
        found |= _companies(facts, document.source, places, names, on)
    if len(found) > 1:
        hold("MULTI_COMPANY_BILL", ", ".join(sorted(found)))
    return found.pop()


def _places_of_order(content: Content) -> Iterator[Place]:
    for item in content.items:
        yield Place(location=item.location, department=item.department)
        if len(item.splits) > 1:
            for part in item.splits:
                yield Place(location=part.location, department=part.department)


def _places_of_bill(content: BillContent) -> Iterator[Place]:
    parts = [part for item in content.items for part in item.allocations]
    for part in (*parts, *(cost.allocation for cost in content.costs)):
        yield Place(location=part.location, department=part.department)


def _companies(
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
