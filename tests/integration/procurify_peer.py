"""A Procurify of a few lists for tests: pages, details, tokens, and planted faults."""

import asyncio
import json
import random
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from engine.procurify.client import ProcurifyClient
from engine.procurify.settings import ProcurifySettings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET = "canary-secret-4711"
_TOKEN = b'{"access_token": "t", "expires_in": 900}'
TOKEN_REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_TOKEN), _TOKEN)
)
Fault = Callable[[web.Request], "web.StreamResponse | None"]


class FakeClock:
    """Time that passes only when somebody sleeps, and then at once."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds)
        await asyncio.sleep(0)

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds
        self.at += timedelta(seconds=seconds)


@dataclass
class Peer:
    """`lists`: path → rows; `details`: path → document. A fault that answers None lets it pass."""

    base_url: str = ""
    date_at: datetime = NOW
    lists: dict[str, list[Any]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hits: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    tokens_given: int = 0
    is_pagination_on_top: bool = False

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.hits if path != "/oauth/token"]

    def count(self, path: str) -> int:
        return self.paths().count(path)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.hits.append((request.method, request.path, dict(request.query)))
        self.headers.append(dict(request.headers))
        for fault in list(self.faults):
            found = fault(request)
            if found is not None:
                return found
        if request.path == "/oauth/token":
            self.tokens_given += 1
            return self.reply({"access_token": f"t{self.tokens_given}", "expires_in": 86400})
        if request.path in self.details:
            return self.reply({"metadata": {}, "data": self.details[request.path]})
        if request.path in self.lists:
            return self.page(request, self.lists[request.path])
        return self.reply({"detail": "Not found."}, status=404)

    def page(self, request: web.Request, rows: list[Any], **changes: Any) -> web.Response:
        size = min(int(request.query.get("page_size", "10")), 100)
        number = int(request.query.get("page", "1"))
        part = rows[(number - 1) * size : number * size]
        more = number * size < len(rows)
        pagination = {
            "count": len(rows),
            "next": f"{self.base_url}{request.path}?page={number + 1}" if more else None,
            "previous": None,
            "page_size": size,
            "num_pages": -(-len(rows) // size),
            "current_page": number,
            **changes,
        }
        where = {"pagination": pagination}
        return self.reply(
            {**where, "data": part}
            if self.is_pagination_on_top
            else {"metadata": where, "data": part}
        )

    def reply(self, body: Any, *, status: int = 200, **headers: str) -> web.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", "Date": format_datetime(self.date_at, True)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=raw, status=status, headers=given)

    def fail(self, path: str, answers: list[web.StreamResponse]) -> None:
        """The next requests of `path` get these answers, one each."""
        waiting = list(answers)

        def fault(request: web.Request) -> web.StreamResponse | None:
            return waiting.pop(0) if request.path == path and waiting else None

        self.faults.append(fault)


@asynccontextmanager
async def served(handler: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """The handler answers every request on a free loopback port."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_served(
    answer: Callable[[], bytes], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Bytes as they are for every request but that for a token; the port and what was asked."""
    asked: list[bytes] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(TOKEN_REPLY if b"/oauth/token" in asked[-1] else answer())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


@asynccontextmanager
async def peer_up() -> AsyncIterator[Peer]:
    """A peer with empty lists for everything that is polled."""
    peer = Peer()
    async with served(peer.answer) as base_url:
        peer.base_url = base_url
        yield peer


def settings_for(base_url: str, **changes: Any) -> ProcurifySettings:
    given: dict[str, Any] = {
        "source": "acme",
        "base_url": base_url,
        "client_id": "id-1",
        "client_secret": SECRET,
        "requests_per_second": 0,
        "timeout_s": 5,
        "since": date(2026, 11, 19),
    }
    return ProcurifySettings(**{**given, **changes})


@asynccontextmanager
async def client_of(
    peer: Peer | str,
    *,
    clock: Any = None,
    observer: Any = None,
    largest_body: int = 1 << 25,
    **changes: Any,
) -> AsyncIterator[ProcurifyClient]:
    base_url = peer if isinstance(peer, str) else peer.base_url
    async with ProcurifyClient(
        settings_for(base_url, **changes),
        clock=clock or FakeClock(),
        chance=random.Random(7),
        observer=observer,
        largest_body=largest_body,
    ) as client:
        yield client


@asynccontextmanager
async def raw_client(answer: Callable[[], bytes], **changes: Any) -> AsyncIterator[ProcurifyClient]:
    """A client whose every answer but the token is these bytes."""
    async with (
        raw_served(answer) as (port, _),
        client_of(f"http://127.0.0.1:{port}", **changes) as client,
    ):
        yield client
