"""Windows: every instant from the cut-over on lies in one, and the watermark never runs ahead."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Misconfigured
from engine.procurify.cursor import DAY, Cursor, Window, advance, next_window, sweep_window
from engine.procurify.models.stamps import midnight
from engine.procurify.outcome import PollOutcome
from engine.procurify.resources import BILLS, PURCHASE_ORDERS, RESOURCES, enabled, resource_named
from engine.procurify.schedule import Schedule

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OVERLAP_S = 600.0


def backfill(since: date, now: datetime, grain: str, pages: int) -> list[Window]:
    cursor = Cursor.first(since, now.date())
    windows = []
    while True:
        window = next_window(cursor, now, grain, OVERLAP_S)
        windows.append(window)
        cursor = advance(cursor, window, now=now, pages=pages)
        assert cursor.watermark_at <= now
        assert Cursor.from_json(cursor.to_json()) == cursor
        if window.sort == "regular":
            return windows


@given(
    st.integers(0, 400), st.sampled_from(["day", "instant"]), st.integers(0, 20), st.integers(0, 23)
)
def test_backfill_when_walked_then_every_instant_lies_in_a_window(
    days: int, grain: str, pages: int, hour: int
) -> None:
    now = NOW.replace(hour=hour)
    since = (now - days * DAY).date()
    windows = backfill(since, now, grain, pages)
    assert windows[0].asked_from_at <= midnight(since)
    for before, after in itertools.pairwise(windows):
        assert before.until_at is not None
        assert after.from_at <= before.until_at
        assert after.asked_from_at < before.until_at
    assert windows[-1].asked_until_at > now


def test_backfill_when_busy_then_day_by_day_and_when_quiet_in_longer_steps() -> None:
    since = date(2026, 10, 1)
    assert len(backfill(since, NOW, "day", 99)) == 50
    assert len(backfill(since, NOW, "day", 1)) == 7


def test_window_when_of_days_then_asked_with_a_day_around() -> None:
    cursor = Cursor(watermark_at=datetime(2026, 11, 3, tzinfo=UTC), swept_on=NOW.date())
    window = next_window(cursor, NOW, "day", OVERLAP_S)
    assert window.query(PURCHASE_ORDERS.listings[0]) == {
        "modified_date_0": "2026-11-02",
        "modified_date_1": "2026-11-04",
    }
    assert window.holds(datetime(2026, 11, 3, 23, tzinfo=UTC))
    assert window.holds(None)
    assert not window.holds(datetime(2026, 10, 31, tzinfo=UTC))
    assert not window.holds(datetime(2026, 11, 9, tzinfo=UTC))


def test_window_when_regular_then_two_days_back_and_one_ahead() -> None:
    cursor = Cursor(watermark_at=NOW - timedelta(minutes=5), swept_on=NOW.date())
    window = next_window(cursor, NOW, "day", OVERLAP_S)
    assert window.query(PURCHASE_ORDERS.listings[0]) == {
        "modified_date_0": "2026-11-18",
        "modified_date_1": "2026-11-21",
    }
    assert window.holds(datetime(2031, 1, 1, tzinfo=UTC))


def test_window_when_a_clock_is_wrong_p22_then_it_reaches_beyond_the_later_of_both() -> None:
    cursor = Cursor(watermark_at=NOW - timedelta(minutes=5), swept_on=NOW.date())
    window = next_window(cursor, NOW - 30 * DAY, "day", OVERLAP_S, latest=NOW)
    assert window.query(PURCHASE_ORDERS.listings[0]) == {
        "modified_date_0": "2026-11-18",
        "modified_date_1": "2026-11-21",
    }


def test_window_when_regular_for_bills_then_ten_minutes_back() -> None:
    cursor = Cursor(watermark_at=NOW - timedelta(minutes=5), swept_on=NOW.date())
    window = next_window(cursor, NOW, "instant", OVERLAP_S)
    assert window.query(BILLS.listings[0]) == {
        "last_modified_datetime_0": "2026-11-20T11:45:00.000000Z",
        "last_modified_datetime_1": "2026-11-21T12:00:00.000000Z",
    }


def test_watermark_when_the_sources_clock_goes_back_then_it_stays() -> None:
    cursor = Cursor(watermark_at=NOW, swept_on=NOW.date())
    window = next_window(cursor, NOW, "day", OVERLAP_S)
    assert advance(cursor, window, now=NOW - DAY, pages=1).watermark_at == NOW


@given(st.integers(0, 400), st.integers(0, 20))
def test_sweep_when_its_night_comes_then_goes_from_the_cut_over_to_today_once(
    days: int, pages: int
) -> None:
    since = (NOW - days * DAY).date()
    cursor = Cursor(watermark_at=NOW, swept_on=NOW.date() - DAY)
    reached = midnight(since)
    while (window := sweep_window(cursor, NOW, "day", OVERLAP_S, since)) is not None:
        assert window.sort == "sweep"
        assert window.from_at == reached
        assert window.until_at is not None and window.until_at > reached
        reached = window.until_at
        cursor = advance(cursor, window, now=NOW, pages=pages)
        assert cursor.watermark_at == NOW
    assert reached > NOW
    assert cursor.swept_on == NOW.date()


def test_cursor_when_not_ours_then_none() -> None:
    assert Cursor.from_json({}) is None
    assert Cursor.from_json({"watermark": "2026-11-20", "swept_on": None}) is None


def test_cursor_when_documents_are_sick_then_kept_with_it() -> None:
    cursor = Cursor(watermark_at=NOW, swept_on=NOW.date(), sick={"7": "7", "ab": "a-b"})
    assert cursor.to_json()["sick"] == {"7": "7", "ab": "a-b"}
    assert Cursor.from_json(cursor.to_json()) == cursor
    assert "sick" not in Cursor(watermark_at=NOW, swept_on=NOW.date()).to_json()


def schedule(interval_s: float) -> Schedule:
    class Never:
        def now(self) -> datetime:
            return NOW

        def monotonic(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            raise AssertionError(seconds)

    return Schedule(interval_s=interval_s, chance=random.Random(1), clock=Never())


def test_schedule_when_next_then_within_a_tenth_of_the_interval() -> None:
    waits = [schedule(300).next_s(PollOutcome(resource="bills")) for _ in range(100)]
    assert all(270 <= wait <= 330 for wait in waits)


def test_schedule_when_not_caught_up_then_at_once() -> None:
    assert schedule(300).next_s(PollOutcome(resource="bills", is_caught_up=False)) == 0


def test_schedule_when_forbidden_then_an_hour_and_when_throttled_as_asked() -> None:
    assert schedule(60).next_s(PollOutcome(resource="bills", cause="forbidden")) >= 3240
    throttled = PollOutcome(resource="bills", cause="throttled", retry_after_s=1800)
    assert schedule(60).next_s(throttled) == 1800


def test_schedule_when_a_poll_worked_long_then_it_rests_longer_but_not_for_minutes() -> None:
    complete = PollOutcome(resource="bills")
    assert schedule(1).next_s(complete, 2.0) == 12
    assert schedule(1).next_s(complete, 59.0) == 30
    assert 54 <= schedule(60).next_s(complete, 59.0) <= 66


def test_schedule_when_a_slow_peer_broke_the_poll_then_the_next_comes_by_the_interval() -> None:
    """A detail that came too slowly for its 60 s once silenced a resource for six minutes."""
    broken = PollOutcome(resource="bills", cause="timed_out")
    assert 54 <= schedule(60).next_s(broken, 60.0) <= 66
    assert 0.9 <= schedule(1).next_s(broken, 180.0) <= 1.1


def test_resources_when_listed_then_every_path_ends_with_a_slash() -> None:
    for resource in RESOURCES:
        assert all(listing.path.endswith("/") for listing in resource.listings)
        assert resource_named(resource.name) is resource


def test_resources_when_payment_methods_are_off_then_not_read() -> None:
    names = {resource.name for resource in enabled(payment_methods=False)}
    assert "vendor_payment_methods" not in names
    assert len(enabled(payment_methods=True)) == len(names) + 1 == 13


def test_resources_when_unknown_then_the_known_are_named() -> None:
    with pytest.raises(Misconfigured, match="purchase_orders"):
        resource_named("orders")
