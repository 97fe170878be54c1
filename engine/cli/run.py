"""`run`: the service, until a signal stops it."""

import argparse
import logging

from engine import service
from engine.cli.exits import Exit
from engine.cli.verb import Verb, add_config, config_of
from engine.telemetry.logs import configure_logging
from projections import planning


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration, and where to listen if not where it says."""
    add_config(child)
    child.add_argument("--listen", metavar="HOST:PORT", help="instead of service.listen")


async def run(options: argparse.Namespace) -> int:
    """Every tenant is served until SIGTERM or SIGINT; logs go to standard error as JSON."""
    config = config_of(options)
    if options.listen:
        listening = config.service.model_copy(update={"listen": options.listen})
        config = config.model_copy(update={"service": listening})
    configure_logging(level=config.service.log_level)
    logging.getLogger(__name__).info("starting")
    await service.run(config, planning())
    logging.getLogger(__name__).info("stopped")
    return Exit.OK


VERB = Verb(
    name="run", summary="the service: reads, plans and posts", add_arguments=add_arguments, run=run
)
