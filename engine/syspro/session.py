"""One e.net session per operator: opened as a takeover, revoked with proof, closed always.

A second logon of an operator evicts the first (syspro.md §2), so one keeper owns the operator in
the whole system; the lane's lease decides which. Every token is persisted before it is used.
Opening revokes what earlier owners left, logs on with FailWhenAlreadyLoggedIn Y, and evicts (N)
once only while a session of our own may be the one logged on (architecture.md §6). Refused
credentials are tried twice in 15 minutes (reliability.md S1). Evictions are answered ever later,
and not at all once the operator was logged on five times in ten minutes (S6): a session that a
doubt revoked is no eviction, so it is opened anew, and counts.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from engine.clock import Clock
from engine.errors import EngineError, Throttled, Transient
from engine.syspro.outcomes import (
    AccessDenied,
    CredentialsRefused,
    LoggedInElsewhere,
    NoLicence,
    SessionInvalid,
    Unreachable,
)
from engine.syspro.session_store import SessionStore, StoredSession
from engine.syspro.settings import SysproSettings
from engine.syspro.transport import Transport

REVOKE_TRIES = 3
REVOKE_PAUSE_S = 0.2
CLOSE_DEADLINE_S = 10.0
CREDENTIAL_TRIES = 2
CREDENTIAL_PAUSE_S = 900.0
LOSSES_WINDOW_S = 600.0
MAX_LOSS_PAUSE_S = 120.0
MOST_LOGONS = 5

Change = Literal["SessionOpened", "SessionRevoked", "SessionLost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session: `tag` stands for the token wherever anybody can read."""

    company: str
    operator: str
    tag: str
    session_id: UUID
    epoch: int
    opened_at: datetime
    token: str = field(repr=False)


class Tagger(Protocol):
    """What turns a token into 16 hex digits, keyed, one way."""

    async def __call__(self, token: bytes) -> str:
        """The tag of the token."""
        ...


class OperatorInUse(Transient):
    """Somebody else is logged on under our operator; a person must find out who. Not evicted."""


_NO_SESSION = (
    CredentialsRefused,
    LoggedInElsewhere,
    NoLicence,
    AccessDenied,
    OperatorInUse,
    Unreachable,
)
"""Failures of a logon after which there is certainly no new session: SYSPRO's own words, or not one
byte was sent. A status, 429 too, may stand before a logon that was done."""


class SessionKeeper:
    """The one owner of an operator's session, for as long as the lane's lease is held."""

    def __init__(
        self,
        transport: Transport,
        store: SessionStore,
        *,
        tagger: Tagger,
        clock: Clock,
        epoch: int,
        on_change: Callable[[Change, Session], Awaitable[None]] | None = None,
    ) -> None:
        self._transport = transport
        self._store = store
        self._tagger = tagger
        self._clock = clock
        self._epoch = epoch
        self._on_change = on_change
        self._current: Session | None = None
        self._turn = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._refused_at: deque[float] = deque(maxlen=CREDENTIAL_TRIES)
        self._refused_digest = ""
        self._lost_at: deque[float] = deque(maxlen=16)
        self._is_lost = False
        self._logons_at: deque[float] = deque(maxlen=16)
        self._used: UUID | None = None

    @property
    def settings(self) -> SysproSettings:
        """The company and operator that the keeper serves."""
        return self._transport.settings

    @property
    def current(self) -> Session | None:
        """The session in use, if any."""
        return self._current

    async def open(self, *, fail_when_logged_in: bool = True) -> Session:
        """There is a session, persisted, and every earlier one of ours is known to be dead.

        `fail_when_logged_in` False evicts whoever is logged on: for a person's decision only.
        Raises `CredentialsRefused`, `OperatorInUse`, `Throttled`, `Fenced`, `Transient`, ….
        """
        async with self._opening:
            if self._current is not None:
                return self._current
            self._check_logons()
            self._check_losses()
            earlier = await self._store.unrevoked(self.settings.company, self.settings.operator)
            unconfirmed = [stored for stored in earlier if not await self._is_over(stored)]
            session = await self._open_anew(unconfirmed, fail_when_logged_in)
            self._current, self._is_lost = session, False
            await self._tell("SessionOpened", session)
            await self._learn_post_form()
            return session

    async def revoke(self, session: Session) -> bool:
        """Whether it is confirmed, and durable, that the session's token is dead (r2)."""
        if self._current is not None and self._current.session_id == session.session_id:
            self._current = None
        stored = StoredSession(
            session_id=session.session_id, epoch=session.epoch, age_s=0.0, token=session.token
        )
        is_over = await self._is_over(stored)
        if is_over:
            await self._tell("SessionRevoked", session)
        return is_over

    async def fence(self, session_tag: str) -> bool:
        """Whether no request under the session of that tag can be accepted any more.

        Revokes it when it is ours or a stored one; a tag that no unrevoked session has is dead.
        """
        if self._current is not None and self._current.tag == session_tag:
            return await self.revoke(self._current)
        company, operator = self.settings.company, self.settings.operator
        for stored in await self._store.unrevoked(company, operator):
            if stored.token is None:
                continue
            is_it = await self._tagger(stored.token.encode()) == session_tag
            if is_it and not await self._is_over(stored):
                return False
        return True

    async def lost(self, session: Session) -> None:
        """SYSPRO refused the session's token: it is dead, and the next `open` logs on again.
        If it never worked it may be no token at all, and what the logon opened is not known."""
        if self._current is not None and self._current.session_id == session.session_id:
            self._current = None
        self._is_lost = True
        self._lost_at.append(self._clock.monotonic())
        if self._used != session.session_id:
            await self._store.announce(session.company, session.operator, self._epoch)
        await self._store.mark_revoked(session.session_id)
        await self._tell("SessionLost", session)

    async def close(self) -> bool:
        """The operator is logged off; whether that was confirmed before the deadline."""
        if self._current is None:
            return True
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                return await self.revoke(self._current)
        except (TimeoutError, EngineError):
            return False

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[Session]:
        """The session for one call at a time: no other call of the operator is under way.

        A `SessionInvalid` that leaves the block has been noted by `lost`.
        """
        async with self._turn:
            session = await self.open()
            refused: SessionInvalid | None = None
            try:
                yield session
                self._used = session.session_id
            except SessionInvalid as error:
                refused = error
            if refused is not None:
                await self.lost(session)
                raise refused

    async def _open_anew(
        self, unconfirmed: Sequence[StoredSession], fail_when_logged_in: bool
    ) -> Session:
        company, operator = self.settings.company, self.settings.operator
        digest = await self._check_credential_pause()
        session_id = await self._store.announce(company, operator, self._epoch)
        logon = self._logon(digest, fail_when_logged_in, may_evict=bool(unconfirmed))
        try:
            token = await self._ended_logon(session_id, logon)
        except _NO_SESSION:
            await self._store.mark_revoked(session_id)
            raise
        except EngineError:  # there may be one: this logon stands for those in doubt before it
            for stored in unconfirmed:
                if stored.token is None:
                    await self._store.mark_revoked(stored.session_id)
            raise
        try:
            await self._store.save(session_id, self._epoch, token)
            await self._confirm_dead(unconfirmed)
        except BaseException:
            await self._log_off_unused(session_id, token)
            raise
        return Session(
            company=company,
            operator=operator,
            tag=await self._tagger(token.encode()),
            session_id=session_id,
            epoch=self._epoch,
            opened_at=self._clock.now(),
            token=token,
        )

    async def _ended_logon(self, session_id: UUID, logon: Awaitable[str]) -> str:
        """The logon's token. Whoever is cancelled meanwhile, as an owner that slept over its lease
        is, waits for it all the same, and logs off: else nobody would know of that session."""
        async with asyncio.TaskGroup() as group:
            under_way = group.create_task(_outcome(logon))
            try:
                outcome = await asyncio.shield(under_way)
            except asyncio.CancelledError:
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_DEADLINE_S):
                        outcome = await under_way
                        if isinstance(outcome, str):
                            await self._log_off_unused(session_id, outcome)
                raise
        if isinstance(outcome, EngineError):
            raise outcome
        return outcome

    async def _learn_post_form(self) -> None:
        """Whether the site has PostLD is known before an intent rests on it, if it can be told."""
        try:
            await self._transport.has_post_ld()
        except EngineError:
            return

    async def _confirm_dead(self, unconfirmed: Sequence[StoredSession]) -> None:
        """Earlier sessions are dead now that we have logged on, each confirmed by asking.

        A logon whose reply was lost may be on its way yet, and open a session that nobody knows:
        until the drain has passed it is remembered, so that we may evict what it opened.
        """
        for stored in unconfirmed:
            if stored.token is None and stored.age_s < self.settings.drain_s:
                continue
            if stored.token is not None and not await self._is_over(stored):
                raise Transient(
                    f"SYSPRO still accepts an earlier session of operator "
                    f"{self.settings.operator}; nothing is posted until it is gone"
                )
            await self._store.mark_revoked(stored.session_id)

    async def _logon(self, digest: str, fail_when_logged_in: bool, *, may_evict: bool) -> str:
        try:
            token = await self._transport.logon(fail_when_logged_in=fail_when_logged_in)
            self._logons_at.append(self._clock.monotonic())
            return token
        except LoggedInElsewhere:
            is_ours = may_evict and fail_when_logged_in
        except CredentialsRefused as error:
            self._refused_at.append(self._clock.monotonic())
            self._refused_digest = digest
            raise CredentialsRefused(
                f"Logon of operator {self.settings.operator} to company {self.settings.company} "
                f"at {self._transport.host}",
                f"{error.text}; check the operator, the company and the credentials "
                f"syspro/{self.settings.company}/operator_password and company_password",
            ) from error
        if is_ours:
            self._logons_at.append(self._clock.monotonic())  # it may evict, whatever is answered
            return await self._transport.logon(fail_when_logged_in=False)
        raise OperatorInUse(
            f"operator {self.settings.operator} is logged on to SYSPRO elsewhere: the engine needs "
            "an operator of its own and evicts nobody; log that session off"
        )

    async def _check_credential_pause(self) -> str:
        password = await self.settings.operator_password()
        company_password = await self.settings.company_password()
        digest = hashlib.sha256(f"{password}\x00{company_password}".encode()).hexdigest()
        if digest != self._refused_digest:
            self._refused_at.clear()
        if len(self._refused_at) == CREDENTIAL_TRIES:
            left = self._refused_at[0] + CREDENTIAL_PAUSE_S - self._clock.monotonic()
            if left > 0:
                raise Throttled(
                    f"SYSPRO refused the credentials of operator {self.settings.operator} "
                    f"{CREDENTIAL_TRIES} times; not tried again before they change, or for "
                    f"{left:.0f} s, lest the operator be locked",
                    retry_after_s=left,
                )
        return digest

    def _check_logons(self) -> None:
        """A session that was taken from us is not taken back before the logons allow it."""
        now = self._clock.monotonic()
        if not self._is_lost or len(self._logons_at) < MOST_LOGONS:
            return
        window_s = self.settings.logons_window_s
        left = self._logons_at[-MOST_LOGONS] + window_s - now
        if left > 0:
            raise Throttled(
                f"operator {self.settings.operator} lost its session again and was logged on "
                f"{MOST_LOGONS} times within {window_s:.0f} s; somebody else may be using it: "
                f"not logged on again for {left:.0f} s",
                retry_after_s=left,
            )

    def _check_losses(self) -> None:
        now = self._clock.monotonic()
        recent = [at for at in self._lost_at if now - at < LOSSES_WINDOW_S]
        if len(recent) < 2:
            return
        pause = min(MAX_LOSS_PAUSE_S, 0.5 * 2.0 ** (len(recent) - 2))
        left = recent[-1] + pause - now
        if left > 0:
            raise Throttled(
                f"operator {self.settings.operator} lost its session {len(recent)} times in "
                f"{LOSSES_WINDOW_S / 60:.0f} minutes; somebody else may be using it",
                retry_after_s=left,
            )

    async def _is_over(self, stored: StoredSession) -> bool:
        """Whether the stored token is confirmed dead; a row without a token is never."""
        if stored.token is None:
            return False
        for attempt in range(REVOKE_TRIES):
            if attempt:
                await self._clock.sleep(REVOKE_PAUSE_S * 2**attempt)
            if await self._is_refused(self._transport.logoff, stored.token, is_enough=True):
                break
        else:
            profile = self._transport.get_logon_profile
            if not await self._is_refused(profile, stored.token, is_enough=False):
                return False
        await self._store.mark_revoked(stored.session_id)
        return True

    async def _is_refused(
        self, call: Callable[[str], Awaitable[object]], token: str, *, is_enough: bool
    ) -> bool:
        """Whether SYSPRO calls the token invalid; a plain answer counts as `is_enough` says."""
        try:
            await call(token)
        except SessionInvalid:
            return True
        except EngineError:
            return False
        return is_enough

    async def _log_off_unused(self, session_id: UUID, token: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                if await self._is_refused(self._transport.logoff, token, is_enough=True):
                    await self._store.mark_revoked(session_id)
        except (TimeoutError, EngineError):
            return

    async def _tell(self, change: Change, session: Session) -> None:
        if self._on_change is not None:
            await self._on_change(change, session)


async def _outcome(logon: Awaitable[str]) -> str | EngineError:
    try:
        return await logon
    except EngineError as error:
        return error
