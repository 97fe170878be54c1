"""Many seeds, in as many processes as there are cores, and their figures.

A part of the seeds is run twice: a run that gives another log the second time is no proof of
anything.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from engine.proof.evidence.figures import Doubts, Simulation
from engine.proof.simulation.loop import Overrun, Stuck
from engine.proof.simulation.script import Script, script_of
from engine.proof.simulation.trial import Outcome, run

REPEATED: Final = 25
"""Of so many seeds one is run twice."""
RUNS_EACH: Final = 100
"""After about so many runs a process ends and another begins, so that none grows without bound.

All end together: a pool that replaces them one by one (`max_tasks_per_child`) comes to stand still.
"""
Told = Callable[[Outcome], None]


def outcome_of(seed: int) -> Outcome:
    """What the seed's run came to; one that never ends is a breach."""
    return _ended(script_of(seed))


def said_of(script: Script) -> str:
    """What is wrong in the script's run, "" when nothing is."""
    outcome = _ended(script)
    return next(iter((*outcome.wrong, *outcome.breaches)), "")


def _ended(script: Script) -> Outcome:
    try:
        return run(script)
    except (Overrun, Stuck) as error:
        return Outcome(seed=script.seed, breaches=(str(error),))


def series(
    seeds: Sequence[int], *, workers: int = 1, told: Told = lambda outcome: None
) -> Simulation:
    """The figures of these seeds; `told` sees each outcome, in the order of the seeds."""
    began_s = time.monotonic()
    found: list[Outcome] = []
    differing = 0
    repeated = list(seeds)[::REPEATED]
    for outcome in _outcomes(seeds, workers):
        told(outcome)
        found.append(outcome)
    heads = {outcome.seed: outcome.head for outcome in found}
    for again in _outcomes(repeated, workers):
        differing += again.head != heads[again.seed]
    return _figures(found, time.monotonic() - began_s, len(repeated), differing)


def _outcomes(seeds: Sequence[int], workers: int) -> Iterator[Outcome]:
    if workers <= 1:
        yield from map(outcome_of, seeds)
        return
    many, apart = RUNS_EACH * workers, multiprocessing.get_context("spawn")
    for first in range(0, len(seeds), many):
        with ProcessPoolExecutor(workers, mp_context=apart) as pool:
            yield from pool.map(outcome_of, seeds[first : first + many])


def _figures(found: Sequence[Outcome], wall_s: float, repeated: int, differing: int) -> Simulation:
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for outcome in found:
        counts.update(outcome.counts)
        sums = {kind for kind in outcome.faults if kind.startswith("all ")}
        faults.update({kind: outcome.faults[kind] for kind in outcome.faults.keys() - sums})
    return Simulation(
        seeds=len(found),
        simulated_s=sum(outcome.simulated_s for outcome in found),
        wall_s=wall_s,
        ambiguous_posts=counts["PostInDoubt"],
        duplicates=sum(outcome.duplicates for outcome in found),
        lost=sum(outcome.lost for outcome in found),
        doubts=Doubts(
            opened=counts["PostInDoubt"],
            resolved=counts["resolved committed"] + counts["resolved not_committed"],
            escalated=counts["resolved escalated"] + counts["resolved conflict"],
            wrong=sum(len(outcome.wrong) for outcome in found),
        ),
        kills=sum(outcome.kills for outcome in found),
        takeovers=counts["takeovers"],
        repeated=repeated,
        differing=differing,
        faults=dict(sorted(faults.items())),
        failing=tuple(outcome.seed for outcome in found if not outcome.is_clean),
    )
