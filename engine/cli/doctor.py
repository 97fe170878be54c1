"""`doctor`: is everything as it should be, and with `--probe`, does SYSPRO do what we rest on."""

import argparse
from collections.abc import Mapping, Sequence

from engine.cli import ping
from engine.cli.credentials import expected_names
from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, config_of
from engine.config import CompanyTable, TenantTable
from engine.errors import Misconfigured
from engine.service.bootstrap import take_bootstrap
from engine.service.checkup import Check, database_checks, drain_check, transport_check
from engine.service.foundation import Foundation, foundation
from engine.service.probed import standing_of_probe
from engine.service.probing import ORDERS, probe_site
from engine.vault import Vault

_MARKS = {"ok": "ok   ", "look": "LOOK ", "wrong": "WRONG"}
_RESULTS = {"passed": "ok   ", "warned": "LOOK ", "skipped": "LOOK ", "failed": "WRONG"}
MOST_ORDERS = 100


def add_arguments(child: argparse.ArgumentParser) -> None:
    """Whose installation, and whether its SYSPRO is to be probed by posting."""
    child.add_argument("--company", help="look at this company only")
    child.add_argument(
        "--probe",
        action="store_true",
        help="post probe documents into the company's test_company, and keep the outcome",
    )
    child.add_argument(
        "--orders", type=int, default=ORDERS, metavar="N", help="how many orders a probe posts"
    )
    child.add_argument("--actor", default="cli", help="who asks for the probe")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """Everything is looked at; exit 1 when something is wrong, 6 when a side cannot be used."""
    if not 1 <= options.orders <= MOST_ORDERS:
        raise Misconfigured(f"--orders is from 1 to {MOST_ORDERS}")
    async with foundation(config_of(options)) as ground:
        vault = await ground.vault()
        await take_bootstrap(ground, vault)
        chosen = _chosen(ground, options)
        if options.probe:
            return await _probe(ground, vault, chosen, options)
        return await _look(ground, vault, chosen, has_json=options.json)


async def _look(
    ground: Foundation,
    vault: Vault,
    chosen: Sequence[tuple[TenantTable, CompanyTable]],
    *,
    has_json: bool,
) -> int:
    is_own = not ground.config.database.url.get_secret_value()
    checks = [
        *await database_checks(ground.database, ground.clock, is_own=is_own),
        await transport_check(),
        *await _credential_checks(ground, vault, chosen),
    ]
    answers = [
        await ping.procurify(ground, vault, tenant)
        for tenant in {tenant.name: tenant for tenant, _ in chosen}.values()
    ]
    for tenant, company in chosen:
        answers.append(await ping.syspro(ground, vault, tenant, company))
        checks.append(drain_check(company))
        checks.append(await _probe_check(ground, tenant, company))
    sides = [
        Check(
            name=f"{answer.side} {answer.name}",
            verdict="wrong" if answer.error else "ok",
            text=answer.text,
        )
        for answer in answers
    ]
    if has_json:
        print_json(
            [
                {"name": check.name, "verdict": check.verdict, "text": check.text}
                for check in (*checks, *sides)
            ]
        )
    else:
        for check in (*checks, *sides):
            say(printable(f"{_MARKS[check.verdict]} {check.name}: {check.text}"))
    if any(answer.error for answer in answers):
        return Exit.REMOTE_UNAVAILABLE
    return Exit.ERROR if any(check.verdict == "wrong" for check in checks) else Exit.OK


async def _credential_checks(
    ground: Foundation, vault: Vault, chosen: Sequence[tuple[TenantTable, CompanyTable]]
) -> Sequence[Check]:
    names = sorted({tenant.name for tenant, _ in chosen})
    stored = {name for tenant in names for name in await vault.names(tenant)}
    lacking = sorted(set(expected_names(ground, names)) - stored)
    text = f"not set: {', '.join(lacking)}" if lacking else "all are set"
    return [Check(name="credentials", verdict="wrong" if lacking else "ok", text=text)]


async def _probe_check(ground: Foundation, tenant: TenantTable, company: CompanyTable) -> Check:
    standing = await standing_of_probe(ground.log, tenant.name, company.company)
    name = f"probe {company.company}"
    if standing.is_passed:
        return Check(name=name, verdict="ok", text=standing.text)
    text = f"{standing.text}; a lost answer about an order, a receipt or an entry goes to a person"
    return Check(name=name, verdict="look", text=f"{text}: `doctor --probe`")


async def _probe(
    ground: Foundation,
    vault: Vault,
    chosen: Sequence[tuple[TenantTable, CompanyTable]],
    options: argparse.Namespace,
) -> int:
    """Every company that was chosen is probed; one that cannot be ends the verb."""
    found = {}
    for tenant, company in chosen:
        found[f"{tenant.name}/{company.company}"] = await probe_site(
            ground, vault, tenant, company, actor=options.actor, orders=options.orders
        )
    if options.json:
        print_json(found)
    else:
        for name, body in found.items():
            _show(name, body)
    return Exit.OK if all(body["result"] == "passed" for body in found.values()) else Exit.ERROR


def _show(name: str, body: Mapping[str, object]) -> None:
    say(f"{name}: the probe {body['result']} in {body['test_company']}")
    findings, documents, forms = body["findings"], body["documents"], body["forms"]
    assert isinstance(findings, list | tuple) and isinstance(documents, list | tuple)
    for finding in sorted(findings, key=lambda one: str(one["name"])):
        said = f"{finding['name']} {finding['assumes']}: {finding['text']}"
        say(printable(f"  {_RESULTS[finding['result']]} {said}"))
    assert isinstance(forms, Mapping)
    lost = [form for form, is_kept in forms.items() if not is_kept]
    if lost:
        say(
            f"  Keys are not found as written in these forms, which are not ours: {', '.join(lost)}"
        )
    left = [f"{one['type']} {one['syspro_key']}" for one in documents if not one["cleared"]]
    if left:
        say(printable(f"  It left behind in {body['test_company']}: {', '.join(left)}"))


def _chosen(
    ground: Foundation, options: argparse.Namespace
) -> Sequence[tuple[TenantTable, CompanyTable]]:
    found = [
        (ground.config.tenant(name), company)
        for name in ground.tenants(options.tenant)
        for company in ground.config.tenant(name).companies
        if options.company in (None, company.company)
    ]
    if not found:
        raise Misconfigured(f"no company is called {options.company!r}")
    return found


VERB = Verb(
    name="doctor",
    summary="is everything as it should be, and does SYSPRO do what posting rests on",
    add_arguments=add_arguments,
    run=run,
)
