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
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import orjson

from engine.sandbox.configuration import (
    ODATA_USER,
    Addresses,
    Secrets,
    draw_secrets,
    write_configuration,
)
from engine.sandbox.control.app import build_control
from engine.sandbox.door import Door
from engine.sandbox.faults.grammar import read_faults
from engine.sandbox.faults.plan import FaultPlan
from engine.sandbox.json_fields import BadInput, read_json
from engine.sandbox.options import SandboxOptions
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.settings_file import changed_settings as changed_procurify
from engine.sandbox.running import Sandbox, Sites
from engine.sandbox.scenario.companies import Company
from engine.sandbox.scenario.scenario import Scenario, build_scenario
from engine.sandbox.syspro.settings import SysproSettings
from engine.sandbox.syspro.settings_file import changed_settings

__all__ = ["Sandbox", "SandboxOptions", "open_sandbox", "serve"]

TICK_S = 0.1
T = TypeVar("T")


class Ticks(Protocol):
    """What goes on by ticks."""

    def tick(self) -> None:
        """What may happen now has happened."""
        ...


async def serve(options: SandboxOptions, announce: Callable[[bytes], None] | None = None) -> int:
    """0 once a signal ended the sandbox; `announce` takes the ready line, else stdout does.

    Raises `OSError` when a port is taken or the folder cannot be written, `BadInput` when the
    fault plan or the SYSPRO file cannot be read.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with open_sandbox(options) as sandbox:
            (announce or _write_line)(orjson.dumps(sandbox.ready))
            await tell(sandbox, stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    return 0


async def tell(story: Ticks, stop: asyncio.Event) -> None:
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
    faults = _read(options.faults, read_faults) or []
    sites = Sites(
        syspro=_read(options.syspro, _checked_site) or {},
        procurify=_read(options.procurify_file, _checked_tenant) or {},
    )
    folder = options.folder or Path(tempfile.mkdtemp(prefix="procurify-syspro-sandbox-"))
    folder.mkdir(parents=True, exist_ok=True)
    scenario = build_scenario(
        seed=options.seed,
        documents=options.documents,
        anchor=options.anchor or datetime.now(UTC).date(),
        po_numbering=options.po_numbering,
        companies=options.companies,
        kind=options.scenario,
        is_quiet=options.is_quiet,
    )
    drawn = draw_secrets(scenario.companies)
    async with AsyncExitStack() as stack:
        group = asyncio.TaskGroup()
        await group.__aenter__()
        stack.push_async_callback(group.__aexit__, None, None, None)
        sandbox = Sandbox(options, scenario, drawn, FaultPlan(faults), sites, group)
        stack.push_async_callback(sandbox.close)
        await sandbox.start()
        control = Door(options.control_port, group)
        stack.push_async_callback(control.close)
        await control.serve(build_control(sandbox))
        addresses = Addresses(
            procurify=sandbox.procurify.origin,
            syspro=sandbox.syspro.origin,
            control=control.origin,
        )
        path = write_configuration(folder, scenario, addresses, drawn)
        sandbox.ready = _ready(scenario, addresses, drawn, path)
        yield sandbox


def _checked_site(given: object) -> object:
    """What was given, which is good for a SYSPRO's settings; raises `BadInput`."""
    changed_settings(SysproSettings(), given)
    return given


def _checked_tenant(given: object) -> object:
    """What was given, which is good for a Procurify's settings; raises `BadInput`."""
    changed_procurify(ProcurifySettings(), given)
    return given


def _read(path: Path | None, reading: Callable[[object], T]) -> T | None:
    """What `reading` makes of the file's JSON; None if there is no file."""
    if path is None:
        return None
    try:
        return reading(read_json(path.read_bytes()))
    except OSError as wrong:
        raise BadInput(f"{path.name} cannot be read: {wrong.strerror}") from wrong
    except BadInput as wrong:
        raise BadInput(f"{path.name}: {wrong}") from wrong


def _ready(
    scenario: Scenario, addresses: Addresses, drawn: Secrets, path: Path
) -> dict[str, object]:
    """What the ready line says; `companies` is there if there are several."""
    companies = [_access(company, addresses, drawn) for company in scenario.companies]
    ready: dict[str, object] = {
        "procurify": {
            "base_url": addresses.procurify,
            "client_id": drawn.client_id,
            "client_secret": drawn.client_secret,
        },
        "syspro": companies[0],
        "control_url": addresses.control,
        "config": str(path),
    }
    return ready if len(companies) == 1 else {**ready, "companies": companies}


def _access(company: Company, addresses: Addresses, drawn: Secrets) -> dict[str, str]:
    return {
        "base_url": addresses.enet,
        "operator": company.operator,
        "operator_password": drawn.operators[company.operator],
        "company_id": company.id,
        "company_password": "",
        "odata_url": addresses.odata(company),
        "odata_user": ODATA_USER,
        "odata_password": drawn.odata_password,
    }


def _write_line(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()
