"""What a reply to a post says about our one document: posted, refused, or not to be read.

A positive statement only: `Posted` needs our key, no error anywhere and no rejected count;
`Refused` needs an error and no sign that anything was accepted. Whatever lies between is
`Unreadable`, and the post is in doubt (reliability.md §4.4 p4, S22). Errors are collected at any
depth, because their place is documented for few objects (syspro.md §3.0, §3.1). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.core.canonical import JsonObject
from engine.core.keys import comparable_key
from engine.errors import Malformed
from engine.syspro import xml

MAX_FAULTS = 200
MAX_TEXT = 500
MAX_KEY = 60
_READ_COUNTS = ("ItemsProcessed", "RecordsRead", "RecordsWritten")
_WRITTEN_COUNTS = ("ItemsProcessed", "RecordsWritten")
"""Counts of what was accepted; a Setup object's RecordsRead counts what it refused as well. That
ItemsProcessed leaves refused items out is recorded of one object only (syspro.md §3.0)."""
_REJECTED_COUNTS = ("ItemsInvalid", "ItemsRejectedWithWarnings", "RecordsInvalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One error or warning of a reply: where (`Order/Supplier`), number, text, offending value."""

    path: str
    number: str
    text: str
    value: str

    def to_json(self) -> JsonObject:
        """The fault as `PostRejected` keeps it."""
        return {"path": self.path, "number": self.number, "text": self.text, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Our document was accepted under `key`; `keys` holds whatever else SYSPRO named it by."""

    key: str
    keys: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing of our document was accepted; at least one error, warnings that rejected included."""

    errors: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The reply says neither; the post is in doubt. `text` says why, never the whole reply.

    `is_partial`: it says that a part of our one document was accepted, which cannot be (S19).
    """

    text: str
    is_partial: bool = False


PostReply = Posted | Refused | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply taken apart: the root, every error and warning, and the counts (None: not given).

    `accepted` may count what was only read; `written` counts what was accepted for certain.
    """

    root: xml.Node
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    accepted: int | None
    written: int | None
    rejected: int | None


def take_apart(text: str) -> Answer:
    """The reply's errors, warnings and counts; raises `Malformed` when it is no such document."""
    root = xml.parse(text)
    errors: list[Fault] = []
    warnings: list[Fault] = []
    for path, node in (((), root), *root.walk()):
        if fault := _fault(path, node, "Error"):
            errors.append(fault)
        if fault := _fault(path, node, "Warning"):
            warnings.append(fault)
    return Answer(
        root=root,
        errors=tuple(errors[:MAX_FAULTS]),
        warnings=tuple(warnings[:MAX_FAULTS]),
        accepted=_count(root, _READ_COUNTS),
        written=_count(root, _WRITTEN_COUNTS),
        rejected=_count(root, _REJECTED_COUNTS),
    )


def about_one(text: str, root: str, tag: str, what: str) -> tuple[Answer, xml.Node] | Unreadable:
    """The reply taken apart and its one element of that tag (an empty one where it has none).

    `Unreadable` for another root or several such elements; `what` says what it should be about.
    """
    try:
        answer = take_apart(text)
    except Malformed as error:
        return Unreadable(text=str(error)[:MAX_TEXT])
    found = answer.root.find_all(tag)
    if answer.root.tag != root.lower() or len(found) > 1:
        return Unreadable(text=f"not a reply about {what}: {answer.root.name[:40]}")
    return answer, found[0] if found else xml.Node(tag=tag, name=tag, text="", children=())


def same_key(ours: str, theirs: str) -> bool:
    """Whether two SYSPRO keys name one thing: blanks, leading zeros of numbers, case aside."""
    return comparable_key(ours).upper() == comparable_key(theirs).upper()


def refusal(answer: Answer) -> Refused | None:
    """`Refused` when errors (or warnings that rejected) stand there; None otherwise."""
    if answer.errors:
        return Refused(errors=answer.errors)
    if answer.rejected and answer.warnings:
        return Refused(errors=answer.warnings)
    return None


def settled(answer: Answer, key: str, keys: Mapping[str, str], *, is_echo: bool) -> PostReply:
    """`Posted` under `key`, `Refused`, or `Unreadable` when the reply contradicts itself.

    `is_echo`: the key is one that we sent and that an error reply may repeat (Setup objects do,
    recorded), so a refusal beside it must be confirmed by the counts.
    """
    refused = refusal(answer)
    accepted = max(answer.written or 0, 1 if key and not is_echo else 0)
    if accepted > 1 or (accepted and answer.rejected):
        told = f"of one document {accepted} items were accepted, {answer.rejected or 0} rejected"
        return Unreadable(text=told, is_partial=True)
    if refused is None:
        if answer.rejected:
            return Unreadable(text="an item was rejected without an error or a warning")
        if answer.accepted == 0:
            return Unreadable(text="no item was accepted and none rejected")
        if not key:
            return Unreadable(text="neither a key nor an error")
        if (answer.accepted or 1) > 1:
            return Unreadable(text="more items were accepted than were sent")
        if any(len(one) > MAX_KEY for one in (key, *keys.values())):
            return Unreadable(text="a key longer than any of SYSPRO's")
        return Posted(key=key, keys=keys, warnings=answer.warnings)
    if answer.rejected == 0:
        return Unreadable(text=f"an error but no rejected item: {refused.errors[0].text}")
    if key and not (is_echo and answer.rejected):
        return Unreadable(text=f"both a key and an error: {refused.errors[0].text}")
    return refused


def _fault(
    path: tuple[str, ...], node: xml.Node, word: Literal["Error", "Warning"]
) -> Fault | None:
    numbers = [found.text.strip() for found in node.find_all(f"{word}Number")]
    number = next((one for one in numbers if one.strip("0")), "")
    text = node.text_at(f"{word}Description")
    if not number and not text:
        return None
    return Fault(
        path="/".join(path)[:MAX_TEXT],
        number=(number or "".join(numbers[:1]))[:MAX_TEXT],
        text=text[:MAX_TEXT],
        value=node.text_at("Value")[:MAX_TEXT],
    )


def _count(root: xml.Node, names: tuple[str, ...]) -> int | None:
    wanted = {name.lower() for name in names}
    found = [xml.whole(node.text) for _, node in root.walk() if node.tag in wanted]
    counts = [count for count in found if count is not None]
    return sum(counts) if counts else None
