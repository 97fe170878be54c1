"""What a person finds out about a write to Procurify whose outcome the engine could not tell.

Reads `documents` and `commands` to find the escalated command, appends its `DoubtResolved` to the
command's own stream at the version the person saw, writes no table. A post to SYSPRO in doubt is
not settled here: a second post into books needs more than one person's word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from engine.audit.find import find
from engine.core.commands.procurify import is_for_procurify
from engine.core.events import Event, NewEvent
from engine.core.lifecycle import BY_PERSON, CommandState
from engine.core.planned import WriteBack, write_back_of
from engine.db import Database, octets, text
from engine.errors import Malformed
from engine.log.contract import Author, Log

OUTCOMES: Mapping[str, str] = {"done": "committed", "absent": "not_committed"}
"""What each verdict makes of the doubt."""
COMMAND = "SELECT body FROM commands WHERE tenant = $1 AND key = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person found: `done` or `absent`, and the id of what was made, if known."""

    outcome: str
    reason: str
    procurify_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The document whose doubt is resolved, the type of its command, and the event."""

    key: str
    number: str
    type: str
    event: Event


async def resolve(
    database: Database, log: Log, tenant: str, name: str, verdict: Verdict, author: Author
) -> Resolved:
    """The write counts as done, or is sent once more; see `audit.find` for names.

    Raises `NotFound`, `Malformed` where nobody is asked, `StaleVersion` when it moved meanwhile.
    """
    if not verdict.reason.strip():
        raise Malformed("a verdict needs a reason: where you looked and what you saw")
    row = await find(database, tenant, name)
    key, number = text(row, "key"), text(row, "number")
    command = await _escalated(database, tenant, str(orjson.loads(octets(row, "body"))["command"]))
    if command is None:
        raise Malformed(f"{number or key}: no write to Procurify waits for a person's verdict")
    (event,) = await log.append(
        tenant,
        [
            NewEvent(
                stream=command.stream,
                type="DoubtResolved",
                body={
                    "command": command.key,
                    "document": command.document,
                    "type": command.type,
                    "company": command.company,
                    "attempt": command.attempt,
                    "outcome": OUTCOMES[verdict.outcome],
                    "rule": BY_PERSON,
                    "procurify_id": verdict.procurify_id,
                    "reason": verdict.reason.strip(),
                    "evidence": {},
                },
            )
        ],
        author=author,
        expected={command.stream: command.version},
    )
    return Resolved(key=key, number=number, type=command.type, event=event)


async def _escalated(database: Database, tenant: str, key: str) -> WriteBack | None:
    """The command, if it is a write to Procurify that went to a person."""
    row = await database.fetchrow(COMMAND, tenant, key) if key else None
    body = orjson.loads(octets(row, "body")) if row is not None else {}
    if body.get("state") != CommandState.ESCALATED or not is_for_procurify(str(body["company"])):
        return None
    return write_back_of(body)
