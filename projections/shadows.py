"""What stays of a command that was planned and not sent, while its revision is the same. Pure.

In shadow mode people type into SYSPRO what the engine would have sent. From then on the plan would
find the invoice there, or its receipts matched, and be held; sent in time it would have been
history by then. So what was planned stands beside what was typed (`agreement`), and nobody is
asked to do anything.
"""

from dataclasses import replace

from engine.core.canonical import JsonObject
from projections.facts import object_of, text_of
from projections.plan.decided import SHADOW, SHADOWED
from projections.plan.outcomes import Draft, Held, Outcome, Settled, Waiting


def in_shadow(prior: JsonObject | None, draft: Draft, outcome: Outcome) -> Outcome:
    """The outcome, or what was planned of the revision before SYSPRO changed under it.

    A document that a person linked keeps it too; one that a person holds is held.
    """
    is_same = prior is not None and text_of(prior, "revision") == draft.revision
    kept = object_of(prior, "shadow") if is_same else {}
    if not kept:
        return outcome
    if isinstance(outcome, Settled) and outcome.state == "linked":
        return replace(outcome, shadow=kept)
    is_stopped = isinstance(outcome, Held | Waiting) and outcome.reason != "HELD_BY_PERSON"
    if is_stopped and draft.mode == SHADOW and text_of(prior, "state") == SHADOWED:
        return Settled(state=SHADOWED, shadow=kept)
    return outcome
