"""A duty: what one engine of many does for a tenant while it holds the lease, again and again.

Any number of engines may stand ready for a duty; the lease picks one. Work that fails is logged
and taken up again after a pause with full jitter; work whose lease is lost is told so at once, and
cancelled after `grace_s`. A duty ends when `stop` is set: at once while it waits, within `grace_s`
while it works.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from engine.clock import Clock
from engine.errors import EngineError, Fenced, Unauthorized
from engine.leases import Lease, Leases

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
SETTLED_S = 5.0

Work = Callable[[Lease, asyncio.Event], Awaitable[None]]


class Duty:
    """One role of one tenant. `trouble` is why the work does not go on, "" while it does."""

    def __init__(
        self,
        *,
        leases: Leases,
        tenant: str,
        role: str,
        work: Work,
        clock: Clock,
        random: Random,
        grace_s: float = 10.0,
    ) -> None:
        self.tenant = tenant
        self.role = role
        self.trouble = ""
        self.is_held = False
        self.is_refused = False
        self._leases = leases
        self._work = work
        self._clock = clock
        self._random = random
        self._grace_s = grace_s
        self._failures = 0
        self._is_over = False

    async def run(self, stop: asyncio.Event) -> None:
        """The duty is done whenever it is ours, until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(self._serve(stop))
            try:
                await stop.wait()
                if self.is_held:
                    await asyncio.wait([serving], timeout=self._grace_s)
            finally:  # work whose own tasks fail as they are cancelled hides that it was
                self._is_over = True
            serving.cancel()

    async def _serve(self, stop: asyncio.Event) -> None:
        while not (stop.is_set() or self._is_over):
            try:
                async with self._leases.hold(self.tenant, self.role) as lease:
                    self.is_held = True
                    await self._work_under(lease, stop)
                self._failures, self.trouble, self.is_refused = 0, "", False
            except Exception as error:
                self._note(error)
                if not self._is_over:
                    await self._rest(stop)
            finally:
                self.is_held = False

    async def _work_under(self, lease: Lease, stop: asyncio.Event) -> None:
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            working = group.create_task(self._worked(lease, ended))
            watches = [
                group.create_task(self._settle()),
                group.create_task(_set_after(stop, ended)),
                group.create_task(self._end_after_loss(lease, ended, working)),
            ]
            try:
                await asyncio.wait([working])
            finally:
                for watch in watches:
                    watch.cancel()
        if working.cancelled():
            raise Fenced(f"{self.role} of {self.tenant} went on without its lease")

    async def _worked(self, lease: Lease, ended: asyncio.Event) -> None:
        await self._work(lease, ended)

    async def _end_after_loss(
        self, lease: Lease, ended: asyncio.Event, working: asyncio.Task[None]
    ) -> None:
        await _set_after(lease.lost, ended)
        await asyncio.wait([working], timeout=self._grace_s)
        working.cancel()

    async def _settle(self) -> None:
        """Work that has gone on for a while is out of trouble."""
        await self._clock.sleep(SETTLED_S)
        self._failures, self.trouble, self.is_refused = 0, "", False

    def _note(self, error: Exception) -> None:
        known = _first(error)
        self._failures += 1
        if isinstance(known, Fenced):
            self.trouble, self.is_refused = "", False
            logging.getLogger(__name__).info("%s of %s has a new owner", self.role, self.tenant)
            return
        self.trouble = str(known)
        self.is_refused = isinstance(known, Unauthorized)
        logging.getLogger(__name__).warning(
            "%s of %s was interrupted: %s",
            self.role,
            self.tenant,
            known,
            exc_info=None if isinstance(known, EngineError) else known,
        )

    async def _rest(self, stop: asyncio.Event) -> None:
        bound_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._failures, 16))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._random.uniform(FIRST_PAUSE_S, bound_s)):
                await stop.wait()


async def _set_after(first: asyncio.Event, then: asyncio.Event) -> None:
    await first.wait()
    then.set()


def _first(error: BaseException) -> BaseException:
    """The error itself, or the first real one of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
