"""A raw server that misbehaves on purpose, and settings that point at it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from engine.syspro.gate import Gate
from engine.syspro.settings import SysproSettings
from engine.syspro.transport import Transport

PASSWORD = "canary-Pa55&word=?"
Script = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Peer:
    """What the server saw: the request heads and bodies, in order."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The base address as a setting."""
        return f"http://127.0.0.1:{self.port}/SYSPROWCFService/Rest"


def answer(body: bytes, status: int = 200, **headers: str) -> Script:
    """A script that answers with this body."""

    async def script(
        request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return script


DEAD = answer(
    b"ERROR: The supplied UserID is invalid. Either you were not logged in; or your session "
    b"has expired. You will need to logon again."
)
TOKEN = answer(b"12E6D0C3129AAC4D940E264688A7D31500  ")
IN_USE = answer(b"ERROR: Operator 'PROCSYNC' is already logged in")


def raw(content: bytes) -> Script:
    """A script that writes these bytes and hangs up."""

    async def script(
        request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(content)
        await writer.drain()

    return script


async def silence(
    request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Reads on and never answers, until the client leaves."""
    await reader.read()


async def drip(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends a byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                await reader.read(1)


async def reset(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks the connection without a word."""
    writer.transport.abort()


@asynccontextmanager
async def peer(*scripts: Script) -> AsyncIterator[Peer]:
    """A server that plays one script a request; the last one again and again."""
    found = Peer(port=0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            request = head + (await reader.readexactly(length) if length else b"")
            found.requests.append(request)
            await scripts[min(len(found.requests), len(scripts)) - 1](request, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


async def password() -> str:
    """The operator's password."""
    return PASSWORD


def settings_for(url: str, **changes: object) -> SysproSettings:
    """Settings with short deadlines."""
    given: dict[str, object] = {
        "company": "EDU1",
        "base_url": url,
        "operator": "PROCSYNC",
        "operator_password": password,
        "transport": "post",
        "timeout_s": 0.4,
        "query_timeout_s": 0.4,
        "connect_timeout_s": 0.4,
        "requests_per_second": 0,
        "drain_s": 0.1,
        **changes,
    }
    return SysproSettings(**given)


@asynccontextmanager
async def open_transport(url: str, **changes: object) -> AsyncIterator[Transport]:
    """A transport to that address."""
    async with Transport.open(settings_for(url, **changes), gate=Gate(0)) as transport:
        yield transport
