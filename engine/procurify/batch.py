"""Events on their way into the log, appended together with the versions they build on."""

from engine.core.events import NewEvent
from engine.log.contract import Author, Fence, Log

MANY_EVENTS = 200
MANY_BYTES = 1 << 20


class Batch:
    """Collects events of one poll. A batch that could not be appended must be thrown away,
    with the memory of what was in it."""

    def __init__(self, log: Log, tenant: str, author: Author, fence: Fence | None) -> None:
        self._log = log
        self._tenant = tenant
        self._author = author
        self._fence = fence
        self._events: list[NewEvent] = []
        self._expected: dict[str, int] = {}
        self._bytes = 0

    def add(self, event: NewEvent, *, after_version: int, size: int = 0) -> None:
        """The event will be appended; its stream stands at `after_version` before it."""
        self._events.append(event)
        self._expected.setdefault(event.stream, after_version)
        self._bytes += size

    @property
    def is_full(self) -> bool:
        """Whether it is time to append."""
        return len(self._events) >= MANY_EVENTS or self._bytes >= MANY_BYTES

    async def flush(self) -> None:
        """What was added is in the log, in one append.

        Raises `StaleVersion` or `Fenced` with nothing appended.
        """
        if not self._events:
            return
        await self._log.append(
            self._tenant,
            self._events,
            author=self._author,
            expected=self._expected,
            fence=self._fence,
        )
        self._events, self._expected, self._bytes = [], {}, 0
