"""Plans: what a document and the facts call for. Pure.

`plan` answers with a command, a hold, a wait or the word that nothing is left to do; the facts
that it looked at stay with `facts.needs`. A fact that is not at hand raises `Ask`.
"""

from dataclasses import replace
from typing import assert_never

from engine.core.canonical import JsonObject
from engine.core.keys import (
    BILL,
    ORDER_PART,
    PURCHASE_ORDER,
    DocumentKey,
    external_key,
    whole_order,
)
from engine.core.mapping import mapping_fact
from engine.errors import Malformed
from projections.decisions import Decision, decision_of
from projections.documents import (
    UNREADABLE,
    bill_in,
    bills_of_order_fact,
    invoice_number_fact,
    invoice_stem_fact,
    order_in,
    vendor_in,
)
from projections.facts import Facts, parts_fact, source_fact, text_of, written_fact
from projections.invoices import Bill, BillContent
from projections.plan.bills.kinds import require_carried_somewhere
from projections.plan.bills.post import plan_bill
from projections.plan.company import Company, company_names, open_company
from projections.plan.decided import (
    require_after_cut_over,
    require_planned_mode,
    require_sent_mode,
    require_undecided,
)
from projections.plan.following import is_following, plan_following
from projections.plan.masters import is_master, plan_master
from projections.plan.missing import unless_missing
from projections.plan.orders.add import plan_new_order
from projections.plan.orders.carried import is_carried
from projections.plan.orders.change import plan_written_order
from projections.plan.orders.header import check_content
from projections.plan.orders.hints import order_hints
from projections.plan.outcomes import (
    DIVIDED,
    Draft,
    Held,
    Outcome,
    Planned,
    Settled,
    Stopped,
    hold,
    settle,
)
from projections.plan.parts import companies_of_order, part_of
from projections.plan.places import day_of
from projections.plan.routing import route
from projections.plan.stopped import unless_stopped
from projections.plan.supplier import needs_of_vendor
from projections.plan.vendors import plan_everywhere
from projections.purchase_orders import Content, Order
from projections.references import TODAY, location_fact
from projections.standstill import confirmed_fact
from projections.suppliers import Vendor

__all__ = ["plan"]


Subject = Vendor | Order | Bill


def plan(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    """What the document calls for, as far as the facts go; raises `Ask` and nothing else."""
    planning = _plan_part if document.kind == ORDER_PART else _plan_by_itself
    if is_following(document):
        planning = plan_following
    elif is_master(document):
        planning = plan_master
    draft, outcome = planning(facts, tenant, document)
    return draft, unless_stopped(facts, draft, unless_missing(facts, document, outcome))


def _plan_by_itself(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    body = facts.peek(source_fact(document))
    subject = _read(document, body)
    draft = _draft(subject) if subject is not None else Draft()
    try:
        decision = decision_of(facts, document)
        facts.accepts = decision.accepted(draft.revision)
        if subject is None:
            require_undecided(decision, None)
            hold("SOURCE_UNREADABLE", text_of(body, UNREADABLE))
        if isinstance(subject, Vendor):
            require_undecided(decision, None)
            answer = plan_everywhere(facts, tenant, document, subject, decision)
            return replace(draft, company=answer.company), answer.outcome
        facts.fetch(_first(facts, document, subject))
        if isinstance(subject, Order) and (parts := _parts(facts, document, subject, decision)):
            draft = replace(draft, company=", ".join(parts))
            return draft, Settled(state=DIVIDED)
        if isinstance(subject, Bill):
            require_carried_somewhere(facts, document, subject)
        company = _routed(facts, document, subject, decision)
        company = _of_document(company, document, subject)
        mode = company.policy.mode(document.kind)
        draft = replace(draft, company=company.name, mode=mode)
        return draft, _plan(facts, tenant, document, company, subject, decision, draft.revision)
    except Stopped as stopped:
        return draft, stopped.outcome
    except Malformed as error:
        return draft, Held(reason="SOURCE_UNREADABLE", detail=str(error))


def _plan_part(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    """What the part of an order that is one company's calls for, as an order of its own."""
    body = facts.get(source_fact(document))
    name = document.id.partition("/")[0]
    order, whole = order_in(body), whole_order(document)
    draft = Draft(company=name)
    try:
        decision = decision_of(facts, document)
        if order is None:
            hold("SOURCE_UNREADABLE", text_of(body, UNREADABLE))
        on = day_of(facts, document.source, order.content)
        company = open_company(facts, name, on)
        require_undecided(decision_of(facts, whole), None)
        part = part_of(facts, document, order, company)
        draft = replace(_draft(part), company=name, mode=company.policy.mode(document.kind))
        facts.accepts = decision.accepted(draft.revision)
        if order.content is not None and is_carried(company, order):
            check_content(company, order.content)
        company = replace(_of_document(company, document, part), number=order.number)
        return draft, _plan(facts, tenant, document, company, part, decision, draft.revision)
    except Stopped as stopped:
        return draft, stopped.outcome
    except Malformed as error:
        return draft, Held(reason="SOURCE_UNREADABLE", detail=str(error))


def _parts(
    facts: Facts, document: DocumentKey, order: Order, decision: Decision
) -> tuple[str, ...]:
    """The companies among which the order is divided; a person's decision stands before that."""
    try:
        return companies_of_order(facts, document, order)
    except Stopped:
        require_undecided(decision, None)
        raise


def _read(document: DocumentKey, body: JsonObject | None) -> Subject | None:
    if document.kind == PURCHASE_ORDER:
        return order_in(body)
    return bill_in(body) if document.kind == BILL else vendor_in(body)


def _routed(
    facts: Facts, document: DocumentKey, subject: Order | Bill, decision: Decision
) -> Company:
    """The document's company; a person's decision stands even where it has none yet."""
    try:
        return route(facts, document, subject)
    except Stopped:
        require_undecided(decision, None)
        raise


def _of_document(company: Company, document: DocumentKey, subject: Order | Bill) -> Company:
    """The company with what of the document mappings may depend on."""
    number = subject.number if isinstance(subject, Order) else subject.invoice
    vendor = subject.content.vendor if subject.content is not None else ""
    return replace(company, source=document.source, number=number, vendor=vendor)


def _plan(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    subject: Order | Bill,
    decision: Decision,
    revision: str,
) -> Planned:
    written = facts.get(written_fact(document))
    require_undecided(decision, written)
    if decision.links and written is None:
        key = decision.links.get(company.name, "")
        settle("linked", "ALREADY_THERE", syspro_key=key, detail=decision.why)
    if _is_carried(company, subject):
        require_planned_mode(company, document.kind, written)
        require_after_cut_over(company, written)
    if written is None:
        facts.fetch(_hints(tenant, document, company, subject))
    planned = _command(facts, tenant, document, company, subject, written)
    return require_sent_mode(company, document.kind, decision, revision, planned)


def _is_carried(company: Company, subject: Order | Bill) -> bool:
    return is_carried(company, subject) if isinstance(subject, Order) else subject.is_eligible


def _command(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    subject: Order | Bill,
    written: JsonObject | None,
) -> Planned:
    if isinstance(subject, Bill):
        return plan_bill(facts, tenant, document, company, subject)
    if written is None:
        return plan_new_order(facts, tenant, document, company, subject)
    return plan_written_order(facts, tenant, document, company, subject, written)


def _draft(subject: Subject) -> Draft:
    """What the document's row says whatever its plan comes to."""
    match subject:
        case Vendor():
            return Draft(number=subject.name, revision=subject.revision)
        case Bill() if subject.content is not None:
            return Draft(
                number=subject.invoice,
                amount=str(subject.content.owed),
                currency=subject.content.currency,
                revision=subject.content.revision,
            )
        case Bill():
            return Draft(number=subject.invoice, revision=f"status {subject.status}")
        case Order() if subject.content is not None:
            return Draft(
                number=subject.number,
                amount=str(subject.content.total),
                currency=subject.content.currency,
                revision=subject.content.revision,
            )
        case Order():
            return Draft(number=subject.number, revision=subject.standing)
        case _:
            assert_never(subject)


def _first(facts: Facts, document: DocumentKey, subject: Order | Bill) -> tuple[str, ...]:
    """The facts that routing is sure to look at."""
    location = subject.content.location if subject.content is not None else ""
    return (
        location_fact(document.source, location),
        f"zone:{document.source}",
        parts_fact(document),
        *(f"policy:{name}" for name in company_names(facts)),
        *(confirmed_fact(name) for name in company_names(facts)),
    )


def _hints(
    tenant: str, document: DocumentKey, company: Company, subject: Order | Bill
) -> tuple[str, ...]:
    """The facts that the plan is sure to look at, to be fetched in one round trip."""
    content = subject.content
    if content is None:
        return ()
    if isinstance(content, Content):
        found = order_hints(company, content)
        found.add(f"order_by_key:{company.name}/{external_key(tenant, document)}")
    else:
        found = _bill_hints(document, company, content)
    prefix = company.policy.supplier_prefix
    found |= set(needs_of_vendor(company.name, document.source, content.vendor, prefix))
    return tuple(sorted(found))


def _bill_hints(document: DocumentKey, company: Company, content: BillContent) -> set[str]:
    found = {
        mapping_fact("currency", content.currency),
        mapping_fact("intercompany", content.vendor),
        invoice_number_fact(document.source, content.vendor, content.invoice),
        invoice_stem_fact(document.source, content.invoice),
        f"periods:{company.name}",
        TODAY,
        f"snapshot:{company.name}/invoice",
    }
    parts = [(item.id, part) for item in content.items for part in item.allocations]
    parts.extend(("", cost.allocation) for cost in content.costs)
    for item_id, part in parts:
        use = company.account_use(part.account, part.department, item_id)
        found |= {mapping_fact("account", key) for key in use.lookup_keys()}
    for item in content.items:
        if item.tax_amount != 0:
            found |= {mapping_fact("tax", item.tax), mapping_fact("tax_recoverable", item.tax)}
        elif item.tax:
            found.add(mapping_fact("reverse_charge", item.tax))
        if item.order:
            order = DocumentKey(source=document.source, kind=PURCHASE_ORDER, id=item.order)
            found |= {written_fact(order), source_fact(order)}
            found.add(bills_of_order_fact(document.source, item.order))
    return found
