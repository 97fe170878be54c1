"""Bodies made to vanish for good, with the chain left whole and the act itself in the log.

Runs under a role of its own (`migrate(…, eraser=…)`): the service's role cannot change an event.
In one transaction an `Erased` event says who, why and which positions, then body and salt of
these are emptied; their digests stay, so every hash stays. Derived tables still hold what was
folded from the bodies: rebuild them afterwards.
"""

from collections.abc import Sequence
from typing import Final

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.db import Database, integer
from engine.errors import Conflict, Malformed, NotFound
from engine.log.admission import Entropy, prepare
from engine.log.contract import Author
from engine.log.entry import event_of
from engine.log.store import grant_within
from engine.log.upcast import Upcaster
from engine.log.verify import ERASED

STREAM: Final = "erasure"

FOUND: Final = """
SELECT position, type, body IS NULL AS is_erased FROM events
WHERE tenant = $1 AND position = ANY($2::bigint[])
"""
ANNOUNCE: Final = "SELECT set_config('procurify_syspro.erasure', 'on', true)"
EMPTY: Final = """
UPDATE events SET body = NULL, salt = NULL WHERE tenant = $1 AND position = ANY($2::bigint[])
"""


async def erase(
    database: Database,
    clock: Clock,
    tenant: str,
    positions: Sequence[int],
    *,
    author: Author,
    reason: str,
    entropy: Entropy,
) -> Event:
    """These events have no body any more; the `Erased` event that says so is returned.

    Raises `NotFound` for a position that is not there, `Conflict` for one already erased,
    `Malformed` without positions or reason or for an `Erased` event itself; then nothing is done.
    """
    wanted = sorted(set(positions))
    if not wanted or not reason.strip():
        raise Malformed("an erasure names positions and a reason")
    body: JsonObject = {"positions": wanted, "who": author.actor, "why": reason}
    wish = prepare(
        [NewEvent(stream=STREAM, type=ERASED, body=body)],
        author=author,
        expected=None,
        fence=None,
        now=clock.now(),
        entropy=entropy,
    )
    async with database.transaction() as connection:
        admission = await grant_within(connection, tenant, [wish], clock.now())
        rows = await connection.fetch(FOUND, tenant, wanted)
        if len(rows) < len(wanted):
            there = {integer(row, "position") for row in rows}
            raise NotFound(f"no event at position {min(set(wanted) - there)}")
        for row in rows:
            if row["type"] == ERASED:
                raise Malformed(f"position {integer(row, 'position')} speaks for an erasure")
            if row["is_erased"]:
                raise Conflict(f"position {integer(row, 'position')} is erased already")
        await connection.execute(ANNOUNCE)
        await connection.execute(EMPTY, tenant, wanted)
    [entry] = admission.entries
    return event_of(entry, Upcaster())
