"""The ways to read a resource: by windows of time, as a snapshot; each ends complete or raises."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from engine.core.canonical import JsonObject
from engine.errors import Malformed, NotFound, Transient
from engine.procurify.cursor import DAY, Cursor, Window, next_window, sweep_window
from engine.procurify.gaps import missing_numbers
from engine.procurify.harvest import Harvest
from engine.procurify.models.rows import modified_at
from engine.procurify.models.stamps import midnight
from engine.procurify.outcome import Stretch
from engine.procurify.recount import REST_NEAR_S, REST_S, Recount
from engine.procurify.resources import PURCHASE_ORDERS, Listing
from engine.procurify.settings import ProcurifySettings
from engine.procurify.volume import SUSPICIOUS, Volume

FEW_KNOWN = 3
MOST_ASKED_AGAIN = 10
LEAST_SKEW_S = 60.0

Way = Callable[[Harvest, JsonObject | None, datetime], Awaitable[Stretch | None]]
"""How a resource is read from a cursor at a source's `now`; None when there was nothing to do."""


def _everything(_: JsonObject) -> bool:
    return True


async def read_snapshot(harvest: Harvest, cursor: JsonObject | None, now: datetime) -> Stretch:
    """The whole list was read, and what was missing from it twice has vanished.

    Twice, because rows that leave a list while it is read push others over the page's edge.
    """
    await harvest.memory.recall_all()
    await whole_list(harvest, harvest.resource.listings[0], _everything)
    return Stretch()


async def whole_list(
    harvest: Harvest, listing: Listing, keep: Callable[[JsonObject], bool]
) -> None:
    """The list was read, and of what the log knows, nothing stays that the list lacks."""
    known = set(harvest.memory.present())
    await harvest.walk(listing, {}, keep)
    missing = known - harvest.present
    if not missing or not harvest.is_counted:
        return
    if not harvest.present and len(known) >= FEW_KNOWN:
        text = f"{harvest.resource.label}: the list is empty where {len(known)} were known"
        raise Malformed(f"{text}; not believed")
    await harvest.walk(listing, {}, keep)
    for key in sorted(missing - harvest.present):
        harvest.vanish(key)


class WindowWay:
    """Reads by windows of time, and sweeps once a night; falls back where a list is not there.

    After a sweep, numbers that orders seem to lack are asked for, and the volume is learnt anew.
    """

    def __init__(self, settings: ProcurifySettings) -> None:
        self._settings = settings
        self._lacks_listing = False
        self._volume = Volume()
        self._asked: set[str] = set()
        self._recount = Recount(settings)
        self._was_skewed = False
        self._skew_rests_until_s = 0.0

    async def __call__(self, harvest: Harvest, cursor: JsonObject | None, now: datetime) -> Stretch:
        """The window that moves the watermark was read."""
        place = self._place(harvest, cursor, now)
        resource, settings = harvest.resource, self._settings
        if self._lacks_listing and resource.fallback is not None:
            await harvest.walk(resource.fallback, {}, _everything)
            return Stretch(cursor=place.to_json())
        if cursor is None:
            await self._recount.begin(harvest, place)
        is_unskewed = self._is_unskewed(harvest)
        if is_unskewed:
            place = replace(place, swept_on=min(place.swept_on, now.date() - DAY))
        grain, latest = resource.listings[0].grain, harvest.client.source_latest()
        window = next_window(place, now, grain, settings.overlap_s, latest=latest)
        is_regular = window.sort == "regular"
        harvest.sick = dict(place.sick)
        harvest.watermark_at = place.watermark_at if is_regular and cursor is not None else None
        try:
            await _read_window(harvest, window, settings.since)
        except NotFound:
            if resource.fallback is None:
                raise
            self._lacks_listing = True
            return await self(harvest, cursor, now)
        if is_regular:
            await harvest.ask_again(MOST_ASKED_AGAIN)
        self._was_skewed &= not is_unskewed
        after = self._recount.after(place, window, harvest, now)
        return Stretch(
            window=window.to_json(),
            cursor=after.to_json(),
            is_caught_up=is_regular,
            missed=self._missed(harvest, now) if is_regular else 0,
        )

    async def sweep(
        self, harvest: Harvest, cursor: JsonObject | None, now: datetime
    ) -> Stretch | None:
        """Tonight's next stretch of the sweep was read, or everything that a list hid.

        None when there is nothing of the sort to do.
        """
        place = self._place(harvest, cursor, now)
        resource, settings = harvest.resource, self._settings
        grain = resource.listings[0].grain
        window = sweep_window(place, now, grain, settings.overlap_s, settings.since)
        if self._lacks_listing:
            return None
        if window is None:
            return await self._recount(harvest, place, now)
        harvest.watermark_at, harvest.sick = place.watermark_at, dict(place.sick)
        await _read_window(harvest, window, settings.since, is_thorough=True)
        await _revisit_missing(harvest, window)
        after = self._recount.after(place, window, harvest, now)
        if after.sweep_at is None and harvest.memory.is_whole:
            await self._look_for_missing(harvest)
            known = harvest.memory.present().values()
            self._volume.learn((seen.modified_at for seen in known if seen.modified_at), now)
        return Stretch(window=window.to_json(), cursor=after.to_json())

    def _is_unskewed(self, harvest: Harvest) -> bool:
        """Whether a clock was beside the other and is no more: then everything is swept again, as
        what changed meanwhile may bear a stamp of any time (reliability.md P22). Once an hour."""
        is_skewed = harvest.client.skew_s() > max(self._settings.overlap_s, LEAST_SKEW_S)
        self._was_skewed |= is_skewed
        now_s = harvest.client.clock.monotonic()
        if not self._was_skewed or is_skewed or now_s < self._skew_rests_until_s:
            return False
        rest_s = REST_NEAR_S if self._settings.is_loopback else REST_S
        self._skew_rests_until_s = now_s + rest_s
        return True

    def _missed(self, harvest: Harvest, now: datetime) -> int:
        if harvest.tally.new or harvest.tally.changed:
            self._volume.heard(now)
        missed = self._volume.missed(now)
        return round(missed) if missed >= SUSPICIOUS else 0

    async def _look_for_missing(self, harvest: Harvest) -> None:
        """Numbers between the known ones that no list ever showed were asked for, some a night."""
        if harvest.resource is not PURCHASE_ORDERS:
            return
        first_at = midnight(self._settings.since)

        def keep(document: JsonObject) -> bool:
            at = modified_at(document)
            return at is None or at >= first_at

        for key in missing_numbers(harvest.memory.ever(), self._asked):
            if await harvest.look_for(key, keep):
                self._asked.add(key)

    def _place(self, harvest: Harvest, cursor: JsonObject | None, now: datetime) -> Cursor:
        first = Cursor.first(self._settings.since, now.date())
        found = Cursor.from_json(cursor) if cursor is not None else None
        return first if found is None else found.credible(first, harvest.client.source_latest())


async def _read_window(
    harvest: Harvest, window: Window, since: date, *, is_thorough: bool = False
) -> None:
    first_at = midnight(since)
    seen: set[str] = set()
    for listing in harvest.resource.listings:

        def keep(row: JsonObject, is_checked: bool = listing.is_checked) -> bool:
            at = modified_at(row)
            return not is_checked or at is None or (at >= first_at and window.holds(at))

        await harvest.walk(listing, window.query(listing), keep, is_thorough=is_thorough)
        seen |= harvest.present
    harvest.present = seen
    if harvest.blocked:
        raise Transient(harvest.blocked[0])


async def _revisit_missing(harvest: Harvest, window: Window) -> None:
    """What the log dates into the window and the lists lack is asked for by itself."""
    if not harvest.resource.detail or window.until_at is None:
        return
    await harvest.memory.recall_all()
    missing = [
        key
        for key, seen in harvest.memory.present().items()
        if seen.modified_at is not None
        and window.from_at <= seen.modified_at < window.until_at
        and key not in harvest.present
    ]
    for key in sorted(missing):
        await harvest.revisit(key)
    if harvest.blocked:
        raise Transient(harvest.blocked[0])
