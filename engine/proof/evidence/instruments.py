"""Every instrument run in its turn, small or whole, and what all of them found."""

import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from engine.errors import EngineError
from engine.proof.evidence.fault_tests import rows_shown
from engine.proof.evidence.figures import Death, Findings
from engine.proof.kills import FULL, QUICK, kills
from engine.proof.model.checker import check, model_of, mutants_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which evidence is wanted; `results` are those of tests that have just been run."""

    is_quick: bool
    results: Path | None = None
    only: Collection[str] = ()
    told: Callable[[str], None] = field(default=lambda line: None)


Instrument = Callable[[Wanted, Findings], Awaitable[Findings]]


async def gathered(wanted: Wanted) -> Findings:
    """What every instrument found; one that could not do its work is named, with the reason."""
    findings = Findings()
    for name, instrument in INSTRUMENTS.items():
        if wanted.only and name not in wanted.only:
            findings = _without(findings, name, "was not asked for")
            continue
        wanted.told(f"{name} …")
        began = time.monotonic()
        try:
            findings = await instrument(wanted, findings)
        except EngineError as error:
            findings = _without(findings, name, str(error))
        wanted.told(f"{name}: {time.monotonic() - began:.0f} s")
    return findings


def _without(findings: Findings, name: str, why: str) -> Findings:
    return replace(findings, absent={**findings.absent, name: why})


async def _model(wanted: Wanted, findings: Findings) -> Findings:
    checked = []
    for one in check(is_quick=wanted.is_quick):
        checked.append(one)
        if not one.is_as_known:
            wanted.told(f"model: {one.variant.name}: {one.said}")
    mutants = (*findings.mutants, *mutants_of(checked))
    return replace(findings, model=model_of(checked), mutants=mutants)


async def _kills(wanted: Wanted, findings: Findings) -> Findings:
    def told(death: Death) -> None:
        if death.wrong:
            wanted.told(f"kills: {death.how} at {death.where}: {death.wrong}")

    return replace(findings, kills=await kills(QUICK if wanted.is_quick else FULL, told))


async def _rows(wanted: Wanted, findings: Findings) -> Findings:
    return replace(findings, rows=tuple(await rows_shown(wanted.results, EXCUSED)))


EXCUSED: Final[Mapping[str, str]] = {}
INSTRUMENTS: Final[Mapping[str, Instrument]] = {"model": _model, "kills": _kills, "faults": _rows}
"""By name, in the order in which they run."""
