"""What a person's decision and the company's mode do to a plan. Pure.

Modes, for each kind of document (rules.md §5.0): `auto` sends, `approve` holds each revision until
a person approves it, `shadow` plans it and keeps what would have been sent, `observe` and `off`
plan nothing. What SYSPRO has from us already stays there in any mode.
"""

from engine.core.canonical import JsonObject
from engine.core.commands import command_type, to_json
from projections.decisions import HELD, IGNORED, Decision
from projections.facts import Facts, text_of
from projections.plan.company import Company
from projections.plan.outcomes import Held, Planned, Settled, Stopped, hold, settle
from projections.plan.written import settle_written

SHADOW, SHADOWED = "shadow", "shadowed"
"""The mode, and the state of a document that is planned in it."""
_UNPLANNED = {"off": "off", "observe": "observed"}


def accepted(facts: Facts, code: str) -> bool:
    """Whether a person accepted this hold for the revision that is being planned."""
    return code in facts.accepts


def hold_unless_accepted(facts: Facts, code: str, detail: str = "") -> None:
    """Planning ends, held for this reason, unless a person accepted it for this revision."""
    if not accepted(facts, code):
        hold(code, detail)


def require_undecided(decision: Decision, written: JsonObject | None) -> None:
    """Nobody holds or ignores the document; else planning ends."""
    if decision.standing == HELD:
        hold("HELD_BY_PERSON", decision.why)
    if decision.standing == IGNORED:
        key = text_of(written, "syspro_key")
        settle("ignored", "IGNORED_BY_PERSON", syspro_key=key, detail=decision.why)


def require_planned_mode(company: Company, kind: str, written: JsonObject | None) -> None:
    """The company has such documents planned; else planning ends."""
    mode = company.policy.mode(kind)
    if mode in _UNPLANNED:
        if written is not None:
            settle_written(written)
        settle(_UNPLANNED[mode])


def require_after_cut_over(company: Company, written: JsonObject | None) -> None:
    """The document is not of a day before the company's cut-over; else planning ends."""
    if written is None and company.is_before_cut_over(company.on):
        settle("before_cut_over")


def require_sent_mode(
    company: Company, kind: str, decision: Decision, revision: str, planned: Planned
) -> Planned:
    """The command may be sent; else held for its approval, or settled with what it would be."""
    mode = company.policy.mode(kind)
    if mode == "approve" and decision.approved != revision:
        held = Held(reason="NEEDS_APPROVAL", detail=planned.action, shadow=_shadow(planned))
        raise Stopped(held)
    if mode == SHADOW:
        raise Stopped(Settled(state=SHADOWED, shadow=_shadow(planned)))
    return planned


def _shadow(planned: Planned) -> JsonObject:
    """What would be sent, as the document's row keeps it."""
    return {
        "type": command_type(planned.payload),
        "action": planned.action,
        "payload": to_json(planned.payload),
    }
