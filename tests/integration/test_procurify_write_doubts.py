"""A write whose answer was lost is settled by reading: repeated, adopted, or given to a person."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from test_procurify_writer import (
    PAYLOADS,
    WRITTEN,
    Payloads,
    account_code_add,
    account_code_change,
    bill_note,
    bills_paid,
    department_add,
    open_line,
    receipt_report,
    settle,
    vendor_add,
    vendor_change,
    vendor_code,
)
from write_site import LONG_S, WriteSite, write_site

from engine.core.canonical import JsonValue
from engine.core.commands.seen import Seen
from engine.db import Database
from engine.sandbox.procurify.faults_port import Action, Answer, Cut, Phase, Reset
from engine.sandbox.procurify.order_changes import receive_item

DOUBTED = ["PostIntended", "PostInDoubt", "DoubtResolved"]
MADE: list[Payloads] = [vendor_add, account_code_add, department_add, receipt_report]
REPEATED: list[Payloads] = [vendor_code, vendor_change, account_code_change, bills_paid, bill_note]
COMMITTED: list[tuple[Phase, Action]] = [
    ("after_commit_before_reply", Reset()),
    ("mid_reply", Cut(after_bytes=20)),
    ("mid_reply", Answer(status=502, body=b"<html>Bad gateway</html>")),
]
BEFORE: list[tuple[Phase, Action]] = [
    ("received", Reset()),
    ("executing", Answer(status=503, body=b"<html>Busy</html>")),
]


def named(value: object) -> str:
    return value[0] if isinstance(value, tuple) else getattr(value, "__name__", "")


@pytest.fixture
async def site(database: Database) -> Any:
    async with write_site(database) as up:
        yield up


async def rule_of(site: WriteSite, key: str) -> JsonValue:
    """The rule that the doubt was last resolved by."""
    resolved = [event for event in await site.events(key) if event.type == "DoubtResolved"]
    assert resolved[-1].body is not None
    return resolved[-1].body["rule"]


@pytest.mark.parametrize("payload", PAYLOADS, ids=named)
async def test_doubt_when_procurify_had_done_it_then_adopted_and_never_sent_again(
    site: WriteSite, payload: Payloads
) -> None:
    site.faults.plan.append(COMMITTED[0])
    key = site.plan(payload(site.tenant))
    await settle(site)
    assert await site.story(key) == [*DOUBTED, "PostVerified"]
    row = await site.row(key)
    assert (row["state"], row["reason"], row["is_equal"]) == ("verified", "FOUND_EQUAL", True)
    assert len(site.writes()) == 1


@pytest.mark.parametrize("fault", COMMITTED, ids=named)
async def test_doubt_when_a_reply_is_lost_in_any_way_then_the_receipt_is_adopted(
    site: WriteSite, fault: tuple[Phase, Action]
) -> None:
    site.faults.plan.append(fault)
    key = site.plan(receipt_report(site.tenant))
    await settle(site)
    assert await site.story(key) == [*DOUBTED, "PostVerified"]
    assert len(site.writes()) == 1


@pytest.mark.parametrize("status", [401, 429])
@pytest.mark.parametrize("payload", PAYLOADS, ids=named)
async def test_write_when_refused_after_it_was_done_then_seen_and_never_sent_again(
    site: WriteSite, payload: Payloads, status: int
) -> None:
    """A refusal that comes before the work is taken at its word, and looked at all the same."""
    refusal = Answer(status=status, body=b"{}", headers={"Retry-After": "1"})
    site.faults.plan.append(("after_commit_before_reply", refusal))
    key = site.plan(payload(site.tenant))
    await settle(site)
    assert (await site.story(key))[:2] == ["PostIntended", "PostDeferred"]
    assert (await site.row(key))["state"] == "verified"
    assert len(site.writes()) == 1


@pytest.mark.parametrize("fault", BEFORE, ids=named)
@pytest.mark.parametrize("payload", REPEATED, ids=named)
async def test_doubt_when_a_repeatable_write_never_happened_then_sent_once_more(
    site: WriteSite, payload: Payloads, fault: tuple[Phase, Action]
) -> None:
    site.faults.plan.append(fault)
    key = site.plan(payload(site.tenant))
    await settle(site)
    assert await site.story(key) == [*DOUBTED, *WRITTEN]
    assert await rule_of(site, key) == "FOUND_UNCHANGED"
    assert (await site.row(key))["attempt"] == 2


@pytest.mark.parametrize("fault", BEFORE, ids=named)
@pytest.mark.parametrize("payload", MADE, ids=named)
async def test_doubt_when_what_was_to_be_made_is_not_found_then_a_person_decides(
    site: WriteSite, payload: Payloads, fault: tuple[Phase, Action]
) -> None:
    site.faults.plan.append(fault)
    key = site.plan(payload(site.tenant))
    await settle(site)
    assert await site.story(key) == DOUBTED
    assert await rule_of(site, key) == "FOUND_NOTHING"
    assert (await site.row(key))["state"] == "escalated"
    assert len(site.writes(200)) + len(site.writes(201)) == 0


async def test_doubt_when_a_write_never_gets_through_then_a_person_decides_after_five(
    site: WriteSite,
) -> None:
    site.faults.plan += [("received", Reset())] * 6
    key = site.plan(vendor_code(site.tenant))
    for _ in range(4):
        await settle(site)
    assert (await site.story(key)).count("PostIntended") == 5
    assert await rule_of(site, key) == "TOO_MANY_ATTEMPTS"
    assert (await site.row(key))["state"] == "escalated"


async def test_doubt_when_it_is_young_then_looked_for_a_while_before_a_person_is_asked(
    site: WriteSite,
) -> None:
    site.faults.plan.append(("received", Reset()))
    key = site.plan(receipt_report(site.tenant))
    for passed_s in (0, 1.9, 0.1, 10, 59.9):
        site.clock.pass_(passed_s)
        for _ in range(3):
            await site.lane.turn(asyncio.Event())
        assert await site.story(key) == DOUBTED[:2]
    site.clock.pass_(0.1 + 300)
    for _ in range(3):
        await site.lane.turn(asyncio.Event())
    site.clock.pass_(LONG_S)
    await settle(site)
    assert await site.story(key) == DOUBTED


async def test_doubt_when_the_same_was_received_twice_since_then_a_person_decides(
    site: WriteSite,
) -> None:
    wish = receipt_report(site.tenant)
    site.faults.plan.append(("after_commit_before_reply", Reset()))
    key = site.plan(wish)
    await site.lane.turn(asyncio.Event())
    owner = next(iter(site.tenant.desk.people.values())).user
    receive_item(site.tenant, wish.order_item, wish.passed, user=owner)
    await settle(site)
    assert await rule_of(site, key) == "FOUND_TWICE"
    assert (await site.row(key))["state"] == "escalated"


async def test_doubt_when_only_a_colleague_received_the_same_then_that_is_not_ours(
    site: WriteSite,
) -> None:
    wish = receipt_report(site.tenant)
    other = list(site.tenant.desk.people.values())[1].user
    site.faults.plan.append(("received", Reset()))
    key = site.plan(wish)
    await site.lane.turn(asyncio.Event())
    receive_item(site.tenant, wish.order_item, wish.passed, user=other)
    await settle(site)
    assert await rule_of(site, key) == "FOUND_NOTHING"


async def test_doubt_when_the_same_was_received_before_then_only_the_new_one_is_ours(
    site: WriteSite,
) -> None:
    owner = next(iter(site.tenant.desk.people.values())).user
    line = open_line(site.tenant)
    receive_item(site.tenant, line.id, Decimal("1.5"), user=owner)
    wish = replace(receipt_report(site.tenant), order_item=line.id, passed_before=Decimal("1.5"))
    site.faults.plan.append(("after_commit_before_reply", Reset()))
    key = site.plan(wish)
    await settle(site)
    newest = max(row.id for row in site.tenant.desk.receipts.values() if row.item == line.id)
    assert (await site.row(key))["syspro_key"] == str(newest)
    assert await site.story(key) == [*DOUBTED, "PostVerified"]


async def test_doubt_when_our_own_user_may_not_be_read_then_a_person_decides(
    site: WriteSite,
) -> None:
    site.settings.denied = frozenset({"users"})
    site.faults.plan.append(("after_commit_before_reply", Reset()))
    key = site.plan(receipt_report(site.tenant))
    await settle(site)
    assert await rule_of(site, key) == "USER_NOT_KNOWN"


async def test_doubt_when_somebody_changed_it_meanwhile_then_never_overwritten(
    site: WriteSite,
) -> None:
    wish = vendor_code(site.tenant)
    site.faults.plan.append(("received", Reset()))
    key = site.plan(wish)
    await site.lane.turn(asyncio.Event())
    vendor = site.tenant.vendors[wish.vendor]
    site.tenant.put_vendor(replace(vendor, external_id="BY-HAND"))
    await settle(site)
    assert (await site.story(key))[-2:] == ["DoubtResolved", "LookupAnswered"]
    assert site.tenant.vendors[wish.vendor].external_id == "BY-HAND"
    assert wish.seen == (Seen(column="external_id", value=vendor.external_id),)


@pytest.mark.parametrize("payload", PAYLOADS, ids=named)
async def test_takeover_when_the_lane_was_killed_before_the_answer_then_no_second_effect(
    site: WriteSite, payload: Payloads
) -> None:
    site.faults.plan.append(("after_commit_before_reply", None))
    key = site.plan(payload(site.tenant))
    killed = asyncio.create_task(site.lane.turn(asyncio.Event()))
    async with asyncio.timeout(10):
        await site.faults.is_hanging.wait()
    killed.cancel()
    await asyncio.wait([killed])
    assert await site.story(key) == ["PostIntended"]
    site.faults.is_let_go.set()
    await site.take_over()
    await settle(site)
    assert await site.story(key) == [*DOUBTED, "PostVerified"]
    assert len(site.writes()) == 1
