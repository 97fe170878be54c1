"""/metrics, /healthz and /readyz: what a supervisor, Prometheus and a person may ask.

Owns one listening socket. /healthz answers 200 as long as the event loop turns: nobody answers
while it stands still, and 503 comes just after. /readyz answers 503 with the reasons while the
engine cannot do its work. Nothing here needs the database or shows a secret, and no request changes
anything.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from engine.errors import Misconfigured

GRACE_S: Final = 30.0
MISSED_POLLS: Final = 3
_CLOSE_S: Final = 2.0
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How long ago a resource was last read to the end (None: never since the start)."""

    age_s: float | None
    running_s: float
    interval_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the engine can do its work, and if not, why; each reason is a sentence."""

    reasons: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether there is no reason against it."""
        return not self.reasons

    def also(self, troubles: Sequence[str]) -> "Health":
        """The same, with these reasons besides."""
        return Health(reasons=(*self.reasons, *troubles))


def assess(
    *,
    database: str = "",
    polls: Mapping[str, Freshness] | None = None,
    projections: Mapping[str, str] | None = None,
    lanes: Mapping[str, str] | None = None,
    troubles: Sequence[str] = (),
    grace_s: float = GRACE_S,
) -> Health:
    """The health that follows from what the parts say of themselves.

    `database`: why it cannot be reached, "" when it can. `polls`: by tenant and resource; too old
    after three intervals and a grace. `projections`, `lanes`: those that have stopped, and why.
    `troubles`: whatever else, each a sentence.
    """
    reasons = [f"the database cannot be reached: {database}"] if database else []
    for name, poll in sorted((polls or {}).items()):
        age_s = poll.running_s if poll.age_s is None else poll.age_s
        if age_s > MISSED_POLLS * poll.interval_s + grace_s:
            reasons.append(
                f"{name} was last read {age_s:.0f} s ago, it should be every {poll.interval_s:g} s"
            )
    for name, why in sorted((projections or {}).items()):
        reasons.append(f"the projection of {name} has stopped: {why}")
    for name, why in sorted((lanes or {}).items()):
        reasons.append(f"the lane {name} is suspended: {why}")
    return Health(reasons=(*reasons, *troubles))


@asynccontextmanager
async def serve(
    listen: str,
    registry: CollectorRegistry,
    health: Callable[[], Health],
    is_blocked: Callable[[], bool] = lambda: False,
) -> AsyncIterator[int]:
    """The three pages are served inside the block; gives the port that was bound.

    `is_blocked`: whether the event loop stood still until just now.
    """
    host, _, port = listen.rpartition(":")
    app = web.Application()
    app.router.add_get("/metrics", make_aiohttp_handler(registry))
    pages = _Pages(health, is_blocked)
    app.router.add_get("/healthz", pages.alive)
    app.router.add_get("/readyz", pages.ready)
    app.on_response_prepare.append(_add_headers)
    runner = web.AppRunner(
        app, handle_signals=False, access_log=None, shutdown_timeout=_CLOSE_S, keepalive_timeout=15
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host.strip("[]"), int(port))
        try:
            await site.start()
        except (OSError, OverflowError) as error:
            raise Misconfigured(
                f"service.listen: {listen} cannot be listened on: {error}; choose another address"
            ) from error
        bound = int(runner.addresses[0][1])
        logging.getLogger(__name__).info("listening", extra={"port": bound})
        yield bound
    finally:
        async with asyncio.timeout(2 * _CLOSE_S):
            await runner.cleanup()


class _Pages:
    def __init__(self, health: Callable[[], Health], is_blocked: Callable[[], bool]) -> None:
        self._health = health
        self._is_blocked = is_blocked

    async def alive(self, _request: web.Request) -> web.Response:
        if self._is_blocked():
            return web.Response(status=503, text="the event loop stood still\n")
        return web.Response(text="alive\n")

    async def ready(self, _request: web.Request) -> web.Response:
        health = self._health()
        body = orjson.dumps({"is_ready": health.is_ready, "reasons": list(health.reasons)})
        status = 200 if health.is_ready else 503
        return web.Response(status=status, body=body, content_type="application/json")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
