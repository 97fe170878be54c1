"""Where engines are to die: by name on the post path, by number over a whole life, and twice. Pure.

A crossing is `NAME PHASE` as `engine.crossings` traces it. Wall-clock lives differ from one
another, so a number names a moment and not a place: the trace of the very life that died says
where it was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FIRST: Final = (
    "session.announce after",
    "syspro.logon.last_byte after",
    "syspro.logon.reply_last_byte after",
    "session.persist before",
    "session.persist after",
    "step.PostIntended before",
    "step.PostIntended after",
    "syspro.post.first_byte before",
    "syspro.post.first_byte after",
    "syspro.post.last_byte after",
    "syspro.post.reply_first_byte after",
    "syspro.post.reply_last_byte after",
    "step.PostAccepted before",
    "step.PostAccepted after",
)
"""The post path (reliability.md §3.2), from the logon to the outcome's commit."""

SECOND: Final = (
    "lease.acquire after",
    "syspro.logoff.last_byte after",
    "session.revoke before",
    "session.revoke after",
    "syspro.logon.last_byte after",
    "session.persist after",
    "step.PostInDoubt before",
    "step.PostInDoubt after",
    "step.DoubtFenced before",
    "step.DoubtFenced after",
    "syspro.query.first_byte before",
    "syspro.query.reply_last_byte after",
    "step.DoubtResolved before",
    "step.DoubtResolved after",
)
"""What a recovery goes through: takeover, revocation, fence, drain, query, decision."""

LEAVING: Final = (
    "syspro.logoff.first_byte after",
    "syspro.logoff.reply_last_byte after",
    "session.revoke before",
    "session.revoke after",
    "lease.release before",
    "lease.release after",
)
"""What an engine goes through that was asked to stop."""

STOPS: Final = (*FIRST[5:], "step.PostVerified before", "db.commit before", "db.exec before")
"""Where an engine is stopped in its tracks while another takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """The deeds of one story, life after life, as `engine.crossings.arm` takes them.

    `is_asked`: the engine is asked to stop once all is quiet, and dies while it leaves.
    `is_new`: the story begins with an empty log, not before its first post.
    """

    deeds: tuple[str, ...]
    is_asked: bool = False
    is_new: bool = False


def singles(trace: Sequence[str], many: int) -> list[Fate]:
    """One death each: the first of every place of the trace, then moments spread over all of it."""
    places = list(dict.fromkeys(trace))
    fates = [Fate(deeds=(f"kill={place}#1",), is_new=True) for place in places[:many]]
    left = many - len(fates)
    step = len(trace) / (left + 1)
    moments = [round(step * number) for number in range(1, left + 1)]
    return fates + [Fate(deeds=(f"kill={moment}",), is_new=True) for moment in moments]


def on_the_post_path(trace: Sequence[str], many: int) -> list[Fate]:
    """One death each, at every occurrence of every step of the post path, up to so many."""
    seen = Counter(trace)
    every = [
        (number, place)
        for place in (*FIRST, "step.PostVerified before", "step.PostVerified after")
        for number in range(1, seen[place] + 1)
    ]
    every.sort()
    return [Fate(deeds=(f"kill={place}#{number}",)) for number, place in every[:many]]


def pairs(many: int) -> list[Fate]:
    """Two deaths each: on the post path, then while recovering from that; all, or a spread."""
    every = [
        Fate(deeds=(f"kill={one}#{_real(one)}", f"kill={two}#1"))
        for turn in range(len(SECOND))
        for one, two in zip(FIRST, SECOND[turn:] + SECOND[:turn], strict=True)
    ]
    return every[:many]


def leaving() -> list[Fate]:
    """One death each, while the engine stops because it was asked to."""
    return [Fate(deeds=(f"kill={place}#1",), is_asked=True) for place in LEAVING]


def stops(many: int) -> list[str]:
    """Where to stop an engine, so many times: each place, then each at its next occurrence."""
    rounds = [(turn, place) for turn in range(many) for place in STOPS]
    return [f"stop={place}#{_real(place) + turn}" for turn, place in rounds[:many]]


def _real(place: str) -> int:
    """The first occurrence that is about a document: the first post only asks for PostLD, and the
    first statements only find out where things stand."""
    if place.startswith("db."):
        return 12
    return 2 if place.startswith("syspro.post.") else 1
