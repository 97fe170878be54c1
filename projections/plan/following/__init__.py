"""What follows from orders and bills: receipts and payments, both ways (rules.md §5.4). Pure.

`report` tells Procurify what SYSPRO received of an order item, `receipt` has SYSPRO receive what
Procurify did, `payment` marks bills as paid that SYSPRO paid; `item` is an order item as both
sides have it, `pending` what is still to come.
"""

from collections.abc import Callable, Mapping

from engine.core.keys import PAYMENT, RECEIPT, RECEIPT_REPORT, DocumentKey
from engine.errors import Malformed
from projections.decisions import decision_of
from projections.facts import Facts
from projections.plan.decided import require_undecided
from projections.plan.following.payment import draft_payment, plan_payment
from projections.plan.following.receipt import draft_receipt, plan_receipt
from projections.plan.following.report import draft_report, plan_report
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Stopped

_DRAFTS: Mapping[str, Callable[[Facts, DocumentKey], Draft]] = {
    RECEIPT: draft_receipt,
    RECEIPT_REPORT: draft_report,
    PAYMENT: draft_payment,
}
_PLANS: Mapping[str, Callable[[Facts, str, DocumentKey], Planned]] = {
    RECEIPT: plan_receipt,
    RECEIPT_REPORT: plan_report,
    PAYMENT: plan_payment,
}


def is_following(document: DocumentKey) -> bool:
    """Whether the document is a receipt or a payment."""
    return document.kind in _PLANS


def plan_following(facts: Facts, tenant: str, document: DocumentKey) -> tuple[Draft, Outcome]:
    """What the receipt or payment calls for; raises `Ask` and nothing else."""
    draft = _draft(facts, document)
    try:
        decision = decision_of(facts, document)
        facts.accepts = decision.accepted(draft.revision)
        require_undecided(decision, None)
        return draft, _PLANS[document.kind](facts, tenant, document)
    except Stopped as stopped:
        return draft, stopped.outcome
    except Malformed as error:
        return draft, Held(reason="SOURCE_UNREADABLE", detail=str(error))


def _draft(facts: Facts, document: DocumentKey) -> Draft:
    """What the row says besides; the id alone where what it would say cannot be told."""
    try:
        return _DRAFTS[document.kind](facts, document)
    except (Stopped, Malformed):
        return Draft(number=document.id)
