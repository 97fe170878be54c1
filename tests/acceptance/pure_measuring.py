"""The unit tests of the pure modules once more, under coverage.

In one process of its own, which nothing else is measured by, and with fixed chance.
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


def measured(folder: Path) -> dict[str, dict[str, int]]:
    """By file: its counts of statements and branches, and of those that were run.

    The folder takes what is found on the way.
    """
    environment = {**os.environ, "CI": "true", "COVERAGE_FILE": str(folder / "found")}
    packages = ",".join(g.removesuffix(".py").strip("/").replace("/", ".") for g in GROUPS)
    unit = (path for name in TESTS for path in (ROOT / "tests/unit").glob(f"test_{name}*.py"))
    chosen = sorted(str(path) for path in unit if path.name not in SLOW)
    alone = ["-p", "no:xdist", "-p", "no:cacheprovider", "--hypothesis-profile=few"]
    report = folder / "report.json"
    for words in (
        ["run", f"--source={packages}", "-m", "pytest", *alone, *chosen],
        ["json", "-q", "-o", str(report)],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "coverage", *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=LONGEST_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    files = json.loads(report.read_text("utf-8"))["files"]
    return {name: found["summary"] for name, found in files.items()}
