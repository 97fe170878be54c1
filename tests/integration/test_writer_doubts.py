"""A post whose answer is lost is fenced, drained, read twice and decided: never sent on a guess."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from lane_site import DRAIN_S, TENANT, LaneSite, lane_site
from test_writer_posting import LINE, SUPPLIER, invoice, order, orders_in, until_idle

from engine.core.commands import Payload
from engine.core.events import NewEvent
from engine.db import Database
from engine.lane.doubts import LIMIT_S
from engine.syspro.books import LIMIT

PAYLOADS = [
    pytest.param(SUPPLIER, "200", "setup/add", id="supplier"),
    pytest.param(order(), "1042", "transaction/postld", id="order"),
    pytest.param(invoice(), "b" * 32, "transaction/postld", id="invoice"),
]
RESOLVED = ["PostIntended", "PostInDoubt", "DoubtFenced", "DoubtResolved"]


def writes_in(site: LaneSite) -> int:
    return len(site.ledger.writes)


async def settle(site: LaneSite) -> None:
    """Turns, and time for drains and second reads, until nothing is left to do."""
    stop = asyncio.Event()
    async with asyncio.timeout(30):
        for _ in range(12):
            while await site.lane.turn(stop):
                pass
            site.clock.passed_s += DRAIN_S / 4


@pytest.mark.parametrize(("payload", "source_id", "path"), PAYLOADS)
@pytest.mark.parametrize("fault", ["reply_lost", "error_after_commit", "html"])
async def test_doubt_s12_s41_when_syspro_had_committed_then_adopted_and_never_sent_again(
    database: Database, payload: Payload, source_id: str, path: str, fault: str
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append((path, fault))
        key = site.plan(payload, source_id)
        await settle(site)
        assert await site.story(key) == [*RESOLVED, "PostVerified"]
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("verified", "FOUND_EQUAL")
        assert writes_in(site) == 1


@pytest.mark.parametrize(("payload", "source_id", "path"), PAYLOADS)
async def test_doubt_s11_when_syspro_never_saw_it_then_sent_once_more(
    database: Database, payload: Payload, source_id: str, path: str
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append((path, "not_executed"))
        key = site.plan(payload, source_id)
        await settle(site)
        assert await site.story(key) == [*RESOLVED, "PostIntended", "PostAccepted", "PostVerified"]
        assert writes_in(site) == 1
        events = await site.log.read_stream(TENANT, f"command/{key}")
        intents = [event.body for event in events if event.type == "PostIntended"]
        assert [intent["attempt"] for intent in intents if intent] == [1, 2]


async def test_doubt_s13_when_it_is_young_then_the_drain_is_waited_out_before_any_query(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        key = site.plan(order())
        stop = asyncio.Event()
        for _ in range(6):
            await site.lane.turn(stop)
        assert await site.story(key) == RESOLVED[:3]
        site.clock.passed_s += DRAIN_S - 1
        await site.lane.turn(stop)
        assert await site.story(key) == RESOLVED[:3]
        site.clock.passed_s += 1
        await site.lane.turn(stop)
        assert await site.story(key) == RESOLVED[:3]
        site.clock.passed_s += 5
        await site.lane.turn(stop)
        await site.lane.turn(stop)
        assert await site.story(key) == [*RESOLVED, "PostVerified"]


async def test_doubt_when_one_document_waits_then_the_lane_goes_on_with_a_new_session(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        stuck = site.plan(order())
        await site.lane.turn(asyncio.Event())
        going = site.plan(order("1043"), "1043")
        await until_idle(site)
        assert (await site.story(stuck))[-1] == "DoubtFenced"
        assert (await site.story(going))[-1] == "PostVerified"
        tags = {
            event.body["session_tag"]
            for key in (stuck, going)
            for event in await site.log.read_stream(TENANT, f"command/{key}")
            if event.type == "PostIntended" and event.body
        }
        assert len(tags) == 2


async def test_takeover_when_an_intent_has_no_answer_then_it_is_a_doubt_first(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order())
        intent = NewEvent(
            stream=f"command/{key}",
            type="PostIntended",
            body={"command": key, "attempt": 1, "session_tag": "0" * 16},
        )
        await site.log.append(TENANT, [intent], author=site.desk.author, expected=None)
        await settle(site)
        assert (await site.story(key))[:4] == RESOLVED
        assert orders_in(site) == [order().external_key]


async def test_doubt_s27_when_our_key_stands_on_another_order_then_a_person_decides(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        first = site.plan(order(lines=(replace(LINE, quantity=Decimal("99")),)), "7")
        await until_idle(site)
        assert (await site.row(first))["state"] == "verified"
        site.faults.plan.append(("transaction/postld", "not_executed"))
        key = site.plan(order())
        await settle(site)
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("conflict", "FOUND_DIFFERENT")
        assert writes_in(site) == 1


async def test_doubt_s27_when_a_clerk_keyed_the_invoice_then_a_person_decides(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.plan(invoice(external_key="BY HAND"), "c" * 32)
        await until_idle(site)
        site.faults.plan.append(("transaction/postld", "not_executed"))
        key = site.plan(invoice())
        await settle(site)
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("conflict", "KEYED_BY_HAND")
        assert writes_in(site) == 1


async def test_doubt_when_our_key_stands_twice_then_escalated(database: Database) -> None:
    async with lane_site(database) as site:
        site.plan(order(), "7")
        site.plan(order(), "8")
        await until_idle(site)
        site.faults.plan.append(("transaction/postld", "not_executed"))
        key = site.plan(order())
        await settle(site)
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("escalated", "FOUND_TWICE")
        assert writes_in(site) == 2


async def test_doubt_when_the_reads_cannot_be_made_then_it_stays_a_doubt(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        key = site.plan(order())
        await site.lane.turn(asyncio.Event())
        site.faults.plan += [("query/query", "html")] * 40
        await settle(site)
        assert (await site.row(key))["state"] == "in_doubt"
        site.faults.plan.clear()
        await settle(site)
        assert (await site.row(key))["state"] == "verified"
        assert writes_in(site) == 1


@pytest.mark.parametrize(
    ("payload", "is_probe_passed", "answer", "end"),
    [
        pytest.param(order(), True, "PostDeferred", "PostVerified", id="known"),
        pytest.param(SUPPLIER, False, "PostInDoubt", "PostVerified", id="doubted"),
        pytest.param(order(), False, "PostInDoubt", "DoubtResolved", id="by hand"),
    ],
)
async def test_session_s05_s06_when_evicted_before_a_post_then_known_or_doubted_never_lost(
    database: Database, payload: Payload, is_probe_passed: bool, answer: str, end: str
) -> None:
    async with lane_site(database, is_probe_passed=is_probe_passed) as site:
        session = await site.desk.keeper.open()
        await site.desk.transport.logoff(session.token)
        key = site.plan(payload)
        await settle(site)
        story = await site.story(key)
        assert (story[1], story[-1]) == (answer, end)
        assert writes_in(site) == (1 if end == "PostVerified" else 0)


@pytest.mark.parametrize("fault", ["reply_lost", "not_executed"])
async def test_doubt_when_no_probe_passed_then_an_order_goes_to_a_person_with_what_was_read(
    database: Database, fault: str
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        site.faults.plan.append(("transaction/postld", fault))
        key = site.plan(order())
        await settle(site)
        assert await site.story(key) == RESOLVED
        assert (await site.row(key))["reason"] == "PROBE_NOT_PASSED"
        resolved = (await site.log.read_stream(TENANT, f"command/{key}"))[-1].body
        assert resolved is not None and isinstance(resolved["evidence"], dict)
        sighting = {"syspro_key": "", "is_ours": True, "is_equal": True}
        reads = resolved["evidence"]["reads"]
        assert isinstance(reads, list) and [len(read) for read in reads] == (
            [1, 1] if fault == "reply_lost" else [0, 0]
        )
        assert all({**one, "syspro_key": ""} == sighting for read in reads for one in read)


async def test_doubt_s11_when_a_second_attempt_is_lost_too_then_it_is_fenced_and_drained_itself(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.faults.plan += [("transaction/postld", "not_executed")] * 2
        key = site.plan(order())
        await settle(site)
        again = ["PostIntended", "PostAccepted", "PostVerified"]
        assert await site.story(key) == [*RESOLVED, *RESOLVED, *again]
        events = await site.log.read_stream(TENANT, f"command/{key}")
        fenced = [event.body for event in events if event.type == "DoubtFenced"]
        assert [body["attempt"] for body in fenced if body] == [1, 2]
        assert writes_in(site) == 1


async def test_doubt_when_syspro_cannot_be_asked_for_hours_then_s31_a_person_is(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        key = site.plan(order())
        await site.lane.turn(asyncio.Event())
        site.faults.plan += [("query/query", "html")] * 200
        await settle(site)
        assert (await site.row(key))["state"] == "in_doubt"
        site.clock.passed_s += LIMIT_S
        await settle(site)
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("escalated", "OVERDUE")
        assert writes_in(site) == 1


async def test_doubt_when_the_cut_off_is_an_hour_away_then_s31_a_person_is_asked_before(
    database: Database,
) -> None:
    async with lane_site(database, cut_off="11:00") as site:
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        key = site.plan(order())
        await site.lane.turn(asyncio.Event())
        site.faults.plan += [("query/query", "html")] * 200
        await settle(site)
        assert site.clock.now().hour == 9
        assert (await site.row(key))["state"] == "in_doubt"
        site.clock.passed_s = 3600.0
        await settle(site)
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("escalated", "OVERDUE")
        assert writes_in(site) == 1


async def test_doubt_s30_when_odata_is_set_up_and_may_lag_then_it_is_never_asked(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        assert site.desk.transport.settings.odata_url
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        key = site.plan(order())
        await settle(site)
        assert (await site.row(key))["state"] == "verified"
        assert [path for path in site.faults.paths if "odata" in path] == []
        assert sum(path.endswith("query/query") for path in site.faults.paths) >= 2


@pytest.mark.parametrize(
    ("fault", "story"),
    [
        ("reply_lost", [*RESOLVED, "PostVerified"]),
        ("not_executed", [*RESOLVED, "PostIntended", "PostAccepted", "PostVerified"]),
    ],
)
async def test_doubt_s40_when_logged_off_by_an_administrator_then_done_once_whether_kept_or_undone(
    database: Database, fault: str, story: list[str]
) -> None:
    """The executing post was let go on or was rolled back: SYSPRO's Users program does both."""
    async with lane_site(database) as site:
        session = await site.desk.keeper.open()
        site.faults.plan += [("transaction/postld", fault), *[("logoff", "not_executed")] * 3]
        site.faults.plan.append(("getlogonprofile", "not_executed"))
        key = site.plan(order())
        await site.lane.turn(asyncio.Event())
        assert await site.story(key) == RESOLVED[:2]
        await site.desk.transport.logoff(session.token)
        await settle(site)
        assert await site.story(key) == story
        assert writes_in(site) == 1


async def test_doubt_s29_when_a_look_up_reaches_its_row_limit_then_it_stays_a_doubt(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        rows = [
            {"PurchaseOrder": f"9{place:05}", "CustomerPoNumber": order().external_key}
            for place in range(LIMIT)
        ]
        site.ledger.load({"PorMasterHdr": rows})
        site.faults.plan.append(("transaction/postld", "not_executed"))
        key = site.plan(order())
        await settle(site)
        assert await site.story(key) == RESOLVED[:3]
        assert (await site.row(key))["state"] == "in_doubt"
        assert writes_in(site) == 0


async def test_lane_s32_when_five_posts_in_a_row_are_lost_then_it_rests_and_tries_one(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        for number in range(12):
            site.plan(order(f"{number}"), f"{number}")
        site.faults.plan += [("transaction/postld", "not_executed")] * 6
        stop, tried = asyncio.Event(), []
        for passed_s in (0.0, 29.0, 1.0, 59.0, 1.0):
            site.clock.passed_s += passed_s
            await site.lane.turn(stop)
            tried.append(sum(path.endswith("postld") for path in site.faults.paths))
        assert tried == [5, 5, 6, 6, 12]
        assert writes_in(site) == 12 - 6
        await settle(site)
        assert sorted(orders_in(site)) == sorted(order(f"{n}").external_key for n in range(12))


async def test_lane_s19_when_a_part_was_accepted_then_nothing_more_is_sent_before_rows_know(
    database: Database,
) -> None:
    """The projection stops the line for it; what it hands out then is the outbox's to say."""
    async with lane_site(database) as site:
        keys = [site.plan(order(f"{number}"), f"{number}") for number in range(3)]
        site.faults.plan.append(("transaction/postld", "partial"))
        site.projected[0] = 0
        await settle(site)
        assert await site.story(keys[0]) == [*RESOLVED, "PostVerified"]
        doubt = (await site.log.read_stream(TENANT, f"command/{keys[0]}"))[1]
        assert (doubt.body or {})["cause"] == "partial"
        assert writes_in(site) == 1

        site.projected[0] = doubt.position
        await settle(site)
        assert writes_in(site) == 3
