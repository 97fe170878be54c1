"""The seeded loop: virtual time, an order drawn from the seed, parties that are held or dead."""

import asyncio
from collections.abc import Coroutine
from random import Random

import pytest

from engine.proof.simulation.loop import Bounds, Overrun, Party, SimulatedLoop, Stuck


def made(seed: int = 1, bounds: Bounds | None = None) -> SimulatedLoop:
    return SimulatedLoop(Random(seed), bounds)


def run(loop: SimulatedLoop, story: Coroutine[object, object, None]) -> None:
    try:
        loop.run_until_complete(story)
    finally:
        loop.close()


async def note(seen: list[str], name: str, seconds: float = 0.0) -> None:
    await asyncio.sleep(seconds)
    seen.append(name)


def order_of(seed: int) -> list[str]:
    seen: list[str] = []

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for name in "abcdefgh":
                group.create_task(note(seen, name))

    run(made(seed), story())
    return seen


def test_time_when_all_sleep_then_it_jumps() -> None:
    loop, seen = made(), list[str]()

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(note(seen, "second", 3000.0))
            group.create_task(note(seen, "first", 100.5))
        assert loop.time() == 3000.0

    run(loop, story())
    assert seen == ["first", "second"]


def test_k15_order_when_the_seed_is_the_same_then_it_is_the_same() -> None:
    orders = [order_of(seed) for seed in range(5)]
    assert orders == [order_of(seed) for seed in range(5)]
    assert len({tuple(order) for order in orders}) > 1
    assert all(sorted(order) == list("abcdefgh") for order in orders)


def test_cancellation_of_a_group_when_repeated_then_in_the_same_order() -> None:
    def ended(seed: int) -> list[str]:
        seen: list[str] = []

        async def child(name: str) -> None:
            try:
                await asyncio.sleep(60)
            finally:
                seen.append(name)

        async def story() -> None:
            with pytest.raises(ExceptionGroup):
                async with asyncio.TaskGroup() as group:
                    for number in range(20):
                        group.create_task(child(str(number)))
                    await asyncio.sleep(1)
                    raise ValueError

        run(made(seed), story())
        return seen

    assert ended(7) == ended(7)


def test_executor_when_used_then_the_work_is_done_in_the_loop() -> None:
    async def story() -> None:
        assert await asyncio.to_thread(lambda: 6 * 7) == 42
        with pytest.raises(ValueError, match="no"):
            await asyncio.to_thread(int, "no")

    run(made(), story())


def test_held_party_when_the_world_goes_on_then_its_turns_wait_until_resumed() -> None:
    loop, engine, seen = made(), Party("engine"), list[str]()

    async def ticking() -> None:
        for number in range(4):
            await asyncio.sleep(1.0)
            seen.append(f"{number} at {loop.time():.0f}")

    async def story() -> None:
        ticks = loop.create_task(ticking(), context=engine.context())
        await asyncio.sleep(1.5)
        loop.hold(engine)
        await asyncio.sleep(60.5)
        loop.resume(engine)
        await ticks

    run(loop, story())
    assert seen == ["0 at 1", "1 at 62", "2 at 63", "3 at 64"]


def test_children_when_a_party_makes_them_then_they_are_its_own() -> None:
    loop, engine, seen = made(), Party("engine"), list[str]()

    async def parent() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(note(seen, "child", 2.0))

    async def story() -> None:
        whole = loop.create_task(parent(), context=engine.context())
        await asyncio.sleep(1.0)
        loop.hold(engine)
        await asyncio.sleep(10.0)
        assert seen == []
        loop.resume(engine)
        await whole

    run(loop, story())
    assert seen == ["child"]


def test_run_when_nothing_can_happen_then_it_is_stuck() -> None:
    loop = made()
    forever = loop.create_future()

    async def story() -> None:
        await forever

    with pytest.raises(Stuck, match="nothing can happen"):
        run(loop, story())


@pytest.mark.parametrize(
    ("bounds", "pause_s", "said"),
    [
        (Bounds(seconds=10.0), 3.0, "10 s of virtual time"),
        (Bounds(steps=100), 0.0, "steps"),
    ],
)
def test_run_when_it_goes_too_far_then_it_is_ended(
    bounds: Bounds, pause_s: float, said: str
) -> None:
    async def story() -> None:
        while True:
            await asyncio.sleep(pause_s)

    with pytest.raises(Overrun, match=said):
        run(made(bounds=bounds), story())


def test_callback_when_it_raises_then_the_run_knows() -> None:
    loop = made()

    def broken() -> None:
        raise ValueError("nobody catches this")

    async def story() -> None:
        asyncio.get_running_loop().call_soon(broken)
        await asyncio.sleep(1)

    run(loop, story())
    assert "nobody catches this" in loop.complaints[0]
