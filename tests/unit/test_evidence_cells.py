"""Cells compared: numbers as numbers, texts as texts, and what a plan saw against what is there."""

import pytest

from engine.core.commands import Seen
from engine.syspro.evidence.cells import same_cell, unlike


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        ("4", "4.000000", True),
        ("38400", "38,400.000", True),
        ("-4.5", "-4.50", True),
        ("0", "0.000", True),
        ("0.5", ".500000", True),
        ("4", "5", False),
        ("0555", "555", False),
        ("", "0", False),
        ("0", "", False),
        ("", "", True),
        (" ANN ", "ANN", True),
        ("ANN", "ann", False),
        ("1E2", "100", False),
        ("2026-11-30", "2026-11-30", True),
    ],
)
def test_cell_when_compared_then_by_what_it_is(ours: str, theirs: str, is_same: bool) -> None:
    assert same_cell(ours, theirs) is is_same


def test_seen_when_a_column_reads_otherwise_or_is_not_told_then_said() -> None:
    seen = [Seen(column="A", value="1"), Seen(column="B", value="x"), Seen(column="C", value="")]

    assert unlike(seen, {"A": "1.00", "B": "y"}, "line 1") == [
        "line 1: B is 'y', seen was 'x'",
        "line 1: C is 'not told', seen was ''",
    ]
