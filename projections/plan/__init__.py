"""Plans: what a document and the facts call for. Pure.

`plan` answers with a command, a hold, a wait or the word that nothing is left to do; the facts
that it looked at stay with `facts.needs`. A fact that is not at hand raises `Ask`.
"""

from engine.core.canonical import JsonObject
from engine.core.keys import BILL, PURCHASE_ORDER, DocumentKey, comparable_key, external_key
from engine.core.mapping import account_keys, mapping_fact
from engine.errors import Malformed
from projections.documents import (
    UNREADABLE,
    bill_in,
    invoice_number_fact,
    order_in,
    vendor_in,
)
from projections.facts import Facts, source_fact, text_of, written_fact
from projections.invoices import Bill, BillContent
from projections.plan.bill import grand_total, plan_bill
from projections.plan.company import Company, route
from projections.plan.order import plan_new_order
from projections.plan.order_change import plan_written_order
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Stopped
from projections.plan.supplier import needs_of_vendor, plan_vendor
from projections.purchase_orders import Content, Order

__all__ = ["draft_of", "plan"]


def plan(facts: Facts, tenant: str, document: DocumentKey) -> Outcome:
    """What the document calls for, as far as the facts go; raises `Ask` and nothing else."""
    body = facts.peek(source_fact(document))
    try:
        if body is None or UNREADABLE in body:
            return Held(reason="SOURCE_UNREADABLE", detail=text_of(body, UNREADABLE))
        company = route(facts)
        if facts.peek(written_fact(document)) is None:
            facts.fetch(_hints(tenant, document, company, body))
        return _plan(facts, tenant, document, company, body)
    except Stopped as stopped:
        return stopped.outcome
    except Malformed as error:
        return Held(reason="SOURCE_UNREADABLE", detail=str(error))


def _plan(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, body: JsonObject
) -> Planned:
    if document.kind == PURCHASE_ORDER:
        order = order_in(body)
        assert order is not None
        written = facts.get(written_fact(document))
        if written is None:
            return plan_new_order(facts, tenant, document, company, order)
        return plan_written_order(facts, document, company, order, written)
    if document.kind == BILL:
        bill = bill_in(body)
        assert bill is not None
        return plan_bill(facts, tenant, document, company, bill)
    vendor = vendor_in(body)
    assert vendor is not None
    return plan_vendor(facts, tenant, document, company, vendor)


def draft_of(document: DocumentKey, body: JsonObject | None) -> Draft:
    """What the document's row says whatever its plan comes to."""
    if document.kind == PURCHASE_ORDER:
        return _order_draft(order_in(body))
    if document.kind == BILL:
        return _bill_draft(bill_in(body))
    vendor = vendor_in(body)
    return Draft(number=vendor.name, revision=vendor.revision) if vendor else Draft()


def _order_draft(order: Order | None) -> Draft:
    if order is None or order.content is None:
        return Draft(number=order.number if order else "")
    content = order.content
    return Draft(
        number=order.number,
        amount=str(content.total),
        currency=content.currency,
        revision=content.revision,
    )


def _bill_draft(bill: Bill | None) -> Draft:
    if bill is None or bill.content is None:
        return Draft(number=bill.invoice if bill else "")
    content = bill.content
    return Draft(
        number=bill.invoice,
        amount=str(grand_total(content)),
        currency=content.currency,
        revision=content.revision,
    )


def _hints(
    tenant: str, document: DocumentKey, company: Company, body: JsonObject
) -> tuple[str, ...]:
    """The facts that the plan is sure to look at, to be fetched in one round trip."""
    found = {written_fact(document)}
    vendor, location = "", ""
    if document.kind == PURCHASE_ORDER:
        order = order_in(body)
        found.add(f"order_by_key:{company.name}/{external_key(tenant, document)}")
        if order and order.content:
            vendor, location = order.content.vendor, order.content.location
            found |= _order_hints(company, order.content)
    elif document.kind == BILL:
        bill = bill_in(body)
        if bill and bill.content:
            vendor, location = bill.content.vendor, bill.content.location
            found |= _bill_hints(document, company, bill.content)
    else:
        vendor = document.id
    if vendor:
        prefix = company.text("supplier_prefix", "V")
        found |= set(needs_of_vendor(company.name, document.source, vendor, prefix))
    if location:
        found.add(f"location:{document.source}/{location}")
    return tuple(sorted(found))


def _order_hints(company: Company, content: Content) -> set[str]:
    found = {
        mapping_fact("currency", content.currency),
        mapping_fact("terms", content.term),
        *(f"snapshot:{company.name}/{kind}" for kind in ("stock_code", "purchase_order")),
    }
    for item in content.items:
        found |= {
            mapping_fact("account", key) for key in account_keys(item.account, item.department)
        }
        found |= {mapping_fact("tax", tax) for tax in item.taxes}
        found.add(mapping_fact("unit", item.unit))
        found.add(mapping_fact("department", item.department))
        found.add(f"stock:{company.name}/{comparable_key(item.sku)}")
    return found


def _bill_hints(document: DocumentKey, company: Company, content: BillContent) -> set[str]:
    found = {
        mapping_fact("currency", content.currency),
        invoice_number_fact(document.source, content.vendor, content.invoice),
        f"periods:{company.name}",
        f"snapshot:{company.name}/invoice",
    }
    parts = [part for item in content.items for part in item.allocations]
    parts.extend(cost.allocation for cost in content.costs)
    for part in parts:
        found |= {
            mapping_fact("account", key) for key in account_keys(part.account, part.department)
        }
    for item in content.items:
        found.add(mapping_fact("tax", item.tax))
        if item.order:
            order = DocumentKey(source=document.source, kind=PURCHASE_ORDER, id=item.order)
            found |= {written_fact(order), source_fact(order)}
    return found
