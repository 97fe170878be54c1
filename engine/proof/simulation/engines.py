"""One engine of a run: the real composition over the shared database, in one life after another.

Nothing of the engine is replaced but its database's door, its clock and its chance. A kill holds
whatever it was doing for good, resets its connections and leaves in the database what the server
had done by then; a pause holds it for a while, as SIGSTOP would; one that is cancelled leaves in a
hurry, as after a second SIGTERM, wherever it waited.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from engine.config import Config
from engine.core.events import Event
from engine.errors import EngineError
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog
from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.loop import Party, SimulatedLoop
from engine.proof.simulation.network import Network
from engine.proof.simulation.site import BEGAN_AT
from engine.proof.simulation.store.database import MemoryDatabase
from engine.proof.simulation.store.faults import Draw
from engine.proof.simulation.store.server import Server
from engine.service import count_events, noted, prepared
from engine.service.foundation import Foundation
from engine.telemetry import Metrics
from projections import planning

RESTART_S: Final = 1.0
"""How long whoever watches over engines waits before one that ended is started again."""
BREATHS: Final = 0.25
"""At what share of the crossings to the database others have their turn."""
POLL_S: Final = 0.5
"""How often an engine looks for events of the others."""
Watch = Callable[[Sequence[Event]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the engines of a run share; `draw` is asked at every crossing to the database."""

    loop: SimulatedLoop
    network: Network
    server: Server
    config: Config
    draw: Draw
    watch: Watch
    complaints: list[str] = field(default_factory=list)


class EngineLives:
    """Engine number `number`; `seen` counts its crossings in all its lives."""

    def __init__(self, ground: Ground, number: int, random: Random) -> None:
        self.number = number
        self.name = f"engine-{number}"
        self.lives = 0
        self.exits = 0
        self.party = Party(self.name)
        self.parties: list[Party] = []
        self.clock = VirtualClock(ground.loop, BEGAN_AT, booted_s=random.uniform(0, 1e6))
        self._ground = ground
        self._random = random
        self._door: MemoryDatabase | None = None
        self._works: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        """Whether it runs or stands still, and is not dead."""
        return self._door is not None

    def start(self) -> None:
        """It lives, unless it does already."""
        if self._door is not None:
            return
        self.lives += 1
        self.party = Party(self.name)
        self.parties.append(self.party)
        ground = self._ground
        self._door = MemoryDatabase(ground.server, draw=ground.draw, pause=self._breathe)
        self._stop = asyncio.Event()
        work = self._live(self._door, self._stop)
        living = self._ground.loop.create_task(work, context=self.party.context())
        self._works.append(living)

    def kill(self) -> None:
        """It is dead, in the middle of whatever it was doing."""
        if self._door is None:
            return
        self._ground.loop.hold(self.party)
        self._door.kill()
        self._door = None
        self._ground.network.bury(self.party)

    def cancel(self) -> None:
        """It is to leave at once: whatever waits is cancelled there, and clears up after itself."""
        if self._door is None:
            return
        self._works[-1].cancel()
        self._door = None

    def pause(self) -> None:
        """It stands still, and does not know."""
        self._ground.loop.hold(self.party)

    def resume(self, party: Party) -> None:
        """It goes on where it stood, unless it died meanwhile."""
        if self._door is not None and party is self.party:
            self._ground.loop.resume(party)

    def end(self) -> Sequence[asyncio.Task[None]]:
        """Every life is over once these have ended; to be called when all has been judged."""
        self._stop.set()
        return self._works

    async def _breathe(self) -> None:
        """Somebody else may have a turn now, or not: all orders of statements come about."""
        if self._random.random() < BREATHS:
            await asyncio.sleep(0)

    async def _live(self, door: MemoryDatabase, stop: asyncio.Event) -> None:
        """The service serves; one that gives up is started again, as a supervisor would.

        Not one that was told to leave, whatever it failed with on its way out.
        """
        living = asyncio.current_task()
        while not stop.is_set() and not (living and living.cancelling()):
            try:
                await self._serve(door, stop)
            except EngineError:
                self.exits += 1
                await asyncio.sleep(RESTART_S)
            except Exception as error:
                self._ground.complaints.append(f"{self.name} ended by {error!r}")
                raise

    async def _serve(self, door: MemoryDatabase, stop: asyncio.Event) -> None:
        metrics = Metrics(self.clock.monotonic)
        counted, watch = count_events(metrics), self._ground.watch

        def watched(events: Sequence[Event]) -> None:
            counted(events)
            watch(events)

        ground = Foundation(
            config=self._ground.config,
            database=door,
            log=GroupCommit(PostgresLog(door, self.clock, poll_every_s=POLL_S, watcher=watched)),
            clock=self.clock,
            run_id=f"run-{self.name}-{self.lives}-{self.exits}",
        )
        service = await prepared(ground, metrics, planning(), self._random)
        async with noted(ground):
            await service.run(stop)
