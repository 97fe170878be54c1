"""What a person decides about documents becomes events: held, released, approved, and so on.

Reads `documents` to find what is meant and what may be decided, appends to the streams
`decision/<document key>`, writes no table. A call decides all its documents or none: it is refused
when one is not found, when the decision does not fit how one stands, or when somebody else decided
meanwhile (`StaleVersion`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.audit.find import find
from engine.core.events import Event, NewEvent
from engine.core.reasons import REASONS
from engine.db import Database, Row, octets, text
from engine.errors import Malformed, NotFound
from engine.log.contract import Author, Log

EVENTS: Mapping[str, str] = {
    "hold": "DocumentHeld",
    "release": "DocumentReleased",
    "approve": "DocumentApproved",
    "ignore": "DocumentIgnored",
    "link": "DocumentLinked",
    "retry": "RetryAsked",
}
"""What each decision is called in the log."""
MOST = 5000
"""How many documents one decision may be about."""
OF_CAUSE = """
SELECT key, number, body FROM documents WHERE tenant = $1 AND state = ANY($2) AND reason = $3
ORDER BY key LIMIT $4
"""
_REFUSED = ("rejected", "deferred")
_UNSETTLED = frozenset({"sending", "sent", "in_doubt"})
_OURS = frozenset({"in_syspro", "cancelled_in_syspro"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A decision as a person puts it: which one, why, and its particulars.

    `accepts`: the holds that a release lets pass for the present revision; `syspro_key`,
    `company`: what a link leads to, and where.
    """

    verb: str
    reason: str
    accepts: tuple[str, ...] = ()
    syspro_key: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One document that was decided about, and the event that says so."""

    key: str
    number: str
    event: Event


def decision_stream(document: str) -> str:
    """The stream of what people decide about one document."""
    return f"decision/{document}"


async def decide(
    database: Database, log: Log, tenant: str, names: Sequence[str], wish: Wish, author: Author
) -> Sequence[Decided]:
    """The decision is in the log, for every document named; see `audit.find` for names.

    Raises `NotFound` for a name, `Malformed` where the decision does not fit.
    """
    _check(wish)
    rows = {text(row, "key"): row for row in [await find(database, tenant, n) for n in names]}
    return await _append(log, tenant, rows, wish, author)


async def retry_cause(
    database: Database, log: Log, tenant: str, cause: str, wish: Wish, author: Author
) -> Sequence[Decided]:
    """A retry is asked for everything that was refused or put off for one cause; at most `MOST`."""
    _check(wish)
    _known(cause)
    found = await database.fetch(OF_CAUSE, tenant, list(_REFUSED), cause, MOST)
    return await _append(log, tenant, {text(row, "key"): row for row in found}, wish, author)


def _check(wish: Wish) -> None:
    if not wish.reason.strip():
        raise Malformed(f"{wish.verb} needs a reason: what you know that the engine does not")
    for code in wish.accepts:
        if not _known(code):
            listed = ", ".join(code for code, reason in REASONS.items() if reason.is_acceptable)
            raise Malformed(f"{code} cannot be accepted, only cured; these can: {listed}")


def _known(code: str) -> bool:
    """Whether a person may accept the code; raises `NotFound` for one that there is not."""
    reason = REASONS.get(code)
    if reason is None:
        raise NotFound(f"no reason is called {code!r}; `explain` alone lists them all")
    return reason.is_acceptable


async def _append(
    log: Log, tenant: str, rows: Mapping[str, Row], wish: Wish, author: Author
) -> Sequence[Decided]:
    if len(rows) > MOST:
        raise Malformed(f"{len(rows)} documents at once; at most {MOST} are decided by one call")
    events = [_event(key, row, wish) for key, row in rows.items()]
    if not events:
        return []
    latest = await log.latest(tenant, [event.stream for event in events])
    expected = {
        event.stream: latest[event.stream].version if event.stream in latest else 0
        for event in events
    }
    appended = await log.append(tenant, events, author=author, expected=expected)
    return [
        Decided(key=key, number=text(row, "number"), event=event)
        for (key, row), event in zip(rows.items(), appended, strict=True)
    ]


def _event(key: str, row: Row, wish: Wish) -> NewEvent:
    standing: Mapping[str, object] = orjson.loads(octets(row, "body"))
    name = text(row, "number") or key
    state, reason = str(standing.get("state")), str(standing.get("reason"))
    fault = _fault(wish, state, reason)
    if fault:
        raise Malformed(f"{name}: {fault}")
    company = wish.company or str(standing.get("company") or "")
    if wish.verb == "link" and (not company or "," in company):
        raise Malformed(f"{name}: say in which company SYSPRO has it, with --company")
    return NewEvent(
        stream=decision_stream(key),
        type=EVENTS[wish.verb],
        body={
            "document": key,
            "reason": wish.reason.strip(),
            "revision": str(standing.get("revision") or ""),
            "accepts": sorted(set(wish.accepts)),
            "syspro_key": wish.syspro_key,
            "company": company if wish.verb == "link" else "",
        },
    )


def _fault(wish: Wish, state: str, reason: str) -> str:
    """Why the decision does not fit how the document stands; "" where it does."""
    match wish.verb:
        case "approve" if reason != "NEEDS_APPROVAL":
            return f"it is {state}, and waits for no approval"
        case "retry" if state not in _REFUSED:
            return f"it is {state}; only what SYSPRO refused or what was put off is tried again"
        case "link" if state in _OURS:
            return "SYSPRO has it from us already"
        case "link" | "ignore" if state in _UNSETTLED:
            return "it is on its way to SYSPRO; decide when its outcome is known"
        case "release":
            return _release_fault(wish, state, reason)
        case _:
            return ""


def _release_fault(wish: Wish, state: str, reason: str) -> str:
    if wish.accepts or reason in {"HELD_BY_PERSON", "IGNORED_BY_PERSON"} or state == "linked":
        return ""
    known = REASONS.get(reason)
    if known is not None and known.is_acceptable:
        return f"it is held for {reason}; to let it pass, add --accept {reason}"
    return f"no person holds, ignores or links it; it is {state} {reason}".rstrip()
