"""What people say of a post in doubt counts once SYSPRO, read again, does not contradict it."""

from typing import Any

import pytest
from lane_site import TENANT, LaneSite, lane_site
from test_writer_doubts import settle, writes_in
from test_writer_posting import invoice, order, until_idle

from engine.core.commands import Payload
from engine.core.events import NewEvent
from engine.db import Database
from engine.lane.doubts import LIMIT_S

# A doubt that went to a person is forgotten: when people have spoken, it is fenced anew.
ESCALATED = ["PostIntended", "PostInDoubt", "DoubtFenced", "DoubtResolved"]
ORDER_NUMBER = "000001"


async def escalated(site: LaneSite, fault: str, payload: Payload, source_id: str = "1042") -> str:
    """The command whose answer was lost and which went to a person; gives its key."""
    site.faults.plan.append(("transaction/postld", fault))
    key = site.plan(payload, source_id)
    await settle(site)
    assert await site.story(key) == ESCALATED
    assert (await site.row(key))["state"] == "escalated"
    return key


async def say(site: LaneSite, key: str, outcome: str, syspro_key: str = "") -> None:
    body = {"command": key, "attempt": 1, "outcome": outcome, "syspro_key": syspro_key}
    event = NewEvent(stream=f"command/{key}", type="VerdictGiven", body=body)
    await site.log.append(TENANT, [event], author=site.desk.author)
    assert (await site.row(key))["word"] == outcome
    await settle(site)


async def last(site: LaneSite, key: str, kind: str) -> dict[str, Any]:
    events = await site.log.read_stream(TENANT, f"command/{key}")
    return dict([event.body for event in events if event.type == kind][-1] or {})


async def test_verdict_c11_when_absent_and_syspro_shows_nothing_then_sent_once_more(
    database: Database,
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        key = await escalated(site, "not_executed", order())
        await say(site, key, "absent")
        assert await site.story(key) == [
            *ESCALATED,
            "VerdictGiven",
            "DoubtFenced",
            "DoubtResolved",
            "PostIntended",
            "PostAccepted",
            "PostVerified",
        ]
        resolved = await last(site, key, "DoubtResolved")
        assert (resolved["outcome"], resolved["rule"]) == ("not_committed", "BY_PERSON")
        assert writes_in(site) == 1


async def test_verdict_c11_when_absent_though_syspro_has_it_then_refused_and_never_sent(
    database: Database,
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        key = await escalated(site, "reply_lost", order())
        await say(site, key, "absent")
        assert await site.story(key) == [
            *ESCALATED,
            "VerdictGiven",
            "DoubtFenced",
            "OverrideRefused",
        ]
        row = await site.row(key)
        assert (row["state"], row["reason"], row["word"]) == ("escalated", "OVERRIDE_REFUSED", "")
        assert ORDER_NUMBER in str(row["text"])
        refused = await last(site, key, "OverrideRefused")
        assert (refused["rule"], refused["syspro_key"]) == ("FOUND", ORDER_NUMBER)
        assert len(refused["evidence"]["reads"]) == 2
        assert writes_in(site) == 1

        await say(site, key, "done", ORDER_NUMBER.lstrip("0"))
        row = await site.row(key)
        assert (row["state"], row["syspro_key"]) == ("verified", ORDER_NUMBER)
        assert writes_in(site) == 1


@pytest.mark.parametrize(
    ("payload", "named"), [(order(), "000777"), (invoice(), ""), (invoice(), "INV-1")]
)
async def test_verdict_c11_when_done_though_syspro_has_it_not_then_refused(
    database: Database, payload: Payload, named: str
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        # An invoice is of class U, which a look-up settles: it goes to a person by hand here.
        if named == "000777":
            key = await escalated(site, "not_executed", payload)
        else:
            key = site.plan(payload, state="escalated", attempt=1, session_tag="0" * 16)
        await say(site, key, "done", named)
        assert (await site.story(key))[-1] == "OverrideRefused"
        assert (await last(site, key, "OverrideRefused"))["rule"] == "FOUND_NOTHING"
        assert writes_in(site) == 0


async def test_verdict_when_people_name_an_order_typed_by_hand_then_it_is_adopted(
    database: Database,
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        typed = site.plan(order(external_key="BY HAND"), "7")
        await until_idle(site)
        assert (await site.row(typed))["syspro_key"] == ORDER_NUMBER
        key = await escalated(site, "not_executed", order())
        await say(site, key, "done", ORDER_NUMBER)
        row = await site.row(key)
        assert (row["state"], row["syspro_key"]) == ("verified", ORDER_NUMBER)
        assert writes_in(site) == 1


async def test_escalation_when_it_goes_to_a_person_then_the_pack_shows_what_is_around(
    database: Database,
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        key = await escalated(site, "reply_lost", order())
        pack = (await last(site, key, "DoubtResolved"))["evidence"]["pack"]
        assert pack["operator"] == "PROCSYNC"
        assert pack["sent_at"] <= pack["until"]
        assert pack["payload"]["external_key"] == order().external_key
        assert pack["shown"]["supplier"] == "S00118"
        [shown] = pack["shown"]["tables"]["PorMasterHdr"]
        assert (shown["PurchaseOrder"].lstrip("0"), shown["CustomerPoNumber"]) == (
            "1",
            order().external_key,
        )


async def test_verdict_when_syspro_cannot_be_read_for_hours_then_the_word_of_people_is_kept(
    database: Database,
) -> None:
    async with lane_site(database, is_probe_passed=False) as site:
        key = await escalated(site, "not_executed", order())
        site.clock.passed_s += LIMIT_S
        site.faults.plan += [("query/query", "html")] * 200
        await say(site, key, "absent")
        assert (await site.story(key))[-2:] == ["VerdictGiven", "DoubtFenced"]
        assert (await site.row(key))["word"] == "absent"
        site.faults.plan.clear()
        await settle(site)
        assert (await site.row(key))["state"] == "verified"
        assert writes_in(site) == 1
