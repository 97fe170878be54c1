"""How often the operator is logged on, and what a logon that failed may have left behind."""

import asyncio

import pytest
from sandbox_syspro_site import open_site
from syspro_office import office
from syspro_wire import DEAD, IN_USE, TOKEN, Script, answer, peer

from engine.errors import EngineError, Throttled
from engine.syspro.outcomes import SessionInvalid
from engine.syspro.session import MAX_LOSS_PAUSE_S, OperatorInUse


def logons(*scripts: Script) -> Script:
    """A script that plays one of them a logon, and knows no session."""
    left = list(scripts)

    async def script(
        request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        is_logon = b"/logon?" in request.lower()
        await (left.pop(0) if is_logon else DEAD)(request, reader, writer)

    return script


@pytest.mark.parametrize("status", [401, 403, 404, 413, 429, 500, 502, 503])
async def test_session_s07_when_a_status_followed_a_logon_that_was_done_then_taken_back(
    status: int,
) -> None:
    played = logons(answer(b"<a/>", status), IN_USE, TOKEN)
    async with peer(played) as site, office(site.url) as desk:
        with pytest.raises(EngineError):
            await desk.keeper.open()
        session = await desk.keeper.open()

    assert session.token == "12E6D0C3129AAC4D940E264688A7D31500"


@pytest.mark.parametrize("body", [b"0", b"{}", b"12E6D0"])
async def test_session_s07_when_the_logons_answer_is_no_token_then_what_it_opened_is_taken_back(
    body: bytes,
) -> None:
    played = logons(answer(body), IN_USE, TOKEN)
    async with peer(played) as site, office(site.url) as desk:
        with pytest.raises(SessionInvalid):
            async with desk.keeper.exclusive() as session:
                await desk.transport.get_logon_profile(session.token)
        session = await desk.keeper.open()

    assert session.token == "12E6D0C3129AAC4D940E264688A7D31500"


async def test_session_s06_when_lost_after_it_worked_then_nobody_is_evicted() -> None:
    played = logons(TOKEN, IN_USE)
    async with peer(played) as site, office(site.url) as desk:
        async with desk.keeper.exclusive() as session:
            pass
        await desk.keeper.lost(session)
        with pytest.raises(OperatorInUse):
            await desk.keeper.open()
        assert desk.store.live == 0


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_session_s06_when_statuses_stand_before_the_logon_then_none_of_them_counts(
    status: int,
) -> None:
    played = logons(TOKEN, *[answer(b"", status)] * 8, TOKEN)
    async with peer(played) as site, office(site.url) as desk:
        await desk.keeper.lost(await desk.keeper.open())
        for _ in range(8):
            with pytest.raises(EngineError, match=f"HTTP status {status}"):
                await desk.keeper.open()
        assert await desk.keeper.open()


async def test_session_s06_when_lost_again_and_again_then_reopened_ever_later() -> None:
    async with open_site() as site, office(site) as desk:
        pauses = []
        for _ in range(5):
            await desk.keeper.lost(await desk.keeper.open())
            await site.text("Logoff", UserId=(await site.logon()).strip())
            try:
                await desk.keeper.open()
            except Throttled as error:
                assert error.retry_after_s is not None
                pauses.append(error.retry_after_s)
                desk.clock.passed_s += error.retry_after_s

    assert pauses == pytest.approx([0.5, 1.0, 2.0, 600.0 - 3.5])


async def test_session_s06_when_stolen_at_every_step_then_five_logons_in_ten_minutes() -> None:
    async with open_site() as site, office(site) as desk:
        logged_on, rests = [], []
        while desk.clock.monotonic() < 3600.0:
            try:
                await desk.keeper.lost(await desk.keeper.open())
            except Throttled as error:
                assert error.retry_after_s is not None
                if error.retry_after_s > MAX_LOSS_PAUSE_S:
                    rests.append(str(error))
                desk.clock.passed_s += error.retry_after_s
            else:
                logged_on.append(desk.clock.monotonic())
                await site.text("Logoff", UserId=(await site.logon()).strip())

    within = [sum(at <= other < at + 600.0 for other in logged_on) for at in logged_on]
    assert max(within) == 5
    assert len(logged_on) >= 5 * 3600 / 600
    assert "logged on 5 times within 600 s; somebody else may be using it" in rests[0]


async def test_session_s06_when_doubts_revoke_it_then_opened_anew_however_often() -> None:
    async with open_site() as site, office(site) as desk:
        for _ in range(8):
            assert await desk.keeper.revoke(await desk.keeper.open())
        await desk.keeper.lost(await desk.keeper.open())
        with pytest.raises(Throttled, match="not logged on again"):
            await desk.keeper.open()
