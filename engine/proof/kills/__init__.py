"""Real engines that are killed, stopped and cut off, one life after the other, and the figures.

`kills` runs a golden life once, then ends engines at its crossings: singly, in pairs, while they
leave; stops them while another takes over; cuts their COMMITs; kills their PostgreSQL. Between two
crossings nothing is visible from outside, so these are the distinguishable deaths.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from engine.errors import EngineError
from engine.proof.evidence.figures import Death, Kills
from engine.proof.kills import plan
from engine.proof.kills.cutting_proxy import Cut
from engine.proof.kills.databases import cut_off, server_killed
from engine.proof.kills.ground import ground
from engine.proof.kills.lives import killed, traced
from engine.proof.kills.site import Site
from engine.proof.kills.takeovers import taken_over

Story = Callable[[Site], Awaitable[list[Death]]]
CUT_EVERY: Final = 6
MARCH: Final = 7
"""How many events later in its story the server is killed each time."""
TELLINGS: Final = 2
SITES: Final = 3
"""Most of a life is waiting for leases and drains, so more than two fit on two cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many stories of each kind are told."""

    singles: int
    post_path: int
    pairs: int
    leaving: int
    stops: int
    cuts: int
    server_kills: int


FULL: Final = Extent(
    singles=170, post_path=90, pairs=196, leaving=6, stops=66, cuts=4, server_kills=8
)
QUICK: Final = Extent(singles=6, post_path=10, pairs=6, leaving=2, stops=4, cuts=1, server_kills=1)


async def kills(extent: Extent, told: Callable[[Death], None] = lambda death: None) -> Kills:
    """Every death of that extent, and what was left each time; `told` hears of each at once."""
    began = time.monotonic()
    found: list[Death] = []

    def note(deaths: Sequence[Death]) -> None:
        for death in deaths:
            found.append(death)
            told(death)

    async with ground(SITES) as under:
        trace = await traced(under.sites[0], is_new=True)
        async with asyncio.TaskGroup() as group:
            for site in under.sites:
                group.create_task(site.prepare())
        prepared = await traced(under.sites[0])
        stories = _stories(extent, trace, prepared)
        async with asyncio.TaskGroup() as group:
            for site in under.sites:
                group.create_task(_all_told(site, stories, note))
        for number in range(1, extent.server_kills + 1):
            story = partial(server_killed, cluster=under.cluster, events=number * MARCH)
            note(await tell(under.sites[0], story))
    return Kills(crossings=len(trace), deaths=tuple(found), seconds=time.monotonic() - began)


def _stories(extent: Extent, trace: Sequence[str], prepared: Sequence[str]) -> list[Story]:
    """The stories, those that take longest first."""
    fates = [
        *plan.pairs(extent.pairs),
        *plan.leaving()[: extent.leaving],
        *plan.singles(trace, extent.singles),
        *plan.on_the_post_path(prepared, extent.post_path),
    ]
    cuts: tuple[Cut, ...] = ("unanswered", "unsent")
    return [
        *(partial(taken_over, deed=deed) for deed in plan.stops(extent.stops)),
        *(
            partial(cut_off, every=CUT_EVERY + number // len(cuts), cut=cuts[number % len(cuts)])
            for number in range(extent.cuts)
        ),
        *(partial(killed, fate=fate) for fate in fates),
    ]


async def _all_told(
    site: Site, stories: list[Story], note: Callable[[Sequence[Death]], None]
) -> None:
    """No story is left; others may take from the same list meanwhile."""
    while stories:
        note(await tell(site, stories.pop(0)))


async def tell(site: Site, story: Story) -> Sequence[Death]:
    """The deaths of the story, begun again once if the harness itself was in trouble.

    One that cannot be told to its end is no death, but a wrong that has to be looked at.
    """
    said = ""
    for _ in range(TELLINGS):
        try:
            return await story(site)
        except EngineError as error:
            said = f"the story could not be told: {error}"
    return [Death(how="story", where="harness", seconds=0.0, wrong=said)]
