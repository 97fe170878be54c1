"""The pure modules are covered by their unit tests to 95 % of their branches, group by group."""

import pytest
from pure_measuring import GROUPS, measured

LEAST_PERCENT = 95


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """By file: its counts of statements and branches, and of those that were run."""
    return measured(tmp_path_factory.mktemp("coverage"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", GROUPS)
def test_pure_modules_when_their_tests_have_run_then_nearly_every_branch_was_taken(
    group: str, summaries: dict[str, dict[str, int]]
) -> None:
    counts = [found for name, found in summaries.items() if name.startswith(group)]
    assert counts, "no such module"
    for what in ("statements", "branches"):
        whole = sum(found[f"num_{what}"] for found in counts)
        run = sum(
            found["covered_lines" if what == "statements" else "covered_branches"]
            for found in counts
        )
        assert run * 100 >= whole * LEAST_PERCENT, f"{run} of {whole} {what}"
