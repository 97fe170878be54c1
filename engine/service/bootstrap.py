"""Takes a sandbox's `[bootstrap]` once into an empty log, and policies whenever they change.

The bootstrap (mappings, credentials, probe results) is for loopback alone, which the
configuration has checked; the actor is `bootstrap`. A policy of the configuration file becomes a
`PolicySet` event when it differs from the last one: what plans rest on is always an event.
"""

from collections.abc import Sequence

from engine.config import BootstrapTable, TenantTable
from engine.core.events import NewEvent
from engine.core.mapping import mapping_stream
from engine.errors import StaleVersion
from engine.log.contract import Author
from engine.service.foundation import Foundation
from engine.vault import Vault

STREAM = "bootstrap"


async def take_bootstrap(ground: Foundation, vault: Vault) -> None:
    """An empty log holds what the bootstrap brings; any other log is left as it is."""
    table = ground.config.bootstrap
    if table is None:
        return
    author = Author(actor="bootstrap", run_id=ground.run_id, correlation="bootstrap")
    for tenant in ground.config.tenants:
        if (await ground.log.head(tenant.name)).position > 0:
            continue
        for name, secret in table.credentials.items():
            await vault.put(tenant.name, name, secret.get_secret_value())
        try:
            await ground.log.append(
                tenant.name, _events(table), author=author, expected={STREAM: 0}
            )
        except StaleVersion:
            continue


async def set_policies(ground: Foundation, tenant: TenantTable) -> None:
    """The last `PolicySet` of each company is the policy of the configuration file."""
    author = Author(actor="config", run_id=ground.run_id, correlation="config")
    streams = [f"policy/{company.company}" for company in tenant.companies]
    latest = await ground.log.latest(tenant.name, streams)
    for company, stream in zip(tenant.companies, streams, strict=True):
        before = latest.get(stream)
        body = company.policy.body()
        if before is not None and before.body == body:
            continue
        event = NewEvent(stream=stream, type="PolicySet", body=body)
        version = before.version if before is not None else 0
        try:
            await ground.log.append(tenant.name, [event], author=author, expected={stream: version})
        except StaleVersion:
            continue


def _events(table: BootstrapTable) -> Sequence[NewEvent]:
    mappings = [
        NewEvent(
            stream=mapping_stream(row.kind, row.key, row.company),
            type="MappingApproved",
            body={
                "kind": row.kind,
                "key": row.key,
                "target": row.target,
                "company": row.company,
                "note": row.note,
            },
        )
        for row in table.mappings
    ]
    credentials = [
        NewEvent(stream=f"credential/{name}", type="CredentialSet", body={"name": name})
        for name in table.credentials
    ]
    probes = [
        NewEvent(
            stream=f"probe/{company}",
            type="ProbeRecorded",
            body={"company": company, "result": result},
        )
        for company, result in table.probe.items()
    ]
    taken = NewEvent(
        stream=STREAM,
        type="BootstrapTaken",
        body={
            "mappings": len(mappings),
            "credentials": len(credentials),
            "probes": len(probes),
        },
    )
    return [*mappings, *credentials, *probes, taken]
