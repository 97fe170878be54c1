"""The pace at which one host is called, and what watches the calls.

One `Gate` is shared by everything that talks to a host. Leaky buckets burst when they are given
a capacity, so the gate lets exactly one call through every 1.1/rate seconds: no sliding second
ever sees more than `rate` calls (dependencies.md, aiolimiter). A new gate is shut for a second,
for whoever held the lease before may have called until a moment ago. A host that keeps us waiting
shuts it as well, for everybody.
"""

import asyncio
import time
from typing import Protocol

from aiolimiter import AsyncLimiter

HEADROOM = 1.1
SHUT_S = 1.0


class Observer(Protocol):
    """What is told about every call; implemented by telemetry. Must not raise or wait."""

    def posted(self, business_object: str, answer: str, seconds: float) -> None:
        """A post ended: `answer` is `sent`, `not_sent`, … as the outcome's class says."""
        ...

    def queried(self, operation: str, answer: str, seconds: float) -> None:
        """Any other call ended: `ok` or the kind of failure."""
        ...

    def waited(self, seconds: float) -> None:
        """A call waited so long for the gate."""
        ...


class Unobserved:
    """An observer that keeps nothing."""

    def posted(self, business_object: str, answer: str, seconds: float) -> None:
        """Nothing is kept."""

    def queried(self, operation: str, answer: str, seconds: float) -> None:
        """Nothing is kept."""

    def waited(self, seconds: float) -> None:
        """Nothing is kept."""


class Gate:
    """At most `rate` calls in any second; 0 lets everything through at once."""

    def __init__(self, rate: float, observer: Observer | None = None) -> None:
        self._limiter = AsyncLimiter(1, HEADROOM / rate) if rate > 0 else None
        self._opens_at = time.monotonic() + SHUT_S
        self._rests_until_s = 0.0
        self._observer = observer or Unobserved()

    def rest(self, seconds: float) -> None:
        """Nobody is let through for so long."""
        self._rests_until_s = max(self._rests_until_s, _now_s() + seconds)

    async def enter(self) -> None:
        """It is this caller's turn; callers go in the order they came."""
        while (left_s := self._rests_until_s - _now_s()) > 0:
            await asyncio.sleep(left_s)
        if self._limiter is None:
            return
        before = time.monotonic()
        if before < self._opens_at:
            await asyncio.sleep(self._opens_at - before)
        await self._limiter.acquire()
        self._observer.waited(time.monotonic() - before)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
