"""What a verb is: a name, a summary, its arguments and a coroutine that returns an exit code."""

import argparse
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from engine.config import Config, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One sub-command of the command line."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Coroutine[None, None, int]]


def add_config(child: argparse.ArgumentParser) -> None:
    """The verb takes `--config FILE` (default: PROCURIFY_SYSPRO_CONFIG) and `--tenant NAME`."""
    child.add_argument("--config", metavar="FILE", help="configuration file (TOML)")
    child.add_argument("--tenant", metavar="NAME", help="one tenant only")


def config_of(options: argparse.Namespace) -> Config:
    """The configuration that the command line names; raises `Misconfigured`."""
    return load(options.config)
