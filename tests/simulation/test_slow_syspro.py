"""A SYSPRO that becomes slower and slower, in virtual time: it is waited for, never stormed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from aiohttp import web

from engine.errors import TimedOut
from engine.proof.simulation.loop import Bounds, SimulatedLoop
from engine.proof.simulation.network import Network
from engine.syspro.gate import Gate
from engine.syspro.objects.fields import XmlIn
from engine.syspro.outcomes import Sent
from engine.syspro.patience import Patience
from engine.syspro.settings import SysproSettings, no_secret
from engine.syspro.transport import Transport

PORT = 8002
ORDER = XmlIn(business_object="PORTOI", operation="post", parameters="<P/>", document="<D/>")


class Slow:
    """A service whose answers take `latency_s`; `at_work` of them are being made, `most` ever."""

    def __init__(self) -> None:
        self.latency_s = 0.5
        self.calls = self.at_work = self.most = 0

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.calls, self.at_work = self.calls + 1, self.at_work + 1
        self.most = max(self.most, self.at_work)
        await asyncio.sleep(self.latency_s)
        self.at_work -= 1
        return web.Response(text="<answer/>")


def rehearse(story: Callable[[Slow, Transport], Awaitable[None]], hours: float = 24.0) -> Slow:
    """The story told at a slow service, with the deadlines of the settings' defaults."""
    loop = SimulatedLoop(Random(1), Bounds(seconds=3600.0 * hours))
    loop.net = Network(loop, Random(1))
    service = Slow()

    async def told() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", service.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        settings = SysproSettings(
            company="EDU1",
            base_url=f"http://127.0.0.1:{PORT}/SYSPROWCFService/Rest",
            operator="PROCSYNC",
            operator_password=no_secret,
            transport="post",
        )
        try:
            async with Transport.open(settings, gate=Gate(0)) as transport:
                await story(service, transport)
        finally:
            await runner.cleanup()

    try:
        loop.run_until_complete(told())
    finally:
        loop.close()
    return service


def test_calls_s33_when_answers_slow_down_from_half_a_second_to_ninety_then_none_is_given_up() -> (
    None
):
    async def story(service: Slow, transport: Transport) -> None:
        while service.latency_s < 90.0:
            await transport.query("token", "PORQRY", "<Query/>")
            assert isinstance(await transport.post("token", ORDER), Sent)
            service.latency_s = min(90.0, service.latency_s * 1.5)
        await transport.query("token", "PORQRY", "<Query/>")

    service = rehearse(story)
    assert service.latency_s == 90.0 and service.calls > 20
    assert service.most == 1


def test_calls_s33_when_answers_take_ninety_seconds_at_once_then_one_is_given_up() -> None:
    async def story(service: Slow, transport: Transport) -> None:
        await transport.query("token", "PORQRY", "<Query/>")
        service.latency_s = 90.0
        with pytest.raises(TimedOut):
            await transport.query("token", "PORQRY", "<Query/>")
        for _ in range(20):
            await transport.query("token", "PORQRY", "<Query/>")
        service.latency_s = 0.5
        for _ in range(40):
            await transport.query("token", "PORQRY", "<Query/>")
        service.latency_s = 90.0
        began_s = asyncio.get_running_loop().time()
        with pytest.raises(TimedOut):
            await transport.query("token", "PORQRY", "<Query/>")
        assert asyncio.get_running_loop().time() - began_s == pytest.approx(30.0, abs=1.0)

    assert rehearse(story).most <= 2


def test_calls_s33_when_no_answer_comes_in_time_for_hours_then_few_are_made_and_one_at_a_time() -> (
    None
):
    most_late = 0

    async def story(service: Slow, transport: Transport) -> None:
        nonlocal most_late
        service.latency_s = 200.0
        clock = asyncio.get_running_loop().time
        while clock() < 6 * 3600.0:
            with pytest.raises(TimedOut):
                await transport.query("token", "PORQRY", "<Query/>")
            if service.calls == 6:
                service.most = 0
        most_late = service.most

    assert rehearse(story).calls <= 6 * 3600.0 / 300.0
    assert most_late == 1


def test_patience_s33_when_the_host_is_quick_again_then_the_deadline_is_the_usual_one() -> None:
    patience = Patience(30.0, 120.0)
    assert patience.deadline_s == 30.0
    patience.answered(20.0)
    assert patience.deadline_s == 80.0
    assert [patience.gave_up(80.0), patience.gave_up(120.0)] == [0.0, 120.0]
    assert [patience.gave_up(120.0), patience.gave_up(120.0)] == [240.0, 300.0]
    assert patience.deadline_s == 120.0
    for _ in range(30):
        patience.answered(0.5)
    assert patience.deadline_s == 30.0
    assert patience.gave_up(30.0) == 0.0
