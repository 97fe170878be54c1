"""The HTTP application: routes behind the guard, the note of each request, the trace headers."""

from datetime import UTC
from email.utils import format_datetime
from typing import Protocol
from uuid import uuid4

from aiohttp import web

from engine.sandbox.procurify.bill_lists import bill_routes
from engine.sandbox.procurify.bill_writes import bill_writes
from engine.sandbox.procurify.faults_port import Boundary, Faults
from engine.sandbox.procurify.guard import Guard
from engine.sandbox.procurify.method_writes import method_writes
from engine.sandbox.procurify.netsuite import netsuite_routes
from engine.sandbox.procurify.netsuite_maps import map_routes
from engine.sandbox.procurify.netsuite_writes import netsuite_writes
from engine.sandbox.procurify.options import options_route
from engine.sandbox.procurify.order_lists import order_routes
from engine.sandbox.procurify.order_writes import order_writes
from engine.sandbox.procurify.pages import Refused, not_found
from engine.sandbox.procurify.people import people_routes
from engine.sandbox.procurify.people_writes import people_writes
from engine.sandbox.procurify.receipt_writes import receipt_writes
from engine.sandbox.procurify.reference_lists import reference_routes
from engine.sandbox.procurify.reference_writes import reference_writes
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Credentials, Tokens
from engine.sandbox.procurify.vendor_writes import vendor_writes

TOKEN_PATH = "/oauth/token"
LARGEST_BODY = 16 * 1024**2


class OnRequest(Protocol):
    """Called with every answered request."""

    def __call__(self, *, method: str, path: str, status: int) -> None:
        """The request is noted."""
        ...


def build_app(
    tenant: Tenant,
    credentials: Credentials,
    on_request: OnRequest,
    *,
    domain: str = "acme",
    settings: ProcurifySettings | None = None,
    faults: Faults | None = None,
) -> web.Application:
    """An application that serves the tenant to whoever holds the credentials.

    A known path refuses other methods with 405, an unknown one, also one whose trailing slash is
    missing, answers 404 (procurify.md §10, strict mode), or 301 to a GET if the settings say so.
    """
    settings = settings or ProcurifySettings()
    tokens = Tokens(credentials, domain, tenant.desk, settings)
    guard = Guard(tenant, tokens, settings, faults)

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        now = settings.clock().astimezone(UTC) + settings.date_skew
        response.headers["Date"] = format_datetime(now.replace(microsecond=0), usegmt=True)
        response.headers["X-Request-Id"] = uuid4().hex
        response.headers.popall("Server", None)
        on_request(method=request.method, path=request.path, status=response.status)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(note)
    app.router.add_post(TOKEN_PATH, guard.around("procurify.token", "token", tokens.answer))
    refusal = _WrongMethod({"POST"})
    app.router.add_route("*", TOKEN_PATH, guard.around("procurify.token", "token", refusal))
    routes = routes_of(tenant, tokens, settings, domain)
    for route in sorted(routes, key=_breadth):
        boundary = _boundary(route)
        answer = guard.around(boundary, route.resource, route.answer)
        app.router.add_route(route.method, route.path, answer)
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, answer)
    for path in dict.fromkeys(route.path for route in sorted(routes, key=_breadth)):
        refusal = _WrongMethod({route.method for route in routes if route.path == path})
        app.router.add_route("*", path, guard.around("procurify.get", "", refusal))
    app.router.add_route("*", "/{path:.*}", guard.around("procurify.get", "", _Lost(app, settings)))
    return app


def routes_of(
    tenant: Tenant, tokens: Tokens, settings: ProcurifySettings, domain: str
) -> list[Route]:
    """Every route but the token's."""
    return [
        *order_routes(tenant, settings),
        *bill_routes(tenant, settings),
        *reference_routes(tenant, settings),
        *people_routes(tenant, settings, domain),
        options_route(),
        *bill_writes(tenant),
        *method_writes(tenant),
        *order_writes(tenant),
        *people_writes(tenant),
        *receipt_writes(tenant),
        *reference_writes(tenant),
        *vendor_writes(tenant),
        *netsuite_routes(tenant, settings),
        *netsuite_writes(tenant),
        *map_routes(tenant, tokens),
    ]


def _breadth(route: Route) -> tuple[int, int]:
    """Plain paths before those with a part that takes anything."""
    free = sum("{" in part and ":" not in part for part in route.path.split("/"))
    return free, route.path.count("{")


def _boundary(route: Route) -> Boundary:
    if route.method not in {"GET", "OPTIONS"}:
        return "procurify.write"
    return "procurify.list" if route.is_list else "procurify.get"


class _WrongMethod:
    """Refuses every method, and says which ones the path takes (RFC 9110 §15.5.6)."""

    def __init__(self, methods: set[str]) -> None:
        heads = {"HEAD"} if "GET" in methods else set()
        self._headers = {"Allow": ", ".join(sorted(methods | heads))}

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        text = f'Method "{request.method}" not allowed.'
        raise Refused(405, text, "method_not_allowed", headers=self._headers)


class _Lost:
    """Answers what no route takes: 404, or 301 to the same path with its slash."""

    def __init__(self, app: web.Application, settings: ProcurifySettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if (
            self._settings.redirects_slash
            and request.method in {"GET", "HEAD"}
            and not request.path.endswith("/")
        ):
            target = request.url.with_path(f"{request.path}/").with_query(request.url.query)
            return web.Response(status=301, headers={"Location": str(target)})
        raise not_found()
