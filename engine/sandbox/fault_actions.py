"""What a fault plan may do to a request at either sandbox's port: end it, or spoil its reply. Pure.

`Answer` and `Reset` end a request at once; `Cut` and `Drip` let it go on and spoil the sending of
its reply. The ports say which phases there are to meet them.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["received", "executing", "after_commit_before_reply", "mid_reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """This reply instead: any status, any bytes (an HTML page, a gzip bomb, a 429)."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The connection is reset (RST) without a byte of a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """So many bytes of the reply's body under its full length, then the connection ends.

    With a reset, or politely as a proxy closes it.
    """

    after_bytes: int
    is_reset: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """The reply's body a few bytes at a time."""

    bytes_at_once: int = 1
    pause_s: float = 1.0


Spoiling: TypeAlias = Cut | Drip
