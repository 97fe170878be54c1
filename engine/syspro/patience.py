"""How long a host is waited for: the slower it answers, the longer; one that does not, rests.

Giving a slow answer up does not end the work behind it, so whoever asks again at once has two
requests at work there, then three (reliability.md S33). Only one call of an operator is under way
at a time, and a longer deadline keeps it so while the host becomes slower. Where even the longest
is too short, each call that is given up after another rests longer before the next. Pure.
"""

FACTOR = 4.0
"""How many times slower the next answer may be than the slowest of late."""
FADE = 0.9
"""What is left of an old slowness with each answer."""
RESTS = 2.5
"""The longest rest, in longest deadlines: 300 s where a post is given 120 s."""


class Patience:
    """The patience with one host, between the `usual_s` and the `longest_s` deadline."""

    def __init__(self, usual_s: float, longest_s: float) -> None:
        self._usual_s = usual_s
        self._longest_s = max(usual_s, longest_s)
        self._longest_rest_s = RESTS * longest_s
        self._slow_s = 0.0
        self._given_up = 0

    @property
    def deadline_s(self) -> float:
        """How long the next answer is waited for."""
        return min(self._longest_s, max(self._usual_s, FACTOR * self._slow_s))

    def answered(self, seconds: float) -> None:
        """An answer came after so long, and none was given up since."""
        self._slow_s = max(seconds, FADE * self._slow_s)
        self._given_up = 0

    def gave_up(self, seconds: float) -> float:
        """No answer came in so long; the seconds to rest: none for the first one in a row."""
        self._slow_s = max(seconds, self._slow_s)
        self._given_up += 1
        if self._given_up == 1:
            return 0.0
        return min(self._longest_rest_s, seconds * 2.0 ** min(self._given_up - 2, 16))
