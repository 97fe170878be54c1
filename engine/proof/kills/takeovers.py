"""An engine is stopped in its tracks, another takes over, the first wakes with what it held.

The woken one must append nothing and post nothing: its leases have new epochs, its session's token
is dead. What it sends all the same, such as the post it was stopped before, must have no effect.
"""

import asyncio
import time
from contextlib import suppress
from signal import SIGCONT
from typing import Final

from engine.db import Database, integer, text
from engine.proof.evidence.figures import Death
from engine.proof.kills.lives import lines_of, told
from engine.proof.kills.programs import UNABLE, Program
from engine.proof.kills.site import LONGEST_S, LOOK_S, Site, World

AWAKE_S: Final = 6.0
WOKEN: Final = "woken"
ASKING: Final = "lease.acquire before"
ASKED: Final = 6
"""A woken engine that has asked so often for a lease has met the loss of each that it held."""

_EPOCHS: Final = "SELECT role, epoch FROM leases WHERE tenant = $1 ORDER BY role"


async def taken_over(site: Site, deed: str) -> list[Death]:
    """The takeover that came about at the place of the deed; none if the place never came."""
    began = time.monotonic()
    async with site.world() as world:
        begun = await world.head()
        sleeper = world.engine(f"{deed},trace={world.trace(1)}")
        place = await _stopped_at(world, sleeper, deed)
        if not place:
            return []
        own = {event.run_id for event in await world.events(begun)}
        world.engine()
        wrong = [said] if (said := await world.settled()) else []
        head, epochs = await world.head(), await _epochs(world.ground.database, world.tenant)
        sleeper.send(SIGCONT)
        await _met_its_losses(world)
        verdict = await world.judged()
        late = [event.type for event in await world.events(head) if event.run_id in own]
        if late and await _epochs(world.ground.database, world.tenant) == epochs:
            wrong.append(f"the woken engine appended {late}")
        if sleeper.exit_code not in (None, 0, UNABLE):
            wrong.append(f"the woken engine ended with {sleeper.exit_code}")
    said = "; ".join([*wrong, *verdict.wrong])
    return told(("stop",), [place], verdict, said, time.monotonic() - began)


async def _stopped_at(world: World, sleeper: Program, deed: str) -> str:
    """The place at which the engine has stopped itself; empty if it went past all of its life."""
    place, _, count = deed.removeprefix("stop=").partition("#")
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_S):
            while lines_of(world.trace(1)).count(place) < int(count):
                if not sleeper.is_running or not await world.moving():
                    return ""
                await asyncio.sleep(LOOK_S)
            return place
    return ""


async def _met_its_losses(world: World) -> None:
    """The woken engine has asked again for every lease that it lost, or its time is up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(AWAKE_S):
            while True:
                lines = lines_of(world.trace(1))
                if WOKEN in lines and lines[lines.index(WOKEN) :].count(ASKING) >= ASKED:
                    return
                await asyncio.sleep(LOOK_S)


async def _epochs(database: Database, tenant: str) -> dict[str, int]:
    rows = await database.fetch(_EPOCHS, tenant)
    return {text(row, "role"): integer(row, "epoch") for row in rows}
