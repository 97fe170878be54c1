"""Concurrent appends of one service share transactions: group commit, without a task of its own.

Whoever appends while nobody does leads: takes what is queued for the tenant (urgent first, at
most 256 events or 1 MiB), has the log grant it in one transaction, answers everybody, and goes
on until its own append is answered; then the next in line leads. While a transaction is under
way the queue fills, so batches grow with the load and an append alone waits for nobody.

A refusal answers only its caller. The queue is bounded; when it is full, appends that are not
urgent wait for room. A leader that is cancelled hands its batch back: event ids were given
before, so the next leader finds what was committed (reliability.md §2.3 D2, D20).
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.core.events import Event, NewEvent
from engine.errors import EngineError, Transient
from engine.log.admission import Wish
from engine.log.contract import Author, Fence, Head
from engine.log.store import Answer, WishLog

MAX_EVENTS: Final = 256
MAX_BYTES: Final = 1 << 20
QUEUE_EVENTS: Final = 4096
QUEUE_BYTES: Final = 16 << 20


class GroupCommit:
    """A log whose appends share transactions; everything else is the log's own."""

    def __init__(
        self, log: WishLog, *, queue_events: int = QUEUE_EVENTS, queue_bytes: int = QUEUE_BYTES
    ) -> None:
        self._log = log
        self._queue_events = queue_events
        self._queue_bytes = queue_bytes
        self._queues: dict[str, _Queue] = {}

    async def append(
        self,
        tenant: str,
        events: Sequence[NewEvent],
        *,
        author: Author,
        expected: Mapping[str, int] | None = None,
        fence: Fence | None = None,
        is_urgent: bool = False,
    ) -> Sequence[Event]:
        """The events are in the log, perhaps with other callers' in the same transaction."""
        wish = self._log.prepare(events, author=author, expected=expected, fence=fence)
        queue = self._queues.setdefault(tenant, _Queue())
        seat = _Seat(wish=wish, is_urgent=is_urgent)
        while not is_urgent and queue.is_full(self._queue_events, self._queue_bytes):
            queue.room.clear()
            await queue.room.wait()
        queue.put(seat)
        try:
            answer = await self._answered(tenant, queue, seat)
        finally:
            queue.leave(seat)
        if isinstance(answer, EngineError):
            raise answer
        return answer

    async def read(
        self, tenant: str, after: int, *, limit: int = 1000, until: int | None = None
    ) -> Sequence[Event]:
        """As the log."""
        return await self._log.read(tenant, after, limit=limit, until=until)

    async def read_stream(
        self, tenant: str, stream: str, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[Event]:
        """As the log."""
        return await self._log.read_stream(tenant, stream, after_version=after_version, limit=limit)

    async def latest(self, tenant: str, streams: Sequence[str]) -> Mapping[str, Event]:
        """As the log."""
        return await self._log.latest(tenant, streams)

    async def latest_under(self, tenant: str, prefix: str) -> Mapping[str, Event]:
        """As the log."""
        return await self._log.latest_under(tenant, prefix)

    async def head(self, tenant: str) -> Head:
        """As the log."""
        return await self._log.head(tenant)

    async def wait(self, tenant: str, after: int, timeout_s: float) -> int:
        """As the log."""
        return await self._log.wait(tenant, after, timeout_s)

    async def _answered(self, tenant: str, queue: "_Queue", seat: "_Seat") -> Answer:
        while seat.answer is None:
            if queue.is_led:
                await seat.woken.wait()
                seat.woken.clear()
            else:
                await self._lead(tenant, queue, seat)
        return seat.answer

    async def _lead(self, tenant: str, queue: "_Queue", own: "_Seat") -> None:
        queue.is_led = True
        try:
            await asyncio.sleep(0)
            while own.answer is None:
                await self._commit(tenant, queue)
        finally:
            queue.is_led = False

    async def _commit(self, tenant: str, queue: "_Queue") -> None:
        batch = queue.take()
        try:
            answers = await self._granted(tenant, [seat.wish for seat in batch])
        except BaseException:
            queue.put_back(batch)
            raise
        for seat, answer in zip(batch, answers, strict=True):
            seat.answer = answer
            seat.woken.set()

    async def _granted(self, tenant: str, wishes: Sequence[Wish]) -> Sequence[Answer]:
        try:
            return await self._log.grant(tenant, wishes)
        except Transient as error:
            return [_same_again(error) for _ in wishes]
        except EngineError as error:
            if len(wishes) == 1:
                return [error]
        return [answer for wish in wishes for answer in await self._granted(tenant, [wish])]


@dataclass(slots=True, kw_only=True, eq=False)
class _Seat:
    """One append in the queue, until it is answered."""

    wish: Wish
    is_urgent: bool
    answer: Answer | None = None
    is_left: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class _Queue:
    """The appends that wait for one tenant, and whether somebody leads."""

    def __init__(self) -> None:
        self.is_led = False
        self.room = asyncio.Event()
        self._urgent: deque[_Seat] = deque()
        self._patient: deque[_Seat] = deque()
        self._events = 0
        self._bytes = 0

    def is_full(self, max_events: int, max_bytes: int) -> bool:
        """Whether an append that can wait has to."""
        return self._events >= max_events or self._bytes >= max_bytes

    def put(self, seat: _Seat) -> None:
        """The seat is last of its kind."""
        (self._urgent if seat.is_urgent else self._patient).append(seat)
        self._count([seat], 1)

    def put_back(self, batch: Sequence[_Seat]) -> None:
        """The seats whose callers still wait are first again, perhaps in the log already."""
        still = [seat for seat in batch if not seat.is_left]
        for seat in reversed(still):
            seat.wish = replace(seat.wish, may_be_there=True)
            (self._urgent if seat.is_urgent else self._patient).appendleft(seat)
        self._count(still, 1)

    def take(self) -> Sequence[_Seat]:
        """The next batch, taken out: urgent first, at least one."""
        batch: list[_Seat] = []
        events = size_bytes = 0
        for waiting in (self._urgent, self._patient):
            while waiting:
                wish = waiting[0].wish
                events += len(wish.events)
                size_bytes += wish.size_bytes
                if batch and (events > MAX_EVENTS or size_bytes > MAX_BYTES):
                    break
                batch.append(waiting.popleft())
        self._count(batch, -1)
        self.room.set()
        return batch

    def leave(self, seat: _Seat) -> None:
        """The seat is gone, answered or not; if nobody leads, the next in line is woken."""
        seat.is_left = True
        waiting = self._urgent if seat.is_urgent else self._patient
        if seat in waiting:
            waiting.remove(seat)
            self._count([seat], -1)
            self.room.set()
        if not self.is_led:
            for following in (*self._urgent, *self._patient):
                following.woken.set()
                break

    def _count(self, seats: Iterable[_Seat], sign: int) -> None:
        for seat in seats:
            self._events += sign * len(seat.wish.events)
            self._bytes += sign * seat.wish.size_bytes


def _same_again(error: Transient) -> Transient:
    again = Transient(str(error))
    again.__cause__ = error
    return again
