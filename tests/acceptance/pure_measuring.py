"""The unit tests of the pure modules once more, under coverage, beside the other tests.

In a process of its own and with fixed chance: most acceptance tests wait for programs, so the
measurement costs hardly any time.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_S = 280
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


class Measuring:
    """A measurement under way in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "CI": "true", "COVERAGE_FILE": str(folder / "found")}
        packages = ",".join(g.removesuffix(".py").strip("/").replace("/", ".") for g in GROUPS)
        unit = (path for name in TESTS for path in (ROOT / "tests/unit").glob(f"test_{name}*.py"))
        chosen = sorted(str(path) for path in unit if path.name not in SLOW)
        quickly = ["-p", "no:cacheprovider", "--hypothesis-profile=few"]
        words = ["run", f"--source={packages}", "-m", "pytest", *quickly, *chosen]
        with (folder / "words").open("wb") as said:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "coverage", *words],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def result(self) -> dict[str, dict[str, int]]:
        """By file: its counts of statements and branches, and of those that were run."""
        code = self._child.wait(LONGEST_S)
        assert code == 0, (self._folder / "words").read_text("utf-8", "replace")
        report = self._folder / "report.json"
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=LONGEST_S,
        )
        files = json.loads(report.read_text("utf-8"))["files"]
        return {name: found["summary"] for name, found in files.items()}

    def end(self) -> None:
        """The measurement is over, whatever became of it."""
        self._child.kill()
        self._child.wait(LONGEST_S)
