"""Inputs tried on a target under the bounds of reliability.md X2, and what came of them.

Time is the processor's, so that a busy machine breaks no promise, and the least of three tries, as
Python may collect meanwhile what others left; memory is what Python and expat
allocate, measured on samples and on some of the inputs, for measuring is slow.
"""

import time
import traceback
import tracemalloc
from typing import Final

from engine.proof.evidence.figures import Fuzzed
from engine.proof.fuzz.target import Broken, Target

LONGEST_S: Final = 1.0
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_TRIES: Final = 3
MEASURE_EVERY: Final = 500
MOST_TOLD: Final = 5
_SHOWN: Final = 60


class Watch:
    """Tries inputs on one target for one instrument, and counts."""

    def __init__(self, target: Target, by: str) -> None:
        self._target = target
        self._by = by
        self._executions = 0
        self._crashes = 0
        self._slowest_s = 0.0
        self._said: dict[str, str] = {}

    def try_samples(self) -> None:
        """Every sample was tried as it is, memory included, and every bomb."""
        for bomb in self._target.bombs:
            self.try_one(bomb)
        for sample in (*self._target.samples, *self._target.bombs):
            self.measure(sample)

    def try_one(self, raw: bytes) -> None:
        """The input was tried; never raises."""
        if self._executions % MEASURE_EVERY == 0:
            self.measure(raw)
            return
        took_s = self._took_s(raw)
        for _ in range(MOST_TRIES - 1):
            if took_s > LONGEST_S:
                took_s = min(took_s, self._took_s(raw))
        self._slowest_s = max(self._slowest_s, took_s)
        if took_s > LONGEST_S:
            self._broken("slow", f"took {took_s:.1f} s of the processor", raw)

    def _took_s(self, raw: bytes) -> float:
        began = time.process_time()
        self._run(raw)
        return time.process_time() - began

    def measure(self, raw: bytes) -> None:
        """The input was tried, and its memory measured instead of its time."""
        tracemalloc.start()
        try:
            self._run(raw)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        if peak > MOST_BYTES:
            self._broken("large", f"took {peak // 1024**2} MiB", raw)

    def fuzzed(self) -> Fuzzed:
        """What came of all inputs so far."""
        return Fuzzed(
            target=self._target.name,
            executions=self._executions,
            crashes=self._crashes,
            slowest_ms=round(self._slowest_s * 1000, 1),
            by=self._by,
            said=tuple(self._said.values()),
        )

    def _run(self, raw: bytes) -> None:
        self._executions += 1
        try:
            self._target.check(raw)
        except Broken as broken:
            self._broken(str(broken), str(broken), raw)
        except Exception as error:  # whatever is not the declared one breaks the promise
            [*_, innermost] = traceback.extract_tb(error.__traceback__)
            place = f"{innermost.name}, line {innermost.lineno}"
            kind = type(error).__name__
            self._broken(f"{kind} {place}", f"{kind} in {place}: {str(error)[:_SHOWN]}", raw)

    def _broken(self, kind: str, said: str, raw: bytes) -> None:
        self._crashes += 1
        if len(self._said) < MOST_TOLD:
            shown = f"{raw[:_SHOWN]!r}" + (f"... ({len(raw)} bytes)" if raw[_SHOWN:] else "")
            self._said.setdefault(kind, f"{said}; input {shown}")
