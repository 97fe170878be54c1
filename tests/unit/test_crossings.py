"""The crossings: watched only when armed, counted, and deadly at exactly the one that is named."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from config_texts import SANDBOX, SITE

from engine import crossings
from engine.config import environment, load
from engine.errors import Misconfigured
from engine.service import arm_crossings

ROOT = Path(__file__).parents[2]
LIFE = """
import sys
from engine import crossings
crossings.arm(sys.argv[1])
for _ in range(3):
    crossings.boundary("db.commit", "before")
    crossings.boundary("db.commit", "after")
"""


def lived(chaos: str) -> int:
    words = [sys.executable, "-c", LIFE, chaos]
    return subprocess.run(words, cwd=ROOT, timeout=30, check=False).returncode


def test_boundary_when_nobody_watches_then_nothing_happens() -> None:
    assert not crossings.is_watched()
    crossings.boundary("db.commit", "before")


def test_boundary_when_watched_then_each_crossing_is_told_in_order() -> None:
    told: list[str] = []
    crossings.watch(lambda name, phase: told.append(f"{name} {phase}"))
    try:
        assert crossings.is_watched()
        crossings.boundary("db.begin", "before")
        crossings.boundary("db.begin", "after")
    finally:
        crossings.watch(None)
    assert told == ["db.begin before", "db.begin after"]


@pytest.mark.parametrize(
    ("deed", "lines"),
    [
        ("kill=1", 1),
        ("kill=4", 4),
        ("kill=db.commit before#2", 3),
        ("kill=db.commit after#3", 6),
    ],
)
def test_armed_when_the_crossing_comes_then_it_is_the_last_of_the_trace(
    deed: str, lines: int, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    assert lived(f"{deed},trace={trace}") == -signal.SIGKILL
    written = trace.read_text().splitlines()
    expected = ["db.commit before", "db.commit after"] * 3
    assert written == expected[:lines]


def test_armed_when_the_crossing_never_comes_then_the_life_is_whole(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    assert lived(f"kill=7,trace={trace}") == 0
    assert len(trace.read_text().splitlines()) == 6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kill",
        "kill=",
        "kill=x",
        "kill=db.commit#1",
        "kill=db.commit during#1",
        "kill=1,stop=2",
        "trace=a,trace=b",
        "kill=1;trace=a",
    ],
)
def test_arm_when_the_words_are_wrong_then_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="PROCURIFY_SYSPRO_CHAOS"):
        crossings.arm(text)
    assert not crossings.is_watched()


def test_arm_when_the_trace_cannot_be_written_then_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be written"):
        crossings.arm(f"trace={tmp_path}")
    assert not crossings.is_watched()


def test_service_when_the_configuration_is_no_sandboxes_then_chaos_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "engine.toml"
    path.write_text(SITE)
    with pytest.raises(Misconfigured, match=r"PROCURIFY_SYSPRO_CHAOS.*bootstrap.*unset"):
        arm_crossings(load(path), "kill=1")
    arm_crossings(load(path), "")
    assert not crossings.is_watched()


def test_service_when_the_configuration_is_a_sandboxes_then_it_is_armed(tmp_path: Path) -> None:
    path = tmp_path / "engine.toml"
    path.write_text(SANDBOX)
    try:
        arm_crossings(load(path), f"trace={tmp_path}/trace")
        assert crossings.is_watched()
    finally:
        crossings.watch(None)


def test_environment_when_it_has_chaos_then_the_engine_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PROCURIFY_SYSPRO_CHAOS", raising=False)
    assert environment().chaos == ""
    monkeypatch.setenv("PROCURIFY_SYSPRO_CHAOS", "kill=3")
    assert environment().chaos == "kill=3"
