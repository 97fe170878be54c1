"""Nothing is planned for a company that stands still (rules.md §5.5, 43). Pure."""

from projections.facts import Facts, text_of
from projections.plan.outcomes import Draft, Held, Outcome, Planned
from projections.standstill import standstill_fact


def unless_stopped(facts: Facts, draft: Draft, outcome: Outcome) -> Outcome:
    """The outcome, unless it is a command for, or because of, a company that stands still."""
    if not isinstance(outcome, Planned):
        return outcome
    for company in dict.fromkeys((outcome.company, draft.company)):
        stopped = facts.get(standstill_fact(company)) if company else None
        if stopped is not None:
            return Held(reason="COMPANY_CHANGED", detail=f"{company}: {text_of(stopped, 'why')}")
    return outcome
