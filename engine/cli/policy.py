"""`policy show|set|unset`: what the engine may decide for a company, changed as events."""

import argparse
from collections.abc import Sequence

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say, table
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.config import CompanyTable
from engine.core.canonical import JsonValue
from engine.errors import Misconfigured
from engine.log.contract import Author
from engine.policies import Setting, change, settings_of
from engine.service.foundation import foundation


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What to do, the setting and its value, the company and why."""
    child.add_argument("action", choices=("show", "set", "unset"))
    child.add_argument("name", nargs="?", help="e.g. mode_bill")
    child.add_argument("value", nargs="?", help="as in the file, without quotes; none: not set")
    child.add_argument("--company", help="where several are set up")
    child.add_argument("--reason", default="", help="why; kept for ever")
    child.add_argument("--actor", default="cli", help="who decides")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The settings are shown, or one is changed for a company."""
    if options.action == "set" and options.value is None:
        raise Misconfigured("policy set needs NAME and VALUE")
    if options.action == "unset" and (options.name is None or options.value is not None):
        raise Misconfigured("policy unset needs NAME, and no value")
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        companies = chosen(ground.config.tenant(tenant).companies, options)
        if options.action == "show":
            found = {
                company.company: await settings_of(
                    ground.log, tenant, company.company, company.policy
                )
                for company in companies
            }
            show(found, options.name, has_json=options.json)
            return Exit.OK
        company = companies[0]
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        event = await change(
            ground.log,
            tenant,
            company.company,
            company.policy,
            options.name,
            options.value,
            reason=options.reason,
            author=author,
        )
    body = event.body or {}
    value, before = words(body.get("value")), words(body.get("before"))
    if options.json:
        print_json({"company": company.company, "position": event.position, **body})
    elif options.action == "unset":
        say(f"{company.company}: {options.name} is as in the file again")
    else:
        was = f", was {before}" if before else ""
        say(printable(f"{company.company}: {options.name} is {value or 'not set'}{was}"))
    return Exit.OK


def chosen(
    companies: Sequence[CompanyTable], options: argparse.Namespace
) -> Sequence[CompanyTable]:
    """The companies that are meant: one to change, all to show unless one is named."""
    names = ", ".join(company.company for company in companies)
    found = [c for c in companies if options.company in (None, c.company)]
    if not found:
        raise Misconfigured(f"there is no company {options.company}; there are {names}")
    if options.action != "show" and len(found) > 1:
        raise Misconfigured(f"name one of {names} with --company")
    return found


def show(found: dict[str, Sequence[Setting]], name: str | None, *, has_json: bool) -> None:
    """The settings of each company, or the one that is named, with where they come from."""
    kept = {
        company: [one for one in settings if name in (None, one.name)]
        for company, settings in found.items()
    }
    if name is not None and not any(kept.values()):
        raise Misconfigured(f"there is no setting {name!r}; `policy show` lists them all")
    if has_json:
        print_json(
            {company: [plain(one) for one in settings] for company, settings in kept.items()}
        )
        return
    for company, settings in kept.items():
        say(f"{company}:")
        rows = [(one.name, words(one.value), origin(one)) for one in settings]
        for line in table(("setting", "value", "said by"), rows):
            say(f"  {line}")
    if name is not None:
        say(next(iter(kept.values()))[0].meaning)


def origin(one: Setting) -> str:
    """Who gave the setting its value, and why."""
    if one.change is None or one.change.body is None:
        return "the file"
    return f"{one.change.actor}: {one.change.body.get('reason')}"


def plain(one: Setting) -> dict[str, object]:
    """A setting as JSON."""
    return {
        "name": one.name,
        "value": one.value,
        "in_file": one.in_file,
        "said_by": origin(one),
        "position": one.change.position if one.change is not None else None,
    }


def words(value: JsonValue) -> str:
    """A value as a person types it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


VERB = Verb(
    name="policy",
    summary="show or change what the engine may decide for a company",
    add_arguments=add_arguments,
    run=run,
)
