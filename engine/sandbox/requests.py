"""Every request that the two sandboxes answered, redacted, for the control port.

A ring of the last 200,000: numbers go on counting when old entries fall out. An entry holds
no query string, no token, no document.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from aiohttp import web

CAPACITY = 200_000

_arrived_at: ContextVar[float | None] = ContextVar("arrived_at", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One answered request; it arrived `at` monotonic seconds, `wall_at` is that instant in UTC."""

    n: int
    at: float
    wall_at: datetime
    host: str
    method: str
    path: str
    business_object: str
    status: int


@web.middleware
async def arrival(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The request is noted with the instant at which it arrived, not that of its answer."""
    _arrived_at.set(time.monotonic())
    return await handler(request)


class RequestLog:
    """The ring; owned by the event loop that serves the sandboxes."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._ring: deque[Request] = deque(maxlen=capacity)
        self._next = 1

    def note(
        self,
        *,
        host: str,
        method: str,
        path: str,
        status: int,
        business_object: str = "",
        at: float | None = None,
    ) -> None:
        """The request is the newest entry; `path` loses its query string here.

        `at` is when it arrived, by the monotonic clock; what `arrival` saw when left out, else now.
        """
        now = time.monotonic()
        arrived_at = at if at is not None else _arrived_at.get() or now
        entry = Request(
            n=self._next,
            at=arrived_at,
            wall_at=datetime.now(UTC) - timedelta(seconds=now - arrived_at),
            host=host,
            method=method,
            path=path.partition("?")[0],
            business_object=business_object,
            status=status,
        )
        self._ring.append(entry)
        self._next += 1

    def after(self, number: int) -> list[Request]:
        """The entries still held whose number is greater than `number`, oldest first."""
        if not self._ring:
            return []
        skip = max(0, number + 1 - self._ring[0].n)
        return list(islice(self._ring, skip, None))

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 before the first."""
        return self._next - 1
