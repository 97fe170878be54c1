"""SYSPRO gone, replies lost, requests late: nothing is lost, nothing comes twice."""

from collections import Counter

from engine_site import Site, assert_right, names, proxied, unkilled
from site_config import impatient
from wire_proxy import Rule

LOST = (
    "Logon",
    "Setup/Add APSSSP",
    "PostLD PORTOI",
    "PostLD APSTIN",
    "Logoff",
)
DROPPED = ("PostLD PORTOI", "PostLD APSTIN")


async def outcomes(site: Site) -> Counter[str]:
    """How many doubts ended how; each went through fence, drain and two reads before."""
    found: Counter[str] = Counter()
    events = await site.events("PostInDoubt", "DoubtFenced", "DoubtResolved")
    drain_s = site.ground.config.tenants[0].companies[0].drain_s
    for resolved in (event for event in events if event.type == "DoubtResolved"):
        assert resolved.body is not None
        before = [
            event
            for event in events
            if event.stream == resolved.stream and event.position < resolved.position
        ]
        fenced = before[-1]
        assert fenced.type == "DoubtFenced"
        assert "PostInDoubt" in {event.type for event in before}
        assert (resolved.recorded_at - fenced.recorded_at).total_seconds() >= drain_s
        evidence = resolved.body["evidence"]
        assert isinstance(evidence, dict)
        reads = evidence["reads"]
        assert isinstance(reads, list) and len(reads) == 2
        found[str(resolved.body["outcome"])] += 1
    return found


async def test_run_when_one_reply_of_each_kind_is_lost_then_every_doubt_is_settled() -> None:
    wanted = await unkilled("auto")
    async with proxied(edit=impatient) as (site, proxy):
        lost = [proxy.add(Rule(text=text, stage="answered").at_once()) for text in LOST]
        dropped = [proxy.add(Rule(text=text, stage="sent").at_once()) for text in DROPPED]

        await site.engine()
        await site.settled()

        assert [rule.seen for rule in lost + dropped] == [1] * (len(LOST) + len(DROPPED))
        assert await outcomes(site) == {"committed": 3, "not_committed": 2}
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted
        assert await site.events("SessionLost") == []


async def test_run_s14_when_requests_arrive_after_their_time_out_then_the_fence_refuses_them() -> (
    None
):
    wanted = await unkilled("auto")
    async with proxied(edit=impatient) as (site, proxy):
        timeout_s = site.ground.config.tenants[0].companies[0].timeout_s
        late = [
            proxy.add(Rule(text=text, stage="sent", late_s=timeout_s + 3, is_silent=True))
            for text in ("PostLD PORTOI", "PostLD APSTIN")
        ]

        await site.engine()
        await site.settled()

        assert [rule.seen for rule in late] == [1, 1]
        assert await outcomes(site) == {"not_committed": 2}
        assert [reply for reply in proxy.late if "UserID is invalid" in reply] == proxy.late
        assert len(proxy.late) == 2
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted


async def test_run_when_syspro_is_gone_for_a_while_then_it_goes_on_where_it_stood() -> None:
    wanted = await unkilled("auto")
    async with proxied(edit=impatient) as (site, proxy):
        await site.engine()
        for _ in range(3):
            posted = len(await site.events("PostAccepted"))

            async def is_further(before: int = posted) -> bool:
                return len(await site.events("PostAccepted")) >= before + 3

            await site.until(is_further)
            await proxy.cut()
            head = await site.head()
            await site.reached(head + 12, at_most_s=1.5)
            assert names((await site.oracle())["duplicates"]) == set()
            await proxy.restore()
        await site.settled()

        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted
        assert set(await outcomes(site)) <= {"committed", "not_committed"}
