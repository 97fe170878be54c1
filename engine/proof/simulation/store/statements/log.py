"""What the statements on `logs` and `events` mean: append, read, verify, erase."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from engine.log import erase, statements, verify
from engine.log.entry import Entry
from engine.proof.simulation.store.rows import LogRow
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.tables import EVENTS, LEASES, LOGS
from engine.proof.simulation.store.view import Answer, MemoryRow, View, answer, picked, touched

_COLUMNS: Final = tuple(column.name for column in fields(Entry))
_READ: Final = tuple(name for name in _COLUMNS if name not in ("salt", "body_digest"))


def _lock(view: View, tenant: str) -> Answer:
    row = view.get(LOGS, tenant)
    if row is None:
        return answer(())
    view.lock_row(LOGS, row)
    return answer([picked(row, "head_position", "head_hash")])


def _create(view: View, tenant: str, genesis: bytes) -> Answer:
    row = LogRow(tenant=tenant, head_position=0, head_hash=genesis)
    return touched(view.insert_new(LOGS, row))


def _head(view: View, tenant: str) -> Answer:
    row = view.get(LOGS, tenant)
    return answer([picked(row, "head_position", "head_hash")] if row is not None else ())


def _last_of(view: View, tenant: str, stream: str) -> Entry | None:
    entries = view.indexed(EVENTS, tenant, stream)
    return max(entries, key=lambda entry: entry.version, default=None)


def _versions(view: View, tenant: str, streams: Sequence[str], position: int) -> Answer:
    tips = (_last_of(view, tenant, stream) for stream in streams)
    rows = [
        MemoryRow({"stream": tip.stream, "version": tip.version, "recorded_at": None})
        for tip in tips
        if tip is not None
    ]
    last = view.get(EVENTS, tenant, position)
    if last is not None:
        rows.append(MemoryRow({"stream": None, "version": 0, "recorded_at": last.recorded_at}))
    return answer(rows)


def _epochs(view: View, tenant: str, roles: Sequence[str]) -> Answer:
    found = [row for role in roles if (row := view.get(LEASES, tenant, role)) is not None]
    for row in found:
        view.lock_row(LEASES, row, is_shared=True)
    return answer(picked(row, "role", "epoch") for row in found)


def _known(view: View, tenant: str, ids: Sequence[UUID]) -> Answer:
    wanted = (view.by_unique(EVENTS, "events_id", (tenant, one)) for one in dict.fromkeys(ids))
    return answer(picked(entry, *_COLUMNS) for entry in wanted if entry is not None)


def _append(
    view: View,
    tenant: str,
    head_position: int,
    head_hash: bytes,
    recorded_at: datetime,
    positions: Sequence[int],
    ids: Sequence[UUID],
    streams: Sequence[str],
    versions: Sequence[int],
    types: Sequence[str],
    schema_versions: Sequence[int],
    bodies: Sequence[bytes],
    salts: Sequence[bytes],
    digests: Sequence[bytes],
    actors: Sequence[str],
    runs: Sequence[str],
    correlations: Sequence[str],
    causations: Sequence[int | None],
    hashes: Sequence[bytes],
) -> Answer:
    log = view.get(LOGS, tenant)
    if log is not None:
        view.update(LOGS, replace(log, head_position=head_position, head_hash=head_hash))
    for number, position in enumerate(positions):
        entry = Entry(
            tenant=tenant,
            position=position,
            event_id=ids[number],
            stream=streams[number],
            version=versions[number],
            type=types[number],
            schema_version=schema_versions[number],
            body=bodies[number],
            salt=salts[number],
            body_digest=digests[number],
            actor=actors[number],
            run_id=runs[number],
            correlation=correlations[number],
            causation=causations[number],
            recorded_at=recorded_at,
            hash=hashes[number],
        )
        view.insert(EVENTS, entry)
    return touched(len(positions))


def _between(view: View, tenant: str, after: int, last: int) -> list[Entry]:
    """The events after a position, up to another; nothing lies far beyond the head."""
    log = view.get(LOGS, tenant)
    end = min(last, log.head_position if log is not None else 0)
    found = (view.get(EVENTS, tenant, position) for position in range(after + 1, end + 1))
    return [entry for entry in found if entry is not None]


def _read(view: View, tenant: str, after: int, last: int) -> Answer:
    return answer(picked(entry, *_READ) for entry in _between(view, tenant, after, last))


def _read_stream(view: View, tenant: str, stream: str, after: int, last: int) -> Answer:
    entries = [one for one in view.indexed(EVENTS, tenant, stream) if after < one.version <= last]
    return answer(picked(one, *_READ) for one in sorted(entries, key=lambda one: one.version))


def _latest(view: View, tenant: str, streams: Iterable[str]) -> Answer:
    tips = (_last_of(view, tenant, stream) for stream in streams)
    return answer(picked(tip, *_READ) for tip in tips if tip is not None)


def _latest_under(view: View, tenant: str, first: str, end: str) -> Answer:
    names = (str(name) for owner, name in view.places(EVENTS) if owner == tenant)
    return _latest(view, tenant, sorted(name for name in names if first <= name < end))


def _ends(view: View, tenant: str, genesis: bytes) -> Answer:
    log = view.get(LOGS, tenant)
    positions = [entry.position for entry in view.rows(EVENTS) if entry.tenant == tenant]
    return answer(
        [
            MemoryRow(
                {
                    "head_position": log.head_position if log is not None else 0,
                    "head_hash": log.head_hash if log is not None else genesis,
                    "last": max(positions, default=0),
                }
            )
        ]
    )


def _erasures(view: View, tenant: str, type_name: str) -> Answer:
    found = [one for one in view.rows(EVENTS) if (one.tenant, one.type) == (tenant, type_name)]
    return answer(picked(one, "position", "body") for one in sorted(found, key=_position))


def _walk(view: View, tenant: str, after: int, last: int, many: int) -> Answer:
    entries = _between(view, tenant, after, min(last, after + many))
    return answer(_walked(entry) for entry in entries)


def _walked(entry: Entry) -> MemoryRow:
    is_erased = entry.body is None and entry.salt is None
    content = None if entry.body is None or entry.salt is None else entry.salt + entry.body
    columns: dict[str, object] = {
        name: getattr(entry, name)
        for name in _COLUMNS
        if name not in ("tenant", "body", "salt", "body_digest", "hash", "recorded_at")
    }
    columns |= {
        "recorded_at": entry.recorded_at,
        "body_digest": entry.body_digest,
        "hash": entry.hash,
        "is_erased": is_erased,
        "computed": None if content is None else sha256(content).digest(),
    }
    return MemoryRow(columns)


def _found(view: View, tenant: str, positions: Iterable[int]) -> Answer:
    entries = (view.get(EVENTS, tenant, position) for position in positions)
    return answer(
        MemoryRow({"position": entry.position, "type": entry.type, "is_erased": entry.body is None})
        for entry in entries
        if entry is not None
    )


def _announce(view: View) -> Answer:
    view.transaction.is_erasing = True
    return answer([MemoryRow({"set_config": "on"})])


def _empty(view: View, tenant: str, positions: Iterable[int]) -> Answer:
    entries = [view.get(EVENTS, tenant, position) for position in positions]
    found = [entry for entry in entries if entry is not None]
    for entry in found:
        view.update(EVENTS, replace(entry, body=None, salt=None))
    return touched(len(found))


def _position(entry: Entry) -> int:
    return entry.position


LOG: Final[Mapping[str, Statement]] = {
    statements.LOCK: _lock,
    statements.CREATE: _create,
    statements.HEAD: _head,
    statements.VERSIONS: _versions,
    statements.EPOCHS: _epochs,
    statements.KNOWN: _known,
    statements.APPEND: _append,
    statements.READ: _read,
    statements.READ_STREAM: _read_stream,
    statements.LATEST: _latest,
    statements.LATEST_UNDER: _latest_under,
    verify.ENDS: _ends,
    verify.ERASURES: _erasures,
    verify.PAGE_ROWS: _walk,
    erase.FOUND: _found,
    erase.ANNOUNCE: _announce,
    erase.EMPTY: _empty,
}
