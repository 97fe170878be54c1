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
from engine.proof.kills.lives import told
from engine.proof.kills.site import LOOK_S, Site, World

MARCH: Final = 25
"""How many more events stand in the log when the server is killed again."""
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
        engine = world.engine()
        wrong = [said] if (said := await world.settled()) else []
        cuts = proxies[0].cuts
        if not engine.is_running:
            wrong.append(f"the engine ended with {engine.exit_code}: {engine.last_words()}")
        verdict = await world.judged()
    said = "; ".join([*wrong, *verdict.wrong])
    return told(("cut",), [f"COMMIT {cut}"] * cuts, verdict, said, time.monotonic() - began)


async def server_killed(site: Site, cluster: Path, many: int) -> list[Death]:
    """A death for each kill -9 of the PostgreSQL on that cluster; its supervisor starts it again.

    Nobody else may use the server meanwhile.
    """
    began = time.monotonic()
    kills = 0
    async with site.world(is_new=True) as world:
        engine = world.engine()
        for number in range(1, many + 1):
            await _grown(world, number * MARCH)
            if (postmaster := orphan_of(cluster)) is not None:
                postmaster.send(SIGKILL)
                kills += 1
        wrong = [said] if (said := await world.settled()) else []
        if not engine.is_running:
            wrong.append(f"the engine ended with {engine.exit_code}: {engine.last_words()}")
        verdict = await world.judged()
    said = "; ".join([*wrong, *verdict.wrong])
    return told(("server",), ["postmaster"] * kills, verdict, said, time.monotonic() - began)


async def _grown(world: World, position: int) -> None:
    """The log is that long, or the time for it is up; a server that is away has to come back."""
    with suppress(TimeoutError):
        async with asyncio.timeout(AWAY_S):
            while True:
                with suppress(EngineError):
                    if await world.head() >= position:
                        return
                await asyncio.sleep(LOOK_S / 4)
