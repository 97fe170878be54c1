"""Windows of the week: what they hold, when they end, across midnight, weeks and clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.windows import DAYS, WEEK_MINUTES, ends_at, has_struck

WEEKEND = "Fri 18:00-Mon 06:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("windows", "zone", "now", "until"),
    [
        ([WEEKEND], "UTC", "2026-11-27T17:59", None),  # a Friday
        ([WEEKEND], "UTC", "2026-11-27T18:00", "2026-11-30T06:00"),
        ([WEEKEND], "UTC", "2026-11-29T23:59", "2026-11-30T06:00"),
        ([WEEKEND], "UTC", "2026-11-30T05:59", "2026-11-30T06:00"),
        ([WEEKEND], "UTC", "2026-11-30T06:00", None),
        (["Sun 22:00-Sun 23:00"], "UTC", "2026-11-29T22:30", "2026-11-29T23:00"),
        (["Sun 22:00-Tue 01:00"], "UTC", "2026-11-30T12:00", "2026-12-01T01:00"),
        # 18:00 in Vancouver is 02:00 UTC of the next day, UTC-8 in November
        ([WEEKEND], "America/Vancouver", "2026-11-28T01:59", None),
        ([WEEKEND], "America/Vancouver", "2026-11-28T02:00", "2026-11-30T14:00"),
        # the clocks go back on Sunday, 1 November 2026, at 02:00: UTC-7 before, UTC-8 after
        ([WEEKEND], "America/Vancouver", "2026-10-31T01:00", "2026-11-02T14:00"),
        # one window ends in the next one
        (["Mon 06:00-Mon 08:00", WEEKEND], "UTC", "2026-11-29T12:00", "2026-11-30T08:00"),
        ([], "UTC", "2026-11-29T12:00", None),
        # the whole week: a week from now
        (["Mon 00:00-Mon 00:00"], "UTC", "2026-11-25T12:00", "2026-12-02T12:00"),
    ],
)
def test_window_when_it_holds_now_then_its_end_is_told(
    windows: list[str], zone: str, now: str, until: str | None
) -> None:
    assert ends_at(windows, zone, at(now)) == (None if until is None else at(until))


def test_windows_when_they_hold_the_whole_week_then_it_ends_a_week_from_now() -> None:
    now = at("2026-11-25T12:00")
    halves = ["Mon 00:00-Fri 00:00", "Thu 00:00-Mon 00:00"]
    assert ends_at(halves, "UTC", now) == at("2026-12-02T12:00")


@given(
    st.integers(0, WEEK_MINUTES - 1), st.integers(1, WEEK_MINUTES - 1), st.integers(0, 3_000_000)
)
def test_window_when_anything_then_it_is_outside_at_its_end(
    start: int, length: int, minute: int
) -> None:
    def clock(total: int) -> str:
        day, rest = divmod(total % WEEK_MINUTES, 1440)
        return f"{DAYS[day]} {rest // 60:02}:{rest % 60:02}"

    window = f"{clock(start)}-{clock(start + length)}"
    now = at("2026-11-23T00:00") + timedelta(minutes=minute)
    until = ends_at([window], "UTC", now)
    here = minute % WEEK_MINUTES
    is_inside = (here - start) % WEEK_MINUTES < length
    assert (until is not None) == is_inside
    if until is not None:
        assert now < until <= now + timedelta(minutes=length)
        assert ends_at([window], "UTC", until) is None


@pytest.mark.parametrize(
    ("after", "now", "has"),
    [
        ("2026-11-25T09:00", "2026-11-25T15:59", False),
        ("2026-11-25T09:00", "2026-11-25T16:00", True),
        ("2026-11-25T16:00", "2026-11-25T20:00", False),
        ("2026-11-25T16:00", "2026-11-26T16:00", True),
        ("2026-11-25T16:01", "2026-11-26T15:59", False),
    ],
)
def test_clock_when_it_strikes_an_hour_early_then_once_a_day_and_never_before(
    after: str, now: str, has: bool
) -> None:
    lead = timedelta(hours=1)
    assert has_struck("17:00", "UTC", at(after), at(now), lead=lead) is has
    west = timedelta(hours=8)
    begun, then = at(after) + west, at(now) + west
    assert has_struck("17:00", "America/Vancouver", begun, then, lead=lead) is has
