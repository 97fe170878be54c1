"""A vendor in every company of its tenant: one command at a time, settled when all have it. Pure.

Each company is planned by itself. What can be done is done first; then a hold in one company is
the vendor's, then a wait. A company whose policy does not create suppliers is skipped for a vendor
that is no supplier there, unless it is the only one: an order or a bill that needs the vendor
there is held instead, so that nobody is asked to map vendors that the company never uses. The
vendor is held only when it is skipped everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.core.commands import SupplierAdd
from engine.core.keys import DocumentKey, comparable_key
from projections.decisions import Decision
from projections.facts import Facts, text_of, written_fact
from projections.plan.company import Company, company_names, open_company
from projections.plan.decided import require_planned_mode, require_sent_mode
from projections.plan.outcomes import Held, Outcome, Planned, Settled, Stopped, Waiting, settle
from projections.plan.supplier import find_supplier, needs_of_vendor
from projections.plan.vendors.add import plan_new_supplier
from projections.plan.vendors.change import plan_change
from projections.plan.vendors.templates import is_low_risk
from projections.plan.written import settle_written
from projections.standstill import confirmed_fact
from projections.suppliers import Vendor

SKIPPED = "VENDOR_UNMAPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a vendor comes to, and in which companies: one, or all that have it."""

    company: str
    outcome: Outcome


def plan_everywhere(
    facts: Facts, tenant: str, document: DocumentKey, vendor: Vendor, decision: Decision
) -> Answer:
    """What the vendor calls for, over all companies; raises `Ask`, and `Stopped` without one."""
    names = company_names(facts)
    _fetch(facts, document, names)
    answers = []
    for name in names:
        part = facts.part()
        outcome = _plan_in(part, tenant, document, name, vendor, decision)
        facts.needs.update(part.needs)
        if isinstance(outcome, Planned) and len(names) > 1:
            outcome = replace(outcome, needs=dict(part.needs))
        answers.append(Answer(company=name, outcome=outcome))
    return _together(answers)


def _fetch(facts: Facts, document: DocumentKey, names: Sequence[str]) -> None:
    facts.fetch([*(f"policy:{name}" for name in names), *map(confirmed_fact, names)])
    companies = [open_company(facts, name) for name in names]
    wanted: set[str] = set()
    for company in companies:
        prefix = company.policy.supplier_prefix
        wanted |= set(needs_of_vendor(company.name, document.source, document.id, prefix))
    facts.fetch(sorted(wanted))


def _plan_in(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    name: str,
    vendor: Vendor,
    decision: Decision,
) -> Outcome:
    company = open_company(facts, name)
    try:
        if vendor.is_eligible:
            written = facts.get(written_fact(document, name))
            require_planned_mode(company, document.kind, written)
        planned = plan_vendor(facts, tenant, document, company, vendor)
        if _is_approved_by_policy(company, vendor, planned):
            return planned
        return require_sent_mode(company, document.kind, decision, vendor.revision, planned)
    except Stopped as stopped:
        return stopped.outcome


def _is_approved_by_policy(company: Company, vendor: Vendor, planned: Planned) -> bool:
    """Whether a new supplier is of a group that the policy `auto_vendors` approves by itself."""
    if company.policy.mode_vendor != "approve" or not isinstance(planned.payload, SupplierAdd):
        return False
    return is_low_risk(company.policy, vendor, planned.payload.currency)


def plan_vendor(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, vendor: Vendor
) -> Planned:
    """What a company's supplier lacks; `Stopped` where it lacks nothing, is none, or is held.

    A vendor that was mapped or linked to another supplier than the one we created for it was merged
    into that one: what is under way is planned for it, what was sent stays where it is, and its
    fields are the business of the vendor that it was before (31).
    """
    written = facts.get(written_fact(document, company.name))
    ours = text_of(written, "syspro_key")
    if not vendor.is_eligible:
        if written is None:
            settle("not_eligible", "NOT_READY")
        settle("in_syspro", syspro_key=ours)
    found = find_supplier(facts, company, document.source, document.id)
    if found is None:
        return plan_new_supplier(facts, tenant, document, company, vendor)
    if ours and comparable_key(ours) != comparable_key(found.code):
        settle("linked", "VENDOR_MERGED", syspro_key=found.code, detail=f"{ours} before")
    change = plan_change(facts, tenant, document, company, vendor, found.code, written)
    if change is None and found.found_by == "written":
        settle_written(written)
    if change is None:
        settle("linked", "ALREADY_THERE", syspro_key=found.code, detail=f"by {found.found_by}")
    return change


def _together(answers: Sequence[Answer]) -> Answer:
    """The vendor's own answer from those of its companies."""
    kept = [answer for answer in answers if not _is_skipped(answer.outcome)] or answers[:1]
    planned = [answer.outcome for answer in kept if isinstance(answer.outcome, Planned)]
    if planned:
        first = replace(planned[0], others=tuple(planned[1:]))
        return Answer(company=first.company, outcome=first)
    for kind in (Held, Waiting):
        for answer in kept:
            if isinstance(answer.outcome, kind):
                return answer
    return _settled(kept)


def _is_skipped(outcome: Outcome) -> bool:
    return isinstance(outcome, Held) and outcome.reason == SKIPPED


def _settled(answers: Sequence[Answer]) -> Answer:
    found = [(a.company, a.outcome) for a in answers if isinstance(a.outcome, Settled)]
    companies = ", ".join(company for company, _ in found)
    if len(found) == 1:
        return Answer(company=companies, outcome=found[0][1])
    outcomes = [outcome for _, outcome in found]
    leading = next((one for one in outcomes if one.state == "in_syspro"), outcomes[0])
    reasons = {one.reason for one in outcomes}
    keys = dict.fromkeys(one.syspro_key for one in outcomes if one.syspro_key)
    told = [f"{company} {one.syspro_key}: {one.detail}".strip(": ") for company, one in found]
    differs = "DIFFERS_IN_SYSPRO"
    return Answer(
        company=companies,
        outcome=Settled(
            state=leading.state,
            reason=differs if differs in reasons else leading.reason,
            syspro_key=", ".join(keys),
            detail="; ".join(told) if keys else "",
        ),
    )
