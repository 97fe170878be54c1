"""`poll [RESOURCE …]`: read once, now, outside the schedule."""

import argparse
from collections.abc import Mapping, Sequence

from engine.cli.exits import Exit
from engine.cli.output import print_json, say, table
from engine.cli.verb import Verb, add_config, config_of
from engine.config import TenantTable
from engine.errors import Malformed, Misconfigured, Transient, Unauthorized
from engine.service.bootstrap import take_bootstrap
from engine.service.foundation import Foundation, foundation
from engine.service.visits import procurify_poller, syspro_company
from engine.syspro.poller_resources import RESOURCES
from engine.vault import Vault

COUNTS = ("read", "new", "changed", "unchanged")


def add_arguments(child: argparse.ArgumentParser) -> None:
    """Which side and which resources; all of Procurify's by default."""
    add_config(child)
    child.add_argument("resources", nargs="*", help="e.g. purchase_orders bills")
    child.add_argument("--side", choices=("procurify", "syspro"), default="procurify")


async def run(options: argparse.Namespace) -> int:
    """What was read is in the log; exit 6 when a resource could not be read to the end."""
    outcomes: list[dict[str, object]] = []
    async with foundation(config_of(options)) as ground:
        vault = await ground.vault()
        await take_bootstrap(ground, vault)
        for name in ground.tenants(options.tenant):
            tenant = ground.config.tenant(name)
            if options.side == "procurify":
                outcomes += await of_procurify(ground, vault, tenant, options.resources)
            else:
                outcomes += await of_syspro(ground, vault, tenant, options.resources)
    if options.json:
        print_json(outcomes)
    else:
        show(outcomes)
    is_well = all(outcome["is_complete"] for outcome in outcomes)
    return Exit.OK if is_well else Exit.REMOTE_UNAVAILABLE


def show(outcomes: Sequence[Mapping[str, object]]) -> None:
    """What was read, a line a resource, for people."""
    for line in table(
        ("resource", *COUNTS, "outcome"),
        [
            (
                str(outcome["resource"]).replace("_", " "),
                *(outcome[name] for name in COUNTS),
                outcome["text"] or "read to the end",
            )
            for outcome in outcomes
        ],
    ):
        say(line)


async def of_procurify(
    ground: Foundation, vault: Vault, tenant: TenantTable, resources: list[str]
) -> list[dict[str, object]]:
    """One poll of each resource of the tenant's domain."""
    found: list[dict[str, object]] = []
    async with procurify_poller(ground, vault, tenant) as poller:
        for resource in resources or poller.resources:
            outcome = await poller.poll_once(resource)
            found.append(
                {
                    "tenant": tenant.name,
                    "resource": outcome.resource,
                    "read": outcome.tally.read,
                    "new": outcome.tally.new,
                    "changed": outcome.tally.changed,
                    "unchanged": outcome.tally.unchanged,
                    "is_complete": outcome.is_complete,
                    "text": outcome.text,
                }
            )
    return found


async def of_syspro(
    ground: Foundation, vault: Vault, tenant: TenantTable, resources: list[str]
) -> list[dict[str, object]]:
    """One poll of each resource of each of the tenant's companies."""
    unknown = [name for name in resources if name not in RESOURCES]
    if unknown:
        raise Misconfigured(f"SYSPRO has no {unknown[0]}; there are {', '.join(RESOURCES)}")
    found: list[dict[str, object]] = []
    for company in tenant.companies:
        async with syspro_company(ground, vault, tenant, company) as (_, poller):
            for resource in resources or list(RESOURCES):
                counts, text = dict.fromkeys(COUNTS, 0), ""
                try:
                    result = await poller.poll_once(resource)
                    counts = {name: getattr(result, name) for name in COUNTS}
                except (Transient, Unauthorized, Malformed) as error:
                    text = str(error)
                found.append(
                    {
                        "tenant": tenant.name,
                        "company": company.company,
                        "resource": resource,
                        **counts,
                        "is_complete": not text,
                        "text": text,
                    }
                )
    return found


VERB = Verb(
    name="poll",
    summary="read once, now",
    add_arguments=add_arguments,
    run=run,
)
