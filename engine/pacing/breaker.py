"""A circuit: after some failures in a row nothing goes out for a while, then one probe does.

Closed, open, half-open as in reliability.md §4.7: open at five in a row, half-open one. Each rest
is twice as long as the last, up to a bound, until something succeeds. Safety never rests on it.
"""

from engine.clock import Clock

OPENS_AFTER = 5
FIRST_REST_S = 30.0
LONGEST_REST_S = 300.0


class Breaker:
    """One circuit. Ask `admit` before each call and tell what came of it: `succeeded`, `failed`,
    or `withdrawn` when it said nothing about the peer."""

    def __init__(
        self,
        clock: Clock,
        *,
        opens_after: int = OPENS_AFTER,
        first_rest_s: float = FIRST_REST_S,
        longest_rest_s: float = LONGEST_REST_S,
    ) -> None:
        self._clock = clock
        self._opens_after = opens_after
        self._first_rest_s = first_rest_s
        self._longest_rest_s = longest_rest_s
        self._failures = 0
        self._rest_s = 0.0
        self._rests_until_s = 0.0
        self._is_probed = False

    @property
    def is_open(self) -> bool:
        """Whether the last `opens_after` calls failed and none has succeeded since."""
        return self._failures >= self._opens_after

    def left_s(self) -> float:
        """Seconds until a call may go out; 0 when one may now. While a probe is out: a rest."""
        if not self.is_open:
            return 0.0
        if self._is_probed:
            return self._rest_s
        return max(0.0, self._rests_until_s - self._clock.monotonic())

    def admit(self) -> bool:
        """Whether a call may go out now; of an open circuit the caller is then the one probe."""
        if self.left_s() > 0:
            return False
        self._is_probed = self.is_open
        return True

    def succeeded(self) -> None:
        """The peer works: the circuit is closed."""
        self._failures, self._rest_s, self._is_probed = 0, 0.0, False

    def failed(self) -> None:
        """One failure more; the circuit opens with the last of them, and for longer with a probe.

        A call that went out before it opened and fails now changes nothing.
        """
        is_straggler = self.is_open and not self._is_probed
        self._failures += 1
        self._is_probed = False
        if self.is_open and not is_straggler:
            self._rest_s = min(self._longest_rest_s, self._rest_s * 2 or self._first_rest_s)
            self._rests_until_s = self._clock.monotonic() + self._rest_s

    def withdrawn(self) -> None:
        """The call said nothing of the peer; if it was the probe, the next caller is."""
        self._is_probed = False
