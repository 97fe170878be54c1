"""The gauges that are read from the tables, again and again: how much stands where.

Reads `documents`, `commands`, `checkpoints` and `logs`, writes nothing. What vanishes shows 0.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.core.commands.procurify import procurify_addressee
from engine.db import integer, text
from engine.errors import EngineError
from engine.outbox import Outbox
from engine.service.foundation import Foundation
from engine.standing import oldest_ready_at, standing, waiting_since
from engine.telemetry import Metrics

EVERY_S: Final = 2.0
WAITS_EVERY_S: Final = 60.0
"""How often it is asked how long documents wait: that reads each one that does."""
ALWAYS_SHOWN: Final = "WAITS_FOR_ORDER"
"""The wait that is shown as 0 when there never was any: bills before their orders."""
IN_DOUBT: Final = """
SELECT company, count(*) AS found FROM commands
WHERE tenant = $1 AND state IN ('in_doubt', 'escalated') GROUP BY company
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Since when the oldest document waits, by reason, as it was last asked; None: none does.

    `asked_s` is a monotonic second.
    """

    asked_s: float
    since: Mapping[str, datetime | None]


class Gauges:
    """Shows every tenant's numbers; `trouble` is why the database cannot be read, else ""."""

    def __init__(self, ground: Foundation, metrics: Metrics) -> None:
        self.trouble = ""
        self._ground = ground
        self._metrics = metrics
        self._states: dict[str, set[str]] = {}
        self._waits: dict[str, Waits] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """The gauges are at most a few seconds old until `stop` is set."""
        while not stop.is_set():
            try:
                for tenant in self._ground.config.tenants:
                    await self.show(tenant.name)
                self.trouble = ""
            except EngineError as error:
                self.trouble = str(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await stop.wait()

    async def show(self, tenant: str) -> None:
        """The tenant's gauges are what the tables say now."""
        database, metrics = self._ground.database, self._metrics
        found = await standing(database, tenant, has_entries=False)
        metrics.log_head.labels(tenant).set(found.head)
        metrics.projection_lag.labels(tenant).set(max(0, found.head - found.checkpoint))
        states: dict[str, int] = {}
        for counts in found.counts.values():
            for state, many in counts.items():
                states[state] = states.get(state, 0) + many
        shown = self._states.setdefault(tenant, set())
        shown |= set(states)
        for state in shown:
            metrics.documents.labels(tenant, state).set(states.get(state, 0))
        metrics.show_commands(tenant, await Outbox(database).counts(tenant))
        oldest = await oldest_ready_at(database, tenant)
        age_s = (self._ground.clock.now() - oldest).total_seconds() if oldest else 0.0
        metrics.oldest_unsent_age_s.labels(tenant).set(max(0.0, age_s))
        await self._show_waits(tenant)
        await self._show_doubts(tenant)

    async def _show_waits(self, tenant: str) -> None:
        now, now_s = self._ground.clock.now(), self._ground.clock.monotonic()
        known = self._waits.get(tenant)
        if known is None or now_s - known.asked_s >= WAITS_EVERY_S:
            found = await waiting_since(self._ground.database, tenant)
            shown = known.since if known else (ALWAYS_SHOWN,)
            oldest: dict[str, datetime | None] = dict.fromkeys(shown)
            known = self._waits[tenant] = Waits(asked_s=now_s, since={**oldest, **found})
        for reason, since in known.since.items():
            age_s = (now - since).total_seconds() if since else 0.0
            self._metrics.oldest_waiting_age_s.labels(tenant, reason).set(max(0.0, age_s))

    async def _show_doubts(self, tenant: str) -> None:
        rows = await self._ground.database.fetch(IN_DOUBT, tenant)
        doubts = {text(row, "company"): integer(row, "found") for row in rows}
        table = self._ground.config.tenant(tenant)
        addressee = procurify_addressee(table.procurify.source)
        for company in (*(row.company for row in table.companies), addressee):
            self._metrics.in_doubt.labels(tenant, company).set(doubts.get(company, 0))
