"""Verbs run as a person runs them, a wire tap before a host, and peers that answer nonsense."""

import asyncio
import io
import itertools
import os
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp
import orjson
from aiohttp import web
from engine_site import Site
from site_config import read

from engine import embedded
from engine.cli import main

NUMBERS = itertools.count(1)
ROOT = Path(__file__).parents[2]
VERB_S = 60.0
OWN = {"DATABASE_URL", "PROCURIFY_SYSPRO_CONFIG", "PG_BIN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a verb said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one line of JSON on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self
        return orjson.loads(lines[0])

    @property
    def complaint(self) -> str:
        """The one sentence on standard error; no traceback beside it."""
        assert "Traceback" not in self.err, self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


async def verb(
    *words: str | Path, stdin: str = "", around: Mapping[str, str] | None = None
) -> Said:
    """`python -m engine WORDS…` has ended, a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine",
        *map(str, words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**_environment(), **(around or {})},
    )
    try:
        async with asyncio.timeout(VERB_S):
            out, err = await child.communicate(stdin.encode())
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return Said(code=child.returncode, out=out.decode(), err=err.decode())


async def quick(
    *words: str | Path, stdin: str = "", around: Mapping[str, str] | None = None
) -> Said:
    """The same by `main` in a thread of this process, which spares the start of Python."""
    out, err = io.StringIO(), io.StringIO()
    environment = {**_environment(), **(around or {})}
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        async with asyncio.timeout(VERB_S):
            code = await asyncio.to_thread(main, [str(word) for word in words])
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


def _environment() -> dict[str, str]:
    return {key: text for key, text in os.environ.items() if key not in OWN}


@asynccontextmanager
async def fresh_database(site: Site) -> AsyncIterator[str]:
    """The address of an empty database on the site's own server, as durable as a real one."""
    name = f"fresh_{next(NUMBERS)}"
    await site.ground.database.execute(f'CREATE DATABASE "{name}"')
    async with embedded.server(Path(read(site.config)["database"]["folder"])) as server:
        yield server.dsn(name)


async def port_of(words: Callable[[], str]) -> int:
    """The port on which an engine says in its log, which `words` gives, that it listens."""
    async with asyncio.timeout(30):
        while True:
            for line in words().splitlines():
                if '"listening"' in line:
                    return int(orjson.loads(line)["port"])
            await asyncio.sleep(0.05)


async def page(port: int, path: str) -> tuple[int, str]:
    """Status and text of one of the engine's pages."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def series(port: int) -> dict[str, float]:
    """What /metrics shows, by name and labels."""
    status, text = await page(port, "/metrics")
    assert status == 200
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in samples}


class Tap:
    """Passes everything on to one port, both ways, and keeps a copy of it."""

    def __init__(self) -> None:
        self.port = 0
        self.target = 0
        self.copy = bytearray()
        self._open: set[StreamWriter] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Tap"]:
        """The tap listens inside the block."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._open:
                writer.transport.abort()

    def before(self, url: str) -> str:
        """The URL by way of the tap, which leads to the URL's port from now on."""
        head, _, rest = url.removeprefix("http://").partition("/")
        self.target = int(head.rpartition(":")[2])
        return f"http://127.0.0.1:{self.port}/{rest}".rstrip("/")

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self._open |= {writer, inner_writer}
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, inner_writer))
                group.create_task(self._pump(inner_reader, writer))

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(1 << 16):
                self.copy += piece
                writer.write(piece)
                await writer.drain()
        writer.close()


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def peer(answer: Answer) -> AsyncIterator[str]:
    """A host that answers everything so; gives its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
