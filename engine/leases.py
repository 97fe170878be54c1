"""Who may act in a role: owns the table `leases`.

A lease is a row with an epoch that rises with every change of owner. Its expiry, by the
database's clock, only decides when somebody else may take over; what keeps a former owner out is
the epoch: every fenced append compares it (reliability.md §1 G7, G11). So a holder that was
stopped for an hour and wakes can neither append nor renew, whatever its clock says.

A lease may carry a note to whoever takes over from a holder that died; one that gives its lease
back leaves none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from engine.clock import Clock
from engine.crossings import boundary
from engine.db import Connection, integer, text
from engine.errors import EngineError, Transient
from engine.log.contract import Fence

_RELEASE_S: Final = 5.0

ACQUIRE: Final = """
INSERT INTO leases AS held (tenant, role, epoch, holder, expires_at)
VALUES ($1, $2, 1, $3, clock_timestamp() + $4::interval)
ON CONFLICT (tenant, role) DO UPDATE
SET epoch = held.epoch + 1, holder = $3, expires_at = clock_timestamp() + $4::interval
WHERE held.expires_at <= clock_timestamp()
RETURNING epoch, note
"""
RENEW: Final = """
UPDATE leases SET expires_at = clock_timestamp() + $4::interval
WHERE tenant = $1 AND role = $2 AND epoch = $3
"""
RELEASE: Final = """
UPDATE leases SET epoch = epoch + 1, expires_at = '-infinity', note = ''
WHERE tenant = $1 AND role = $2 AND epoch = $3
"""
NOTE: Final = """
UPDATE leases SET note = $4 WHERE tenant = $1 AND role = $2 AND epoch = $3
"""


class Lease:
    """The right to act in a role, until `lost` is set.

    `good_until` is a monotonic instant, reckoned from before the last renewal was asked for, so
    it is never later than the database's own expiry. `note`: what the last holder left to whoever
    takes over, "" when it gave the lease back.
    """

    def __init__(
        self, *, tenant: str, role: str, epoch: int, good_until: float, note: str = ""
    ) -> None:
        self.tenant = tenant
        self.role = role
        self.epoch = epoch
        self.good_until = good_until
        self.note = note
        self.lost = asyncio.Event()

    @property
    def fence(self) -> Fence:
        """What an append carries to be refused once somebody else holds the role."""
        return Fence(role=self.role, epoch=self.epoch)


class Leases:
    """The leases that one `holder`, a running service, asks for."""

    def __init__(self, database: Connection, clock: Clock, holder: str, ttl_s: float) -> None:
        self._database = database
        self._clock = clock
        self.holder = holder
        self._ttl_s = ttl_s

    async def acquire(self, tenant: str, role: str) -> Lease | None:
        """The lease, under a higher epoch than any before; None while somebody holds it."""
        good_until = self._clock.monotonic() + self._ttl_s
        boundary("lease.acquire", "before")
        row = await self._database.fetchrow(
            ACQUIRE, tenant, role, self.holder, timedelta(seconds=self._ttl_s)
        )
        if row is None:
            return None
        boundary("lease.acquire", "after")
        return Lease(
            tenant=tenant,
            role=role,
            epoch=integer(row, "epoch"),
            good_until=good_until,
            note=text(row, "note"),
        )

    async def renew(self, lease: Lease) -> bool:
        """Whether the lease is ours for another `ttl_s`; False once its epoch has passed."""
        good_until = self._clock.monotonic() + self._ttl_s
        touched = await self._database.execute(
            RENEW, lease.tenant, lease.role, lease.epoch, timedelta(seconds=self._ttl_s)
        )
        if touched:
            lease.good_until = good_until
        return touched == 1

    async def note(self, lease: Lease, note: str) -> None:
        """Whoever takes over from us, should we die, is told this; of a lost lease nothing."""
        await self._database.execute(NOTE, lease.tenant, lease.role, lease.epoch, note)

    async def release(self, lease: Lease) -> None:
        """Anybody may take the role at once, and our fence is refused from now on."""
        lease.lost.set()
        boundary("lease.release", "before")
        await self._database.execute(RELEASE, lease.tenant, lease.role, lease.epoch)
        boundary("lease.release", "after")

    @asynccontextmanager
    async def hold(self, tenant: str, role: str) -> AsyncIterator[Lease]:
        """The lease, waited for, renewed while the block runs and released at its end.

        `lost` is set when it could not be renewed in time; the block then has to end by itself.
        """
        lease = await self._awaited(tenant, role)
        failure: Exception | None = None
        try:
            async with asyncio.TaskGroup() as group:
                keeper = group.create_task(self._keep(lease))
                try:
                    yield lease
                except Exception as error:
                    failure = error
                finally:
                    keeper.cancel()
        finally:
            with suppress(EngineError, TimeoutError):
                async with asyncio.timeout(_RELEASE_S):
                    await self.release(lease)
        if failure is not None:
            raise failure

    async def _awaited(self, tenant: str, role: str) -> Lease:
        while True:
            with suppress(Transient):
                if lease := await self.acquire(tenant, role):
                    return lease
            await self._clock.sleep(self._ttl_s / 6)

    async def _keep(self, lease: Lease) -> None:
        while not lease.lost.is_set():
            await self._clock.sleep(self._ttl_s / 3)
            left_s = lease.good_until - self._clock.monotonic()
            if left_s <= 0 or not await self._is_renewed(lease, left_s):
                lease.lost.set()

    async def _is_renewed(self, lease: Lease, left_s: float) -> bool:
        try:
            async with asyncio.timeout(left_s):
                return await self.renew(lease)
        except (EngineError, TimeoutError):
            return lease.good_until > self._clock.monotonic()
