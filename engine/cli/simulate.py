"""`simulate`: the whole service under a seeded loop, one seed or many."""

import argparse
import asyncio
import os
from collections.abc import Callable

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb
from engine.proof.evidence.figures import Simulation
from engine.proof.simulation.series import series
from engine.proof.simulation.trial import Outcome

MOST_SEEDS = 1_000_000


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The first seed, and how many."""
    child.add_argument("--seed", type=_number, default=1, metavar="N", help="the first seed")
    child.add_argument("--seeds", type=_number, default=1, metavar="K", help="how many")


async def run(options: argparse.Namespace) -> int:
    """0 when every seed is clean, 5 when one is not; that one prints itself and what befell it."""
    seeds = range(options.seed, options.seed + max(1, options.seeds))
    workers = min(len(seeds), os.cpu_count() or 1)
    outcomes: list[Outcome] = []
    told: Callable[[Outcome], None] = outcomes.append if options.json else _tell
    found = await asyncio.to_thread(series, seeds, workers=workers, told=told)
    if options.json:
        print_json({"simulation": found, "failing": [one for one in outcomes if not one.is_clean]})
    else:
        _sum_up(found)
    is_clean = not (found.failing or found.differing)
    return Exit.OK if is_clean else Exit.VERIFICATION_REFUSED


def _tell(outcome: Outcome) -> None:
    state = "clean" if outcome.is_clean else "NOT CLEAN"
    doubts = outcome.counts.get("PostInDoubt", 0)
    say(
        f"seed {outcome.seed}: {state}, log {outcome.head[:16]}, {outcome.simulated_s:.0f} s "
        f"simulated, {doubts} answers lost, {outcome.kills} kills, {sum(outcome.faults.values())} "
        "faults"
    )
    for sentence in (*outcome.wrong, *outcome.breaches):
        say(f"  {sentence}")
    if not outcome.is_clean:
        for fault, many in sorted(outcome.faults.items()):
            say(f"  befell {many}× {fault}")


def _sum_up(found: Simulation) -> None:
    doubts = found.doubts
    say(
        f"{found.seeds} seeds, {found.simulated_s / 3600:.2f} h simulated in {found.wall_s:.0f} s; "
        f"{found.ambiguous_posts} answers lost: {doubts.resolved} settled, {doubts.escalated} left "
        f"to people, {doubts.wrong} wrongly; {found.duplicates} twice, {found.lost} lost; "
        f"{found.kills} kills, {found.takeovers} takeovers; {found.repeated} run again, "
        f"{found.differing} differed"
    )
    for seed in found.failing:
        say(f"not clean: python -m engine simulate --seed {seed}")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SEEDS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number up to {MOST_SEEDS}")
    return int(text)


VERB = Verb(
    name="simulate",
    summary="run the whole service in a seed: every fault, virtual time, replayable",
    add_arguments=add_arguments,
    run=run,
)
