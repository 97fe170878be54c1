"""`verify-log`: is every event as it was appended? Names the first position that is not."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb, add_config, config_of
from engine.log.verify import verify
from engine.service.foundation import foundation


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration and, if wanted, one tenant."""
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """Exit 5 when any tenant's chain is broken."""
    results = {}
    async with foundation(config_of(options)) as ground:
        for name in ground.tenants(options.tenant):
            results[name] = await verify(ground.database, name)
    is_whole = all(result.is_whole for result in results.values())
    if options.json:
        print_json(
            {
                "chain": "verified" if is_whole else "broken",
                "tenants": {
                    name: {
                        "positions": result.positions,
                        "bad_position": result.bad_position,
                        "what": result.what,
                    }
                    for name, result in results.items()
                },
            }
        )
    else:
        for name, result in results.items():
            if result.is_whole:
                say(f"{name}: {result.positions} events, every one as it was appended")
            else:
                say(f"{name}: BROKEN at position {result.bad_position}: {result.what}")
    return Exit.OK if is_whole else Exit.VERIFICATION_REFUSED


VERB = Verb(
    name="verify-log",
    summary="prove that no event was changed, removed, added or moved",
    add_arguments=add_arguments,
    run=run,
)
