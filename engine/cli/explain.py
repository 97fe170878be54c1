"""`explain CODE`: what a hold or an error means, who acts, and what to do."""

import argparse
import difflib

from engine.cli.cards import card
from engine.cli.exits import Exit
from engine.cli.output import print_json, say, table
from engine.cli.verb import Verb
from engine.core.reasons import REASONS, Reason
from engine.errors import NotFound


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The code; without one, every code with its sentence."""
    child.add_argument("code", nargs="?", help="e.g. LINE_NO_ACCOUNT")


async def run(options: argparse.Namespace) -> int:
    """The reason's texts are printed; an unknown code is an error that names the nearest."""
    if options.code is None:
        if options.json:
            print_json([plain(reason) for reason in REASONS.values()])
        else:
            rows = [(reason.code, reason.who, reason.sentence) for reason in REASONS.values()]
            for line in table(("code", "who acts", "what it means"), rows):
                say(line)
        return Exit.OK
    reason = REASONS.get(options.code.upper())
    if reason is None:
        near = difflib.get_close_matches(options.code.upper(), REASONS, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise NotFound(
            f"no reason is called {options.code!r}; {hint}`explain` alone lists them all"
        )
    if options.json:
        print_json(plain(reason))
        return Exit.OK
    say(f"{reason.code}: {reason.sentence}")
    for line in card(reason):
        say(f"  {line}")
    return Exit.OK


def plain(reason: Reason) -> dict[str, str | bool]:
    """A reason as JSON: the code, its class, its texts, and whether a person may accept it."""
    return {
        "code": reason.code,
        "sentence": reason.sentence,
        "cause": reason.cause,
        "who": reason.who,
        "action": reason.action,
        "class": reason.error_class,
        "automatic": reason.automatic,
        "is_acceptable": reason.is_acceptable,
    }


VERB = Verb(
    name="explain",
    summary="what a hold or error code means, who acts, what to do",
    add_arguments=add_arguments,
    run=run,
)
