"""The HTTP application: routes, the bearer check, the error envelope, the note of each request."""

from typing import Protocol

from aiohttp import web

from engine.sandbox.procurify.documents import document_routes
from engine.sandbox.procurify.pages import Answer, Refused, reply
from engine.sandbox.procurify.references import reference_routes
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Credentials, Tokens

TOKEN_PATH = "/oauth/token"


class OnRequest(Protocol):
    """Called with every answered request."""

    def __call__(self, *, method: str, path: str, status: int) -> None:
        """The request is noted."""
        ...


def build_app(
    tenant: Tenant, credentials: Credentials, on_request: OnRequest, *, domain: str = "acme"
) -> web.Application:
    """An application that serves the tenant to whoever holds the credentials.

    A known path refuses other methods with 405, an unknown one, also one whose trailing slash is
    missing, answers 404 (procurify.md §10, strict mode).
    """
    tokens = Tokens(credentials, domain)

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        on_request(method=request.method, path=request.path, status=response.status)

    app = web.Application()
    app.on_response_prepare.append(note)
    app.router.add_post(TOKEN_PATH, tokens.answer)
    for path, answer in (*document_routes(tenant), *reference_routes(tenant)):
        app.router.add_get(path, _guarded(tokens, answer))
        app.router.add_route("*", path, _guarded(tokens, _refuse_method))
    app.router.add_route("*", "/{path:.*}", _guarded(tokens, _refuse_path))
    return app


def _guarded(tokens: Tokens, answer: Answer) -> Answer:
    """The same answer for bearers of a live token; refusals become error envelopes."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            if not tokens.is_live(request.headers.get("Authorization", "")):
                raise Refused(401, "Invalid or missing bearer token.", "not_authenticated")
            return await answer(request)
        except Refused as refused:
            return reply(refused.body, refused.status)

    return guarded


async def _refuse_method(request: web.Request) -> web.StreamResponse:
    raise Refused(405, f'Method "{request.method}" not allowed.', "method_not_allowed")


async def _refuse_path(request: web.Request) -> web.StreamResponse:
    raise Refused(404, "Not found.", "not_found")
