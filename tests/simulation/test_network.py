"""Connections in memory under the real HTTP client and server, with what happens to them."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import Random, SystemRandom
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from engine.proof.simulation.chance import seeded
from engine.proof.simulation.clock import VirtualClock
from engine.proof.simulation.loop import Party, SimulatedLoop
from engine.proof.simulation.network import Network
from engine.proof.simulation.weather import Blow, Fate

PORT = 8080
BEGAN_AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
LONG = b"x" * 1_000_000


class Given:
    """One fate for every connection."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def fate(self, party: str, port: int) -> Fate:
        return self._fate


class Site:
    """A server that counts what it was asked, and a client; `took` is what went wrong for it."""

    def __init__(self, loop: SimulatedLoop, network: Network) -> None:
        self.loop = loop
        self.network = network
        self.asked: list[tuple[str, bytes, float]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append((request.path, body, self.loop.time()))
        return web.Response(body=LONG if request.path == "/long" else body[::-1])

    async def ask(self, path: str = "/", body: bytes = b"abc", total_s: float = 5.0) -> bytes:
        limit = aiohttp.ClientTimeout(total=total_s)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(f"http://127.0.0.1:{PORT}{path}", data=body) as answer,
        ):
            return await answer.read()


def rehearse(
    story: Callable[[Site], Awaitable[None]], fate: Fate | None = None, seed: int = 1
) -> Site:
    """The story told over a site; what it was asked is on the site afterwards."""
    loop = SimulatedLoop(Random(seed))
    network = loop.net = Network(loop, Random(seed))
    if fate is not None:
        network.weather = Given(fate)
    site = Site(loop, network)

    async def told() -> None:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", site.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        assert runner.addresses == [("127.0.0.1", PORT)]
        try:
            await story(site)
        finally:
            await runner.cleanup()

    try:
        with seeded(Random(seed), VirtualClock(loop, BEGAN_AT)):
            loop.run_until_complete(told())
    finally:
        loop.close()
    assert loop.complaints == []
    return site


def test_request_when_nothing_happens_then_it_is_answered() -> None:
    async def story(site: Site) -> None:
        assert await site.ask(body=b"abc") == b"cba"
        assert await site.ask("/long") == LONG
        assert len(await site.ask(body=LONG)) == len(LONG)

    assert [path for path, _, _ in rehearse(story).asked] == ["/", "/long", "/"]


def test_connection_when_refused_then_nothing_was_sent() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(aiohttp.ClientConnectorError):
            await site.ask()

    assert rehearse(story, Fate(dialling="refused")).asked == []


def test_connection_when_silent_then_the_deadline_ends_it() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(TimeoutError):
            await site.ask(total_s=7.0)
        assert 7.0 <= site.loop.time() < 7.5

    assert rehearse(story, Fate(dialling="silent")).asked == []


def test_request_when_cut_then_it_is_not_taken() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(aiohttp.ClientError):
            await site.ask(body=LONG)

    assert rehearse(story, Fate(up=Blow(kind="reset", after_bytes=500_000))).asked == []


def test_reply_when_cut_then_the_request_was_taken() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(aiohttp.ClientError):
            await site.ask()

    assert len(rehearse(story, Fate(down=Blow(kind="reset", after_bytes=20))).asked) == 1


def test_request_when_held_then_it_arrives_after_its_client_gave_up() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(TimeoutError):
            await site.ask(total_s=2.0)
        assert site.asked == []
        await asyncio.sleep(60)

    [(_, body, at_s)] = rehearse(story, Fate(up=Blow(kind="hold", after_bytes=0, seconds=30))).asked
    assert body == b"abc"
    assert 30 <= at_s < 31


def test_reply_when_swallowed_then_the_deadline_ends_it() -> None:
    async def story(site: Site) -> None:
        with pytest.raises(TimeoutError):
            await site.ask(total_s=3.0)

    assert len(rehearse(story, Fate(down=Blow(kind="swallow", after_bytes=0))).asked) == 1


def test_client_when_it_dies_then_what_it_had_sent_is_taken() -> None:
    async def story(site: Site) -> None:
        engine = Party("engine")
        asking = site.loop.create_task(site.ask(), context=engine.context())
        while not site.network.connections(engine):
            await asyncio.sleep(0.0001)
        await asyncio.sleep(0.0001)
        site.loop.hold(engine)
        site.network.bury(engine)
        await asyncio.sleep(5)
        assert not asking.done()
        site.loop.resume(engine)
        with pytest.raises(TimeoutError):
            await asking

    slow = Fate(least_s=1.0, most_s=1.5)
    assert [body for _, body, _ in rehearse(story, slow).asked] == [b"abc"]


def test_run_when_repeated_then_every_instant_is_the_same() -> None:
    async def story(site: Site) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(site.ask(f"/{number}"))

    assert rehearse(story, seed=3).asked == rehearse(story, seed=3).asked
    assert rehearse(story, seed=3).asked != rehearse(story, seed=4).asked


def test_machine_when_asked_for_time_or_chance_then_the_run_answers() -> None:
    def asked() -> list[object]:
        loop = SimulatedLoop(Random(1))
        with seeded(Random(5), VirtualClock(loop, BEGAN_AT, booted_s=7.0)):
            found = [os.urandom(4), uuid4(), SystemRandom().random(), time.time()]
            found.append(time.monotonic())
        loop.close()
        return found

    real = (os.urandom, time.time, time.monotonic)
    assert asked() == asked()
    assert asked()[-2:] == [BEGAN_AT.timestamp(), 7.0]
    assert (os.urandom, time.time, time.monotonic) == real
