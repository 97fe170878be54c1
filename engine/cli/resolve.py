"""`resolve DOC`: a person's verdict on a write to Procurify that the engine could not tell."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.log.contract import Author
from engine.service.foundation import foundation
from engine.verdicts import OUTCOMES, Verdict, resolve

_SAID = {"done": "counts as written to Procurify", "absent": "is written once more"}


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The document, what was found in Procurify, and where it was looked for."""
    child.add_argument("document", metavar="DOC", help="as for `audit`")
    child.add_argument(
        "--as", required=True, choices=tuple(OUTCOMES), dest="outcome", help="what Procurify shows"
    )
    child.add_argument("--id", default="", help="Procurify's id of what was made, if it is known")
    child.add_argument("--reason", required=True, metavar="TEXT", help="why; kept for ever")
    child.add_argument("--actor", default="cli", help="who decides")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The verdict is in the log; refused where none is asked for."""
    verdict = Verdict(outcome=options.outcome, reason=options.reason, procurify_id=options.id)
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        found = await resolve(
            ground.database, ground.log, tenant, options.document, verdict, author
        )
    position = found.event.position
    if options.json:
        print_json({"document": found.key, "number": found.number, "position": position})
    else:
        said = _SAID[options.outcome]
        say(printable(f"{found.number or found.key}: {said} (event {position})"))
    return Exit.OK


VERB = Verb(
    name="resolve",
    summary="say whether Procurify took a write that the engine could not tell",
    add_arguments=add_arguments,
    run=run,
)
