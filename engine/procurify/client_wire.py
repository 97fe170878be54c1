"""One HTTP request to Procurify, sent at most once, answered whole or not at all.

Owns the aiohttp session: no address that a name should not lead to, no proxy from the
environment, no cookies, no redirects, no repeating by the library (dependencies.md §2: aiohttp
sends a GET twice by itself), every wait under a deadline, every body read in pieces under a cap.
No aiohttp exception leaves this module.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import aiohttp

from engine.clock import Clock
from engine.core.canonical import JsonObject, canonical
from engine.crossings_http import reply_read, watched_sockets
from engine.errors import EngineError, Malformed, Misconfigured, TimedOut, Transient
from engine.host_clock import parse_date
from engine.procurify.observer import Observer
from engine.procurify.pace import Pace
from engine.procurify.replies import Oversized, Reply
from engine.resolving import GuardedResolver, is_misdirected

LARGEST_BODY = 32 * 1024 * 1024
_PIECE = 64 * 1024
_CONNECT_S = 10.0
_PUBLIC = ".procurify.com"


class Unreached(Transient):
    """No connection came about, so that not a byte of the request was sent."""


class Wire:
    """The session of one domain. Use as an async context manager."""

    def __init__(
        self,
        *,
        host: str,
        timeout_s: float,
        clock: Clock,
        observer: Observer,
        pace: Pace,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._host = host
        self._timeout_s = timeout_s
        self._clock = clock
        self._observer = observer
        self._pace = pace
        self._largest_body = largest_body
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = _session(self._timeout_s)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, url: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """The answer to a GET, whatever its status."""
        return await self._exchange("GET", url, headers, query=query)

    async def send(
        self, method: str, url: str, body: JsonObject, headers: Mapping[str, str]
    ) -> Reply:
        """The answer to one POST, PUT or PATCH of the body as canonical JSON, whatever its status.

        Raises `Unreached` when nothing was sent; after anything else it may have been received.
        """
        typed = {**headers, "Content-Type": "application/json"}
        return await self._exchange(method, url, typed, body=canonical(body))

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        if self._session is None:
            raise Misconfigured("the client is not open: use it as a context manager")
        async with (
            self._pace.turn(),
            self._watched() as seen,
            self._session.request(
                method, url, params=query, data=body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            raw = bytearray()
            async for piece in answer.content.iter_chunked(_PIECE):
                raw += piece
                if len(raw) > self._largest_body:
                    answer.close()
                    most = self._largest_body // 1024
                    raise Oversized(f"{self._host}: a reply of more than {most} KiB")
            reply_read(crossing_of, method, answer.url.path)
            seen.append(str(answer.status))
            return Reply(
                status=answer.status,
                content_type=answer.headers.get("Content-Type", ""),
                raw=bytes(raw),
                date_at=parse_date(answer.headers.get("Date")),
                retry_after=answer.headers.get("Retry-After"),
            )

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[list[str]]:
        """The exchange inside is timed, told of, and raises only our own errors."""
        began = self._clock.monotonic()
        seen: list[str] = []
        try:
            async with asyncio.timeout(self._timeout_s):
                yield seen
        except EngineError:
            raise
        except (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError) as error:
            raise as_engine_error(error, self._host) from error
        except (TimeoutError, OSError) as error:
            raise as_engine_error(error, self._host) from error
        finally:
            status = seen[0] if seen else "unanswered"
            self._observer.called(status, self._clock.monotonic() - began)


def as_engine_error(error: Exception, host: str) -> EngineError:
    """The engine's error for one of aiohttp's; texts name the host, never an address."""
    match error:
        case _ if is_misdirected(error):
            return Misconfigured(
                f"{host}: the name leads to an address that the engine never talks to; nothing "
                "was sent; check base_url and the name server"
            )
        case aiohttp.ClientConnectorDNSError():
            return Unreached(f"{host}: the host name cannot be resolved; check base_url")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return Misconfigured(
                f"{host}: the TLS certificate is not trusted or not for this host; nothing was "
                "sent; check base_url and the machine's certificates"
            )
        case aiohttp.ConnectionTimeoutError():
            return Unreached(f"{host}: no connection in time; check base_url and the network")
        case TimeoutError():
            return TimedOut(f"{host}: no whole answer in time")
        case aiohttp.ClientConnectorError():
            return Unreached(f"{host}: cannot be reached; check base_url and the network")
        case aiohttp.InvalidURL():
            return Misconfigured(f"{host}: not an address; check base_url")
        case aiohttp.ClientPayloadError():
            return Transient(f"{host}: the answer was cut short or cannot be unpacked")
        case aiohttp.ClientResponseError() | aiohttp.http_exceptions.HttpProcessingError():
            return Malformed(f"{host}: the answer is not proper HTTP")
        case _:
            return Transient(f"{host}: the connection was lost ({type(error).__name__})")


def crossing_of(method: str, path: str) -> str:
    """What a request to Procurify is called where crossings are watched."""
    if "token" in path:
        return "procurify.token"
    if method != "GET":
        return "procurify.write"
    return "procurify.get" if path.rstrip("/").rpartition("/")[2].isdigit() else "procurify.list"


def repeats_by_itself(session: aiohttp.ClientSession) -> bool:
    """Whether the library would send a request a second time after a lost connection."""
    return session._retry_connection is not False


def _session(timeout_s: float) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        # No `total`: aiohttp loses a cancellation that comes with that deadline; ours does not.
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=min(_CONNECT_S, timeout_s), sock_read=timeout_s
        ),
        connector=aiohttp.TCPConnector(
            limit=8,
            limit_per_host=8,
            ttl_dns_cache=60,
            resolver=GuardedResolver(public=_PUBLIC),
            socket_factory=watched_sockets("procurify", crossing_of),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        headers={"User-Agent": "procurify-syspro", "Accept": "application/json"},
    )
    session._retry_connection = False
    if repeats_by_itself(session):
        raise Misconfigured("this aiohttp repeats requests by itself: install the pinned version")
    return session
