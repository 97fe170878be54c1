"""One HTTP request sent at most once, and what came of it: the aiohttp edge of the SYSPRO side.

aiohttp repeats a GET by itself after a disconnect, and a post by GET would then be made twice
(reliability.md §0.1 finding 4); `_retry_connection = False` stands here and nowhere else, and
`transport_self_test` proves it. No address that a name should not lead to, no cookies, no
redirects, no proxy from the environment, a connection per post, deadlines on everything, a cap on
the body while it is read. Foreign exceptions end here as values without their texts: those hold
the URL, and the URL holds the password.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import aiohttp
from aiohttp import hdrs
from yarl import URL

from engine.crossings_http import reply_read, watched_sockets
from engine.errors import EngineError, Malformed, Misconfigured, TimedOut, Transient
from engine.resolving import GuardedResolver, is_misdirected
from engine.syspro import xml
from engine.syspro.gate import Gate, Unobserved
from engine.syspro.outcomes import Unreachable
from engine.syspro.patience import Patience

CHUNK = 64 * 1024
Loss = Literal["not_sent", "misdirected", "untrusted", "timed_out", "disconnected", "too_large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole reply: status, content type, body, seconds from sending to the last byte."""

    status: int
    content_type: str
    retry_after: str
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """No whole reply; see `is_unsent` for whether any byte of the request went out."""

    loss: Loss
    host: str

    @property
    def is_unsent(self) -> bool:
        """Whether not one byte of the request went out."""
        return self.loss in ("not_sent", "misdirected", "untrusted")

    @property
    def text(self) -> str:
        """What to tell a person."""
        return _LOST_TEXTS[self.loss].format(host=self.host)

    def error(self, operation: str) -> EngineError:
        """The exception for callers to whom a loss is a failure."""
        said = f"{operation}: {self.text}"
        match self.loss:
            case "untrusted" | "misdirected":
                return Misconfigured(said)
            case "timed_out":
                return TimedOut(said)
            case "too_large":
                return Malformed(said)
            case "not_sent":
                return Unreachable(said)
            case "disconnected":
                return Transient(said)


_LOST_TEXTS: Mapping[Loss, str] = {
    "not_sent": "host {host} cannot be reached; check the address, the port and the network",
    "misdirected": "the name of host {host} leads to an address that the engine never talks to; "
    "check the address and the name server",
    "untrusted": "host {host} shows a certificate that is not trusted; name its CA in ca_file",
    "timed_out": "host {host} did not answer in time",
    "disconnected": "host {host} broke the connection before a whole reply was read",
    "too_large": "host {host} sent more than the largest reply that is read",
}


_CROSSINGS: Mapping[str, str] = {
    "/Logon": "syspro.logon",
    "/Logoff": "syspro.logoff",
    "/GetLogonProfile": "syspro.profile",
    "/Query/": "syspro.query",
    "/Setup/": "syspro.setup",
    "/Transaction/": "syspro.post",
    "Odata": "syspro.odata",
}
"""By a part of the path, as reliability.md §2 names the boundaries."""


Heard: TypeAlias = Callable[[str | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Deadlines in seconds: connecting, and all of one request; `longest_s` of a slow host's."""

    connect_s: float
    total_s: float
    longest_s: float = 0.0


class HttpChannel:
    """Requests to any host under one gate; each is sent once or not at all."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        gate: Gate,
        limits: Limits,
        heard: Heard | None = None,
    ) -> None:
        self._session = session
        self._heard = heard
        self._gate = gate
        self._limits = limits
        self._patience = Patience(limits.total_s, limits.longest_s)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, gate: Gate, limits: Limits, ca_file: str = "", *, heard: Heard | None = None
    ) -> AsyncIterator["HttpChannel"]:
        """A channel that is closed afterwards; `heard` is told the Date of every reply.

        Raises `Misconfigured` for an unusable CA file.
        """
        context = tls_context(ca_file)
        connector = aiohttp.TCPConnector(
            ssl=context,
            force_close=True,
            limit=16,
            resolver=GuardedResolver(),
            socket_factory=watched_sockets("syspro", crossing_of),
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=True,
            raise_for_status=False,
            skip_auto_headers={hdrs.CONTENT_TYPE},
        ) as session:
            session._retry_connection = False
            yield cls(session, gate, limits, heard)

    async def exchange(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        total_s: float | None = None,
    ) -> Received | Lost:
        """The whole reply or how it was lost; the request went out once or not at all.

        `url` is encoded already; without a `total_s` the deadline is as long as the host is slow.
        Cancellation is passed on: the caller knows as little as after
        a time-out.
        """
        host = host_of(url)
        await self._gate.enter()
        if self._session.closed:
            return Lost(loss="not_sent", host=host)
        clock = asyncio.get_running_loop().time
        started = clock()
        total = total_s if total_s is not None else self._patience.deadline_s
        loss: Loss
        try:
            async with (
                asyncio.timeout(total),
                self._session.request(
                    method,
                    URL(url, encoded=True),
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                    # No `total`: aiohttp loses a cancellation that comes with that deadline.
                    timeout=aiohttp.ClientTimeout(
                        total=None, sock_connect=self._limits.connect_s, sock_read=total
                    ),
                ) as response,
            ):
                content = await _capped(response)
                reply_read(crossing_of, method, response.url.path)
                self._patience.answered(clock() - started)
                if self._heard is not None:
                    self._heard(response.headers.get(hdrs.DATE))
                if content is not None:
                    return Received(
                        status=response.status,
                        content_type=response.headers.get(hdrs.CONTENT_TYPE, ""),
                        retry_after=response.headers.get(hdrs.RETRY_AFTER, ""),
                        body=content,
                        seconds=clock() - started,
                    )
                loss = "too_large"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            loss = _loss(error)
        if loss == "timed_out":
            self._gate.rest(self._patience.gave_up(clock() - started))
        return Lost(loss=loss, host=host)


def crossing_of(method: str, path: str) -> str:
    """What a request to SYSPRO is called where crossings are watched."""
    for part, name in _CROSSINGS.items():
        if part in path:
            return name
    return "syspro.other"


def host_of(url: str) -> str:
    """Host and port of an address: all that may be printed of it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def tls_context(ca_file: str) -> ssl.SSLContext:
    """TLS 1.2 or later with the peer verified, by `ca_file` instead of the system's CAs if set."""
    problem = ""
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        problem = type(error).__name__
    if problem:
        raise Misconfigured(f"ca_file {ca_file} cannot be used as a CA file ({problem})")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def plain_channel_gate() -> Gate:
    """A gate that lets everything through, unobserved."""
    return Gate(0, Unobserved())


async def _capped(response: aiohttp.ClientResponse) -> bytes | None:
    received = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        received += chunk
        if len(received) > xml.MAX_BYTES:
            return None
    return bytes(received)


def _loss(error: Exception) -> Loss:
    if is_misdirected(error):
        return "misdirected"
    if isinstance(
        error, aiohttp.ClientConnectorCertificateError | aiohttp.ServerFingerprintMismatch
    ):
        return "untrusted"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return "not_sent"
    if isinstance(error, aiohttp.InvalidURL):
        return "not_sent"
    if isinstance(error, TimeoutError):
        return "timed_out"
    return "disconnected"
