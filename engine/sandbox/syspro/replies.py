"""Reply documents as SYSPRO writes them: one element a line, quotes and blanks as recorded.

Windows-1252 declaration, single-quoted root attributes, a newline after every element, at the end
a newline and one blank (syspro.md §1.2, recorded). Pure.
"""

from collections.abc import Iterable
from typing import Final

DECLARATION: Final = '<?xml version="1.0" encoding="Windows-1252"?>'
VERSIONS: Final = {
    "COMFND": "7.0.053",
    "PORQRY": "7.0.022",
    "COMFCH": "7.0.035",
    "COMBRW": "7.0.038",
    "INVSWS": "7.0.026",
    "PORTOR": "7.0.111",
}
"""Versions of the business object programs; those that were not recorded say 7.0.001."""


def escaped(text: str) -> str:
    """The text as element content."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


class Reply:
    """A document that grows line by line."""

    def __init__(self, root: str, business_object: str, tail: str = "") -> None:
        version = VERSIONS.get(business_object, "7.0.001")
        self._root = root
        self._lines = [
            DECLARATION,
            f"<{root} Language='05' Language2='EN' CssStyle='' DecFormat='1' DateFormat='01' "
            f"Role='01' Version='{version}' OperatorPrimaryRole='   '{tail}>",
        ]

    def open(self, name: str) -> None:
        """The element is open."""
        self._lines.append(f"<{name}>")

    def close(self, name: str) -> None:
        """The element is closed."""
        self._lines.append(f"</{name}>")

    def leaf(self, name: str, content: str = "") -> None:
        """An element with text alone; `<name/>` when there is none."""
        self._lines.append(f"<{name}>{escaped(content)}</{name}>" if content else f"<{name}/>")

    def leaves(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Elements with text alone, one after another."""
        for name, content in pairs:
            self.leaf(name, content)

    def text(self) -> str:
        """The whole document."""
        return "\n".join([*self._lines, f"</{self._root}>", " "])


def plain_document(root: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A document whose root has no attributes (GetLogonProfile; the shape is unverified)."""
    lines = [DECLARATION, f"<{root}>"]
    lines += [f"<{name}>{escaped(text)}</{name}>" if text else f"<{name}/>" for name, text in pairs]
    return "\n".join([*lines, f"</{root}>", " "])
