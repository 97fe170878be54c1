"""How many requests may be repeated: a tenth of those made for the first time, a minute long.

A peer in trouble then meets at most a tenth more than its usual load, however many callers there
are (reliability.md G16). A quiet minute has a floor, so that a lone request may be repeated.
"""

from collections import deque

from engine.clock import Clock

WINDOW_S = 60.0
SHARE = 0.1
FLOOR = 3


class RetryBudget:
    """The budget of one peer. Keeps one instant for each first attempt of the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._firsts: deque[float] = deque()
        self._repeats: deque[float] = deque()

    def tried(self) -> None:
        """A request went out for the first time."""
        self._firsts.append(self._forget())

    def take(self) -> bool:
        """Whether a request may go out once more; if so, it is charged."""
        now_s = self._forget()
        if len(self._repeats) >= max(FLOOR, int(SHARE * len(self._firsts))):
            return False
        self._repeats.append(now_s)
        return True

    def _forget(self) -> float:
        """What is older than the window is gone; the monotonic second it is."""
        now_s = self._clock.monotonic()
        for instants in (self._firsts, self._repeats):
            while instants and now_s - instants[0] >= WINDOW_S:
                instants.popleft()
        return now_s
