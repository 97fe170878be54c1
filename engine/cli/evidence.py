"""`evidence`: runs the instruments of the proof and writes what they found.

Works on this machine alone, with sandboxes and a PostgreSQL of its own; needs no configuration.
"""

import argparse
import asyncio
import platform
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson

from engine.cli.exits import Exit
from engine.cli.output import complain, print_json, say
from engine.cli.verb import Verb
from engine.errors import Misconfigured
from engine.proof.evidence.instruments import INSTRUMENTS, Wanted, gathered
from engine.proof.evidence.page import page
from engine.proof.evidence.summary import FIGURES, evidence


def add_arguments(child: argparse.ArgumentParser) -> None:
    """How much is run, and where the file goes."""
    child.add_argument("--quick", action="store_true", help="a few of each, within five minutes")
    child.add_argument("--out", type=Path, default=Path("evidence.json"), metavar="FILE")
    child.add_argument("--tests", type=Path, metavar="FILE", help="JUnit results of a test run")
    child.add_argument("--only", action="append", default=[], choices=tuple(INSTRUMENTS))


async def run(options: argparse.Namespace) -> int:
    """0 when no guarantee was found broken, 5 when one was; the file and the page tell it all."""
    out: Path = options.out
    if not await asyncio.to_thread(out.parent.is_dir):
        raise Misconfigured(f"--out {out}: there is no folder {out.parent}")
    began, began_at = time.monotonic(), datetime.now(UTC)
    findings = await gathered(
        Wanted(is_quick=options.quick, results=options.tests, only=options.only, told=complain)
    )
    whole = evidence(
        findings,
        {
            "kind": "quick" if options.quick else "full",
            "began_at": f"{began_at:%Y-%m-%dT%H:%M:%SZ}",
            "seconds": round(time.monotonic() - began),
            "version": version("procurify-syspro"),
            "python": platform.python_version(),
        },
    )
    await asyncio.to_thread(write, out, whole, page(findings, whole))
    if options.json:
        print_json(whole)
    else:
        show(whole, out)
    return Exit.VERIFICATION_REFUSED if whole["breaches"] else Exit.OK


def write(out: Path, whole: Mapping[str, object], shown: str) -> None:
    """The file says that, and the page beside it shows it."""
    out.write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    out.with_suffix(".html").write_text(shown, "utf-8")


def show(whole: Mapping[str, object], out: Path) -> None:
    """The figures for people: one a line, then what was found wrong and what did not run."""
    for name in FIGURES:
        value = whole[name]
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} {number}" for key, number in value.items())
        say(f"{name.replace('_', ' '):<16} {value}")
    absent, breaches = whole["absent"], whole["breaches"]
    assert isinstance(absent, Mapping) and isinstance(breaches, list)
    for instrument, why in absent.items():
        say(f"did not run: {instrument}: {why}")
    for breach in breaches:
        say(f"BREACH: {breach}")
    say(f"written to {out} and {out.with_suffix('.html')}")


VERB = Verb(
    name="evidence",
    summary="run the instruments of the proof and write what they found",
    add_arguments=add_arguments,
    run=run,
)
