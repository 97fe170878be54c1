"""Which command is next, and where the others stand. Reads `commands`, writes nothing.

Only the projector writes commands; what a lane does about one it appends to the log. A deferred
command (provably without effect in SYSPRO) is sent again after a pause that doubles with every
deferral, with full jitter; the jitter comes from the command's own key, so that two engines agree
on it. Rows are as of the projection: before a lane sends, its append at the stream's expected
version is what decides.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson

from engine.core.canonical import JsonObject
from engine.core.lifecycle import CHANGED, CommandState
from engine.db import Connection, Row, integer, octets, text

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 1800.0
_DEFERRED_AT_ONCE: Final = 1000

READY: Final = """
SELECT body FROM commands
WHERE tenant = $1 AND company = $2 AND state = 'ready' AND type <> ALL ($4::text[])
ORDER BY stage, planned_position, key COLLATE "C" LIMIT $3
"""
IN_STATE: Final = """
SELECT body FROM commands WHERE tenant = $1 AND company = $2 AND state = $3
ORDER BY stage, planned_position, key COLLATE "C" LIMIT $4
"""
DOUBTS: Final = """
SELECT body FROM commands
WHERE tenant = $1 AND company = $2 AND state IN ('sending', 'in_doubt')
ORDER BY stage, planned_position, key COLLATE "C"
"""
ROW: Final = "SELECT body FROM commands WHERE tenant = $1 AND key = $2"
COUNTS: Final = (
    "SELECT state, type, count(*) AS found FROM commands WHERE tenant = $1 GROUP BY state, type"
)


class SinceMet:
    """Since when rows are as they are, whatever clock wrote that.

    What a clock ahead of ours wrote counts from when it was first met here, lest it wait until the
    time that a wrong clock told. Remembers of each place what it held when it was last asked.
    """

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], dict[tuple[str, str], datetime]] = {}

    def at(
        self, place: tuple[str, str], rows: Sequence[JsonObject], now: datetime
    ) -> Sequence[datetime]:
        """For each row of the place the instant from which its pause counts: never after `now`."""
        before, self._met[place] = self._met.get(place, {}), {}
        found = []
        for row in rows:
            began_at = _changed_at(row)
            if began_at > now:
                met = (str(row["key"]), str(row["changed_at"]))
                began_at = self._met[place][met] = min(before.get(met, now), now)
            found.append(began_at)
        return found


class Outbox:
    """What is to be sent, by addressee, in order.

    `first_pause_s`: the longest pause after the first deferral; it doubles from there.
    """

    def __init__(
        self,
        database: Connection,
        *,
        first_pause_s: float = FIRST_PAUSE_S,
        longest_pause_s: float = LONGEST_PAUSE_S,
    ) -> None:
        self._database = database
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._began = SinceMet()

    async def next_ready(
        self,
        tenant: str,
        company: str,
        limit: int,
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> Sequence[JsonObject]:
        """Commands that may be sent now: by stage (suppliers, orders, invoices), then by age.

        Deferred ones among them once their pause has passed; one that SYSPRO's present state
        contradicts never, for it is planned again; none of a `resting` type.
        """
        ready = await self._database.fetch(READY, tenant, company, limit, sorted(resting))
        deferred = await self._database.fetch(
            IN_STATE, tenant, company, CommandState.DEFERRED, _DEFERRED_AT_ONCE
        )
        due = self._due((tenant, company), [_body(row) for row in deferred], now)
        awake = [row for row in due if row["type"] not in resting]
        return sorted([*map(_body, ready), *awake], key=_rank)[:limit]

    async def in_state(
        self, tenant: str, company: str, state: CommandState, *, limit: int = 1000
    ) -> Sequence[JsonObject]:
        """The company's commands in one state, in the order of sending."""
        rows = await self._database.fetch(IN_STATE, tenant, company, state, limit)
        return [_body(row) for row in rows]

    async def open_doubts(self, tenant: str, company: str) -> Sequence[JsonObject]:
        """Every command whose outcome in SYSPRO is not known and that people do not look into:
        intended, in doubt, or escalated with a verdict that is to be read after."""
        open_ones = [_body(row) for row in await self._database.fetch(DOUBTS, tenant, company)]
        escalated = await self.in_state(tenant, company, CommandState.ESCALATED)
        return [*open_ones, *(row for row in escalated if row.get("word"))]

    async def row(self, tenant: str, key: str) -> JsonObject | None:
        """One command's row, None when there is none."""
        found = await self._database.fetchrow(ROW, tenant, key)
        return None if found is None else _body(found)

    async def counts(self, tenant: str) -> Mapping[tuple[str, str], int]:
        """How many commands there are by (state, type)."""
        return {
            (text(row, "state"), text(row, "type")): integer(row, "found")
            for row in await self._database.fetch(COUNTS, tenant)
        }

    def due_at(self, row: JsonObject) -> datetime:
        """When a deferred command may be sent again."""
        return _changed_at(row) + self._pause(row)

    def _pause(self, row: JsonObject) -> timedelta:
        deferrals = row.get("deferrals")
        count = deferrals if isinstance(deferrals, int) else 1
        doublings = min(max(count - 1, 0), 32)
        longest_s = min(self._first_pause_s * 2**doublings, self._longest_pause_s)
        seed = f"{row['key']} {count}".encode()
        share = int.from_bytes(hashlib.sha256(seed).digest()[:4], "big") / 2**32
        return timedelta(seconds=longest_s * share)

    def _due(
        self, place: tuple[str, str], rows: Sequence[JsonObject], now: datetime
    ) -> Sequence[JsonObject]:
        """Those whose pause has passed."""
        began_at = self._began.at(place, rows, now)
        return [
            row
            for row, at in zip(rows, began_at, strict=True)
            if row.get("reason") not in CHANGED and at + self._pause(row) <= now
        ]


def _changed_at(row: JsonObject) -> datetime:
    return datetime.fromisoformat(str(row["changed_at"]))


def _rank(row: JsonObject) -> tuple[int, int, str]:
    stage, position = row["stage"], row["planned_position"]
    assert isinstance(stage, int) and isinstance(position, int)
    return stage, position, str(row["key"])


def _body(row: Row) -> JsonObject:
    body: JsonObject = orjson.loads(octets(row, "body"))
    return body
