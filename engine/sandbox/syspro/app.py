"""The sandbox SYSPRO as one web application: e.net REST and OData beside each other.

Promises: paths of the e.net service are case-blind, everything outside the two services is 404.
Serve it with `AppRunner(app, **SERVER_LIMITS)` and without handler_cancellation.
"""

import time
from collections.abc import Callable

from aiohttp import web

from engine.sandbox.syspro import odata, rest
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.odata import EntitySets
from engine.sandbox.syspro.rest import OnRequest, Rest, plain
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.settings import Latency, SysproSettings


def ignored(host: str, method: str, path: str, business_object: str, status: int) -> None:
    """Nothing is noted of the request."""


def build_app(
    ledger: Ledger,
    settings: SysproSettings,
    on_request: OnRequest = ignored,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The application over a ledger; `clock` (seconds) rules only the idle time-out."""
    sessions = Sessions(idle_timeout_s=settings.idle_timeout_s, clock=clock)
    latency = Latency(settings)
    service = Rest(ledger, settings, sessions, latency, on_request)
    tables = EntitySets(ledger, settings, latency, on_request)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = request.raw_path.lower()
        if path.startswith(rest.BASE):
            return await service.answer(request)
        if path.startswith(odata.BASE):
            return await tables.answer(request)
        on_request("syspro", request.method, request.path, "", 404)
        return plain(404, "<html><body><h2>Not Found</h2></body></html>")

    app = web.Application(client_max_size=settings.body_limit_bytes)
    app.router.add_route("*", "/{tail:.*}", answer)
    return app
