"""Everything that is read of one Procurify domain, each resource on its own schedule.

Holds no state that the log does not: drop a poller and make another, and it goes on where the
log says. One resource that is refused or broken never holds up another.
"""

import asyncio
import random
from collections.abc import Mapping

from engine.clock import Clock
from engine.errors import Fenced, Malformed, Misconfigured
from engine.log.contract import Fence, Log
from engine.procurify.circuits import Circuits
from engine.procurify.client import ProcurifyClient
from engine.procurify.models.pages import read_page
from engine.procurify.observer import NullObserver, Observer
from engine.procurify.outcome import PollOutcome
from engine.procurify.reader import Means, ResourceReader
from engine.procurify.receipts import ReceiptWay
from engine.procurify.resources import ORDER_ITEMS, RECEIPTS, Resource, enabled, resource_named
from engine.procurify.schedule import Schedule
from engine.procurify.settings import ProcurifySettings
from engine.procurify.stretches import Way, WindowWay, read_snapshot


class ProcurifyPoller:
    """Reads one domain into one tenant's log, under one lease."""

    def __init__(
        self,
        *,
        log: Log,
        tenant: str,
        clock: Clock,
        chance: random.Random,
        fence: Fence | None,
        settings: ProcurifySettings,
        client: ProcurifyClient,
        run_id: str,
        observer: Observer | None = None,
    ) -> None:
        self._clock = clock
        told = observer or NullObserver()
        means = Means(
            log=log,
            tenant=tenant,
            source=settings.source,
            run_id=run_id,
            fence=fence,
            clock=clock,
            client=client,
            observer=told,
            circuits=Circuits(clock, told, is_near=settings.is_loopback),
            met=self._met,
            stirred=self._stirred,
        )
        self._readers: Mapping[str, ResourceReader] = {
            resource.name: ResourceReader(means, resource, _way(means, resource, settings))
            for resource in enabled(payment_methods=settings.payment_methods)
        }
        self._by_kind = {item.resource.kind: item for item in self._readers.values()}
        self._schedules = {
            name: Schedule(
                interval_s=settings.interval_s(name, is_reference=reader.resource.is_reference),
                chance=chance,
                clock=clock,
                is_near=settings.is_loopback,
            )
            for name, reader in self._readers.items()
        }
        self._asked: set[tuple[str, str]] = set()

    @property
    def resources(self) -> tuple[str, ...]:
        """The names of the resources that are read."""
        return tuple(self._readers)

    async def run(self, stop: asyncio.Event) -> None:
        """Reads on schedule until `stop` is set; what is under way then is dropped, which is safe.

        Raises `Fenced` when the lease has a new owner.
        """
        try:
            async with asyncio.TaskGroup() as group:
                loops = [group.create_task(self._poll_until(stop, name)) for name in self._readers]
                await stop.wait()
                for loop in loops:
                    loop.cancel()
        except ExceptionGroup as errors:
            fenced, others = errors.split(Fenced)
            if fenced is None or others is not None:
                raise
            raise Fenced("the lease of this poller has a new owner") from errors

    async def poll_once(self, resource: str) -> PollOutcome:
        """The resource was read up to now, or the outcome says why not."""
        name = resource_named(resource).name
        reader = self._readers.get(name)
        if reader is None:
            raise Misconfigured(f"{name} are not read: switch payment_methods on to read them")
        while True:
            outcome = await reader.poll()
            if outcome.is_caught_up:
                return outcome

    async def _poll_until(self, stop: asyncio.Event, name: str) -> None:
        reader, schedule = self._readers[name], self._schedules[name]
        await schedule.stagger()
        while not stop.is_set():
            began_s = self._clock.monotonic()
            outcome = await reader.poll()
            await schedule.rest(outcome, self._clock.monotonic() - began_s)

    def _met(self, kind: str, identity: str) -> None:
        """A document names something; when it was never read, its resource is read soon."""
        reader = self._by_kind.get(kind)
        if reader is None or not reader.memory.is_whole or reader.memory.knows(identity):
            return
        if (kind, identity) not in self._asked:
            self._asked.add((kind, identity))
            self._schedules[reader.resource.name].wake()

    def _stirred(self, kind: str) -> None:
        if kind == ORDER_ITEMS.kind:
            self._schedules[RECEIPTS.name].wake()


async def ping(client: ProcurifyClient) -> str:
    """A sentence about what can be read; raises the error that says why nothing can."""
    await client.freshen()
    counts = []
    for resource in enabled(payment_methods=False)[:4]:
        listing = resource.listings[0]
        reply = await client.get(listing.path, {"page_size": "1"}, resource=resource.label)
        try:
            count = read_page(reply.raw).count
        except Malformed as error:
            host = client.settings.host
            raise Malformed(f"{host}: the {resource.label} cannot be read: {error}") from error
        counts.append(f"{count if count is not None else 'some'} {resource.label}")
    return f"{client.settings.host} answers; readable: {', '.join(counts)}"


def _way(means: Means, resource: Resource, settings: ProcurifySettings) -> Way:
    if resource is RECEIPTS:
        return ReceiptWay(means.log, means.tenant, settings)
    return read_snapshot if resource.is_snapshot else WindowWay(settings)
