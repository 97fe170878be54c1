"""Where faults enter the sandbox's Procurify: the phases of a request and what may be done there.

The twin of the SYSPRO side's port, with the same names. A fault plan implements `Faults` and is
given to `build_app(..., faults=plan)`. For every request of a boundary `crossing` is awaited at
each phase, in this order: `received` (nothing checked), `executing` (token and rights are good,
nothing done), `after_commit_before_reply` (a write has happened, a list is worked out),
`mid_reply` (the whole reply is known, no byte is sent). Refused requests skip the middle two.
To wait, simply await inside `crossing`; to change the world (a change between two pages, a late
row, an expired token, a skewed clock) use `Context` and return None.

What comes back: None lets the request go on. `Answer` and `Reset` end it at once: at `received`
and `executing` nothing is done, afterwards everything stays done. `Cut` and `Drip`, at whatever
phase, let the request go on and spoil the sending of its reply.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Tokens

Boundary: TypeAlias = Literal[
    "procurify.token", "procurify.list", "procurify.get", "procurify.write"
]
Phase: TypeAlias = Literal["received", "executing", "after_commit_before_reply", "mid_reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The request at hand and the world that a fault may change; `query` as it was written."""

    tenant: Tenant
    settings: ProcurifySettings
    tokens: Tokens
    method: str
    path: str
    query: str
    resource: str


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


Ending: TypeAlias = Answer | Reset
Spoiling: TypeAlias = Cut | Drip
Action: TypeAlias = Ending | Spoiling


class Faults(Protocol):
    """A plan of faults; it counts crossings itself."""

    async def crossing(self, boundary: Boundary, phase: Phase, context: Context) -> Action | None:
        """What happens to this request here; None for nothing."""
        ...


class Diverted(Exception):
    """The request ends here by a fault."""

    def __init__(self, action: Ending) -> None:
        super().__init__(type(action).__name__)
        self.action = action


class Course:
    """One request on its way through the phases; what it meets is kept for its reply."""

    def __init__(self, faults: Faults | None, boundary: Boundary, context: Context) -> None:
        self._faults = faults
        self._boundary = boundary
        self._context = context
        self.spoiling: Spoiling | None = None

    async def cross(self, phase: Phase) -> None:
        """The phase is behind the request; raises `Diverted`."""
        if self._faults is None:
            return
        action = await self._faults.crossing(self._boundary, phase, self._context)
        if isinstance(action, Cut | Drip):
            self.spoiling = action
        elif action is not None:
            raise Diverted(action)
