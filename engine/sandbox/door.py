"""A port of the sandbox: what listens there may be exchanged, and it may be shut for a while."""

import asyncio

from aiohttp import web

from engine.sandbox.requests import arrival
from engine.sandbox.syspro.settings import SERVER_LIMITS

HOST = "127.0.0.1"
STOP_S = 0.3


class Door:
    """One port of 127.0.0.1; `group` runs what opens it again. Close it when all is over."""

    def __init__(self, port: int, group: asyncio.TaskGroup) -> None:
        self._port = port
        self._group = group
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._shut = asyncio.Event()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._port}"

    async def serve(self, app: web.Application) -> None:
        """The application listens here; what did before is gone, its connections too."""
        await self.close()
        app.middlewares.append(arrival)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=STOP_S,
            max_line_size=SERVER_LIMITS["max_line_size"],
            max_field_size=SERVER_LIMITS["max_field_size"],
        )
        await self._runner.setup()
        await self._open()

    async def close(self) -> None:
        """Nothing listens here."""
        self._shut.set()
        self._shut = asyncio.Event()
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = self._site = None

    def shut(self, seconds: float) -> None:
        """New connections are refused for so many seconds; open ones stay."""
        self._group.create_task(self._refuse(seconds, self._shut))

    async def _refuse(self, seconds: float, over: asyncio.Event) -> None:
        if self._site is None:
            return
        site, self._site = self._site, None
        await site.stop()
        try:
            async with asyncio.timeout(seconds):
                await over.wait()
        except TimeoutError:
            if not over.is_set():
                await self._open()

    async def _open(self) -> None:
        if self._runner is None:
            return
        self._site = web.TCPSite(self._runner, HOST, self._port, reuse_address=True)
        await self._site.start()
        self._port = int(self._runner.addresses[0][1])
