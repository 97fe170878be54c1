"""Faults of the wire to Procurify, by the rows of the fault catalogue (reliability.md §2.1)."""

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from procurify_peer import FakeClock, Peer, client_of, peer_up, raw_client, raw_served, served

from engine.errors import EngineError, Malformed, Misconfigured, Throttled, Transient
from engine.procurify.client_wire import Unreached
from engine.procurify.observer import NullObserver
from engine.procurify.walk import Moved, Walker

PATH = "/api/v3/things/"
TOKEN = "/oauth/token"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.fixture
async def peer() -> Any:
    async with peer_up() as up:
        up.details[PATH] = {"id": 1}
        yield up


class Counting(NullObserver):
    """Counts what was repeated and what was not."""

    def __init__(self) -> None:
        self.repeats = 0
        self.kept_back = 0

    def retried(self, cause: str) -> None:
        self.repeats += 1

    def spent(self) -> None:
        self.kept_back += 1


async def test_get_when_429_without_end_p07_then_waits_are_bounded_and_repeats_a_tenth(
    peer: Peer,
) -> None:
    """P7: all within one minute, so that every first attempt counts towards the tenth."""
    clock, seen = FakeClock(), Counting()
    async with client_of(peer, clock=clock, observer=seen) as client:
        for _ in range(50):
            await client.get(PATH)
        peer.faults.append(
            lambda request: peer.reply({}, status=429) if request.path == PATH else None
        )
        began_s, calls = clock.seconds, 50
        while clock.seconds - began_s < 35:
            calls += 1
            with pytest.raises(Throttled):
                await client.get(PATH)
    assert clock.seconds - began_s < 60
    assert 5 <= seen.repeats <= calls // 10
    assert peer.count(PATH) == calls + seen.repeats
    assert seen.kept_back >= calls - 50 - seen.repeats
    assert max(clock.slept) <= 1.1 * 20.5
    assert len(set(clock.slept)) > len(clock.slept) // 2, "no jitter"


async def test_get_when_the_server_is_down_p08_then_repeats_are_kept_within_the_budget(
    peer: Peer,
) -> None:
    seen = Counting()
    peer.faults.append(lambda request: peer.reply({}, status=503) if request.path == PATH else None)
    async with client_of(peer, observer=seen) as client:
        for _ in range(10):
            with pytest.raises(Transient):
                await client.get(PATH)
    assert peer.count(PATH) == 10 + 3
    assert (seen.repeats, seen.kept_back) == (3, 9)


async def test_get_when_the_name_does_not_resolve_p09_then_nothing_is_sent_and_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unknown(*_: Any, **__: Any) -> Any:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    async with client_of("https://acme.procurify.invalid") as client:
        with pytest.raises(Unreached, match="cannot be resolved; check base_url"):
            await client.freshen()


def certificate(
    folder: Path, *, host: str, ends: timedelta, issuer: tuple[Any, Any] | None = None
) -> tuple[Path, Any, Any]:
    """A PEM file of key and certificate for a host name, by itself or by an issuer."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    signer, by = issuer or (key, name)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path, key, name


@pytest.mark.parametrize("sort", ["good", "self-signed", "expired", "other host"])
async def test_get_when_the_certificate_is_wrong_p09_then_not_a_byte_of_the_token_is_sent(
    sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P9 `PollFailed{tls}` is `PollBroken` with the cause `misconfigured` here; never repeated."""
    year = timedelta(days=365)
    authority, key, name = certificate(tmp_path, host="authority", ends=year)
    pem, _, _ = certificate(
        tmp_path,
        host="elsewhere" if sort == "other host" else "localhost",
        ends=timedelta(days=-1) if sort == "expired" else year,
        issuer=None if sort == "self-signed" else (key, name),
    )
    trusting = ssl.create_default_context(cafile=str(authority))
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    async with (
        raw_served(lambda: JSON, tls=tls) as (port, asked),
        client_of(f"https://localhost:{port}") as client,
    ):
        if sort == "good":
            await client.freshen()
        else:
            with pytest.raises(Misconfigured, match="TLS certificate is not trusted"):
                await client.freshen()
    assert len(asked) == (sort == "good")


WHOLE = b'{"data":[{"id":1},{"id":2}],"metadata":{"pagination":{"count":2,"next":null}}}'


@pytest.mark.parametrize(
    ("framed", "is_sound"),
    [
        (lambda cut: b"Content-Length: %d\r\n\r\n%s" % (len(cut), cut), True),
        (lambda cut: b"Content-Length: %d\r\n\r\n%s" % (len(WHOLE) + 1, cut), False),
        (
            lambda cut: b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(cut), cut),
            False,
        ),
    ],
    ids=["length matches", "length does not", "chunks without an end"],
)
async def test_page_when_cut_at_every_byte_p12_then_no_prefix_is_used(
    framed: Callable[[bytes], bytes], is_sound: bool
) -> None:
    """P12 `PollFailed{truncated}`: `unavailable`, or `malformed` where the length matches."""
    cut = [b""]
    async with raw_client(lambda: JSON + framed(cut[0])) as client:
        for length in range(1, len(WHOLE)):
            cut[0] = WHOLE[:length]
            with pytest.raises((Moved, Transient)):
                await anext(Walker(client).walk(PATH, {}, resource="things"))
        cut[0] = WHOLE
        walk = anext(Walker(client).walk(PATH, {}, resource="things"))
        if is_sound:
            assert (await walk).read().rows == [{"id": 1}, {"id": 2}]
        else:
            with pytest.raises(Transient):
                await walk


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 1\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * (1 << 20) + b"\r\n",
        b"HTTP/1.1 200 " + b"O" * (1 << 20) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n",
        b"HTTP/1.1 2x0 OK\r\n",
        b"\x16\x03\x01\x00\x05",
    ],
    ids=["10,000 headers", "1 MiB header", "1 MiB reason", "two lengths", "minus", "status", "TLS"],
)
async def test_get_when_the_head_is_hostile_p29_then_a_typed_error_and_soon(head: bytes) -> None:
    async with raw_client(
        lambda: head + b"Content-Type: application/json\r\n\r\n{}", timeout_s=2
    ) as client:
        began = time.monotonic()
        with pytest.raises(EngineError):
            await client.get(PATH)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}x0\r\n\r\n",
        b"2;\x00=\x7f\r\n{}\r\n0\r\n\r\n",
    ],
)
async def test_get_when_a_chunk_is_hostile_p29_then_a_typed_error(body: bytes) -> None:
    async with raw_client(
        lambda: JSON + b"Transfer-Encoding: chunked\r\n\r\n" + body, timeout_s=2
    ) as client:
        with pytest.raises(EngineError):
            await client.get(PATH)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", [PATH, TOKEN])
async def test_get_when_redirected_p31_then_nobody_there_is_asked(
    peer: Peer, where: str, status: int
) -> None:
    hits: list[str] = []

    async def canary(request: web.Request) -> web.StreamResponse:
        hits.append(request.path)
        return web.json_response({"access_token": "stolen", "data": {}})

    async with served(canary) as elsewhere:
        peer.faults.append(
            lambda request: (
                peer.reply({}, status=status, Location=f"{elsewhere}{where}")
                if request.path == where
                else None
            )
        )
        async with client_of(peer) as client:
            with pytest.raises(Malformed if where == PATH else Misconfigured):
                await client.get(PATH)
    assert hits == []
    assert [path for _, path, _ in peer.hits].count(where) == 1
