"""Every failure of the engine, named for what one does next. Pure.

    EngineError
    ├── Transient          try again later, by itself
    │   ├── Throttled      … and not before `retry_after_s`
    │   └── TimedOut       the deadline passed; nothing is known of the outcome
    ├── Unauthorized       a credential is refused; a person acts
    │   └── Forbidden      the credential is good, the right is missing
    ├── NotFound           the thing asked for is not there
    ├── Malformed          the other side sent what cannot be read
    ├── Conflict           somebody else was first
    │   ├── StaleVersion   the stream moved on: read again and decide again
    │   ├── Fenced         the lease has a new owner: stop
    │   └── LogBehind      the log no longer holds what it held: stop, a person looks
    └── Misconfigured      a setting is wrong; the text says which and what to do

Foreign exceptions stop at `db`, `procurify.client` and `syspro.transport`, always chained.
"""


class EngineError(Exception):
    """Anything the engine itself raises. The text never holds a secret, a body or a raw URL."""


class Transient(EngineError):
    """It may work later without anybody's help."""


class Throttled(Transient):
    """The peer asks for patience: not before `retry_after_s` seconds (None: own back-off)."""

    def __init__(self, text: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class TimedOut(Transient):
    """The deadline passed before an answer was read."""


class Unauthorized(EngineError):
    """A credential was refused."""


class Forbidden(Unauthorized):
    """The credential is accepted but lacks the right."""


class NotFound(EngineError):
    """The thing asked for is not there."""


class Malformed(EngineError):
    """Input from outside that cannot be read; nothing of it was used."""


class Conflict(EngineError):
    """Somebody else was first."""


class StaleVersion(Conflict):
    """A stream is not at the version that the append expected."""


class Fenced(Conflict):
    """The lease's epoch is not the one that the caller holds."""


class LogBehind(Conflict):
    """The log does not hold what it is known to have held."""


class Misconfigured(EngineError):
    """A setting is missing or wrong; the text says which, and what to do."""
