"""DNS that changes its mind: both clients against names that lead where the engine never goes."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from canary import canary
from procurify_peer import Peer, client_of, peer_up
from syspro_wire import open_transport
from syspro_wire import peer as syspro_peer

from engine.errors import Malformed, Misconfigured
from engine.procurify.client_wire import Unreached
from engine.procurify.write_answers import NotSent
from engine.syspro.gate import Gate
from engine.syspro.transport_http import HttpChannel, Limits, Lost, Received

METADATA = "169.254.169.254"
PATH = "/api/v3/things/"
LIMITS = Limits(connect_s=2, total_s=2)


@dataclass
class Names:
    """What names lead to, one answer after another; which were asked, which addresses dialled."""

    answers: list[Sequence[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """The resolver of this machine, told what to say; sockets connect as ever."""
    names, loop = Names(), asyncio.get_running_loop()
    connect = loop.sock_connect

    async def getaddrinfo(host: str, port: int, **_: object) -> list[Any]:
        names.asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            for address in names.answers.pop(0)
        ]

    async def sock_connect(sock: socket.socket, address: Any) -> None:
        names.dialled.append(address[0])
        await connect(sock, address)

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    return names


def forget_names(session: aiohttp.ClientSession | None) -> None:
    """The time for which the client remembers addresses is over."""
    assert session is not None
    assert isinstance(session.connector, aiohttp.TCPConnector)
    session.connector.clear_dns_cache()


async def test_procurify_x06_when_its_name_is_rebound_then_the_token_goes_nowhere(
    names: Names,
) -> None:
    names.answers = [["127.0.0.1"], [METADATA], [METADATA]]
    async with peer_up() as peer:
        last = peer.reply({"data": {}})
        last.force_close()
        peer.fail(PATH, [last])
        async with client_of(peer.base_url.replace("127.0.0.1", "localhost")) as client:
            assert (await client.get(PATH)).status == 200
            forget_names(client._wire._session)
            with pytest.raises(Misconfigured, match="address that the engine never talks to"):
                await client.get(PATH)
            written = await client.write("POST", PATH, {}, resource="things")
    assert isinstance(written, NotSent)
    assert names.asked == ["localhost"] * 3
    assert names.dialled == ["127.0.0.1"]
    assert peer.count(PATH) == 1


async def test_syspro_x06_when_its_name_is_rebound_then_the_post_counts_as_unsent(
    names: Names,
) -> None:
    names.answers = [["127.0.0.1"], [METADATA]]
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    async def say(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with syspro_peer(say) as site, HttpChannel.open(Gate(0), LIMITS) as channel:
        url = f"http://localhost:{site.port}/Rest/GetVersion"
        got = await channel.exchange("GET", url)
        assert isinstance(got, Received) and got.body == b"ok"
        forget_names(channel._session)
        lost = await channel.exchange("POST", url, body=b"x")
    assert isinstance(lost, Lost)
    assert (lost.loss, lost.is_unsent) == ("misdirected", True)
    assert isinstance(lost.error("Logon"), Misconfigured)
    assert names.dialled == ["127.0.0.1"]
    assert len(site.requests) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", METADATA])
async def test_procurify_x06_when_its_name_leads_inside_then_nothing_is_dialled(
    names: Names, address: str
) -> None:
    names.answers = [[address]]
    async with (
        canary() as (port, called),
        client_of(f"https://acme.procurify.com:{port}") as client,
    ):
        with pytest.raises(Misconfigured):
            await client.freshen()
    assert (names.asked, names.dialled, called) == (["acme.procurify.com"], [], [])


async def test_syspro_x06_when_its_name_leads_to_this_machine_then_nothing_is_dialled(
    names: Names,
) -> None:
    names.answers = [["127.0.0.1"]]
    async with canary() as (port, called):
        url = f"https://erp.example:{port}/SYSPROWCFService/Rest"
        async with open_transport(url) as transport:
            with pytest.raises(Misconfigured, match="never talks to"):
                await transport.logon(fail_when_logged_in=True)
    assert (names.asked, names.dialled, called) == (["erp.example"], [], [])


async def test_name_x06_when_one_of_its_addresses_is_in_order_then_only_that_is_dialled(
    names: Names,
) -> None:
    names.answers = [[METADATA, "127.0.0.1", "0.0.0.0"]]
    async with peer_up() as peer:
        peer.details[PATH] = {"id": 1}
        async with client_of(peer.base_url.replace("127.0.0.1", "localhost")) as client:
            assert (await client.get(PATH)).status == 200
    assert set(names.dialled) == {"127.0.0.1"}


async def test_name_when_it_leads_nowhere_then_it_may_be_tried_again(names: Names) -> None:
    names.answers = [[], [], []]
    async with client_of("https://acme.procurify.com") as client:
        with pytest.raises(Unreached):
            await client.freshen()
    assert names.dialled == []


async def test_redirect_x06_x07_when_answered_then_nobody_follows_it() -> None:
    async with canary() as (port, called), peer_up() as peer:
        there = f"http://127.0.0.1:{port}/latest/meta-data"
        await check_procurify(peer, there)
        await check_syspro(there)
    assert called == []


async def check_procurify(peer: Peer, there: str) -> None:
    """A redirect of the API is an error."""
    peer.fail(PATH, [peer.reply(b"", status=307, Location=there)])
    async with client_of(peer) as client:
        with pytest.raises(Malformed, match="redirect"):
            await client.get(PATH)


async def check_syspro(there: str) -> None:
    """A redirect of the service is an error."""
    head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"

    async def say(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode())
        await writer.drain()

    async with syspro_peer(say) as site:
        url = f"http://127.0.0.1:{site.port}/SYSPROWCFService/Rest"
        async with open_transport(url) as transport:
            with pytest.raises(Misconfigured, match="redirects"):
                await transport.get_version()
    assert len(site.requests) == 1
