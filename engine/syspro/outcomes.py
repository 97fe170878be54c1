"""What one post came to, as far as the wire can tell; and error lines that are not documents.

Every post is one of five values. Only `NotSent`, `RefusedSession` and `RefusedDefinite` prove
that SYSPRO did nothing (reliability.md §4.4 p4); `Sent` holds a reply that is still to be read by
the business object; whatever else happened is `Ambiguous`. Pure values, no I/O.
"""

from dataclasses import dataclass
from typing import Literal

from engine.errors import EngineError, Forbidden, Transient, Unauthorized

LineKind = Literal["session", "logged_in", "licence", "access_denied", "credentials", "unknown"]
Doubt = Literal[
    "timed_out", "disconnected", "status", "too_large", "undecodable", "error_line", "not_xml"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A whole reply was read and it looks like a document. It may still refuse."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Not one byte of the request left this machine: the post may be sent again."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSession:
    """SYSPRO refused the token before executing: log on again, then post as a new attempt."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDefinite:
    """The call was refused before it executed: final until a person or a setting changes."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Nothing is known of the post's effect; resolve by reliability.md §4.4. `text` is printable.

    A post that was cancelled raises `CancelledError` instead and is just as ambiguous.
    """

    cause: Doubt
    text: str


PostOutcome = Sent | NotSent | RefusedSession | RefusedDefinite | Ambiguous


class Unreachable(Transient):
    """The host was not reached: not one byte of the request went out."""


class ErrorLine(EngineError):
    """SYSPRO answered a call with an `ERROR:` line instead of a document.

    `text` is the line without its prefix; `kind` says what to do about it.
    """

    kind: LineKind = "unknown"

    def __init__(self, operation: str, text: str) -> None:
        super().__init__(f"SYSPRO {operation}: {text}")
        self.text = text


class SessionInvalid(ErrorLine, Transient):
    """The token is unknown, expired or evicted: log on again."""

    kind = "session"


class LoggedInElsewhere(ErrorLine, Transient):
    """The operator is logged on already and we asked not to evict."""

    kind = "logged_in"


class NoLicence(ErrorLine, Transient):
    """No seat is free (reliability.md S3): wait, evict nobody."""

    kind = "licence"


class AccessDenied(ErrorLine, Forbidden):
    """The operator has no right to the functional area or business object."""

    kind = "access_denied"


class CredentialsRefused(ErrorLine, Unauthorized):
    """Operator, password, company or company password is wrong."""

    kind = "credentials"


LINES: dict[LineKind, type[ErrorLine]] = {
    kind.kind: kind
    for kind in (
        ErrorLine,
        SessionInvalid,
        LoggedInElsewhere,
        NoLicence,
        AccessDenied,
        CredentialsRefused,
    )
}
