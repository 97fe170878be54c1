"""What begins with a day: the day itself is told, and whether every mapping still leads somewhere.

Appends `DayBegan` to the stream `calendar` and `MappingsChecked` to `mappings/check`, each once a
day, whoever of the engines tells it: the other one's append conflicts. The day is the database's,
so that engines whose clocks are wrong agree on it; where that clock was wrong itself, the day goes
back with it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.db import Database
from engine.errors import Conflict, EngineError
from engine.log.contract import Author, Log
from engine.mapping_checks import wrong_mappings
from engine.mappings import approved
from engine.service.database_clock import database_now

DAYS: Final = "calendar"
MAPPING_CHECK: Final = "mappings/check"
MOST_NAMED: Final = 100
"""How many mappings that lead nowhere an event names; it counts them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of one tenant with these companies of SYSPRO."""

    log: Log
    database: Database
    tenant: str
    companies: Sequence[str]
    author: Author

    async def run(self, stop: asyncio.Event, every_s: float) -> None:
        """Each new day is in the log, with what was found of the mappings, until `stop` is set."""
        while not stop.is_set():
            with suppress(EngineError):
                await self.tell_day()
            with suppress(TimeoutError):
                async with asyncio.timeout(every_s):
                    await stop.wait()

    async def tell_day(self) -> None:
        """Today has begun in the log, and the mappings were checked today."""
        today = (await database_now(self.database)).date().isoformat()
        latest = await self.log.latest(self.tenant, [DAYS, MAPPING_CHECK])
        if _day(latest.get(DAYS)) != today:
            began = NewEvent(stream=DAYS, type="DayBegan", body={"day": today})
            await self._append(began, latest)
        if _day(latest.get(MAPPING_CHECK)) != today:
            body = await self._checked(today)
            checked = NewEvent(stream=MAPPING_CHECK, type="MappingsChecked", body=body)
            await self._append(checked, latest)

    async def _append(self, event: NewEvent, latest: Mapping[str, Event]) -> None:
        before = latest.get(event.stream)
        expected = {event.stream: before.version if before is not None else 0}
        with suppress(Conflict):
            await self.log.append(self.tenant, [event], author=self.author, expected=expected)

    async def _checked(self, today: str) -> JsonObject:
        """How many mappings are in force, and which of them SYSPRO, as last read, cannot follow."""
        rows = [one.row for one in await approved(self.log, self.tenant)]
        wrong = await wrong_mappings(self.database, self.tenant, self.companies, rows, today)
        named = [{**fault.row.plain(), "text": fault.text} for fault in wrong[:MOST_NAMED]]
        return {"day": today, "mappings": len(rows), "wrong": len(wrong), "named": [*named]}


async def last_check(log: Log, tenant: str) -> JsonObject | None:
    """What the last check of the mappings found: `{day, mappings, wrong, named}`; None before."""
    latest = (await log.latest(tenant, [MAPPING_CHECK])).get(MAPPING_CHECK)
    return latest.body if latest is not None else None


def _day(event: Event | None) -> str:
    return str(event.body["day"]) if event is not None and event.body is not None else ""
