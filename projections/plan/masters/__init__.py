"""What goes the other way: SYSPRO's suppliers to Procurify, and their codes to vendors. Pure.

`offer` makes vendors of suppliers and keeps them up to date, `code` writes a supplier's code to
the vendor that it is. Both rest on what each side was last seen to hold, so that what we wrote is
no new change once it is read back.
"""

from collections.abc import Callable, Mapping

from engine.core.keys import SUPPLIER, VENDOR_CODE, DocumentKey
from engine.errors import Malformed
from projections.decisions import Decision, decision_of
from projections.facts import Facts
from projections.plan.decided import require_undecided
from projections.plan.masters.code import draft_code, plan_code
from projections.plan.masters.offer import draft_offer, plan_offer
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Stopped

_DRAFTS: Mapping[str, Callable[[Facts, DocumentKey], Draft]] = {
    SUPPLIER: draft_offer,
    VENDOR_CODE: draft_code,
}
_PLANS: Mapping[str, Callable[[Facts, DocumentKey, Draft, Decision], Planned]] = {
    SUPPLIER: plan_offer,
    VENDOR_CODE: plan_code,
}


def is_master(document: DocumentKey) -> bool:
    """Whether the document is a supplier that is offered, or a vendor's code."""
    return document.kind in _PLANS


def plan_master(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    """What the supplier or the code calls for; raises `Ask` and nothing else."""
    draft = Draft(number=document.id)
    try:
        draft = _DRAFTS[document.kind](facts, document)
        decision = decision_of(facts, document)
        facts.accepts = decision.accepted(draft.revision)
        require_undecided(decision, None)
        return draft, _PLANS[document.kind](facts, document, draft, decision)
    except Stopped as stopped:
        return draft, stopped.outcome
    except Malformed as error:
        return draft, Held(reason="SOURCE_UNREADABLE", detail=str(error))
