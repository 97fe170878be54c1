"""What a probe speaks through: real posts and reads over the operator's one session.

Nothing here is an intent: the documents are a probe's, in the test company, announced as a whole
before the first one. What was posted and how long it took is kept.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from engine.core.commands import Payload, command_type
from engine.core.protocol import Sighting
from engine.errors import EngineError
from engine.syspro.books import Books
from engine.syspro.evidence import sightings
from engine.syspro.objects import read, render
from engine.syspro.objects.answers import Posted, PostReply, Refused, Unreadable
from engine.syspro.outcomes import (
    Ambiguous,
    NotSent,
    RefusedDefinite,
    RefusedSession,
    Sent,
    SessionInvalid,
)
from engine.syspro.probe.findings import Made
from engine.syspro.session import SessionKeeper
from engine.syspro.session_store import SessionStore
from engine.syspro.transport import Transport

Reply = PostReply | NotSent | RefusedSession | RefusedDefinite | Ambiguous
"""What one post came to, its document read if there was one."""


class Bench:
    """The means of one probe, and what it did. `seconds` are those of posts that were answered."""

    def __init__(
        self, transport: Transport, keeper: SessionKeeper, store: SessionStore, epoch: int
    ) -> None:
        self.seconds: list[float] = []
        self.made: list[Made] = []
        self.transport = transport
        self.keeper = keeper
        self._store = store
        self._epoch = epoch

    async def post(self, payload: Payload) -> Reply:
        """What SYSPRO said to the payload, posted once under the live session."""
        async with self.keeper.exclusive() as session:
            return await self.post_under(session.token, payload)

    async def post_under(self, token: str, payload: Payload) -> Reply:
        """The same under a token that the caller has, live or not."""
        settings = self.transport.settings
        call = render(payload, local_currency=settings.local_currency)
        outcome = await self.transport.send(token, call)
        if not isinstance(outcome, Sent):
            return outcome
        self.seconds.append(outcome.seconds)
        reply = read(payload, outcome.text)
        if isinstance(reply, Posted):
            external_key = str(getattr(payload, "external_key", ""))
            self.made.append(
                Made(type=command_type(payload), syspro_key=reply.key, external_key=external_key)
            )
        return reply

    async def sightings(self, payload: Payload) -> Sequence[Sighting]:
        """What SYSPRO shows for the payload now, by the query that settles doubts."""
        async with self.keeper.exclusive() as session:
            return await sightings(Books(self.transport, session.token), payload)

    async def why_alive(self, token: str, payload: Payload) -> str:
        """What could still be done under a token; "" when SYSPRO refuses it everywhere."""
        try:
            await Books(self.transport, token).rows("ApSupplier", ["Supplier"], limit=1)
            return "a query under its token was answered"
        except SessionInvalid:
            pass
        except EngineError as error:
            return f"a query under its token was not refused as a dead one's: {error}"
        reply = await self.post_under(token, payload)
        if isinstance(reply, RefusedSession):
            return ""
        return f"a post under its token was not refused: {words(reply)}"

    @asynccontextmanager
    async def evicted(self) -> AsyncIterator[str]:
        """Inside the block, the token of a session whose operator has logged on again since.

        Both sessions are known to the store throughout, and over at the end: one whose Logoff was
        not answered is ended by the keeper before its next logon.
        """
        settings = self.transport.settings
        old = await self.keeper.open()
        session_id = await self._store.announce(settings.company, settings.operator, self._epoch)
        token = await self.transport.logon(fail_when_logged_in=False)
        await self._store.save(session_id, self._epoch, token)
        try:
            yield old.token
        finally:
            await self.keeper.revoke(old)
            with suppress(EngineError):
                await self.transport.logoff(token)
                await self._store.mark_revoked(session_id)


def words(reply: Reply) -> str:
    """What a post came to, in words."""
    match reply:
        case Posted():
            return f"it was accepted as {reply.key}"
        case Refused():
            return "; ".join(fault.text or fault.number for fault in reply.errors)
        case Unreadable() | NotSent() | RefusedSession() | RefusedDefinite() | Ambiguous():
            return reply.text
