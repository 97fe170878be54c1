"""The sandbox SYSPRO as one web application: e.net by REST and SOAP, and OData.

Promises: paths of the e.net service are case-blind, everything outside the services is 404.
Serve it with `AppRunner(app, **SERVER_LIMITS)` and without handler_cancellation.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC
from email.utils import format_datetime

from aiohttp import web

from engine.sandbox.syspro import odata, rest, soap
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.delivery import SERVER, address_of, plain
from engine.sandbox.syspro.faults_port import Faults
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.odata import EntitySets
from engine.sandbox.syspro.rest import OnRequest, Rest
from engine.sandbox.syspro.service import Service
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.settings import Latency, SysproSettings
from engine.sandbox.syspro.soap import Soap


def ignored(host: str, method: str, path: str, business_object: str, status: int) -> None:
    """Nothing is noted of the request."""


def build_app(
    ledgers: Sequence[Ledger],
    settings: SysproSettings,
    on_request: OnRequest = ignored,
    *,
    clock: Callable[[], float] = time.monotonic,
    faults: Faults | None = None,
    sessions: Sessions | None = None,
) -> web.Application:
    """The application over the companies' ledgers; `clock` (seconds) rules only the idle time-out.

    Give `sessions` to keep a hold of them (`Sessions(settings.session_rules, clock=…)`); `faults`
    sees every request, see `faults_port`.
    """
    sessions = sessions or Sessions(settings.session_rules, clock=clock)
    latency = Latency(settings)
    companies = Companies(ledgers)
    service = Service(companies, settings, sessions, latency, faults)
    by_rest, by_soap = Rest(service, on_request), Soap(service, on_request)
    tables = EntitySets(companies, sessions, settings, latency, on_request, faults)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = f"{address_of(request)[0].lower().rstrip('/')}/"
        try:
            if path.startswith(rest.BASE):
                return await by_rest.answer(request)
            if path == soap.ADDRESS:
                return await by_soap.answer(request)
            if path.startswith(odata.BASE):
                return await tables.answer(request)
        except web.HTTPRequestEntityTooLarge:
            on_request("syspro", request.method, request.path, "", 413)
            return plain(413, "")
        on_request("syspro", request.method, request.path, "", 404)
        return plain(404, "<html><body><h2>Not Found</h2></body></html>")

    async def sign(_request: web.Request, response: web.StreamResponse) -> None:
        if response.headers["Server"].startswith("Python"):
            response.headers["Server"] = SERVER
        now = ledgers[0].clock().astimezone(UTC).replace(microsecond=0)
        response.headers["Date"] = format_datetime(now, usegmt=True)

    app = web.Application(client_max_size=settings.body_limit_bytes)
    app.on_response_prepare.append(sign)
    app.router.add_route("*", "/{tail:.*}", answer)
    return app
