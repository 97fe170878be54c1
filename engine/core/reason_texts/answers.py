"""The texts of what SYSPRO answers. Pure."""

from engine.core.reason_texts.entry import (
    NOBODY,
    SYSPRO_SIDE,
    Texts,
    business,
    conflict,
    in_doubt,
    transient,
)

ANSWER_TEXTS: Texts = {
    "REJECTED_BY_SYSPRO": business(
        "SYSPRO refused the document.",
        "Its answer lists errors; the detail quotes them.",
        SYSPRO_SIDE,
        "Correct what the answer names; the document is sent again when what it rests on is read "
        "anew, or when you `retry` it.",
    ),
    "LOCKED_IN_SYSPRO": conflict(
        "Somebody has the supplier, the order or the invoice open in SYSPRO.",
        "It was sent again and again, and each time SYSPRO said that another operator is at work "
        "on it; the detail names the record.",
        SYSPRO_SIDE,
        "Find out who has it open and have it closed, then `retry` the document.",
    ),
    "KEY_CONFLICT": conflict(
        "SYSPRO holds another document under the engine's key.",
        "After a lost answer the look-up found something else than was sent.",
        SYSPRO_SIDE,
        "Compare both documents and decide which one stays, then `resolve` it.",
    ),
    "DOUBT_ESCALATED": in_doubt(
        "It cannot be told whether SYSPRO took the document.",
        "The answer was lost, and no look-up may settle it; `audit` says why and what was seen.",
        SYSPRO_SIDE,
        "Look it up in SYSPRO, then `resolve` it as done, or as absent, which a second person "
        "confirms; SYSPRO is read once more before either counts.",
    ),
    "IN_DOUBT": in_doubt(
        "The answer to a post was lost.",
        "It is looked up in SYSPRO before anything is repeated.",
        NOBODY,
        "Nothing to do; it resolves by itself.",
    ),
    "DEFERRED": transient(
        "The document could not be sent and is sent again later.",
        "The post provably did not reach SYSPRO, or was refused before it took effect.",
        NOBODY,
        "Nothing to do.",
    ),
}
