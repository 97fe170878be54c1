"""Bodies that hold only text, forms and XML, as the plain values that JSON would hold (§1.17).

Nested names follow Django REST Framework's (inferred): `data.payable_to`, `line_items[0]unit`; a
list of texts is a repeated field, or `<list-item>` elements in XML. Pure.
"""

import re
from collections.abc import Iterable
from typing import TypeAlias
from xml.etree import ElementTree

Tree: TypeAlias = "dict[str | int, Tree] | Given"
_MOST_STEPS = 6
_STEP = re.compile(r"\[(\d{1,4})\]|([^.\[\]]+)")


class Given(str):
    """The last text that was given for a field; `texts` holds all of them, in order."""

    texts: tuple[str, ...]

    def __new__(cls, *texts: str) -> "Given":
        """The texts as one value; at least one."""
        given = super().__new__(cls, texts[-1])
        given.texts = texts
        return given


def from_form(pairs: Iterable[tuple[str, str]]) -> object:
    """The fields of a form as one object; names that lead nowhere are left out."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    tree: dict[str | int, Tree] = {}
    for name, found in texts.items():
        _plant(tree, _steps(name), Given(*found))
    return _plain(tree)


def from_xml(raw: bytes) -> object:
    """The root element as an object; raises `ValueError` for what is no XML, or declares types."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("a document type is not read")
    try:
        return _element(ElementTree.fromstring(raw))
    except (ElementTree.ParseError, RecursionError) as error:
        raise ValueError("this is no XML") from error


def _steps(name: str) -> list[str | int]:
    return [int(index) if index else word for index, word in _STEP.findall(name)]


def _plant(tree: dict[str | int, Tree], steps: list[str | int], leaf: Given) -> None:
    if not steps or len(steps) > _MOST_STEPS:
        return
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if isinstance(below, Given):
            return
        tree = below
    tree.setdefault(steps[-1], leaf)


def _plain(tree: Tree) -> object:
    if isinstance(tree, Given):
        return tree
    if tree and all(isinstance(step, int) for step in tree):
        return [_plain(item) for _, item in sorted(tree.items(), key=lambda pair: int(pair[0]))]
    return {str(step): _plain(item) for step, item in tree.items()}


def _element(element: ElementTree.Element) -> object:
    children = list(element)
    if not children:
        return Given(element.text or "")
    if all(child.tag == "list-item" for child in children):
        return [_element(child) for child in children]
    return {child.tag: _element(child) for child in children}
