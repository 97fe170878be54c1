"""What a person must know of a reason, in a few lines: why, who, what now, what goes by itself."""

from collections.abc import Sequence

from engine.core.reason_texts.entry import ErrorClass
from engine.core.reasons import Reason
from engine.policies import OWNER_SETTINGS

_KINDS = {
    ErrorClass.NONE: "no trouble",
    ErrorClass.TRANSIENT: "passing trouble",
    ErrorClass.CONFIG: "a setting or a right",
    ErrorClass.WRONG: "what the document or a mapping says",
    ErrorClass.BUSINESS: "a rule of the trade or of the books",
    ErrorClass.CONFLICT: "the two systems contradict each other",
    ErrorClass.IN_DOUBT: "not known yet",
}


def card(reason: Reason, owner: str | None = None) -> Sequence[str]:
    """The lines that follow a reason's sentence.

    `owner`: who acts by the company's policy, "" for the usual; None where no company is meant.
    """
    setting = OWNER_SETTINGS.get(reason.error_class)
    is_open = setting is not None and owner is None
    named = f" (unless the policy's {setting} names somebody)" if is_open else ""
    lines = [
        f"Why        {reason.cause}",
        f"Who        {owner or reason.who}{named}",
        f"What now   {reason.action}",
        f"By itself  {reason.automatic}",
        f"Kind       {reason.error_class}: {_KINDS[reason.error_class]}",
    ]
    if reason.is_acceptable:
        lines.append(
            f"Or         release DOC --accept {reason.code} --reason TEXT, for one revision"
        )
    return lines
