"""What may be said of a write whose answer was lost, from what Procurify shows now. Pure.

A write that may be repeated is, once two reads show that it is not so; what was made is found by
its code or name; a receipt by the item, the quantities and our user, among those that were not
there before. What cannot be told goes to a person (issue: a receipt in doubt is never repeated).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import ProcurifyPayload, ReceiptReport
from engine.core.protocol import MAX_ATTEMPTS, Verdict
from engine.procurify.models.findings import (
    Already,
    finding,
    key_of,
    made_of,
    receipts_like,
    text_of,
)

LOOKS = 4
"""After so many reads that show nothing of what was made, a person decides."""
UNCLEAR = Verdict(outcome="unclear", rule="LOOK_AGAIN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a doubt: `looks` reads so far, this one counted, showed nothing; `known`
    and `user` are the item's receipts and our own id before the write, from its intent."""

    rows: Sequence[JsonObject]
    looks: int
    attempt: int
    known: Sequence[str] = ()
    user: str = ""


def verdict_on_repeatable(payload: ProcurifyPayload, evidence: Evidence) -> Verdict:
    """Of a PATCH, a PUT or mark-as-paid: it is so, or may be sent again.

    What somebody changed meanwhile may be "sent again" too: the look before the send sees it.
    """
    found = finding(payload, evidence.rows)
    if isinstance(found, Already):
        return Verdict(outcome="committed", rule="FOUND_EQUAL", syspro_key=found.key)
    if evidence.looks < 2:
        return UNCLEAR
    if evidence.attempt >= MAX_ATTEMPTS:
        return Verdict(outcome="escalated", rule="TOO_MANY_ATTEMPTS")
    return Verdict(outcome="not_committed", rule="FOUND_UNCHANGED")


def verdict_on_made(payload: ProcurifyPayload, evidence: Evidence) -> Verdict:
    """Of a POST that makes a vendor, an account code, a department or a receipt: never repeated."""
    if isinstance(payload, ReceiptReport):
        made = receipts_like(payload, evidence.rows, evidence.known)
        if made and not evidence.user:
            return Verdict(outcome="escalated", rule="USER_NOT_KNOWN")
        made = [row for row in made if text_of(row.get("created_by")) == evidence.user]
    else:
        made = made_of(payload, evidence.rows)
    if len(made) == 1:
        key = key_of(payload, made[0])
        return Verdict(outcome="committed", rule="FOUND_EQUAL", syspro_key=key)
    if made:
        return Verdict(outcome="escalated", rule="FOUND_TWICE")
    if evidence.looks < LOOKS:
        return UNCLEAR
    return Verdict(outcome="escalated", rule="FOUND_NOTHING")
