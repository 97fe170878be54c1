"""A SYSPRO company opened under a lease: transport, one session keeper, one gate, look-ups.

The lane of the service and the one-off visits of people (`ping`, `poll`) go through the same
door, so an operator never has two owners. Session changes are events.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from engine.config import CompanyTable, TenantTable
from engine.core.events import NewEvent
from engine.errors import EngineError
from engine.host_clock import HostClock
from engine.leases import Lease
from engine.log.contract import Author
from engine.service.foundation import Foundation
from engine.service.identity import tell_profile
from engine.service.probed import standing_of_probe
from engine.service.sides import syspro_settings
from engine.syspro.gate import Gate, Observer
from engine.syspro.odata import ODataLookups
from engine.syspro.posting import ProbeWord
from engine.syspro.reader import ComfndLookups, Lookups, SessionQueries
from engine.syspro.session import Session, SessionKeeper
from engine.syspro.session_store import PostgresSessions, SessionStore
from engine.syspro.settings import SysproSettings
from engine.syspro.transport import Transport
from engine.syspro.transport_http import HttpChannel, Limits
from engine.vault import Vault


class CompanyObserver(Observer, Protocol):
    """What is told of requests and of sessions."""

    def session_changed(self, change: str, operator: str) -> None:
        """A session of the operator was opened, revoked or lost."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCompany:
    """What one speaks to a company with, until its block ends."""

    settings: SysproSettings
    transport: Transport
    keeper: SessionKeeper
    store: SessionStore
    lookups: Lookups
    probe: ProbeWord
    clock: HostClock


@asynccontextmanager
async def open_company(
    ground: Foundation,
    vault: Vault,
    tenant: TenantTable,
    company: CompanyTable,
    *,
    lease: Lease,
    observer: CompanyObserver,
    settings: SysproSettings | None = None,
) -> AsyncIterator[OpenCompany]:
    """The company is open; at the end the operator is logged off and every socket is closed.

    `settings`: where the operator logs on instead, to another company of the same site.
    """
    settings = settings or syspro_settings(vault, tenant, company)
    gate = Gate(settings.requests_per_second, observer)
    clock = HostClock(ground.clock)
    async with AsyncExitStack() as stack:
        transport = await stack.enter_async_context(
            Transport.open(settings, gate=gate, observer=observer, heard=clock.heard)
        )
        store = PostgresSessions(
            ground.database, vault, tenant.name, lease.fence, kept_under=company.company
        )
        sessions = _Sessions(
            ground=ground,
            tenant=tenant.name,
            company=company.company,
            transport=transport,
            lease=lease,
            observer=observer,
            probe=ProbeWord(),
        )
        await sessions.look_at_probe()
        keeper = _keeper(sessions, store, vault)
        stack.push_async_callback(keeper.close)
        lookups: Lookups
        if settings.odata_url:
            limits = Limits(
                connect_s=settings.connect_timeout_s,
                total_s=settings.query_timeout_s,
                longest_s=settings.timeout_s,
            )
            channel = await stack.enter_async_context(
                HttpChannel.open(gate, limits, settings.ca_file, heard=clock.heard)
            )
            lookups = ODataLookups(settings, channel, observer)
        else:
            lookups = ComfndLookups(SessionQueries(keeper, transport))
        yield OpenCompany(
            settings=settings,
            transport=transport,
            keeper=keeper,
            store=store,
            lookups=lookups,
            probe=sessions.probe,
            clock=clock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sessions:
    """What is told of an operator's sessions: to the observer, to the log, of the site's probe."""

    ground: Foundation
    tenant: str
    company: str
    transport: Transport
    lease: Lease
    observer: CompanyObserver
    probe: ProbeWord

    async def changed(self, change: str, session: Session) -> None:
        """The change is an event; a new session tells which company and release it is in."""
        self.observer.session_changed(change, session.operator)
        event = NewEvent(
            stream=f"session/{session.operator}",
            type=change,
            body={
                "company": session.company,
                "operator": session.operator,
                "session_tag": session.tag,
                "epoch": session.epoch,
            },
        )
        await self.ground.log.append(
            self.tenant, [event], author=self._author, fence=self.lease.fence
        )
        if change == "SessionOpened":
            await self._identified(session)
            await self.look_at_probe()

    async def look_at_probe(self) -> None:
        """What the site's last probe is worth counts from now on."""
        standing = await standing_of_probe(self.ground.log, self.tenant, self.company)
        self.probe.is_passed = standing.is_passed

    async def _identified(self, session: Session) -> None:
        """A profile that cannot be had is asked for at the next logon."""
        try:
            profile = await self.transport.get_logon_profile(session.token)
        except EngineError:
            return
        await tell_profile(
            self.ground.log,
            self.tenant,
            session.company,
            profile,
            author=self._author,
            fence=self.lease.fence,
        )

    @property
    def _author(self) -> Author:
        run_id = self.ground.run_id
        return Author(actor="writer", run_id=run_id, correlation=run_id)


def _keeper(sessions: _Sessions, store: SessionStore, vault: Vault) -> SessionKeeper:
    async def tagger(token: bytes) -> str:
        return await vault.tag(sessions.tenant, token)

    return SessionKeeper(
        sessions.transport,
        store,
        tagger=tagger,
        clock=sessions.ground.clock,
        epoch=sessions.lease.epoch,
        on_change=sessions.changed,
    )
