"""A lane at a sandbox SYSPRO over a real log: rows are folded from the log itself, on demand."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from aiohttp import web
from sandbox_syspro_site import SERVER_LIMITS, seeded_ledger
from syspro_office import StillClock, sandbox_password
from syspro_wire import settings_for

from engine.core.canonical import JsonObject
from engine.core.commands import STAGES, Payload, command_type, to_json
from engine.core.events import Event, NewEvent
from engine.core.keys import DocumentKey, command_key, external_key, procurify_stream
from engine.core.lifecycle import CHANGED, SENDABLE, CommandState, evolve_command
from engine.core.planned import Command
from engine.db import Database
from engine.lane import Lane
from engine.lane.circuits import Circuits
from engine.leases import Lease, Leases
from engine.log.contract import Author
from engine.log.store import PostgresLog
from engine.sandbox.syspro.app import build_app
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.settings import SysproSettings
from engine.syspro.gate import Gate
from engine.syspro.posting import Desk, ProbeWord
from engine.syspro.session import SessionKeeper
from engine.syspro.session_store import PostgresSessions
from engine.syspro.transport import Transport
from engine.syspro.writer import SysproWriter
from engine.vault import Vault

TENANT = "acme"
AUTHOR = Author(actor="writer", run_id="run-1", correlation="run-1")
DRAIN_S = 300.0


@dataclass
class Faults:
    """What goes wrong with the next call whose path ends so: executed or not, answered or not."""

    plan: list[tuple[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def next_for(self, path: str) -> str:
        for place, (end, fault) in enumerate(self.plan):
            if path.lower().endswith(end):
                del self.plan[place]
                return fault
        return ""

    @web.middleware
    async def middleware(self, request: web.Request, handler: object) -> web.StreamResponse:
        self.paths.append(request.path.lower())
        fault = self.next_for(request.path)
        if fault == "not_executed":
            return self._cut(request)
        response = await handler(request)  # pyright: ignore
        match fault:
            case "reply_lost":
                return self._cut(request)
            case "error_after_commit":
                return web.Response(body=b"ERROR: memory leak in PORTOI")
            case "partial":
                assert isinstance(response, web.Response) and isinstance(response.body, bytes)
                some = response.body.replace(b"00000</ItemsInvalid>", b"00001</ItemsInvalid>")
                return web.Response(body=some, content_type=response.content_type)
            case "html":
                return web.Response(text="<html>Bad gateway</html>", content_type="text/html")
            case _:
                return response

    def _cut(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


@dataclass
class Told:
    """What the lane told its observer."""

    answers: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def answered(self, command_type: str, kind: str, seconds: float) -> None:
        self.answers.append((command_type, kind))

    def suspended(self, text: str) -> None:
        self.troubles.append(text)


@dataclass(kw_only=True)
class Owed:
    """An outbox whose rows are what was planned by hand, folded with the log's own events."""

    log: PostgresLog
    planned: dict[str, JsonObject] = field(default_factory=dict)

    async def row(self, tenant: str, key: str) -> JsonObject:
        """The command's row as its events make it."""
        row = self.planned[key]
        for event in await self.log.read_stream(TENANT, f"command/{key}"):
            row = evolve_command(row, event)
        return row

    async def rows(self, states: frozenset[CommandState]) -> list[JsonObject]:
        rows = [await self.row(TENANT, key) for key in self.planned]
        found = [row for row in rows if row["state"] in states]
        return sorted(found, key=lambda row: (row["stage"], row["planned_position"]))

    async def next_ready(
        self,
        tenant: str,
        company: str,
        limit: int,
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> Sequence[JsonObject]:
        rows = await self.rows(SENDABLE)
        found = [row for row in rows if row.get("reason") not in CHANGED]
        return [row for row in found if row["type"] not in resting][:limit]

    async def in_state(
        self, tenant: str, company: str, state: CommandState, *, limit: int = 1000
    ) -> Sequence[JsonObject]:
        return await self.rows(frozenset({state}))

    async def open_doubts(self, tenant: str, company: str) -> Sequence[JsonObject]:
        escalated = await self.rows(frozenset({CommandState.ESCALATED}))
        open_ones = await self.rows(frozenset({CommandState.SENDING, CommandState.IN_DOUBT}))
        return [*open_ones, *(row for row in escalated if row.get("word"))]


@dataclass(kw_only=True)
class LaneSite:
    """A lane, the ledger behind it, the log before it; rows are as of the position `projected`."""

    lane: Lane[Command]
    desk: Desk
    log: PostgresLog
    owed: Owed
    ledger: Ledger
    faults: Faults
    told: Told
    clock: StillClock
    projected: list[int]

    def plan(self, payload: Payload, source_id: str = "1042", **changes: object) -> str:
        """The command is owed; gives its key."""
        kind = {"supplier_add": "vendor", "invoice_add": "bill"}.get(
            command_type(payload), "purchase_order"
        )
        document = DocumentKey(source="acme", kind=kind, id=source_id)
        action = command_type(payload).rsplit("_", 1)[-1]
        key = command_key(TENANT, document, "EDU1", "", action, "r1")
        self.owed.planned[key] = {
            "key": key,
            "document": str(document),
            "kind": kind,
            "source_id": source_id,
            "number": source_id,
            "company": "EDU1",
            "part": "",
            "type": command_type(payload),
            "action": action,
            "stage": STAGES[command_type(payload)],
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

    async def seen(self, source_id: str = "1042", kind: str = "purchase_order") -> Event:
        """The document has an event in the log."""
        stream = procurify_stream("acme", kind, source_id)
        event = NewEvent(stream=stream, type="PurchaseOrderChanged", body={"id": source_id})
        return (await self.log.append(TENANT, [event], author=AUTHOR))[0]

    async def row(self, key: str) -> JsonObject:
        """The command's row as its events make it."""
        return await self.owed.row(TENANT, key)

    async def story(self, key: str) -> list[str]:
        """The types of the command's events."""
        return [event.type for event in await self.log.read_stream(TENANT, f"command/{key}")]


@asynccontextmanager
async def lane_site(
    database: Database, ledger: Ledger | None = None, **changes: object
) -> AsyncIterator[LaneSite]:
    """A lane under its lease at a running sandbox; sleeping costs no time."""
    books = ledger or seeded_ledger()
    faults = Faults()
    app = build_app([books], SysproSettings())
    app.middlewares.append(faults.middleware)
    runner = web.AppRunner(app, access_log=None, **SERVER_LIMITS)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/SYSPROWCFService/Rest"
        odata_url = f"{url.partition('/SYSPRO')[0]}/SYSPRO8Odata/SYSPROOData/EDU1"
        given = {"operator_password": sandbox_password, "transport": "post", "odata_url": odata_url}
        settings = settings_for(
            url,
            **{**given, "drain_s": DRAIN_S, "double_read_s": 5.0, "timeout_s": 10.0},
            cut_off=changes.get("cut_off", ""),
            lock_tries=changes.get("lock_tries", 10),
        )
        async with Transport.open(settings, gate=Gate(0)) as transport:
            yield await _opened(database, books, faults, transport, changes)
    finally:
        await runner.cleanup()


async def _opened(
    database: Database,
    ledger: Ledger,
    faults: Faults,
    transport: Transport,
    changes: dict[str, object],
) -> LaneSite:
    clock, told = StillClock(), Told()
    log = PostgresLog(database, clock)
    lease = await Leases(database, clock, "test", 600).acquire(TENANT, "lane:PROCSYNC")
    assert lease is not None

    desk = Desk(
        tenant=TENANT,
        log=log,
        author=AUTHOR,
        fence=lease.fence,
        transport=transport,
        keeper=_keeper(database, transport, lease, clock),
        observer=told,
        circuits=Circuits(clock),
        probe=ProbeWord(is_passed=bool(changes.get("is_probe_passed", True))),
    )

    projected = [2**60]

    async def is_projected(position: int) -> bool:
        return position <= projected[0]

    async def bases(document: str) -> dict[str, int]:
        return dict(changes.get("bases", {}))

    owed = Owed(log=log)
    lane = Lane(
        desk,
        owed,
        SysproWriter(desk, clock),
        company="EDU1",
        clock=clock,
        random=Random(1),
        is_projected=is_projected,
        bases=bases,
    )
    return LaneSite(
        lane=lane,
        desk=desk,
        log=log,
        owed=owed,
        ledger=ledger,
        faults=faults,
        told=told,
        clock=clock,
        projected=projected,
    )


def _keeper(
    database: Database, transport: Transport, lease: Lease, clock: StillClock
) -> SessionKeeper:
    vault = Vault(database, b"k" * 32)

    async def tagger(token: bytes) -> str:
        return await vault.tag(TENANT, token)

    sessions = PostgresSessions(database, vault, TENANT, lease.fence)
    return SessionKeeper(transport, sessions, tagger=tagger, clock=clock, epoch=lease.epoch)
