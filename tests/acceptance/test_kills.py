"""A few real deaths, as a proof that the harness kills and that its verdict can be a bad one.

The many are told by `python -m engine evidence`.
"""

import pytest

from engine.proof.evidence.figures import Kills
from engine.proof.kills import Extent, kills
from engine.proof.kills.ground import ground
from engine.proof.kills.plan import LEAVING

FEW = Extent(singles=1, post_path=2, pairs=1, leaving=1, stops=1, cuts=0, server_kills=0)


@pytest.fixture(scope="module")
async def few() -> Kills:
    return await kills(FEW)


def test_engine_k01_when_killed_at_a_crossing_then_nothing_is_twice_or_lost(few: Kills) -> None:
    assert few.many("kill") >= 3
    assert [death.wrong for death in few.deaths] == [""] * len(few.deaths)
    assert sum(death.duplicates + death.lost for death in few.deaths) == 0


def test_engine_k02_when_killed_again_while_it_recovers_then_still_nothing(few: Kills) -> None:
    assert few.many("pair") == 1


def test_engine_k05_when_killed_while_it_leaves_then_as_if_it_had_been_killed_at_once(
    few: Kills,
) -> None:
    left = [death for death in few.deaths if death.where == LEAVING[0]]
    assert [(death.wrong, death.duplicates, death.lost) for death in left] == [("", 0, 0)]


def test_engine_k07_when_it_wakes_after_a_takeover_then_it_appends_nothing(few: Kills) -> None:
    assert few.many("stop") == 1
    assert few.crossings > 1000


async def test_verdict_when_nobody_posted_then_every_document_is_lost() -> None:
    async with ground(1) as under, under.sites[0].world(is_new=True) as world:
        verdict = await world.verdict()
    assert verdict.lost >= 6
    assert any(said.startswith("lost: ") for said in verdict.wrong)
