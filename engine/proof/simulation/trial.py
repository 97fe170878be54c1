"""One run: both systems and the engines on one loop, a script that strikes them, and what was left.

Until `faulty_s` things happen; then everything goes well, whoever is dead or stands still is back,
and the run ends when nothing moves any more. What it leaves is judged, and only then are the
engines ended, so that no end of theirs is part of the judgement.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

from engine import crossings
from engine.log.store import PostgresLog
from engine.procurify.write_doubts import PAUSES_S
from engine.proof.simulation import site
from engine.proof.simulation.chance import seeded
from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.engines import EngineLives, Ground
from engine.proof.simulation.judge import (
    is_complete,
    is_lacking,
    is_moving,
    judged,
    unrest_of,
)
from engine.proof.simulation.loop import WORLD, Bounds, SimulatedLoop, present
from engine.proof.simulation.network import Network
from engine.proof.simulation.script import Blow, Script, Theft
from engine.proof.simulation.store.database import MemoryDatabase
from engine.proof.simulation.store.server import Server
from engine.proof.simulation.store.statements import STATEMENTS
from engine.proof.simulation.storm import Storm
from engine.proof.simulation.witness import Witness
from engine.sandbox.running import Sandbox
from engine.sandbox.syspro.refusals import Refused

TICK_S: Final = 0.5
LOOK_S: Final = 2.0
REST_S: Final = 400.0
"""How long everything may take to come to rest once nothing goes wrong any more."""
REST_BACK_S: Final = REST_S + sum(PAUSES_S)
"""How long where Procurify is written to: a person is given what was looked for so often."""
ENDS_S: Final = 120.0
"""How long whoever is cancelled may take to end."""
STILL_LOOKS: Final = 45
"""After so many looks at which nothing had moved, what waits is taken to wait for a person. What
nobody was shown is waited for longer: after a slow reading the next one comes late."""
BOUNDS: Final = Bounds(seconds=4000.0, steps=500_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to. `head` is the hash at the head of its log, in hexadecimal digits.

    `wrong` are verdicts over doubts that were not true, `breaches` all else that must not be, each
    in a sentence; `parked` counts documents that wait for a person though no story says so.
    """

    seed: int
    head: str = ""
    simulated_s: float = 0.0
    steps: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    kills: int = 0
    duplicates: int = 0
    lost: int = 0
    parked: int = 0
    wrong: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.breaches or self.wrong)


def run(script: Script) -> Outcome:
    """The script has been played; deterministic, whatever the process."""
    return Trial(script).run()


class Trial:
    """One run of one script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._loop = SimulatedLoop(Random(f"loop/{script.seed}"), BOUNDS)
        self._network = Network(self._loop, Random(f"network/{script.seed}"))
        self._loop.net = self._network
        self._clock = VirtualClock(self._loop, site.BEGAN_AT)
        self._storm = Storm(
            Random(f"storm/{script.seed}"), gusts=script.gusts, stutters=script.stutters
        )
        self._network.weather = self._storm
        self._server = Server(self._clock, STATEMENTS)
        self._awaited = {blow.place for blow in script.blows}
        self._counts: Counter[tuple[int, str]] = Counter()
        self._happened: Counter[str] = Counter()
        self._engines: list[EngineLives] = []
        self._is_calm = False

    def run(self) -> Outcome:
        """The outcome."""
        random = Random(f"machine/{self._script.seed}")
        try:
            with seeded(random, self._clock), _quiet(), _watched(self._crossed):
                return self._loop.run_until_complete(self._told())
        finally:
            self._loop.close()

    async def _told(self) -> Outcome:
        script = self._script
        scenario = site.scenario_of(script.story, script.documents, script.numbering)
        async with AsyncExitStack() as stack:
            sandbox = await stack.enter_async_context(
                site.opened(scenario, script.plan, self._clock)
            )
            self._witness = Witness(sandbox.ledger)
            self._prepare(script)
            ticking = self._loop.create_task(_ticks(sandbox))
            stack.callback(ticking.cancel)
            for engine in self._engines:
                engine.start()
            self._schedule(sandbox)
            await asyncio.sleep(script.faulty_s)
            self._calm(sandbox)
            outcome = await self._concluded(sandbox)
            unended = await self._ended()
        return replace(outcome, breaches=(*outcome.breaches, *unended))

    def _prepare(self, script: Script) -> None:
        ground = Ground(
            loop=self._loop,
            network=self._network,
            server=self._server,
            config=site.config_of(
                script.story,
                script.documents,
                script.numbering,
                is_both_ways=script.is_both_ways,
            ),
            draw=self._storm.draw,
            watch=self._witness.see,
        )
        self._ground = ground
        self._engines = [
            EngineLives(ground, number, Random(f"engine/{script.seed}/{number}"))
            for number in range(script.engines)
        ]

    def _schedule(self, sandbox: Sandbox) -> None:
        for blow in self._script.blows:
            if not blow.place:
                self._later(blow.at_s, partial(self._strike, blow))
        for theft in self._script.thefts:
            self._later(theft.at_s, partial(self._steal, sandbox, theft))

    def _later(self, seconds: float, deed: Callable[[], None]) -> None:
        self._loop.call_later(seconds, deed, context=WORLD.context())

    def _crossed(self, name: str, phase: str) -> None:
        """An engine is at a crossing; it may be struck there."""
        place = f"{name} {phase}"
        if place not in self._awaited:
            return
        for engine in self._engines:
            if engine.party is present():
                self._strike_at(engine, place)

    def _strike_at(self, engine: EngineLives, place: str) -> None:
        self._counts[engine.number, place] += 1
        count = self._counts[engine.number, place]
        for blow in self._script.blows:
            if (blow.engine, blow.place, blow.count) == (engine.number, place, count):
                self._strike(blow)

    def _strike(self, blow: Blow) -> None:
        engine = self._engines[blow.engine]
        if self._is_calm or not engine.is_alive:
            return
        where = f" {blow.place}" if blow.place else ""
        self._happened[f"{blow.kind}{where}"] += 1
        self._happened[f"all {blow.kind}s"] += 1
        party = engine.party
        match blow.kind:
            case "kill":
                engine.kill()
                self._later(blow.seconds, engine.start)
            case "cancel":
                engine.cancel()
                self._later(blow.seconds, engine.start)
            case "pause":
                engine.pause()
                self._later(blow.seconds, lambda: engine.resume(party))
            case "jump":
                engine.clock.ahead = timedelta(seconds=blow.seconds)

    def _steal(self, sandbox: Sandbox, theft: Theft) -> None:
        """Somebody else logs on as our operator, and off again."""
        if self._is_calm:
            return
        self._happened["session theft"] += 1
        [company] = self._ground.config.tenants[0].companies
        sessions = sandbox.world.sessions
        token = sessions.open(company.operator, sandbox.ledger)

        def leave() -> None:
            with suppress(Refused):
                sessions.close(token)

        self._later(theft.seconds, leave)

    def _calm(self, sandbox: Sandbox) -> None:
        """Nothing goes wrong any more."""
        self._is_calm = self._storm.is_over = True
        fired = sandbox.plan.report()["fired"]
        assert isinstance(fired, list)
        for entry in fired:
            self._happened[f"{entry['boundary']} {entry['phase']} {entry['do']}"] += 1
        sandbox.plan.replace([])
        for engine in self._engines:
            engine.clock.ahead = timedelta(0)
            engine.resume(engine.party)
            engine.start()

    async def _concluded(self, sandbox: Sandbox) -> Outcome:
        door = MemoryDatabase(self._server)
        log = PostgresLog(door, self._clock)
        rested = await self._rested(door, sandbox)
        judgement = await judged(
            door, log, sandbox, rested=rested, is_both_ways=self._script.is_both_ways
        )
        head = await log.head(site.TENANT)
        unrest = () if rested else (await unrest_of(door, sandbox),)
        return Outcome(
            seed=self._script.seed,
            head=head.hash.hex(),
            simulated_s=self._loop.time(),
            steps=self._loop.steps,
            counts={**judgement.counts, "takeovers": self._witness.takeovers},
            faults={**self._happened, **self._storm.happened},
            kills=self._happened["all kills"],
            duplicates=judgement.duplicates,
            lost=judgement.lost,
            parked=judgement.parked,
            wrong=tuple(self._witness.wrong),
            breaches=(
                *unrest,
                *judgement.breaches,
                *self._ground.complaints,
                *self._loop.complaints,
            ),
        )

    async def _rested(self, door: MemoryDatabase, sandbox: Sandbox) -> bool:
        """Whether everything came to rest in time: all is done, or nothing has moved for long
        because a person has to act first. What went wrong already is not waited for."""
        ends_s = self._loop.time() + (REST_BACK_S if self._script.is_both_ways else REST_S)
        looks, seen = 0, -1
        while self._loop.time() < ends_s:
            await asyncio.sleep(LOOK_S)
            if self._witness.wrong:
                return True
            moved, seen = self._witness.moves != seen, self._witness.moves
            looks = 0 if moved or await is_moving(door) else looks + 1
            if looks >= 2 and await self._is_complete(door, sandbox):
                return True
            if looks >= STILL_LOOKS and not await self._is_lacking(door, sandbox):
                return True
        return False

    async def _is_complete(self, door: MemoryDatabase, sandbox: Sandbox) -> bool:
        return await is_complete(door, sandbox, is_both_ways=self._script.is_both_ways)

    async def _is_lacking(self, door: MemoryDatabase, sandbox: Sandbox) -> bool:
        return await is_lacking(door, sandbox, is_both_ways=self._script.is_both_ways)

    async def _ended(self) -> Sequence[str]:
        """Every life of every engine is over, the dead ones' too; what would not end, in sentences.

        Each is cancelled in the middle of whatever it does, the dead where they stood.
        """
        crossings.watch(None)
        works = [work for engine in self._engines for work in engine.end()]
        for work in works:
            work.cancel()
        for engine in self._engines:
            for party in engine.parties:
                self._loop.resume(party)
        if not works:
            return []
        _, unended = await asyncio.wait(works, timeout=ENDS_S)
        if not unended:
            return []
        return [f"{len(unended)} lives of engines did not end when they were told to"]


async def _ticks(sandbox: Sandbox) -> None:
    while True:
        sandbox.tick()
        await asyncio.sleep(TICK_S)


@contextmanager
def _watched(watching: Callable[[str, str], None]) -> Iterator[None]:
    crossings.watch(watching)
    try:
        yield
    finally:
        crossings.watch(None)


@contextmanager
def _quiet() -> Iterator[None]:
    """The engine's log entries go nowhere: a run says what it found."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
