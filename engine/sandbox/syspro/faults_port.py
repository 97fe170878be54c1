"""Where faults enter the sandbox's SYSPRO: the phases of a request and what may be done there.

A fault plan implements `Faults` and is given to `build_app(..., faults=plan)`. For every request of
a boundary `crossing` is awaited at each phase, in this order: `received` (read, nothing checked),
`executing` (token and documents are good, nothing committed), `after_commit_before_reply` (what was
asked for has happened), `mid_reply` (the whole reply is known, no byte is sent). Refused requests
skip the middle two. To wait (delay, hold) simply await inside `crossing`; to change the world
(evict, lock, close a period, restore) use `Context.ledger` and `Context.sessions` and return None.

What comes back: None lets the request go on. `Answer`, `Line` and `Reset` end it at once, so that
at `received` and `executing` nothing is committed, and afterwards everything stays committed; a
held execution is thus committed by None and rolled back by any of the three. `Cut` and `Drip`, at
whatever phase, let the request go on and spoil the sending of its reply.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from engine.sandbox.fault_actions import Answer, Cut, Drip, Phase, Reset, Spoiling
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.sessions import Sessions

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
    "Line",
    "Phase",
    "Reset",
    "Spoiling",
]

Boundary: TypeAlias = Literal[
    "syspro.logon",
    "syspro.logoff",
    "syspro.query",
    "syspro.post",
    "syspro.setup",
    "syspro.odata",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The request at hand: `operator` is empty when the token is of nobody.

    `ledger` is that of the company that the request names, by its token or its path; the server's
    first where it names none. `operation` is the SOAP name of the operation (`TransactionPost`),
    `read` for OData; `document` is XmlIn as given (or OData's options), never logged.
    """

    ledger: Ledger
    sessions: Sessions
    path: str
    operation: str
    business_object: str
    operator: str
    document: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The application's `ERROR: ` line with this text instead, status 200."""

    text: str


Ending: TypeAlias = Answer | Line | Reset
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

    def __init__(self, faults: Faults | None, boundary: Boundary | None, context: Context) -> None:
        self._faults = faults
        self._boundary = boundary
        self._context = context
        self.spoiling: Spoiling | None = None

    async def cross(self, phase: Phase) -> None:
        """The phase is behind the request; raises `Diverted`."""
        if self._faults is None or self._boundary is None:
            return
        action = await self._faults.crossing(self._boundary, phase, self._context)
        if isinstance(action, Cut | Drip):
            self.spoiling = action
        elif action is not None:
            raise Diverted(action)
