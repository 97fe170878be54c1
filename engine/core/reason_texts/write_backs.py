"""The texts of what Procurify answers to what is written back to it. Pure."""

from engine.core.reason_texts.entry import (
    NOBODY,
    PROCURIFY_SIDE,
    Texts,
    business,
    config,
    conflict,
    in_doubt,
    transient,
)

ANSWER_TEXTS: Texts = {
    "PROCURIFY_REFUSED": business(
        "Procurify refused what was to be written back.",
        "Its answer lists what is wrong; the detail quotes it.",
        PROCURIFY_SIDE,
        "Correct what the answer names; it is written again when an input changes.",
    ),
    "PROCURIFY_FORBIDDEN": config(
        "The engine may not write this to Procurify.",
        "The role of the API application's owner lacks the right.",
        PROCURIFY_SIDE,
        "Give the owner's role the right, then have it tried again.",
    ),
    "CHANGED_IN_PROCURIFY": conflict(
        "Somebody changed it in Procurify since it was planned.",
        "What a person changed is not overwritten; the detail says what reads otherwise.",
        PROCURIFY_SIDE,
        "Nothing to do if the change is right; it is planned again with what is read next.",
    ),
    "WRITE_BACK_IN_DOUBT": in_doubt(
        "The answer to a write to Procurify was lost.",
        "It is looked up in Procurify before anything is repeated.",
        NOBODY,
        "Nothing to do; it resolves by itself.",
    ),
    "WRITE_BACK_ESCALATED": in_doubt(
        "It cannot be told whether Procurify took what was written.",
        "The answer was lost and it is not found there once, so it is not repeated on a guess.",
        PROCURIFY_SIDE,
        "Look it up in Procurify, then `resolve` it as done or as absent.",
    ),
    "WRITE_BACK_DEFERRED": transient(
        "It could not be written to Procurify and is written again later.",
        "Procurify was provably not reached, or refused before it did anything.",
        NOBODY,
        "Nothing to do.",
    ),
}
