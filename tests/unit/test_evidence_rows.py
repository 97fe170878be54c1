"""The fault rows, counted from the names of tests and the results of a run."""

from pathlib import Path

import pytest

from engine.errors import Malformed
from engine.proof.evidence.rows import counted, rows_in, selected

RESULTS = """<?xml version="1.0"?>
<testsuites><testsuite>
<testcase classname="tests.a" name="test_poll_p07_when_late_then_waits[1]"/>
<testcase classname="tests.a" name="test_poll_p07_when_late_then_waits[2]"><failure/></testcase>
<testcase classname="tests.a" name="test_post_when_cut_then_in_doubt[s15-byte 3]"/>
<testcase classname="tests.a" name="test_commit_d02_when_cut_then_there"><skipped/></testcase>
<testcase classname="tests.a" name="test_other_when_p1000_then_nothing"/>
</testsuite></testsuites>
"""


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("test_poll_p07_when_late_then_waits", {"p07"}),
        ("test_post_when_cut_s10_s15_then_in_doubt", {"s10", "s15"}),
        ("test_run_when_killed_then_k01", {"k01"}),
        ("test_xml_x02[deep]", {"x02"}),
        ("test_reply[s22-html page]", {"s22"}),
        ("test_reply[a-s22-b]", {"s22"}),
        ("test_list_when_p1000_then_read", set()),
        ("test_stop01_when_xs22_then_not", set()),
    ],
)
def test_rows_in_when_a_test_is_named_then_its_rows_are_known(name: str, rows: set[str]) -> None:
    assert rows_in(name) == rows


def test_counted_when_results_are_read_then_cases_and_passes_by_row(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(RESULTS)
    found = {row.row: row for row in counted(results, {"d05": "needs two servers"})}
    assert (found["p07"].cases, found["p07"].passed) == (2, 1)
    assert (found["s15"].cases, found["s15"].passed) == (1, 1)
    assert (found["d02"].cases, found["d05"].excuse) == (0, "needs two servers")
    assert len(found) == 133


def test_counted_when_the_file_is_something_else_then_malformed(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text("no tests here")
    with pytest.raises(Malformed, match=r"results\.xml"):
        counted(results, {})


def test_selected_when_tests_are_searched_then_those_with_a_row_in_name_or_parameter(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "tests" / "unit"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(
        "import pytest\n"
        "def test_p07_when_late_then_waits(): ...\n"
        "async def test_d02_when_cut_then_there(): ...\n"
        '@pytest.mark.parametrize("row", ["s22-html"])\n'
        "def test_reply_when_odd_then_in_doubt(row): ...\n"
        '@pytest.mark.parametrize("row", ["p1000"])\n'
        "def test_other_when_read_then_nothing(row): ...\n"
        'ROWS = [pytest.param(1, id="d08-deadlock")]\n'
        '@pytest.mark.parametrize("kind", ROWS)\n'
        "def test_append_when_refused_then_repeated(kind): ...\n"
    )
    assert selected(tmp_path / "tests") == [
        f"tests/unit/test_some.py::{name}"
        for name in (
            "test_p07_when_late_then_waits",
            "test_d02_when_cut_then_there",
            "test_reply_when_odd_then_in_doubt",
            "test_append_when_refused_then_repeated",
        )
    ]
