"""`resolve DOC`: people's verdict on a write whose outcome the engine could not tell."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.log.contract import Author
from engine.service.foundation import foundation
from engine.verdicts import OUTCOMES, Verdict, resolve

_SAID = {
    ("DoubtResolved", "done"): "counts as written to Procurify",
    ("DoubtResolved", "absent"): "is written once more",
    ("VerdictGiven", "done"): "is read in SYSPRO once more, and counts as posted if it is there",
    ("VerdictGiven", "absent"): "is read in SYSPRO once more, and sent again if it is not there",
    ("VerdictProposed", "absent"): "stays as it is until a second person says so too",
}


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The document, what was found, and where it was looked for."""
    child.add_argument("document", metavar="DOC", help="as for `audit`")
    child.add_argument(
        "--as",
        required=True,
        choices=tuple(OUTCOMES),
        dest="outcome",
        help="what the other side shows",
    )
    child.add_argument("--key", default="", help="SYSPRO's key of what was made: an order's number")
    child.add_argument("--id", default="", help="Procurify's id of what was made, if it is known")
    child.add_argument("--reason", required=True, metavar="TEXT", help="why; kept for ever")
    child.add_argument("--actor", default="cli", help="who decides")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The verdict is in the log; refused where none is asked for."""
    verdict = Verdict(
        outcome=options.outcome,
        reason=options.reason,
        procurify_id=options.id,
        syspro_key=options.key,
    )
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        found = await resolve(
            ground.database, ground.log, tenant, options.document, verdict, author
        )
    position = found.event.position
    if options.json:
        print_json(
            {
                "document": found.key,
                "number": found.number,
                "position": position,
                "event": found.event.type,
            }
        )
    else:
        said = _SAID[found.event.type, options.outcome]
        say(printable(f"{found.number or found.key}: {said} (event {position})"))
    return Exit.OK


VERB = Verb(
    name="resolve",
    summary="say whether the other side took a write that the engine could not tell",
    add_arguments=add_arguments,
    run=run,
)
