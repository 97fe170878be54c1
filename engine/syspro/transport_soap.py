"""SOAP 1.1 envelopes of SYSPRO's e.net service: built strictly, read within the caps of `xml`.

Address, namespace and action names are those of syspro.md §1.3; the result of an operation stands
in `<Operation>Response/<Operation>Result`, as WCF writes it. An `ERROR:` line is a result like any
other and is classified where the REST reply is. No I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Malformed, Misconfigured
from engine.syspro import xml

NAMESPACE = "http://SYSPROWcfServiceSoap"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
UNKNOWN_ACTION = "ActionNotSupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapRequest:
    """The body and the headers of one operation."""

    body: bytes
    headers: Mapping[str, str]


def address(base_url: str) -> str:
    """The SOAP address beside a REST base address; raises `Misconfigured` for another form."""
    base = base_url.rstrip("/")
    if base.lower().endswith("/soap"):
        return base
    if not base.lower().endswith("/rest"):
        raise Misconfigured("base_url must end in /Rest or /Soap for transport soap")
    return f"{base[:-5]}/Soap"


def action_of(operation: str) -> str:
    """The action of a REST operation: `Transaction/Post` is `TransactionPost`."""
    return operation.replace("/", "")


def request(operation: str, parameters: Mapping[str, str]) -> SoapRequest:
    """The request of an operation; raises `Malformed` for text that Windows-1252 has not."""
    action = action_of(operation)
    if not action.isalnum() or not all(name.isalnum() for name in parameters):
        raise Malformed(f"{action[:40]!r} is not a SOAP operation")
    children = "".join(
        f"<{name}>{_escaped(name, text)}</{name}>" for name, text in parameters.items()
    )
    text = (
        f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body><{action} xmlns="{NAMESPACE}">{children}'
        f"</{action}></s:Body></s:Envelope>"
    )
    return SoapRequest(
        body=text.encode(),
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'},
    )


def result(operation: str, body: bytes) -> str:
    """The text of the operation's result; raises `Malformed` when it is not there."""
    action = action_of(operation)
    found = _content(body)
    answer = found.find(f"{action}Result")
    if _bare(found) != f"{action}Response".lower() or answer is None or answer.children:
        raise Malformed(f"the SOAP reply holds no {action}Result")
    return answer.text


def fault_code(body: bytes) -> str:
    """The code of a SOAP fault without its prefix; empty when the body is none."""
    try:
        found = _content(body)
    except Malformed:
        return ""
    return found.text_at("faultcode").rpartition(":")[2] if _bare(found) == "fault" else ""


def _content(body: bytes) -> xml.Node:
    """The one element inside the envelope's body."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"a SOAP reply is not UTF-8 at byte {error.start}") from None
    root = xml.parse(text, text_cap=xml.MAX_BYTES)
    bodies = [child for child in root.children if _bare(child) == "body"]
    if _bare(root) != "envelope" or len(bodies) != 1 or len(bodies[0].children) != 1:
        raise Malformed("the reply is not a SOAP envelope with one answer")
    return bodies[0].children[0]


def _bare(node: xml.Node) -> str:
    return node.tag.rpartition(":")[2]


def _escaped(name: str, text: str) -> str:
    """The text as content; line ends are those of our own documents, no other control passes."""
    xml.checked(name, text.replace("\n", " "))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
