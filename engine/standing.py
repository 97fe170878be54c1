"""Where every document stands, for people: held, waiting, in doubt, ready, sending, done.

Reads `documents`, `checkpoints`, `polls` and `logs`, writes nothing. A document that waits only
for held ones is held too (`WAITS_FOR_HELD`): whoever frees those frees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from engine.db import Database, Row, instant

HELD = frozenset({"held", "rejected", "conflict"})
IN_DOUBT = frozenset({"in_doubt", "escalated"})
READY = frozenset({"ready", "deferred"})
SENDING = frozenset({"sending", "sent"})
DONE = frozenset({"in_syspro", "cancelled_in_syspro", "linked"})

_DOCUMENTS = """
SELECT key, kind, source_id, number, state, reason, body FROM documents
WHERE tenant = $1 AND state = ANY($2) ORDER BY kind, number, key
"""
_COUNTS = """
SELECT kind, state, count(*) AS many FROM documents WHERE tenant = $1 GROUP BY kind, state
ORDER BY kind, state
"""
_DOCUMENT = "SELECT body FROM documents WHERE tenant = $1 AND key = $2"
_OLDEST = """
SELECT recorded_at FROM events WHERE tenant = $1 AND position = (
    SELECT min(planned_position) FROM commands
    WHERE tenant = $1 AND state IN ('ready', 'deferred'))
"""
_HEAD = "SELECT head_position FROM logs WHERE tenant = $1"
_CHECKPOINT = "SELECT position FROM checkpoints WHERE tenant = $1 AND projection = 'planning'"
_POLLS = "SELECT key, body FROM polls WHERE tenant = $1 ORDER BY key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document that is not where it should be; `sentence` is for people."""

    key: str
    kind: str
    source_id: str
    number: str
    reason: str
    sentence: str
    amount: str
    currency: str
    waits_for: tuple[str, ...]

    def plain(self, tenant: str) -> dict[str, object]:
        """The entry as JSON, with the three keys that the sandbox's oracle uses."""
        return {
            "tenant": tenant,
            "kind": self.kind,
            "source_id": self.source_id,
            "number": self.number,
            "reason": self.reason,
            "sentence": self.sentence,
            "amount": self.amount,
            "currency": self.currency,
            "waits_for": list(self.waits_for),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """When a poller last finished, and whether it is broken since."""

    stream: str
    finished_at: datetime | None
    broken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A tenant's whole standing. `counts` is kind → state → how many."""

    held: Sequence[Entry]
    waiting: Sequence[Entry]
    in_doubt: Sequence[Entry]
    counts: Mapping[str, Mapping[str, int]]
    head: int
    checkpoint: int
    polls: Sequence[Poll]

    def many(self, states: frozenset[str]) -> int:
        """How many documents are in one of `states`."""
        return sum(
            many
            for kinds in self.counts.values()
            for state, many in kinds.items()
            if state in states
        )


async def document_position(database: Database, tenant: str, key: str) -> int:
    """The position of the last source event that the document's plan has seen; 0: none."""
    row = await database.fetchrow(_DOCUMENT, tenant, key)
    position = _body(row).get("position") if row is not None else 0
    return position if isinstance(position, int) else 0


async def oldest_ready_at(database: Database, tenant: str) -> datetime | None:
    """Since when the oldest command that could be sent is owed; None when there is none."""
    row = await database.fetchrow(_OLDEST, tenant)
    return instant(row, "recorded_at") if row is not None else None


async def standing(database: Database, tenant: str) -> Standing:
    """The tenant's standing as the derived tables have it now."""
    open_states = sorted(HELD | IN_DOUBT | {"waiting"})
    entries: dict[str, list[Entry]] = {"held": [], "waiting": [], "in_doubt": []}
    for row in await database.fetch(_DOCUMENTS, tenant, open_states):
        state = str(row["state"])
        place = "held" if state in HELD else "in_doubt" if state in IN_DOUBT else "waiting"
        entries[place].append(_entry(row))
    held, waiting = held_through(entries["held"], entries["waiting"])
    counts: dict[str, dict[str, int]] = {}
    for row in await database.fetch(_COUNTS, tenant):
        many = row["many"]
        assert isinstance(many, int)
        counts.setdefault(str(row["kind"]), {})[str(row["state"])] = many
    return Standing(
        held=held,
        waiting=waiting,
        in_doubt=entries["in_doubt"],
        counts=counts,
        head=await _number(database, _HEAD, tenant, "head_position"),
        checkpoint=await _number(database, _CHECKPOINT, tenant, "position"),
        polls=[_poll(row) for row in await database.fetch(_POLLS, tenant)],
    )


def held_through(
    held: Sequence[Entry], waiting: Sequence[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """Held and waiting, after those that wait only for held documents became held."""
    stuck = {entry.key for entry in held}
    rest = list(waiting)
    found = list(held)
    while True:
        caught = [
            entry for entry in rest if entry.waits_for and all(k in stuck for k in entry.waits_for)
        ]
        if not caught:
            return found, rest
        for entry in caught:
            stuck.add(entry.key)
            found.append(_waits_for_held(entry))
        rest = [entry for entry in rest if entry.key not in stuck]


def _waits_for_held(entry: Entry) -> Entry:
    return Entry(
        key=entry.key,
        kind=entry.kind,
        source_id=entry.source_id,
        number=entry.number,
        reason="WAITS_FOR_HELD",
        sentence=f"It waits for {', '.join(entry.waits_for)}, which is held.",
        amount=entry.amount,
        currency=entry.currency,
        waits_for=entry.waits_for,
    )


def _entry(row: Row) -> Entry:
    body = _body(row)
    waits = body.get("waits_for")
    return Entry(
        key=str(row["key"]),
        kind=str(row["kind"]),
        source_id=str(row["source_id"]),
        number=str(row["number"]),
        reason=str(row["reason"]),
        sentence=str(body.get("sentence") or body.get("detail") or ""),
        amount=str(body.get("amount") or ""),
        currency=str(body.get("currency") or ""),
        waits_for=tuple(str(key) for key in waits) if isinstance(waits, list) else (),
    )


def _poll(row: Row) -> Poll:
    body = _body(row)
    finished = body.get("finished_at")
    return Poll(
        stream=str(row["key"]),
        finished_at=datetime.fromisoformat(str(finished)) if finished else None,
        broken=str(body.get("broken") or ""),
    )


def _body(row: Row) -> Mapping[str, object]:
    raw = row["body"]
    assert isinstance(raw, bytes)
    body = orjson.loads(raw)
    assert isinstance(body, dict)
    return body


async def _number(database: Database, sql: str, tenant: str, column: str) -> int:
    row = await database.fetchrow(sql, tenant)
    value = row[column] if row is not None else 0
    assert isinstance(value, int)
    return value
