"""The verbs of `procurify-syspro`: a parser, one module a verb, one way to end.

Each verb module shows `VERB: Verb` (or `VERBS`, where several are one thing); `main` parses, runs
the verb and turns every `EngineError` into one clear line and its exit code. Nothing of the work
itself is done here.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from engine.cli import (
    accept_log,
    agreement,
    audit,
    confirm,
    credentials,
    decide,
    demo,
    doctor,
    evidence,
    explain,
    mapping,
    migrate,
    modelcheck,
    ping,
    plan,
    policy,
    poll,
    preview,
    replay,
    resolve,
    run,
    sandbox,
    sbom,
    simulate,
    status,
    verify_log,
)
from engine.cli.exits import Exit, exit_of
from engine.cli.output import complain, print_json
from engine.cli.verb import Verb
from engine.errors import EngineError
from engine.telemetry.logs import REDACTOR

VERBS: tuple[Verb, ...] = (
    demo.VERB,
    sandbox.VERB,
    run.VERB,
    migrate.VERB,
    ping.VERB,
    doctor.VERB,
    poll.VERB,
    status.VERB,
    audit.VERB,
    plan.VERB,
    preview.VERB,
    agreement.VERB,
    *decide.VERBS,
    resolve.VERB,
    replay.VERB,
    verify_log.VERB,
    modelcheck.VERB,
    simulate.VERB,
    credentials.VERB,
    mapping.VERB,
    policy.VERB,
    confirm.VERB,
    accept_log.VERB,
    explain.VERB,
    evidence.VERB,
    sbom.VERB,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line: one sub-command a verb, `--json` on each."""
    top = argparse.ArgumentParser(
        prog="procurify-syspro",
        description="Carries purchase orders, bills and vendors from Procurify to SYSPRO.",
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        child = verbs.add_parser(verb.name, help=verb.summary, description=verb.summary)
        child.add_argument("--json", action="store_true", help="print JSON instead of text")
        verb.add_arguments(child)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """The verb has run; returns its exit code (see `engine.cli.exits`)."""
    options = parser().parse_args(arguments)
    verb = next(verb for verb in VERBS if verb.name == options.verb)
    try:
        return asyncio.run(verb.run(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        complain(f"{verb.name}: stopped at once")
        return Exit.ERROR
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.ERROR
    except Exception as error:
        known = first_cause(error)
        if not isinstance(known, EngineError):
            raise
        return refused(verb.name, known, has_json=options.json)


def refused(verb: str, error: EngineError, *, has_json: bool) -> Exit:
    """The error is told in one sentence, and as JSON where that was asked for; its exit code."""
    code = exit_of(error)
    text = REDACTOR.scrub(str(error))
    if has_json:
        print_json({"error": type(error).__name__, "text": text, "exit": int(code)})
    complain(f"{verb}: {text}")
    return code


def first_cause(error: BaseException) -> BaseException:
    """The error itself, or the first real one of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
