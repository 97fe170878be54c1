"""One replica's door to the server: `engine.db.Database` as its owners know it.

Every crossing asks whether something goes wrong there, and lets others have their turn. A door
that was killed leaves nothing behind but what the server had done by then.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from engine.db import Connection, Row
from engine.errors import TimedOut, Transient
from engine.proof.simulation.store.copying import copied
from engine.proof.simulation.store.faults import (
    ENDS_SESSION,
    Boundary,
    Crossing,
    Draw,
    Fault,
    Kind,
    Phase,
    check,
    crossing_of,
    error_of,
    no_fault,
)
from engine.proof.simulation.store.server import STATEMENT_S, Deed, Pending, Server, Session
from engine.proof.simulation.store.view import Answer, said, touched

Pause = Callable[[], Awaitable[object]]

_LATE = "PostgreSQL did not answer before the deadline"


async def others_have_their_turn() -> None:
    """Whatever else is ready has run once."""
    await asyncio.sleep(0)


class MemoryDatabase:
    """The door. `draw` says what goes wrong, `pause` is awaited on each side of a crossing.

    `command_timeout_s` bounds every crossing, `max_size` how many connections are open at once.
    """

    def __init__(
        self,
        server: Server,
        *,
        draw: Draw = no_fault,
        pause: Pause = others_have_their_turn,
        max_size: int = 10,
        command_timeout_s: float = STATEMENT_S,
    ) -> None:
        self._server = server
        self._draw = draw
        self._pause = pause
        self._timeout_s = command_timeout_s
        self._seats = asyncio.Semaphore(max_size)
        self._sessions: dict[Session, None] = {}
        self._is_killed = False

    def kill(self) -> None:
        """The replica is gone: its connections are, and nothing goes through this door again."""
        self._is_killed = True
        for session in list(self._sessions):
            session.end("ConnectionDoesNotExistError: the client is gone")

    @asynccontextmanager
    async def transaction(self, *, is_snapshot: bool = False) -> AsyncIterator[Connection]:
        """A transaction: committed when the block ends, undone when it raises.

        `is_snapshot`: read only, every statement sees the same instant. A `Transient` from the
        end of the block leaves open whether the commit took place.
        """
        session = await self._acquired()
        try:
            await self._before(session, Boundary.BEGIN)
            session.begin(is_snapshot=is_snapshot)
            await self._after(session, Boundary.BEGIN)
            yield _Statements(self, session)
            await self._before(session, Boundary.COMMIT)
            session.commit()
            await self._after(session, Boundary.COMMIT)
        finally:
            self._give_back(session)

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        """All rows of the answer to one statement."""
        return (await self._by_itself(sql, self.deed(sql, *arguments))).rows

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        """The first row of the answer to one statement, None when there is none."""
        rows = (await self._by_itself(sql, self.deed(sql, *arguments))).rows
        return rows[0] if rows else None

    async def execute(self, sql: str, *arguments: object) -> int:
        """One statement is done and committed; how many rows it touched."""
        return (await self._by_itself(sql, self.deed(sql, *arguments))).touched

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        """One statement is done once for each row of arguments, all committed or none."""
        await self._by_itself(sql, self.deeds(sql, arguments))

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """The rows are in the table and committed."""
        await self._by_itself(f"COPY {table}", copied(table, columns, list(rows)))

    async def perform(self, session: Session, statement: str, deed: Deed) -> Answer:
        """The deed's answer, through the boundary `db.exec`."""
        await self._before(session, Boundary.EXEC, statement)
        pending = session.perform(deed)
        if not pending.ended.is_set():
            await self._awaited(session, pending)
        answer = pending.result()
        await self._after(session, Boundary.EXEC, statement)
        return answer

    def deed(self, sql: str, *arguments: object) -> Deed:
        """What the statement means."""
        return self._server.deed(sql, *arguments)

    def deeds(self, sql: str, arguments: Iterable[Sequence[object]]) -> Deed:
        """What the statement means, once for each row of arguments."""
        deeds = [self.deed(sql, *row) for row in arguments]
        return lambda view: touched(sum(deed(view).touched for deed in deeds))

    async def _by_itself(self, statement: str, deed: Deed) -> Answer:
        session = await self._acquired()
        try:
            return await self.perform(session, statement, deed)
        finally:
            self._give_back(session)

    async def _acquired(self) -> Session:
        try:
            async with asyncio.timeout(self._timeout_s if self._seats.locked() else None):
                await self._seats.acquire()
        except TimeoutError as error:
            raise TimedOut(_LATE) from error
        session: Session | None = None
        try:
            await self._before(None, Boundary.ACQUIRE)
            session = self._connected()
            await self._after(session, Boundary.ACQUIRE)
        except BaseException:
            self._give_back(session)
            raise
        return session

    def _connected(self) -> Session:
        if self._is_killed:
            raise Transient(said("InterfaceError: the pool is closed"))
        session = self._server.connect()
        self._sessions[session] = None
        return session

    def _give_back(self, session: Session | None) -> None:
        """The seat is free; what its session has not committed is undone."""
        self._seats.release()
        if session is not None:
            self._sessions.pop(session, None)
            session.close()

    async def _awaited(self, session: Session, pending: Pending) -> None:
        """The deed has ended: a lock was given up, a time ran out, or this caller's patience."""
        try:
            async with asyncio.timeout(self._timeout_s):
                while not pending.ended.is_set():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._server.patience_s()):
                            await pending.ended.wait()
                    self._server.reap()
        except TimeoutError as error:
            raise TimedOut(_LATE) from error
        finally:
            session.give_up(pending)

    async def _before(
        self, session: Session | None, boundary: Boundary, statement: str = ""
    ) -> None:
        """The server has not done its part yet, and may not come to."""
        await self._pause()
        await self._suffer(session, crossing_of(boundary, Phase.BEFORE, statement))

    async def _after(self, session: Session, boundary: Boundary, statement: str = "") -> None:
        """The server has done its part, which the replica may never hear of."""
        await self._suffer(session, crossing_of(boundary, Phase.AFTER, statement))
        await self._pause()

    async def _suffer(self, session: Session | None, crossing: Crossing) -> None:
        fault = self._draw(crossing)
        if fault is None:
            return
        check(fault, crossing)
        if fault.kind is Kind.SLOW:
            await self._wait_out(session, fault, is_working=crossing.phase is Phase.BEFORE)
            return
        error = error_of(fault)
        if session is not None and fault.kind in ENDS_SESSION:
            session.end(str(error).removeprefix("PostgreSQL: "))
        elif session is not None:
            session.fail()
        raise error

    async def _wait_out(self, session: Session | None, fault: Fault, *, is_working: bool) -> None:
        if session is not None and is_working:
            session.work()
        await asyncio.sleep(min(fault.seconds, self._timeout_s))
        if fault.seconds >= self._timeout_s:
            if session is not None:
                session.fail()
            raise TimedOut(_LATE)


class _Statements:
    """Statements on one acquired connection."""

    def __init__(self, door: MemoryDatabase, session: Session) -> None:
        self._door = door
        self._session = session

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        return (await self._answer(sql, *arguments)).rows

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        rows = (await self._answer(sql, *arguments)).rows
        return rows[0] if rows else None

    async def execute(self, sql: str, *arguments: object) -> int:
        return (await self._answer(sql, *arguments)).touched

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        await self._door.perform(self._session, sql, self._door.deeds(sql, arguments))

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        deed = copied(table, columns, list(rows))
        await self._door.perform(self._session, f"COPY {table}", deed)

    async def _answer(self, sql: str, *arguments: object) -> Answer:
        return await self._door.perform(self._session, sql, self._door.deed(sql, *arguments))
