"""What a watcher of the crossings sees of both ports, in the order in which it happens."""

from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web

from engine import crossings
from engine.clock import SystemClock
from engine.db import Database
from engine.procurify.client_wire import Wire
from engine.procurify.observer import NullObserver
from engine.procurify.pace import Pace
from engine.syspro.transport_http import HttpChannel, Limits, plain_channel_gate


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What the watcher was told, as it comes."""
    lines: list[str] = []
    crossings.watch(lambda name, phase: lines.append(f"{name} {phase}"))
    yield lines
    crossings.watch(None)


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    """A host that reads everything and answers anything."""

    async def answered(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text='{"an": "answer"}', content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answered)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def exchange(name: str) -> list[str]:
    return [
        f"{name}.first_byte before",
        f"{name}.first_byte after",
        f"{name}.last_byte after",
        f"{name}.reply_first_byte after",
        f"{name}.reply_last_byte after",
    ]


async def test_syspro_when_watched_then_every_byte_that_matters_is_a_crossing(
    told: list[str], origin: str
) -> None:
    base = f"{origin}/SYSPROWCFService/Rest"
    async with HttpChannel.open(plain_channel_gate(), Limits(connect_s=5, total_s=5)) as channel:
        await channel.exchange("POST", f"{base}/Transaction/PostLD", body=b"<document/>" * 9999)
        await channel.exchange("GET", f"{base}/Logon?Operator=x")
    connected = ["syspro.connect before", "syspro.connect after"]
    assert [line for line in told if "last_byte" not in line or "reply" in line] == [
        line
        for name in ("syspro.post", "syspro.logon")
        for line in [*connected, *exchange(name)]
        if "last_byte" not in line or "reply" in line
    ]
    assert told.count("syspro.post.last_byte after") >= 1
    assert told.count("syspro.logon.last_byte after") == 1


async def test_procurify_when_a_connection_is_used_again_then_each_request_has_its_name(
    told: list[str], origin: str
) -> None:
    clock, observer = SystemClock(), NullObserver()
    pace = Pace(0, clock, observer)
    async with Wire(
        host="procurify", timeout_s=5, clock=clock, observer=observer, pace=pace
    ) as wire:
        await wire.get(f"{origin}/api/v3/bills/", {"page": "1"}, {})
        await wire.get(f"{origin}/api/v3/bills/7/", {}, {})
        await wire.send("PATCH", f"{origin}/api/v3/bills/7/", {"paid": True}, {})
    assert told[0] == "procurify.connect before"
    assert told.count("procurify.connect before") == 1
    named = [line for line in told if "connect" not in line]
    assert named == [
        line
        for name in ("procurify.list", "procurify.get", "procurify.write")
        for line in exchange(name)
    ]


async def test_database_when_watched_then_a_commit_stands_between_its_two_crossings(
    database: Database, told: list[str]
) -> None:
    async with database.transaction() as transaction:
        await transaction.fetchrow("SELECT 1 AS one")
    assert told == [
        f"db.{name} {phase}"
        for name in ("acquire", "begin", "exec", "commit", "release")
        for phase in ("before", "after")
    ]
