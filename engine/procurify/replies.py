"""What a reply's status, headers and body mean: a value, or the error named for what to do next.

Texts are for people: who refused what, and what to do; never a body, a token or a secret. Error
bodies are read leniently and quoted in one bounded line of printable characters
(procurify.md §6.3, §10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.canonical import JsonValue, loads
from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    NotFound,
    Throttled,
    Transient,
    Unauthorized,
)
from engine.pacing.retry_after import retry_after_s

_QUOTE = 160
_CHECK = "check base_url: is this the right subdomain?"


class Oversized(Malformed):
    """A reply larger than the cap; a smaller page may fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, whole. `date_at` is the peer's own clock, None when it does not say."""

    status: int
    content_type: str
    raw: bytes
    date_at: datetime | None
    retry_after: str | None = None

    @property
    def value(self) -> JsonValue:
        """The body as strict JSON; raises `Malformed`."""
        return loads(self.raw)


def failure(
    reply: Reply, *, host: str, resource: str, now: datetime, hidden: Sequence[str] = ()
) -> EngineError | None:
    """The error that the reply is, None for a JSON reply with status 200.

    What is `hidden` is never quoted, should the peer echo it.
    """
    what = f"{host}: {resource}"
    status = reply.status
    said = _quote(reply, hidden) if 400 <= status < 500 else ""
    if status == 200:
        return _wrong_type(reply, what)
    if 300 <= status < 400:
        return Malformed(f"{what} answers with a redirect ({status}), not followed; {_CHECK}")
    if status == 401:
        return Unauthorized(
            f"{what}: the token is refused (401){said}; check the API application and its owner"
        )
    if status == 403:
        return Forbidden(f"{what}: not permitted (403){said}; check the role of the owner")
    if status == 404:
        return NotFound(f"{what}: not there (404)")
    if status == 429:
        wait_s = retry_after_s(reply.retry_after, now=now)
        return Throttled(f"{what}: too many requests (429)", retry_after_s=wait_s)
    if status in (408, 425) or status >= 500:
        return Transient(f"{what}: the server cannot answer now ({status})")
    return Malformed(f"{what}: the request is refused ({status}){said}")


def _wrong_type(reply: Reply, what: str) -> EngineError | None:
    kind, _, parameters = reply.content_type.lower().partition(";")
    kind = kind.strip()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        page = "a web page" if kind == "text/html" else f"{kind[:40]!r}"
        return Malformed(f"{what} answers with {page} instead of JSON; {_CHECK}")
    charset = parameters.partition("charset=")[2].strip().strip('"')
    if charset and charset not in ("utf-8", "utf8", "us-ascii"):
        return Malformed(f"{what} answers in the character set {charset[:20]!r}, not UTF-8")
    return None


def _quote(reply: Reply, hidden: Sequence[str]) -> str:
    """What an error body says, as ` "…"`; nothing when it does not say it the known ways."""
    try:
        value = reply.value
    except Malformed:
        return ""
    text = _said(value)
    if any(secret and secret in text for secret in hidden):
        return ""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f' saying "{clean[:_QUOTE]}"' if clean else ""


def _said(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, (_said(item) for item in value[:3])))
    if isinstance(value, Mapping):
        errors = value.get("errors")
        if isinstance(errors, Mapping):
            return "; ".join(filter(None, (_said(item) for item in list(errors.values())[:3])))
        for name in ("detail", "message", "error_description", "error", "errors"):
            if isinstance(found := value.get(name), str | list | tuple):
                return _said(found)
    return ""
