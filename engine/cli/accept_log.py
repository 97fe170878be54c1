"""`accept-log`: a database that is older than it was is the one to go on with."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, add_word, config_of, one_tenant
from engine.errors import Misconfigured
from engine.log.contract import Author
from engine.service.checkpoints import Checkpoints
from engine.service.foundation import foundation


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What the person found out, and who it is."""
    add_word(child)
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The tenant's log is taken as it is now; refused where it holds all that was kept of it."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        if not ground.config.service.checkpoints:
            raise Misconfigured("service.checkpoints is not set: nothing was kept of any log")
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        event = await Checkpoints(ground).accept(tenant, reason=options.reason, author=author)
    if options.json:
        print_json({"tenant": tenant, "position": event.position})
    else:
        say(printable(f"{tenant}: the log is accepted as it is (event {event.position})"))
    return Exit.OK


VERB = Verb(
    name="accept-log",
    summary="say that a log older than this machine knew it is the one to go on with",
    add_arguments=add_arguments,
    run=run,
)
