"""Proof at start-up that one request reaches a server once, whatever the HTTP library does.

A local server takes a request, acts and drops the connection; it must have been asked exactly
once (reliability.md A6, S16). A release of aiohttp that repeats again makes the engine refuse to
start, not post twice.
"""

import asyncio

from engine.errors import Misconfigured
from engine.syspro.transport_http import HttpChannel, Limits, Lost, plain_channel_gate

DEADLINE_S = 5.0


async def self_test() -> None:
    """A GET and a POST were each sent exactly once; raises `Misconfigured` otherwise."""
    count = await _count_requests("GET") + await _count_requests("POST")
    if count != 2:
        raise Misconfigured(
            f"the HTTP library sent 2 requests {count} times; "
            "install the aiohttp version that the requirements name"
        )


async def _count_requests(method: str) -> int:
    seen = 0

    async def take_and_drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        try:
            async with asyncio.timeout(DEADLINE_S):
                await reader.readuntil(b"\r\n\r\n")
                seen += 1
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(take_and_drop, "127.0.0.1", 0)
    async with server, asyncio.timeout(2 * DEADLINE_S):
        port = server.sockets[0].getsockname()[1]
        limits = Limits(connect_s=DEADLINE_S, total_s=DEADLINE_S)
        async with HttpChannel.open(plain_channel_gate(), limits) as channel:
            got = await channel.exchange(
                "GET" if method == "GET" else "POST", f"http://127.0.0.1:{port}/self-test"
            )
    return seen if isinstance(got, Lost) else seen + 1
