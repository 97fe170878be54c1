"""Time, so that nobody else asks the machine for it.

Whoever needs time is given a `Clock`; tests and the seeded simulation give their own. Wall time
labels events, monotonic time measures; no safety rests on either (reliability.md §1 G11).
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and lets it pass."""

    def now(self) -> datetime:
        """The present instant: aware UTC in whole microseconds; may jump either way."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed instant; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """So many seconds have passed."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's wall time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The machine's monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """So many seconds of the event loop have passed."""
        await asyncio.sleep(seconds)
