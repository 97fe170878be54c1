"""Every deed of a fault plan that spoils a request, over real sockets."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from pathlib import Path

import aiohttp
import orjson
import pytest
from sandbox_rehearsal import BILLS, LOST, Rehearsal, at, rehearse
from sandbox_syspro_site import errors

COMMITTED = "after_commit_before_reply"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    async with rehearse(tmp_path) as opened:
        yield opened


async def lost(stage: Rehearsal, token: str) -> int:
    """How many writes SYSPRO has after an order whose reply never comes whole."""
    with pytest.raises(LOST):
        await stage.post_order(token)
    return stage.sandbox.ledger.sequence


@pytest.mark.parametrize(
    ("phase", "do", "written"),
    [
        ("received", "refuse", 0),
        ("received", "reset", 0),
        ("before_send", "rst", 0),
        ("executing", "reset", 0),
        ("received", "drop", 0),
        (COMMITTED, "drop", 1),
        (COMMITTED, "rst", 1),
        ("before_reply", "reset", 1),
        ("mid_reply", "reset", 1),
    ],
)
async def test_post_when_the_connection_ends_then_written_only_after_the_commit(
    stage: Rehearsal, phase: str, do: str, written: int
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post", phase), "do": do})

    assert await lost(stage, token) == written
    assert errors(await stage.post_order(token)) == []
    assert await stage.fired() == [do]


async def test_post_when_truncated_then_committed_and_the_reply_is_not_whole(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post"), "do": "truncate", "byte": 40, "end": "close"})

    assert await lost(stage, token) == 1


async def test_post_when_an_error_follows_the_commit_then_the_line_and_the_write(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post"), "do": "error", "text": "memory leak in PORTOI"})

    assert await stage.post_order(token) == "ERROR: memory leak in PORTOI"
    assert stage.sandbox.ledger.sequence == 1


async def test_post_when_held_and_rolled_back_then_nothing_is_written(stage: Rehearsal) -> None:
    token = await stage.logon()
    await stage.arm(
        {"at": at("syspro.post"), "do": "hold", "seconds": 0.01, "then": "roll_back"},
        {
            "at": at("syspro.post", n=2),
            "do": "hold",
            "seconds": 0.01,
            "then": "roll_back",
            "text": "logged out",
        },
    )

    assert await lost(stage, token) == 0
    assert await stage.post_order(token) == "ERROR: logged out"
    assert stage.sandbox.ledger.sequence == 0


async def test_post_when_held_then_it_commits_once_the_plan_is_lifted(stage: Rehearsal) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post"), "do": "hold", "seconds": 600})
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        posting = group.create_task(stage.post_order(token))
        while not await stage.fired():
            await asyncio.sleep(0)
        assert stage.sandbox.ledger.sequence == 0
        await stage.arm()
    assert errors(posting.result()) == []
    assert stage.sandbox.ledger.sequence == 1


async def test_request_when_delayed_then_it_comes_later_and_whole(stage: Rehearsal) -> None:
    await stage.arm({"at": at("procurify.list"), "do": "delay", "seconds": 0.2})
    started = time.monotonic()

    assert (await stage.get())[0] == 200
    assert time.monotonic() - started >= 0.2


async def test_reply_when_dripping_then_whole_in_the_end(stage: Rehearsal) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.query"), "do": "drip", "bytes": 100, "seconds": 0.001})

    assert "<OperatorCode>" in await stage.site.text("GetLogonProfile", UserId=token)
    assert await stage.fired() == ["drip"]


async def test_list_when_a_page_comes_instead_then_html_with_200(stage: Rehearsal) -> None:
    await stage.arm({"at": at("procurify.list"), "do": "html"})

    async with stage.http.get(stage.origin + BILLS, headers=stage.bearer) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert "<h1>" in await response.text()


async def test_list_when_a_gzip_bomb_comes_then_it_is_small_and_unpacks_to_its_size(
    stage: Rehearsal,
) -> None:
    await stage.arm({"at": at("procurify.list"), "do": "gzip_bomb", "megabytes": 8})
    async with (
        aiohttp.ClientSession(auto_decompress=False) as http,
        http.get(stage.origin + BILLS, headers=stage.bearer) as response,
    ):
        assert response.headers["Content-Encoding"] == "gzip"
        packed = await response.read()
    assert len(packed) < 16_000
    unpacker = zlib.decompressobj(31)
    assert len(unpacker.decompress(packed)) == 8 * 1024**2
    assert unpacker.eof


async def test_list_when_a_status_is_given_then_code_and_headers_for_so_many_crossings(
    stage: Rehearsal,
) -> None:
    await stage.arm(
        {
            "at": at("procurify.list", path="/ap/bills"),
            "do": "status",
            "code": 429,
            "headers": {"Retry-After": 37},
            "for": 2,
        }
    )
    assert (await stage.get("/api/v3/vendors/"))[0] == 200
    seen = []
    for _ in range(3):
        async with stage.http.get(stage.origin + BILLS, headers=stage.bearer) as response:
            seen.append((response.status, response.headers.get("Retry-After")))
    assert seen == [(429, "37"), (429, "37"), (200, None)]


async def test_procurify_when_an_error_is_given_then_500_in_its_envelope(
    stage: Rehearsal,
) -> None:
    await stage.arm({"at": at("procurify.list"), "do": "error", "text": "try later"})

    status, body = await stage.get()

    assert status == 500
    assert orjson.loads(body)["errors"]["detail"]["message"] == "try later"


async def test_procurify_when_cut_then_the_body_is_not_whole(stage: Rehearsal) -> None:
    await stage.arm(
        {"at": at("procurify.list"), "do": "truncate", "byte": 20},
        {"at": at("procurify.list", n=2), "do": "drip", "bytes": 4000, "seconds": 0.001},
        {"at": at("procurify.list", n=3), "do": "reset", "for": 2},
    )
    with pytest.raises(LOST):
        await stage.get()
    assert orjson.loads((await stage.get())[1])["data"]
    with pytest.raises(LOST):  # the client itself repeats a GET once
        await stage.get()
    assert await stage.fired() == ["truncate", "drip", "reset", "reset"]
    seen = (await stage.control("/requests"))["requests"]
    assert [entry["path"] for entry in seen[-4:]] == ["/api/v3/ap/bills/"] * 4


async def test_port_when_refused_for_seconds_then_nobody_connects_until_it_is_over(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post"), "do": "refuse", "for": {"seconds": 600}})
    assert await lost(stage, token) == 0

    async with aiohttp.ClientSession() as other:
        with pytest.raises(aiohttp.ClientConnectorError):
            await other.get(f"{stage.site.url}/SYSPROWCFService/Rest/GetVersion")
        await stage.control("/reset", {})
        async with other.get(f"{stage.site.url}/SYSPROWCFService/Rest/GetVersion") as response:
            assert response.status == 200


async def test_sandbox_when_it_closes_then_it_waits_for_no_fault(tmp_path: Path) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as group, rehearse(tmp_path) as stage:
        token = await stage.logon()
        await stage.arm(
            {"at": at("syspro.post"), "do": "hold", "seconds": 600},
            {"at": at("procurify.list"), "do": "drop", "seconds": 600},
        )
        calls = [
            group.create_task(quietly(call)) for call in (stage.post_order(token), stage.get())
        ]
        while len(await stage.fired()) < 2:
            await asyncio.sleep(0)
        await stage.sandbox.close()
        await asyncio.wait(calls)


async def quietly(call: Awaitable[object]) -> None:
    with suppress(*LOST, aiohttp.ClientConnectorError):
        await call
