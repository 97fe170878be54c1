"""What the server does to a reply when a fault says so: another reply, a reset, a cut, a drip."""

import asyncio
import socket
import struct

from aiohttp import web

from engine.sandbox.procurify.faults_port import Answer, Cut, Ending, Spoiling

LONGEST_REPLY_S = 300.0
_RESET = struct.pack("ii", 1, 0)


def ended(request: web.Request, action: Ending) -> web.StreamResponse:
    """The reply that the fault sends in place of the server's own, or the end of the connection."""
    if isinstance(action, Answer):
        headers = {"Content-Type": action.content_type, **action.headers}
        return web.Response(status=action.status, headers=headers, body=action.body)
    return _hang_up(request, is_reset=True)


async def spoiled(
    request: web.Request, response: web.StreamResponse, action: Spoiling
) -> web.StreamResponse:
    """The reply as the fault lets it out: cut off, or a few bytes at a time."""
    body = response.body if isinstance(response, web.Response) else None
    raw = bytes(body) if isinstance(body, bytes | bytearray) else b""
    sent = web.StreamResponse(status=response.status, headers=response.headers)
    sent.content_length = len(raw)
    try:
        async with asyncio.timeout(LONGEST_REPLY_S):
            await sent.prepare(request)
            if isinstance(action, Cut):
                await sent.write(raw[: action.after_bytes])
                return _hang_up(request, is_reset=action.is_reset, sent=sent)
            step = max(1, action.bytes_at_once)
            for start in range(0, len(raw), step):
                await sent.write(raw[start : start + step])
                await asyncio.sleep(action.pause_s)
            await sent.write_eof()
    except (ConnectionError, TimeoutError):
        return _hang_up(request, is_reset=True, sent=sent)
    return sent


def _hang_up(
    request: web.Request, *, is_reset: bool, sent: web.StreamResponse | None = None
) -> web.StreamResponse:
    """The connection has ended, with RST or FIN; what is returned reaches nobody."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if is_reset and raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            transport.abort()
        else:
            transport.close()
    return sent or web.Response(status=500)
