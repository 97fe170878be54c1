"""`ping`: can both systems be reached, and if not, what is wrong, in words."""

import argparse
from dataclasses import dataclass

from engine.cli.exits import Exit
from engine.cli.output import ago, print_json, say
from engine.cli.verb import Verb, add_config, config_of
from engine.config import CompanyTable, TenantTable
from engine.errors import EngineError
from engine.procurify.poller import ping as ping_procurify
from engine.service.bootstrap import take_bootstrap
from engine.service.foundation import Foundation, foundation
from engine.service.visits import Busy, procurify_client, syspro_company
from engine.standing import standing
from engine.syspro.objects.comfnd import Condition
from engine.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one side said; `error` names the kind of failure, "" when it is well."""

    tenant: str
    side: str
    name: str
    text: str
    error: str = ""


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration and, if wanted, one tenant."""
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """Each side answers in one sentence; exit 6 when any cannot be used."""
    answers: list[Answer] = []
    async with foundation(config_of(options)) as ground:
        vault = await ground.vault()
        await take_bootstrap(ground, vault)
        for name in ground.tenants(options.tenant):
            tenant = ground.config.tenant(name)
            answers.append(await procurify(ground, vault, tenant))
            for company in tenant.companies:
                answers.append(await syspro(ground, vault, tenant, company))
    if options.json:
        print_json(
            [
                {
                    "tenant": answer.tenant,
                    "side": answer.side,
                    "name": answer.name,
                    "is_well": not answer.error,
                    "error": answer.error,
                    "text": answer.text,
                }
                for answer in answers
            ]
        )
    else:
        for answer in answers:
            mark = "ok  " if not answer.error else "FAIL"
            say(f"{mark} {answer.tenant} {answer.side} {answer.name}: {answer.text}")
    return Exit.REMOTE_UNAVAILABLE if any(answer.error for answer in answers) else Exit.OK


async def procurify(ground: Foundation, vault: Vault, tenant: TenantTable) -> Answer:
    """Procurify's answer to a token and four small reads."""
    name = tenant.procurify.source
    try:
        async with procurify_client(ground, vault, tenant) as client:
            text = await ping_procurify(client)
    except EngineError as error:
        return Answer(
            tenant=tenant.name,
            side="procurify",
            name=name,
            text=str(error),
            error=type(error).__name__,
        )
    return Answer(tenant=tenant.name, side="procurify", name=name, text=text)


async def syspro(
    ground: Foundation, vault: Vault, tenant: TenantTable, company: CompanyTable
) -> Answer:
    """SYSPRO's answer to a log-on, a profile and one look-up; the operator is logged off."""
    name = company.company
    try:
        async with syspro_company(ground, vault, tenant, company) as (opened, _):
            async with opened.keeper.exclusive() as session:
                profile = await opened.transport.get_logon_profile(session.token)
            first = Condition(column="Supplier", comparison="GE", value="")
            rows = await opened.lookups.rows("ApSupplier", ["Supplier"], [first], limit=1)
            text = (
                f"operator {company.operator} logs on to company "
                f"{profile.get('CompanyName', name)}; suppliers are readable"
                f"{'' if rows else ' (there are none)'}"
            )
    except Busy:
        return await through_the_engine(ground, tenant, company)
    except EngineError as error:
        return Answer(
            tenant=tenant.name,
            side="syspro",
            name=name,
            text=str(error),
            error=type(error).__name__,
        )
    return Answer(tenant=tenant.name, side="syspro", name=name, text=text)


async def through_the_engine(
    ground: Foundation, tenant: TenantTable, company: CompanyTable
) -> Answer:
    """What the running engine last found at SYSPRO: its operator's session is left alone."""
    found = await standing(ground.database, tenant.name, has_entries=False)
    polls = [poll for poll in found.polls if poll.stream.startswith(f"syspro/{company.company}/")]
    trouble = next((poll for poll in polls if poll.trouble), None)
    done = [poll.finished_at for poll in polls if poll.finished_at]
    text = f"a running engine works as operator {company.operator}, whose session was left alone"
    if trouble is not None:
        text = f"{text}; it cannot read SYSPRO: {trouble.trouble}"
    elif done:
        text = f"{text}; it read SYSPRO {ago((ground.clock.now() - max(done)).total_seconds())}"
    else:
        text = f"{text}; it has not read SYSPRO yet"
    return Answer(
        tenant=tenant.name,
        side="syspro",
        name=company.company,
        text=text,
        error="Transient" if trouble is not None else "",
    )


VERB = Verb(
    name="ping",
    summary="can both systems be reached, and if not, why",
    add_arguments=add_arguments,
    run=run,
)
