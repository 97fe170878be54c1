"""The evidence: counts added up rightly, zeros with what they are worth, every breach told."""

from dataclasses import replace

import pytest

from engine.proof.evidence.figures import (
    Death,
    Doubts,
    FaultRow,
    Findings,
    Fuzzed,
    Kills,
    Model,
    Mutant,
    Simulation,
)
from engine.proof.evidence.page import page
from engine.proof.evidence.rows import CATALOGUED, SECURITY
from engine.proof.evidence.summary import FIGURES, breaches, evidence
from engine.proof.evidence.worth import figures, percent

DEATHS = (
    Death(how="kill", where="db.commit before", seconds=2.0),
    Death(how="kill", where="db.commit before", seconds=2.0, ambiguous_posts=1),
    Death(how="pair", where="session.persist after", seconds=2.0, doubts=Doubts(opened=1)),
    Death(how="stop", where="step.PostIntended after", seconds=6.0),
    Death(how="cut", where="COMMIT unsent", seconds=6.0),
    Death(how="server", where="postmaster", seconds=6.0),
)
SIMULATION = Simulation(
    seeds=2000,
    simulated_s=7200.0,
    wall_s=60.0,
    ambiguous_posts=19_999,
    duplicates=0,
    lost=0,
    doubts=Doubts(opened=10, resolved=8, escalated=2),
)
GOOD = Findings(
    model=Model(states=566_045, transitions=3_188_460, violations=0, recoverable=566_045),
    mutants=(Mutant(name="V3", instrument="model", is_killed=True, said="duplicate, 16 steps"),),
    simulation=SIMULATION,
    kills=Kills(crossings=4000, deaths=DEATHS, seconds=30.0),
    fuzzed=(Fuzzed(target="reply", executions=1000, crashes=0, slowest_ms=3.0, by="mutator"),),
    rows=(
        FaultRow(row="p01", cases=2, passed=2),
        FaultRow(row="p02", excuse="needs a <real> site"),
        FaultRow(row="x01", cases=1, passed=1),
    ),
)


def test_catalogue_when_counted_then_as_many_rows_as_the_sheet_says() -> None:
    assert len(CATALOGUED) == len(set(CATALOGUED)) == 118
    assert len(SECURITY) == 15


def test_evidence_when_all_ran_then_every_figure_is_the_sum_of_its_instruments() -> None:
    whole = evidence(GOOD, {"kind": "full"})
    assert tuple(whole)[: len(FIGURES)] == FIGURES
    assert {name: whole[name] for name in FIGURES} == {
        "duplicates": 0,
        "lost": 0,
        "wrong_verdicts": 0,
        "faults": {"catalogued": 118, "injected": 1, "passed": 1},
        "seeds": 2000,
        "kills": 3,
        "takeovers": 1,
        "ambiguous_posts": 20_000,
        "model": {
            "states": 566_045,
            "transitions": 3_188_460,
            "violations": 0,
            "recoverable": 566_045,
        },
        "mutants": {"killed": 1, "total": 1},
        "doubts": {"opened": 11, "resolved": 8, "escalated": 2},
    }
    assert whole["breaches"] == []
    assert whole["cuts"] == whole["server_kills"] == 1


def test_findings_when_added_then_nothing_of_either_is_lost() -> None:
    one = Findings(model=GOOD.model, mutants=GOOD.mutants, absent={"kills": "why"})
    two = replace(GOOD, model=None, surprises=("odd",))
    both = one + two
    assert both == replace(
        GOOD, mutants=GOOD.mutants * 2, surprises=("odd",), absent={"kills": "why"}
    )


def test_evidence_when_nothing_was_seen_then_three_in_n_stands_beside_the_zero() -> None:
    bounds = evidence(GOOD, {})["bounds"]
    assert isinstance(bounds, dict)
    assert bounds["duplicates"] == {"seen": 0, "trials": 20_000, "below": 0.00015}
    assert bounds["takeovers_not_survived"] == {"seen": 0, "trials": 1, "below": 3.0}


def test_figures_when_readers_were_fuzzed_then_the_inputs_stand_there_by_instrument() -> None:
    drawn = replace(GOOD.fuzzed[0], by="hypothesis", executions=500)
    rows = figures(evidence(replace(GOOD, fuzzed=(*GOOD.fuzzed, drawn)), {}))
    assert rows[-2:] == [
        ("inputs invented for readers", "1,500", "1 readers, 500 by hypothesis, 1,000 by mutator"),
        ("promises that a reader broke", "0", "none in 1,500: below 0.2 % with 95 % confidence"),
    ]
    assert figures(evidence(replace(GOOD, fuzzed=()), {})) == rows[:-2]


def test_evidence_when_something_was_seen_then_no_bound_is_claimed() -> None:
    twice = replace(GOOD, simulation=replace(SIMULATION, duplicates=1))
    bounds = evidence(twice, {})["bounds"]
    assert isinstance(bounds, dict)
    assert bounds["duplicates"] == {"seen": 1, "trials": 20_000, "below": None}


def test_deaths_when_tabulated_then_each_boundary_says_how_many_survived() -> None:
    fallen = replace(DEATHS[0], wrong="lost: bill 7")
    kills = Kills(crossings=1, deaths=(*DEATHS, fallen), seconds=1.0)
    table = evidence(replace(GOOD, kills=kills), {})["deaths"]
    assert isinstance(table, list)
    assert {"how": "kill", "where": "db.commit before", "deaths": 3, "survived": 2} in table


KILLS = GOOD.kills
MODEL = GOOD.model
assert KILLS is not None and MODEL is not None
BAD = {
    "a death": (
        replace(GOOD, kills=replace(KILLS, deaths=(replace(DEATHS[0], wrong="lost"),))),
        "SIGKILL at a crossing at db.commit before: lost",
    ),
    "a violation": (replace(GOOD, model=replace(MODEL, violations=1)), "1 violations"),
    "a surprise": (replace(GOOD, surprises=("V8 is not clean",)), "V8 is not clean"),
    "a stuck state": (replace(GOOD, model=replace(MODEL, recoverable=566_044)), "1 states"),
    "a mutant": (
        replace(GOOD, mutants=(replace(GOOD.mutants[0], is_killed=False),)),
        "V3 was not noticed by model",
    ),
    "a seed": (replace(GOOD, simulation=replace(SIMULATION, failing=(12,))), "seed 12"),
    "a difference": (replace(GOOD, simulation=replace(SIMULATION, differing=1)), "another log"),
    "a simulated loss": (replace(GOOD, simulation=replace(SIMULATION, lost=1)), "1 lost"),
    "a wrong verdict": (
        replace(GOOD, simulation=replace(SIMULATION, doubts=Doubts(wrong=1))),
        "1 wrong verdicts",
    ),
    "a crash": (
        replace(GOOD, fuzzed=(replace(GOOD.fuzzed[0], crashes=1, said=("ValueError",)),)),
        "reply: 1 crashes by mutator: ValueError",
    ),
    "a failed case": (
        replace(GOOD, rows=(FaultRow(row="s15", cases=2, passed=1),)),
        "S15: a case failed",
    ),
    "a row that nobody ran": (
        replace(GOOD, rows=(FaultRow(row="d08"),)),
        "D08: no case ran, and nothing says why",
    ),
    "too many excuses": (
        replace(GOOD, rows=tuple(FaultRow(row=row, excuse="no") for row in CATALOGUED[:9])),
        "more than 8 rows",
    ),
}


@pytest.mark.parametrize(("findings", "said"), BAD.values(), ids=BAD)
def test_breaches_when_something_must_not_be_then_it_is_told(findings: Findings, said: str) -> None:
    (sentence,) = breaches(findings)
    assert said in sentence
    assert "breaches" in page(findings, evidence(findings, {}))


def test_page_when_all_is_well_then_it_says_so_and_shows_what_zeros_are_worth() -> None:
    shown = page(GOOD, evidence(GOOD, {"kind": "full"}))
    assert "No breach of a guarantee was found." in shown
    assert "none in 20,000: below 0.015 % with 95 % confidence" in shown
    assert "needs a &lt;real&gt; site" in shown
    assert "566,045" in shown and "duplicate, 16 steps" in shown
    assert "<script" not in shown and "http" not in shown


def test_page_when_nothing_ran_then_it_names_what_did_not() -> None:
    nothing = Findings(absent={"kills": "was not asked for"})
    shown = page(nothing, evidence(nothing, {}))
    assert "What did not run" in shown and "was not asked for" in shown


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.00015, "0.015 %"), (3.0, "300 %"), (0.0075, "0.75 %"), (1e-7, "0.00001 %")],
)
def test_percent_when_written_then_two_digits_and_no_exponent(rate: float, text: str) -> None:
    assert percent(rate) == text
