"""When a domain, or one resource of it, is left alone: a circuit for each, told how polls end.

A poll that broke because nobody answered counts against its resource and against the domain; one
that was answered, even with a refusal, proves the domain alive. A domain whose circuit is open is
asked by one poll at a time, and a resource whose own is open at longer and longer intervals.
"""

from engine.clock import Clock
from engine.pacing.breaker import Breaker
from engine.procurify.observer import Observer

SILENT = frozenset({"unavailable", "timed_out"})
"""Causes of broken polls for which the other side is to blame, and time the cure."""
Rests = tuple[float, float]
DOMAIN_RESTS_S: Rests = (30.0, 300.0)
RESOURCE_RESTS_S: Rests = (600.0, 900.0)
"""The first and the longest rest. A resource's are longer than it rests anyway, and no longer
than what is late then can be made up for (reliability.md G15)."""
NEAR_RESTS_S: Rests = (0.5, 2.0)
"""For a domain on this machine, whose outages are rehearsed."""


class Circuits:
    """The circuits of one domain; `is_near` shortens their rests."""

    def __init__(self, clock: Clock, observer: Observer, *, is_near: bool = False) -> None:
        self._clock = clock
        self._observer = observer
        self._rests_s = NEAR_RESTS_S if is_near else RESOURCE_RESTS_S
        self._domain = _breaker(clock, NEAR_RESTS_S if is_near else DOMAIN_RESTS_S)
        self._resources: dict[str, Breaker] = {}

    def admit(self, resource: str) -> float:
        """0 when the resource may be polled now, else the seconds to wait before asking again."""
        own = self._of(resource)
        left_s = max(own.left_s(), self._domain.left_s())
        if not left_s:
            own.admit()
            self._domain.admit()
        return left_s

    def ended(self, resource: str, cause: str | None) -> None:
        """An admitted poll came to this end: "" is a complete one, None one that was dropped or
        broke for a reason of our own."""
        own = self._of(resource)
        if cause in SILENT:
            own.failed()
            self._domain.failed()
        elif cause is None or cause == "throttled":
            own.withdrawn()
            self._domain.withdrawn()
        else:
            own.succeeded()
            self._domain.succeeded()
        self._observer.circuit(resource, own.is_open)
        self._observer.circuit("", self._domain.is_open)

    def _of(self, resource: str) -> Breaker:
        if resource not in self._resources:
            self._resources[resource] = _breaker(self._clock, self._rests_s)
        return self._resources[resource]


def _breaker(clock: Clock, rests_s: Rests) -> Breaker:
    return Breaker(clock, first_rest_s=rests_s[0], longest_rest_s=rests_s[1])
