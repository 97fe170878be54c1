"""A list that grew by more than was read of it is walked whole; and where a reader stands after.

Only orders and bills are counted, by one small request after each poll: what they lack is missed
in SYSPRO. A walk of everything reads no detail of what the log has in the same state already, and
comes at most once an hour.
"""

from dataclasses import replace
from datetime import datetime

from engine.core.canonical import JsonObject
from engine.errors import Transient
from engine.procurify.census import Census
from engine.procurify.cursor import DAY, FAR_AHEAD, Cursor, Window, advance, recount_window
from engine.procurify.harvest import Harvest
from engine.procurify.models.rows import identity, modified_at
from engine.procurify.models.stamps import midnight
from engine.procurify.outcome import Stretch
from engine.procurify.settings import ProcurifySettings

REST_S = 3600.0
REST_NEAR_S = 1.0
MOST_SICK = 500
MOST_RECOUNTED = 100_000
"""A longer list is left to the nightly sweep: to walk it whole would be no good neighbour's way."""


class Recount:
    """The census of one resource, taken up from the cursor where there is none yet."""

    def __init__(self, settings: ProcurifySettings) -> None:
        self._settings = settings
        self._census: Census | None = None
        self._rests_until_s = 0.0

    async def begin(self, harvest: Harvest, place: Cursor) -> None:
        """The list was counted before anything of it is read, whole and from the cut-over on: what
        the first reading does not meet of the latter, a page being garbled, say, is missed."""
        if harvest.resource.detail:
            listing, label = harvest.resource.listings[0], harvest.resource.label
            count = harvest.walker.count
            first_at = midnight(self._settings.since)
            wanted = listing.range(first_at - DAY, harvest.client.source_latest() + FAR_AHEAD)
            self._taken_up(place).begin(
                await count(listing.path, {}, resource=label),
                await count(listing.path, wanted, resource=label),
            )

    def after(
        self,
        place: Cursor,
        window: Window,
        harvest: Harvest,
        now: datetime,
    ) -> Cursor:
        """The place after a complete walk, with what stays sick and what is accounted for."""
        census = self._taken_up(place)
        census.read(harvest.first_met, harvest.tally.vanished)
        if window.sort == "recount":
            census.recounted(harvest.listed)
        return replace(
            advance(place, window, now=now, pages=harvest.tally.pages),
            sick=dict(list(harvest.sick.items())[-MOST_SICK:]),
            counted=census.counted,
            known=census.known,
        )

    async def __call__(self, harvest: Harvest, place: Cursor, now: datetime) -> Stretch | None:
        """The list was counted, and walked whole before if it holds what no walk showed.

        None if it was only counted.
        """
        if not harvest.resource.detail:
            return None
        census, clock = self._taken_up(place), harvest.client.clock
        stretch: Stretch | None = None
        is_bearable = (census.counted or 0) <= MOST_RECOUNTED
        if census.is_short and is_bearable and clock.monotonic() >= self._rests_until_s:
            is_near = self._settings.is_loopback
            self._rests_until_s = clock.monotonic() + (REST_NEAR_S if is_near else REST_S)
            stretch = await self._walked(harvest, place, now)
        await self._count(harvest, place)
        return stretch

    async def _count(self, harvest: Harvest, place: Cursor) -> None:
        path, label = harvest.resource.listings[0].path, harvest.resource.label
        self._taken_up(place).count(await harvest.walker.count(path, {}, resource=label))

    async def _walked(self, harvest: Harvest, place: Cursor, now: datetime) -> Stretch:
        since, memory = self._settings.since, harvest.memory
        harvest.watermark_at, harvest.sick = place.watermark_at, dict(place.sick)

        def keep(row: JsonObject) -> bool:
            at, key = modified_at(row), identity(harvest.resource.kind, row)
            is_known = memory.knows(key) and memory.get(key).modified_at == at
            return not is_known and (at is None or at >= midnight(since))

        await harvest.walk(harvest.resource.listings[0], {}, keep)
        if harvest.blocked:
            raise Transient(harvest.blocked[0])
        window = recount_window(since, now)
        after = self.after(place, window, harvest, now)
        return Stretch(window=window.to_json(), cursor=after.to_json())

    def _taken_up(self, place: Cursor) -> Census:
        if self._census is None:
            self._census = Census(counted=place.counted, known=place.known)
        return self._census
