"""One tenant at work: its projector, Procurify read and written, a lane a company, the day.

Each part is a duty under a lease of its own, so that several engines share a tenant and none
does the other's part; nothing of another tenant is touched or waited for.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random

from engine.config import CompanyTable, TenantTable
from engine.config.hosts import host_of, is_loopback
from engine.core.commands.procurify import procurify_addressee
from engine.core.planned import WriteBack
from engine.core.projection import Projection
from engine.errors import EngineError
from engine.lane import Lane
from engine.lane.circuits import Circuits
from engine.leases import Lease, Leases
from engine.lines import LineOutbox
from engine.log.contract import Author
from engine.outbox import Outbox
from engine.procurify.client import ProcurifyClient
from engine.procurify.lookups import Lookups
from engine.procurify.poller import ProcurifyPoller
from engine.procurify.writer import ProcurifyWriter
from engine.procurify.writing import Desk as ProcurifyDesk
from engine.projector import Projector
from engine.replay import Replay
from engine.sent import SentCommands
from engine.service.calendar import Calendar
from engine.service.company import open_company
from engine.service.duty import Duty, Work
from engine.service.foundation import Foundation
from engine.service.observers import ProcurifyObserver, SysproObserver
from engine.service.projected import Projected
from engine.service.sides import ProcurifyCredentials, procurify_settings
from engine.syspro.poller import SysproPoller
from engine.syspro.posting import Desk
from engine.syspro.recounting import Recounting
from engine.syspro.writer import SysproWriter
from engine.telemetry import Metrics
from engine.vault import Vault

TICK_S = 30.0
ROLE_READ = "poll:procurify"


class TenantWorker:
    """Everything that one engine does, or stands ready to do, for one tenant."""

    def __init__(
        self,
        ground: Foundation,
        vault: Vault,
        leases: Leases,
        metrics: Metrics,
        table: TenantTable,
        projection: Projection,
        random: Random,
    ) -> None:
        self.table = table
        self.name = table.name
        self.suspensions: dict[str, str] = {}
        self.companies: dict[str, SysproObserver] = {}
        self.reading = ProcurifyObserver(metrics, table.name, table.procurify.source)
        self._ground = ground
        self._vault = vault
        self._metrics = metrics
        self._random = random
        replay = Replay(ground.database, ground.log, projection)
        self.projector = Projector(
            ground.database,
            ground.log,
            leases,
            projection,
            tenant=table.name,
            clock=ground.clock,
            rebuild=lambda fence: replay.rebuild(table.name, fence),
            metrics=metrics,
        )
        self.projected = Projected(
            ground.database, ground.log, self.projector, table.name, table.procurify.source
        )
        self.duties = [
            self._duty(leases, ROLE_READ, self._serve_procurify),
            *(
                self._duty(leases, f"lane:{company.operator}", _Company(self, company).work)
                for company in table.companies
            ),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """The tenant is served until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.projector.run(stop))
            group.create_task(self._calendar().run(stop, TICK_S))
            for duty in self.duties:
                group.create_task(duty.run(stop))

    def author(self, actor: str) -> Author:
        """Who appends in this run."""
        run_id = self._ground.run_id
        return Author(actor=actor, run_id=run_id, correlation=run_id)

    def _calendar(self) -> Calendar:
        return Calendar(
            log=self._ground.log,
            database=self._ground.database,
            tenant=self.name,
            companies=[company.company for company in self.table.companies],
            author=self.author("ticker"),
        )

    def _duty(self, leases: Leases, role: str, work: Work) -> Duty:
        return Duty(
            leases=leases,
            tenant=self.name,
            role=role,
            work=work,
            clock=self._ground.clock,
            random=self._random,
        )

    async def _serve_procurify(self, lease: Lease, ended: asyncio.Event) -> None:
        """Procurify is read and written to until `ended`, by one client at one pace."""
        credentials = ProcurifyCredentials(self._vault, self.table)
        await credentials.refresh()
        settings = procurify_settings(credentials, self.table, self._ground.clock)
        observer = self.reading
        async with ProcurifyClient(
            settings, clock=self._ground.clock, chance=self._random, observer=observer
        ) as client:
            poller = ProcurifyPoller(
                log=self._ground.log,
                tenant=self.name,
                clock=self._ground.clock,
                chance=self._random,
                fence=lease.fence,
                settings=settings,
                client=client,
                run_id=self._ground.run_id,
                observer=observer,
            )
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._refresh(credentials, ended))
                    group.create_task(poller.run(ended))
                    group.create_task(self._lane_back(client, lease).run(ended))
            finally:
                observer.suspended("")

    def _lane_back(self, client: ProcurifyClient, lease: Lease) -> Lane[WriteBack]:
        """The lane of what is owed to Procurify."""
        desk = ProcurifyDesk(
            tenant=self.name,
            log=self._ground.log,
            author=self.author("writer"),
            fence=lease.fence,
            observer=self.reading,
            circuits=Circuits(self._ground.clock, is_near=_is_near(self.table.procurify.base_url)),
            client=client,
            lookups=Lookups(client),
            clock=self._ground.clock,
        )
        return Lane(
            desk,
            Outbox(self._ground.database),
            ProcurifyWriter(desk),
            company=procurify_addressee(self.table.procurify.source),
            clock=self._ground.clock,
            random=self._random,
            is_projected=self.projected.is_projected,
            bases=self.projected.bases,
        )

    async def _refresh(self, credentials: ProcurifyCredentials, ended: asyncio.Event) -> None:
        """A secret that a person sets while the service runs is used soon after."""
        while not ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await ended.wait()
            with suppress(EngineError):
                await credentials.refresh()


class _Company:
    """A company's lane and the reading of its SYSPRO, over one session and one gate."""

    def __init__(self, worker: TenantWorker, table: CompanyTable) -> None:
        self._worker = worker
        self._table = table
        self._ground = worker._ground

    async def work(self, lease: Lease, ended: asyncio.Event) -> None:
        """The lane writes and the poller reads until `ended`; then the operator is logged off."""
        worker, table = self._worker, self._table
        observer = SysproObserver(
            worker._metrics, worker.name, table.company, table.operator, self._suspended
        )
        worker.companies[table.company] = observer
        async with open_company(
            self._ground, worker._vault, worker.table, table, lease=lease, observer=observer
        ) as company:
            desk = Desk(
                tenant=worker.name,
                log=self._ground.log,
                author=worker.author("writer"),
                fence=lease.fence,
                transport=company.transport,
                keeper=company.keeper,
                observer=observer,
                circuits=Circuits(self._ground.clock, is_near=_is_near(table.base_url)),
                probe=company.probe,
            )
            lane = Lane(
                desk,
                LineOutbox(self._ground.database, observer.line_stopped),
                SysproWriter(desk, self._ground.clock),
                company=table.company,
                clock=self._ground.clock,
                random=worker._random,
                is_projected=worker.projected.is_projected,
                bases=worker.projected.bases,
            )
            poller = SysproPoller(
                worker.name,
                company.settings,
                company.lookups,
                self._ground.log,
                author=worker.author("reader"),
                clock=company.clock,
                random=worker._random,
                fence=lease.fence,
                watcher=observer.polled,
            )
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(lane.run(ended))
                    group.create_task(poller.run(ended))
                    group.create_task(self._recounting(desk).run(ended))
            finally:
                worker.suspensions.pop(table.company, None)
                worker.companies.pop(table.company, None)

    def _recounting(self, desk: Desk) -> Recounting:
        """What counts again, between the lane's posts, what stands under our keys."""
        return Recounting(
            desk,
            SentCommands(self._ground.database),
            self._ground.clock,
            double_read_s=self._table.double_read_s,
        )

    def _suspended(self, text: str) -> None:
        if text and not self._worker.suspensions.get(self._table.company):
            logging.getLogger(__name__).warning("lane %s: %s", self._table.company, text)
        self._worker.suspensions[self._table.company] = text


def _is_near(url: str) -> bool:
    return is_loopback(host_of(url))


def lanes_of(workers: Sequence[TenantWorker]) -> Mapping[str, str]:
    """Why lanes do not go on, by tenant and company, for readiness."""
    return {
        f"{worker.name}/{lane}": text
        for worker in workers
        for lane, text in (*worker.suspensions.items(), ("procurify", worker.reading.suspension))
        if text
    }


def troubles_of(workers: Sequence[TenantWorker]) -> Sequence[str]:
    """What else keeps tenants from being served, each in a sentence."""
    found: list[str] = []
    for worker in workers:
        if worker.duties[0].is_held and worker.reading.trouble:
            found.append(f"{worker.name}: {worker.reading.trouble}")
        for observer in worker.companies.values():
            found.extend(f"{worker.name}: {said}" for said in observer.troubles)
        for duty in worker.duties:
            if duty.trouble:
                found.append(f"{worker.name}: {duty.role} is interrupted: {duty.trouble}")
    return found
