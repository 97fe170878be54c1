"""Posts over a raw socket server: every way to lose an answer, and each request sent once."""

import asyncio
import gzip
import traceback
from dataclasses import replace

import pytest
from syspro_wire import PASSWORD, answer, drip, open_transport, peer, raw, reset, silence

from engine.errors import EngineError
from engine.syspro import xml
from engine.syspro.objects.fields import XmlIn
from engine.syspro.outcomes import (
    Ambiguous,
    NotSent,
    RefusedDefinite,
    RefusedSession,
    Sent,
)
from engine.syspro.transport import MAX_QUERY_BYTES
from engine.syspro.transport_self_test import self_test

TOKEN = "CANARYTOKEN0123456789ABCDEF01234500"
SESSION_LINE = (
    b"ERROR: The supplied UserID is invalid. Either you were not logged in; "
    b"or your session has expired. You will need to logon again."
)
CALL = XmlIn(
    business_object="PORTOI",
    operation="post",
    parameters=xml.build("PostPurchaseOrders", [("Parameters", [("ValidateOnly", "N")])]),
    document=xml.build("PostPurchaseOrders", [("Orders", [("Name", "canary Müller & Søn")])]),
)
ADD = XmlIn(
    business_object="APSSSP",
    operation="setup_add",
    parameters=xml.build("SetupApSupplier", [("Parameters", [("ValidateOnly", "N")])]),
    document=xml.build("SetupApSupplier", [("Item", [("Name", "canary Müller & Søn")])]),
)
REPLY = b"<?xml version='1.0' encoding='Windows-1252'?>\n<a>caf\xe9</a>\n "
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<a>"
BROKEN_GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"


@pytest.mark.parametrize("form", ["post", "get"])
@pytest.mark.parametrize("call", [CALL, ADD], ids=["post", "setup"])
async def test_post_when_answered_then_sent_with_the_text(form: str, call: XmlIn) -> None:
    async with peer(answer(REPLY)) as site, open_transport(site.url, transport=form) as transport:
        outcome = await transport.send(TOKEN, call)

    assert isinstance(outcome, Sent)
    assert "café" in outcome.text
    assert outcome.seconds >= 0
    assert len(site.requests) == 1


async def test_post_ld_when_sent_then_the_documented_body() -> None:
    async with peer(answer(REPLY)) as site, open_transport(site.url) as transport:
        await transport.send(TOKEN, CALL)

    head, _, body = site.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /SYSPROWCFService/Rest/Transaction/PostLD HTTP/1.1\r\n")
    assert b"Content-Type: application/xml\r\n" in head
    assert body.decode() == (
        f'<TransactionPostLD xmlns="http://SYSPROWcfService"><UserId>{TOKEN}</UserId>'
        f"<BusinessObject>PORTOI</BusinessObject><XmlParameters><![CDATA[{CALL.parameters}]]>"
        f"</XmlParameters><XmlIn><![CDATA[{CALL.document}]]></XmlIn></TransactionPostLD>"
    )


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (reset, "disconnected"),
        (raw(b""), "disconnected"),
        (raw(HALF), "disconnected"),
        (raw(b"HTTP/1.1 200 O"), "disconnected"),
        (raw(b"nonsense\r\n\r\n"), "disconnected"),
        (raw(BROKEN_GZIP), "disconnected"),
        (silence, "timed_out"),
        (drip, "timed_out"),
        (answer(b"<html>busy</html>", 503), "status"),
        (answer(b"<p>Endpoint not found.</p>", 404), "status"),
        (answer(b"<p>Request entity too large.</p>", 413), "status"),
        (answer(b"<html>Bad gateway</html>", 502), "status"),
        (answer(b"<html>Bad gateway</html>", 200), "not_xml"),
        (answer(b"", 302, Location="http://127.0.0.1:9/"), "status"),
        (answer(REPLY, 500), "status"),
        (answer(b"<!DOCTYPE html><html></html>"), "not_xml"),
        (answer(b"<html></html>"), "not_xml"),
        (answer(b""), "not_xml"),
        (answer(b"0"), "not_xml"),
        (answer(b"<a>\x81</a>"), "undecodable"),
        (answer(b'"broken json'), "undecodable"),
        (answer(b"ERROR: memory leak in PORTOI"), "error_line"),
        (answer(b"error: Key not found on table PorMasterHdr"), "error_line"),
        (answer(SESSION_LINE + b" And more."), "error_line"),
        (answer(b"ERROR: e.net exception raised: 100000"), "error_line"),
    ],
)
@pytest.mark.parametrize("form", ["post", "get"])
async def test_post_s15_s16_s24_s41_when_the_answer_is_lost_then_ambiguous_and_sent_once(
    form: str, script: object, cause: str
) -> None:
    async with (
        peer(script) as site,
        open_transport(site.url, transport=form) as transport,
    ):
        outcome = await transport.send(TOKEN, CALL)

    assert isinstance(outcome, Ambiguous)
    assert outcome.cause == cause
    assert len(site.requests) == 1
    assert TOKEN not in repr(outcome)
    assert "canary" not in repr(outcome)


@pytest.mark.parametrize("form", ["post", "get"])
async def test_post_s09_when_nothing_listens_then_not_sent(form: str) -> None:
    async with peer(silence) as site:
        pass
    async with open_transport(site.url, transport=form) as transport:
        outcome = await transport.send(TOKEN, CALL)

    assert isinstance(outcome, NotSent)
    assert "cannot be reached" in outcome.text
    assert TOKEN not in outcome.text


async def test_post_s10_when_reset_at_any_tenth_of_the_request_then_ambiguous_and_sent_once() -> (
    None
):
    long = replace(CALL, document=xml.build("PostPurchaseOrders", [("A", "x" * 100_000)]))
    async with peer(answer(REPLY)) as site, open_transport(site.url, timeout_s=5) as transport:
        await transport.send(TOKEN, long)
    whole = len(site.requests[0])
    read: list[int] = []
    outcomes = []

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.append(len(await reader.readexactly(whole * (len(read) + 1) // 10)))
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with open_transport(f"http://127.0.0.1:{port}/Rest", timeout_s=5) as transport:
            for _ in range(9):
                outcomes.append(await transport.send(TOKEN, long))

    assert [(type(one), one.cause) for one in outcomes] == [(Ambiguous, "disconnected")] * 9
    assert read == [whole * tenth // 10 for tenth in range(1, 10)]


async def test_post_when_tls_cannot_be_agreed_then_not_sent() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"plain text, no TLS\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with open_transport(f"https://127.0.0.1:{port}/Rest") as transport:
            outcome = await transport.send(TOKEN, CALL)

    assert isinstance(outcome, NotSent)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SESSION_LINE, RefusedSession),
        (SESSION_LINE + b"\r\n", RefusedSession),
        (b'"' + SESSION_LINE + b'"', RefusedSession),
        (
            b"ERROR: Access denied to Functional Area 'SorBlanketSo' for operator 'OPER1' "
            b"(Business Object 'SORQBS')",
            RefusedDefinite,
        ),
        (b"ERROR: Invalid operator password", RefusedDefinite),
    ],
)
async def test_post_when_refused_by_a_known_line_then_a_definite_no(
    body: bytes, kind: type[object]
) -> None:
    async with peer(answer(body)) as site, open_transport(site.url) as transport:
        outcome = await transport.send(TOKEN, CALL)

    assert isinstance(outcome, kind)


async def test_post_s25_when_too_long_for_an_address_then_refused_here() -> None:
    long = XmlIn(
        business_object="PORTOI",
        operation="post",
        parameters=CALL.parameters,
        document=xml.build("PostPurchaseOrders", [("A", "x" * MAX_QUERY_BYTES)]),
    )
    async with peer(answer(REPLY)) as site, open_transport(site.url, transport="get") as transport:
        outcome = await transport.send(TOKEN, long)

    assert isinstance(outcome, RefusedDefinite)
    assert site.requests == []


@pytest.mark.parametrize(
    ("script", "path"),
    [
        (answer(SESSION_LINE), b"POST /SYSPROWCFService/Rest/Transaction/PostLD"),
        (
            answer(b"<p>Endpoint not found.</p>", 404),
            b"GET /SYSPROWCFService/Rest/Transaction/Post?",
        ),
        (
            answer(b"<p>Method not allowed.</p>", 405),
            b"GET /SYSPROWCFService/Rest/Transaction/Post?",
        ),
    ],
)
async def test_post_when_the_form_is_automatic_then_probed_once_without_effect(
    script: object, path: bytes
) -> None:
    async with (
        peer(script, answer(REPLY)) as site,
        open_transport(site.url, transport="auto") as transport,
    ):
        first = await transport.send(TOKEN, CALL)
        await transport.send(TOKEN, CALL)

    assert isinstance(first, Sent)
    assert TOKEN.encode() not in site.requests[0]
    assert [request.startswith(path) for request in site.requests[1:]] == [True, True]


@pytest.mark.parametrize("script", [reset, answer(b"", 503), answer(b"<html>")])
async def test_post_when_the_probe_says_nothing_then_not_sent_and_probed_again(
    script: object,
) -> None:
    async with (
        peer(script, answer(SESSION_LINE), answer(REPLY)) as site,
        open_transport(site.url, transport="auto") as transport,
    ):
        first = await transport.send(TOKEN, CALL)
        second = await transport.send(TOKEN, CALL)

    assert isinstance(first, NotSent)
    assert isinstance(second, Sent)


async def test_post_when_the_reply_is_a_bomb_then_cut_and_ambiguous(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 1_000_000)
    bomb = gzip.compress(b"x" * 20_000_000)
    async with (
        peer(answer(bomb, 200, Content_Encoding="gzip")) as site,
        open_transport(site.url, timeout_s=5) as transport,
    ):
        outcome = await transport.send(TOKEN, CALL)

    assert outcome == Ambiguous(cause="too_large", text=outcome.text)


async def test_post_k16_when_cancelled_then_cancelled_and_sent_once() -> None:
    arrived = asyncio.Event()

    async def wait(
        request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        arrived.set()
        await silence(request, reader, writer)

    async with (
        peer(wait) as site,
        open_transport(site.url, timeout_s=5) as transport,
        asyncio.TaskGroup() as group,
    ):
        sending = group.create_task(transport.send(TOKEN, CALL))
        async with asyncio.timeout(5):
            await arrived.wait()
        sending.cancel()

    assert sending.cancelled()
    assert len(site.requests) == 1


async def test_self_test_s16_when_the_library_sends_once_then_passes() -> None:
    await self_test()


async def test_self_test_s16_when_the_library_repeats_then_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from aiohttp import ClientSession

    repeating = property(lambda self: True, lambda self, value: None)
    monkeypatch.setattr(ClientSession, "_retry_connection", repeating, raising=False)

    with pytest.raises(EngineError, match="3 times"):
        await self_test()


@pytest.mark.parametrize(
    "script", [reset, silence, answer(b"x", 500), answer(b"ERROR: canary"), answer(b"\x81")]
)
async def test_failure_when_printed_whole_then_no_secret_in_it(script: object) -> None:
    async with peer(script) as site, open_transport(site.url) as transport:
        texts = []
        for call in (
            transport.logon(fail_when_logged_in=True),
            transport.get_logon_profile(TOKEN),
            transport.query(TOKEN, "COMFND", CALL.document),
            transport.browse(TOKEN, CALL.document),
            transport.fetch(TOKEN, CALL.document),
            transport.logoff(TOKEN),
        ):
            with pytest.raises(EngineError) as caught:
                await call
            texts.append("".join(traceback.format_exception(caught.value)))

    for text in texts:
        lines = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
        for secret in (PASSWORD, "Pa55%26word", TOKEN, "Müller", "M%C3%BCller"):
            assert secret not in lines
