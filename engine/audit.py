"""The whole story of one document, told from the log alone.

Read when and by which run, changed how, planned why, written what (XML in and out), answered
what. Reads `documents` and `commands` to find the streams, then only events; writes nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from engine.core.canonical import JsonValue
from engine.core.events import Event
from engine.core.keys import DocumentKey, command_stream, procurify_stream
from engine.db import Database
from engine.errors import NotFound

_FIND = """
SELECT key, number, body FROM documents
WHERE tenant = $1 AND (number = ANY($2) OR source_id = ANY($2) OR key = ANY($2))
ORDER BY kind DESC, key
"""
_COMMANDS = "SELECT key FROM commands WHERE tenant = $1 AND document = $2 ORDER BY key"
_PAGE = 500
_PREFIX = re.compile(r"^(PO|PF|BILL|VENDOR)[-#]?(?=\d+$)", re.IGNORECASE)


class Streams(Protocol):
    """What the story is read from."""

    async def read_stream(
        self, tenant: str, stream: str, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[Event]:
        """The events of one stream, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One event of the story in words; `xml_in` and `reply` where SYSPRO was spoken to."""

    event: Event
    text: str
    xml_in: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A document's standing and everything that happened to it, in the order of the log."""

    key: str
    number: str
    standing: Mapping[str, object]
    chapters: Sequence[Chapter]


async def story(database: Database, log: Streams, tenant: str, name: str) -> Story:
    """The story of the document called `name`: its number, its id, its key, or `PO-<id>`.

    Raises `NotFound` when no document, or more than one, goes by that name.
    """
    rows = await database.fetch(_FIND, tenant, spellings(name))
    if not rows:
        raise NotFound(f"tenant {tenant} has no document called {name!r}")
    if len(rows) > 1:
        keys = ", ".join(str(row["key"]) for row in rows[:5])
        raise NotFound(f"{len(rows)} documents are called {name!r}: ask for one of {keys}")
    key = str(rows[0]["key"])
    document = DocumentKey.parse(key)
    streams = [procurify_stream(document.source, document.kind, document.id)]
    for row in await database.fetch(_COMMANDS, tenant, key):
        streams.append(command_stream(str(row["key"])))
    events = [event for stream in streams for event in await _whole(log, tenant, stream)]
    body = rows[0]["body"]
    assert isinstance(body, bytes)
    return Story(
        key=key,
        number=str(rows[0]["number"]),
        standing=orjson.loads(body),
        chapters=_told(sorted(events, key=lambda event: event.position)),
    )


def spellings(name: str) -> list[str]:
    """The names under which `name` may stand in the tables."""
    bare = _PREFIX.sub("", name)
    return sorted({name, bare, name.replace("-", "").lower(), f"PF{bare}"})


async def _whole(log: Streams, tenant: str, stream: str) -> list[Event]:
    found: list[Event] = []
    while True:
        page = await log.read_stream(
            tenant, stream, after_version=found[-1].version if found else 0, limit=_PAGE
        )
        found.extend(page)
        if len(page) < _PAGE:
            return found


def _told(events: Sequence[Event]) -> list[Chapter]:
    chapters = []
    before: Mapping[str, JsonValue] | None = None
    for event in events:
        body = event.body or {}
        xml_in = str(body.get("xml_in") or "")
        reply = str(body.get("reply") or "")
        document = body.get("document")
        if isinstance(document, Mapping):
            text = _changed(event, before, document)
            before = document
        else:
            text = _sentence(event, body)
        chapters.append(Chapter(event=event, text=text, xml_in=xml_in, reply=reply))
    return chapters


def _changed(
    event: Event, before: Mapping[str, JsonValue] | None, now: Mapping[str, JsonValue]
) -> str:
    if before is None:
        return "first read in Procurify"
    moved = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return f"changed in Procurify: {', '.join(moved) or 'nothing that is kept'}"


def _sentence(event: Event, body: Mapping[str, JsonValue]) -> str:
    name = str(body.get("syspro_key") or "")
    match event.type:
        case "PostIntended":
            return (
                f"intended: {body.get('type')} to company {body.get('company')} by "
                f"{body.get('object')}, attempt {body.get('attempt')}, key "
                f"{body.get('external_key')}"
            )
        case "PostAccepted":
            return f"SYSPRO accepted it as {name}"
        case "PostRejected":
            return f"SYSPRO refused it: {body.get('text')}"
        case "PostDeferred":
            return f"provably not done ({body.get('cause')}): {body.get('text')}"
        case "PostInDoubt":
            return f"in doubt ({body.get('cause')}): {body.get('text')}"
        case "DoubtFenced":
            return "the session that sent it is revoked; nothing new can come of it"
        case "DoubtResolved":
            return (
                f"doubt resolved: {body.get('outcome')} by rule {body.get('rule')} {name}".strip()
            )
        case "PostVerified" if body.get("is_equal"):
            return f"read back from SYSPRO as {name}: equal to what was sent"
        case "PostVerified":
            return f"read back from SYSPRO as {name}: DIFFERENT: {body.get('differences')}"
        case "LookupAnswered":
            return f"looked up in SYSPRO by {body.get('object')}: {body.get('text')}"
        case _ if event.body is None:
            return "erased; the chain stays whole"
        case _:
            return event.type
