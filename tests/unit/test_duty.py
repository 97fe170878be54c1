"""A duty: trouble is known while it lasts, a lost lease stops the work, a stop ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import cast

from engine.errors import Fenced, Transient, Unauthorized
from engine.leases import Lease, Leases
from engine.service.duty import Duty, Work

DEADLINE_S = 10.0


@dataclass
class Turn:
    """A clock whose sleepers wake when the test says so."""

    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await self.is_over.wait()


@dataclass
class OneLease:
    """Gives the same lease again and again."""

    lease: Lease = field(
        default_factory=lambda: Lease(tenant="acme", role="r", epoch=1, good_until=1e9)
    )
    held: int = 0

    @asynccontextmanager
    async def hold(self, tenant: str, role: str) -> AsyncIterator[Lease]:
        self.held += 1
        yield self.lease


def duty_of(work: Work, clock: Turn, leases: OneLease) -> Duty:
    return Duty(
        leases=cast("Leases", leases),
        tenant="acme",
        role="r",
        work=work,
        clock=clock,
        random=Random(1),
        grace_s=1.0,
    )


async def until(claim: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not claim():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(duty: Duty) -> AsyncIterator[asyncio.Event]:
    """The duty runs inside the block and has ended after it."""
    stop = asyncio.Event()
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        group.create_task(duty.run(stop))
        yield stop
        stop.set()


async def test_duty_when_work_fails_then_trouble_until_the_work_has_gone_on_for_a_while() -> None:
    clock, calls = Turn(), []

    async def work(lease: Lease, ended: asyncio.Event) -> None:
        calls.append(lease.epoch)
        if len(calls) == 1:
            raise Unauthorized("the password is refused")
        await ended.wait()

    duty = duty_of(work, clock, OneLease())
    async with running(duty):
        await until(lambda: len(calls) == 2)
        assert duty.trouble == "the password is refused"
        assert duty.is_refused
        clock.is_over.set()
        await until(lambda: duty.trouble == "")
        assert not duty.is_refused
        assert duty.is_held
    assert len(calls) == 2
    assert not duty.is_held


async def test_duty_when_somebody_else_has_the_lease_then_that_is_no_trouble() -> None:
    leases, failures = OneLease(), [Transient("gone"), Fenced("new owner")]

    async def work(lease: Lease, ended: asyncio.Event) -> None:
        if failures:
            raise failures.pop(0)
        await ended.wait()

    duty = duty_of(work, Turn(), leases)
    async with running(duty):
        await until(lambda: leases.held == 3)
        assert duty.trouble == ""


async def test_duty_when_the_lease_is_lost_or_the_stop_set_then_the_work_is_told() -> None:
    leases, ends = OneLease(), []

    async def work(lease: Lease, ended: asyncio.Event) -> None:
        await ended.wait()
        ends.append(lease.lost.is_set())
        leases.lease = Lease(tenant="acme", role="r", epoch=2, good_until=1e9)

    duty = duty_of(work, Turn(), leases)
    async with running(duty):
        await until(lambda: duty.is_held)
        leases.lease.lost.set()
        await until(lambda: leases.held == 2 and duty.is_held)
    assert ends == [True, False]


async def test_duty_when_work_does_not_listen_then_ended_after_the_grace() -> None:
    async def work(lease: Lease, ended: asyncio.Event) -> None:
        await asyncio.Event().wait()

    duty = duty_of(work, Turn(), OneLease())
    async with running(duty):
        await until(lambda: duty.is_held)
    assert not duty.is_held


async def test_duty_when_work_goes_on_without_its_lease_then_cancelled_and_taken_up_anew() -> None:
    leases, told = OneLease(), []

    async def work(lease: Lease, ended: asyncio.Event) -> None:
        told.append(lease.epoch)
        await (asyncio.Event() if lease.epoch == 1 else ended).wait()

    duty = duty_of(work, Turn(), leases)
    async with running(duty):
        await until(lambda: duty.is_held)
        lost, leases.lease = leases.lease, Lease(tenant="acme", role="r", epoch=2, good_until=1e9)
        lost.lost.set()
        await until(lambda: told == [1, 2])
        assert duty.trouble == ""


async def test_duty_when_cancelled_while_what_it_does_fails_then_it_ends_all_the_same() -> None:
    """A group whose tasks fail as they are cancelled raises that, and not the cancellation."""
    leases, begun = OneLease(), asyncio.Event()

    async def failing() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise Transient("the connection is gone")

    async def work(lease: Lease, ended: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(failing())

    duty = duty_of(work, Turn(), leases)
    async with asyncio.timeout(DEADLINE_S):
        running = asyncio.create_task(duty.run(asyncio.Event()))
        await begun.wait()
        running.cancel()
        await asyncio.wait([running])
    assert running.cancelled() and leases.held == 1
