"""Request documents read into elements whose names do not depend on case.

SYSPRO answers Setup calls with the caller's element names in lower case (recorded), so its own
reading of names is taken to be case-blind (inferred). Unknown elements are ignored because nobody
asks for them (syspro.md §1.2). A DTD, a document too deep or one that is not XML is refused.
Characters of a document that Windows-1252 lacks arrive as `?`, as they do when Windows converts
(unverified); so a name is found as it was kept.
Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 50
CODE_PAGE = "cp1252"
_SEPARATOR = "\n"


class Unreadable(Exception):
    """The document is not one that the sandbox reads; the message says why."""


@dataclass(slots=True)
class Element:
    """An element: its name as written, its attributes, its text, its children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: str = ""
    children: list["Element"] = field(default_factory=list)

    def named(self, name: str) -> Iterator["Element"]:
        """The children of that name, whatever its case."""
        wanted = name.lower()
        return (child for child in self.children if child.name.lower() == wanted)

    def first(self, name: str) -> "Element | None":
        """The first child of that name, or None."""
        return next(self.named(name), None)

    def exactly(self, name: str) -> "Element | None":
        """The first child whose name is this to the letter, or None."""
        return next((child for child in self.children if child.name == name), None)

    def path(self, *names: str) -> "Element":
        """The descendant along the names; an empty element where one is missing."""
        here = self
        for name in names:
            here = here.first(name) or Element(name)
        return here

    def has(self, name: str) -> bool:
        """Whether there is such a child, empty or not."""
        return self.first(name) is not None

    def value(self, *names: str) -> str:
        """The text along the names without blanks around; empty where there is none."""
        return self.path(*names).content.strip()


class _Builder:
    def __init__(self, is_qualified: bool) -> None:
        self.is_qualified = is_qualified
        self.root: Element | None = None
        self.open: list[Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.is_qualified:
            namespace, _, local = name.rpartition(_SEPARATOR)
            name = f"{{{namespace}}}{local}"
        element = Element(name, attributes)
        if self.open:
            self.open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self.open.append(element)
        if len(self.open) > MAX_DEPTH:
            raise Unreadable("the document is nested too deep")

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, content: str) -> None:
        if self.open:
            self.open[-1].content += content


def _no_dtd(*_: object) -> None:
    raise Unreadable("a DTD is not allowed")


def parse(document: str | bytes, *, is_qualified: bool = False) -> Element:
    """The root element; raises `Unreadable`.

    Text is taken as characters of the code page whatever its declaration says; bytes by their
    declared encoding. Names are as written, or `{namespace}name` where they are to be qualified.
    """
    builder = _Builder(is_qualified)
    is_text = isinstance(document, str)
    parser = expat.ParserCreate("utf-8" if is_text else None, _SEPARATOR if is_qualified else None)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _no_dtd
    raw = document
    if isinstance(document, str):
        raw = in_code_page(document.strip()).encode()
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable(f"not well-formed XML: {error}") from error
    if builder.root is None:
        raise Unreadable("there is no root element")
    return builder.root


def in_code_page(text: str) -> str:
    """The text as Windows-1252 keeps it: what the code page lacks is `?`."""
    return text if text.isascii() else text.encode(CODE_PAGE, "replace").decode(CODE_PAGE)
