"""Who is logged on: one session per operator, evicted by the next logon, ended by idleness.

Owns the tokens. A token is 32 upper-case hex digits, `00` and two blanks (recorded); it is taken
with or without the blanks (syspro.md §2). Tokens are never reused, not even by another run.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from engine.sandbox.syspro import refusals
from engine.sandbox.syspro.refusals import Refused

TOKEN_LENGTH = 34


@dataclass(slots=True, kw_only=True)
class Session:
    """One operator logged on; `used_at` is the clock's reading at the last call."""

    operator: str
    token: str
    used_at: float


class Sessions:
    """The live sessions of one server."""

    def __init__(self, *, idle_timeout_s: float, clock: Callable[[], float]) -> None:
        self._idle_timeout_s = idle_timeout_s
        self._clock = clock
        self._by_token: dict[str, Session] = {}
        self._by_operator: dict[str, Session] = {}
        self.evictions = 0

    def is_live(self, operator: str) -> bool:
        """Whether the operator has a session that has not expired."""
        session = self._by_operator.get(operator)
        return session is not None and not self._expired(session)

    def open(self, operator: str) -> str:
        """The token of a new session, as the service gives it; an earlier session is gone."""
        if self.is_live(operator):
            self.evictions += 1
        self.revoke(operator)
        token = f"{secrets.token_hex(16).upper()}00"
        session = Session(operator=operator, token=token, used_at=self._clock())
        self._by_token[token] = session
        self._by_operator[operator] = session
        return f"{token}  "

    def use(self, token: str) -> Session:
        """The live session of a token, its idle time begun anew; raises `Refused`."""
        bare = token.rstrip()
        session = self._by_token.get(bare)
        if session is None or self._expired(session):
            if len(bare) == TOKEN_LENGTH and bare[-2] in "123456789":
                raise Refused(refusals.missing_instance(bare[-2]))
            raise Refused(refusals.INVALID_USER_ID)
        session.used_at = self._clock()
        return session

    def close(self, token: str) -> None:
        """The session is over; raises `Refused` when it was not live."""
        self.revoke(self.use(token).operator)

    def revoke(self, operator: str) -> None:
        """The operator has no session."""
        session = self._by_operator.pop(operator, None)
        if session is not None:
            del self._by_token[session.token]

    def _expired(self, session: Session) -> bool:
        return self._clock() - session.used_at > self._idle_timeout_s
