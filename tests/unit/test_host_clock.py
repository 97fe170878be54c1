"""A host's clock, by the Date of its replies; ours may be years beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.host_clock import HostClock, parse_date

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SAID = "Fri, 20 Nov 2026 12:00:00 GMT"


class Wrong:
    """A clock whose wall shows whatever it is set to, and whose seconds go on."""

    def __init__(self) -> None:
        self.wall = NOW + timedelta(days=3650)
        self.seconds = 100.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", NOW),
        ("Fri, 20 Nov 2026 13:00:00 +0100", NOW),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_date_when_read_then_utc_or_none(header: str | None, expected: datetime | None) -> None:
    assert parse_date(header) == expected


def test_clock_g11_when_ours_is_years_ahead_then_the_hosts_time_is_told() -> None:
    ours = Wrong()
    clock = HostClock(ours)
    assert clock.now() == ours.wall
    clock.heard(SAID)
    assert clock.now() == NOW


async def test_clock_g11_when_ours_jumps_after_a_reply_then_only_seconds_have_passed() -> None:
    ours = Wrong()
    clock = HostClock(ours)
    clock.heard(SAID)
    ours.wall -= timedelta(days=7300)
    await clock.sleep(90)
    assert clock.now() == NOW + timedelta(seconds=90)
    assert clock.monotonic() == 190.0


@pytest.mark.parametrize(
    "header",
    [None, "", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 01 Jan 9999 00:00:00 GMT"],
)
def test_clock_when_a_date_cannot_be_believed_then_it_is_passed_over(header: str | None) -> None:
    clock = HostClock(Wrong())
    clock.heard(SAID)
    clock.heard(header)
    assert clock.now() == NOW
