"""A store on a seeded loop, with the statements of a small table to try it by."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random

from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.loop import Bounds, SimulatedLoop
from engine.proof.simulation.store.database import MemoryDatabase
from engine.proof.simulation.store.faults import Crossing, Draw, Fault
from engine.proof.simulation.store.rows import PlainRow
from engine.proof.simulation.store.server import Server
from engine.proof.simulation.store.statements import STATEMENTS
from engine.proof.simulation.store.tables import FACTS
from engine.proof.simulation.store.view import Answer, View, answer, picked, touched

BEGAN_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PUT, ADD, GET, SHARE, ALL = "put", "add", "get", "share", "all"


def _put(view: View, key: str, body: bytes) -> Answer:
    view.upsert(FACTS, PlainRow(tenant="acme", key=key, body=body))
    return touched(1)


def _add(view: View, key: str, more: bytes) -> Answer:
    row = view.get(FACTS, "acme", key)
    assert row is not None
    view.update(FACTS, replace(row, body=row.body + more))
    return touched(1)


def _get(view: View, key: str) -> Answer:
    row = view.get(FACTS, "acme", key)
    return answer([picked(row, "body")] if row is not None else ())


def _share(view: View, key: str) -> Answer:
    row = view.get(FACTS, "acme", key)
    assert row is not None
    view.lock_row(FACTS, row, is_shared=True)
    return answer([picked(row, "body")])


def _all(view: View) -> Answer:
    return answer(picked(row, "key", "body") for row in view.rows(FACTS))


class Bench:
    """A loop, a server on it, and doors to the server."""

    def __init__(self, seed: int = 1) -> None:
        self.loop = SimulatedLoop(Random(seed), Bounds(seconds=3600.0, steps=200_000))
        self.clock = VirtualClock(self.loop, BEGAN_AT)
        self.server_clock = VirtualClock(self.loop, BEGAN_AT)
        own = {PUT: _put, ADD: _add, GET: _get, SHARE: _share, ALL: _all}
        self.server = Server(self.server_clock, {**STATEMENTS, **own})

    def door(self, draw: Draw | None = None, **settings: float) -> MemoryDatabase:
        return MemoryDatabase(self.server, draw=draw or (lambda crossing: None), **settings)

    async def doors(self) -> tuple[MemoryDatabase, MemoryDatabase]:
        """Two doors, and b"1" is committed under "a"."""
        here, there = self.door(), self.door()
        await here.execute(PUT, "a", b"1")
        return here, there

    def run(self, story: Callable[[], Coroutine[object, object, None]]) -> None:
        try:
            self.loop.run_until_complete(story())
        finally:
            self.loop.close()
        assert self.loop.complaints == []


def on_bench(story: Callable[[Bench], Coroutine[object, object, None]]) -> Callable[[], None]:
    """The test of that name: the story is told on a bench of its own."""

    def test() -> None:
        bench = Bench()
        bench.run(partial(story, bench))

    test.__name__ = test.__qualname__ = story.__name__
    return test


def once(boundary: str, phase: str, fault: Fault, statement: str = "") -> Draw:
    """The fault at the first such crossing, and never again."""
    left = [fault]

    def draw(crossing: Crossing) -> Fault | None:
        is_there = (crossing.boundary, crossing.phase) == (boundary, phase)
        return left.pop() if left and is_there and statement in crossing.statement else None

    return draw


async def body(door: MemoryDatabase, key: str = "a") -> object:
    """What is committed under a key."""
    row = await door.fetchrow(GET, key)
    return None if row is None else row["body"]
