"""One row of `events`, and the event that a reader is given for it. Pure.

What is stored is the canonical bytes of a body; a reader is given the body lifted to today's
shape. Own bodies hold no fraction and no integer beyond 64 bits (`core.canonical`), so orjson
reads them without loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, cast
from uuid import UUID

import orjson

from engine.core.canonical import JsonObject, JsonValue, canonical
from engine.core.events import Event
from engine.errors import Malformed
from engine.log.upcast import Upcaster

_INT64: Final = 1 << 63


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


def octets_of(body: JsonObject) -> tuple[bytes, bool]:
    """The canonical bytes of a body, and whether reading them gives this very body again.

    Where nothing within needs more than the text of a Decimal, orjson writes what `canonical`
    writes, many times as fast.
    """
    is_plain, is_as_read = _survey(body)
    if is_plain:
        try:
            return orjson.dumps(body, default=_decimal, option=orjson.OPT_SORT_KEYS), is_as_read
        except orjson.JSONEncodeError:
            return canonical(body), False
    return canonical(body), False


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


def _decimal(value: Decimal) -> str:
    return str(value)


def _survey(body: JsonObject) -> tuple[bool, bool]:
    """Whether orjson writes all within as `canonical` does, and whether that reads back the same.

    No float, no integer beyond 64 bits, no kind that only looks like a list or an object.
    """
    if type(body) is not dict:
        return False, False
    is_as_read = True
    nests: list[dict[str, object] | list[object]] = [body]
    for nest in nests:
        for value in nest.values() if isinstance(nest, dict) else nest:
            kind = type(value)
            if kind is str:
                continue
            if kind is dict or kind is list:
                nests.append(cast("dict[str, object] | list[object]", value))
            elif kind is int:
                if not -_INT64 <= cast("int", value) < _INT64:
                    return False, False
            elif kind is Decimal:
                is_as_read = False
            elif kind is not bool and value is not None:
                return False, False
    return True, is_as_read
