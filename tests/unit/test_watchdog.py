"""The watchdog: a loop that stands still is counted, told, and ended when it does not come back."""

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from engine.clock import SystemClock
from engine.service.watchdog import BLOCKED_TICKS, ENDED_BY_WATCHDOG, ENDS_TICKS, Watchdog
from engine.telemetry import Metrics
from engine.web.health import Health

TICK_S = 0.01


@dataclass
class Loop(SystemClock):
    """A loop that answers when the test says so, and the time that it takes."""

    now_s: float = 0.0
    asked: list[Callable[[], None]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now_s

    def turn(self) -> None:
        """What was asked of it is called."""
        while self.asked:
            self.asked.pop()()


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def ends() -> list[str]:
    return []


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def dog(metrics: Metrics, loop: Loop, ends: list[str]) -> Watchdog:
    return Watchdog(metrics, loop, end=lambda: ends.append("ended"))


def value(metrics: Metrics, name: str) -> float | None:
    return metrics.registry.get_sample_value(f"procurify_syspro_{name}")


def pass_ticks(dog: Watchdog, loop: Loop, ticks: int) -> None:
    for _ in range(ticks):
        loop.now_s += 1
        dog.look(loop.asked.append)


def test_look_k11_when_the_loop_turns_then_nothing_is_told(
    dog: Watchdog, loop: Loop, metrics: Metrics
) -> None:
    for _ in range(5):
        pass_ticks(dog, loop, BLOCKED_TICKS)
        loop.turn()
    assert not dog.is_blocked
    assert dog.troubles == []
    assert value(metrics, "loop_blocks_total") == 0
    assert value(metrics, "loop_late_seconds") == BLOCKED_TICKS - 1


def test_look_k11_when_the_loop_stands_still_then_counted_once_and_not_ready_for_a_minute(
    dog: Watchdog, loop: Loop, metrics: Metrics
) -> None:
    pass_ticks(dog, loop, 1 + BLOCKED_TICKS + 5)
    assert dog.is_blocked
    assert value(metrics, "loop_blocks_total") == 1

    loop.turn()
    pass_ticks(dog, loop, 1)
    assert not dog.is_blocked
    assert value(metrics, "loop_late_seconds") == BLOCKED_TICKS + 5
    [trouble] = dog.troubles
    assert trouble == "the event loop stood still for 10 s or more, 1 s ago"
    assert not Health().also(dog.troubles).is_ready

    loop.now_s += 60
    assert Health().also(dog.troubles).is_ready


def test_look_k11_when_the_loop_does_not_come_back_then_the_process_is_ended_once(
    dog: Watchdog, loop: Loop, ends: list[str]
) -> None:
    pass_ticks(dog, loop, ENDS_TICKS)
    assert ends == []
    pass_ticks(dog, loop, 5)
    assert ends == ["ended"]


async def test_watch_k11_when_a_callback_blocks_the_loop_then_the_place_is_in_the_log(
    caplog: pytest.LogCaptureFixture, metrics: Metrics
) -> None:
    dog = Watchdog(metrics, SystemClock(), tick_s=TICK_S)
    deadline_s = time.monotonic() + 20

    def hogs_the_loop() -> None:
        while not caplog.records and time.monotonic() < deadline_s:
            continue

    with caplog.at_level(logging.ERROR), dog.watching():
        asyncio.get_running_loop().call_soon(hogs_the_loop)
        while not caplog.records:
            await asyncio.sleep(0)
        is_blocked_when_asked_first = dog.is_blocked
    [entry] = caplog.records
    assert entry.getMessage() == "the event loop stands still"
    assert any("hogs_the_loop" in place for place in vars(entry)["stack"])
    assert is_blocked_when_asked_first
    assert dog.troubles != []
    assert value(metrics, "loop_blocks_total") == 1


HANGS = """
import asyncio
from engine.clock import SystemClock
from engine.service.watchdog import Watchdog
from engine.telemetry import Metrics, configure_logging

async def hang():
    with Watchdog(Metrics(), SystemClock(), tick_s=0.001).watching():
        await asyncio.sleep(0)
        while True:
            pass

configure_logging()
asyncio.run(hang())
"""


def test_watch_k11_when_the_loop_never_comes_back_then_the_engine_is_gone_with_its_last_words() -> (
    None
):
    ended = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == ENDED_BY_WATCHDOG
    texts = [json.loads(line)["text"] for line in ended.stderr.splitlines()]
    assert texts == ["the event loop stands still", "the event loop does not come back"]
