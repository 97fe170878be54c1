"""Every hold, wait and refusal by its code: what it says, why, who acts, what to do. Pure.

A code is a promise: it is stored in rows and events and printed by `status` and `explain`, so it
is never renamed. The planner's own codes stand here with the writer's; `sentence` is what a buyer
reads, and `detail` of a document adds the particulars.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.core.reason_texts import HELD_TEXTS
from engine.core.reason_texts_other import SETTLED_TEXTS, WAITING_TEXTS, WRITER_TEXTS


class Standing(StrEnum):
    """What kind of stop a reason is."""

    HELD = "held"
    WAITING = "waiting"
    SETTLED = "settled"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One code of the catalogue and its texts; `who` is a role, `action` an instruction."""

    code: str
    standing: Standing
    sentence: str
    cause: str
    who: str
    action: str


def _reasons(
    standing: Standing, texts: Mapping[str, tuple[str, str, str, str]]
) -> dict[str, Reason]:
    return {
        code: Reason(
            code=code, standing=standing, sentence=sentence, cause=cause, who=who, action=action
        )
        for code, (sentence, cause, who, action) in texts.items()
    }


REASONS: Mapping[str, Reason] = {
    **_reasons(Standing.HELD, HELD_TEXTS),
    **_reasons(Standing.WAITING, WAITING_TEXTS),
    **_reasons(Standing.SETTLED, SETTLED_TEXTS),
    **_reasons(Standing.ANSWER, WRITER_TEXTS),
}


def sentence_of(code: str) -> str:
    """The sentence of a code; "" for none, the code itself for one that is not catalogued."""
    reason = REASONS.get(code)
    return reason.sentence if reason else code
