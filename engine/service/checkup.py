"""What can be checked of an installation without posting anything: database, clock, secrets, HTTP.

Each check gives one sentence; none changes anything. What only a site can show is `probing`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.clock import Clock
from engine.config import CompanyTable
from engine.config.base import SAFE_DRAIN_S
from engine.db import Connection, check_settings
from engine.errors import EngineError
from engine.service.database_clock import database_now
from engine.syspro.transport_self_test import self_test

SKEW_S: Final = 30.0
"""So far may our clock be from the database's before somebody should look."""
_RIGHTS: Final = """
SELECT has_table_privilege('events', 'UPDATE') OR has_table_privilege('events', 'DELETE')
    OR has_table_privilege('events', 'TRUNCATE') AS may_change
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: whether it is well, wants a look, or is wrong, and in words."""

    name: str
    verdict: Literal["ok", "look", "wrong"]
    text: str


async def database_checks(database: Connection, clock: Clock, *, is_own: bool) -> Sequence[Check]:
    """What the server keeps, what our role may do to events, how far the clocks are apart.

    `is_own`: the engine starts this PostgreSQL itself, as the owner of everything in it.
    """
    faults = await check_settings(database)
    kept = Check(name="durability", verdict="ok", text="what is committed is kept")
    if faults:
        kept = Check(name="durability", verdict="wrong", text="; ".join(faults))
    return [kept, await _rights(database, is_own=is_own), await _skew(database, clock)]


async def transport_check() -> Check:
    """Whether the HTTP library sends each request once (A6)."""
    try:
        await self_test()
    except EngineError as error:
        return Check(name="one send", verdict="wrong", text=str(error))
    return Check(name="one send", verdict="ok", text="each request goes out once")


def drain_check(company: CompanyTable) -> Check:
    """Whether the drain of a doubt is as long as a real site needs (reliability.md §4.7)."""
    said = f"drain_s is {company.drain_s:g}"
    if company.drain_s < SAFE_DRAIN_S:
        text = f"{said}; less than {SAFE_DRAIN_S:g} is for sandboxes"
        return Check(name=f"drain {company.company}", verdict="look", text=text)
    return Check(name=f"drain {company.company}", verdict="ok", text=said)


async def _rights(database: Connection, *, is_own: bool) -> Check:
    row = await database.fetchrow(_RIGHTS)
    if row is None or row["may_change"] is not True:
        return Check(name="rights", verdict="ok", text="our role cannot change an event")
    if is_own:
        return Check(name="rights", verdict="ok", text="a trigger keeps events unchanged")
    return Check(
        name="rights",
        verdict="look",
        text="our role owns the events, which a trigger alone protects: `migrate --role` gives the "
        "service a role of its own",
    )


async def _skew(database: Connection, clock: Clock) -> Check:
    """The database's clock beside ours, half of the round trip taken off."""
    before = clock.now()
    theirs = await database_now(database)
    after = clock.now()
    middle = before + (after - before) / 2
    apart_s = abs((theirs - middle).total_seconds())
    text = f"our clock and the database's are {apart_s:.1f} s apart"
    return Check(name="clock", verdict="ok" if apart_s <= SKEW_S else "look", text=text)
