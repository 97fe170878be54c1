"""Who is logged on: one session per operator, evicted by the next logon, ended by idleness.

Owns the tokens. The default token is 32 upper-case hex digits, `00` and two blanks (recorded); the
longer one of SYSPRO 8 is known only to be longer and to begin with `SYS` (syspro.md §2), the rest
of its form is invented. A token is taken with or without blanks after it, and never used again,
not even by another run. Operators named as shared (guest, anonymous) keep every session (§2).

Seats: when all are taken, the member idle the longest is logged off if that exceeds the class's
time-out, otherwise the newcomer is refused (syspro.md §2); 0 means that seats are not counted.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.refusals import Refused

TOKEN_LENGTH = 34
TokenForm: TypeAlias = Literal["v7", "v8"]


@dataclass(slots=True, kw_only=True)
class Session:
    """One operator logged on to one company's ledger; `used_at`: the clock at the last call."""

    operator: str
    ledger: Ledger
    token: str
    used_at: float
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """What a server allows its operators."""

    idle_timeout_s: float
    token_form: TokenForm = "v7"
    seats: int = 0
    seat_timeout_s: float = 300.0
    shared_operators: frozenset[str] = frozenset()


class Sessions:
    """The live sessions of one server."""

    def __init__(self, rules: SessionRules, *, clock: Callable[[], float]) -> None:
        self.rules = rules
        self._clock = clock
        self._by_token: dict[str, Session] = {}
        self.evictions = 0
        self.parallel_calls = 0

    def live(self) -> list[Session]:
        """Every session that has not expired, the oldest first."""
        return [session for session in self._by_token.values() if not self._expired(session)]

    def operators(self) -> list[str]:
        """The operator of every live session, the oldest session first."""
        return [session.operator for session in self.live()]

    def is_live(self, operator: str) -> bool:
        """Whether the operator has a session that has not expired."""
        return operator in self.operators()

    def open(self, operator: str, ledger: Ledger) -> str:
        """The token of a new session, as the service gives it; an earlier session is gone.

        The token is bound to the ledger's company; the earlier session may have been of another.
        Raises `Refused` when every seat is taken.
        """
        if operator not in self.rules.shared_operators:
            self.evictions += self.is_live(operator)
            self._take_seat(besides=operator)
            self.revoke(operator)
        else:
            self._take_seat(besides="")
        token, blanks = self._new_token()
        self._by_token[token] = Session(
            operator=operator, ledger=ledger, token=token, used_at=self._clock()
        )
        return f"{token}{blanks}"

    def find(self, token: str) -> Session | None:
        """The session of a live token, None for any other; its idle time runs on."""
        session = self._by_token.get(token.rstrip())
        return None if session is None or self._expired(session) else session

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
        del self._by_token[self.use(token).token]

    def revoke(self, operator: str) -> None:
        """The operator has no session."""
        for session in [s for s in self._by_token.values() if s.operator == operator]:
            del self._by_token[session.token]

    def begin_call(self, session: Session, *, is_strict: bool) -> None:
        """One more call is under way on the session; raises `Refused` for a second if strict."""
        if session.calls:
            self.parallel_calls += 1
            if is_strict:
                raise Refused(invented.CALL_UNDER_WAY.format(session.operator))
        session.calls += 1

    def end_call(self, session: Session) -> None:
        """The call is over."""
        session.calls -= 1

    def _take_seat(self, *, besides: str) -> None:
        if not self.rules.seats:
            return
        others = [session for session in self.live() if session.operator != besides]
        if len(others) < self.rules.seats:
            return
        idlest = min(others, key=lambda session: session.used_at)
        if self._clock() - idlest.used_at <= self.rules.seat_timeout_s:
            raise Refused(invented.NO_SEAT.format(self.rules.seats))
        del self._by_token[idlest.token]
        self.evictions += 1

    def _new_token(self) -> tuple[str, str]:
        if self.rules.token_form == "v8":
            return f"SYS{secrets.token_hex(30).upper()}", ""
        return f"{secrets.token_hex(16).upper()}00", "  "

    def _expired(self, session: Session) -> bool:
        return self._clock() - session.used_at > self.rules.idle_timeout_s
