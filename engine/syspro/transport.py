"""SYSPRO's e.net operations over HTTP: each call goes out once, each answer is told apart.

Speaks the REST service of syspro.md §1.1: `Logon`, `Logoff`, `GetLogonProfile`, `GetVersion`,
queries, Setup and `Transaction/Post` by GET, `Transaction/PostLD` by POST; with transport `soap`
the same operations by SOAP (§1.3), every one a POST. HTTP 200 says nothing:
a body that starts with `ERROR` is an error (§1.2). Queries raise; posts return one of the five
values of `outcomes`. Texts of errors name host and operation, never a URL, token, password or
document.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    Transient,
    Unauthorized,
)
from engine.pacing.retry_after import retry_after_s
from engine.syspro import reply, transport_soap, xml
from engine.syspro.gate import Gate, Observer, Unobserved
from engine.syspro.objects import comlgn
from engine.syspro.objects.fields import XmlIn
from engine.syspro.outcomes import (
    LINES,
    Ambiguous,
    ErrorLine,
    NotSent,
    PostOutcome,
    RefusedDefinite,
)
from engine.syspro.settings import SysproSettings
from engine.syspro.transport_http import Heard, HttpChannel, Limits, Lost, Received, host_of

MAX_QUERY_BYTES = 8 * 1024
MAX_TOKEN = 255
POST_LD_NAMESPACE = "http://SYSPROWcfService"
NOBODY = "0" * 32 + "00"
"""A token that no session has: what the probe for PostLD is sent with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The text of a reply that is no error line, and the seconds it took."""

    text: str
    seconds: float


class Transport:
    """The operations of one SYSPRO service for one company."""

    def __init__(
        self, settings: SysproSettings, channel: HttpChannel, observer: Observer | None = None
    ) -> None:
        self.settings = settings
        self.host = host_of(settings.base_url)
        self._channel = channel
        self._observer = observer or Unobserved()
        self._has_post_ld: bool | None = {"auto": None, "get": False, "post": True, "soap": True}[
            settings.transport
        ]

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: SysproSettings,
        *,
        gate: Gate,
        observer: Observer | None = None,
        heard: Heard | None = None,
    ) -> AsyncIterator["Transport"]:
        """A transport whose connections are closed afterwards; share the gate of the host.

        `heard` is told the Date of every reply.
        """
        limits = Limits(
            connect_s=settings.connect_timeout_s,
            total_s=settings.query_timeout_s,
            longest_s=settings.timeout_s,
        )
        async with HttpChannel.open(gate, limits, settings.ca_file, heard=heard) as channel:
            yield cls(settings, channel, observer)

    async def get_version(self) -> Reply:
        """The version of the service; proves that something like SYSPRO answers."""
        return await self._ask("GetVersion", {})

    async def logon(self, *, fail_when_logged_in: bool) -> str:
        """The new session's token, trailing blanks gone (syspro.md §2).

        Raises `CredentialsRefused`, `LoggedInElsewhere`, `NoLicence` or another `ErrorLine`.
        """
        settings = self.settings
        got = await self._ask(
            "Logon",
            {
                "Operator": settings.operator,
                "OperatorPassword": await settings.operator_password(),
                "CompanyId": settings.company,
                "CompanyPassword": await settings.company_password(),
                "LanguageCode": "05",
                "LogLevel": "0",
                "EncoreInstance": "0",
                "XmlIn": comlgn.render(fail_when_logged_in=fail_when_logged_in),
            },
        )
        token = got.text.strip()
        if not token or len(token) > MAX_TOKEN or not token.isprintable() or "<" in token:
            what = " but a web page" if "<html" in token.lower() else ""
            raise Malformed(
                f"SYSPRO Logon at {self.host}: the reply is not a session token{what}; check "
                "base_url, which ends in /SYSPROWCFService/Rest"
            )
        return token

    async def get_logon_profile(self, token: str) -> Mapping[str, str]:
        """The profile of the session; raises `SessionInvalid` when the session is dead."""
        return comlgn.read_profile((await self._ask("GetLogonProfile", {"UserId": token})).text)

    async def logoff(self, token: str) -> None:
        """The session is over; raises `SessionInvalid` when it was over before."""
        got = await self._ask("Logoff", {"UserId": token})
        if got.text.strip() != "0":
            raise Transient(f"SYSPRO Logoff at {self.host}: an answer other than 0")

    async def query(self, token: str, business_object: str, document: str) -> Reply:
        """The reply of a query object; raises `ErrorLine` and the errors of the wire."""
        asked = {"UserId": token, "BusinessObject": business_object, "XmlIn": document}
        return await self._ask("Query/Query", asked, business_object)

    async def browse(self, token: str, document: str) -> Reply:
        """The reply of COMBRW; raises as `query`."""
        return await self._ask("Query/Browse", {"UserId": token, "XmlIn": document})

    async def fetch(self, token: str, document: str) -> Reply:
        """The reply of COMFCH; raises as `query`."""
        return await self._ask("Query/Fetch", {"UserId": token, "XmlIn": document})

    async def setup_add(self, token: str, call: XmlIn) -> PostOutcome:
        """What came of Setup/Add, which has no POST form (syspro.md §8)."""
        return await self._plain_post("Setup/Add", token, call)

    async def setup_update(self, token: str, call: XmlIn) -> PostOutcome:
        """What came of Setup/Update."""
        return await self._plain_post("Setup/Update", token, call)

    async def post(self, token: str, call: XmlIn) -> PostOutcome:
        """What came of Transaction/Post, by PostLD wherever the site has it."""
        try:
            has_post_ld = await self.has_post_ld()
        except EngineError as error:
            return NotSent(text=f"it is not known yet whether the site has PostLD: {error}")
        if self._is_soap or not has_post_ld:
            return await self._plain_post("Transaction/Post", token, call)
        got = await self._channel.exchange(
            "POST",
            f"{self._base}/Transaction/PostLD",
            body=_post_ld_body(token, call),
            headers={"Content-Type": "application/xml"},
            total_s=self.settings.timeout_s,
        )
        return self._outcome(call, got)

    async def send(self, token: str, call: XmlIn) -> PostOutcome:
        """What came of the operation that `call` names; it was sent once or not at all.

        A `CancelledError` leaves the post as ambiguous as a time-out.
        """
        match call.operation:
            case "post":
                return await self.post(token, call)
            case "setup_add":
                return await self.setup_add(token, call)
            case "setup_update":
                return await self.setup_update(token, call)

    async def has_post_ld(self) -> bool:
        """Whether the site has PostLD: by setting, else asked once with a token of nobody.

        A service that has it refuses the token before anything executes; one that has not
        answers 404, 405 or the like. Raises when neither can be told.
        """
        if self._has_post_ld is None:
            self._has_post_ld = await self._probe_post_ld()
        return self._has_post_ld

    async def _probe_post_ld(self) -> bool:
        empty = XmlIn(business_object="PORTOI", operation="post", parameters="", document="")
        got = await self._channel.exchange(
            "POST",
            f"{self._base}/Transaction/PostLD",
            body=_post_ld_body(NOBODY, empty),
            headers={"Content-Type": "application/xml"},
        )
        if isinstance(got, Lost):
            raise got.error("SYSPRO Transaction/PostLD")
        if got.status == 200 and reply.error_line(reply.unwrap(got.body)) is not None:
            return True
        if got.status in (400, 404, 405, 501):
            return False
        raise Transient(f"SYSPRO Transaction/PostLD at {self.host}: status {got.status}")

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _url(self, operation: str, parameters: Mapping[str, str]) -> str:
        encoded = urlencode(parameters, quote_via=quote, safe="")
        return f"{self._base}/{operation}?{encoded}" if encoded else f"{self._base}/{operation}"

    async def _ask(
        self, operation: str, parameters: Mapping[str, str], business_object: str = ""
    ) -> Reply:
        label = f"{operation} {business_object}".strip()
        if self._is_soap:
            got = await self._soap(operation, parameters)
        else:
            got = await self._channel.exchange("GET", self._url(operation, parameters))
        try:
            answered = self._read(operation, label, got)
        except EngineError as error:
            seconds = got.seconds if isinstance(got, Received) else 0.0
            kind = error.kind if isinstance(error, ErrorLine) else type(error).__name__
            self._observer.queried(label, kind, seconds)
            raise
        self._observer.queried(label, "ok", answered.seconds)
        return answered

    def _read(self, operation: str, label: str, got: Received | Lost) -> Reply:
        if isinstance(got, Lost):
            raise got.error(f"SYSPRO {label}")
        if got.status != 200:
            raise self._status_error(label, got)
        text = self._text(operation, got.body)
        line = reply.error_line(text)
        if line is not None:
            raise LINES[reply.line_kind(line, is_logon=operation == "Logon")](label, line)
        return Reply(text=text, seconds=got.seconds)

    def _status_error(self, operation: str, got: Received) -> EngineError:
        said = f"SYSPRO {operation} at {self.host}: HTTP status {got.status}"
        match got.status:
            case 401:
                return Unauthorized(f"{said}; a proxy before SYSPRO asks for a log-in")
            case 403:
                return Forbidden(f"{said}; a proxy before SYSPRO refuses us")
            case 404:
                return NotFound(f"{said}; no SYSPRO service at this address, check base_url")
            case 500 if self._is_soap and (
                transport_soap.fault_code(got.body) == transport_soap.UNKNOWN_ACTION
            ):
                return Misconfigured(f"{said}; the SOAP service has no such operation")
            case 415 if self._is_soap:
                return Misconfigured(f"{said}; the address takes no SOAP 1.1, check base_url")
            case 414 | 413 | 400:
                return Malformed(f"{said}; the service refuses the request's size or form")
            case 429:
                after = retry_after_s(got.retry_after)
                return Throttled(said, retry_after_s=after)
            case status if 300 <= status < 400:
                return Misconfigured(f"{said}; the address redirects, check base_url")
            case _:
                return Transient(said)

    async def _plain_post(
        self,
        operation: Literal["Setup/Add", "Setup/Update", "Transaction/Post"],
        token: str,
        call: XmlIn,
    ) -> PostOutcome:
        parameters = {
            "UserId": token,
            "BusinessObject": call.business_object,
            "XmlParameters": call.parameters,
            "XmlIn": call.document,
        }
        if self._is_soap:
            got = await self._soap(operation, parameters, self.settings.timeout_s)
            return self._outcome(call, got, operation)
        url = self._url(operation, parameters)
        size = len(url) - len(self._base)
        if size > MAX_QUERY_BYTES:
            return RefusedDefinite(
                text=f"the document takes {size} bytes in the address, {MAX_QUERY_BYTES} are sent"
            )
        got = await self._channel.exchange("GET", url, total_s=self.settings.timeout_s)
        return self._outcome(call, got)

    async def _soap(
        self, operation: str, parameters: Mapping[str, str], total_s: float | None = None
    ) -> Received | Lost:
        """The exchange of one operation by SOAP, sent once or not at all."""
        asked = transport_soap.request(operation, parameters)
        return await self._channel.exchange(
            "POST",
            transport_soap.address(self._base),
            body=asked.body,
            headers=asked.headers,
            total_s=total_s,
        )

    @property
    def _is_soap(self) -> bool:
        return self.settings.transport == "soap"

    def _text(self, operation: str, body: bytes) -> str:
        """The text that the service gave, taken out of whatever it is wrapped in."""
        return transport_soap.result(operation, body) if self._is_soap else reply.unwrap(body)

    def _judged(self, operation: str, got: Received | Lost) -> PostOutcome:
        if isinstance(got, Lost):
            if got.is_unsent:
                return NotSent(text=got.text)
            cause = got.loss if got.loss in ("timed_out", "too_large") else "disconnected"
            return Ambiguous(cause=cause, text=got.text)
        if got.status != 200:
            return Ambiguous(cause="status", text=f"HTTP status {got.status}")
        try:
            text = self._text(operation, got.body)
        except Malformed as error:
            return Ambiguous(cause="undecodable", text=str(error))
        return reply.post_outcome(text, got.seconds)

    def _outcome(self, call: XmlIn, got: Received | Lost, operation: str = "") -> PostOutcome:
        outcome = self._judged(operation, got)
        seconds = got.seconds if isinstance(got, Received) else 0.0
        self._observer.posted(call.business_object, type(outcome).__name__, seconds)
        return outcome


def _post_ld_body(token: str, call: XmlIn) -> bytes:
    """The body of PostLD as seen in a live client (syspro.md §1.1): documents inside CDATA."""
    for document in (call.parameters, call.document):
        if "]]>" in document:
            raise Malformed("a document with ]]> cannot be wrapped")
    xml.checked("UserId", token)
    escaped = token.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<TransactionPostLD xmlns="{POST_LD_NAMESPACE}"><UserId>{escaped}</UserId>'
        f"<BusinessObject>{call.business_object}</BusinessObject>"
        f"<XmlParameters><![CDATA[{call.parameters}]]></XmlParameters>"
        f"<XmlIn><![CDATA[{call.document}]]></XmlIn></TransactionPostLD>"
    ).encode()
