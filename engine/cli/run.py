"""`run`: the service, until a signal stops it."""

import argparse
import logging
import re
import resource

from engine import service
from engine.cli.exits import Exit
from engine.cli.verb import Verb, add_config, config_of
from engine.errors import Misconfigured
from engine.telemetry.logs import configure_logging
from projections import planning

LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")
LAST_PORT = 65_535


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration, and where to listen if not where it says."""
    add_config(child)
    child.add_argument("--listen", metavar="HOST:PORT", help="instead of service.listen")


async def run(options: argparse.Namespace) -> int:
    """Every tenant is served until SIGTERM or SIGINT; logs go to standard error as JSON.

    The system keeps no image of the process when it crashes: secrets would be in it (X8).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    config = config_of(options)
    if options.listen:
        found = LISTEN.fullmatch(options.listen)
        if found is None or int(found["port"]) > LAST_PORT:
            raise Misconfigured(
                f"--listen {options.listen!r}: give HOST:PORT, such as 127.0.0.1:9464; port 0 "
                "takes any free one"
            )
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
