"""The wheel alone, with the hashed requirements, does the main job from any folder.

Builds the wheel and makes a virtual environment, so it needs the package index that README's
commands need as well.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "PG", "COVERAGE"))
    and name not in ("DATABASE_URL", "PROCURIFY_SYSPRO_CONFIG")
}

pytestmark = pytest.mark.timeout(400)


def run(
    *words: str | Path, cwd: Path, timeout_s: float = 300, **extra: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**ENVIRONMENT, **extra},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )


def pip(python: str | Path, *words: str | Path, cwd: Path) -> None:
    done = run(python, *PIP, *words, cwd=cwd)
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"pip {words[0]} failed; is a package index reachable?\n{said}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a new virtual environment with the pinned requirements and the wheel."""
    folder = tmp_path_factory.mktemp("alone")
    made = run(sys.executable, "-m", "venv", "venv", cwd=folder)
    assert made.returncode == 0, made.stderr
    python = folder / "venv/bin/python"
    pinned = ROOT / "docker/requirements.txt"
    pip(python, "install", "--require-hashes", "--only-binary=:all:", "-r", pinned, cwd=folder)
    pip(python, "install", "--no-deps", wheel, cwd=folder)
    return python.parent


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder without the repository, in which another package has the engine's name."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine/__init__.py").write_text("raise SystemExit('the wrong engine')\n")
    return tmp_path


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A temporary folder that every account may pass through, as the system's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_wheel_when_opened_then_it_holds_every_module_and_the_schema(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        schema = opened.read("engine/schema.sql")
    modules = {
        str(path.relative_to(ROOT))
        for package in ("engine", "projections")
        for path in (ROOT / package).rglob("*.py")
    }
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == modules | {"engine/schema.sql"}
    assert schema == (ROOT / "schema.sql").read_bytes()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_migrate_when_only_the_wheel_is_there_then_the_schema_is_in_place(
    scripts: Path, elsewhere: Path, empty_dsn: str
) -> None:
    for _ in range(2):
        done = run(scripts / "procurify-syspro", "migrate", cwd=elsewhere, DATABASE_URL=empty_dsn)
        assert done.returncode == 0, done.stderr
        assert done.stdout == "The schema is in place.\n"


def test_demo_when_only_the_wheel_is_there_then_the_main_job_is_done_and_nothing_left(
    scripts: Path, elsewhere: Path, temporary: Path
) -> None:
    words = ("demo", "--json", "--seed", "7", "--documents", "20")
    done = run(scripts / "procurify-syspro", *words, cwd=elsewhere, TMPDIR=str(temporary))
    assert done.returncode in (0, 3), done.stdout + done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert {name: summary[name] for name in ("duplicates", "lost", "held_wrongly")} == {
        "duplicates": 0,
        "lost": 0,
        "held_wrongly": 0,
    }
    assert summary["chain"] == "verified"
    assert summary["replay"] == "identical"
    assert [path.name for path in elsewhere.iterdir()] == ["engine"]
    assert list(temporary.iterdir()) == []
