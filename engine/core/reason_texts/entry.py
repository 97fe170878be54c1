"""The shape of a reason's texts, the roles that act, and the classes of rules.md §5.8. Pure.

A factory for each class makes an entry: `wrong(sentence, cause, who, action)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

BUYER = "purchasing"
PAYABLES = "accounts payable"
SETUP = "whoever keeps the mappings"
FINANCE = "finance"
SYSPRO_SIDE = "the SYSPRO administrator"
PROCURIFY_SIDE = "the Procurify administrator"
NOBODY = "nobody"


class ErrorClass(StrEnum):
    """What kind of trouble a reason is, by which its owner is chosen (rules.md §5.8)."""

    NONE = "none"
    TRANSIENT = "transient"
    CONFIG = "config"
    WRONG = "data"
    BUSINESS = "business"
    CONFLICT = "conflict"
    IN_DOUBT = "in-doubt"


AUTOMATIC: Mapping[ErrorClass, str] = {
    ErrorClass.NONE: "It goes on by itself as soon as anything that it rests on changes.",
    ErrorClass.TRANSIENT: "It is sent again by itself, after pauses that grow.",
    ErrorClass.CONFIG: "It is planned again as soon as a setting or a mapping changes.",
    ErrorClass.WRONG: "It is planned again as soon as the document, a mapping or SYSPRO changes.",
    ErrorClass.BUSINESS: "It goes on by itself once what stands against it is gone.",
    ErrorClass.CONFLICT: "Nothing is overwritten; it is planned again when either side changes.",
    ErrorClass.IN_DOUBT: "It is not sent again before it is known whether it took effect; "
    "only this document waits.",
}
"""What happens without anybody, by the class of a reason (rules.md §5.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a reason says. `is_acceptable`: a person may accept it for one revision (`release`)."""

    sentence: str
    cause: str
    who: str
    action: str
    error_class: ErrorClass
    is_acceptable: bool = False


Texts = Mapping[str, Text]


def wrong(sentence: str, cause: str, who: str, action: str) -> Text:
    """A word, a number or a mapping is missing or wrong."""
    return _text(sentence, cause, who, action, ErrorClass.WRONG)


def business(sentence: str, cause: str, who: str, action: str) -> Text:
    """A rule of the trade or of the books stands against it."""
    return _text(sentence, cause, who, action, ErrorClass.BUSINESS)


def conflict(sentence: str, cause: str, who: str, action: str) -> Text:
    """Something else is there already."""
    return _text(sentence, cause, who, action, ErrorClass.CONFLICT)


def config(sentence: str, cause: str, who: str, action: str) -> Text:
    """A setting or a right is missing."""
    return _text(sentence, cause, who, action, ErrorClass.CONFIG)


def transient(sentence: str, cause: str, who: str, action: str) -> Text:
    """It is tried again by itself."""
    return _text(sentence, cause, who, action, ErrorClass.TRANSIENT)


def in_doubt(sentence: str, cause: str, who: str, action: str) -> Text:
    """The outcome of a post is not known."""
    return _text(sentence, cause, who, action, ErrorClass.IN_DOUBT)


def nothing(sentence: str, cause: str, who: str, action: str) -> Text:
    """No trouble at all: it waits, or is settled."""
    return _text(sentence, cause, who, action, ErrorClass.NONE)


def acceptable(text: Text) -> Text:
    """The same, and a person may accept it."""
    return replace(text, is_acceptable=True)


def _text(sentence: str, cause: str, who: str, action: str, kind: ErrorClass) -> Text:
    return Text(sentence=sentence, cause=cause, who=who, action=action, error_class=kind)
