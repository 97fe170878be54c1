"""The e.net REST service: paths, parameters, sessions and the way to the business objects.

Answers 200 with `application/octet-stream` for success and application error alike (recorded).
Query values are read as UTF-8 and, where they are none, as Windows-1252 (decision). A missing
parameter is refused, an empty one accepted (syspro.md §1.1). A post checks its token, executes for
its latency and commits in one step; aiohttp goes on with a handler whose client has gone away
(handler_cancellation is off by default), so an execution that has begun ends with its commit
whatever becomes of the connection or the session. Owns nothing; every await has a deadline.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

from aiohttp import web

from engine.sandbox.syspro import elements, invented, refusals, registry
from engine.sandbox.syspro.calls import BusinessObject, Call
from engine.sandbox.syspro.elements import Element, Unreadable
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.profile import logon_profile
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.settings import Latency, SysproSettings

BASE: Final = "/sysprowcfservice/rest/"
SERVER: Final = "Microsoft-HTTPAPI/2.0"
BODY_DEADLINE_S: Final = 60
OnRequest: TypeAlias = Callable[[str, str, str, str, int], None]
"""Called once for every request: host, method, path, business object, status."""
Parameters: TypeAlias = Mapping[str, str]
_Operation: TypeAlias = Callable[[Parameters], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    needed: tuple[str, ...]
    operation: _Operation
    method: str = "GET"


def plain(status: int, text: str, content_type: str = "text/html") -> web.Response:
    """A reply of http.sys or WCF itself, outside the application (wording unverified)."""
    return web.Response(
        status=status, text=text, content_type=content_type, headers={"Server": SERVER}
    )


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
    """The operations of the service on one ledger."""

    def __init__(
        self,
        ledger: Ledger,
        settings: SysproSettings,
        sessions: Sessions,
        latency: Latency,
        on_request: OnRequest,
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._sessions = sessions
        self._latency = latency
        self._on_request = on_request
        session, query = ("UserId",), ("UserId", "XmlIn")
        object_query = ("UserId", "BusinessObject", "XmlIn")
        post = ("UserId", "BusinessObject", "XmlParameters", "XmlIn")
        logon = ("Operator", "OperatorPassword", "CompanyId", "CompanyPassword")
        self._routes: dict[str, _Route] = {
            "getversion": _Route(needed=(), operation=self._version),
            "logon": _Route(needed=logon, operation=self._logon),
            "logoff": _Route(needed=session, operation=self._logoff),
            "getlogonprofile": _Route(needed=session, operation=self._profile),
            "query/query": _Route(needed=object_query, operation=self._query),
            "query/fetch": _Route(needed=query, operation=self._fetch),
            "query/browse": _Route(needed=query, operation=self._browse),
            "setup/add": _Route(needed=post, operation=self._setup_of("add")),
            "setup/update": _Route(needed=post, operation=self._setup_of("update")),
            "transaction/post": _Route(needed=post, operation=self._post),
            "transaction/postld": _Route(needed=post, operation=self._post, method="POST"),
        }

    async def answer(self, request: web.Request) -> web.Response:
        """The reply to any request under the service's base path."""
        path, _, raw_query = request.raw_path.partition("?")
        route = self._routes.get(path.lower().removeprefix(BASE).rstrip("/"))
        status = self._status(request, route)
        if status != 200 or route is None:
            self._on_request("syspro", request.method, path, "", status)
            return plain(status, _PAGES[status])
        try:
            given = read_query(raw_query)
            if route.method == "POST":
                given = await _body(request)
        except Refused as refused:
            self._on_request("syspro", request.method, path, "", 200)
            return _reply(refused.line)
        business_object = given.get("businessobject", "").upper()
        self._on_request("syspro", request.method, path, business_object, 200)
        try:
            missing = next((name for name in route.needed if name.lower() not in given), None)
            if missing is not None:
                raise Refused(invented.MISSING_PARAMETER.format(missing))
            return _reply(await route.operation(given))
        except Refused as refused:
            return _reply(refused.line)

    def _status(self, request: web.Request, route: _Route | None) -> int:
        if len(request.raw_path) > self._settings.url_limit:
            return 414
        if route is None:
            return 404
        return 200 if request.method == route.method else 405

    async def _version(self, given: Parameters) -> str:
        return self._settings.service_version

    async def _logon(self, given: Parameters) -> str:
        await asyncio.sleep(self._latency.query_s())
        operator = given["operator"].strip().upper()
        password = self._settings.operators.get(operator)
        if password is None:
            raise Refused(invented.UNKNOWN_OPERATOR)
        if given["operatorpassword"] != password:
            raise Refused(refusals.INVALID_PASSWORD)
        if given["companyid"].strip().upper() != self._settings.company_id:
            raise Refused(invented.UNKNOWN_COMPANY)
        if given["companypassword"] != self._settings.company_password:
            raise Refused(invented.COMPANY_PASSWORD)
        options = _document(given.get("xmlin", ""), "Logon")
        is_exclusive = options.value("FailWhenAlreadyLoggedIn") == "Y"
        if is_exclusive and self._sessions.is_live(operator):
            raise Refused(invented.ALREADY_LOGGED_IN.format(operator))
        return self._sessions.open(operator)

    async def _logoff(self, given: Parameters) -> str:
        await asyncio.sleep(self._latency.query_s())
        self._sessions.close(given["userid"])
        return "0"

    async def _profile(self, given: Parameters) -> str:
        await asyncio.sleep(self._latency.query_s())
        session = self._sessions.use(given["userid"])
        return logon_profile(self._ledger, session.operator, self._settings.service_version)

    async def _query(self, given: Parameters) -> str:
        return await self._run(registry.QUERIES.get(_name(given)), given, _name(given))

    async def _fetch(self, given: Parameters) -> str:
        return await self._run(registry.FETCH, given, "COMFCH")

    async def _browse(self, given: Parameters) -> str:
        return await self._run(registry.BROWSE, given, "COMBRW")

    def _setup_of(self, action: str) -> _Operation:
        async def setup(given: Parameters) -> str:
            return await self._execute(registry.SETUPS.get((action, _name(given))), given)

        return setup

    async def _post(self, given: Parameters) -> str:
        return await self._execute(registry.TRANSACTIONS.get(_name(given)), given)

    async def _run(self, program: BusinessObject | None, given: Parameters, name: str) -> str:
        """The answer of a query after its latency: what was committed by then."""
        session = self._sessions.use(given["userid"])
        if program is None:
            raise Refused(refusals.NOT_INSTALLED)
        document = _document(given["xmlin"], "XmlIn")
        await asyncio.sleep(self._latency.query_s())
        return program(self._call(session.operator, name, Element(""), document))

    async def _execute(self, program: BusinessObject | None, given: Parameters) -> str:
        """The answer of a post: the token counts when execution begins, not when it ends."""
        session = self._sessions.use(given["userid"])
        if program is None:
            raise Refused(refusals.NOT_INSTALLED)
        parameters = _document(given["xmlparameters"], "XmlParameters")
        document = _document(given["xmlin"], "XmlIn")
        if parameters.name and parameters.name.lower() != document.name.lower():
            raise Refused(invented.WRONG_ROOT.format(document.name, _name(given)))
        await asyncio.sleep(self._latency.post_s())
        return program(self._call(session.operator, _name(given), parameters, document))

    def _call(self, operator: str, name: str, parameters: Element, document: Element) -> Call:
        return Call(
            ledger=self._ledger,
            operator=operator,
            business_object=name,
            parameters=parameters,
            document=document,
        )


_PAGES: Final = {
    404: "<html><body><p>Endpoint not found.</p></body></html>",
    405: "<html><body><p>Method not allowed.</p></body></html>",
    414: "<html><body><h2>Request URL Too Long</h2></body></html>",
}


def _name(given: Parameters) -> str:
    return given["businessobject"].strip().upper()


def _document(text: str, name: str) -> Element:
    if not text.strip():
        return Element("")
    try:
        return elements.parse(text)
    except Unreadable as unreadable:
        raise Refused(invented.UNREADABLE.format(name, unreadable)) from unreadable


async def _body(request: web.Request) -> dict[str, str]:
    """The parameters in a PostLD document."""
    async with asyncio.timeout(BODY_DEADLINE_S):
        raw = await request.read()
    try:
        root = elements.parse(raw)
    except Unreadable as unreadable:
        raise Refused(invented.UNREADABLE.format("TransactionPostLD", unreadable)) from unreadable
    return {child.name.lower(): child.content for child in root.children}


def _reply(text: str) -> web.Response:
    return web.Response(
        body=text.encode(elements.CODE_PAGE, "replace"),
        content_type="application/octet-stream",
        headers={"Server": SERVER},
    )
