"""pytest alone checks all: the linter, the formatter and the type checker run as tests."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sysconfig.get_path("scripts")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "words",
    [
        ("ruff", "check", "--no-cache"),
        ("ruff", "format", "--check", "--no-cache"),
        ("mypy", "--strict"),
    ],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_repository_when_checked_then_nothing_to_say(words: tuple[str, ...]) -> None:
    program = shutil.which(words[0], path=SCRIPTS) or words[0]
    done = subprocess.run(
        [program, *words[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
