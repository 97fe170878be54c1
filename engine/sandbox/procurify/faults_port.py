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

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from engine.sandbox.fault_actions import Answer, Cut, Drip, Phase, Reset, Spoiling
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Tokens

__all__ = [
    "Action",
    "Answer",
    "Boundary",
    "Context",
    "Course",
    "Cut",
    "Diverted",
    "Drip",
    "Ending",
    "Faults",
    "Phase",
    "Reset",
    "Spoiling",
]

Boundary: TypeAlias = Literal[
    "procurify.token", "procurify.list", "procurify.get", "procurify.write"
]


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


Ending: TypeAlias = Answer | Reset
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
