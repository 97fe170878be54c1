"""Replies put on the wire: whole, cut off, dripping, or not at all.

Promises: a reset is a real RST, a cut reply announces its full length. Owns nothing.
"""

import asyncio
import socket
import struct
from typing import Final, assert_never
from urllib.parse import unquote

from aiohttp import web

from engine.sandbox.syspro.elements import CODE_PAGE
from engine.sandbox.syspro.faults_port import Answer, Course, Cut, Diverted, Drip, Ending, Line
from engine.sandbox.syspro.refusals import ERROR

SERVER: Final = "Microsoft-HTTPAPI/2.0"
_RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)


def plain(status: int, text: str, *, allow: str = "") -> web.Response:
    """A reply of http.sys or WCF itself, outside the application (wording unverified).

    `allow` is the method that a 405 says would do.
    """
    headers = {"Server": SERVER} | ({"Allow": allow} if allow else {})
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def address_of(request: web.Request) -> tuple[str, str]:
    """The path without its escapes, and the query as it was sent.

    What a client sends for a proxy, a whole URL, means its path, as HTTP has it.
    """
    path, _, query = request.raw_path.partition("?")
    if not path.startswith("/"):
        path = "/" + path.partition("://")[2].partition("/")[2]
    return unquote(path), query


async def delivered(
    request: web.Request, response: web.Response, course: Course
) -> web.StreamResponse:
    """The response as it leaves after the last phase."""
    await course.cross("mid_reply")
    match course.spoiling:
        case None:
            return response
        case Cut() as cut:
            sent = await _begun(request, response)
            await sent.write(_body(response)[: cut.after_bytes])
            if cut.is_reset:
                reset(request)
            elif request.transport is not None:
                request.transport.close()
            return sent
        case Drip() as drip:
            sent = await _begun(request, response)
            body = _body(response)
            for start in range(0, len(body), drip.bytes_at_once):
                await sent.write(body[start : start + drip.bytes_at_once])
                await asyncio.sleep(drip.pause_s)
            return sent


def ended(request: web.Request, diverted: Diverted) -> web.Response:
    """The response of a request that a fault has ended."""
    action: Ending = diverted.action
    match action:
        case Answer():
            headers = {"Server": SERVER, "Content-Type": action.content_type, **action.headers}
            return web.Response(status=action.status, body=action.body, headers=headers)
        case Line():
            return web.Response(
                body=f"{ERROR}{action.text}".encode(CODE_PAGE, "replace"),
                content_type="application/octet-stream",
                headers={"Server": SERVER},
            )
        case _:
            reset(request)
            return web.Response()
    assert_never(action)


def reset(request: web.Request) -> None:
    """The connection is gone, and the peer is told so by RST."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    transport.abort()


async def _begun(request: web.Request, response: web.Response) -> web.StreamResponse:
    sent = web.StreamResponse(status=response.status, headers=response.headers)
    sent.content_length = len(_body(response))
    await sent.prepare(request)
    return sent


def _body(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
