"""One-off visits of a person to either side, under the same leases as the service.

A visit takes the lease of the side; when a running engine holds it, the visit is refused
(`Busy`), because an operator has one session and a domain one pace.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import SystemRandom

from engine.config import CompanyTable, TenantTable
from engine.errors import Conflict
from engine.leases import Lease, Leases
from engine.log.contract import Author
from engine.procurify.client import ProcurifyClient
from engine.procurify.poller import ProcurifyPoller
from engine.service.company import OpenCompany, open_company
from engine.service.foundation import Foundation
from engine.service.observers import ProcurifyObserver, SysproObserver
from engine.service.sides import ProcurifyCredentials, procurify_settings
from engine.service.tenant import ROLE_READ
from engine.syspro.poller import SysproPoller
from engine.telemetry import Metrics
from engine.vault import Vault


class Busy(Conflict):
    """A running engine holds the lease."""


@asynccontextmanager
async def lease_now(ground: Foundation, tenant: str, role: str) -> AsyncIterator[Lease]:
    """The lease, at once, renewed meanwhile; raises `Busy` while a running engine holds it."""
    holder = f"cli/{ground.run_id}"
    leases = Leases(ground.database, ground.clock, holder, ground.config.service.lease_ttl_s)
    free = await leases.acquire(tenant, role)
    if free is None:
        what = (
            "reads Procurify"
            if role == ROLE_READ
            else f"works as operator {role.partition(':')[2]}"
        )
        raise Busy(f"a running engine {what} for {tenant} already; `status` says how it stands")
    await leases.release(free)
    async with leases.hold(tenant, role) as lease:
        yield lease


@asynccontextmanager
async def procurify_client(
    ground: Foundation, vault: Vault, tenant: TenantTable
) -> AsyncIterator[ProcurifyClient]:
    """A client of the tenant's domain; reading needs no lease, appending does."""
    credentials = ProcurifyCredentials(vault, tenant)
    await credentials.refresh()
    settings = procurify_settings(credentials, tenant, ground.clock)
    observer = ProcurifyObserver(Metrics(), tenant.name, tenant.procurify.source)
    async with ProcurifyClient(
        settings, clock=ground.clock, chance=SystemRandom(), observer=observer
    ) as client:
        yield client


@asynccontextmanager
async def procurify_poller(
    ground: Foundation, vault: Vault, tenant: TenantTable
) -> AsyncIterator[ProcurifyPoller]:
    """A poller of the tenant's domain under its lease."""
    async with (
        lease_now(ground, tenant.name, ROLE_READ) as lease,
        procurify_client(ground, vault, tenant) as client,
    ):
        yield ProcurifyPoller(
            log=ground.log,
            tenant=tenant.name,
            clock=ground.clock,
            chance=SystemRandom(),
            fence=lease.fence,
            settings=client.settings,
            client=client,
            run_id=ground.run_id,
        )


@asynccontextmanager
async def syspro_company(
    ground: Foundation, vault: Vault, tenant: TenantTable, company: CompanyTable
) -> AsyncIterator[tuple[OpenCompany, SysproPoller]]:
    """A company under its lane's lease, with a poller of what it holds."""
    observer = SysproObserver(
        Metrics(), tenant.name, company.company, company.operator, lambda _: None
    )
    author = Author(actor="reader", run_id=ground.run_id, correlation=ground.run_id)
    async with (
        lease_now(ground, tenant.name, f"lane:{company.operator}") as lease,
        open_company(ground, vault, tenant, company, lease=lease, observer=observer) as opened,
    ):
        yield (
            opened,
            SysproPoller(
                tenant.name,
                opened.settings,
                opened.lookups,
                ground.log,
                author=author,
                clock=opened.clock,
                random=SystemRandom(),
                fence=lease.fence,
            ),
        )
