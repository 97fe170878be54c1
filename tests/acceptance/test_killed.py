"""kill -9 of the engine at any moment: the ledger ends as that of an unkilled run."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from engine_site import Site, assert_right, opened, proxied, unkilled
from site_config import impatient
from wire_proxy import Rule, Stage

KILLS = 5
EARLY = 0.3
START_S = 1.5
REACH = 90
MOMENTS = (
    ("PostLD PORTOI", "sent", None),
    ("PostLD PORTOI", "answered", None),
    ("PostLD PORTOI", "sent", 0.3),
)
MORE_MOMENTS = (
    ("Logon", "answered", None),
    ("Setup/Add APSSSP", "answered", None),
    *MOMENTS,
    ("Query/Query PORQRY", "sent", None),
    ("PostLD APSTIN", "answered", None),
)


@pytest.mark.parametrize(("numbering", "seed"), [("auto", 1), ("manual", 2)])
async def test_run_k03_when_killed_at_random_moments_then_ends_as_if_unkilled(
    numbering: str, seed: int
) -> None:
    wanted = await unkilled(numbering)
    chance = Random(seed)
    async with opened(numbering=numbering, edit=impatient) as site:

        async def has_started() -> bool:
            return bool(await site.events("RunStarted"))

        for kill in range(KILLS):
            engine = await site.engine()
            if not kill:
                await site.until(has_started)
            if kill and chance.random() < EARLY:
                await asyncio.sleep(chance.uniform(0, START_S))
            else:
                reach = await site.head() + chance.randint(1, REACH)
                await site.reached(reach, at_most_s=4 if kill else 60)
            await engine.kill()
        await site.engine()
        await site.settled()
        await assert_as(site, wanted)
        assert len(await site.events("RunStarted")) >= 2


@pytest.mark.parametrize(
    ("numbering", "moments", "committed"), [("auto", MORE_MOMENTS, 4), ("manual", MOMENTS, 2)]
)
async def test_run_k17_when_killed_between_send_and_answer_then_another_place_settles_each_doubt(
    numbering: str,
    moments: Sequence[tuple[str, Stage, float | None]],
    committed: int,
    tmp_path: Path,
) -> None:
    """Each engine is in a place of its own: whatever it knows of the last one is in the log."""
    wanted = await unkilled(numbering)
    async with proxied(numbering=numbering, edit=impatient) as (site, proxy):
        for number, (text, stage, late_s) in enumerate(moments):
            rule = proxy.add(Rule(text=text, stage=stage, late_s=late_s))
            engine = await site.engine_elsewhere(tmp_path / f"container-{number}")
            await site.hit(rule)
            await engine.kill()
            rule.go.set()
        await site.engine()
        await site.settled()
        await assert_as(site, wanted)
        await assert_doubts(site, committed=committed, not_committed=1)


async def assert_as(site: Site, wanted: object) -> None:
    assert_right(await site.oracle(), await site.status())
    assert await site.ledger() == wanted


async def assert_doubts(site: Site, **outcomes: int) -> None:
    resolved = await site.events("DoubtResolved")
    found = [str(event.body["outcome"]) for event in resolved if event.body is not None]
    assert {name: found.count(name) for name in outcomes} == outcomes
