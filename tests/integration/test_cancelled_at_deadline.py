"""A cancellation that comes in the very turn of the loop in which a deadline passes is not lost.

A poller whose cancellation is lost goes on alone, and whoever waits for its end waits for ever.
"""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from aiohttp import web
from procurify_peer import client_of, served
from syspro_wire import open_transport, peer, silence

TIMEOUT_S = 0.3


async def cancelled_with_its_deadline(
    asking: Callable[[], Coroutine[object, object, object]], asked: Callable[[], bool]
) -> None:
    """The loop stands still past the deadline; then both are due at once, the deadline first."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    task = loop.create_task(asking())
    while not asked():
        await asyncio.sleep(0)

    def stand_still() -> None:
        until = loop.time() + TIMEOUT_S
        loop.call_at(until, task.cancel)
        while loop.time() <= until:
            pass

    assert loop.time() - began < TIMEOUT_S, "the request took too long to go out"
    stand_still()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_syspro_when_cancelled_with_the_deadline_then_the_cancellation_wins() -> None:
    async with (
        peer(silence) as site,
        open_transport(site.url, query_timeout_s=TIMEOUT_S) as transport,
    ):
        await cancelled_with_its_deadline(
            lambda: transport.query("A" * 32, "COMFND", "<Query/>"), lambda: bool(site.requests)
        )


async def test_procurify_when_cancelled_with_the_deadline_then_the_cancellation_wins() -> None:
    asked: list[str] = []
    never = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        if request.path == "/oauth/token":
            return web.json_response(
                {"access_token": "t" * 20, "token_type": "Bearer", "expires_in": 3600}
            )
        asked.append(request.path)
        await never.wait()
        return web.Response()

    async with served(silent) as base_url, client_of(base_url, timeout_s=TIMEOUT_S) as client:
        await client.freshen()
        await cancelled_with_its_deadline(
            lambda: client.get("/api/v3/vendors/", repeats_timeouts=False), lambda: bool(asked)
        )
        never.set()
