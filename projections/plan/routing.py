"""Which SYSPRO company a document is for: by the departments and locations of its lines. Pure.

With one company there is nothing to decide. With several, `places` says it. What SYSPRO took from
us stays in its company for good; an order of several companies may be divided (`parts`), and a
bill over it is for the company of the items that it bills. A vendor belongs to every company and
is not routed.
"""

from collections.abc import Iterator
from datetime import date

from engine.core.keys import PURCHASE_ORDER, DocumentKey
from projections.decisions import decision_of
from projections.documents import order_in
from projections.facts import Facts, source_fact, text_of, written_fact
from projections.invoices import Bill, BillContent
from projections.plan.company import Company, company_names, open_company
from projections.plan.outcomes import hold, settle, wait
from projections.plan.parts import companies_of_items
from projections.plan.places import Place, companies_at, day_of, places_of_order
from projections.purchase_orders import Order


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
    found = companies_at(facts, document.source, places_of_order(order.content), names, on)
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
        elif body is not None and (parts := _of_items(facts, order, body, content)):
            found |= parts
        elif body is None or body.content is None:
            unread.append(str(order))
        else:
            places |= set(places_of_order(body.content))
    if not places and not found and unread:
        wait("WAITS_FOR_ORDER", documents=tuple(unread))
    if places or not found:
        found |= companies_at(facts, document.source, places, names, on)
    if len(found) > 1:
        hold("MULTI_COMPANY_BILL", ", ".join(sorted(found)))
    return found.pop()


def _of_items(facts: Facts, order: DocumentKey, read: Order, content: BillContent) -> set[str]:
    """The companies of what is billed of an order that is divided; none for one that is whole."""
    items = [item.order_item for item in content.items if item.order == order.id]
    return companies_of_items(facts, order, read, items)


def _places_of_bill(content: BillContent) -> Iterator[Place]:
    parts = [part for item in content.items for part in item.allocations]
    for part in (*parts, *(cost.allocation for cost in content.costs)):
        yield Place(location=part.location, department=part.department)
