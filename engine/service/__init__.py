"""The composition root: every tenant's worker, the metrics, the signals, the stop in order.

One service serves many tenants; any number of services share one database. SIGTERM and SIGINT
set a stop: pollers drop what they read, lanes finish the post under way and log off, leases are
given back. A second signal, or the end of the grace, ends what is left; everything is resumable.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random, SystemRandom

from engine import crossings
from engine.config import Config, environment
from engine.core.events import Event, NewEvent
from engine.core.projection import Projection
from engine.errors import EngineError, Misconfigured
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.store import Watcher
from engine.service.bootstrap import set_policies, take_bootstrap
from engine.service.chain_watch import ChainWatch
from engine.service.checkpoints import Checkpoints
from engine.service.foundation import Foundation, foundation
from engine.service.gauges import Gauges
from engine.service.heap import fix_heap
from engine.service.stopped_programs import stopped_programs_ended
from engine.service.tenant import TenantWorker, lanes_of, troubles_of
from engine.service.watchdog import Watchdog
from engine.syspro.transport_self_test import self_test
from engine.telemetry import Metrics, bound, tell_dropped
from engine.web.health import Freshness, Health, assess, serve


class Service:
    """One engine: its workers and what they show."""

    def __init__(
        self, ground: Foundation, metrics: Metrics, workers: Sequence[TenantWorker]
    ) -> None:
        self._ground = ground
        self._metrics = metrics
        self._workers = workers
        self._started_s = ground.clock.monotonic()
        self._gauges = Gauges(ground, metrics)
        self._chain = ChainWatch(ground, metrics)
        self._checkpoints = Checkpoints(ground)

    async def run(self, stop: asyncio.Event) -> None:
        """Every tenant is served until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._gauges.run(stop))
            group.create_task(self._chain.run(stop))
            group.create_task(self._checkpoints.run(stop))
            for worker in self._workers:
                group.create_task(worker.run(stop))

    def health(self) -> Health:
        """Whether the work goes on, and if not, why."""
        return assess(
            database=self._gauges.trouble,
            polls=self._freshness(),
            projections={
                worker.name: worker.projector.stall
                for worker in self._workers
                if worker.projector.stall
            },
            lanes=lanes_of(self._workers),
            troubles=[*troubles_of(self._workers), *self._chain.troubles],
        )

    def _freshness(self) -> Mapping[str, Freshness]:
        running_s = self._ground.clock.monotonic() - self._started_s
        found = {}
        for worker in self._workers:
            reading = worker.duties[0]
            if not reading.is_held:
                continue
            schedule = worker.table.procurify.schedule
            for resource in ("purchase_orders", "bills"):
                age_s = self._metrics.good_poll_age_s(worker.name, "procurify", resource)
                interval_s = schedule.interval_s(resource)
                assert interval_s is not None
                found[f"{worker.name}/{resource}"] = Freshness(
                    age_s=age_s, running_s=running_s, interval_s=interval_s
                )
        return found


async def run(config: Config, projection: Projection) -> None:
    """The service runs until a signal; raises what keeps it from starting."""
    arm_crossings(config, environment().chaos)
    fix_heap()
    await self_test()
    metrics = Metrics()
    tell_dropped(metrics.log_dropped.inc)
    async with (
        foundation(config, watcher=count_events(metrics)) as ground,
        stopped_programs_ended(ground.database),
    ):
        await _served(ground, metrics, projection)


async def _served(ground: Foundation, metrics: Metrics, projection: Projection) -> None:
    watchdog = Watchdog(metrics, ground.clock)
    await Checkpoints(ground).check()
    service = await prepared(ground, metrics, projection, SystemRandom())
    stop = asyncio.Event()
    with bound(run_id=ground.run_id), watchdog.watching():
        async with (
            serve(
                ground.config.service.listen,
                metrics.registry,
                lambda: service.health().also(watchdog.troubles),
                lambda: watchdog.is_blocked,
            ),
            _signals(stop),
            noted(ground),
        ):
            await service.run(stop)


async def prepared(
    ground: Foundation, metrics: Metrics, projection: Projection, random: Random
) -> Service:
    """The service that serves every tenant of the ground; bootstrap and policies are in the log."""
    config = ground.config
    vault = await ground.vault()
    await take_bootstrap(ground, vault)
    for tenant in config.tenants:
        await set_policies(ground, tenant)
    leases = Leases(
        ground.database,
        ground.clock,
        f"{config.service.name}/{ground.run_id}",
        config.service.lease_ttl_s,
    )
    workers = [
        TenantWorker(ground, vault, leases, metrics, table, projection, random)
        for table in config.tenants
    ]
    return Service(ground, metrics, workers)


def arm_crossings(config: Config, chaos: str) -> None:
    """Where `chaos` says, this engine will end itself; nothing happens if it says nothing.

    Raises `Misconfigured` for a configuration without `[bootstrap]`, which only a sandbox writes
    and which is refused where any host is not this machine: no live company can be meant.
    """
    if not chaos:
        return
    if config.bootstrap is None:
        raise Misconfigured(
            "PROCURIFY_SYSPRO_CHAOS: would kill this engine on purpose, and is for a sandbox's "
            "configuration alone, which has the table [bootstrap]; unset the variable"
        )
    crossings.arm(chaos)


def count_events(metrics: Metrics) -> Watcher:
    """Counts every event that this engine appends, by tenant and type."""

    def watch(events: Sequence[Event]) -> None:
        for event in events:
            metrics.events_appended.labels(event.tenant, event.type).inc()

    return watch


@asynccontextmanager
async def _signals(stop: asyncio.Event) -> AsyncIterator[None]:
    loop, whole = asyncio.get_running_loop(), asyncio.current_task()
    assert whole is not None
    numbers = (signal.SIGTERM, signal.SIGINT)

    def heard() -> None:
        if stop.is_set():
            whole.cancel()
        stop.set()

    for number in numbers:
        loop.add_signal_handler(number, heard)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def noted(ground: Foundation) -> AsyncIterator[None]:
    """Start and stop of the run are events of every tenant."""
    await _note(ground, "RunStarted")
    try:
        yield
    finally:
        try:
            await _note(ground, "RunStopped")
        except EngineError as error:
            logging.getLogger(__name__).warning("the stop could not be noted: %s", error)


async def _note(ground: Foundation, kind: str) -> None:
    author = Author(actor="service", run_id=ground.run_id, correlation=ground.run_id)
    event = NewEvent(stream="service", type=kind, body={"name": ground.config.service.name})
    for tenant in ground.config.tenants:
        async with asyncio.timeout(10):
            await ground.log.append(tenant.name, [event], author=author)
