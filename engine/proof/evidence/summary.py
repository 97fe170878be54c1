"""What the instruments found, as one JSON object and as a list of breaches. Pure.

The top-level keys that the release is judged by stand first, whatever ran; what an instrument that
did not run would have counted is 0, and `absent` says so. Beside each zero stands what it is worth:
with none seen in n independent trials, 3/n bounds the rate with 95 % confidence (reliability.md
§3.4). The bound is about the faults that were injected, not about any site's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import reduce
from operator import add

from engine.proof.evidence.figures import Death, Doubts, FaultRow, Findings
from engine.proof.evidence.rows import CATALOGUED, MOST_EXCUSED

FIGURES = (
    "duplicates",
    "lost",
    "wrong_verdicts",
    "faults",
    "seeds",
    "kills",
    "takeovers",
    "ambiguous_posts",
    "model",
    "mutants",
    "doubts",
)
"""The keys of the evidence that a release is judged by; others stand beside them."""

KILLS = ("kill", "pair")
HOWS = {
    "kill": "SIGKILL at a crossing",
    "pair": "SIGKILL again while recovering",
    "stop": "SIGSTOP, takeover, SIGCONT",
    "cut": "PostgreSQL cut off at COMMIT",
    "server": "kill -9 of PostgreSQL",
}
"""How a death came about, in words."""


def evidence(findings: Findings, about: Mapping[str, object]) -> dict[str, object]:
    """The whole evidence; `about` says which run it was: kind, instant, seconds, version."""
    deaths = findings.kills.deaths if findings.kills else ()
    simulated, model = findings.simulation, findings.model
    doubts = reduce(add, (death.doubts for death in deaths), Doubts())
    ambiguous = sum(death.ambiguous_posts for death in deaths)
    duplicates = sum(death.duplicates for death in deaths)
    lost = sum(death.lost for death in deaths)
    if simulated is not None:
        doubts, ambiguous = doubts + simulated.doubts, ambiguous + simulated.ambiguous_posts
        duplicates, lost = duplicates + simulated.duplicates, lost + simulated.lost
    shown = [row for row in findings.rows if row.row in CATALOGUED]
    return {
        "duplicates": duplicates,
        "lost": lost,
        "wrong_verdicts": doubts.wrong,
        "faults": {
            "catalogued": len(CATALOGUED),
            "injected": sum(row.cases > 0 for row in shown),
            "passed": sum(_is_passed(row) for row in shown),
        },
        "seeds": simulated.seeds if simulated else 0,
        "kills": _many(deaths, *KILLS),
        "takeovers": _many(deaths, "stop"),
        "ambiguous_posts": ambiguous,
        "model": {
            "states": model.states if model else 0,
            "transitions": model.transitions if model else 0,
            "violations": model.violations if model else 0,
            "recoverable": model.recoverable if model else 0,
        },
        "mutants": {
            "killed": sum(mutant.is_killed for mutant in findings.mutants),
            "total": len(findings.mutants),
        },
        "doubts": {
            "opened": doubts.opened,
            "resolved": doubts.resolved,
            "escalated": doubts.escalated,
        },
        "bounds": {
            "duplicates": bound(duplicates, ambiguous),
            "lost": bound(lost, ambiguous),
            "wrong_verdicts": bound(doubts.wrong, doubts.resolved),
            "kills_not_survived": bound(_fallen(deaths, *KILLS), _many(deaths, *KILLS)),
            "takeovers_not_survived": bound(_fallen(deaths, "stop"), _many(deaths, "stop")),
            "promises_broken": bound(
                sum(one.crashes for one in findings.fuzzed),
                sum(one.executions for one in findings.fuzzed),
            ),
        },
        "about": dict(about),
        **_beside(findings, deaths),
    }


def _beside(findings: Findings, deaths: Sequence[Death]) -> dict[str, object]:
    """What stands beside the figures: each instrument's own, and what was found wrong."""
    simulated, model = findings.simulation, findings.model
    return {
        "breaches": breaches(findings),
        "absent": dict(findings.absent),
        "simulation": asdict(simulated) if simulated else {},
        "model_bounds": model.bounds if model else "",
        "deaths": by_boundary(deaths),
        "crossings": findings.kills.crossings if findings.kills else 0,
        "cuts": _many(deaths, "cut"),
        "server_kills": _many(deaths, "server"),
        "mutants_by_instrument": [asdict(mutant) for mutant in findings.mutants],
        "fuzzed": [asdict(target) for target in findings.fuzzed],
        "fault_rows": [asdict(row) for row in findings.rows],
    }


def bound(seen: int, trials: int) -> dict[str, object]:
    """What was seen in so many trials, and below which rate that is, if none was seen."""
    below = 3 / trials if trials and not seen else None
    return {"seen": seen, "trials": trials, "below": below}


def by_boundary(deaths: Sequence[Death]) -> list[dict[str, object]]:
    """Boundary and phase by the way of dying: how many died there and how many survived."""
    table: dict[tuple[str, str], list[Death]] = {}
    for death in deaths:
        table.setdefault((death.how, death.where), []).append(death)
    return [
        {"how": how, "where": where, "deaths": len(some), "survived": len(some) - _fallen(some)}
        for (how, where), some in sorted(table.items())
    ]


def breaches(findings: Findings) -> list[str]:
    """A sentence for everything that must not be; empty when all is as promised."""
    said = list(findings.surprises)
    said += [
        f"{HOWS.get(death.how, death.how)} at {death.where}: {death.wrong}"
        for death in (findings.kills.deaths if findings.kills else ())
        if death.wrong or death.duplicates or death.lost
    ]
    if (model := findings.model) is not None:
        if model.violations:
            said.append(f"the model has {model.violations} violations")
        if model.recoverable != model.states:
            said.append(f"{model.states - model.recoverable} states of the model do not recover")
    said += [
        f"mutant {mutant.name} was not noticed by {mutant.instrument}: {mutant.said}"
        for mutant in findings.mutants
        if not mutant.is_killed
    ]
    if (simulated := findings.simulation) is not None:
        said += [f"seed {seed} of the simulation broke an invariant" for seed in simulated.failing]
        if simulated.differing:
            said.append(f"{simulated.differing} seeds gave another log when run again")
        for name, many in (
            ("duplicates", simulated.duplicates),
            ("lost documents", simulated.lost),
            ("wrong verdicts", simulated.doubts.wrong),
        ):
            if many:
                said.append(f"the simulation has {many} {name}")
    said += [
        f"{one.target}: {one.crashes} crashes by {one.by}: {'; '.join(one.said)}"
        for one in findings.fuzzed
        if one.crashes
    ]
    said += [f"fault {row.row.upper()}: a case failed" for row in findings.rows if _is_failed(row)]
    said += [
        f"fault {row.row.upper()}: no case ran, and nothing says why"
        for row in findings.rows
        if not row.cases and not row.excuse
    ]
    if sum(bool(row.excuse) for row in findings.rows if row.row in CATALOGUED) > MOST_EXCUSED:
        said.append(f"more than {MOST_EXCUSED} rows of the fault catalogue are excused")
    return said


def _is_passed(row: FaultRow) -> bool:
    return row.cases > 0 and row.passed == row.cases


def _is_failed(row: FaultRow) -> bool:
    return row.passed < row.cases


def _many(deaths: Sequence[Death], *hows: str) -> int:
    return sum(death.how in hows for death in deaths)


def _fallen(deaths: Sequence[Death], *hows: str) -> int:
    return sum(bool(death.wrong) for death in deaths if not hows or death.how in hows)
