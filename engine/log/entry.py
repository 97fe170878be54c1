"""One row of `events`, and the event that a reader is given for it. Pure.

What is stored is the canonical bytes of a body; a reader is given the body lifted to today's
shape. Own bodies hold no fraction and no integer beyond 64 bits (`core.canonical`), so orjson
reads them without loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.errors import Malformed
from engine.log.upcast import Upcaster


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of `events`, column by column; `body` and `salt` are None after an erasure."""

    tenant: str
    position: int
    event_id: UUID
    stream: str
    version: int
    type: str
    schema_version: int
    body: bytes | None
    salt: bytes | None
    body_digest: bytes
    actor: str
    run_id: str
    correlation: str
    causation: int | None
    recorded_at: datetime
    hash: bytes


def event_of(entry: Entry, upcaster: Upcaster, content: JsonObject | None = None) -> Event:
    """The event that readers see: body read and lifted, salt and digest left behind.

    `content`: what reading the body would give, where that is known.
    """
    if content is None:
        schema_version, body = body_of(
            entry.body, entry.type, entry.schema_version, entry.position, upcaster
        )
    else:
        schema_version, body = upcaster.lift(entry.type, entry.schema_version, content)
    return Event(
        tenant=entry.tenant,
        position=entry.position,
        event_id=entry.event_id,
        stream=entry.stream,
        version=entry.version,
        type=entry.type,
        schema_version=schema_version,
        body=body,
        actor=entry.actor,
        run_id=entry.run_id,
        correlation=entry.correlation,
        causation=entry.causation,
        recorded_at=entry.recorded_at,
        hash=entry.hash,
    )


def body_of(
    stored: bytes | None, type_name: str, schema_version: int, position: int, upcaster: Upcaster
) -> tuple[int, Mapping[str, JsonValue] | None]:
    """The schema version and body that readers see; no body after an erasure.

    Raises `Malformed` for bytes that no append of ours wrote.
    """
    if stored is None:
        return schema_version, None
    try:
        body = orjson.loads(stored)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"the body at position {position} is not JSON: verify the log") from error
    if not isinstance(body, dict):
        raise Malformed(f"the body at position {position} is not an object: verify the log")
    return upcaster.lift(type_name, schema_version, body)
