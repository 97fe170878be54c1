"""What SYSPRO holds, appended to the log: suppliers, codes, orders, invoices, postings, receipts.

Each resource is polled by itself. A poll that completes appends what changed and one
`PollFinished` with the cursor, in one transaction at the end; a poll that breaks appends
`PollBroken` when its cause is new, and nothing of what it saw. The cursor is the first day ever
read (`since`), the day of the last whole walk (`walked_on`) and which confirmation of the company
it followed (`confirmed`). On a new day, and after a person confirmed the company, a window is
walked whole; only whole walks tell what vanished.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from engine.clock import Clock
from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import NewEvent
from engine.core.keys import company_stream, poll_stream
from engine.errors import EngineError, Fenced, StaleVersion, Throttled
from engine.log.contract import Author, Fence, Log
from engine.syspro.poller_changes import Changes, Holdings
from engine.syspro.poller_resources import (
    FIRST_WINDOW_DAYS,
    OVERLAP_DAYS,
    RESOURCES,
    SNAPSHOTS,
    WINDOWS,
    Resource,
)
from engine.syspro.poller_walk import Walk, walk
from engine.syspro.reader import Lookups
from engine.syspro.settings import SysproSettings

SNAPSHOT_EVERY_S = 3600.0
FAST_BELOW_S = 10.0
MAX_PAUSE_S = 300.0
LOAD_FACTOR = 8.0
LONGEST_LOAD_PAUSE_S = 60.0
MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """One poll that completed."""

    resource: str
    read: int
    new: int
    changed: int
    unchanged: int
    vanished: int
    calls: int
    seconds: float


@dataclass(slots=True, kw_only=True)
class _State:
    holdings: Holdings
    cursor: JsonObject | None = None
    is_loaded: bool = False
    broken: str = ""
    failures: int = 0


Watcher = Callable[[str, PollResult | EngineError], None]


class SysproPoller:
    """The poller of one company; make a new one for each lease.

    `watcher` is told of every poll: its resource, and the result or the error.
    """

    def __init__(
        self,
        tenant: str,
        settings: SysproSettings,
        lookups: Lookups,
        log: Log,
        *,
        author: Author,
        clock: Clock,
        random: Random,
        fence: Fence | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._tenant = tenant
        self._settings = settings
        self._lookups = lookups
        self._log = log
        self._author = author
        self._clock = clock
        self._random = random
        self._fence = fence
        self._watcher = watcher
        self._states = {
            name: _State(holdings=Holdings(log, tenant, settings.company, resource))
            for name, resource in RESOURCES.items()
        }

    async def run(self, stop: asyncio.Event) -> None:
        """Polls every resource on its schedule until `stop`; raises `Fenced` (grouped) if replaced.

        All resources are read at once in the beginning, because planning waits for them.
        """
        async with asyncio.TaskGroup() as group:
            for resource in (*SNAPSHOTS, *WINDOWS):
                group.create_task(self._poll_for_ever(resource, stop))

    async def poll_once(self, resource: str) -> PollResult:
        """One poll of the resource of that name: all in the log, or an error and `PollBroken`."""
        chosen, state = RESOURCES[resource], self._states[resource]
        started = self._clock.monotonic()
        try:
            result = await self._poll(chosen, state, started)
        except Fenced:
            raise
        except EngineError as error:
            state.is_loaded = False
            state.holdings.forget()
            if self._watcher is not None:
                self._watcher(resource, error)
            if not isinstance(error, StaleVersion):
                await self._note_broken(chosen, state, error)
            raise
        state.broken, state.failures = "", 0
        if self._watcher is not None:
            self._watcher(resource, result)
        return result

    async def _poll_for_ever(self, resource: Resource, stop: asyncio.Event) -> None:
        while not stop.is_set():
            state = self._states[resource.name]
            started = self._clock.monotonic()
            asked_for = 0.0
            try:
                await self.poll_once(resource.name)
            except Fenced:
                raise
            except EngineError as error:
                state.failures += 1
                asked_for = (error.retry_after_s or 0.0) if isinstance(error, Throttled) else 0.0
            took = self._clock.monotonic() - started
            every = self._settings.read_every_s
            pause = pause_s(resource, every, failures=state.failures, took_s=took)
            await _wait(stop, max(pause * self._random.uniform(0.9, 1.1), asked_for))

    async def _poll(self, resource: Resource, state: _State, started: float) -> PollResult:
        await self._load(resource, state)
        today = self._clock.now().date()
        confirmed = await self._confirmed(resource)
        since, first, is_whole = _window(resource, state.cursor, today, confirmed)
        seen = await walk(
            self._lookups,
            resource,
            self._settings.company,
            since=since,
            today=today,
            known=await state.holdings.known(),
        )
        changes = await state.holdings.changes(seen.rows, is_whole=is_whole)
        cursor = _cursor(resource, state.cursor, first, today, is_whole, confirmed)
        result = _result(resource, seen, changes, self._clock.monotonic() - started)
        window: JsonObject | None = (
            {"from": since.isoformat(), "to": today.isoformat()} if since else None
        )
        finished = self._finished(resource, result, window, cursor)
        await state.holdings.append(
            changes, finished, author=self._author_of(resource), fence=self._fence
        )
        state.cursor = cursor
        return result

    async def _confirmed(self, resource: Resource) -> int:
        """The version of the company's stream where a person confirmed it last; 0: nobody did."""
        if resource.date_column is None:
            return 0
        stream = company_stream(self._settings.company)
        latest = (await self._log.latest(self._tenant, [stream])).get(stream)
        is_confirmed = latest is not None and latest.type == "CompanyConfirmed"
        return latest.version if latest is not None and is_confirmed else 0

    async def _load(self, resource: Resource, state: _State) -> None:
        if state.is_loaded:
            return
        stream = self._stream(resource)
        latest = (await self._log.latest(self._tenant, [stream])).get(stream)
        body = (latest.body if latest is not None else None) or {}
        cursor = body.get("cursor")
        state.cursor = cursor if isinstance(cursor, Mapping) else None
        state.broken = str(body.get("cause", ""))
        state.is_loaded = True

    async def _note_broken(self, resource: Resource, state: _State, error: EngineError) -> None:
        cause = type(error).__name__
        if cause == state.broken:
            return
        body: dict[str, JsonValue] = {
            **self._place(resource),
            "cause": cause,
            "text": str(error)[:MAX_TEXT],
            "is_complete": False,
            "cursor": state.cursor,
        }
        broken = NewEvent(stream=self._stream(resource), type="PollBroken", body=body)
        try:
            await self._log.append(
                self._tenant, [broken], author=self._author_of(resource), fence=self._fence
            )
        except Fenced:
            raise
        except EngineError:
            return
        state.broken = cause

    def _finished(
        self,
        resource: Resource,
        result: PollResult,
        window: JsonObject | None,
        cursor: JsonObject | None,
    ) -> NewEvent:
        body: dict[str, JsonValue] = {
            **self._place(resource),
            "window": window,
            "pages": result.calls,
            "calls": result.calls,
            "read": result.read,
            "new": result.new,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "vanished": result.vanished,
            "is_complete": True,
            "cursor": cursor,
            "seconds": f"{result.seconds:.3f}",
        }
        return NewEvent(stream=self._stream(resource), type="PollFinished", body=body)

    def _place(self, resource: Resource) -> dict[str, JsonValue]:
        return {"side": "syspro", "name": self._settings.company, "resource": resource.name}

    def _stream(self, resource: Resource) -> str:
        return poll_stream("syspro", self._settings.company, resource.name)

    def _author_of(self, resource: Resource) -> Author:
        return replace(self._author, correlation=f"read:{self._settings.company}:{resource.name}")


def pause_s(resource: Resource, read_every_s: float, *, failures: int, took_s: float) -> float:
    """The seconds to the next poll: the schedule, backing off while polls fail.

    A read takes one part in nine of the time at most, unless it is so long that the pause for it
    comes to its bound: it may have waited for a slow peer.
    """
    every = read_every_s
    if resource.date_column is None:
        every = max(every, 1.0) if every < FAST_BELOW_S else max(every, SNAPSHOT_EVERY_S)
    if failures:
        return min(MAX_PAUSE_S, min(every, 5.0) * 2.0 ** min(failures - 1, 10))
    return max(every, min(LOAD_FACTOR * took_s, LONGEST_LOAD_PAUSE_S))


def _window(
    resource: Resource, cursor: JsonObject | None, today: date, confirmed: int
) -> tuple[date | None, date | None, bool]:
    """From which day to read, the first day ever read, and whether the walk is whole."""
    if resource.date_column is None:
        return None, None, True
    first = today - timedelta(days=FIRST_WINDOW_DAYS)
    first = min(_day(cursor, "since") or first, first)
    walked_on = _day(cursor, "walked_on")
    is_confirmed_since = confirmed > _version(cursor)
    if walked_on != today or is_confirmed_since:
        return first, first, True
    return max(first, today - timedelta(days=OVERLAP_DAYS)), first, False


def _cursor(
    resource: Resource,
    cursor: JsonObject | None,
    first: date | None,
    today: date,
    is_whole: bool,
    confirmed: int,
) -> JsonObject | None:
    if resource.date_column is None or first is None:
        return None
    walked_on = today.isoformat() if is_whole else (cursor or {}).get("walked_on")
    found: JsonObject = {
        "since": first.isoformat(),
        "to": today.isoformat(),
        "walked_on": walked_on,
    }
    followed = max(confirmed, _version(cursor))
    return {**found, "confirmed": followed} if followed else found


def _version(cursor: JsonObject | None) -> int:
    value = cursor.get("confirmed") if cursor else None
    return value if isinstance(value, int) else 0


def _day(cursor: JsonObject | None, name: str) -> date | None:
    value = cursor.get(name) if cursor else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _result(resource: Resource, seen: Walk, changes: Changes, seconds: float) -> PollResult:
    return PollResult(
        resource=resource.name,
        read=len(seen.rows),
        new=changes.new,
        changed=changes.changed,
        unchanged=changes.unchanged,
        vanished=changes.vanished,
        calls=seen.calls,
        seconds=seconds,
    )


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
