"""Every hold, wait and refusal by its code: what it says, why, who acts, what to do. Pure.

A code is a promise: it is stored in rows and events and printed by `status` and `explain`, so it
is never renamed. The planner's own codes stand here with the writer's; `sentence` is what a buyer
reads, and `detail` of a document adds the particulars.

To add one: write its entry in the module of its noun in `reason_texts` (a hold in `orders`,
`bills`, `following`, `vendors`, `people` or `common`; a wait or a settled state in `standing`) with
the factory of its class, inside `acceptable(...)` where a person may let it pass with
`release --accept`. Say it in a plan by `hold`, `wait` or `settle`, or by `hold_unless_accepted` for
an acceptable one: a test refuses a code that no plan says, and one that is said without an entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.core.reason_texts import (
    answers,
    bills,
    common,
    following,
    orders,
    people,
    standing,
    vendors,
    write_backs,
)
from engine.core.reason_texts.entry import AUTOMATIC, ErrorClass, Texts


class Standing(StrEnum):
    """What kind of stop a reason is."""

    HELD = "held"
    WAITING = "waiting"
    SETTLED = "settled"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One code of the catalogue and its texts; `who` is a role, `action` an instruction.

    `is_acceptable`: a person may accept it for one revision of a document.
    """

    code: str
    standing: Standing
    sentence: str
    cause: str
    who: str
    action: str
    error_class: ErrorClass
    is_acceptable: bool

    @property
    def automatic(self) -> str:
        """What happens without anybody."""
        return AUTOMATIC[self.error_class]


def _reasons(kind: Standing, texts: Texts) -> dict[str, Reason]:
    return {
        code: Reason(
            code=code,
            standing=kind,
            sentence=text.sentence,
            cause=text.cause,
            who=text.who,
            action=text.action,
            error_class=text.error_class,
            is_acceptable=text.is_acceptable,
        )
        for code, text in texts.items()
    }


REASONS: Mapping[str, Reason] = {
    **_reasons(Standing.HELD, common.HELD_TEXTS),
    **_reasons(Standing.HELD, vendors.HELD_TEXTS),
    **_reasons(Standing.HELD, orders.HELD_TEXTS),
    **_reasons(Standing.HELD, bills.HELD_TEXTS),
    **_reasons(Standing.HELD, following.HELD_TEXTS),
    **_reasons(Standing.HELD, people.HELD_TEXTS),
    **_reasons(Standing.WAITING, standing.WAITING_TEXTS),
    **_reasons(Standing.SETTLED, standing.SETTLED_TEXTS),
    **_reasons(Standing.ANSWER, answers.ANSWER_TEXTS),
    **_reasons(Standing.ANSWER, write_backs.ANSWER_TEXTS),
}


def sentence_of(code: str) -> str:
    """The sentence of a code; "" for none, the code itself for one that is not catalogued."""
    reason = REASONS.get(code)
    return reason.sentence if reason else code
