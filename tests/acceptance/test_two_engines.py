"""Two engines before one database: killed, stopped in their tracks, woken; never two hands."""

import signal
from random import Random

import pytest
from engine_site import Site, assert_right, opened, proxied, unkilled
from site_config import impatient
from site_programs import Tree
from wire_proxy import Rule

KILLS = 4
LIMIT = 8
PACED_S = 10


@pytest.mark.parametrize("numbering", ["auto", "manual"])
async def test_run_when_one_of_two_is_killed_in_turn_then_ends_as_if_unkilled(
    numbering: str,
) -> None:
    wanted = await unkilled(numbering)
    chance = Random(3)
    async with opened(numbering=numbering, edit=impatient) as site:
        both = [await site.engine("first"), await site.engine("second")]
        for turn in range(KILLS):
            place = turn % 2
            await site.reached(await site.head() + chance.randint(20, 120), at_most_s=4)
            await both[place].kill()
            both[place] = await site.engine(("first", "second")[place])
        await site.settled()
        assert all(engine.is_running for engine in both)
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted


async def test_run_when_an_owner_sleeps_over_its_lease_then_the_other_goes_on_alone() -> None:
    wanted = await unkilled("auto")
    async with proxied(edit=impatient) as (site, proxy):
        sleeper = await site.engine("sleeper")
        before_send = proxy.add(Rule(text="PostLD PORTOI", stage="answered"))
        await site.hit(before_send)
        sleeper.send(signal.SIGSTOP)
        before_send.go.set()
        await site.engine("other")
        await site.settled()
        head = await site.head()

        sleeper.send(signal.SIGCONT)
        await site.reached(head + 30, at_most_s=3)
        await site.settled()

        assert sleeper.is_running
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted
        written = await site.events("PostIntended", "PostAccepted", "PostInDoubt", after=head)
        assert written == []


def paced(tree: Tree) -> None:
    """Both hosts have a limit that the polls alone would exceed."""
    impatient(tree)
    tree["tenants"][0]["procurify"]["requests_per_second"] = LIMIT
    tree["tenants"][0]["companies"][0]["requests_per_second"] = LIMIT


async def test_run_when_paced_then_no_sliding_second_sees_more_than_the_limit() -> None:
    async with opened(edit=paced) as site:
        both = [await site.engine("first"), await site.engine("second")]
        await site.until(lambda: has_started(site, 2))

        async def is_long_enough() -> bool:
            at = [request["at"] for request in await site.requests()]
            return bool(at) and at[-1] - at[0] > PACED_S

        await site.reached(10_000, at_most_s=PACED_S / 3)
        assert await both[0].stop() == 0
        both[0] = await site.engine("first")
        await site.until(lambda: has_started(site, 3))
        await site.reached(10_000, at_most_s=PACED_S / 3)
        await both[1].kill()
        await site.until(is_long_enough)

        seen = await site.requests()
        for hosts in ({"procurify"}, {"syspro", "odata"}):
            at = sorted(request["at"] for request in seen if request["host"] in hosts)
            assert len(at) > PACED_S / 3 * LIMIT
            assert most_in_a_second(at) <= LIMIT, hosts


async def has_started(site: Site, many: int) -> bool:
    return len(await site.events("RunStarted")) >= many


def most_in_a_second(at: list[float]) -> int:
    first = most = 0
    for last, instant in enumerate(at):
        while at[first] <= instant - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
