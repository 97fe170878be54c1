"""`hold`, `release`, `approve`, `ignore`, `link`, `retry`: what people decide, with a reason."""

import argparse
from collections.abc import Callable, Coroutine, Sequence

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, add_word, config_of, one_tenant
from engine.decisions import Decided, Wish, decide, retry_cause
from engine.errors import Misconfigured
from engine.log.contract import Author
from engine.service.foundation import Foundation, foundation

_SUMMARIES = {
    "hold": "keep documents from SYSPRO until they are released",
    "release": "let go what a person held, ignored or linked, or accept a hold",
    "approve": "let the planned command of documents be sent",
    "ignore": "say that documents are not to be carried",
    "link": "say under which key SYSPRO has a document already",
    "retry": "send again what SYSPRO refused or what was put off",
}
_DONE = {
    "hold": "held",
    "release": "released",
    "approve": "approved",
    "ignore": "ignored",
    "link": "linked",
    "retry": "to be tried again",
}


def _arguments(verb: str) -> Callable[[argparse.ArgumentParser], None]:
    def add_arguments(child: argparse.ArgumentParser) -> None:
        few = "*" if verb == "retry" else "+"
        if verb == "link":
            child.add_argument("documents", nargs=1, metavar="DOC", help="as for `audit`")
            child.add_argument("--syspro", required=True, metavar="KEY", help="SYSPRO's key")
            child.add_argument("--company", default="", help="where several are set up")
        else:
            child.add_argument("documents", nargs=few, metavar="DOC", help="as for `audit`")
        if verb == "release":
            child.add_argument(
                "--accept", action="append", default=[], metavar="CODE", help="a hold to accept"
            )
        if verb == "retry":
            child.add_argument("--cause", metavar="CODE", help="all that have this reason")
        add_word(child)
        add_config(child)

    return add_arguments


def _run(verb: str) -> Callable[[argparse.Namespace], Coroutine[None, None, int]]:
    async def run(options: argparse.Namespace) -> int:
        wish = Wish(
            verb=verb,
            reason=options.reason,
            accepts=tuple(code.upper() for code in getattr(options, "accept", ())),
            syspro_key=getattr(options, "syspro", ""),
            company=getattr(options, "company", ""),
        )
        async with foundation(config_of(options)) as ground:
            decided = await _decided(ground, one_tenant(ground, options.tenant), wish, options)
        show(verb, decided, has_json=options.json)
        return Exit.OK

    return run


async def _decided(
    ground: Foundation, tenant: str, wish: Wish, options: argparse.Namespace
) -> Sequence[Decided]:
    author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
    cause = getattr(options, "cause", None)
    if bool(options.documents) == bool(cause):
        raise Misconfigured("name documents, or all of a reason with --cause CODE")
    if cause:
        return await retry_cause(ground.database, ground.log, tenant, cause.upper(), wish, author)
    return await decide(ground.database, ground.log, tenant, options.documents, wish, author)


def show(verb: str, decided: Sequence[Decided], *, has_json: bool) -> None:
    """What was decided, a line a document."""
    if has_json:
        print_json(
            [
                {"document": one.key, "number": one.number, "position": one.event.position}
                for one in decided
            ]
        )
        return
    for one in decided:
        say(printable(f"{one.number or one.key}: {_DONE[verb]} (event {one.event.position})"))
    if not decided:
        say("Nothing stands there to be tried again.")


VERBS: tuple[Verb, ...] = tuple(
    Verb(name=verb, summary=summary, add_arguments=_arguments(verb), run=_run(verb))
    for verb, summary in _SUMMARIES.items()
)
