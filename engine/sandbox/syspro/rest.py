"""The e.net service by REST: paths, parameters, wrappings of the reply.

Answers 200 with `application/octet-stream` for success and application error alike (recorded).
Query values are read as UTF-8 and, where they are none, as Windows-1252 (decision). A missing
parameter is refused, an empty one accepted (syspro.md §1.1). A wrapped reply, as some releases are
said to send it (§1.2), is a JSON string or a `<string>` element. A PostLD body that is not the
element of that name and namespace is answered with 400, as WCF does (inferred). Owns nothing.
"""

from collections.abc import Callable
from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

import orjson
from aiohttp import web

from engine.sandbox.syspro import elements, invented
from engine.sandbox.syspro.bodies import parameters_of, read_body
from engine.sandbox.syspro.delivery import SERVER, address_of, delivered, ended, plain
from engine.sandbox.syspro.elements import Unreadable
from engine.sandbox.syspro.faults_port import Diverted
from engine.sandbox.syspro.operations import BY_PATH, POST_LD, Operation
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import escaped
from engine.sandbox.syspro.service import Service, name_of
from engine.sandbox.syspro.settings import SysproSettings

BASE: Final = "/sysprowcfservice/rest/"
POST_LD_NAMESPACE: Final = "http://SYSPROWcfService"
STRING_NAMESPACE: Final = "http://schemas.microsoft.com/2003/10/Serialization/"
OnRequest: TypeAlias = Callable[[str, str, str, str, int], None]
"""Called once for every request: host, method, path, business object, status."""


def read_query(raw_query: str) -> dict[str, str]:
    """Query parameters by lower-case name; `+` is a blank."""
    found: dict[str, str] = {}
    for pair in raw_query.split("&"):
        name, equals, value = pair.partition("=")
        if equals:
            raw = unquote_to_bytes(value.replace("+", " "))
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode(elements.CODE_PAGE, "replace")
            found[name.lower()] = text
    return found


class Rest:
    """The service's operations under its REST base path."""

    def __init__(self, service: Service, on_request: OnRequest) -> None:
        self._service = service
        self._settings = service.settings
        self._on_request = on_request

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The reply to any request under the service's base path."""
        path, raw_query = address_of(request)
        operation = BY_PATH.get(path.lower().removeprefix(BASE).rstrip("/"))
        if operation is POST_LD and not self._settings.has_post_ld:
            operation = None
        status = self._status(request, operation)
        if status != 200 or operation is None:
            self._on_request("syspro", request.method, path, "", status)
            allow = operation.method if operation is not None and status == 405 else ""
            return plain(status, _PAGES[status], allow=allow)
        try:
            given = read_query(raw_query)
            if operation.method == "POST":
                given = await _body(request)
        except Unreadable:
            self._on_request("syspro", request.method, path, "", 400)
            return plain(400, _PAGES[400])
        self._on_request("syspro", request.method, path, name_of(given), 200)
        course = self._service.course(operation, path, given)
        try:
            try:
                missing = next((n for n in operation.needed if n.lower() not in given), None)
                if missing is not None:
                    raise Refused(invented.MISSING_PARAMETER.format(missing))
                text = await self._service.run(operation, given, course)
            except Refused as refused:
                text = refused.line
            return await delivered(request, wrapped(text, self._settings), course)
        except Diverted as diverted:
            return ended(request, diverted)

    def _status(self, request: web.Request, operation: Operation | None) -> int:
        if len(request.raw_path) > self._settings.url_limit:
            return 414
        if operation is None:
            return 404
        return 200 if request.method == operation.method else 405


_PAGES: Final = {
    400: "<html><body><p>Request Error</p></body></html>",
    404: "<html><body><p>Endpoint not found.</p></body></html>",
    405: "<html><body><p>Method not allowed.</p></body></html>",
    414: "<html><body><h2>Request URL Too Long</h2></body></html>",
}


def wrapped(text: str, settings: SysproSettings) -> web.Response:
    """The reply in the wrapping that the settings name; raw Windows-1252 by default."""
    headers = {"Server": SERVER}
    match settings.wrapping:
        case "json":
            body, kind = orjson.dumps(text), "application/json"
        case "string":
            element = f'<string xmlns="{STRING_NAMESPACE}">{escaped(text)}</string>'
            body, kind = element.encode(), "application/xml"
        case "raw":
            body, kind = text.encode(elements.CODE_PAGE, "replace"), "application/octet-stream"
    return web.Response(body=body, content_type=kind, headers=headers)


async def _body(request: web.Request) -> dict[str, str]:
    """The parameters in a PostLD document; raises `Unreadable` when it is none."""
    root = await read_body(request)
    if root.name != f"{{{POST_LD_NAMESPACE}}}TransactionPostLD":
        raise Unreadable("the body is no TransactionPostLD")
    return parameters_of(root, POST_LD_NAMESPACE)
