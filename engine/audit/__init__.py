"""The whole story of one document, told from the log alone.

Read when and by which run, changed how, decided by whom, planned why, written what (XML in and
out), answered what. Reads `documents`, `commands` and `polls` to find the streams, then only
events; writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson

from engine.audit.changes import changes
from engine.audit.find import find
from engine.audit.words import sentence
from engine.audit.write_backs import request_text
from engine.core.canonical import JsonValue
from engine.core.events import Event
from engine.core.keys import DocumentKey, command_stream, procurify_stream, whole_order
from engine.db import Database, octets, text

COMMANDS = "SELECT key FROM commands WHERE tenant = $1 AND document = $2 ORDER BY key"
POLL = "SELECT body FROM polls WHERE tenant = $1 AND key = $2"
_RESOURCES = {"purchase_order": "purchase_orders", "bill": "bills", "vendor": "vendors"}
_PAGE = 500


class Streams(Protocol):
    """What the story is read from."""

    async def read(
        self, tenant: str, after: int, *, limit: int = 1000, until: int | None = None
    ) -> Sequence[Event]:
        """The events after a position."""
        ...

    async def read_stream(
        self, tenant: str, stream: str, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[Event]:
        """The events of one stream, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One event of the story in words; `xml_in` and `reply` where SYSPRO was spoken to, `request`
    where Procurify was written to.

    `changes`: what differs from the version read before, field by field.
    """

    event: Event
    text: str
    changes: Sequence[str] = ()
    parameters: str = ""
    xml_in: str = ""
    request: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRead:
    """The last good poll of the document's kind: nothing newer than it was seen by then."""

    resource: str
    finished_at: datetime
    position: int
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A document's standing and everything that happened to it, in the order of the log."""

    key: str
    number: str
    standing: Mapping[str, object]
    chapters: Sequence[Chapter]
    last_read: LastRead | None = None


async def story(database: Database, log: Streams, tenant: str, name: str) -> Story:
    """The story of the document called `name`; see `audit.find` for what it may be called.

    Raises `NotFound` when no document, or more than one, goes by that name.
    """
    row = await find(database, tenant, name)
    key = text(row, "key")
    document = whole_order(DocumentKey.parse(key))
    streams = [
        procurify_stream(document.source, document.kind, document.id),
        f"decision/{key}",
    ]
    for command in await database.fetch(COMMANDS, tenant, key):
        streams.append(command_stream(text(command, "key")))
    events = [event for stream in streams for event in await _whole(log, tenant, stream)]
    return Story(
        key=key,
        number=text(row, "number"),
        standing=orjson.loads(octets(row, "body")),
        chapters=told(sorted(events, key=lambda event: event.position)),
        last_read=await _last_read(database, log, tenant, document),
    )


def told(events: Sequence[Event]) -> list[Chapter]:
    """The events, in the order of the log, as chapters."""
    chapters = []
    before: JsonValue = None
    for event in events:
        body = event.body or {}
        document = body.get("document")
        if isinstance(document, Mapping):
            chapters.append(_read(event, before, document))
            before = document
        else:
            chapters.append(
                Chapter(
                    event=event,
                    text=sentence(event, body),
                    parameters=str(body.get("xml_parameters") or ""),
                    xml_in=str(body.get("xml_in") or ""),
                    request=request_text(body),
                    reply=str(body.get("reply") or ""),
                )
            )
    return chapters


def _read(event: Event, before: JsonValue, now: JsonValue) -> Chapter:
    if before is None:
        return Chapter(event=event, text="first read in Procurify")
    found = changes(before, now)
    many = f"{len(found)} {'field' if len(found) == 1 else 'fields'}"
    return Chapter(event=event, text=f"changed in Procurify: {many}", changes=found)


async def _last_read(
    database: Database, log: Streams, tenant: str, document: DocumentKey
) -> LastRead | None:
    resource = _RESOURCES.get(document.kind, "")
    row = await database.fetchrow(POLL, tenant, f"procurify/{document.source}/{resource}")
    poll = orjson.loads(octets(row, "body")) if row is not None else {}
    position, finished_at = poll.get("position"), poll.get("finished_at")
    if not isinstance(position, int) or not finished_at:
        return None
    events = await log.read(tenant, position - 1, limit=1)
    return LastRead(
        resource=resource,
        finished_at=datetime.fromisoformat(finished_at),
        position=position,
        run_id=events[0].run_id if events else "",
    )


async def _whole(log: Streams, tenant: str, stream: str) -> list[Event]:
    found: list[Event] = []
    while True:
        page = await log.read_stream(
            tenant, stream, after_version=found[-1].version if found else 0, limit=_PAGE
        )
        found.extend(page)
        if len(page) < _PAGE:
            return found
