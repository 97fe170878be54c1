"""The two systems of a run, in the loop itself, and the configuration of its engines.

What many seeds share, a scenario and a configuration, is made once a process. Secrets are the same
in every run: they are in no event, and logs remember each that they ever saw.
"""

import asyncio
import tempfile
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

from engine.clock import Clock
from engine.config import Config
from engine.proof.simulation.mishaps import Entry
from engine.proof.simulation.script import Numbering
from engine.sandbox.configuration import Addresses, Secrets, write_configuration
from engine.sandbox.faults.grammar import read_faults
from engine.sandbox.faults.plan import FaultPlan
from engine.sandbox.json_fields import read_json
from engine.sandbox.options import SandboxOptions
from engine.sandbox.running import Sandbox, Sites
from engine.sandbox.scenario.scenario import Scenario, build_scenario

ANCHOR: Final = date(2026, 11, 2)
BEGAN_AT: Final = datetime.combine(ANCHOR, time(18), tzinfo=UTC)
PROCURIFY_PORT, SYSPRO_PORT = 8001, 8002
DRAIN_S: Final = 6.0
TENANT: Final = "acme"
WRITES_BACK: Final[Mapping[str, object]] = {
    "write_back_vendor_codes": True,
    "report_receipts": True,
    "report_payments": True,
}
"""The policy under which Procurify is written to."""
_KEY: Final = "c2ltdWxhdGVkIGtleSBvZiAzMiBieXRlcyBpbiBhbGw="


@cache
def scenario_of(story: int, documents: int, numbering: Numbering) -> Scenario:
    """The scenario of that story."""
    return build_scenario(seed=story, documents=documents, anchor=ANCHOR, po_numbering=numbering)


@cache
def secrets_of(operators: tuple[str, ...]) -> Secrets:
    """What is secret in every run; each a canary that no event may hold."""
    return Secrets(
        client_id="sandbox-simulated",
        client_secret="canary-client-simulated",
        operators={operator: f"canary-operator-{operator}" for operator in operators},
        odata_password="canary-odata-simulated",
        vault_key=_KEY,
    )


@cache
def config_of(
    story: int, documents: int, numbering: Numbering, *, is_both_ways: bool = False
) -> Config:
    """How the engines of a run are configured: a sandbox's own file, with calmer polls.

    `is_both_ways`: what SYSPRO knows of suppliers, goods and payments is told to Procurify.
    """
    scenario = scenario_of(story, documents, numbering)
    origin = "http://127.0.0.1:{}"
    addresses = Addresses(
        procurify=origin.format(PROCURIFY_PORT), syspro=origin.format(SYSPRO_PORT), control=""
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write_configuration(Path(folder), scenario, addresses, _drawn(scenario))
        tree = tomllib.loads(path.read_text("utf-8"))
    return Config.model_validate(_calmed(tree, WRITES_BACK if is_both_ways else {}))


def _drawn(scenario: Scenario) -> Secrets:
    return secrets_of(tuple(company.operator for company in scenario.companies))


def _calmed(tree: dict[str, Any], policy: Mapping[str, object]) -> Mapping[str, object]:
    [tenant] = tree["tenants"]
    tenant["procurify"]["timeout_s"] = 4
    tenant["procurify"]["schedule"] = {"purchase_orders": 3.0, "bills": 3.0, "reference": 12.0}
    for company in tenant["companies"]:
        company |= {"timeout_s": 2, "drain_s": DRAIN_S, "double_read_s": 0.5, "read_every_s": 4.0}
        company["policy"] |= policy
    return tree


@asynccontextmanager
async def opened(
    scenario: Scenario, entries: Sequence[Entry], clock: Clock
) -> AsyncIterator[Sandbox]:
    """A sandbox that listens on the loop's network until the block ends, without a control port."""
    options = SandboxOptions(
        procurify_port=PROCURIFY_PORT,
        syspro_port=SYSPRO_PORT,
        seed=scenario.seed,
        documents=scenario.documents,
        po_numbering="manual" if scenario.po_numbering == "manual" else "auto",
    )
    plan = FaultPlan(read_faults(read_json(orjson.dumps(entries))), monotonic=clock.monotonic)
    async with asyncio.TaskGroup() as group:
        sandbox = Sandbox(
            options, scenario, _drawn(scenario), plan, Sites(syspro={}, procurify={}), group
        )
        await sandbox.start()
        try:
            yield sandbox
        finally:
            await sandbox.close()
