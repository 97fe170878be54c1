"""Whether the event loop turns, seen from a thread that does not need it.

A loop that stands still renews no lease, answers nobody and cannot say so. A thread asks it every
second and counts the seconds without an answer. Ten are counted as a block, logged with the place
where the loop stands, and told to readiness; after two minutes the process is ended, for whoever
watches over it to start anew: to die is safe at any instant, to stand is not (reliability.md K11,
G8). They are seconds of the thread, not of a clock: a process that somebody stopped (SIGSTOP) did
not block itself.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread, get_ident
from typing import Final

from engine.clock import Clock
from engine.telemetry import Metrics

TICK_S: Final = 1.0
BLOCKED_TICKS: Final = 10
ENDS_TICKS: Final = 120
SHOWN_S: Final = 60.0
"""How long readiness tells of a block that is over."""
ENDED_BY_WATCHDOG: Final = 70
"""The exit code of a process whose loop did not come back (sysexits.h: EX_SOFTWARE)."""
_FRAMES: Final = 12


def die() -> None:
    """The process is gone, with what its log could still write."""
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(ENDED_BY_WATCHDOG)


class Watchdog:
    """Watches the loop that `watching` is entered in."""

    def __init__(
        self,
        metrics: Metrics,
        clock: Clock,
        *,
        tick_s: float = TICK_S,
        end: Callable[[], None] = die,
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._tick_s = tick_s
        self._end = end
        self._has_answered = True
        self._still_ticks = 0
        self._blocked_at: float | None = None
        self._loop_thread = get_ident()

    @property
    def is_blocked(self) -> bool:
        """Whether the loop has not turned for ten seconds."""
        return self._still_ticks >= BLOCKED_TICKS

    @property
    def troubles(self) -> Sequence[str]:
        """That the loop stood still within the last minute, in a sentence."""
        if self._blocked_at is None:
            return []
        ago_s = self._clock.monotonic() - self._blocked_at
        if ago_s > SHOWN_S:
            return []
        return [f"the event loop stood still for {BLOCKED_TICKS} s or more, {ago_s:.0f} s ago"]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The loop that runs here is watched inside the block."""
        self._loop_thread = get_ident()
        loop, over = asyncio.get_running_loop(), Event()

        def watch() -> None:
            while not over.wait(self._tick_s):
                self.look(loop.call_soon_threadsafe)

        thread = Thread(target=watch, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def look(self, ask: Callable[[Callable[[], None]], object]) -> None:
        """One second of the thread has passed; `ask` calls what it is given in a turn of the loop.

        Asked again once it has answered; what follows from its silence is done.
        """
        if self._has_answered:
            self._has_answered, self._still_ticks = False, 0
            asked_s = self._clock.monotonic()
            ask(lambda: self._answered(asked_s))
            return
        self._still_ticks += 1
        if self.is_blocked:
            self._blocked_at = self._clock.monotonic()
        if self._still_ticks == BLOCKED_TICKS:
            self._metrics.loop_blocks.inc()
            _log().error("the event loop stands still", extra={"stack": self._stack()})
        elif self._still_ticks == ENDS_TICKS:
            _log().critical("the event loop does not come back", extra={"stack": self._stack()})
            self._end()

    def _answered(self, asked_s: float) -> None:
        self._metrics.loop_late_seconds.set(self._clock.monotonic() - asked_s)
        self._has_answered = True

    def _stack(self) -> list[str]:
        """Where the loop's thread is: files, lines and functions, no values."""
        frame = sys._current_frames().get(self._loop_thread)
        found = traceback.extract_stack(frame)[-_FRAMES:] if frame is not None else []
        return [f"{place.filename}:{place.lineno} {place.name}" for place in found]


def _log() -> logging.Logger:
    return logging.getLogger(__name__)
