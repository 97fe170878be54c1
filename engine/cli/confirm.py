"""`confirm COMPANY`: a SYSPRO company that looked like another one, or was stopped, may go on."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, add_word, config_of, one_tenant
from engine.errors import Misconfigured
from engine.lines import release_line, stopped_lines
from engine.log.contract import Author
from engine.service.foundation import foundation
from engine.service.identity import confirm_identity


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The company, and what the person found out about it."""
    child.add_argument("company", help="as in the configuration file")
    add_word(child)
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """What was held or stopped for the company goes on; refused where neither was."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        known = [company.company for company in ground.config.tenant(tenant).companies]
        if options.company not in known:
            raise Misconfigured(
                f"there is no company {options.company!r}; there are {', '.join(known)}"
            )
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        say_so = confirm_identity
        if options.company in await stopped_lines(ground.database, tenant):
            say_so = release_line
        event = await say_so(
            ground.log, tenant, options.company, reason=options.reason, author=author
        )
    if options.json:
        print_json({"company": options.company, "position": event.position})
    else:
        say(printable(f"{options.company}: confirmed (event {event.position})"))
    return Exit.OK


VERB = Verb(
    name="confirm",
    summary="say that a SYSPRO company that changed or was stopped may go on",
    add_arguments=add_arguments,
    run=run,
)
