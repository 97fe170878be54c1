"""`migrate`: the schema stands in the database; safe to repeat."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb, add_config
from engine.config import environment, load
from engine.db import migrate
from engine.service.foundation import foundation


def add_arguments(child: argparse.ArgumentParser) -> None:
    """Which database, and which roles get their rights."""
    add_config(child)
    child.add_argument("--role", help="the service's role: gets SELECT and INSERT on events")
    child.add_argument("--eraser", help="the role that may erase bodies")


async def run(options: argparse.Namespace) -> int:
    """With DATABASE_URL no configuration file is needed."""
    url = environment().database_url.get_secret_value()
    if url:
        await migrate(url, role=options.role, eraser=options.eraser)
    else:
        async with foundation(load(options.config)):
            pass
    if options.json:
        print_json({"schema": "in place"})
    else:
        say("The schema is in place.")
    return Exit.OK


VERB = Verb(
    name="migrate", summary="put the schema into the database", add_arguments=add_arguments, run=run
)
