"""The e.net service by SOAP 1.1 over HTTP (BasicHttp): the same operations as by REST.

Address, contract namespace, action names and parameters are documented (syspro.md §1.3). Fixed by
WCF and not by SYSPRO: `<Operation>Response/<Operation>Result`, the faults for an unknown action and
for an element that is not the action's in the contract's namespace, 415 for another content type,
400 for an envelope that cannot be read, 404 where the site has no such binding. Decisions
(unverified): an `ERROR: ` line is a result like any other; a parameter left out is empty;
`QueryQueryW` and the other wide forms give the REST bytes in base64; `Run`, `CallGC`, `Encrypt` and
`GetSystemInformation` are unknown actions here.
"""

import base64
from typing import Final

from aiohttp import web

from engine.sandbox.syspro import elements
from engine.sandbox.syspro.bodies import CONTRACT_NAMES, parameters_of, read_body
from engine.sandbox.syspro.delivery import SERVER, address_of, delivered, ended, plain
from engine.sandbox.syspro.elements import Element, Unreadable
from engine.sandbox.syspro.faults_port import Diverted
from engine.sandbox.syspro.operations import BY_NAME, Operation
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import escaped
from engine.sandbox.syspro.rest import OnRequest
from engine.sandbox.syspro.service import Service, name_of

ADDRESS: Final = "/sysprowcfservice/soap/"
NAMESPACE: Final = "http://SYSPROWcfServiceSoap"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPE_NAME: Final = f"{{{ENVELOPE}}}"
_MISMATCH: Final = (
    '<s:Envelope xmlns:s="{envelope}"><s:Body><s:Fault><faultcode '
    'xmlns:a="http://schemas.microsoft.com/ws/2005/05/addressing/none">a:ActionNotSupported'
    "</faultcode><faultstring xml:lang=\"en-US\">The message with Action '{action}' cannot be "
    "processed at the receiver, due to a ContractFilter mismatch at the EndpointDispatcher. This "
    "may be because of either a contract mismatch (mismatched Actions between sender and receiver) "
    "or a binding/security mismatch between the sender and the receiver.  Check that sender and "
    "receiver have the same contract and the same binding (including security requirements, e.g. "
    "Message, Transport, None).</faultstring></s:Fault></s:Body></s:Envelope>"
)
_NOT_READ: Final = (
    '<s:Envelope xmlns:s="{envelope}"><s:Body><s:Fault><faultcode xmlns:a="'
    'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher">'
    'a:DeserializationFailed</faultcode><faultstring xml:lang="en-US">The formatter threw an '
    "exception while trying to deserialize the message: Error in deserializing body of request "
    "message for operation '{action}'. OperationFormatter encountered an invalid Message body. "
    "Expected to find node type 'Element' with name '{action}' and namespace '{contract}'. Found "
    "node type 'Element' with name '{found}' and namespace '{namespace}'</faultstring></s:Fault>"
    "</s:Body></s:Envelope>"
)


class Soap:
    """The service's operations at its SOAP address."""

    def __init__(self, service: Service, on_request: OnRequest) -> None:
        self._service = service
        self._on_request = on_request

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The envelope that answers an envelope."""
        path, _ = address_of(request)
        if not self._service.settings.has_soap:
            self._on_request("syspro", request.method, path, "", 404)
            return plain(404, "")
        if request.method != "POST" or request.content_type != "text/xml":
            status = 415 if request.method == "POST" else 400
            self._on_request("syspro", request.method, path, "", status)
            return plain(status, "")
        try:
            content = await _content(request)
        except Unreadable:
            self._on_request("syspro", request.method, path, "", 400)
            return plain(400, "")
        action = request.headers.get("SOAPAction", "").strip().strip('"')
        operation = BY_NAME.get(action)
        if operation is None or content.name != f"{{{NAMESPACE}}}{action}":
            fault = _MISMATCH if operation is None else _NOT_READ
            namespace, _, found = content.name.removeprefix("{").partition("}")
            named = {"action": action, "found": found, "namespace": namespace}
            shown = {name: escaped(text) for name, text in named.items()}
            self._on_request("syspro", request.method, path, "", 500)
            return _envelope(500, fault.format(envelope=ENVELOPE, contract=NAMESPACE, **shown))
        absent = dict.fromkeys((name.lower() for name in CONTRACT_NAMES), "")
        given = absent | parameters_of(content, NAMESPACE)
        self._on_request("syspro", request.method, f"{path}/{action}", name_of(given), 200)
        return await self._answered(request, operation, given, path)

    async def _answered(
        self, request: web.Request, operation: Operation, given: dict[str, str], path: str
    ) -> web.StreamResponse:
        course = self._service.course(operation, path, given)
        try:
            try:
                text = await self._service.run(operation, given, course)
            except Refused as refused:
                text = refused.line
            return await delivered(request, _result(operation, text), course)
        except Diverted as diverted:
            return ended(request, diverted)


async def _content(request: web.Request) -> Element:
    """The operation's element, its names qualified; raises `Unreadable`."""
    root = await read_body(request)
    body = root.exactly(f"{_ENVELOPE_NAME}Body")
    if root.name != f"{_ENVELOPE_NAME}Envelope" or body is None or len(body.children) != 1:
        raise Unreadable("there is no envelope with one operation")
    return body.children[0]


def _result(operation: Operation, text: str) -> web.Response:
    if operation.gives_bytes:
        text = base64.b64encode(text.encode(elements.CODE_PAGE, "replace")).decode()
    name = operation.name
    return _envelope(
        200,
        f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body><{name}Response xmlns="{NAMESPACE}">'
        f"<{name}Result>{escaped(text)}</{name}Result></{name}Response></s:Body></s:Envelope>",
    )


def _envelope(status: int, text: str) -> web.Response:
    return web.Response(
        status=status,
        body=text.encode(),
        headers={"Server": SERVER, "Content-Type": "text/xml; charset=utf-8"},
    )
