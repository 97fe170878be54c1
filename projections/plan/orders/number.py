"""The number that an order gets: Procurify's, with a prefix, or SYSPRO's own. Pure.

A number is never shortened and never used twice. An order that takes the place of another
(`generation` above 1) has its generation behind the number.
"""

from engine.core.keys import ORDER_PART, DocumentKey, whole_order
from projections.documents import order_number_fact
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of
from projections.plan.company import Company
from projections.plan.outcomes import hold
from projections.plan.texts import fitting, outside_code_page
from projections.purchase_orders import Content

NUMBER = 20


def order_number(
    facts: Facts,
    company: Company,
    document: DocumentKey,
    content: Content,
    key: str,
    generation: int,
) -> str | None:
    """The number to ask for; None where SYSPRO numbers orders itself."""
    if company.policy.po_numbering == "auto":
        return None
    _require_unused(facts, document, content.number)
    if document.kind == ORDER_PART:
        _require_unused(facts, whole_order(document), content.number.rpartition("-")[0])
    is_prefixed = company.policy.po_numbering == "prefix"
    prefix = company.policy.po_prefix if is_prefixed else ""
    number = f"{prefix}{content.number}{f'-{generation}' if generation > 1 else ''}"
    if len(number) > NUMBER:
        hold("PO_NUMBER_TOO_LONG", f"{number}: {len(number)} characters, SYSPRO has {NUMBER}")
    if outside_code_page(number):
        hold("NOT_IN_CODE_PAGE", f"number: {outside_code_page(number)}")
    there = facts.get(syspro_fact("syspro_order", company.name, number))
    if there is not None and text_of(there, "external_key") != key:
        hold("PO_NUMBER_REUSED", f"SYSPRO has an order {number}")
    return fitting("number", number, NUMBER)


def _require_unused(facts: Facts, document: DocumentKey, number: str) -> None:
    holders = object_of(facts.get(order_number_fact(document.source, number)), "holders")
    since = number_of(object_of(holders, document.id), "since")
    positions = {other: number_of(object_of(holders, other), "since") for other in holders}
    earlier = [other for other in sorted(positions) if positions[other] < since]
    if earlier:
        hold("PO_NUMBER_REUSED", f"{number} is the number of order {earlier[0]}")
