"""Every instrument run, small or whole, and what all of them found.

Two lanes run side by side: real lives, which mostly wait, and what only computes. The tests of the
fault catalogue come last, by themselves, for some of them have deadlines to meet.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from engine.errors import EngineError
from engine.proof.evidence.fault_tests import rows_shown
from engine.proof.evidence.figures import Death, Findings
from engine.proof.fuzz import series as fuzz
from engine.proof.kills import FULL, QUICK, kills
from engine.proof.model.checker import check, model_of, mutants_of
from engine.proof.mutants import MUTATIONS, hunted
from engine.proof.simulation.rough import noticed
from engine.proof.simulation.series import series
from engine.proof.simulation.trial import Outcome

T = TypeVar("T")
SEEDS_QUICK, SEEDS_FULL = 24, 2400
"""How many seeds are run; about nine answers are lost in one, so that all lose over 20,000."""
SAY_EVERY, SAY_EVERY_SEED = 25, 100
"""After so many deaths, and so many seeds, it is said how far it is."""
HUNT_SEEDS: Final = 24
"""How many seeds are tried to notice a mutant of the real engine."""
ONE_OF: Final = 4
"""Of so many mutants one is hunted when there is little time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which evidence is wanted: of which instruments, all if none is named, how much, and who is
    told how it goes. `results` are those of tests that have just been run."""

    is_quick: bool
    told: Callable[[str], None]
    results: Path | None = None
    only: Collection[str] = ()


Instrument = Callable[[Wanted], Awaitable[Findings]]


async def gathered(wanted: Wanted) -> Findings:
    """What every instrument found; one that could not do its work is named, with the reason."""
    found: list[Findings] = []
    for stage in STAGES:
        async with asyncio.TaskGroup() as group:
            for lane in stage:
                group.create_task(_worked_off(lane, wanted, found))
    return sum(found, Findings())


async def _worked_off(lane: Sequence[str], wanted: Wanted, found: list[Findings]) -> None:
    for name in lane:
        if wanted.only and name not in wanted.only:
            found.append(Findings(absent={name: "was not asked for"}))
            continue
        wanted.told(f"{name}: begun")
        began = time.monotonic()
        try:
            found.append(await INSTRUMENTS[name](wanted))
        except EngineError as error:
            found.append(Findings(absent={name: str(error)}))
        wanted.told(f"{name}: done after {time.monotonic() - began:.0f} s")


async def _kills(wanted: Wanted) -> Findings:
    many = 0

    def told(death: Death) -> None:
        nonlocal many
        many += 1
        if death.wrong:
            wanted.told(f"kills: {death.how} at {death.where}: {death.wrong}")
        if many % SAY_EVERY == 0:
            wanted.told(f"kills: {many} deaths told")

    return Findings(kills=await kills(QUICK if wanted.is_quick else FULL, told))


async def _model(wanted: Wanted) -> Findings:
    return await _elsewhere(_modelled, wanted.is_quick)


def _modelled(is_quick: bool) -> Findings:
    checked = list(check(is_quick=is_quick))
    return Findings(
        model=model_of(checked),
        mutants=mutants_of(checked),
        surprises=tuple(
            f"variant {one.variant.name} is known to be safe, and is not: {one.said}"
            for one in checked
            if one.variant.is_safe and not one.is_as_known
        ),
    )


async def _mutants(wanted: Wanted) -> Findings:
    return await _elsewhere(_hunted, wanted.is_quick)


async def _fuzz(wanted: Wanted) -> Findings:
    found = await _elsewhere(_fuzzed, wanted.is_quick)
    for one in found.fuzzed:
        for said in one.said:
            wanted.told(f"fuzz: {one.target} by {one.by}: {said}")
    return found


def _fuzzed(is_quick: bool) -> Findings:
    plan = fuzz.QUICK if is_quick else fuzz.FULL
    without = fuzz.missing(plan)
    return Findings(
        fuzzed=tuple(fuzz.fuzzed(plan)),
        absent=dict.fromkeys(without, "is not installed; the other instruments ran"),
    )


def _hunted(is_quick: bool) -> Findings:
    chosen = MUTATIONS[::ONE_OF] if is_quick else MUTATIONS
    seeds = range(1, 1 + HUNT_SEEDS)
    return Findings(
        mutants=tuple(hunted(mutation, "simulation", noticed, seeds) for mutation in chosen)
    )


async def _simulation(wanted: Wanted) -> Findings:
    """Every seed that is not clean is told of at once, with what was found."""

    many = 0

    def told(outcome: Outcome) -> None:
        nonlocal many
        many += 1
        if many % SAY_EVERY_SEED == 0:
            wanted.told(f"simulation: {many} of {len(seeds)} seeds told")
        if not outcome.is_clean:
            said = (*outcome.wrong, *outcome.breaches)
            wanted.told(f"simulation: seed {outcome.seed}: {'; '.join(said[:3])}")

    seeds = range(1, 1 + (SEEDS_QUICK if wanted.is_quick else SEEDS_FULL))
    workers = os.cpu_count() or 1
    found = await asyncio.to_thread(series, seeds, workers=workers, told=told)
    return Findings(simulation=found)


async def _faults(wanted: Wanted) -> Findings:
    return Findings(rows=tuple(await rows_shown(wanted.results, EXCUSED)))


async def _elsewhere(work: Callable[[bool], T], is_quick: bool) -> T:
    """What the work comes to, done in a process of its own."""
    apart = multiprocessing.get_context("spawn")  # the kills have the one fork server, preloaded
    with ProcessPoolExecutor(1, mp_context=apart) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, work, is_quick)


EXCUSED: Final[Mapping[str, str]] = {}
INSTRUMENTS: Final[Mapping[str, Instrument]] = {
    "kills": _kills,
    "model": _model,
    "mutants": _mutants,
    "fuzz": _fuzz,
    "simulation": _simulation,
    "faults": _faults,
}
STAGES: Final[Sequence[Sequence[Sequence[str]]]] = (
    (("kills",), ("model", "mutants", "fuzz")),
    (("simulation",),),
    (("faults",),),
)
"""Stage by stage; the lanes of a stage side by side, the instruments of a lane in turn."""
