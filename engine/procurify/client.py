"""The Procurify client: a GET by path, or one write; authorised and paced.

A 401 renews the token once for all who met it. Of a GET, transient failures and 429 are tried
again, at most three attempts with full jitter under one deadline and within the domain's retry
budget; anything else is raised as the error that names what to do next (engine.errors). A write
goes out once, and what came of it is a value (`write_answers`).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

import backoff

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.errors import EngineError, Throttled, TimedOut, Transient, Unauthorized
from engine.pacing.budget import RetryBudget
from engine.procurify.client_wire import LARGEST_BODY, Wire
from engine.procurify.observer import NullObserver, Observer
from engine.procurify.pace import LONGEST_WAIT_S, Pace
from engine.procurify.replies import Reply, failure
from engine.procurify.settings import ProcurifySettings
from engine.procurify.token import TokenKeeper
from engine.procurify.write_answers import NotSent, WriteAnswer, fell_short, judged

MOST_ATTEMPTS = 3
_FIRST_WAIT_S = 0.5
_LONGEST_BACKOFF_S = 20.0
_T = TypeVar("_T")


class ProcurifyClient:
    """Reads one Procurify domain. Use as an async context manager."""

    def __init__(
        self,
        settings: ProcurifySettings,
        *,
        clock: Clock,
        chance: random.Random,
        observer: Observer | None = None,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._chance = chance
        self._observer: Observer = observer or NullObserver()
        self._pace = Pace(settings.requests_per_second, clock, self._observer)
        self._wire = Wire(
            host=settings.host,
            timeout_s=settings.timeout_s,
            clock=clock,
            observer=self._observer,
            pace=self._pace,
            largest_body=largest_body,
        )
        self._tokens = TokenKeeper(settings, self._wire, clock)
        self._budget = RetryBudget(clock)
        self._stack = AsyncExitStack()
        self._ahead = timedelta(0)
        self._renewed = ""

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._wire)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def source_now(self) -> datetime:
        """The present by the source's clock or ours, whichever is earlier."""
        return self.clock.now() + min(self._ahead, timedelta(0))

    def source_latest(self) -> datetime:
        """The present by the source's clock or ours, whichever is later."""
        return self.clock.now() + max(self._ahead, timedelta(0))

    def skew_s(self) -> float:
        """The seconds by which the source's clock is beside ours, to either side."""
        return abs(self._ahead.total_seconds())

    async def freshen(self) -> None:
        """The token will last for a poll; call before each one."""
        await self._repeated(self._freshen, repeats_timeouts=True)

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        resource: str = "",
        repeats_timeouts: bool = True,
    ) -> Reply:
        """The JSON reply of `path` with status 200; every other outcome is raised.

        `resource` is what texts call it. Readers turn `repeats_timeouts` off: a walk asks for less
        instead, a detail waits for the next poll (procurify.md §10).
        """

        async def once() -> Reply:
            return await self._authorised(path, query or {}, resource or path)

        self._budget.tried()
        return await self._repeated(once, repeats_timeouts=repeats_timeouts)

    async def write(
        self, method: str, path: str, body: JsonObject, *, resource: str
    ) -> WriteAnswer:
        """What came of one POST, PUT or PATCH of the body, its Decimals as text; never raises.

        It goes out once. Where the API refused it for its token alone the next one has a new token.
        """
        try:
            token = await self._tokens.bearer()
        except EngineError as error:
            return NotSent(cause="no_token", text=str(error))
        try:
            reply = await self._wire.send(
                method, self.settings.root + path, body, self._headers(token)
            )
        except EngineError as error:
            return fell_short(error)
        hidden = self._hidden(token)
        answer = judged(reply, self._failure(reply, resource, token), hidden=hidden)
        if isinstance(answer, NotSent) and answer.cause == "unauthorized":
            await self._renew(token, answer.text)
            return answer
        self._renewed = ""
        if isinstance(answer, NotSent) and answer.cause == "throttled":
            self._pace.rest(answer.retry_after_s or _FIRST_WAIT_S)
        return answer

    async def _renew(self, refused: str, text: str) -> None:
        """There is another token; if the one given for the last refusal is refused as well, before
        anything was written with it, no more are asked for, for a while."""
        if refused == self._renewed:
            self._tokens.distrust(text)
            return
        with suppress(EngineError):
            self._renewed = await self._tokens.renew(refused)

    async def _freshen(self) -> Reply | None:
        await self._tokens.freshen()
        return None

    async def _authorised(self, path: str, query: Mapping[str, str], resource: str) -> Reply:
        token = await self._tokens.bearer()
        found, error = await self._sent(path, query, resource, token)
        if type(error) is Unauthorized:
            token = await self._tokens.renew(token)
            found, error = await self._sent(path, query, resource, token)
            if type(error) is Unauthorized:
                self._tokens.distrust(str(error))
        if error is not None:
            raise error
        return found

    async def _sent(
        self, path: str, query: Mapping[str, str], resource: str, token: str
    ) -> tuple[Reply, EngineError | None]:
        reply = await self._wire.get(self.settings.root + path, query, self._headers(token))
        if reply.date_at is not None:
            self._ahead = reply.date_at - self.clock.now()
        return reply, self._failure(reply, resource, token)

    def _headers(self, token: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token}", "X-Procurify-Client": "api"}

    def _hidden(self, token: str) -> tuple[str, ...]:
        return (token, *self.settings.credentials())

    def _failure(self, reply: Reply, resource: str, token: str) -> EngineError | None:
        host, now = self.settings.host, self.clock.now()
        return failure(reply, host=host, resource=resource, now=now, hidden=self._hidden(token))

    async def _repeated(self, once: Callable[[], Awaitable[_T]], *, repeats_timeouts: bool) -> _T:
        waits = backoff.expo(factor=_FIRST_WAIT_S, max_value=_LONGEST_BACKOFF_S)
        next(waits)
        attempt = 0
        try:
            async with asyncio.timeout(self._overall_s):
                while True:
                    attempt += 1
                    try:
                        return await once()
                    except Transient as error:
                        is_last = attempt == MOST_ATTEMPTS
                        if isinstance(error, TimedOut) and not repeats_timeouts:
                            is_last = True
                        if not is_last and not self._budget.take():
                            is_last = True
                            self._observer.spent()
                        await self._wait(error, next(waits), is_last=is_last)
        except TimeoutError as error:
            raise TimedOut(f"{self.settings.host}: no answer in all attempts") from error

    async def _wait(self, error: Transient, most_s: float, *, is_last: bool) -> None:
        """The time for another attempt has come; raises `error` where there is none."""
        if isinstance(error, Throttled):
            asked = error.retry_after_s
            seconds = _FIRST_WAIT_S + self._chance.uniform(0, most_s) if asked is None else asked
            self._pace.rest(seconds * self._chance.uniform(1.0, 1.1))
            if is_last or seconds > LONGEST_WAIT_S:
                raise error
        elif is_last:
            raise error
        else:
            await self.clock.sleep(self._chance.uniform(0, most_s))
        self._observer.retried(type(error).__name__)

    @property
    def _overall_s(self) -> float:
        return MOST_ATTEMPTS * (2 * self.settings.timeout_s + LONGEST_WAIT_S)
