"""Silences: which are as always, and in which too much stayed away (reliability.md P34)."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.procurify.volume import SUSPICIOUS, Volume

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def office_weeks(a_day: int, weeks: int = 4) -> list[datetime]:
    """So many arrivals each working day, one an hour from 09:00 on, in the weeks up to Monday."""
    days = [MONDAY - timedelta(days=back) for back in range(1, 7 * weeks + 1)]
    return [
        day + timedelta(hours=9 + number % 8, minutes=number)
        for day in days
        if day.weekday() < 5
        for number in range(a_day)
    ]


def quiet_since(arrivals: list[datetime], heard: datetime, until: datetime) -> float:
    volume = Volume()
    volume.learn(arrivals, MONDAY)
    volume.heard(heard)
    return volume.missed(until)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, 0), (9, 0), (9.5, 0.5), (10, 1), (13, 4), (17, 8), (24, 8), (33, 8), (41, 16)],
)
def test_silence_when_it_lasts_p34_then_what_was_to_be_expected_in_its_hours(
    hours: float, expected: float
) -> None:
    until = MONDAY + timedelta(hours=hours)
    assert quiet_since(office_weeks(8), MONDAY, until) == pytest.approx(expected)


def test_silence_when_a_weekend_p34_then_nothing_was_to_be_expected() -> None:
    friday_night = MONDAY + timedelta(days=4, hours=18)
    assert quiet_since(office_weeks(80), friday_night, friday_night + timedelta(days=2)) == 0


def test_silence_when_a_busy_morning_is_empty_p34_then_suspicious_within_an_hour() -> None:
    nine = MONDAY + timedelta(hours=9)
    arrivals = office_weeks(80)
    assert quiet_since(arrivals, nine, nine + timedelta(minutes=30)) < SUSPICIOUS
    assert quiet_since(arrivals, nine, nine + timedelta(hours=1)) >= SUSPICIOUS


def test_silence_when_the_tenant_is_young_p34_then_expected_less() -> None:
    until = MONDAY + timedelta(days=1)
    assert quiet_since(office_weeks(8, weeks=1), MONDAY, until) == pytest.approx(2)


def test_silence_when_nothing_was_learnt_p34_then_none() -> None:
    assert Volume().missed(MONDAY) == 0
    assert quiet_since([], MONDAY, MONDAY + timedelta(days=90)) == 0


def test_silence_when_stamps_lie_ahead_or_far_back_p34_then_they_teach_nothing() -> None:
    odd = [MONDAY + timedelta(days=1), MONDAY - timedelta(days=400)]
    assert quiet_since(odd, MONDAY, MONDAY + timedelta(days=2)) == 0
