"""What people find out about a write whose outcome the engine could not tell.

Reads `documents` and `commands` to find the command, appends to the command's own stream at the
version the person saw, writes no table. A write to Procurify is settled by one person's word. A
post to SYSPRO is not: that it is there counts once SYSPRO shows it, that it is not there has to be
confirmed by a second person, and the lane reads SYSPRO once more before either counts (C11).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from engine.audit.find import find
from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands.procurify import is_for_procurify
from engine.core.events import Event, NewEvent
from engine.core.lifecycle import BY_PERSON, CommandState
from engine.core.planned import CommandRow, command_of, write_back_of
from engine.db import Database, octets, text
from engine.errors import Malformed
from engine.log.contract import Author, Log

OUTCOMES: Mapping[str, str] = {"done": "committed", "absent": "not_committed"}
"""What each verdict makes of a write to Procurify."""
NOBODY = "cli"
"""The actor of a person who did not say who they are."""
COMMAND = "SELECT body FROM commands WHERE tenant = $1 AND key = $2"
_OURS_TO_SAY = frozenset({CommandState.ESCALATED, CommandState.CONFLICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person found: `done` or `absent`, and the key of what was made, if known.

    `procurify_id` for a write to Procurify, `syspro_key` for a post to SYSPRO.
    """

    outcome: str
    reason: str
    procurify_id: str = ""
    syspro_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The document whose doubt people looked into, the type of its command, and the event."""

    key: str
    number: str
    type: str
    event: Event


async def resolve(
    database: Database, log: Log, tenant: str, name: str, verdict: Verdict, author: Author
) -> Resolved:
    """What the person found is an event; see `audit.find` for names.

    Raises `NotFound`, `Malformed` where nobody is asked or a second person is, `StaleVersion` when
    it moved meanwhile.
    """
    if not verdict.reason.strip():
        raise Malformed("a verdict needs a reason: where you looked and what you saw")
    row = await find(database, tenant, name)
    key, number = text(row, "key"), text(row, "number")
    standing = await _standing(database, tenant, str(orjson.loads(octets(row, "body"))["command"]))
    if CommandState(str(standing.get("state", "ready"))) not in _OURS_TO_SAY:
        raise Malformed(f"{number or key}: no write of it waits for a person's verdict")
    if is_for_procurify(str(standing["company"])):
        command: CommandRow[object] = write_back_of(standing)
        kind, said = "DoubtResolved", _settled(verdict)
    else:
        command = command_of(standing)
        kind, said = _judged(number or key, standing, command, verdict, author)
    (event,) = await log.append(
        tenant,
        [NewEvent(stream=command.stream, type=kind, body={**_about(command, verdict), **said})],
        author=author,
        expected={command.stream: command.version},
    )
    return Resolved(key=key, number=number, type=command.type, event=event)


def _about(command: CommandRow[object], verdict: Verdict) -> dict[str, JsonValue]:
    return {
        "command": command.key,
        "document": command.document,
        "type": command.type,
        "company": command.company,
        "attempt": command.attempt,
        "reason": verdict.reason.strip(),
    }


def _settled(verdict: Verdict) -> JsonObject:
    """A write to Procurify counts as done, or is sent once more."""
    return {
        "outcome": OUTCOMES[verdict.outcome],
        "rule": BY_PERSON,
        "procurify_id": verdict.procurify_id,
        "evidence": {},
    }


def _judged(
    name: str, row: JsonObject, command: CommandRow[object], verdict: Verdict, author: Author
) -> tuple[str, JsonObject]:
    """The kind of event and what it says: one person's word, or a proposal, or its confirmation."""
    if author.actor.strip().lower() in ("", NOBODY):
        raise Malformed(f"{name}: say who you are with --actor: it may post into books twice")
    if command.word != "none":
        raise Malformed(f"{name}: a verdict was given, and SYSPRO is being read once more")
    said: JsonObject = {"outcome": verdict.outcome, "syspro_key": verdict.syspro_key.strip()}
    if verdict.outcome == "done":
        if not verdict.syspro_key.strip() and command.type == "purchase_order_add":
            raise Malformed(f"{name}: say which order it is in SYSPRO with --key")
        return "VerdictGiven", said
    proposal = row.get("proposal")
    by = str(proposal.get("actor")) if isinstance(proposal, Mapping) else ""
    if not by:
        return "VerdictProposed", said
    if by.strip().casefold() == author.actor.strip().casefold():
        raise Malformed(f"{name}: {by} said so already; a second person has to confirm it")
    return "VerdictGiven", {**said, "proposed_by": by}


async def _standing(database: Database, tenant: str, key: str) -> JsonObject:
    """The row of the document's command; empty where it has none."""
    row = await database.fetchrow(COMMAND, tenant, key) if key else None
    found: JsonObject = orjson.loads(octets(row, "body")) if row is not None else {}
    return found
