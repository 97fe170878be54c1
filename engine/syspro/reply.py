"""The text inside a reply's bytes, and what an `ERROR:` line means.

Replies come raw, JSON-quoted or inside `<string …>` (syspro.md §1.2); error lines are classified
by the texts of syspro.md §2. For a post only an exact allow-list counts as a definite no
(reliability.md §0.3): an error line may follow a committed transaction. No I/O.
"""

import json
import re

from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.outcomes import (
    Ambiguous,
    LineKind,
    PostOutcome,
    RefusedDefinite,
    RefusedSession,
    Sent,
)

MAX_LINE = 300
SESSION_TEXT = "The supplied UserID is invalid"
_PREFIX = re.compile(r"\s*error\s*:?\s*", re.IGNORECASE)
_SESSION_LINE = re.compile(
    r"The supplied UserID is invalid\."
    r"( Either you were not logged in; or your session has expired\."
    r" You will need to logon again\.)?",
    re.IGNORECASE,
)
_DENIED_LINE = re.compile(
    r"Access denied to Functional Area '[^'<>]{1,40}' for operator '[^'<>]{1,40}'"
    r"( \(Business Object '[A-Z0-9]{1,10}'\))?",
    re.IGNORECASE,
)
_PASSWORD_LINE = re.compile(r"Invalid operator password", re.IGNORECASE)


def unwrap(body: bytes) -> str:
    """The reply's own text, whichever of the three wrappings it came in.

    Raises `Malformed` when the bytes are not text in the encoding that they name, and for a
    text that no event could keep: with NUL or a lone surrogate in it.
    """
    text = _unwrapped(body)
    if "\x00" in text:
        raise Malformed("the reply holds NUL")
    return text


def _unwrapped(body: bytes) -> str:
    start = body.lstrip()[:8].lower()
    if start.startswith(b'"'):
        return _from_json(body)
    if start.startswith(b"<string"):
        return xml.parse(_utf8(body), text_cap=xml.MAX_BYTES).text
    text = xml.decode(body)
    inner = re.match(r"\s*<\?xml[^>]*\?>\s*<string[\s>/]", text[:400], re.IGNORECASE)
    return xml.parse(text, text_cap=xml.MAX_BYTES).text if inner else text


def error_line(text: str) -> str | None:
    """The line after `ERROR:` when the whole reply is one, else None; cut to 300 characters."""
    if text.lstrip()[:5].lower() != "error":
        return None
    return printable(_PREFIX.sub("", text, count=1))


def printable(text: str) -> str:
    """The text fit for a log: one line, no control characters, at most 300 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * MAX_LINE]).split())[
        :MAX_LINE
    ]


def line_kind(line: str, *, is_logon: bool = False) -> LineKind:
    """What to do about an error line on anything but a post."""
    lower = line.lower()
    if lower.startswith(SESSION_TEXT.lower()):
        return "session"
    if "access denied" in lower or "no access to business objects" in lower:
        return "access_denied"
    if is_logon:
        if re.search(r"already (logged|signed)|logged (in|on) already", lower):
            return "logged_in"
        if "licen" in lower:
            return "licence"
        if any(word in lower for word in ("password", "operator", "company")):
            return "credentials"
    return "unknown"


def post_outcome(text: str, seconds: float) -> PostOutcome:
    """What a fully read reply to a post amounts to; the document itself is still to be read."""
    line = error_line(text)
    if line is None:
        if not text.lstrip().startswith("<"):
            return Ambiguous(cause="not_xml", text=printable(text))
        if re.match(r"\s*<(!doctype\s+)?html", text[:200], re.IGNORECASE):
            return Ambiguous(cause="not_xml", text="a web page instead of a document")
        return Sent(text=text, seconds=seconds)
    if _SESSION_LINE.fullmatch(line):
        return RefusedSession(text=line)
    if _DENIED_LINE.fullmatch(line) or _PASSWORD_LINE.fullmatch(line):
        return RefusedDefinite(text=line)
    return Ambiguous(cause="error_line", text=line)


def _from_json(body: bytes) -> str:
    try:
        value = json.loads(_utf8(body))
    except ValueError as error:
        raise Malformed("the reply starts like a JSON string and is none") from error
    if not isinstance(value, str):
        raise Malformed("the reply is JSON but not a string")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Malformed("the reply holds a lone surrogate")
    return value


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"a wrapped reply is not UTF-8 at byte {error.start}") from None
