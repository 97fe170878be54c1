"""A purchase order that SYSPRO does not have from us yet: rules.md §5.1. Pure."""

from engine.core.keys import DocumentKey, external_key
from projections.facts import Facts
from projections.plan.company import Company, require_read
from projections.plan.orders.carried import require_carried
from projections.plan.orders.header import check_content, wanted_order
from projections.plan.orders.number import order_number
from projections.plan.outcomes import Planned, settle
from projections.plan.supplier import require_supplier
from projections.purchase_orders import Content, Order


def plan_new_order(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, order: Order
) -> Planned:
    """The order to add; raises `Stopped` where it is there, not to be there, held or waiting."""
    content = require_carried(company, order)
    return plan_generation(facts, tenant, document, company, content, 1)


def plan_generation(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    content: Content,
    generation: int,
) -> Planned:
    """The order to add as that generation of its document, which has a key of its own."""
    key = external_key(tenant, document, generation)
    there = facts.get(f"order_by_key:{company.name}/{key}")
    if there is not None:
        orders = there.get("orders")
        listed = [str(number) for number in orders] if isinstance(orders, list | tuple) else []
        settle("linked", "ALREADY_THERE", syspro_key=listed[0], detail="by our key")
    check_content(company, content)
    number = order_number(facts, company, document, content, key, generation)
    supplier = require_supplier(facts, company, document.source, content.vendor)
    require_read(facts, company, "purchase_order")
    wanted = wanted_order(facts, company, content, supplier, key, number)
    return Planned(
        payload=wanted.payload,
        action="add",
        part="order",
        revision=content.revision,
        external_key=key,
        company=company.name,
        generation=generation,
        notices=wanted.notices,
    )
