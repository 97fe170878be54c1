"""The client against a real socket: what it sends, repeats, refuses, and how it says so."""

import asyncio
import gzip
import resource
import tomllib
import zlib
from decimal import Decimal
from typing import Any, cast

import pytest
from aiohttp import web
from config_texts import SANDBOX
from procurify_peer import SECRET, FakeClock, Peer, client_of, peer_up, served, settings_for

from engine.clock import SystemClock
from engine.config import Config
from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Transient,
    Unauthorized,
)
from engine.procurify.client_wire import _session, repeats_by_itself
from engine.procurify.poller import ping
from engine.procurify.replies import Oversized
from engine.service.sides import ProcurifyCredentials, procurify_settings

PATH = "/api/v3/things/"
PACKED = gzip.compress(b'{"data": {}}', mtime=0)


@pytest.fixture
async def peer() -> Any:
    async with peer_up() as up:
        up.details[PATH] = {"id": 1}
        yield up


async def test_get_when_answered_then_headers_are_sent_and_digits_kept(peer: Peer) -> None:
    raw = b'{"data": {"total": 12345678901234567.89, "price": 0.10}}'
    peer.fail(PATH, [peer.reply(raw)])
    async with client_of(peer) as client:
        reply = await client.get(PATH)
    assert reply.value == {
        "data": {"total": Decimal("12345678901234567.89"), "price": Decimal("0.10")}
    }
    assert str(reply.value["data"]["price"]) == "0.10"
    assert peer.headers[-1]["Authorization"] == "Bearer t1"
    assert peer.headers[-1]["X-Procurify-Client"] == "api"
    assert "Cookie" not in peer.headers[-1]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (302, Malformed, "redirect"),
        (400, Malformed, "refused (400)"),
        (403, Forbidden, "not permitted (403)"),
        (404, NotFound, "things: not there"),
        (405, Malformed, "(405)"),
        (500, Transient, "(500)"),
        (503, Transient, "(503)"),
    ],
)
async def test_get_when_refused_p14_then_the_error_names_what_to_do(
    peer: Peer, status: int, kind: type[EngineError], words: str
) -> None:
    answer = {"errors": {"detail": {"message": "no\nway"}}}
    peer.faults.append(
        lambda request: (
            peer.reply(answer, status=status, Location="http://127.0.0.1:1/")
            if request.path == PATH
            else None
        )
    )
    async with client_of(peer) as client:
        with pytest.raises(kind) as caught:
            await client.get(PATH, resource="things")
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert peer.count(PATH) == (3 if kind is Transient else 1)


async def test_get_when_the_server_recovers_p08_then_the_answer_is_had(peer: Peer) -> None:
    clock = FakeClock()
    peer.fail(PATH, [peer.reply({}, status=502), peer.reply({}, status=503)])
    async with client_of(peer, clock=clock) as client:
        assert (await client.get(PATH)).status == 200
    assert len(clock.slept) == 2
    assert all(seconds <= 1.0 for seconds in clock.slept)


async def test_get_when_asked_for_patience_p05_then_it_waits_that_and_little_more(
    peer: Peer,
) -> None:
    clock = FakeClock()
    peer.fail(PATH, [peer.reply({}, status=429, Retry_After="37")])
    async with client_of(peer, clock=clock) as client:
        await client.get(PATH)
    assert 37 <= sum(clock.slept) <= 37 * 1.1


async def test_get_when_asked_for_an_hour_p06_then_nothing_more_is_sent(peer: Peer) -> None:
    peer.fail(PATH, [peer.reply({}, status=429, Retry_After="1000000000")])
    async with client_of(peer) as client:
        with pytest.raises(Throttled) as first:
            await client.get(PATH)
        with pytest.raises(Throttled):
            await client.get("/api/v3/others/")
    assert first.value.retry_after_s == 3600
    assert peer.paths() == [PATH]


@pytest.mark.parametrize(
    ("content_type", "raw", "words"),
    [
        ("text/html", b"<html>login</html>", "web page"),
        ("text/csv", b"a,b", "instead of JSON"),
        ("application/json; charset=latin-1", b"{}", "character set"),
    ],
)
async def test_get_when_not_json_p14_then_it_is_not_parsed(
    peer: Peer, content_type: str, raw: bytes, words: str
) -> None:
    peer.fail(PATH, [peer.reply(raw, Content_Type=content_type)])
    async with client_of(peer) as client:
        with pytest.raises(Malformed, match=words):
            await client.get(PATH)


async def test_get_when_the_connection_drops_then_each_attempt_is_sent_once(peer: Peer) -> None:
    def drop(request: web.Request) -> None:
        if request.path == PATH:
            assert request.transport is not None
            request.transport.abort()

    peer.faults.append(drop)
    async with client_of(peer) as client:
        with pytest.raises(Transient, match="connection was lost"):
            await client.get(PATH)
    assert peer.count(PATH) == 3


async def test_session_when_opened_then_the_library_does_not_repeat() -> None:
    session = _session(1.0)
    assert not repeats_by_itself(session)
    await session.close()


async def test_get_when_the_body_is_cut_short_p12_then_no_prefix_is_parsed() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        body = b'{"access_token": "t", "expires_in": 900}'
        if b"oauth" not in asked:
            body = b'{"data": {}}'
        length = len(body) if b"oauth" in asked else len(body) + 7
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with client_of(f"http://127.0.0.1:{port}") as client:
            with pytest.raises(Transient, match="cut short"):
                await client.get(PATH)


async def test_get_when_the_answer_dribbles_p11_then_the_total_deadline_ends_it(peer: Peer) -> None:
    async def dribble(request: web.Request) -> web.StreamResponse:
        if request.path == "/oauth/token":
            return await peer.answer(request)
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for _ in range(1000):
            await answer.write(b" ")
            await asyncio.sleep(0.02)
        return answer

    async with served(dribble) as base_url, client_of(base_url, timeout_s=0.2) as client:
        with pytest.raises(TimedOut):
            await client.get(PATH, repeats_timeouts=False)


async def test_get_when_the_body_unpacks_beyond_the_cap_p28_then_it_stops(peer: Peer) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    peer.fail(PATH, [peer.reply(bomb, Content_Encoding="gzip")])
    async with client_of(peer, largest_body=1 << 20) as client:
        with pytest.raises(Oversized, match="more than 1024 KiB"):
            await client.get(PATH)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (zlib.compress(b"{}")[:5], "gzip"),
        (b"{}", "gzip"),
        (PACKED[:-12], "gzip"),
        (gzip.compress(PACKED, mtime=0), "gzip, gzip"),
        (PACKED, "identity"),
        (PACKED, "br"),
        (PACKED, "x-unknown"),
    ],
)
async def test_get_when_the_encoding_lies_p28_then_nothing_of_it_is_used(
    peer: Peer, raw: bytes, encoding: str
) -> None:
    peer.faults.append(
        lambda request: peer.reply(raw, Content_Encoding=encoding) if request.path == PATH else None
    )
    async with client_of(peer) as client:
        with pytest.raises(EngineError):
            reply = await client.get(PATH)
            assert reply.value


async def test_get_when_nobody_listens_p09_then_it_says_what_to_check(free_port: Any) -> None:
    async with client_of(f"http://127.0.0.1:{free_port()}") as client:
        with pytest.raises(Transient, match=r"cannot be reached; check base_url"):
            await client.freshen()


async def test_get_x07_when_a_proxy_is_in_the_environment_then_no_token_goes_there(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def listening(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return web.json_response({})

    async with served(listening) as canary:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, canary)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        async with client_of(peer) as client:
            await client.get(PATH)
    assert asked == []


async def test_get_k12_when_no_descriptor_is_left_then_a_typed_error_and_it_recovers(
    peer: Peer,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with client_of(peer) as client:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(Transient):
                await client.get(PATH)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert (await client.get(PATH)).value == {"data": {"id": 1}, "metadata": {}}


async def test_get_when_many_at_once_then_they_go_out_in_pace(peer: Peer) -> None:
    began = asyncio.get_running_loop().time()
    async with client_of(peer, requests_per_second=50) as client, asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(client.get(PATH))
    # a token and ten reads: ten gaps of 1.1/50 s
    assert asyncio.get_running_loop().time() - began >= 10 * 1.1 / 50 - 0.01


async def test_ping_when_readable_then_says_how_much(peer: Peer) -> None:
    peer.lists["/api/v2/purchase_orders/purchased/all/"] = [{}] * 3
    peer.lists["/api/v3/ap/bills/"] = [{}] * 2
    peer.lists["/api/v3/order-items/"] = []
    peer.lists["/api/v3/vendors/"] = [{}]
    async with client_of(peer) as client:
        said = await ping(client)
    assert said == (
        "127.0.0.1 answers; readable: 3 purchase orders, 2 bills, 0 order items, 1 vendors"
    )


def test_settings_when_printed_then_no_secret_shows() -> None:
    assert SECRET not in repr(settings_for("http://127.0.0.1:1"))
    assert "id-1" not in repr(settings_for("http://127.0.0.1:1"))


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "http://acme.procurify.com"},
        {"base_url": "acme.procurify.com"},
        {"base_url": "https://user:secret@acme.procurify.com"},
        {"base_url": "https://acme.procurify.com/?x=1"},
        {"token_url": "http://login.procurify.com/oauth/token"},
        {"page_size": 101},
        {"requests_per_second": -1},
        {"timeout_s": 0},
        {"source": ""},
        {"schedule": {"bills": 0.1}},
        {"schedule": {"bills": 86_401}},
        {"base_url": "https://acme.procurify.com", "schedule": {"bills": 59}},
    ],
)
def test_settings_when_wrong_then_refused_with_the_name(changes: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured) as caught:
        settings_for(**{"base_url": "http://127.0.0.1:1", **changes})
    assert "secret@" not in str(caught.value)


def test_settings_when_the_configuration_allows_plain_http_then_it_does() -> None:
    tree = tomllib.loads(SANDBOX)
    tree["vault"] = {"key_env": "KEY"}
    del tree["bootstrap"]
    tenant = tree["tenants"][0]
    tenant["procurify"] |= {"base_url": "http://gateway.example", "allow_other_host": True}
    tenant["procurify"]["schedule"] = {}
    with pytest.raises(ValueError, match="https"):
        Config.model_validate(tree)
    tenant["procurify"]["allow_plain_http"] = True
    [table] = Config.model_validate(tree).tenants
    credentials = ProcurifyCredentials(cast(Any, None), table)
    found = procurify_settings(credentials, table, SystemClock())
    assert found.base_url == "http://gateway.example"


async def test_get_when_token_and_secret_are_echoed_then_neither_is_quoted(peer: Peer) -> None:
    peer.faults.append(
        lambda request: (
            peer.reply({"detail": f"bad {request.headers['Authorization']}"}, status=400)
            if request.path == PATH
            else None
        )
    )
    async with client_of(peer) as client:
        with pytest.raises(Malformed) as caught:
            await client.get(PATH)
    assert "t1" not in str(caught.value)


async def test_get_when_always_unauthorized_p02_then_tokens_are_not_asked_for_in_a_storm(
    peer: Peer,
) -> None:
    clock = FakeClock()
    peer.faults.append(lambda request: peer.reply({}, status=401) if request.path == PATH else None)
    async with client_of(peer, clock=clock) as client:
        for _ in range(5):
            with pytest.raises(Unauthorized):
                await client.get(PATH)
    assert peer.tokens_given == 2
