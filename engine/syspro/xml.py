"""XML written strictly and read safely: the only place that turns text into elements and back.

Writing: tags are checked names, text is XML 1.0 characters that Windows-1252 holds and that are
no control characters; anything else raises `Malformed` with the element and the code point, and
nothing is ever replaced. Reading: defusedxml with DTDs, entities and external references
forbidden, caps on size, depth, nodes, attributes and text; names are lower-cased because Setup
objects answer in lower case and Transaction objects half (syspro.md §1.2). Pure.
"""

import re
from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Protocol, TypeAlias, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from engine.errors import Malformed

DECLARATION = '<?xml version="1.0" encoding="Windows-1252"?>'
CODE_PAGE = "cp1252"
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 64
MAX_ATTRIBUTES = 256
MAX_NODES = 500_000
MAX_TEXT = 1024 * 1024
MAX_DIGITS = 18

Element: TypeAlias = tuple[str, "str | Sequence[Element]"]

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = {
    "windows-1252": CODE_PAGE,
    "cp1252": CODE_PAGE,
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "iso-8859-1": "latin-1",
    "us-ascii": "ascii",
    "utf-16": "utf-16",
}


def whole(text: str) -> int | None:
    """The whole number that the text is, blanks aside; None for a text that is none.

    Raises `Malformed` beyond 18 digits, which nothing of SYSPRO's has.
    """
    bare = text.strip()
    if not bare.isdecimal():
        return None
    if len(bare) > MAX_DIGITS:
        raise Malformed(f"a number of {len(bare)} digits")
    return int(bare)


def build(root: str, children: Sequence[Element]) -> str:
    """The document as text: declaration, then `root`, no blanks between elements.

    The same arguments give the same text; encode it as Windows-1252. Raises `Malformed`.
    """
    parts = [DECLARATION, "\n"]
    _write(parts, root, children, 1)
    return "".join(parts)


def checked(field: str, text: str) -> str:
    """`text` itself if SYSPRO can hold every character of it, else `Malformed` naming the first."""
    for character in text:
        point = ord(character)
        if point < 0x20 or 0x7F <= point <= 0x9F:
            raise Malformed(f"{field} holds the control character U+{point:04X}")
    try:
        text.encode(CODE_PAGE)
    except UnicodeEncodeError as error:
        bad = ord(text[error.start])
        raise Malformed(f"{field} holds U+{bad:04X}, which Windows-1252 has not") from None
    return text


def decode(body: bytes) -> str:
    """The text of a reply by its declared encoding, Windows-1252 when it declares none.

    Raises `Malformed` for an encoding that we do not read, and for bytes it leaves undefined.
    """
    if len(body) > MAX_BYTES:
        raise Malformed(f"a reply of {len(body)} bytes exceeds {MAX_BYTES}")
    declared = _DECLARED.match(body[:300])
    label = declared.group(1).decode("ascii").lower() if declared else "windows-1252"
    if declared is None and body.startswith(b"\xef\xbb\xbf"):
        label = "utf-8"
    if declared is None and body.startswith((b"\xff\xfe", b"\xfe\xff")):
        label = "utf-16"
    codec = _ENCODINGS.get(label)
    if codec is None:
        raise Malformed(f"the reply declares the encoding {label}, which is not read here")
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        raise Malformed(
            f"byte {error.start} of the reply is not {label}, as the reply declares"
        ) from None


@dataclass(frozen=True, slots=True)
class Node:
    """One element as read: `tag` in lower case, `name` as written, text as written."""

    tag: str
    name: str
    text: str
    children: tuple["Node", ...]

    def find(self, tag: str) -> "Node | None":
        """The first child of that name, whatever the case."""
        wanted = tag.lower()
        return next((child for child in self.children if child.tag == wanted), None)

    def find_all(self, tag: str) -> tuple["Node", ...]:
        """Every child of that name, in order."""
        wanted = tag.lower()
        return tuple(child for child in self.children if child.tag == wanted)

    def at(self, path: str) -> "Node | None":
        """The first element along `a/b/c`, None where one is missing."""
        here: Node | None = self
        for tag in path.split("/"):
            here = here.find(tag) if here is not None else None
        return here

    def text_at(self, path: str) -> str:
        """The text along `a/b/c` without padding blanks; empty where there is none."""
        found = self.at(path)
        return found.text.strip() if found is not None else ""

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        """Every element below this one with the names above and of it, in document order."""
        for child in self.children:
            here = (*path, child.name)
            yield here, child
            yield from child.walk(here)


class _Reader(Protocol):
    def feed(self, text: str) -> None: ...

    def close(self) -> Node: ...


def parse(text: str, *, text_cap: int = MAX_TEXT) -> Node:
    """The root of one document within the caps; raises `Malformed` for anything else."""
    if len(text) > MAX_BYTES:
        raise Malformed(f"a document of {len(text)} characters exceeds {MAX_BYTES}")
    if "\x00" in text:
        raise Malformed("a document with NUL in it")  # expat would take the text for UTF-16
    target = _Target(text_cap)
    parser = cast(Callable[..., _Reader], DefusedXMLParser)(
        target=SimpleNamespace(
            start=target.start, end=target.end, data=target.text, close=target.close
        ),
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
    )
    try:
        parser.feed(text.strip())
        return parser.close()
    except ParseError as error:
        line, column = error.position
        raise Malformed(f"not well-formed XML at line {line}, column {column}") from error
    except DefusedXmlException as error:
        raise Malformed(f"XML with a {type(error).__name__} part is refused") from error
    except (ValueError, UnicodeError, RecursionError) as error:
        raise Malformed("not XML that can be read") from error


class _Open:
    __slots__ = ("children", "name", "pieces", "size")

    def __init__(self, name: str) -> None:
        self.name = name
        self.pieces: list[str] = []
        self.children: list[Node] = []
        self.size = 0


class _Target:
    def __init__(self, text_cap: int) -> None:
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._nodes = 0
        self._text_cap = text_cap

    def start(self, tag: str, attributes: Sized) -> None:
        self._nodes += 1
        if len(attributes) > MAX_ATTRIBUTES:
            raise Malformed(f"an element of more than {MAX_ATTRIBUTES} attributes")
        if self._nodes > MAX_NODES:
            raise Malformed(f"a document of more than {MAX_NODES} elements")
        if len(self._open) >= MAX_DEPTH:
            raise Malformed(f"a document nested deeper than {MAX_DEPTH}")
        self._open.append(_Open(tag.rpartition("}")[2]))

    def text(self, piece: str) -> None:
        if not self._open:
            return
        here = self._open[-1]
        here.size += len(piece)
        if here.size > self._text_cap:
            raise Malformed(f"an element holds more than {self._text_cap} characters")
        here.pieces.append(piece)

    def end(self, _tag: str) -> None:
        done = self._open.pop()
        node = Node(done.name.lower(), done.name, "".join(done.pieces), tuple(done.children))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def close(self) -> Node:
        if self._root is None:
            raise Malformed("a document without a root element")
        return self._root


def _write(parts: list[str], tag: str, content: str | Sequence[Element], depth: int) -> None:
    if not _TAG.fullmatch(tag):
        raise Malformed(f"{tag[:40]!r} is not an element name")
    if depth > MAX_DEPTH:
        raise Malformed(f"{tag} is nested deeper than {MAX_DEPTH}")
    if not content:
        parts.append(f"<{tag}/>")
        return
    parts.append(f"<{tag}>")
    if isinstance(content, str):
        parts.append(_escaped(checked(tag, content)))
    else:
        for child_tag, child in content:
            _write(parts, child_tag, child, depth + 1)
    parts.append(f"</{tag}>")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
