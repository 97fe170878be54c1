"""The figures that README gives are those of the last evidence that was kept."""

from pathlib import Path

import orjson
from readme_reading import ROOT, section, tables

from engine.proof.evidence.summary import FIGURES
from engine.proof.evidence.worth import figures

KEPT = Path("tests/samples/evidence.json")
WHOLE = orjson.loads((ROOT / KEPT).read_bytes())


def test_evidence_when_kept_then_every_figure_is_there_and_nothing_twice_or_lost() -> None:
    assert [name for name in FIGURES if name not in WHOLE] == []
    assert WHOLE["duplicates"] == WHOLE["lost"] == WHOLE["wrong_verdicts"] == 0


def test_evidence_when_kept_of_a_full_run_then_it_went_as_far_as_is_promised() -> None:
    assert WHOLE["about"]["kind"] == "full"
    assert WHOLE["seeds"] >= 2000
    assert WHOLE["kills"] >= 400
    assert WHOLE["takeovers"] >= 50
    assert WHOLE["ambiguous_posts"] >= 20_000
    assert WHOLE["mutants"]["killed"] == WHOLE["mutants"]["total"] >= 9
    assert WHOLE["model"]["violations"] == 0
    assert WHOLE["faults"]["injected"] >= WHOLE["faults"]["catalogued"] - 8
    assert WHOLE["faults"]["passed"] == WHOLE["faults"]["injected"]


def test_figures_when_read_in_the_manual_then_they_are_those_of_the_kept_file() -> None:
    text = section("Evidence")
    (found,) = tables(text)
    expected = [list(row) for row in figures(WHOLE)]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert found == expected, f"the table should be\n{lines}"
    about = WHOLE["about"]
    assert f"the {about['kind']} run of {about['began_at'][:10]}" in " ".join(text.split())
    assert f"`{KEPT}`" in text


def test_breaches_when_the_kept_run_found_any_then_the_manual_says_each() -> None:
    text = " ".join(section("Evidence").split())
    assert [breach for breach in WHOLE["breaches"] if f"- {breach}" not in text] == []
    assert bool(WHOLE["breaches"]) == ("What it found that must not be:" in text)
