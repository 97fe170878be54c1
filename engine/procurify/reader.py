"""One resource, poll after poll: the cursor from the log, a stretch read, the outcome appended.

The events of a stretch may be appended page by page; `PollFinished` with the moved cursor goes
last, in the same append as the final events. A crash anywhere leaves an old cursor, and the next
poll finds what is in the log already unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.core.keys import poll_stream
from engine.errors import Conflict, EngineError, Fenced, Throttled
from engine.log.contract import Author, Fence, Log
from engine.procurify.batch import Batch
from engine.procurify.circuits import Circuits
from engine.procurify.client import ProcurifyClient
from engine.procurify.cursor import cursor_of
from engine.procurify.harvest import Harvest
from engine.procurify.memory import Memory
from engine.procurify.observer import Observer
from engine.procurify.outcome import (
    SIDE,
    PollOutcome,
    Stretch,
    broken_body,
    cause_of,
    finished_body,
)
from engine.procurify.resources import Resource
from engine.procurify.stretches import Way, WindowWay
from engine.procurify.walk import Walker


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every reader of a domain shares. `met` is told of references (kind, id), `stirred` of
    the kind of each document that changed."""

    log: Log
    tenant: str
    source: str
    run_id: str
    fence: Fence | None
    clock: Clock
    client: ProcurifyClient
    observer: Observer
    circuits: Circuits
    met: Callable[[str, str], None]
    stirred: Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class _Last:
    """The poll stream's last event: its version, the cursor in it, the cause if it broke."""

    version: int
    cursor: JsonObject | None
    cause: str


class ResourceReader:
    """Polls one resource. Not for two callers at once."""

    def __init__(self, means: Means, resource: Resource, way: Way) -> None:
        self.resource = resource
        self.memory = Memory(means.log, means.tenant, means.source, resource.kind)
        self._means = means
        self._way = way
        self._walker = Walker(means.client)
        self._stumbles: dict[str, int] = {}
        self._stream = poll_stream(SIDE, means.source, resource.name)
        self._last: _Last | None = None
        self._count = 0

    async def poll(self) -> PollOutcome:
        """One stretch was read, and the nightly sweep's next one where it is due.

        Failures are outcomes; only `Fenced` is raised: the lease has a new owner. Nothing is
        asked while a circuit is open.
        """
        name, circuits = self.resource.name, self._means.circuits
        left_s = circuits.admit(name)
        if left_s:
            text = f"left alone for {left_s:.0f} s more, as it gave no answer five times in a row"
            return PollOutcome(resource=name, cause="unavailable", text=text, retry_after_s=left_s)
        cause: str | None = None
        try:
            outcome = await self._polled()
            cause = outcome.cause if self._last is not None else None
        finally:
            circuits.ended(name, cause)
        return outcome

    async def _polled(self) -> PollOutcome:
        outcome = await self._attempt(self._way)
        if outcome.is_complete and outcome.is_caught_up and isinstance(self._way, WindowWay):
            swept = await self._attempt(self._way.sweep)
            return outcome if swept.is_complete else swept
        return outcome

    async def _attempt(self, way: Way) -> PollOutcome:
        began = self._means.clock.monotonic()
        harvest = self._harvest()
        outcome: PollOutcome | None = None
        try:
            stretch = await self._read(way, harvest)
            seconds = self._means.clock.monotonic() - began
            if stretch is not None:
                await self._finish(harvest, stretch, seconds)
            is_caught_up = stretch is None or stretch.is_caught_up
            outcome = self._outcome(harvest, is_caught_up=is_caught_up)
        except Fenced:
            raise
        except EngineError as error:
            is_told = not isinstance(error, Conflict) and await self._break(harvest, error)
            broken = self._outcome(harvest, error)
            outcome = broken if is_told else None
            return broken
        finally:
            if outcome is None:
                self._forget()
        return outcome

    async def _read(self, way: Way, harvest: Harvest) -> Stretch | None:
        if self._last is None:
            found = await self._means.log.latest(self._means.tenant, [self._stream])
            event = found.get(self._stream)
            self._last = _Last(
                version=event.version if event is not None else 0,
                cursor=cursor_of(event),
                cause=_broken_cause(event),
            )
        await self._means.client.freshen()
        return await way(harvest, self._last.cursor, self._means.client.source_now())

    async def _finish(self, harvest: Harvest, stretch: Stretch, seconds: float) -> None:
        name, source = self.resource.name, self._means.source
        body = finished_body(source, name, stretch, harvest, seconds)
        self._say(harvest.batch, "PollFinished", body)
        await harvest.batch.flush()
        assert self._last is not None
        self._last.cursor, self._last.cause = stretch.cursor, ""
        self._last.version += 1
        observer = self._means.observer
        observer.poll_finished(name, seconds)
        observer.missed(name, stretch.missed)
        for path in sorted(harvest.drifted):
            observer.drifted(name, path)
        if harvest.late_s > 0:
            observer.late(name, harvest.late_s)
        for outcome, count in harvest.tally.outcomes():
            observer.documents_seen(name, outcome, count)

    async def _break(self, harvest: Harvest, error: EngineError) -> bool:
        """What was gathered is appended, with `PollBroken` if the cause is a new one.

        False when nothing could be appended.
        """
        cause = cause_of(error)
        self._means.observer.poll_broken(self.resource.name, cause)
        if self._last is None:
            return False
        is_new = cause != self._last.cause
        if is_new:
            source, cursor = self._means.source, self._last.cursor
            body = broken_body(source, self.resource.name, cause, str(error), cursor)
            self._say(harvest.batch, "PollBroken", body)
        try:
            await harvest.batch.flush()
        except Fenced:
            raise
        except EngineError:
            return False
        self._last.version += is_new
        self._last.cause = cause
        return True

    def _say(self, batch: Batch, event: str, body: JsonObject) -> None:
        assert self._last is not None
        batch.add(
            NewEvent(stream=self._stream, type=event, body=body),
            after_version=self._last.version,
        )

    def _harvest(self) -> Harvest:
        means = self._means
        self._count += 1
        correlation = f"{means.run_id}/{self.resource.name}/{self._count}"
        author = Author(actor="poller", run_id=means.run_id, correlation=correlation)
        return Harvest(
            resource=self.resource,
            source=means.source,
            client=means.client,
            walker=self._walker,
            memory=self.memory,
            batch=Batch(means.log, means.tenant, author, means.fence),
            stumbles=self._stumbles,
            met=means.met,
            stirred=means.stirred,
        )

    def _outcome(
        self, harvest: Harvest, error: EngineError | None = None, *, is_caught_up: bool = True
    ) -> PollOutcome:
        return PollOutcome(
            resource=self.resource.name,
            tally=harvest.tally,
            is_caught_up=is_caught_up,
            cause=cause_of(error) if error is not None else "",
            text=str(error) if error is not None else "",
            retry_after_s=error.retry_after_s if isinstance(error, Throttled) else None,
        )

    def _forget(self) -> None:
        self._last = None
        self.memory.forget()


def _broken_cause(event: Event | None) -> str:
    if event is None or event.type != "PollBroken" or event.body is None:
        return ""
    return str(event.body.get("cause"))
