"""Line ends and NUL in tokens, operators and passwords: refused, or encoded on the wire."""

from typing import Any

import pytest
from procurify_peer import client_of, peer_up
from syspro_wire import answer, open_transport, peer

from engine.errors import EngineError, Malformed

PATH = "/api/v3/things/"
EVIL = "x\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\n\0"
OURS = {
    b"Host",
    b"User-Agent",
    b"Accept",
    b"Accept-Encoding",
    b"Connection",
    b"Content-Length",
    b"Content-Type",
    b"SOAPAction",
}
REFUSED = b"ERROR: Invalid operator password"


def check_head(request: bytes) -> bytes:
    """The first line of a request whose head holds our headers and nothing else."""
    first, *lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0] for line in lines]
    assert set(names) <= OURS, names
    assert len(names) == len(set(names))
    assert not set(first) & set(b"\r\n\0")
    assert first.count(b" ") == 2
    return first


@pytest.mark.parametrize(
    "token", ["a\r\nX-Evil: 1", "a\n", "\ra", "a\0b", "a\x0bb", "a\u2028b", "ä", "a\x7f"]
)
async def test_token_x05_when_it_could_split_a_header_then_refused_before_it_is_used(
    token: str,
) -> None:
    async with peer_up() as site:
        site.details[PATH] = {"id": 1}
        site.fail("/oauth/token", [site.reply({"access_token": token, "expires_in": 900})])
        async with client_of(site) as client:
            with pytest.raises(Malformed, match="no usable token") as caught:
                await client.get(PATH)
        assert [path for _, path, _ in site.hits] == ["/oauth/token"]
    assert "X-Evil" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"A1\r\nX-Evil: 1",
        b"A1\nB2",
        b"A1\rB2",
        b"A1\0B2",
        b"A1\x0bB2",
        b"A1\x7fB2",
        b'"A1\\r\\nX-Evil: 1"',
        b"<string>A1&#13;&#10;X-Evil: 1</string>",
    ],
)
async def test_session_x05_when_its_token_could_split_a_line_then_refused_before_it_is_used(
    body: bytes,
) -> None:
    async with peer(answer(body)) as site, open_transport(site.url) as transport:
        with pytest.raises(Malformed, match=r"not a session token|holds NUL") as caught:
            await transport.logon(fail_when_logged_in=True)
    assert len(site.requests) == 1
    assert "X-Evil" not in str(caught.value)


async def password() -> str:
    """A password that would be a request of its own."""
    return EVIL


@pytest.mark.parametrize("field", ["operator", "operator_password", "company_password"])
async def test_logon_x05_when_a_value_holds_a_request_then_it_is_encoded_on_the_wire(
    field: str,
) -> None:
    value: Any = EVIL if field == "operator" else password
    async with (
        peer(answer(REFUSED)) as site,
        open_transport(site.url, **{field: value}) as transport,
    ):
        with pytest.raises(EngineError):
            await transport.logon(fail_when_logged_in=True)
    assert len(site.requests) == 1
    first = check_head(site.requests[0])
    assert b"=x%0D%0AX-Evil%3A%201%0D%0A%0D%0AGET%20%2Fevil" in first.replace(b"+", b"%20")
    assert site.requests[0].endswith(b"\r\n\r\n")


@pytest.mark.parametrize("field", ["operator", "operator_password", "company_password"])
async def test_logon_x05_when_by_soap_and_a_value_holds_a_request_then_nothing_is_sent(
    field: str,
) -> None:
    value: Any = EVIL if field == "operator" else password
    async with (
        peer(answer(REFUSED)) as site,
        open_transport(site.url, transport="soap", **{field: value}) as transport,
    ):
        with pytest.raises(Malformed) as caught:
            await transport.logon(fail_when_logged_in=True)
    assert site.requests == []
    assert "X-Evil" not in str(caught.value)


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
async def test_credential_x05_when_it_holds_a_request_then_it_is_json_on_the_wire(
    field: str,
) -> None:
    async with peer(answer(b"{}", status=401)) as site:
        url = f"http://127.0.0.1:{site.port}"
        async with client_of(url, **{field: EVIL}) as client:
            with pytest.raises(EngineError) as caught:
                await client.freshen()
    assert len(site.requests) == 1
    assert check_head(site.requests[0]) == b"POST /oauth/token HTTP/1.1"
    body = site.requests[0].partition(b"\r\n\r\n")[2]
    assert b"x\\r\\nX-Evil: 1\\r\\n" in body
    assert not set(body) & set(b"\r\n\0")
    assert "X-Evil" not in str(caught.value)
