"""A proxy before an HTTP host that cuts, hangs, drops, delays or loses what a rule names.

It reads whole requests and whole replies, so a rule can act at an exact moment: `sent`, when the
request has left the engine and the host has not seen it, or `answered`, when the host has done it
and the engine has not heard. Between `hit` and `go` the test may do what it likes.
"""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs

HOST = "127.0.0.1"
LIMIT = 1 << 22
Stage = Literal["sent", "answered"]


@dataclass(slots=True, kw_only=True, eq=False)
class Rule:
    """The next `left` requests whose name holds `text` are never answered.

    The name is `METHOD /path BUSINESS_OBJECT`; a probe with an empty document names none. `hit` is
    set when one is at its stage; it goes on once `go` is set. A `sent` one reaches the host after
    all, `late_s` later, if that is given; the client is reset at once, or, if the rule
    `is_silent`, never hears anything. One that `is_harmless` is answered when it goes on.
    """

    text: str
    stage: Stage
    left: int = 1
    late_s: float | None = None
    is_silent: bool = False
    is_harmless: bool = False
    seen: int = 0
    hit: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def at_once(self) -> "Rule":
        """The same rule, that waits for nobody."""
        self.go.set()
        return self


class WireProxy:
    """Stands before one origin such as `http://127.0.0.1:80`."""

    def __init__(self, origin: str) -> None:
        self._target_port = int(origin.rpartition(":")[2])
        self._server: asyncio.Server | None = None
        self._group: asyncio.TaskGroup | None = None
        self._open: set[StreamWriter] = set()
        self._rules: list[Rule] = []
        self._hanging: asyncio.Event | None = None
        self.port = 0
        self.late: list[str] = []

    @property
    def origin(self) -> str:
        """The address by way of the proxy."""
        return f"http://{HOST}:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["WireProxy"]:
        """The proxy listens; at the end everything that is open is cut."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self.restore()
            try:
                yield self
            finally:
                self.answer_again()
                for rule in self._rules:
                    rule.go.set()
                await self.cut()

    def add(self, rule: Rule) -> Rule:
        """The rule holds from now on."""
        self._rules.append(rule)
        return rule

    async def cut(self) -> None:
        """Connections are refused, and the open ones are reset."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            _reset(writer)

    async def restore(self) -> None:
        """Connections are taken, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port, limit=LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]

    def hang(self) -> None:
        """From now on requests are taken and never answered, nor passed on."""
        self._hanging = self._hanging or asyncio.Event()

    def answer_again(self) -> None:
        """What hangs is reset; what comes is answered."""
        if self._hanging is not None:
            self._hanging.set()
            self._hanging = None

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            _reset(writer)
            self._open.discard(writer)

    async def _converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            request = await _read(reader)
            name = _name(request)
            if self._hanging is not None:
                await self._hanging.wait()
                return
            rule = self._rule(name)
            if rule is not None and rule.stage == "sent":
                if rule.is_silent:
                    self._wait_for(request, rule)
                    await reader.read()
                    return
                await _held(rule)
                self._wait_for(request, rule)
                return
            answer = await self._passed_on(request)
            if rule is not None:
                await _held(rule)
                if not rule.is_harmless:
                    return
            writer.write(answer)
            await writer.drain()

    def _rule(self, name: str) -> Rule | None:
        for rule in self._rules:
            if rule.left > 0 and rule.text in name:
                rule.left -= 1
                rule.seen += 1
                return rule
        return None

    def _wait_for(self, request: bytes, rule: Rule) -> None:
        if rule.late_s is not None:
            assert self._group is not None
            self._group.create_task(self._later(request, rule.late_s))

    async def _later(self, request: bytes, late_s: float) -> None:
        await asyncio.sleep(late_s)
        with suppress(OSError, asyncio.IncompleteReadError):
            self.late.append((await self._passed_on(request)).decode("latin-1"))

    async def _passed_on(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, self._target_port, limit=LIMIT)
        try:
            writer.write(request)
            return await _read(reader)
        finally:
            writer.close()


async def _held(rule: Rule) -> None:
    rule.hit.set()
    await rule.go.wait()


async def _read(reader: StreamReader) -> bytes:
    """One whole request or reply; bodies have a stated length on both sides here."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head


def _name(request: bytes) -> str:
    head, _, body = request.partition(b"\r\n")
    method, target, _ = head.decode("latin-1").split(" ", 2)
    path, _, query = target.partition("?")
    given = {key.lower(): values[0] for key, values in parse_qs(query).items()}
    found = given.get("businessobject", "")
    if not found and b"<XmlIn><![CDATA[]]>" not in body:
        found = body.partition(b"<BusinessObject>")[2].partition(b"<")[0].decode("latin-1")
    return f"{method} {path} {found}"


def _reset(writer: StreamWriter) -> None:
    """The peer gets RST, not FIN: what is on its way is lost."""
    link = writer.get_extra_info("socket")
    with suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
