"""The engine's SOAP transport: the envelope, the result, losses; every operation sent once."""

import pytest
from sandbox_syspro_site import open_site
from syspro_office import office
from syspro_wire import answer, drip, open_transport, peer, raw, reset, silence
from test_transport_posts import ADD, BROKEN_GZIP, CALL, HALF, SESSION_LINE, TOKEN

from engine.errors import Malformed, Misconfigured, Transient
from engine.syspro import transport_soap
from engine.syspro.outcomes import (
    Ambiguous,
    NotSent,
    RefusedDefinite,
    RefusedSession,
    Sent,
    SessionInvalid,
)

FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    b"<faultcode xmlns:a='x'>a:ActionNotSupported</faultcode><faultstring>No</faultstring>"
    b"</s:Fault></s:Body></s:Envelope>"
)


def envelope(action: str, text: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<s:Envelope xmlns:s="{transport_soap.ENVELOPE}"><s:Body>'
        f'<{action}Response xmlns="{transport_soap.NAMESPACE}"><{action}Result>{escaped}'
        f"</{action}Result></{action}Response></s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    ("call", "action"), [(CALL, "TransactionPost"), (ADD, "SetupAdd")], ids=["post", "setup"]
)
async def test_post_when_answered_then_the_documents_inside_one_envelope(
    call: object, action: str
) -> None:
    async with (
        peer(answer(envelope(action, "<a>café</a>"))) as site,
        open_transport(site.url, transport="soap") as transport,
    ):
        outcome = await transport.send(TOKEN, call)

    assert isinstance(outcome, Sent)
    assert outcome.text == "<a>café</a>"
    [request] = site.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /SYSPROWCFService/Soap HTTP/1.1\r\n")
    assert f'SOAPAction: "{action}"'.encode() in head
    assert b"Content-Type: text/xml; charset=utf-8" in head
    assert f"<UserId>{TOKEN}</UserId>".encode() in body
    assert "Müller &amp;amp; Søn".encode() in body
    assert transport.settings.base_url not in request.decode()


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (silence, "timed_out"),
        (drip, "timed_out"),
        (reset, "disconnected"),
        (raw(HALF), "disconnected"),
        (raw(BROKEN_GZIP), "disconnected"),
        (answer(b"", 500), "status"),
        (answer(FAULT, 500), "status"),
        (answer(b"<a/>"), "undecodable"),
        (answer(FAULT), "undecodable"),
        (answer(envelope("Logon", "x")), "undecodable"),
        (answer(b"\xff"), "undecodable"),
        (answer(envelope("TransactionPost", "ERROR: memory leak in PORTOI")), "error_line"),
        (answer(envelope("TransactionPost", "nothing")), "not_xml"),
    ],
)
async def test_post_s15_s24_s41_when_the_answer_is_lost_or_unreadable_then_ambiguous_and_sent_once(
    script: object, cause: str
) -> None:
    async with (
        peer(script) as site,
        open_transport(site.url, transport="soap") as transport,
    ):
        outcome = await transport.send(TOKEN, CALL)

    assert isinstance(outcome, Ambiguous)
    assert outcome.cause == cause
    assert len(site.requests) == 1


async def test_post_when_refused_or_not_sent_then_a_definite_no() -> None:
    line = SESSION_LINE.decode()
    denied = "ERROR: Access denied to Functional Area 'X' for operator 'Y'"
    async with (
        peer(
            answer(envelope("TransactionPost", line)), answer(envelope("TransactionPost", denied))
        ) as site,
        open_transport(site.url, transport="soap") as transport,
    ):
        assert isinstance(await transport.send(TOKEN, CALL), RefusedSession)
        assert isinstance(await transport.send(TOKEN, CALL), RefusedDefinite)
    nowhere = "http://127.0.0.1:1/SYSPROWCFService/Rest"
    async with open_transport(nowhere, transport="soap") as transport:
        assert isinstance(await transport.send(TOKEN, CALL), NotSent)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (answer(FAULT, 500), Misconfigured),
        (answer(b"", 500), Transient),
        (answer(b"", 415), Misconfigured),
        (answer(b"<!DOCTYPE a><a/>"), Malformed),
        (answer(envelope("QueryQuery", SESSION_LINE.decode())), SessionInvalid),
    ],
)
async def test_query_when_it_fails_then_the_error_of_its_kind(
    script: object, error: type[Exception]
) -> None:
    async with (
        peer(script) as site,
        open_transport(site.url, transport="soap") as transport,
    ):
        with pytest.raises(error) as caught:
            await transport.query(TOKEN, "COMFND", "<Query/>")
    assert TOKEN not in str(caught.value)


async def test_session_when_kept_by_soap_then_opened_probed_and_closed() -> None:
    async with open_site() as site, office(site, transport="soap") as desk:
        assert (await desk.transport.get_version()).text == "7.0.0.6"
        session = await desk.keeper.open()
        profile = await desk.transport.get_logon_profile(session.token)
        assert profile["OperatorCode"] == "PROCSYNC"
        assert await desk.transport.has_post_ld()
        await desk.transport.logoff(session.token)
        paths = {path for _, _, path, _, _ in site.seen}
    assert all(path.startswith("/SYSPROWCFService/Soap") for path in paths)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://h/SYSPROWCFService/Rest", "http://h/SYSPROWCFService/Soap"),
        ("http://h/SYSPROWCFService/rest/", "http://h/SYSPROWCFService/Soap"),
        ("http://h/SYSPROWCFService/Soap", "http://h/SYSPROWCFService/Soap"),
    ],
)
def test_address_when_read_then_beside_rest(base: str, expected: str) -> None:
    assert transport_soap.address(base) == expected


def test_request_when_it_cannot_be_said_then_refused() -> None:
    with pytest.raises(Misconfigured):
        transport_soap.address("http://h/e.net")
    for operation, text in (("Query<", "x"), ("Logon", "a\x00b"), ("Logon", "ł")):
        with pytest.raises(Malformed):
            transport_soap.request(operation, {"UserId": text})
