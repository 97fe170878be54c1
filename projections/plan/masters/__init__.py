"""Master data besides vendors: suppliers and codes to Procurify, reference data both ways. Pure.

`offer` makes vendors of suppliers and keeps them up to date, `code` writes a supplier's code to
the vendor that it is, `references` makes what one side lacks. All rest on what each side was last
seen to hold, so that what we wrote is no new change once it is read back.
"""

from collections.abc import Callable, Mapping

from engine.core.keys import (
    ACCOUNT_CODE,
    LEDGER_CODE,
    SUPPLIER,
    VENDOR_CODE,
    WAREHOUSE,
    DocumentKey,
)
from engine.errors import Malformed
from projections.decisions import Decision, decision_of
from projections.facts import Facts
from projections.plan.decided import require_undecided
from projections.plan.masters.code import draft_code, plan_code
from projections.plan.masters.offer import draft_offer, plan_offer
from projections.plan.masters.references import (
    draft_reference,
    plan_account_code,
    plan_ledger_code,
    plan_warehouse,
)
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Stopped

_DRAFTS: Mapping[str, Callable[[Facts, DocumentKey], Draft]] = {
    SUPPLIER: draft_offer,
    VENDOR_CODE: draft_code,
    LEDGER_CODE: draft_reference,
    WAREHOUSE: draft_reference,
    ACCOUNT_CODE: draft_reference,
}
_PLANS: Mapping[str, Callable[[Facts, DocumentKey, Draft, Decision], Planned]] = {
    SUPPLIER: plan_offer,
    VENDOR_CODE: plan_code,
    LEDGER_CODE: plan_ledger_code,
    WAREHOUSE: plan_warehouse,
}


def is_master(document: DocumentKey) -> bool:
    """Whether the document is a supplier that is offered, a vendor's code, or reference data."""
    return document.kind in _DRAFTS


def plan_master(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    """What the document calls for; raises `Ask` and nothing else."""
    draft = Draft(number=document.id)
    try:
        draft = _DRAFTS[document.kind](facts, document)
        decision = decision_of(facts, document)
        facts.accepts = decision.accepted(draft.revision)
        require_undecided(decision, None)
        if document.kind == ACCOUNT_CODE:
            return draft, plan_account_code(facts, document, draft, decision, tenant)
        return draft, _PLANS[document.kind](facts, document, draft, decision)
    except Stopped as stopped:
        return draft, stopped.outcome
    except Malformed as error:
        return draft, Held(reason="SOURCE_UNREADABLE", detail=str(error))
