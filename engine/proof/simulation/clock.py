"""The clocks of a run: all tell the loop's virtual time, each with an error of its own."""

import asyncio
from datetime import datetime, timedelta


class VirtualClock:
    """A clock of one machine: `began_at` is the true instant at which the run began.

    `ahead` is what its wall clock shows beside the true time and may jump either way; its
    monotonic seconds count from `booted_s` and never do.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, began_at: datetime, *, booted_s: float = 0.0
    ) -> None:
        self.ahead = timedelta(0)
        self._loop = loop
        self._began_at = began_at
        self._booted_s = booted_s

    def now(self) -> datetime:
        """The machine's wall time: aware UTC in whole microseconds."""
        return self._began_at + timedelta(seconds=self._loop.time()) + self.ahead

    def monotonic(self) -> float:
        """Seconds since the machine was started."""
        return self._booted_s + self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """So many virtual seconds have passed."""
        await asyncio.sleep(seconds)
