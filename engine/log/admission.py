"""Which appends enter the log, and as what: positions, versions, hashes. Pure.

`prepare` turns what a caller wishes into what can be stored, or refuses it to that caller alone.
`admit` takes several wishes against one standing of the log, in order, each whole or not at all;
a later one sees the versions that an earlier one left. Whoever keeps a log (PostgreSQL, a
simulation's memory) locks, asks `admit`, and stores its entries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from engine.core.canonical import JsonObject, canonical, written
from engine.core.events import NewEvent
from engine.errors import Conflict, EngineError, Fenced, Malformed, StaleVersion
from engine.log.chain import SALT_BYTES, body_digest, event_hash, microseconds
from engine.log.contract import Author, Fence, Head
from engine.log.entry import Entry

MAX_BODY_BYTES: Final = 1 << 20
MAX_NAME_BYTES: Final = 1000
PARKED: Final = "BodyParked"

Entropy = Callable[[int], bytes]

_ID_BYTES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One event ready to be stored, but for its place. `is_named`: the caller gave the id.

    `content`: what reading the body will give, where that is just what the caller gave.
    """

    event_id: UUID
    is_named: bool
    stream: str
    type: str
    schema_version: int
    body: bytes
    content: JsonObject | None
    salt: bytes
    causation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One caller's append: all of it or nothing. `may_be_there`: an earlier try may have won."""

    events: Sequence[Prepared]
    author: Author
    expected: Mapping[str, int] = field(default_factory=dict)
    fence: Fence | None = None
    size_bytes: int
    may_be_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The log under its lock: what `admit` needs to know and nothing else.

    `versions` of every stream named by a wish (absent: none yet), `known` entries by event id,
    `epochs` by role, `floor_at`: when the last event was recorded.
    """

    head: Head
    floor_at: datetime | None
    versions: Mapping[str, int]
    known: Mapping[UUID, Entry]
    epochs: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What is to be stored, and each wish's answer: its entries, or why not."""

    answers: Sequence[Sequence[Entry] | EngineError]
    entries: Sequence[Entry]
    head: Head


def prepare(
    events: Sequence[NewEvent],
    *,
    author: Author,
    expected: Mapping[str, int] | None,
    fence: Fence | None,
    now: datetime,
    entropy: Entropy,
) -> Wish:
    """The wish, checked so that it can be refused only for what the log holds.

    Raises `Malformed` for what cannot be stored. A body over 1 MiB is parked: its place is taken
    by an event that names its type, size and digest.
    """
    for text in (author.actor, author.run_id, author.correlation):
        _check_text(text)
    chance = entropy((SALT_BYTES + _ID_BYTES) * len(events))
    prepared = []
    for index, event in enumerate(events):
        at = index * (SALT_BYTES + _ID_BYTES)
        middle = at + SALT_BYTES
        own_id = event.event_id or _uuid7(now, chance[middle : middle + _ID_BYTES])
        prepared.append(_prepare(event, own_id, chance[at:middle]))
    if len({event.event_id for event in prepared}) < len(prepared):
        raise Malformed("an append names an event id twice")
    return Wish(
        events=prepared,
        author=author,
        expected=dict(expected or {}),
        fence=fence,
        size_bytes=sum(len(event.body) for event in prepared),
    )


def admit(tenant: str, wishes: Sequence[Wish], standing: Standing, *, now: datetime) -> Admission:
    """Each wish in order, whole or not at all, against the log as the wishes before left it."""
    recorded_at = max(now, standing.floor_at) if standing.floor_at else now
    head = standing.head
    versions = dict(standing.versions)
    known = dict(standing.known)
    entries: list[Entry] = []
    answers: list[Sequence[Entry] | EngineError] = []
    for wish in wishes:
        try:
            there = _already_there(wish, known)
            if there is None:
                _check(wish, head, versions, standing.epochs)
                there = _place(tenant, wish, head, versions, recorded_at)
                entries += there
                known.update((entry.event_id, entry) for entry in there)
                if there:
                    head = Head(position=there[-1].position, hash=there[-1].hash)
        except EngineError as error:
            answers.append(error)
        else:
            answers.append(there)
    return Admission(answers=answers, entries=entries, head=head)


def _prepare(event: NewEvent, event_id: UUID, salt: bytes) -> Prepared:
    for name in (event.stream, event.type):
        if not name or len(_check_text(name)) > MAX_NAME_BYTES:
            raise Malformed(f"a stream or type name of 1 to {MAX_NAME_BYTES} bytes: {name[:80]!r}")
    if not 0 < event.schema_version < 1 << 31:
        raise Malformed(f"a schema version out of range: {event.schema_version}")
    try:
        body, is_as_read = written(event.body)
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed(f"the body of {event.type} in {event.stream} is not JSON") from error
    type_name, schema_version = event.type, event.schema_version
    if len(body) > MAX_BODY_BYTES:
        body = canonical(
            {
                "parked": {
                    "type": type_name,
                    "schema_version": schema_version,
                    "bytes": len(body),
                    "digest": sha256(body).hexdigest(),
                }
            }
        )
        type_name, schema_version, is_as_read = PARKED, 1, False
    return Prepared(
        event_id=event_id,
        is_named=event.event_id is not None,
        stream=event.stream,
        type=type_name,
        schema_version=schema_version,
        body=body,
        content=event.body if is_as_read else None,
        salt=salt,
        causation=event.causation,
    )


def _check_text(text: str) -> bytes:
    try:
        octets = text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("a name holds a lone surrogate") from error
    if b"\x00" in octets:
        raise Malformed("a name holds NUL")
    return octets


def _already_there(wish: Wish, known: Mapping[UUID, Entry]) -> Sequence[Entry] | None:
    found = [known[event.event_id] for event in wish.events if event.event_id in known]
    if not found:
        return None
    if len(found) < len(wish.events):
        raise Conflict("some events of the append are in the log already, others are not")
    for event, entry in zip(wish.events, found, strict=True):
        if not _is_same(event, entry):
            raise Conflict(f"event {event.event_id} is in the log with another content")
    return found


def _is_same(event: Prepared, entry: Entry) -> bool:
    is_same_body = entry.body is None or entry.body == event.body
    return is_same_body and (entry.stream, entry.type, entry.schema_version, entry.causation) == (
        event.stream,
        event.type,
        event.schema_version,
        event.causation,
    )


def _check(wish: Wish, head: Head, versions: Mapping[str, int], epochs: Mapping[str, int]) -> None:
    if wish.fence is not None and epochs.get(wish.fence.role) != wish.fence.epoch:
        raise Fenced(
            f"the lease {wish.fence.role} is at epoch {epochs.get(wish.fence.role)}, "
            f"not {wish.fence.epoch}"
        )
    for stream, version in wish.expected.items():
        if versions.get(stream, 0) != version:
            raise StaleVersion(
                f"{stream} is at version {versions.get(stream, 0)}, expected {version}"
            )
    for position, event in enumerate(wish.events, start=head.position + 1):
        if event.causation is not None and not 0 < event.causation < position:
            raise Malformed(f"causation {event.causation} is not before position {position}")


def _place(
    tenant: str, wish: Wish, head: Head, versions: dict[str, int], recorded_at: datetime
) -> Sequence[Entry]:
    previous = head.hash
    placed = []
    for position, event in enumerate(wish.events, start=head.position + 1):
        version = versions[event.stream] = versions.get(event.stream, 0) + 1
        digest = body_digest(event.salt, event.body)
        previous = event_hash(
            tenant=tenant,
            position=position,
            event_id=event.event_id,
            stream=event.stream,
            version=version,
            type_name=event.type,
            schema_version=event.schema_version,
            actor=wish.author.actor,
            run_id=wish.author.run_id,
            correlation=wish.author.correlation,
            causation=event.causation,
            recorded_at=recorded_at,
            digest=digest,
            previous=previous,
        )
        placed.append(
            Entry(
                tenant=tenant,
                position=position,
                event_id=event.event_id,
                stream=event.stream,
                version=version,
                type=event.type,
                schema_version=event.schema_version,
                body=event.body,
                salt=event.salt,
                body_digest=digest,
                actor=wish.author.actor,
                run_id=wish.author.run_id,
                correlation=wish.author.correlation,
                causation=event.causation,
                recorded_at=recorded_at,
                hash=previous,
            )
        )
    return placed


def _uuid7(now: datetime, chance: bytes) -> UUID:
    number = (microseconds(now) // 1000 & (1 << 48) - 1) << 80 | int.from_bytes(chance, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)
