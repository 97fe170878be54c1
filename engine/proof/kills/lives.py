"""Engines that die at a crossing, and what the next one makes of what they left."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Final

from engine.errors import Conflict
from engine.proof.evidence.figures import Death
from engine.proof.kills.plan import Fate
from engine.proof.kills.programs import UNABLE, Program
from engine.proof.kills.site import Site, Verdict, World

LAST_STEP: Final = "step.PostVerified after"
STARTS: Final = 3


async def traced(site: Site, *, is_new: bool = False) -> list[str]:
    """The crossings of a life that nothing happens to, up to its last step.

    Raises `Conflict` when not even that life ends well: no death could be judged against it.
    """
    async with site.world(is_new=is_new) as world:
        world.engine(f"trace={world.trace(1)}")
        verdict = await world.judged()
        if verdict.wrong:
            raise Conflict(f"a life that nothing happened to ended wrong: {verdict.wrong}")
        lines = lines_of(world.trace(1))
    last = max(number for number, line in enumerate(lines, 1) if line == LAST_STEP)
    return lines[:last]


async def killed(site: Site, fate: Fate) -> list[Death]:
    """Every death that came about of the fate, and what was left in the end.

    A deed whose crossing never comes ends nobody: that is no death, and the story goes on.
    """
    began = time.monotonic()
    places: list[str] = []
    wrong: list[str] = []
    async with site.world(is_new=fate.is_new) as world:
        for deed in fate.deeds:
            engine = await _lived(world, deed, is_asked=fate.is_asked)
            if engine.exit_code == -SIGKILL:
                places.append(lines_of(world.trace(len(world.engines)))[-1])
            elif not engine.is_running and engine.exit_code not in (0, UNABLE):
                wrong.append(f"the engine ended with {engine.exit_code}: {engine.last_words()}")
            await engine.kill()
        world.engine()
        verdict = await world.judged()
    wrong += verdict.wrong
    seconds = time.monotonic() - began
    return told(("kill", "pair"), places, verdict, "; ".join(wrong), seconds)


async def _lived(world: World, deed: str, *, is_asked: bool) -> Program:
    """The engine that has died of the deed, or outlived it and been asked to stop.

    One that could not begin is started again, as whoever watches over it would do.
    """
    for _ in range(STARTS):
        engine = world.engine(f"{deed},trace={world.trace(len(world.engines) + 1)}")
        await world.settled(or_ended=engine)
        if engine.exit_code != UNABLE:
            break
    if is_asked:
        engine.send(SIGTERM)
        await engine.ended()
    return engine


def told(
    hows: Sequence[str], places: Sequence[str], verdict: Verdict, wrong: str, seconds: float
) -> list[Death]:
    """One entry a death, the n-th by the n-th way or the last; each is told what went wrong with
    the story, and the last one alone has its counts, so that they may be added up."""
    each = [
        Death(how=hows[min(number, len(hows) - 1)], where=place, seconds=0.0, wrong=wrong)
        for number, place in enumerate(places)
    ]
    if not each:
        return []
    last = replace(
        each[-1],
        seconds=seconds,
        duplicates=verdict.duplicates,
        lost=verdict.lost,
        ambiguous_posts=verdict.ambiguous_posts,
        doubts=verdict.doubts,
    )
    return [*each[:-1], last]


def lines_of(trace: Path) -> list[str]:
    """The crossings in the trace so far; none before there is one."""
    with suppress(FileNotFoundError):
        return trace.read_text("utf-8").splitlines()
    return []
