"""The exit codes of every verb, one meaning each (README lists them)."""

from enum import IntEnum

from engine.errors import (
    EngineError,
    LogBehind,
    Malformed,
    Misconfigured,
    NotFound,
    Transient,
    Unauthorized,
)


class Exit(IntEnum):
    """What a verb's exit code says."""

    OK = 0
    ERROR = 1
    USAGE = 2
    WAITING_FOR_PERSON = 3
    DRIFT = 4
    VERIFICATION_REFUSED = 5
    REMOTE_UNAVAILABLE = 6
    IN_DOUBT = 7


def exit_of(error: EngineError) -> Exit:
    """The exit code that says what kind of failure ended a verb."""
    match error:
        case Misconfigured():
            return Exit.USAGE
        case Transient() | Unauthorized():
            return Exit.REMOTE_UNAVAILABLE
        case LogBehind():
            return Exit.VERIFICATION_REFUSED
        case NotFound() | Malformed():
            return Exit.ERROR
        case _:
            return Exit.ERROR
