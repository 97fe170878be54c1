"""No more requests in any sliding second than the host allows, and none while it asks for rest.

One `Pace` stands before everything that goes to one host, tokens included. aiolimiter's bucket
lets a burst through; a bucket of one with a tenth of margin does not (dependencies.md §2). A new
pace begins with a second's rest, for whoever held the lease before may have asked a moment ago.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from aiolimiter import AsyncLimiter

from engine.clock import Clock
from engine.errors import Throttled
from engine.procurify.observer import Observer

MARGIN = 1.1
MOST_AT_ONCE = 4
LONGEST_WAIT_S = 60.0
FIRST_REST_S = 1.0


class Pace:
    """The turnstile of one host."""

    def __init__(self, rate: float, clock: Clock, observer: Observer) -> None:
        self._limiter = AsyncLimiter(1, MARGIN / rate) if rate > 0 else None
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._clock = clock
        self._observer = observer
        self._resting_until = clock.monotonic() + FIRST_REST_S if rate > 0 else 0.0

    def rest(self, seconds: float) -> None:
        """Nothing is sent for so many seconds."""
        self._resting_until = max(self._resting_until, self._clock.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """It is the caller's turn to send one request.

        Raises `Throttled`, sending nothing, when the host asked for more than a minute's rest.
        """
        began = self._clock.monotonic()
        async with self._places:
            while (left := self._resting_until - self._clock.monotonic()) > 0:
                if left > LONGEST_WAIT_S:
                    text = f"the host asked for patience, {left:.0f} s are left"
                    raise Throttled(text, retry_after_s=left)
                await self._clock.sleep(left)
            async with self._limiter or nullcontext():
                self._observer.waited(self._clock.monotonic() - began)
                yield
