"""Faults at every phase of a request to the sandbox's SYSPRO, over real sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from sandbox_syspro_site import Site, errors, open_site
from test_sandbox_syspro_orders import PARAMETERS, STOCKED, orders

from engine.sandbox.syspro.faults_port import (
    Action,
    Answer,
    Boundary,
    Context,
    Cut,
    Drip,
    Line,
    Phase,
    Reset,
)

Script = Callable[[Boundary, Phase, Context], Awaitable[Action | None]]
LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)


class Plan:
    """Does one thing at one place; keeps what crossed."""

    def __init__(self, boundary: Boundary, phase: Phase, action: Action | None = None) -> None:
        self.place = (boundary, phase)
        self.action = action
        self.crossed: list[tuple[str, str, str]] = []
        self.reached = asyncio.Event()
        self.released = asyncio.Event()
        self.holds = False

    async def crossing(self, boundary: Boundary, phase: Phase, context: Context) -> Action | None:
        self.crossed.append((boundary, phase, context.business_object))
        if (boundary, phase) != self.place:
            return None
        self.reached.set()
        if self.holds:
            async with asyncio.timeout(5):
                await self.released.wait()
        return self.action


def site_with(plan: Plan) -> AbstractAsyncContextManager[Site]:
    return open_site(faults=plan)


async def post_order(site: Site, token: str) -> str:
    parameters = PARAMETERS.format(trial="N", warnings="N")
    return await site.post(token, "PORTOI", orders(STOCKED), parameters)


async def test_requests_when_let_through_then_they_cross_every_phase_in_order() -> None:
    plan = Plan("syspro.post", "received")
    async with site_with(plan) as site:
        token = await site.logon()
        assert errors(await post_order(site, token)) == []
        await site.odata("ApSupplier")
    phases = ["received", "executing", "after_commit_before_reply", "mid_reply"]
    assert [crossed[:2] for crossed in plan.crossed] == [
        (boundary, phase)
        for boundary in ("syspro.logon", "syspro.post", "syspro.odata")
        for phase in phases
    ]
    assert {crossed[2] for crossed in plan.crossed} == {"", "PORTOI", "ApSupplier"}


@pytest.mark.parametrize("phase", ["received", "executing"])
@pytest.mark.parametrize(
    "action", [Reset(), Line(text="memory leak in PORTOI"), Answer(status=503)]
)
async def test_post_when_ended_before_its_commit_then_nothing_is_there(
    phase: Phase, action: Action
) -> None:
    plan = Plan("syspro.post", phase, action)
    async with site_with(plan) as site:
        token = await site.logon()
        try:
            answered = await post_order(site, token)
        except LOST:
            answered = "lost"
        assert not site.ledger.writes
    assert answered == {Line: "ERROR: memory leak in PORTOI", Reset: "lost"}.get(type(action), "")


@pytest.mark.parametrize("action", [Reset(), Line(text="memory leak in PORTOI")])
async def test_post_when_ended_after_its_commit_then_it_is_there(action: Action) -> None:
    plan = Plan("syspro.post", "after_commit_before_reply", action)
    async with site_with(plan) as site:
        token = await site.logon()
        if isinstance(action, Reset):
            with pytest.raises(LOST):
                await post_order(site, token)
        else:
            assert await post_order(site, token) == "ERROR: memory leak in PORTOI"
        assert len(site.ledger.writes) == 1


@pytest.mark.parametrize("phase", ["received", "mid_reply"])
@pytest.mark.parametrize("is_reset", [True, False])
async def test_reply_when_cut_then_the_commit_stands_and_the_body_is_not_whole(
    phase: Phase, is_reset: bool
) -> None:
    plan = Plan("syspro.post", phase, Cut(after_bytes=40, is_reset=is_reset))
    async with site_with(plan) as site:
        token = await site.logon()
        with pytest.raises(LOST):
            await post_order(site, token)
        assert len(site.ledger.writes) == 1


async def test_reply_when_dripping_then_it_is_whole_in_the_end() -> None:
    plan = Plan("syspro.query", "mid_reply", Drip(bytes_at_once=100, pause_s=0.001))
    async with site_with(plan) as site:
        token = await site.logon()
        assert "<OperatorCode>PROCSYNC<" in await site.text("GetLogonProfile", UserId=token)


@pytest.mark.parametrize(("action", "written"), [(None, 1), (Reset(), 0)])
async def test_post_when_held_executing_then_committed_or_rolled_back_on_release(
    action: Action | None, written: int
) -> None:
    plan = Plan("syspro.post", "executing", action)
    plan.holds = True
    async with site_with(plan) as site:
        token = await site.logon()
        async with asyncio.TaskGroup() as group:
            posting = group.create_task(_quietly(post_order(site, token)))
            async with asyncio.timeout(5):
                await plan.reached.wait()
            assert not site.ledger.writes
            await site.logon()
            plan.released.set()
        assert len(site.ledger.writes) == written
        assert ("<PurchaseOrder>000001<" in posting.result()) is bool(written)


async def _quietly(call: Awaitable[str]) -> str:
    try:
        return await call
    except LOST:
        return ""


async def test_session_when_evicted_on_the_way_then_the_post_is_refused() -> None:
    class Evicting(Plan):
        async def crossing(
            self, boundary: Boundary, phase: Phase, context: Context
        ) -> Action | None:
            if (boundary, phase) == ("syspro.post", "received"):
                context.sessions.revoke(context.operator)
            return None

    async with site_with(Evicting("syspro.post", "received")) as site:
        token = await site.logon()
        assert "supplied UserID is invalid" in await post_order(site, token)
        assert not site.ledger.writes


async def test_supplier_when_locked_for_two_posts_then_the_third_goes_through() -> None:
    async with open_site() as site:
        token = await site.logon()
        site.ledger.lock("ApSupplier", ("S00118",), times=2)
        expected = ["Key 'S00118' on 'ApSupplier' is in use by another operator"]
        assert errors(await post_order(site, token)) == expected
        assert errors(await post_order(site, token)) == expected
        assert errors(await post_order(site, token)) == []
        site.ledger.lock("ApSupplier", ("S00118",))
        assert errors(await post_order(site, token)) == expected
        site.ledger.unlock("ApSupplier", ("S00118",))
        assert errors(await post_order(site, token)) == []


async def test_ledger_when_restored_then_documents_vanish_and_numbers_come_again() -> None:
    async with open_site() as site:
        token = await site.logon()
        before = site.ledger.snapshot()
        assert "<PurchaseOrder>000001<" in await post_order(site, token)
        site.ledger.restore(before)
        assert site.ledger.orders() == []
        assert site.ledger.sequence == 0
        assert site.ledger.tables["PorMasterHdr"].where("Supplier", "S00118") == []
        assert "<PurchaseOrder>000001<" in await post_order(site, token)
