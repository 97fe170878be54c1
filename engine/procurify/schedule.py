"""When a resource is read next: by interval with jitter, sooner when woken, later when asked to."""

import asyncio
import random

from engine.clock import Clock
from engine.procurify.outcome import PollOutcome
from engine.procurify.settings import SHORTEST_LOOPBACK_INTERVAL_S

JITTER = 0.1
LONGEST_STAGGER_S = 1.0
FORBIDDEN_REST_S = 3600.0
FORBIDDEN_REST_NEAR_S = 5.0
LEAST_REST_S = 30.0
LOAD_FACTOR = 6.0
"""A resource rests at least so many times as long as its last poll took, so that the few heavy
ones together leave most of an engine's time to planning and posting. Not when the poll broke, and
never for longer than `LONGEST_LOAD_REST_S`: it may have waited for a slow peer, not worked."""
LONGEST_LOAD_REST_S = 30.0


class Schedule:
    """The rhythm of one resource; `is_near` shortens the rests for a domain on this machine."""

    def __init__(
        self,
        *,
        interval_s: float,
        chance: random.Random,
        clock: Clock,
        is_near: bool = False,
    ) -> None:
        self._interval_s = interval_s
        self._least_rest_s = SHORTEST_LOOPBACK_INTERVAL_S if is_near else LEAST_REST_S
        self._forbidden_rest_s = FORBIDDEN_REST_NEAR_S if is_near else FORBIDDEN_REST_S
        self._clock = clock
        self._chance = chance
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """The resource is read soon, though never at once after it was read."""
        self._woken.set()

    def next_s(self, outcome: PollOutcome, took_s: float = 0.0) -> float:
        """The seconds from this outcome to the next poll, if nobody wakes it."""
        if outcome.is_complete and not outcome.is_caught_up:
            return 0.0
        seconds = self._interval_s
        if outcome.cause == "forbidden":
            seconds = max(seconds, self._forbidden_rest_s)
        jittered = seconds * self._chance.uniform(1 - JITTER, 1 + JITTER)
        load_s = min(LOAD_FACTOR * took_s, LONGEST_LOAD_REST_S) if outcome.is_complete else 0.0
        return max(jittered, load_s, outcome.retry_after_s or 0.0)

    async def stagger(self) -> None:
        """The first poll's time has come; not all resources start at once."""
        most_s = min(LONGEST_STAGGER_S, self._interval_s * JITTER)
        await self._clock.sleep(self._chance.uniform(0, most_s))

    async def rest(self, outcome: PollOutcome, took_s: float = 0.0) -> None:
        """The next poll's time has come, by the interval or because somebody woke it."""
        seconds = self.next_s(outcome, took_s)
        at_least = min(seconds, self._least_rest_s) if outcome.is_complete else seconds
        await self._clock.sleep(at_least)
        if seconds > at_least:
            async with asyncio.TaskGroup() as group:
                alarm = group.create_task(self._alarm(seconds - at_least))
                await self._woken.wait()
                alarm.cancel()
        self._woken.clear()

    async def _alarm(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._woken.set()
