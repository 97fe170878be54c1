"""A lane at a sandbox Procurify over a real log: rows are folded from the log itself, on demand."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from lane_site import AUTHOR, TENANT, Owed, Told
from procurify_peer import FakeClock, client_of
from sandbox_procurify_site import Site, open_site

from engine.core.canonical import JsonObject
from engine.core.commands import STAGES, ProcurifyPayload, command_type, to_json
from engine.core.commands.procurify import procurify_addressee
from engine.core.events import Event
from engine.core.keys import DocumentKey, command_key, external_key
from engine.core.planned import WriteBack
from engine.db import Database
from engine.lane import Lane
from engine.lane.circuits import Circuits
from engine.leases import Leases
from engine.log.store import PostgresLog
from engine.procurify.client import ProcurifyClient
from engine.procurify.lookups import Lookups
from engine.procurify.writer import ProcurifyWriter
from engine.procurify.writing import Desk
from engine.sandbox.procurify.faults_port import Action, Boundary, Context, Phase
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant

ROLE = "poll:procurify"
ADDRESSEE = procurify_addressee("acme")
LONG_S = 400.0


@dataclass
class Faults:
    """What happens to the next writes at a phase, one after the other; None: it hangs there."""

    plan: list[tuple[Phase, Action | None]] = field(default_factory=list)
    is_hanging: asyncio.Event = field(default_factory=asyncio.Event)
    is_let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def crossing(self, boundary: Boundary, phase: Phase, context: Context) -> Action | None:
        if boundary != "procurify.write" or not self.plan or self.plan[0][0] != phase:
            return None
        action = self.plan.pop(0)[1]
        if action is None:
            self.is_hanging.set()
            await self.is_let_go.wait()
        return action


@dataclass(kw_only=True)
class WriteSite:
    """A lane, the Procurify behind it, the log before it."""

    lane: Lane[WriteBack]
    log: PostgresLog
    owed: Owed
    procurify: Site
    settings: ProcurifySettings
    faults: Faults
    told: Told
    clock: FakeClock
    database: Database
    client: ProcurifyClient
    holder: int = 0

    @property
    def tenant(self) -> Tenant:
        """What the sandbox holds."""
        return self.procurify.tenant

    def plan(self, payload: ProcurifyPayload, source_id: str = "1", **changes: object) -> str:
        """The command is owed; gives its key."""
        name = command_type(payload)
        document = DocumentKey(source="acme", kind="vendor", id=source_id)
        key = command_key(TENANT, document, ADDRESSEE, name, "write", "r1")
        self.owed.planned[key] = {
            "key": key,
            "document": str(document),
            "kind": "vendor",
            "source_id": source_id,
            "number": source_id,
            "company": ADDRESSEE,
            "part": name,
            "type": name,
            "action": "write",
            "stage": STAGES[name],
            "state": "ready",
            "revision": "r1",
            "generation": 1,
            "external_key": external_key(TENANT, document),
            "payload": to_json(payload),
            "planned_position": 0,
            "attempt": 0,
            "version": 0,
            "deferrals": 0,
            "syspro_key": "",
            "session_tag": "",
            **changes,
        }
        return key

    async def row(self, key: str) -> JsonObject:
        """The command's row as its events make it."""
        return await self.owed.row(TENANT, key)

    async def events(self, key: str) -> list[Event]:
        """The command's events."""
        return list(await self.log.read_stream(TENANT, f"command/{key}"))

    async def story(self, key: str) -> list[str]:
        """The types of the command's events."""
        return [event.type for event in await self.events(key)]

    def writes(self, status: int | None = None) -> list[tuple[str, str, int]]:
        """The writes that the sandbox answered, tokens apart."""
        return [
            (method, path, code)
            for method, path, code in self.procurify.noted
            if method != "GET" and path != "/oauth/token" and status in (None, code)
        ]

    async def take_over(self) -> None:
        """Another lane has the lease now, and remembers nothing."""
        await self.database.execute("UPDATE leases SET expires_at = '-infinity'")
        self.holder += 1
        self.lane = await _lane(self)


@asynccontextmanager
async def write_site(database: Database, **settings: object) -> AsyncIterator[WriteSite]:
    """A lane under its lease at a running sandbox; sleeping costs no time."""
    faults, own = Faults(), ProcurifySettings(**settings)
    async with open_site(documents=20, settings=own, faults=faults) as procurify:
        clock = FakeClock()
        async with client_of(
            procurify.origin, clock=clock, client_id="client", client_secret="canary-secret"
        ) as client:
            log = PostgresLog(database, clock)
            site = WriteSite(
                lane=None,
                log=log,
                owed=Owed(log=log),
                procurify=procurify,
                settings=own,
                faults=faults,
                told=Told(),
                clock=clock,
                database=database,
                client=client,
            )
            site.lane = await _lane(site)
            yield site


async def _lane(site: WriteSite) -> Lane[WriteBack]:
    lease = await Leases(site.database, site.clock, f"test{site.holder}", 600).acquire(TENANT, ROLE)
    assert lease is not None
    desk = Desk(
        tenant=TENANT,
        log=site.log,
        author=AUTHOR,
        fence=lease.fence,
        observer=site.told,
        circuits=Circuits(site.clock),
        client=site.client,
        lookups=Lookups(site.client),
        clock=site.clock,
    )

    async def is_projected(position: int) -> bool:
        return True

    async def bases(document: str) -> Mapping[str, int]:
        return {}

    return Lane(
        desk,
        site.owed,
        ProcurifyWriter(desk),
        company=ADDRESSEE,
        clock=site.clock,
        random=random.Random(1),
        is_projected=is_projected,
        bases=bases,
    )
