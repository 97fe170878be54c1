"""The composition root: every tenant's worker, the metrics, the signals, the stop in order.

One service serves many tenants; any number of services share one database. SIGTERM and SIGINT
set a stop: pollers drop what they read, lanes finish the post under way and log off, leases are
given back. A second signal, or the end of the grace, ends what is left; everything is resumable.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from random import SystemRandom

from engine.bootstrap import set_policies, take_bootstrap
from engine.config import Config
from engine.core.events import Event, NewEvent
from engine.core.projection import Projection
from engine.errors import EngineError
from engine.foundation import Foundation, foundation
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.store import Watcher
from engine.outbox import Outbox
from engine.standing import IN_DOUBT, oldest_ready_at, standing
from engine.syspro.transport_self_test import self_test
from engine.telemetry import Metrics
from engine.telemetry.logs import bound
from engine.tenant import TenantWorker, reasons_of
from engine.web.health import Freshness, Health, assess, serve

GAUGES_EVERY_S = 2.0


class Service:
    """One engine: its workers and what they show."""

    def __init__(
        self, ground: Foundation, metrics: Metrics, workers: Sequence[TenantWorker]
    ) -> None:
        self._ground = ground
        self._metrics = metrics
        self._workers = workers
        self._started_s = ground.clock.monotonic()
        self._database_trouble = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Every tenant is served until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._show_gauges(stop))
            for worker in self._workers:
                group.create_task(worker.run(stop))

    def health(self) -> Health:
        """Whether the work goes on, and if not, why."""
        return assess(
            database=self._database_trouble,
            polls=self._freshness(),
            projections={
                worker.name: worker.projector.stall
                for worker in self._workers
                if worker.projector.stall
            },
            lanes=reasons_of(self._workers),
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

    async def _show_gauges(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                for worker in self._workers:
                    await self._show(worker.name)
                self._database_trouble = ""
            except EngineError as error:
                self._database_trouble = str(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(GAUGES_EVERY_S):
                    await stop.wait()

    async def _show(self, tenant: str) -> None:
        found = await standing(self._ground.database, tenant)
        metrics = self._metrics
        metrics.log_head.labels(tenant).set(found.head)
        metrics.projection_lag.labels(tenant).set(found.head - found.checkpoint)
        states: dict[str, int] = {}
        for counts in found.counts.values():
            for state, many in counts.items():
                states[state] = states.get(state, 0) + many
        for state, many in states.items():
            metrics.documents.labels(tenant, state).set(many)
        outbox = Outbox(self._ground.database)
        metrics.show_commands(tenant, await outbox.counts(tenant))
        oldest = await oldest_ready_at(self._ground.database, tenant)
        age_s = (self._ground.clock.now() - oldest).total_seconds() if oldest else 0.0
        metrics.oldest_unsent_age_s.labels(tenant).set(max(0.0, age_s))
        for company in self._ground.config.tenant(tenant).companies:
            metrics.in_doubt.labels(tenant, company.company).set(found.many(IN_DOUBT))


async def run(config: Config, projection: Projection) -> None:
    """The service runs until a signal; raises what keeps it from starting."""
    await self_test()
    metrics = Metrics()
    async with foundation(config, watcher=_counter(metrics)) as ground:
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
            TenantWorker(ground, vault, leases, metrics, table, projection, SystemRandom())
            for table in config.tenants
        ]
        service = Service(ground, metrics, workers)
        stop = asyncio.Event()
        with bound(run_id=ground.run_id):
            async with (
                serve(config.service.listen, metrics.registry, service.health),
                _signals(stop),
                _noted(ground),
            ):
                await service.run(stop)


def _counter(metrics: Metrics) -> Watcher:
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
async def _noted(ground: Foundation) -> AsyncIterator[None]:
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
