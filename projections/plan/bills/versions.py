"""The versions of one bill, of which the latest counts: procurify.md §4.4 (inferred). Pure."""

from engine.core.keys import BILL, DocumentKey
from projections.documents import group_fact
from projections.facts import Facts, object_of, written_fact
from projections.invoices import Bill
from projections.plan.outcomes import hold, settle


def is_outdated(facts: Facts, document: DocumentKey, bill: Bill) -> bool:
    """Whether a later version of the bill is there."""
    own = (bill.version, document.id)
    others = _members(facts, document, bill).items()
    return any((version, member) > own for member, version in others if member != document.id)


def require_latest(facts: Facts, document: DocumentKey, bill: Bill) -> None:
    """The bill is the latest of its versions, and no other was posted; else planning ends."""
    if is_outdated(facts, document, bill):
        settle("ignored", "NEWER_VERSION")
    for member in sorted(_members(facts, document, bill)):
        other = DocumentKey(source=document.source, kind=BILL, id=member)
        if member != document.id and facts.get(written_fact(other)) is not None:
            hold("BILL_CHANGED_AFTER_POST", f"an earlier version was posted: {member}")


def _members(facts: Facts, document: DocumentKey, bill: Bill) -> dict[str, int]:
    if not bill.group:
        return {}
    members = object_of(facts.get(group_fact(document.source, bill.group)), "members")
    return {member: version for member, version in members.items() if isinstance(version, int)}
