"""An order over several companies, divided: a part for each, planned as an order of its own. Pure.

Divided by the policy `multi_company_orders` of all its companies (rules.md §5.1). An order that
SYSPRO took whole stays whole, one of which a part was sent stays divided: `order_parts:<order>`
{companies} keeps of whom. A part has the items of its company, its share of what the header says,
and the order's number with a letter: `-A` is the tenant's first company, whichever the order has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.keys import ORDER_PART, DocumentKey, order_part, whole_order
from engine.core.money import share, to_cents, total
from projections.decisions import decision_of
from projections.documents import order_in
from projections.facts import Facts, object_of, parts_fact, source_fact, text_of, written_fact
from projections.merging import objects_of
from projections.plan.company import Company, company_names, open_company
from projections.plan.orders.seen import item_of
from projections.plan.outcomes import Stopped, hold, settle
from projections.plan.places import companies_at, day_of, places_of_item, places_of_order
from projections.purchase_orders import CANCELLED, Content, Item, Order

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def companies_of_order(facts: Facts, order: DocumentKey, read: Order) -> tuple[str, ...]:
    """The companies among which the order is divided, sorted; none for one that is whole."""
    names = company_names(facts)
    if len(names) == 1 or facts.get(written_fact(order)) is not None:
        return ()
    if decision_of(facts, order).links:
        return ()
    sent = set(object_of(facts.get(parts_fact(order)), "companies"))
    if read.content is None:
        return tuple(sorted(sent))
    by_item = _companies_by_item(facts, order, read.content, names)
    found = set().union(*by_item.values())
    is_divided = len(found) > 1 and all(_divides(facts, name) for name in found)
    if not (sent or is_divided):
        _note_parts(facts, order, names)
        return ()
    mixed = [
        f"item {item} {', '.join(sorted(there))}"
        for item, there in by_item.items()
        if len(there) > 1
    ]
    if mixed:
        hold("MULTI_COMPANY_PO", "; ".join(mixed))
    return tuple(sorted(sent | found))


def part_of(facts: Facts, part: DocumentKey, read: Order, company: Company) -> Order:
    """The order as far as it is the company's; settled where none of it is, or ever was."""
    order = whole_order(part)
    companies = companies_of_order(facts, order, read)
    written = facts.get(written_fact(part))
    if written is None and company.name not in companies:
        settle("not_due")
    letter = LETTERS[company_names(facts).index(company.name) % len(LETTERS)]
    own = replace(read, number=f"{read.number}-{letter}")
    if read.content is None:
        return _with_received(own, written)
    by_item = _companies_by_item(facts, order, read.content, company_names(facts))
    if not any(company.name in there for there in by_item.values()):
        return _with_received(replace(own, state=CANCELLED, content=None), written)
    content = _content(read.content, by_item, company.name, letter)
    return _with_received(replace(own, content=content), written)


def order_of_company(facts: Facts, order: DocumentKey, company: Company) -> DocumentKey:
    """The document that the order is in this company: its part there, or the order itself."""
    read = None if company.is_alone else order_in(facts.get(source_fact(order)))
    if read is None:
        return order
    try:
        companies = companies_of_order(facts, order, read)
    except Stopped:
        return order
    return order_part(order, company.name) if company.name in companies else order


def order_with_item(
    facts: Facts, order: DocumentKey, item: str
) -> tuple[DocumentKey, JsonObject | None]:
    """The document with which SYSPRO took an order item, and what it took; None if it did not."""
    written = facts.get(written_fact(order))
    if written is None:
        for name in sorted(object_of(facts.get(parts_fact(order)), "companies")):
            part = order_part(order, name)
            taken = facts.get(written_fact(part))
            if item in _items_of(taken):
                return part, taken
    return order, written


def companies_of_items(
    facts: Facts, order: DocumentKey, read: Order, items: Sequence[str]
) -> set[str]:
    """The companies of these items of an order that is divided; none for one that is not."""
    companies = companies_of_order(facts, order, read)
    if not companies:
        return set()
    found: set[str] = set()
    if read.content is not None:
        by_item = _companies_by_item(facts, order, read.content, company_names(facts))
        found = set().union(*(by_item.get(item, set()) for item in items))
    for item in items:
        part, taken = order_with_item(facts, order, item)
        if taken is not None and part.kind == ORDER_PART:
            found.add(text_of(taken, "company"))
    return found or set(companies)


def _note_parts(facts: Facts, order: DocumentKey, names: tuple[str, ...]) -> None:
    """A part that is sent meanwhile keeps the whole order from being sent: its outcome counts."""
    if any(_divides(facts, name) for name in names):
        for name in names:
            facts.get(written_fact(order_part(order, name)))


def _divides(facts: Facts, name: str) -> bool:
    return open_company(facts, name).policy.multi_company_orders == "split"


def _companies_by_item(
    facts: Facts, order: DocumentKey, content: Content, names: tuple[str, ...]
) -> Mapping[str, set[str]]:
    on = day_of(facts, order.source, content)
    companies_at(facts, order.source, places_of_order(content), names, on)
    return {
        item.id: companies_at(facts, order.source, places_of_item(item), names, on)
        for item in content.items
    }


def _items_of(written: JsonObject | None) -> set[str]:
    lines = objects_of(object_of(written, "payload").get("lines"))
    return {item_of(text_of(line, "item_id")) for line in lines}


def _with_received(order: Order, written: JsonObject | None) -> Order:
    """The part with what was received of its own items."""
    items = order.content.items if order.content is not None else ()
    own = {item.id for item in items} | _items_of(written)
    return replace(order, received=tuple(got for got in order.received if got.item in own))


def _content(
    content: Content, by_item: Mapping[str, set[str]], company: str, letter: str
) -> Content:
    """The company's items, with their share of the header's amounts by what the items come to.

    Shares are cut to the cent, the rest goes to the largest, so that the parts sum to the order.
    """
    names = sorted(set().union(*by_item.values()))
    of_company = {
        name: [item for item in content.items if name in by_item[item.id]] for name in names
    }
    weights = [_worth(of_company[name]) for name in names]
    place = names.index(company)

    def part(amount: Decimal) -> Decimal:
        return share(to_cents(amount), weights)[place]

    items = of_company[company]
    taxes = total(item.tax_amount for item in content.items)
    tax = total(item.tax_amount for item in items) + part(content.tax - taxes)
    freight, other, discount = part(content.freight), part(content.other), part(content.discount)
    worth = weights[place]
    return replace(
        content,
        number=f"{content.number}-{letter}",
        location=next((item.location for item in items if item.location), content.location),
        items=tuple(items),
        subtotal=worth,
        freight=freight,
        other=other,
        tax=tax,
        discount=discount,
        total=worth + freight + other + tax - discount,
    )


def _worth(items: Sequence[Item]) -> Decimal:
    return total(item.total for item in items)
