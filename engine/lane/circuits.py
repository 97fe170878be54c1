"""When nothing is posted for a while: a circuit for the addressee, and one for each command type.

Each opens when five posts in a row were in doubt or did not get through, and lets one go after each
rest (reliability.md §4.7). Safety never rests on it: it keeps a sick addressee from being given
document after document that all become doubts. An addressee that cannot be reached at all is the
lane's own pause.
"""

from typing import Final

from engine.clock import Clock
from engine.pacing.breaker import FIRST_REST_S, LONGEST_REST_S, OPENS_AFTER, Breaker

NEAR_RESTS_S: Final = (0.5, 2.0)
"""The first and the longest rest of an addressee on this machine, whose troubles are rehearsed."""


class Circuits:
    """The circuits of one lane; `is_near` shortens their rests.

    `held_until`: the position that the rows must reflect before anything more is posted, 0: none.
    """

    def __init__(self, clock: Clock, *, is_near: bool = False) -> None:
        self._clock = clock
        self._rests_s = NEAR_RESTS_S if is_near else (FIRST_REST_S, LONGEST_REST_S)
        self._all = self._breaker()
        self._types: dict[str, Breaker] = {}
        self.held_until = 0

    @property
    def text(self) -> str:
        """What rests and why, in a sentence; "" when nothing does."""
        resting = sorted(name for name, breaker in self._types.items() if breaker.is_open)
        if not self._all.is_open and not resting:
            return ""
        what = "" if self._all.is_open else f" of {', '.join(resting)}"
        return (
            f"the last {OPENS_AFTER} posts{what} were lost or did not get through; "
            "one is tried after each rest"
        )

    @property
    def resting(self) -> frozenset[str]:
        """The types of which nothing may be posted now, so that they need not be looked at."""
        return frozenset(name for name, breaker in self._types.items() if breaker.left_s())

    def hold(self, position: int) -> None:
        """Something that can never be was appended there: rows will say whether the line stops."""
        self.held_until = position

    def admit(self, command_type: str) -> bool:
        """Whether a command of that type may be posted now; it may be the one that is tried."""
        own = self._of(command_type)
        if self._all.left_s() or own.left_s():
            return False
        return self._all.admit() and own.admit()

    def answered(self, command_type: str, *, is_trouble: bool) -> None:
        """A post came to an end: in `is_trouble`, or with an answer, were it a refusal."""
        for breaker in (self._all, self._of(command_type)):
            if is_trouble:
                breaker.failed()
            else:
                breaker.succeeded()

    def withdrawn(self, command_type: str) -> None:
        """The admitted command is over; when it was not posted, the next one may be tried."""
        self._all.withdrawn()
        self._of(command_type).withdrawn()

    def _of(self, command_type: str) -> Breaker:
        if command_type not in self._types:
            self._types[command_type] = self._breaker()
        return self._types[command_type]

    def _breaker(self) -> Breaker:
        first_s, longest_s = self._rests_s
        return Breaker(self._clock, first_rest_s=first_s, longest_rest_s=longest_s)
