"""The sandbox as one program: a Procurify, a SYSPRO and a control port, each on its own port.

Everything listens on 127.0.0.1. Once all of it does, one JSON line says where, and with which
secrets; nothing more goes to standard output. SIGTERM and SIGINT end it within two seconds. The
folder with the configuration stays for a post-mortem.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import orjson
from aiohttp import web

from engine.sandbox.configuration import (
    DOMAIN,
    ODATA_USER,
    OPERATOR,
    Addresses,
    Secrets,
    draw_secrets,
    write_configuration,
)
from engine.sandbox.control import build_control
from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.app import build_app as build_procurify
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Credentials
from engine.sandbox.requests import RequestLog, arrival
from engine.sandbox.scenario.masters import master_rows
from engine.sandbox.scenario.references import COMPANY, LOCAL_CURRENCY
from engine.sandbox.scenario.scenario import Scenario, build_scenario
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import Sight
from engine.sandbox.syspro.app import build_app as build_syspro
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.settings import SERVER_LIMITS, SysproSettings, delays

Numbering: TypeAlias = Literal["auto", "manual"]
Profile: TypeAlias = Literal["fast", "site"]
HOST = "127.0.0.1"
TICK_S = 0.1
STOP_S = 0.3
FIRST_AUTOMATIC_ORDER = 547


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """What `sandbox` is told; port 0 means any free one, folder None a new temporary one."""

    procurify_port: int = 0
    syspro_port: int = 0
    control_port: int = 0
    seed: int = 1
    documents: int = 200
    po_numbering: Numbering = "auto"
    profile: Profile = "fast"
    folder: Path | None = None
    anchor: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A sandbox that listens; `ready` is what its ready line says."""

    ready: dict[str, object]
    scenario: Scenario
    tenant: Tenant
    ledger: Ledger
    story: Story
    oracle: Oracle
    requests: RequestLog


async def serve(options: SandboxOptions, announce: Callable[[bytes], None] | None = None) -> int:
    """0 once a signal ended the sandbox; `announce` takes the ready line, else stdout does.

    Raises `OSError` when a port is taken or the folder cannot be written.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with open_sandbox(options) as sandbox:
            (announce or _write_line)(orjson.dumps(sandbox.ready))
            await tell(sandbox.story, stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    return 0


async def tell(story: Story, stop: asyncio.Event) -> None:
    """The story ticks until `stop` is set."""
    while not stop.is_set():
        story.tick()
        try:
            async with asyncio.timeout(TICK_S):
                await stop.wait()
        except TimeoutError:
            continue


@asynccontextmanager
async def open_sandbox(options: SandboxOptions) -> AsyncIterator[Sandbox]:
    """A sandbox that listens for as long as the context is open; its story does not tick."""
    folder = options.folder or Path(tempfile.mkdtemp(prefix="procurify-syspro-sandbox-"))
    folder.mkdir(parents=True, exist_ok=True)
    scenario = build_scenario(
        seed=options.seed,
        documents=options.documents,
        anchor=options.anchor or datetime.now(UTC).date(),
        po_numbering=options.po_numbering,
    )
    tenant = fill_tenant(scenario)
    ledger = fill_ledger(scenario, options.po_numbering)
    sight = Sight(ledger)
    story = Story(scenario, tenant, sight)
    oracle = Oracle(scenario, tenant, sight, story)
    requests = RequestLog()
    drawn = draw_secrets()
    async with AsyncExitStack() as stack:
        procurify = await _listen(
            stack, _procurify_app(tenant, drawn, requests), options.procurify_port
        )
        syspro = await _listen(
            stack, _syspro_app(ledger, drawn, requests, options), options.syspro_port
        )
        control = await _listen(stack, build_control(oracle, requests), options.control_port)
        addresses = Addresses(procurify=procurify, syspro=syspro, control=control)
        path = write_configuration(folder, scenario, addresses, drawn)
        yield Sandbox(
            ready=_ready(addresses, drawn, path),
            scenario=scenario,
            tenant=tenant,
            ledger=ledger,
            story=story,
            oracle=oracle,
            requests=requests,
        )


def fill_tenant(scenario: Scenario) -> Tenant:
    """A tenant that holds what the scenario begins with."""
    tenant = Tenant(scenario.references)
    for vendor in scenario.vendors:
        tenant.put_vendor(vendor)
    for order in scenario.orders:
        tenant.put_order(order)
    for bill in scenario.bills:
        tenant.put_bill(bill)
    return tenant


def fill_ledger(scenario: Scenario, po_numbering: Numbering) -> Ledger:
    """A ledger with the scenario's master rows and no documents."""
    ledger = Ledger(
        company=COMPANY,
        local_currency=LOCAL_CURRENCY,
        po_numbering=po_numbering,
        next_purchase_order=FIRST_AUTOMATIC_ORDER,
    )
    ledger.load(master_rows(scenario))
    return ledger


def _procurify_app(tenant: Tenant, drawn: Secrets, requests: RequestLog) -> web.Application:
    def note(*, method: str, path: str, status: int) -> None:
        requests.note(host="procurify", method=method, path=path, status=status)

    credentials = Credentials(client_id=drawn.client_id, client_secret=drawn.client_secret)
    return build_procurify(tenant, credentials, note, domain=DOMAIN)


def _syspro_app(
    ledger: Ledger, drawn: Secrets, requests: RequestLog, options: SandboxOptions
) -> web.Application:
    def note(host: str, method: str, path: str, business_object: str, status: int) -> None:
        requests.note(
            host=host, method=method, path=path, business_object=business_object, status=status
        )

    wait = delays(options.profile)
    settings = SysproSettings(
        operators={OPERATOR: drawn.operator_password},
        company_id=COMPANY,
        odata_user=ODATA_USER,
        odata_password=drawn.odata_password,
        seed=options.seed,
        query_delay_s=wait["query_delay_s"],
        post_delay_s=wait["post_delay_s"],
    )
    return build_syspro(ledger, settings, note)


async def _listen(stack: AsyncExitStack, app: web.Application, port: int) -> str:
    """The origin at which the application listens until the stack closes."""
    app.middlewares.append(arrival)
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=STOP_S,
        max_line_size=SERVER_LIMITS["max_line_size"],
        max_field_size=SERVER_LIMITS["max_field_size"],
    )
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return f"http://{HOST}:{runner.addresses[0][1]}"


def _ready(addresses: Addresses, drawn: Secrets, path: Path) -> dict[str, object]:
    return {
        "procurify": {
            "base_url": addresses.procurify,
            "client_id": drawn.client_id,
            "client_secret": drawn.client_secret,
        },
        "syspro": {
            "base_url": addresses.enet,
            "operator": OPERATOR,
            "operator_password": drawn.operator_password,
            "company_id": COMPANY,
            "company_password": "",
            "odata_url": addresses.odata,
            "odata_user": ODATA_USER,
            "odata_password": drawn.odata_password,
        },
        "control_url": addresses.control,
        "config": str(path),
    }


def _write_line(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()
