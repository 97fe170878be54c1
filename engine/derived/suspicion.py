"""Whether an event of the log kills the engines that fold it.

A process that dies (of memory, of a loop that the watchdog ended) cannot say at what. So the one
that takes the projection up leaves a note at its lease: from which place, and how many died there
before it in a row. After the first death events are folded one at a time, so that the place is the
event; after three at the same one it is not folded a fourth time: the event `PoisonSuspected` says
so, the tenant's projection stops before it, and everything else goes on (reliability.md K6). A
kill from outside must meet the same event three times in a row to be mistaken for one.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.derived.folding import Stalled
from engine.derived.rows import Checkpoint
from engine.leases import Lease, Leases
from engine.log.contract import Author, Log

DEATHS: Final = 3
STREAM: Final = "service/projection"
SUSPECTED_FOR: Final = timedelta(hours=1)
"""How long no engine tries; after that a start does, for the machine may have become larger."""


class Suspicion:
    """What is suspected of the events of one tenant, under projections of one version."""

    def __init__(
        self, log: Log, leases: Leases, clock: Clock, *, tenant: str, version: int
    ) -> None:
        self._log = log
        self._leases = leases
        self._clock = clock
        self._tenant = tenant
        self._version = version

    async def begin(self, lease: Lease, checkpoint: Checkpoint | None) -> bool:
        """Folding may begin after the checkpoint; whether one event at a time.

        Raises `Stalled` when the next event is suspected.
        """
        position = checkpoint.position if checkpoint else 0
        following = await self._log.read(self._tenant, position, limit=1)
        if not following:
            return False
        event = following[0]
        if await self._is_suspected(event):
            raise self._stalled(event)
        place = place_of(self._version, checkpoint)
        deaths = self._deaths(lease, place)
        if deaths >= DEATHS:
            await self._suspect(event, lease)
            raise self._stalled(event)
        await self._leases.note(lease, f"{place} {deaths} {self._leases.holder}")
        return deaths > 0

    def _deaths(self, lease: Lease, place: str) -> int:
        """How many holders died at the place in a row; a lease of ours that lapsed is no death."""
        noted, _, rest = lease.note.partition(" ")
        count, _, holder = rest.partition(" ")
        if noted != place or not count.isdecimal():
            return 0
        return int(count) + (holder != self._leases.holder)

    async def _is_suspected(self, event: Event) -> bool:
        found = (await self._log.latest(self._tenant, [STREAM])).get(STREAM)
        if found is None or found.body is None:
            return False
        is_this = found.body["position"] == event.position
        ago = self._clock.now() - found.recorded_at
        is_recent = timedelta(0) <= ago < SUSPECTED_FOR
        return is_this and is_recent and found.body["version"] == self._version

    async def _suspect(self, event: Event, lease: Lease) -> None:
        body: JsonObject = {
            "position": event.position,
            "type": event.type,
            "stream": event.stream,
            "deaths": DEATHS,
            "version": self._version,
        }
        author = Author(actor="projector", run_id=self._leases.holder, correlation=event.stream)
        noted = NewEvent(stream=STREAM, type="PoisonSuspected", body=body, causation=event.position)
        await self._log.append(self._tenant, [noted], author=author, fence=lease.fence)
        await self._leases.note(lease, "")

    def _stalled(self, event: Event) -> Stalled:
        return Stalled(
            f"event {event.position} ({event.type} of {event.stream}) of tenant {self._tenant} "
            f"is suspected of having killed the {DEATHS} engines that folded it last; nothing "
            "after it is planned until a version that can, or a start an hour later that has more "
            "memory"
        )


def place_of(version: int, checkpoint: Checkpoint | None) -> str:
    """A short name of where folding goes on, without blanks."""
    if checkpoint is None:
        return f"{version}:0"
    part = sha256(checkpoint.part.encode()).hexdigest()[:12] if checkpoint.part else ""
    return f"{version}:{checkpoint.position}:{part}"
