"""Whether a tenant's log is whole: every position there, every byte as it was appended.

One walk over the log in pages, the head read first, all as of one instant. It finds any edit of
any column, a deletion, an insertion, a reordering, a tail cut off against the stored head, and
an erasure that no `Erased` event speaks for. Whoever can rewrite events, hashes and head alike is
found only with a `Checkpoint` that was kept elsewhere (`merkle`). Bodies are hashed by the
server, so that a page of large ones costs no memory here.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from engine.core.canonical import JsonValue, loads
from engine.db import Connection, Database, Row, integer, octets
from engine.errors import EngineError, Malformed
from engine.log.chain import GENESIS, event_hash
from engine.log.contract import Head
from engine.log.merkle import Checkpoint, Frontier

ERASED: Final = "Erased"
PAGE: Final = 5000
_SLICE: Final = 250

ENDS: Final = """
SELECT coalesce((SELECT head_position FROM logs WHERE tenant = $1), 0) AS head_position,
    coalesce((SELECT head_hash FROM logs WHERE tenant = $1), $2) AS head_hash,
    coalesce((SELECT max(position) FROM events WHERE tenant = $1), 0) AS last
"""
ERASURES: Final = """
SELECT position, body FROM events WHERE tenant = $1 AND type = $2 ORDER BY position
"""
PAGE_ROWS: Final = """
SELECT position, event_id, stream, version, type, schema_version, actor, run_id, correlation,
    causation, recorded_at, body_digest, hash, body IS NULL AND salt IS NULL AS is_erased,
    sha256(salt || body) AS computed
FROM events WHERE tenant = $1 AND position > $2 AND position <= least($3, $2 + $4::bigint)
ORDER BY position
"""

_Columns = tuple[
    int, UUID, str, int, str, int, str, str, str, int | None, datetime, bytes, bytes, bool,
    bytes | None,
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResult:
    """Whether the log is whole; if not, the first position that is not as it was and why.

    `positions`: how many were found good. `checkpoint` binds exactly these.
    """

    is_whole: bool
    positions: int
    bad_position: int | None
    what: str
    checkpoint: Checkpoint


async def verify(
    database: Database, tenant: str, *, kept: Checkpoint | None = None, page: int = PAGE
) -> VerifyResult:
    """Walks the log as it is at one instant; `kept` is an earlier checkpoint to hold it against.

    Appends and erasures may go on meanwhile; they are for the next walk.
    """
    async with database.transaction(is_snapshot=True) as connection:
        rows = await connection.fetch(ENDS, tenant, GENESIS)
        head = Head(position=integer(rows[0], "head_position"), hash=octets(rows[0], "head_hash"))
        last = integer(rows[0], "last")
        walk = _Walk(tenant, await _erasures(connection, tenant), kept)
        rows = await connection.fetch(PAGE_ROWS, tenant, 0, head.position, page)
        is_good = True
        while rows and is_good:
            async with asyncio.TaskGroup() as group:
                after = integer(rows[-1], "position")
                following = group.create_task(_page(connection, tenant, after, head, page))
                is_good = await _is_walked(walk, rows)
            answer = following.result()
            if isinstance(answer, EngineError):
                raise answer
            rows = answer
    if is_good:
        walk.arrive(head, last=last)
    return walk.result()


async def _page(
    connection: Connection, tenant: str, after: int, head: Head, page: int
) -> Sequence[Row] | EngineError:
    """The page after a position, read by the server while the one before is walked here."""
    try:
        return await connection.fetch(PAGE_ROWS, tenant, after, head.position, page)
    except EngineError as error:
        return error


async def _is_walked(walk: "_Walk", rows: Sequence[Row]) -> bool:
    for start in range(0, len(rows), _SLICE):
        await asyncio.sleep(0)
        for row in rows[start : start + _SLICE]:
            if not walk.step(cast("_Columns", tuple(row.values()))):
                return False
    return True


async def _erasures(connection: Connection, tenant: str) -> dict[int, int]:
    """Erased position → position of the event that says so."""
    rows = await connection.fetch(ERASURES, tenant, ERASED)
    return {position: integer(row, "position") for row in rows for position in _named(row)}


def _named(row: Row) -> Sequence[int]:
    body = row["body"]
    try:
        value: JsonValue = loads(body) if isinstance(body, bytes) else None
    except Malformed:
        return ()
    positions = value.get("positions") if isinstance(value, dict) else None
    if not isinstance(positions, list):
        return ()
    return [position for position in positions if isinstance(position, int)]


class _Walk:
    """The walk so far: where it stands, and what broke it."""

    def __init__(self, tenant: str, erasures: dict[int, int], kept: Checkpoint | None) -> None:
        self.position = 0
        self.broken: tuple[int, str] | None = None
        self._tenant = tenant
        self._erasures = erasures
        self._kept = kept
        self._suspect: tuple[int, str] | None = None
        self._previous = GENESIS
        self._versions: dict[str, int] = {}
        self._frontier = Frontier()

    def step(self, row: _Columns) -> bool:
        """Whether the next row is good, and counted; else the walk is broken at it."""
        position, stream, version, type_name, stored = row[0], row[2], row[3], row[4], row[12]
        due = self.position + 1
        if position != due:
            self._break_at(due, f"position {due} is missing", may_be_erasure=True)
        elif fault := self._fault(row):
            self._break_at(due, f"position {due}: {fault}", may_be_erasure=type_name == ERASED)
        else:
            self.position = due
            self._previous = stored
            self._versions[stream] = version
            self._frontier.add(stored)
            if self._kept is not None and self._kept.size == due:
                self._compare(self._kept)
        return self.broken is None

    def arrive(self, head: Head, *, last: int) -> None:
        """The end is as the head and the kept checkpoint have it, or the walk is broken there."""
        due = self.position + 1
        if self.position < head.position:
            what = f"position {due} is missing: the head says {head.position}"
            self._break_at(due, what, may_be_erasure=True)
        elif last > head.position:
            self._break_at(due, f"position {last} lies beyond the head, {head.position}")
        elif self._previous != head.hash:
            what = f"position {head.position}: its hash is not the one that the head holds"
            self._break_at(head.position, what)
        elif self._kept is not None and self._kept.size > self.position:
            self._break_at(due, f"position {due} is missing: the checkpoint has {self._kept.size}")
        elif self._suspect is not None:
            self.broken = self._suspect

    def result(self) -> VerifyResult:
        """What the walk has shown."""
        position, what = self.broken or (None, f"{self.position} events verified")
        return VerifyResult(
            is_whole=self.broken is None,
            positions=self.position,
            bad_position=position,
            what=what,
            checkpoint=self._frontier.checkpoint(),
        )

    def _fault(self, row: _Columns) -> str | None:
        (
            position, event_id, stream, version, type_name, schema_version, actor, run_id,
            correlation, causation, recorded_at, digest, stored, is_erased, computed,
        ) = row  # fmt: skip
        if not is_erased and computed != digest:
            return "its body is not the one that was appended"
        if is_erased != (position in self._erasures):
            self._suspect_erasure(position, is_erased=is_erased)
        try:
            computed_hash = event_hash(
                tenant=self._tenant,
                position=position,
                event_id=event_id,
                stream=stream,
                version=version,
                type_name=type_name,
                schema_version=schema_version,
                actor=actor,
                run_id=run_id,
                correlation=correlation,
                causation=causation,
                recorded_at=recorded_at,
                digest=digest,
                previous=self._previous,
            )
        except (TypeError, OverflowError):
            return "its recorded_at is not an instant"
        if computed_hash != stored:
            return "its hash does not follow from its columns and the hash before"
        if version != self._versions.get(stream, 0) + 1:
            return f"version {version} of {stream} follows {self._versions.get(stream, 0)}"
        return None

    def _suspect_erasure(self, position: int, *, is_erased: bool) -> None:
        if self._suspect is None:
            fault = (
                f"its body is gone and no {ERASED} event says so"
                if is_erased
                else f"it has a body, though position {self._erasures[position]} says it was erased"
            )
            self._suspect = (position, f"position {position}: {fault}")

    def _compare(self, kept: Checkpoint) -> None:
        if self._frontier.checkpoint() != kept:
            what = f"the first {kept.size} events are not those of the kept checkpoint"
            self._break_at(kept.size, what)

    def _break_at(self, position: int, what: str, *, may_be_erasure: bool = False) -> None:
        """Broken here, or at an unlawful erasure before, unless an `Erased` event is what broke."""
        if self._suspect is not None and not may_be_erasure:
            self.broken = self._suspect
        else:
            self.broken = (position, what)
