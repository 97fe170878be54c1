"""The clock of a host that we speak with, by the Date of its replies.

What a host has stamped is read by that host's days: our own wall clock may be years beside it, and
then decides when something is read, never whether (reliability.md §1 G11).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from engine.clock import Clock

YEARS: Final = range(2000, 2200)
"""A host that says another year does not know what time it is."""


def parse_date(header: str | None) -> datetime | None:
    """The instant of a Date header in UTC, None for none or garbage."""
    try:
        at = parsedate_to_datetime(header) if header else None
        if at is None:
            return None
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class HostClock:
    """A `Clock` that tells the host's time, ours until the host has told one.

    Between two replies our monotonic seconds carry it on, so that a jump of our wall clock does
    not show.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: tuple[datetime, float] | None = None

    def heard(self, header: str | None) -> None:
        """A reply came with this Date header; one that cannot be believed is passed over."""
        date_at = parse_date(header)
        if date_at is not None and date_at.year in YEARS:
            self._heard = date_at, self._clock.monotonic()

    def now(self) -> datetime:
        """The host's present: aware UTC, exact to the second and the way of the reply."""
        if self._heard is None:
            return self._clock.now()
        date_at, heard_at = self._heard
        return date_at + timedelta(seconds=self._clock.monotonic() - heard_at)

    def monotonic(self) -> float:
        """Our own monotonic seconds."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """So many of our own seconds have passed."""
        await self._clock.sleep(seconds)
