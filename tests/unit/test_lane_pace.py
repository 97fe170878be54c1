"""A lane that can do nothing about a doubt looks again in a while, and does not spin."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.core.canonical import JsonObject
from engine.core.lifecycle import CommandState
from engine.core.planned import CommandRow
from engine.errors import StaleVersion, Transient
from engine.lane import TURN, Lane
from engine.lane.circuits import Circuits
from engine.lane.desk import Desk
from engine.pacing.breaker import FIRST_REST_S, OPENS_AFTER
from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.loop import Bounds, SimulatedLoop

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

    async def next_ready(self, *unused: object, **also: object) -> Sequence[JsonObject]:
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


@dataclass(frozen=True)
class Ready:
    """As much of a command as a lane looks at."""

    key: str
    document: str = "purchase_order:acme/1"
    type: str = "purchase_order_add"
    version: int = 0


class Backlog(NoDoubt):
    """An outbox with so many commands that are ready, until each was posted."""

    def __init__(self, count: int) -> None:
        self.rows: dict[str, JsonObject] = {
            str(key): {"key": str(key), "type": "purchase_order_add"} for key in range(count)
        }

    async def next_ready(
        self, *asked: object, resting: Collection[str] = ()
    ) -> Sequence[JsonObject]:
        limit = cast(int, asked[2])
        return [row for row in self.rows.values() if row["type"] not in resting][:limit]

    async def row(self, *unused: object) -> JsonObject | None:
        return self.rows.get(str(unused[1]))


class Down(Refused):
    """A writer whose addressee cannot be reached before an instant, and takes all afterwards."""

    def __init__(self, loop: SimulatedLoop, backlog: Backlog, until_s: float) -> None:
        super().__init__()
        self.loop, self.backlog, self.until_s = loop, backlog, loop.time() + until_s
        self.last_s = 0.0

    def command(self, row: JsonObject) -> CommandRow[object]:
        return cast(CommandRow[object], Ready(key=str(row["key"]), type=str(row["type"])))

    async def post(self, *unused: object) -> int:
        self.last_s = self.loop.time()
        if self.last_s < self.until_s:
            self.tries += 1
            raise Transient("nobody listens")
        del self.backlog.rows[cast(Ready, unused[0]).key]
        return 1

    async def settle(self, doubts: Sequence[object]) -> bool:
        return False

    def wait_s(self) -> float:
        return 60.0


def worked(
    loop: SimulatedLoop, outbox: OneDoubt, writer: Refused, seconds: float, sick: str = ""
) -> None:
    """The lane has run for so long, in virtual time; posts of the `sick` type went wrong before."""

    async def is_projected(position: int) -> bool:
        return True

    async def bases(document: str) -> Mapping[str, int]:
        return {}

    async def story() -> None:
        clock = VirtualClock(loop, BEGAN_AT)
        observer = SimpleNamespace(suspended=lambda text: None)
        circuits = Circuits(clock)
        for _ in range(OPENS_AFTER if sick else 0):
            circuits.answered(sick, is_trouble=True)
            circuits.answered("another", is_trouble=False)
        desk = SimpleNamespace(log=StillLog(), tenant="acme", observer=observer, circuits=circuits)
        lane: Lane[Any] = Lane(
            cast(Desk, desk),
            outbox,
            writer,
            company="A",
            clock=clock,
            random=Random(1),
            is_projected=is_projected,
            bases=bases,
        )
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(lane.run(stop))
            await asyncio.sleep(seconds)
            stop.set()

    loop.run_until_complete(story())
    loop.close()


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
    worked(SimulatedLoop(Random(1)), outbox, writer, 10.0)
    assert 10 <= writer.tries <= 60


def test_lane_s32_when_nobody_listens_for_hours_then_one_is_tried_at_a_time_and_all_follow() -> (
    None
):
    """Its pauses are even shares of at most 30 s, so 15 s in the mean once they are long."""
    backlog, down_s = Backlog(40), 6 * 3600.0
    loop = SimulatedLoop(Random(1), Bounds(seconds=2 * down_s))
    writer = Down(loop, backlog, down_s)
    worked(loop, backlog, writer, down_s + 60.0)
    assert backlog.rows == {}
    assert down_s / 30 <= writer.tries <= down_s / 12
    assert writer.last_s - writer.until_s <= 31.0


def test_lane_s32_when_a_turn_full_of_one_type_rests_then_the_others_are_posted() -> None:
    backlog = Backlog(TURN)
    backlog.rows["last"] = {"key": "last", "type": "invoice_add"}
    loop = SimulatedLoop(Random(1))
    writer = Down(loop, backlog, 0.0)
    worked(loop, backlog, writer, FIRST_REST_S / 2, sick="purchase_order_add")
    assert "last" not in backlog.rows and len(backlog.rows) == TURN
