"""What we write ourselves, from invented values: XML that is posted, and events that are kept.

What is built is read by another reader than ours: the standard library's, by the bytes and the
declared encoding, as SYSPRO would.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element as Read

from defusedxml.ElementTree import fromstring

from engine.core.canonical import JsonValue, canonical, loads
from engine.core.commands import Payload, SupplierAdd
from engine.errors import Malformed
from engine.log.entry import body_of
from engine.log.upcast import Upcaster
from engine.proof.fuzz import samples
from engine.proof.fuzz.target import Target, keep
from engine.syspro import transport_soap, xml
from engine.syspro.objects import render
from engine.syspro.objects.fields import XmlIn

_TAGS: Final = ("Supplier", "Order", "A1", "StockLine", "a")
_ENCODINGS: Final = ("utf-8", "latin-1", "cp1252", "utf-16-le")
_SEPARATOR: Final = b"\x1e"


class _Bytes:
    """Bytes taken one after the other; zero when they are at an end."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._place = 0

    def number(self, below: int) -> int:
        """A number from 0 to less than `below`."""
        self._place += 1
        return (self._raw[self._place - 1] if self._place <= len(self._raw) else 0) % below

    def text(self) -> str:
        """A text in one of several encodings, most of a few characters."""
        codec = _ENCODINGS[self.number(len(_ENCODINGS))]
        size = self.number(64)
        piece = self._raw[self._place : self._place + size]
        self._place += size
        return piece.decode(codec, errors="replace")


def _content(given: _Bytes, depth: int) -> str | Sequence[xml.Element]:
    if depth > 5 or given.number(3):
        return given.text()
    return [_element(given, depth) for _ in range(given.number(4))]


def _element(given: _Bytes, depth: int) -> xml.Element:
    known = given.number(len(_TAGS) + 1)
    tag = _TAGS[known] if known < len(_TAGS) else given.text()
    return tag, _content(given, depth + 1)


def _is_same(read: Read, tag: str, content: str | Sequence[xml.Element]) -> bool:
    if read.tag != tag or read.attrib:
        return False
    if isinstance(content, str):
        return len(read) == 0 and (read.text or "") == content
    return (
        len(read) == len(content)
        and not (read.text or "")
        and all(_is_same(one, *wanted) for one, wanted in zip(read, content, strict=True))
    )


def check_build(raw: bytes, build: Callable[[str, Sequence[xml.Element]], str] = xml.build) -> None:
    """What is built is refused, or parses back to the same names and texts."""
    given = _Bytes(raw)
    children = [_element(given, 2) for _ in range(1 + given.number(4))]
    try:
        text = build("Root", children)
    except Malformed:
        return
    written = text.encode(xml.CODE_PAGE)
    keep(_is_same(fromstring(written), "Root", children), "builds XML that says something else")
    node = xml.parse(xml.decode(written))
    keep([child.name for child in node.children] == [tag for tag, _ in children], "reads it else")


def check_document(raw: bytes, render: Callable[..., XmlIn] = render) -> None:
    """A supplier of invented texts is refused, or its document and its SOAP call say them all."""
    parts = [part.decode("utf-8", errors="replace") for part in raw.split(_SEPARATOR)]
    name, contact, mail = (*parts, "", "", "")[:3]
    payload: Payload = SupplierAdd(
        supplier="V000118",
        name=name,
        short_name="A",
        branch="10",
        terms_code="30",
        currency="USD",
        contact=contact,
        email=mail,
    )
    try:
        call = render(payload, local_currency="USD")
        asked = transport_soap.request("Setup/Add", {"XmlIn": call.document})
    except Malformed:
        return
    item = fromstring(call.document.encode(xml.CODE_PAGE)).find("Item")
    keep(item is not None, "renders a document without a supplier")
    wanted = {"SupplierName": name, "Contact": contact, "Email": mail}
    said = {tag: item.findtext(tag, "") for tag in wanted} if item is not None else {}
    keep(said == wanted, "renders a supplier that says something else")
    found = fromstring(asked.body).find(f".//{{{transport_soap.NAMESPACE}}}XmlIn")
    keep(found is not None and found.text == call.document, "sends another document by SOAP")


Decoder = Callable[
    [bytes | None, str, int, int, Upcaster], tuple[int, Mapping[str, JsonValue] | None]
]


def _lifted(body: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    return {**body, "lifted": True}


_UPCASTER: Final = Upcaster(steps={("Fuzzed", 1): _lifted, ("Fuzzed", 2): _lifted})


def check_event(raw: bytes, decode: Decoder = body_of) -> None:
    """Stored bytes are an object or `Malformed`; what is written comes back the same."""
    try:
        decode(raw, "Fuzzed", 3, 1, _UPCASTER)
        value = loads(raw)
    except Malformed:
        return
    stored = canonical({"value": value})
    keep(canonical(loads(stored)) == stored, "writes what does not come back the same")
    version, body = decode(stored, "Kept", 1, 1, _UPCASTER)
    keep(version == 1 and body is not None, "loses the version or the body")
    keep(canonical(body) == stored, "decodes an event to something else")
    version, body = decode(stored, "Fuzzed", 1, 1, _UPCASTER)
    keep(version == 3 and body is not None and body["lifted"] is True, "is not lifted whole")


def targets() -> Sequence[Target]:
    """What we write ourselves."""
    wicked = (
        b"A & B</SupplierName><OnHold>Y</OnHold>\x1e]]>\x1e<!-- -->",
        "Ærø €\x1eJosé\x1ea@b.example".encode(),
        b"\x00\x0b\x1e\xed\xa0\x80\x1e\x81",
    )
    pages = samples.pages()
    texts = [b"\x01\x00\x01\x00\x05" + text for text in wicked]
    return (
        Target(name="XML builder", check=check_build, samples=[*texts, b"\x03" * 40]),
        Target(name="supplier's document", check=check_document, samples=wicked),
        Target(name="event body", check=check_event, samples=pages),
    )
