"""Where a command stands, folded from its events: the one table of allowed transitions. Pure.

    ready ──PostIntended──▶ sending ──PostAccepted──▶ accepted ──PostVerified──▶ verified
                               │ ├──PostRejected──▶ rejected  (ready again if an input changes)
                               │ ├──PostDeferred──▶ deferred  (provably no effect; sent again)
                               │ └──PostInDoubt───▶ in_doubt ──DoubtResolved──▶
                               │        accepted | ready (not committed) | conflict | escalated
    conflict, escalated ──VerdictGiven──▶ escalated, with the word of people, which is read after:
                                          DoubtResolved, or OverrideRefused where it is contradicted

What is `sending` or `in_doubt` is never failed and never repeated on a guess (reliability.md
§4.4). The planner alone makes rows, replaces a `ready` one and supersedes it.
"""

from collections.abc import Mapping
from enum import StrEnum

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event


class CommandState(StrEnum):
    """Where a command stands; see the module's picture."""

    READY = "ready"
    SENDING = "sending"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"
    CONFLICT = "conflict"
    ESCALATED = "escalated"
    SUPERSEDED = "superseded"
    LINKED = "linked"


OPEN = frozenset({CommandState.SENDING, CommandState.IN_DOUBT, CommandState.ESCALATED})
"""States in which SYSPRO may hold, or may come to hold, an effect that we do not know of."""

SENDABLE = frozenset({CommandState.READY, CommandState.DEFERRED})
"""States from which a lane may send."""

_NEXT: Mapping[str, CommandState] = {
    "PostIntended": CommandState.SENDING,
    "PostAccepted": CommandState.ACCEPTED,
    "PostRejected": CommandState.REJECTED,
    "PostDeferred": CommandState.DEFERRED,
    "PostInDoubt": CommandState.IN_DOUBT,
    "DoubtFenced": CommandState.IN_DOUBT,
    "PostVerified": CommandState.VERIFIED,
}
_RESOLVED: Mapping[str, CommandState] = {
    "committed": CommandState.ACCEPTED,
    "not_committed": CommandState.READY,
    "conflict": CommandState.CONFLICT,
    "escalated": CommandState.ESCALATED,
}
BY_PERSON = "BY_PERSON"
"""The rule by which a doubt is resolved that went to a person."""
CHANGED = frozenset({"CHANGED_IN_SYSPRO", "CHANGED_IN_PROCURIFY"})
"""Reasons of a command that a look-up found overtaken: it is not sent again, but planned again."""

LOCKED = "locked"
"""The cause of a deferral when somebody had open what the command would change."""
PARTIAL = "partial"
"""The cause of a doubt whose answer says that a part of one document was accepted."""
FOUND_TWICE = "FOUND_TWICE"
"""The rule by which a doubt goes to people because our key stands there more than once."""
OVERRIDE_REFUSED = "OVERRIDE_REFUSED"
"""The reason of a command of which people said what SYSPRO contradicts."""
_SAID = frozenset({"VerdictProposed", "VerdictGiven", "OverrideRefused"})
"""What people say of a command to SYSPRO that went to them, and that it did not count."""

COMMAND_EVENTS = frozenset({*_NEXT, *_SAID, "DoubtResolved", "LookupAnswered"})


def breach_of(kind: str, body: Mapping[str, JsonValue]) -> str:
    """What an event of a command says that can never be, so that nothing more may be sent; ""."""
    match kind:
        case "PostInDoubt" if body.get("cause") == PARTIAL:
            return "was accepted in part, though it is sent as one"
        case "DoubtResolved" if body.get("rule") == FOUND_TWICE:
            return "stands there more than once under one key of ours"
        case _:
            return ""


def evolve_command(row: JsonObject, event: Event) -> JsonObject:
    """The command's row after one of its events; `version` follows the stream, gap or not."""
    body = event.body or {}
    changed: dict[str, JsonValue] = {
        **row,
        "version": event.version,
        "changed_at": event.recorded_at.isoformat(),
    }
    if event.type == "DoubtResolved":
        changed["state"] = _RESOLVED[str(body["outcome"])]
        changed["reason"] = str(body["rule"])
    elif event.type == "LookupAnswered":
        if body.get("is_as_planned") is False:
            changed["state"] = CommandState.DEFERRED
            changed["reason"] = str(body.get("reason") or "CHANGED_IN_SYSPRO")
    elif event.type in _SAID:
        if event.type != "VerdictProposed":
            changed["state"] = CommandState.ESCALATED
        return {**changed, **_said(event, body)}
    else:
        changed["state"] = _NEXT[event.type]
    return {**changed, **_details(row, event, body)}


def _details(row: JsonObject, event: Event, body: JsonObject) -> JsonObject:
    match event.type:
        case "PostIntended":
            return {
                "attempt": body["attempt"],
                "session_tag": body["session_tag"],
                "intended_at": event.recorded_at.isoformat(),
                "intent_position": event.position,
                "fenced_at": None,
                "reason": "",
                "text": "",
            }
        case "PostAccepted":
            return {"syspro_key": _key(body), "reason": "", "text": ""}
        case "PostRejected":
            return {"reason": body["reason"], "text": body["text"]}
        case "PostDeferred":
            count = row.get("deferrals")
            deferrals = count + 1 if isinstance(count, int) else 1
            put_off = {"reason": body["cause"], "text": body["text"], "deferrals": deferrals}
            return {**put_off, **_locks(row)} if body["cause"] == LOCKED else put_off
        case "PostInDoubt":
            return {"reason": body["cause"], "text": body["text"]}
        case "DoubtFenced":
            return {"fenced_at": event.recorded_at.isoformat()}
        case "DoubtResolved":
            over: JsonObject = {"word": "", "word_key": ""} if row.get("word") else {}
            if body["outcome"] != "committed":
                return over
            return {**over, "syspro_key": _key(body), "text": ""}
        case "PostVerified":
            return {"is_equal": body["is_equal"], "lines": body["lines"]}
        case _:
            return {}


def _locks(row: JsonObject) -> JsonObject:
    """One lock more that the command met since it was planned as it is now."""
    count = row.get("locks")
    return {"locks": count + 1 if isinstance(count, int) else 1}


def _said(event: Event, body: JsonObject) -> JsonObject:
    """A proposal waits for a second person; a verdict is read after; what is contradicted ends."""
    outcome, key = str(body.get("outcome")), str(body.get("syspro_key") or "")
    match event.type:
        case "VerdictProposed":
            text = f"{event.actor} says that SYSPRO has it not; a second person must confirm it"
            return {"proposal": {"outcome": outcome, "actor": event.actor}, "text": text}
        case "VerdictGiven":
            text = f"{event.actor} gave the verdict {outcome}; SYSPRO is read once more"
            return {"proposal": None, "word": outcome, "word_key": key, "text": text}
        case _:
            shows = f"SYSPRO shows it as {key}" if key else "SYSPRO does not show it"
            return {
                "proposal": None,
                "word": "",
                "word_key": "",
                "reason": OVERRIDE_REFUSED,
                "text": f"the verdict was refused: {shows}",
            }


def _key(body: JsonObject) -> JsonValue:
    """The addressee's own key of what took effect: SYSPRO's, or Procurify's id."""
    return body["procurify_id"] if "procurify_id" in body else body["syspro_key"]
