"""How far a resource has been read, and which stretch of time is read next.

Four sorts of stretch: `backfill` works its way from the cut-over to yesterday in steps of days,
`regular` reads from the watermark less an overlap to now, `sweep` goes over everything once a
night, again in steps, to find what a moving list hid (reliability.md P19, P21); `recount` does so
at once, details of known documents apart, when a list grew by more than was read of it. Steps are
one day and double, up to a month, while there is little in them. Every `now` here is the earlier
of the source's clock and ours, so that a watermark is never ahead of the source. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.procurify.models.stamps import midnight, parse_stamp, print_stamp
from engine.procurify.resources import Listing

DAY = timedelta(days=1)
OVERLAP_DAYS = 2
LONGEST_STEP_DAYS = 32
FEW_PAGES = 2
FAR_AHEAD = 3650 * DAY
MANY_PAGES = 10

Sort = Literal["backfill", "regular", "sweep", "recount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A poller's place. Everything modified before `watermark_at` was read in a complete walk.

    `sweep_at` is how far tonight's sweep has come, None when none is under way. `sick`: documents
    whose detail could not be read, with its address as the list spelt it; each poll asks again
    for some, as no list may show them a second time. `counted` and `known`: see `Census`.
    """

    watermark_at: datetime
    swept_on: date
    sweep_at: datetime | None = None
    step_days: int = 1
    sick: Mapping[str, str] = field(default_factory=dict)
    counted: int | None = None
    known: int | None = None

    def to_json(self) -> JsonObject:
        """Plain JSON, for `PollFinished`."""
        body: dict[str, JsonValue] = {
            "watermark": print_stamp(self.watermark_at),
            "swept_on": self.swept_on.isoformat(),
            "sweep": print_stamp(self.sweep_at) if self.sweep_at else None,
            "step_days": self.step_days,
        }
        if self.sick:
            body["sick"] = self.sick
        if self.counted is not None and self.known is not None:
            body |= {"counted": self.counted, "known": self.known}
        return body

    @classmethod
    def first(cls, since: date, today: date) -> "Cursor":
        """The place before the first read: the cut-over. The backfill is the first sweep."""
        return cls(watermark_at=midnight(since), swept_on=today)

    @classmethod
    def from_json(cls, body: JsonObject) -> "Cursor | None":
        """The cursor that `to_json` wrote, None for anything else."""
        watermark, swept = parse_stamp(body.get("watermark")), parse_stamp(body.get("swept_on"))
        step, listed = body.get("step_days"), body.get("sick")
        sick = listed if isinstance(listed, Mapping) else {}
        counted, known = body.get("counted"), body.get("known")
        if watermark is None or swept is None:
            return None
        return cls(
            watermark_at=watermark,
            swept_on=swept.date(),
            sweep_at=parse_stamp(body.get("sweep")),
            step_days=step if isinstance(step, int) else 1,
            sick={key: str(spelt) for key, spelt in sick.items()},
            counted=counted if isinstance(counted, int) else None,
            known=known if isinstance(known, int) else None,
        )

    def credible(self, first: "Cursor", latest: datetime) -> "Cursor":
        """This place, at the cut-over again where a wrong clock set it in days to come.

        `latest`: the later of the source's clock and ours.
        """
        if self.watermark_at <= latest + DAY:
            return self
        return replace(self, watermark_at=first.watermark_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time to read; `until_at` None means open. Asked for with `slack` around it."""

    sort: Sort
    from_at: datetime
    until_at: datetime | None
    asked_from_at: datetime
    asked_until_at: datetime

    def query(self, listing: Listing) -> Mapping[str, str]:
        """The filter parameters for a list; none where it has no filter."""
        return listing.range(self.asked_from_at, self.asked_until_at)

    def holds(self, at: datetime | None) -> bool:
        """Whether a row with this stamp belongs here; one without a stamp always does.

        Day filters are in an unstated zone (procurify.md §2.17), hence the day on either side.
        """
        if at is None:
            return True
        if at < self.asked_from_at - DAY:
            return False
        return self.until_at is None or at < self.asked_until_at + DAY

    def to_json(self) -> JsonObject:
        """Plain JSON, for `PollFinished`."""
        return {
            "sort": self.sort,
            "from": print_stamp(self.from_at),
            "to": print_stamp(self.until_at) if self.until_at else None,
        }


def next_window(
    cursor: Cursor, now: datetime, grain: str, overlap_s: float, *, latest: datetime | None = None
) -> Window:
    """The stretch that moves the watermark: a backfill while it lies days behind.

    `latest`: the later of the source's clock and ours; whichever is wrong, nothing is left out.
    """
    today = midnight(now.date())
    if cursor.watermark_at + DAY < today:
        return _stretch("backfill", cursor.watermark_at, cursor.step_days, today, grain, overlap_s)
    overlap = timedelta(seconds=overlap_s) if grain == "instant" else OVERLAP_DAYS * DAY
    return Window(
        sort="regular",
        from_at=cursor.watermark_at - overlap,
        until_at=None,
        asked_from_at=cursor.watermark_at - overlap,
        asked_until_at=(latest or now) + DAY,
    )


def sweep_window(
    cursor: Cursor, now: datetime, grain: str, overlap_s: float, since: date
) -> Window | None:
    """Tonight's next stretch of the sweep; None when it is done or its night has not come."""
    if cursor.sweep_at is None and cursor.swept_on >= now.date():
        return None
    began_at = cursor.sweep_at or midnight(since)
    today = midnight(now.date())
    return _stretch("sweep", began_at, cursor.step_days, today + DAY, grain, overlap_s)


def advance(cursor: Cursor, window: Window, *, now: datetime, pages: int) -> Cursor:
    """The place after a complete walk of `window`; `now` is the source's, when it was planned."""
    if window.sort == "recount":
        return cursor
    if window.sort == "regular":
        return replace(cursor, watermark_at=max(now, cursor.watermark_at))
    moved = replace(cursor, step_days=_step(cursor.step_days, pages))
    reached = window.until_at or now
    if window.sort == "backfill":
        return replace(moved, watermark_at=reached)
    if reached > midnight(now.date()):
        return replace(moved, swept_on=now.date(), sweep_at=None)
    return replace(moved, sweep_at=reached)


def recount_window(since: date, now: datetime) -> Window:
    """Everything since the cut-over, to be read without a filter."""
    return Window(
        sort="recount",
        from_at=midnight(since),
        until_at=None,
        asked_from_at=midnight(since),
        asked_until_at=now,
    )


def cursor_of(event: Event | None) -> JsonObject | None:
    """The cursor in a poll's last event; one that broke carries the cursor it did not move."""
    found = event.body.get("cursor") if event is not None and event.body is not None else None
    return found if isinstance(found, Mapping) else None


def _stretch(
    sort: Sort, began_at: datetime, days: int, end: datetime, grain: str, overlap_s: float
) -> Window:
    until_at = min(midnight(began_at.date()) + days * DAY, end)
    slack = timedelta(seconds=overlap_s) if grain == "instant" else DAY
    last = until_at - DAY if grain == "day" else until_at
    if sort == "sweep" and until_at == end:
        last += FAR_AHEAD  # stamps of a clock that was wrong (reliability.md P22)
    return Window(
        sort=sort,
        from_at=began_at,
        until_at=until_at,
        asked_from_at=began_at - slack,
        asked_until_at=last + slack,
    )


def _step(days: int, pages: int) -> int:
    if pages <= FEW_PAGES:
        return min(LONGEST_STEP_DAYS, days * 2)
    return max(1, days // 2) if pages > MANY_PAGES else days
