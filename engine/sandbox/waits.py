"""How long a sandbox lets requests wait: a mean, a share of jitter, a cap, and a seed.

The same seed gives the same waits in the same order. Owns nothing; sleeps for whoever asks.
"""

import asyncio
import math
from dataclasses import dataclass
from random import Random
from typing import Final

EXECUTION_S: Final = 0.99
"""What an execution takes at most, unless somebody asked for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The mean wait in seconds, the share by which waits stray from it, the longest of them."""

    mean_s: float = 0.0
    jitter: float = 0.2
    longest_s: float = math.inf


AT_ONCE: Final = Pace()
"""No wait at all."""


class Waits:
    """The waits of one kind of request, drawn one after the other from the seed and the kind."""

    def __init__(self, pace: Pace, *, seed: int, kind: str) -> None:
        self._pace = pace
        self._random = Random(f"{seed}/waits/{kind}")

    def next_s(self) -> float:
        """Seconds that the next request waits."""
        pace = self._pace
        if not pace.mean_s:
            return 0.0
        strayed = pace.mean_s * (1 + self._random.uniform(-pace.jitter, pace.jitter))
        return min(strayed, pace.longest_s)

    async def wait(self) -> None:
        """The next request has waited; without a pace nothing else had its turn meanwhile."""
        seconds = self.next_s()
        if seconds:
            await asyncio.sleep(seconds)
