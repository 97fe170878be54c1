"""A listener that nobody should ever call, for tests of what must not be fetched or dialled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def canary() -> AsyncIterator[tuple[int, list[str]]]:
    """Its port on loopback, and who called all the same."""
    called: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.append(str(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], called
