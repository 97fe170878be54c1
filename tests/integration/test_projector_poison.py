"""An event that kills engine after engine: the projection stops before it, the rest goes on."""

from datetime import datetime, timedelta

import pytest
from toy_projection import NOON, NoonClock, ToyFold, ToyPlanning, World, seeded_events

from engine.core.events import Event
from engine.core.projection import View
from engine.db import Database
from engine.derived.folding import Stalled
from engine.derived.suspicion import DEATHS, STREAM
from engine.errors import Transient
from engine.leases import Lease, Leases
from engine.projector import Projector

pytestmark = pytest.mark.both_stores

POISON = 25
EVENTS = 40
BATCH = 7
BEFORE = 3
"""The first engine dies in the fourth batch, the second is the first that begins with it, the third
folds its events singly up to the poisoned one. Only those after them begin with that."""
EXPIRE = "UPDATE leases SET expires_at = now() - interval '1 second'"


class Death(BaseException):
    """The process is gone: nothing of it catches this."""


class Deadly(ToyPlanning):
    """Dies of one event, by default the poisoned one."""

    def __init__(self, position: int = POISON) -> None:
        super().__init__()
        self._position = position

    def fold(self, view: View, event: Event) -> ToyFold:
        if event.position == self._position:
            raise Death
        return super().fold(view, event)


class Mortal(Leases):
    """A holder that gives nothing back, as one that was killed."""

    async def release(self, lease: Lease) -> None:
        raise Transient("it is dead")


class LaterClock(NoonClock):
    """An hour later."""

    def now(self) -> datetime:
        return NOON + timedelta(hours=1)


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await world.append("acme", seeded_events(13, EVENTS))
    return world


async def test_note_when_the_holder_died_then_the_next_reads_it_and_after_a_release_nobody(
    database: Database,
) -> None:
    one, two = (Leases(database, NoonClock(), name, 30) for name in ("one", "two"))

    async def acquired(leases: Leases) -> Lease:
        await database.execute(EXPIRE)
        lease = await leases.acquire("acme", "project")
        assert lease is not None
        return lease

    first = await acquired(one)
    assert first.note == ""
    for said in ("at 7", "at 8\nof 9"):
        await one.note(first, said)
    assert (await acquired(two)).note == "at 8\nof 9"
    await one.note(first, "too late")
    last = await acquired(one)
    assert last.note == "at 8\nof 9", "it stays until somebody says otherwise"
    await one.release(last)
    assert (await acquired(two)).note == ""


class Lives:
    """Engines one after another, each under a name of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lived = 0

    def projector(self, projection: ToyPlanning) -> Projector:
        """That of the next engine, once nobody holds the lease any more."""
        self.lived += 1
        world = self.world
        leases = Mortal(world.database, world.clock, f"engine-{self.lived}", 5.0)
        return Projector(
            world.database, world.log, leases, projection,
            tenant="acme", clock=world.clock, batch=BATCH,
        )  # fmt: skip

    async def lives(self, projection: ToyPlanning) -> bool:
        """Whether the next engine folds the log to its end and does not die."""
        await self.world.database.execute(EXPIRE)
        try:
            await self.projector(projection).catch_up()
        except BaseExceptionGroup as group:
            assert group.subgroup(Death) is not None
            return False
        return True


async def suspected(world: World) -> list[tuple[object, ...]]:
    """Position, type and deaths of each event that was suspected."""
    found = await world.log.read_stream("acme", STREAM)
    bodies = [event.body for event in found if event.type == "PoisonSuspected" and event.body]
    return [(body["position"], body["type"], body["deaths"]) for body in bodies]


async def stalled(lives: Lives) -> tuple[str, int]:
    """Why the next engine folds nothing more, and where it stands."""
    await lives.world.database.execute(EXPIRE)
    projector = lives.projector(Deadly())
    with pytest.raises(Stalled) as raised:
        await projector.catch_up()
    checkpoint = await projector.checkpoint()
    assert checkpoint is not None
    return str(raised.value), checkpoint.position


async def test_event_k06_when_engine_after_engine_dies_of_it_then_suspected_and_no_more_die(
    world: World,
) -> None:
    lives = Lives(world)
    for _ in range(BEFORE + DEATHS):
        assert not await lives.lives(Deadly())
    assert await suspected(world) == []

    said, position = await stalled(lives)
    [poison] = await world.log.read("acme", POISON - 1, limit=1)
    assert said.startswith(
        f"event {POISON} ({poison.type} of {poison.stream}) of tenant acme is suspected of having "
        f"killed the {DEATHS} engines that folded it last; "
    )
    assert position == POISON - 1
    assert await suspected(world) == [(POISON, poison.type, DEATHS)]
    assert (await stalled(lives))[1] == POISON - 1, "no engine dies of it again"
    assert len(await suspected(world)) == 1

    await world.append("good", [*seeded_events(13, EVENTS)][: POISON - 1])
    await world.projector("good").catch_up()
    assert await world.dump("acme") == await world.dump("good"), "what came before it is whole"


async def test_event_k06_when_an_hour_has_passed_then_a_start_that_can_fold_it_goes_on(
    world: World,
) -> None:
    lives = Lives(world)
    for _ in range(BEFORE + DEATHS):
        assert not await lives.lives(Deadly())
    await stalled(lives)

    world.clock = LaterClock()
    assert await lives.lives(ToyPlanning())
    end = (await world.log.head("acme")).position
    checkpoint = await lives.projector(ToyPlanning()).checkpoint()
    assert checkpoint is not None and checkpoint.position == end == EVENTS + 1


async def test_event_k06_when_engines_are_killed_at_other_events_then_none_is_suspected(
    world: World,
) -> None:
    """A death a batch, as a kill from outside would have it, and one of a holder of before."""
    lives = Lives(world)
    for position in (3, 8, 9, 10, 17, 24, 31, 32, 33):
        assert not await lives.lives(Deadly(position))
    assert await lives.lives(ToyPlanning())
    assert await suspected(world) == []
