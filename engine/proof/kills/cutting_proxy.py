"""A proxy before PostgreSQL that cuts the wire at chosen chunks of what its clients send.

Everything happens on the loopback in the harness's own event loop; the server is reached by the
socket that the address names.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Cut = Literal["unsent", "unanswered"]
COMMIT = b"COMMIT"


class CuttingProxy:
    """Counts the chunks that clients send; at chosen ones the connection ends.

    `unsent`: the server never sees that chunk. `unanswered`: it answers, the client never hears.
    `is_dead`: every chunk from now on is cut.
    """

    def __init__(self, dsn: str) -> None:
        self._parts = urlsplit(dsn)
        self.port = 0
        self.seen = 0
        self.cuts = 0
        self.is_dead = False
        self._first = 0
        self._every = 0
        self._holding = b""
        self._cut: Cut = "unsent"

    @property
    def dsn(self) -> str:
        """The address by way of the proxy."""
        account = self._parts.netloc.rpartition("@")[0] or "postgres"
        return f"postgresql://{account}@127.0.0.1:{self.port}{self._parts.path}?sslmode=disable"

    def cut_at(self, chunk: int, cut: Cut) -> None:
        """The chunk so many from now is the one."""
        self.cut_each(0, cut, first=chunk)

    def cut_each(self, every: int, cut: Cut, *, first: int = 0, holding: bytes = b"") -> None:
        """The `first` chunk from now, or the `every`-th, is cut, and each `every`-th after it.

        Only chunks count that hold those bytes, such as `COMMIT`.
        """
        self.seen, self.cuts = 0, 0
        self._first, self._every = first or every, every
        self._cut, self._holding = cut, holding

    @asynccontextmanager
    async def running(self) -> AsyncIterator["CuttingProxy"]:
        """The proxy listens."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        query = parse_qs(self._parts.query)
        host = query["host"][0] if "host" in query else self._parts.hostname or "127.0.0.1"
        port = int(query["port"][0]) if "port" in query else self._parts.port or 5432
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    def _is_chosen(self, chunk: bytes) -> bool:
        if self.is_dead:
            return True
        if self._holding not in chunk:
            return False
        self.seen += 1
        if self.seen == self._first:
            return True
        return self._every > 0 and self.seen > self._first and self.seen % self._every == 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above, below = await self._connect()
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(self._pump(above, writer))
                while chunk := await reader.read(1 << 20):
                    is_cut = self._is_chosen(chunk)
                    if is_cut and self._cut == "unanswered":
                        back.cancel()
                        with suppress(asyncio.CancelledError):
                            await back
                        below.write(chunk)
                        await above.read(1 << 20)
                    if is_cut:
                        self.cuts += 1
                        break
                    below.write(chunk)
                back.cancel()
        except (OSError, ExceptionGroup):
            pass
        finally:
            writer.close()
            below.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1 << 20):
            writer.write(chunk)
        writer.close()
