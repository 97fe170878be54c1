"""A lane that can do nothing about a doubt looks again in a while, and does not spin."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.core.canonical import JsonObject
from engine.core.lifecycle import CommandState
from engine.core.planned import CommandRow
from engine.errors import StaleVersion
from engine.lane import Lane
from engine.lane.desk import Desk
from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.loop import SimulatedLoop

BEGAN_AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
ROW: JsonObject = {}


class StillLog:
    """A log in which nothing happens."""

    async def head(self, tenant: str) -> object:
        return SimpleNamespace(position=7)

    async def wait(self, tenant: str, after: int, timeout_s: float) -> int:
        await asyncio.sleep(timeout_s)
        return after


class OneDoubt:
    """An outbox with one open doubt, whose row is older than the log."""

    async def next_ready(self, *unused: object) -> Sequence[JsonObject]:
        return []

    async def in_state(
        self, tenant: str, company: str, state: CommandState, *, limit: int = 1000
    ) -> Sequence[JsonObject]:
        return []

    async def open_doubts(self, *unused: object) -> Sequence[JsonObject]:
        return [ROW]

    async def row(self, *unused: object) -> JsonObject | None:
        return None


class Refused:
    """A writer whose every step is refused, because its row lags; the doubt is due all the time."""

    def __init__(self) -> None:
        self.tries = 0

    def command(self, row: JsonObject) -> CommandRow[object]:
        return cast(CommandRow[object], row)

    async def post(self, *unused: object) -> int:
        raise AssertionError

    async def read_back(self, *unused: object) -> int:
        raise AssertionError

    async def settle(self, doubts: Sequence[object]) -> bool:
        self.tries += 1
        raise StaleVersion("the row lags behind the log")

    def wait_s(self) -> float:
        return 0.0


class Remembering(Refused):
    """A writer that has a doubt in mind which is due, until it hears that there is none."""

    known = True

    async def settle(self, doubts: Sequence[object]) -> bool:
        self.tries += 1
        self.known = self.known and bool(doubts)
        return False

    def wait_s(self) -> float:
        return 0.0 if self.known else 60.0


class NoDoubt(OneDoubt):
    """An outbox with nothing in it."""

    async def open_doubts(self, *unused: object) -> Sequence[JsonObject]:
        return []


@pytest.mark.parametrize(
    ("outbox", "writer"),
    [
        pytest.param(OneDoubt(), Refused(), id="its row lags"),
        pytest.param(NoDoubt(), Remembering(), id="it is settled"),
    ],
)
def test_doubt_when_nothing_can_be_done_about_it_then_the_lane_does_not_spin(
    outbox: OneDoubt, writer: Refused
) -> None:
    loop = SimulatedLoop(Random(1))

    async def is_projected(position: int) -> bool:
        return True

    async def bases(document: str) -> Mapping[str, int]:
        return {}

    async def story() -> None:
        desk = SimpleNamespace(log=StillLog(), tenant="acme", observer=None)
        lane: Lane[Any] = Lane(
            cast(Desk, desk),
            outbox,
            writer,
            company="A",
            clock=VirtualClock(loop, BEGAN_AT),
            random=Random(1),
            is_projected=is_projected,
            bases=bases,
        )
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(lane.run(stop))
            await asyncio.sleep(10)
            stop.set()

    loop.run_until_complete(story())
    loop.close()
    assert 10 <= writer.tries <= 60
