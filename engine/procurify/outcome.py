"""How one poll ended, and what the log is told of it."""

from dataclasses import dataclass, field

from engine.core.canonical import JsonObject, JsonValue
from engine.errors import (
    Conflict,
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Transient,
    Unauthorized,
)
from engine.procurify.harvest import Harvest, Tally

SIDE = "procurify"

_CAUSES: tuple[tuple[type[EngineError], str], ...] = (
    (Forbidden, "forbidden"),
    (Unauthorized, "unauthorized"),
    (Throttled, "throttled"),
    (TimedOut, "timed_out"),
    (Transient, "unavailable"),
    (NotFound, "not_found"),
    (Malformed, "malformed"),
    (Misconfigured, "misconfigured"),
    (Conflict, "conflict"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """One poll. `cause` is "" for a complete one; `is_caught_up` says that nothing older waits.

    `retry_after_s` is what the peer asked for, if it did.
    """

    resource: str
    tally: Tally = field(default_factory=Tally)
    is_caught_up: bool = True
    cause: str = ""
    text: str = ""
    retry_after_s: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything in the window was read."""
        return not self.cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a complete read covered, and where the next begins.

    `missed`: how many documents stayed away that were to be expected; 0 while it may be chance.
    """

    window: JsonObject | None = None
    cursor: JsonObject | None = None
    is_caught_up: bool = True
    missed: int = 0


def cause_of(error: EngineError) -> str:
    """One word for the error, stable enough to tell one cause from another."""
    return next((word for kind, word in _CAUSES if isinstance(error, kind)), "unavailable")


def finished_body(
    source: str, resource: str, stretch: Stretch, harvest: Harvest, seconds: float
) -> JsonObject:
    """The body of `PollFinished`; `missed` and `drift` are in it only where there is any."""
    counts: dict[str, JsonValue] = dict(harvest.tally.to_json())
    if stretch.missed:
        counts["missed"] = stretch.missed
    if harvest.drifted:
        counts["drift"] = sorted(harvest.drifted)
    return {
        "side": SIDE,
        "name": source,
        "resource": resource,
        "window": stretch.window,
        **counts,
        "is_complete": True,
        "cursor": stretch.cursor,
        "seconds": f"{seconds:.3f}",
    }


def broken_body(
    source: str, resource: str, cause: str, text: str, cursor: JsonObject | None
) -> JsonObject:
    """The body of `PollBroken`: the cursor is the one that did not move."""
    return {
        "side": SIDE,
        "name": source,
        "resource": resource,
        "cause": cause,
        "text": text,
        "is_complete": False,
        "cursor": cursor,
    }
