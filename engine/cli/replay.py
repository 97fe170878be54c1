"""`replay --verify`: fold the log again and compare with the live tables, byte for byte."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb, add_config, config_of
from engine.replay import Replay
from engine.service.foundation import foundation
from projections import planning


def add_arguments(child: argparse.ArgumentParser) -> None:
    """`--verify` compares; nothing is ever posted."""
    add_config(child)
    child.add_argument(
        "--verify", action="store_true", default=True, help="compare with the live tables"
    )


async def run(options: argparse.Namespace) -> int:
    """Exit 5 when a row of any tenant is not what the log says."""
    results = {}
    async with foundation(config_of(options)) as ground:
        replay = Replay(ground.database, ground.log, planning())
        for name in ground.tenants(options.tenant):
            results[name] = await replay.verify(name)
    is_identical = all(result.is_identical for result in results.values())
    if options.json:
        print_json(
            {
                "replay": "identical" if is_identical else "different",
                "tenants": {
                    name: {
                        "events": result.events,
                        "rows": result.rows,
                        "differences": [str(difference) for difference in result.differences],
                    }
                    for name, result in results.items()
                },
            }
        )
    else:
        for name, result in results.items():
            verdict = "identical" if result.is_identical else "DIFFERENT"
            say(f"{name}: {result.events} events folded into {result.rows} rows: {verdict}")
            for difference in result.differences:
                say(f"  {difference}")
    return Exit.OK if is_identical else Exit.VERIFICATION_REFUSED


VERB = Verb(
    name="replay",
    summary="fold the log again and compare with the live tables",
    add_arguments=add_arguments,
    run=run,
)
