"""The server: the committed rows, and one session for each connection of each replica.

It does its part inside the call that asks for it, or, where a lock is not free, inside the call
that frees it; never later and never because a client still waits. So a replica that is stopped or
killed in the middle leaves exactly what a real one leaves: what was sent is done, what was not
committed is undone, and a transaction that waits too long for its own program is ended.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from engine.clock import Clock
from engine.db import IDLE_S
from engine.errors import EngineError, Malformed, Misconfigured, TimedOut, Transient
from engine.proof.simulation.store.faults import Fault, Kind, error_of
from engine.proof.simulation.store.locks import Locks, Waiting
from engine.proof.simulation.store.state import State, Transaction
from engine.proof.simulation.store.view import Answer, Blocked, View, said

STATEMENT_S: Final = 30.0
"""How long a statement may take, as the engine asks for (`db.Database.open`)."""
_LEAST_PATIENCE_S: Final = 0.001

Statement = Callable[..., Answer]
Deed = Callable[[View], Answer]


class UnknownStatement(Exception):
    """The store was not told what a statement means. A bug, never an answer."""


class Pending:
    """A deed under way; `ended` is set when it has its answer or its error."""

    def __init__(self, deed: Deed, transaction: Transaction) -> None:
        self.deed = deed
        self.transaction = transaction
        self.ended = asyncio.Event()
        self.waiting: Waiting | None = None
        self._answer: Answer | EngineError | None = None

    def end(self, answer: Answer | EngineError) -> None:
        """This is what came of it."""
        self._answer = answer
        self.waiting = None
        self.ended.set()

    def result(self) -> Answer:
        """The answer; raises the error."""
        if isinstance(self._answer, EngineError):
            raise self._answer
        assert self._answer is not None
        return self._answer


class Server:
    """One database; `clock` is its own and may differ from the replicas'."""

    def __init__(self, clock: Clock, statements: Mapping[str, Statement]) -> None:
        self.state = State()
        self.locks = Locks()
        self.clock = clock
        self.is_up = True
        self._statements = statements
        self._sessions: dict[Session, None] = {}

    def connect(self) -> "Session":
        """A new session; `Transient` while the server is down."""
        if not self.is_up:
            raise Transient(said("ConnectionRefusedError: the server is down"))
        session = Session(self)
        self._sessions[session] = None
        return session

    def forget(self, session: "Session") -> None:
        """The session is over."""
        self._sessions.pop(session, None)

    def stop(self) -> None:
        """The server is down: every session is over, what was not committed is undone."""
        self.is_up = False
        for session in list(self._sessions):
            session.end("AdminShutdownError: terminating connection, the server stops")

    def start(self) -> None:
        """The server is up, with everything that was committed."""
        self.is_up = True

    def deed(self, sql: str, *arguments: object) -> Deed:
        """What the statement means; `UnknownStatement` names one that nobody explained."""
        try:
            statement = self._statements[sql]
        except KeyError:
            raise UnknownStatement(sql) from None
        for argument in arguments:
            check_argument(argument)
        return lambda view: statement(view, *arguments)

    def reap(self) -> None:
        """Sessions whose time is up are over."""
        now_s = self.clock.monotonic()
        for session in [one for one in self._sessions if one.ends_at_s <= now_s]:
            session.end(
                "IdleInTransactionSessionTimeoutError: "
                "terminating connection due to idle-in-transaction timeout"
            )

    def patience_s(self) -> float:
        """When to look again whether somebody's time is up."""
        soonest = min((session.ends_at_s for session in self._sessions), default=float("inf"))
        return min(max(soonest - self.clock.monotonic(), _LEAST_PATIENCE_S), IDLE_S)


class Session:
    """One connection as the server sees it. `ends_at_s`: when its transaction is ended for it."""

    def __init__(self, server: Server) -> None:
        self.ends_at_s = float("inf")
        self.ended_by = ""
        self._server = server
        self._transaction: Transaction | None = None
        self._pending: Pending | None = None

    def begin(self, *, is_snapshot: bool = False) -> None:
        """A transaction is open."""
        self._check_alive()
        self._transaction = Transaction(
            started_at=self._server.clock.now(), is_snapshot=is_snapshot, is_read_only=is_snapshot
        )
        self._rest()

    def perform(self, deed: Deed) -> Pending:
        """The deed is done or waits for a lock; by itself it is a transaction of its own."""
        self._server.reap()
        self._check_alive()
        transaction = self._transaction or Transaction(started_at=self._server.clock.now())
        pending = Pending(deed, transaction)
        self._pending = pending
        self.work()
        if transaction.is_failed:
            self._end(
                pending,
                Misconfigured(
                    said(
                        "InFailedSQLTransactionError: current transaction is aborted (SQLSTATE "
                        "25P02); is the schema migrated?"
                    )
                ),
            )
        else:
            self._attempt(pending)
        return pending

    def commit(self) -> None:
        """What the open transaction wrote is committed; a failed one is undone, in silence."""
        self._server.reap()
        self._check_alive()
        assert self._transaction is not None
        if not self._transaction.is_failed:
            self._transaction.commit(self._server.state)
        self._close()

    def rollback(self) -> None:
        """Nothing of the open transaction is left, if there is one."""
        self._close()

    def fail(self) -> None:
        """The open transaction can only be undone; so is what the statement did."""
        if self._pending is not None:
            self.give_up(self._pending)
        if self._transaction is not None:
            self._transaction.is_failed = True
            self._server.locks.release(self._transaction)

    def give_up(self, pending: Pending) -> None:
        """The statement is cancelled, unless it is done already."""
        if not pending.ended.is_set():
            self._end(pending, TimedOut(said("QueryCanceledError: canceling statement")))

    def end(self, why: str) -> None:
        """The connection is gone, and the transaction with it."""
        self.ended_by = self.ended_by or why
        self._server.forget(self)
        if self._pending is not None and not self._pending.ended.is_set():
            self._end(self._pending, Transient(said(self.ended_by)))
        self._close()

    def close(self) -> None:
        """The client gave the connection back."""
        self.end("InterfaceError: connection is closed")

    def work(self) -> None:
        """The server works for this session; it is ended when that takes too long."""
        self.ends_at_s = self._server.clock.monotonic() + STATEMENT_S

    def _rest(self) -> None:
        """The session waits for its program; not for ever within a transaction."""
        is_open = self._transaction is not None
        self.ends_at_s = self._server.clock.monotonic() + IDLE_S if is_open else float("inf")

    def _attempt(self, pending: Pending) -> None:
        server, transaction = self._server, pending.transaction
        saved = transaction.layer.copied()
        view = View(server.state, server.locks, transaction, server.clock.now())
        try:
            answer = pending.deed(view)
        except Blocked as blocked:
            transaction.layer = saved
            if server.locks.is_deadlock(transaction, blocked.place):
                self._end(pending, error_of(Fault(kind=Kind.DEADLOCK)))
                return
            pending.waiting = Waiting(
                owner=transaction,
                place=blocked.place,
                is_shared=blocked.is_shared,
                go_on=partial(self._attempt, pending),
            )
            server.locks.stand_in_line(pending.waiting)
        except EngineError as error:
            transaction.layer = saved
            self._end(pending, error)
        else:
            transaction.has_asked = True
            if self._transaction is None:
                transaction.commit(server.state)
            pending.end(answer)
            self._settle(pending)

    def _end(self, pending: Pending, error: EngineError) -> None:
        """The statement failed, and with it its transaction."""
        if pending.waiting is not None:
            self._server.locks.leave(pending.waiting)
        pending.transaction.is_failed = True
        pending.end(error)
        self._settle(pending)

    def _settle(self, pending: Pending) -> None:
        self._pending = None
        self._rest()
        if self._transaction is None or pending.transaction.is_failed:
            self._server.locks.release(pending.transaction)

    def _close(self) -> None:
        transaction, self._transaction = self._transaction, None
        self._rest()
        if transaction is not None:
            self._server.locks.release(transaction)

    def _check_alive(self) -> None:
        if self.ended_by:
            raise Transient(said(self.ended_by))


def check_argument(argument: object) -> None:
    """`Malformed` for what no PostgreSQL takes: NUL or half a surrogate in a text, 65 bits."""
    if isinstance(argument, str):
        if not argument.isascii():
            try:
                argument.encode()
            except UnicodeEncodeError as error:
                raise Malformed(said("DataError: invalid input for query argument")) from error
        if "\x00" in argument:
            raise Malformed(said("CharacterNotInRepertoireError: invalid byte sequence"))
    elif isinstance(argument, int):
        if not -(1 << 63) <= argument < 1 << 63:
            raise Malformed(said("DataError: invalid input for query argument"))
    elif isinstance(argument, list | tuple):
        for part in argument:
            check_argument(part)
