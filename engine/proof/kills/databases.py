"""PostgreSQL cut off at COMMIT and killed under load, while an engine goes on by itself.

A COMMIT that was not sent has left nothing; one that was not answered has left everything, and the
engine must find out which (reliability.md D1, D2). A killed server comes back as it was (D3).
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from typing import Final

from engine.embedded.cluster import orphan_of
from engine.errors import EngineError
from engine.proof.evidence.figures import Death
from engine.proof.kills.cutting_proxy import COMMIT, Cut, CuttingProxy
from engine.proof.kills.lives import STARTS, told
from engine.proof.kills.programs import UNABLE
from engine.proof.kills.site import LOOK_S, Site, World

AWAY_S: Final = 30.0


async def cut_off(site: Site, every: int, cut: Cut) -> list[Death]:
    """A death for each COMMIT that was cut: each so-many-th of one engine's life."""
    began = time.monotonic()
    proxies: list[CuttingProxy] = []

    @asynccontextmanager
    async def around(dsn: str) -> AsyncIterator[str]:
        async with CuttingProxy(dsn).running() as proxy:
            proxies.append(proxy)
            proxy.cut_each(every, cut, holding=COMMIT)
            yield proxy.dsn

    async with site.world(around=around, is_new=True) as world:
        world.engine()
        wrong = await _gone_on(world)
        cuts = proxies[0].cuts
        verdict = await world.judged()
    said = "; ".join([*wrong, *verdict.wrong])
    return told(("cut",), [f"COMMIT {cut}"] * cuts, verdict, said, time.monotonic() - began)


async def server_killed(site: Site, cluster: Path, events: int) -> list[Death]:
    """The death by kill -9 of the PostgreSQL on that cluster, so many events into a story.

    Its supervisor starts it again. Nobody else may use the server meanwhile.
    """
    began = time.monotonic()
    async with site.world() as world:
        position = await world.head() + events
        world.engine()
        await _grown(world, position)
        postmaster = orphan_of(cluster)
        if postmaster is not None:
            postmaster.send(SIGKILL)
        wrong = await _gone_on(world)
        verdict = await world.judged()
    places = ["postmaster"] if postmaster is not None else []
    said = "; ".join([*wrong, *verdict.wrong])
    return told(("server",), places, verdict, said, time.monotonic() - began)


async def _gone_on(world: World) -> list[str]:
    """What was wrong before all came to rest; an engine that could not begin is started again."""
    for _ in range(STARTS):
        engine = world.engines[-1]
        said = await world.settled(or_ended=engine)
        if engine.exit_code != UNABLE:
            break
        world.engine()
    if not world.engines[-1].is_running:
        said = f"the engine ended with {engine.exit_code}: {engine.last_words()}"
    return [said] if said else []


async def _grown(world: World, position: int) -> None:
    """The log is that long, or the time for it is up; a server that is away has to come back."""
    with suppress(TimeoutError):
        async with asyncio.timeout(AWAY_S):
            while True:
                with suppress(EngineError):
                    if await world.head() >= position:
                        return
                await asyncio.sleep(LOOK_S / 4)
