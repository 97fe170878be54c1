"""The pure modules are covered by their unit tests to 95 % of their branches, group by group.

The unit tests run once more, in a process of their own, under coverage and with fixed chance.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAST_PERCENT = 95
GROUPS = (
    "engine/core/",
    "engine/errors.py",
    "engine/procurify/models/",
    "engine/syspro/xml.py",
    "engine/syspro/objects/",
    "engine/log/chain.py",
    "engine/log/upcast.py",
    "projections/",
)
TESTS = ("chain", "core", "mapping", "money", "objects", "pictures", "plan", "procurify")
TESTS += ("projection", "pure", "reasons", "rules", "shadows", "xml")
SLOW = ("test_plan_scenario.py", "test_projection_laws.py")
"""They take nothing that the others leave out, at most of the time."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """By file: its counts of statements and branches, and of those that were run."""
    folder = tmp_path_factory.mktemp("coverage")
    report = folder / "report.json"
    environment = {**os.environ, "CI": "true", "COVERAGE_FILE": str(folder / "found")}
    packages = ",".join(group.removesuffix(".py").strip("/").replace("/", ".") for group in GROUPS)
    unit = (path for name in TESTS for path in (ROOT / "tests/unit").glob(f"test_{name}*.py"))
    chosen = sorted(str(path) for path in unit if path.name not in SLOW)
    quickly = ["-p", "no:cacheprovider", "--hypothesis-profile=few"]
    for words in (
        ["run", f"--source={packages}", "-m", "pytest", *quickly, *chosen],
        ["json", "-o", str(report)],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "coverage", *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads(report.read_text("utf-8"))["files"]
    return {name: found["summary"] for name, found in files.items()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", GROUPS)
def test_pure_modules_when_their_tests_have_run_then_nearly_every_branch_was_taken(
    group: str, measured: dict[str, dict[str, int]]
) -> None:
    counts = [found for name, found in measured.items() if name.startswith(group)]
    assert counts, "no such module"
    for what in ("statements", "branches"):
        whole = sum(found[f"num_{what}"] for found in counts)
        run = sum(
            found["covered_lines" if what == "statements" else "covered_branches"]
            for found in counts
        )
        assert run * 100 >= whole * LEAST_PERCENT, f"{run} of {whole} {what}"
