"""One session per operator: takeovers, proofs of death, refusals, pauses, the last logoff."""

import asyncio
import re
from typing import Any

import pytest
from sandbox_syspro_site import Site, open_site
from syspro_office import MemorySessions, office
from syspro_wire import DEAD, IN_USE, TOKEN, Script, answer, peer, raw, reset

from engine.errors import EngineError, Fenced, Throttled, Transient, Unauthorized
from engine.syspro.outcomes import CredentialsRefused, NoLicence, SessionInvalid
from engine.syspro.session import OperatorInUse


def logons(site: Site) -> int:
    return sum(path.lower().endswith("/logon") for _, _, path, _, _ in site.seen)


async def test_session_when_opened_then_persisted_before_use_and_closed_after() -> None:
    async with open_site() as site, office(site) as desk:
        session = await desk.keeper.open()
        again = await desk.keeper.open()
        profile = await desk.transport.get_logon_profile(session.token)
        assert desk.store.live == 1
        is_closed = await desk.keeper.close()

    assert again is session
    assert profile["OperatorCode"] == "PROCSYNC"
    assert is_closed
    assert desk.store.live == 0
    assert desk.told == ["SessionOpened", "SessionRevoked"]
    assert re.fullmatch("[0-9a-f]{16}", session.tag)
    assert session.token not in repr(session)


async def test_session_when_an_earlier_owner_died_then_its_own_is_revoked_first() -> None:
    async with open_site() as site:
        store = MemorySessions()
        async with office(site, store) as first:
            old = await first.keeper.open()
        async with office(site, store, epoch=2) as second:
            new = await second.keeper.open()
            with pytest.raises(SessionInvalid):
                await second.transport.get_logon_profile(old.token)

    assert new.token != old.token
    assert store.live == 1


async def test_session_s07_when_the_last_logons_reply_was_lost_then_taken_over() -> None:
    async with open_site() as site:
        store = MemorySessions()
        await store.announce("EDU1", "PROCSYNC", 1)
        orphan = (await site.logon()).strip()
        async with office(site, store, epoch=2) as desk:
            session = await desk.keeper.open()
            with pytest.raises(SessionInvalid):
                await desk.transport.get_logon_profile(orphan)

    assert session.token != orphan
    assert store.live == 1


async def test_session_s06_when_somebody_else_is_logged_on_then_nobody_is_evicted() -> None:
    async with open_site() as site:
        theirs = (await site.logon()).strip()
        async with office(site) as desk:
            with pytest.raises(OperatorInUse, match="PROCSYNC is logged on to SYSPRO elsewhere"):
                await desk.keeper.open()
            await desk.transport.get_logon_profile(theirs)
            assert desk.store.live == 0
            await desk.keeper.open(fail_when_logged_in=False)
            with pytest.raises(SessionInvalid):
                await desk.transport.get_logon_profile(theirs)


@pytest.mark.parametrize(
    ("changes", "password", "said"),
    [
        ({"operator": "NOBODY"}, "canary-wrong", "Invalid operator;"),
        ({"company": "OTHR"}, "procsync", "Invalid company;"),
        ({}, "canary-wrong", "Invalid operator password;"),
    ],
)
async def test_logon_s01_s02_when_credentials_are_wrong_then_said_to_a_person_and_tried_twice(
    changes: dict[str, str], password: str, said: str
) -> None:
    passwords = [password]

    async def wrong() -> str:
        return passwords[-1]

    async with open_site() as site, office(site, operator_password=wrong, **changes) as desk:
        for _ in range(2):
            with pytest.raises(CredentialsRefused, match=said) as caught:
                await desk.keeper.open()
        with pytest.raises(Throttled, match="refused the credentials") as paused:
            await desk.keeper.open()
        tried = logons(site)
        passwords.append("canary-other")
        with pytest.raises(Unauthorized):
            await desk.keeper.open()

    assert "check the operator, the company and the credentials" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert paused.value.retry_after_s == pytest.approx(900)
    assert tried == 2
    assert desk.store.live == 0


async def test_logon_s03_when_every_seat_is_taken_then_it_waits_and_evicts_nobody() -> None:
    operators = {"PROCSYNC": "procsync", "OTHER": "o"}
    async with (
        open_site(operators=operators, seats=1, seat_timeout_s=600.0) as site,
        office(site) as desk,
    ):
        theirs = (await site.logon(Operator="OTHER", OperatorPassword="o")).strip()
        for _ in range(3):
            with pytest.raises(NoLicence) as caught:
                await desk.keeper.open()
        profile = await site.text("GetLogonProfile", UserId=theirs)
        assert desk.store.live == 0
        await site.text("Logoff", UserId=theirs)
        await desk.keeper.open()

    assert isinstance(caught.value, Transient)
    assert "<OperatorCode>OTHER<" in profile
    assert desk.store.live == 1


async def test_logon_when_the_pause_is_over_then_tried_again() -> None:
    async def wrong() -> str:
        return "canary-wrong"

    async with open_site() as site, office(site, operator_password=wrong) as desk:
        for _ in range(2):
            with pytest.raises(CredentialsRefused):
                await desk.keeper.open()
        desk.clock.passed_s += 901
        with pytest.raises(CredentialsRefused):
            await desk.keeper.open()


async def test_session_when_the_store_is_fenced_then_logged_off_and_not_used() -> None:
    store = MemorySessions(failing=Fenced("another owner"))
    async with open_site() as site:
        async with office(site, store) as desk:
            with pytest.raises(Fenced):
                await desk.keeper.open()
            assert desk.keeper.current is None
        assert "ERROR" not in await site.logon()
        seen = [path.rpartition("/")[2] for _, _, path, _, _ in site.seen]

    assert seen[:2] == ["Logon", "Logoff"]


async def test_call_s05_when_the_session_was_evicted_then_noted_and_opened_anew() -> None:
    async with open_site() as site, office(site) as desk:
        async with desk.keeper.exclusive() as first:
            pass
        await site.logon()
        await site.text("Logoff", UserId=(await site.logon()).strip())
        with pytest.raises(SessionInvalid):
            async with desk.keeper.exclusive() as same:
                await desk.transport.get_logon_profile(same.token)
        async with desk.keeper.exclusive() as second:
            await desk.transport.get_logon_profile(second.token)

    assert same is first
    assert second.tag != first.tag
    assert desk.told == ["SessionOpened", "SessionLost", "SessionOpened"]


async def test_calls_s33_when_concurrent_then_one_at_a_time() -> None:
    async with open_site() as site, office(site) as desk:
        inside: list[str] = []

        async def call(name: str) -> None:
            async with desk.keeper.exclusive() as session:
                inside.append(name)
                await desk.transport.get_logon_profile(session.token)
                inside.append(name)

        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            for name in "abc":
                group.create_task(call(name))

    assert inside == ["a", "a", "b", "b", "c", "c"]
    assert logons(site) == 1


async def test_fence_when_the_tag_is_current_then_dead_by_proof() -> None:
    async with open_site() as site, office(site) as desk:
        session = await desk.keeper.open()
        assert await desk.keeper.fence(session.tag)
        with pytest.raises(SessionInvalid):
            await desk.transport.get_logon_profile(session.token)
        assert desk.keeper.current is None
        assert await desk.keeper.fence(session.tag)
        assert await desk.keeper.fence("0" * 16)


async def test_fence_s08_when_syspro_is_silent_then_unconfirmed_and_posts_nothing_new() -> None:
    store = MemorySessions()
    async with peer(TOKEN) as site, office(site.url, store) as desk:
        session = await desk.keeper.open()
    async with peer(reset) as site, office(site.url, store, epoch=2) as desk:
        assert not await desk.keeper.fence(session.tag)
        with pytest.raises(EngineError):
            await desk.keeper.open()

    assert store.live >= 1


@pytest.mark.parametrize(
    ("scripts", "is_dead"),
    [
        ((answer(b"0"),), True),
        ((DEAD,), True),
        ((reset, reset, DEAD), True),
        ((reset, answer(b"ERROR: BaseDir8"), answer(b"?"), DEAD), True),
        ((reset, reset, reset, answer(b"<UserInfo/>")), False),
        ((answer(b"ERROR: locked"),), False),
        ((raw(b""),), False),
    ],
)
async def test_revoke_s08_when_answered_so_then_confirmed_or_not(
    scripts: tuple[object, ...], is_dead: bool
) -> None:
    async with peer(TOKEN, *scripts) as site, office(site.url) as desk:
        session = await desk.keeper.open()
        assert await desk.keeper.revoke(session) is is_dead

    assert desk.store.live == (0 if is_dead else 1)


async def test_session_when_our_own_may_still_live_then_evicted_once_and_proved_dead() -> None:
    store = MemorySessions()
    earlier = await store.announce("EDU1", "PROCSYNC", 1)
    await store.save(earlier, 1, "OLDTOKEN")
    unconfirmed = (reset, reset, reset, reset)
    async with (
        peer(*unconfirmed, IN_USE, TOKEN, DEAD) as site,
        office(site.url, store, epoch=2) as desk,
    ):
        session = await desk.keeper.open()

    requests = [request.decode() for request in site.requests]
    assert "FailWhenAlreadyLoggedIn%3EY" in requests[4]
    assert "FailWhenAlreadyLoggedIn%3EN" in requests[5]
    assert "OLDTOKEN" in requests[6]
    assert session.epoch == 2
    assert store.live == 1


async def test_session_when_the_earlier_one_outlives_the_logon_then_not_used() -> None:
    store = MemorySessions()
    earlier = await store.announce("EDU1", "PROCSYNC", 1)
    await store.save(earlier, 1, "OLDTOKEN")
    alive = answer(b"<UserInfo/>")
    unsure = (reset, reset, reset, alive)
    async with (
        peer(*unsure, TOKEN, *unsure, answer(b"0")) as site,
        office(site.url, store, epoch=2) as desk,
    ):
        with pytest.raises(Transient, match="still accepts an earlier session"):
            await desk.keeper.open()

    assert desk.keeper.current is None
    assert store.live == 1


async def test_logon_s07_when_its_reply_is_lost_then_the_next_may_evict() -> None:
    store = MemorySessions()
    async with peer(reset, IN_USE, TOKEN) as site, office(site.url, store) as desk:
        with pytest.raises(Transient):
            await desk.keeper.open()
        assert store.live == 1
        await desk.keeper.open()

    assert store.live == 1


@pytest.mark.parametrize(("age_s", "is_remembered"), [(0.0, True), (3600.0, False)])
async def test_logon_s07_when_it_arrives_late_then_what_it_opened_is_taken_over_for_a_drain(
    age_s: float, is_remembered: bool
) -> None:
    """The lost one opens a session after the one that was logged on in its stead is logged off."""
    store = MemorySessions(age_s=age_s)
    late = (IN_USE, TOKEN) if is_remembered else (IN_USE,)
    async with peer(reset, TOKEN, answer(b"0"), *late) as site, office(site.url, store) as desk:
        with pytest.raises(Transient):
            await desk.keeper.open()
        assert await desk.keeper.revoke(await desk.keeper.open())
        if is_remembered:
            await desk.keeper.open()
            assert "FailWhenAlreadyLoggedIn%3EN" in site.requests[-1].decode()
        else:
            with pytest.raises(OperatorInUse):
                await desk.keeper.open()


@pytest.mark.parametrize(("reply", "live"), [(TOKEN, 0), (IN_USE, 1), (reset, 1)])
async def test_logon_s07_when_cancelled_under_way_then_what_it_opened_is_logged_off(
    reply: Script, live: int
) -> None:
    """As by an owner that slept over its lease between its intent to log on and the logon."""
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(*call: Any) -> None:
        asked.set()
        await may_answer.wait()
        await reply(*call)

    async with peer(slow, answer(b"0")) as site, office(site.url) as desk:
        async with asyncio.TaskGroup() as group:
            opening = group.create_task(desk.keeper.open())
            await asked.wait()
            opening.cancel()
            may_answer.set()
        assert opening.cancelled()
        assert [b"logoff" in request.lower() for request in site.requests[1:]] == [True] * (
            not live
        )
        assert desk.store.live == live


async def test_logon_s07_when_every_reply_is_lost_then_only_the_last_is_remembered() -> None:
    store = MemorySessions(age_s=0.0)
    async with peer(reset, reset, reset) as site, office(site.url, store) as desk:
        for _ in range(3):
            with pytest.raises(Transient):
                await desk.keeper.open()
    assert (store.live, len(store.rows)) == (1, 3)


async def test_close_when_syspro_is_gone_then_says_so() -> None:
    async with peer(TOKEN, reset) as site, office(site.url) as desk:
        assert await desk.keeper.close()
        await desk.keeper.open()
        assert not await desk.keeper.close()

    assert desk.store.live == 1
