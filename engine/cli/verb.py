"""What a verb is: a name, a summary, its arguments and a coroutine that returns an exit code."""

import argparse
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from engine.config import Config, load
from engine.errors import Misconfigured
from engine.service.foundation import Foundation

SCENARIOS = ("standard", "month")
MOST_DOCUMENTS = 1_000_000
MOST_LOAD, LONGEST_LOAD = 60_000, 525_600
LONGEST_WAIT_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One sub-command of the command line."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Coroutine[None, None, int]]


def add_word(child: argparse.ArgumentParser) -> None:
    """What a person decides is said with a reason and a name."""
    child.add_argument("--reason", required=True, metavar="TEXT", help="why; kept for ever")
    child.add_argument("--actor", default="cli", help="who decides")


def add_config(child: argparse.ArgumentParser) -> None:
    """The verb takes `--config FILE` (default: PROCURIFY_SYSPRO_CONFIG) and `--tenant NAME`."""
    child.add_argument("--config", metavar="FILE", help="configuration file (TOML)")
    child.add_argument("--tenant", metavar="NAME", help="one tenant only")


def config_of(options: argparse.Namespace) -> Config:
    """The configuration that the command line names; raises `Misconfigured`."""
    return load(options.config)


def one_tenant(ground: Foundation, name: str | None) -> str:
    """The one tenant that is meant; raises `Misconfigured` where there are several."""
    names = ground.tenants(name)
    if len(names) > 1:
        raise Misconfigured(f"name one of {', '.join(names)} with --tenant")
    return names[0]


def port_number(text: str) -> int:
    """A port as the command line gives it, 0 for any free one; else a usage error."""
    return _whole(text, "a port from 0 to 65535", 65_535)


def document_count(text: str) -> int:
    """How many documents a story has; else a usage error."""
    return _whole(text, f"a number of documents up to {MOST_DOCUMENTS}", MOST_DOCUMENTS)


def load_rate(text: str) -> int:
    """How many documents come a minute; else a usage error."""
    return _whole(text, f"a number of documents a minute up to {MOST_LOAD}", MOST_LOAD)


def load_minutes(text: str) -> int:
    """How many minutes they come, a year at most; else a usage error."""
    return _whole(text, f"a number of minutes up to {LONGEST_LOAD}", LONGEST_LOAD)


def milliseconds(text: str) -> int:
    """A wait of ten minutes at most; else a usage error."""
    return _whole(text, f"a number of milliseconds up to {LONGEST_WAIT_MS}", LONGEST_WAIT_MS)


def share(text: str) -> float:
    """A part of one, such as 0.2; else a usage error."""
    if not re.fullmatch(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1, such as 0.2")
    return float(text)


def _whole(text: str, what: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return int(text)
