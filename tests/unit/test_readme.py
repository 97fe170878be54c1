"""README is true: its commands, examples, paths and links are held to the repository."""

import re
import shlex
import tomllib

import pytest
from readme_reading import README, ROOT, fenced, section, tables

from engine.cli import parser
from engine.config import Config
from engine.core.mapping_csv import parse_csv

DEMO = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[demo]' && "
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && "
TYPED = [
    line
    for block in fenced(README, "bash")
    for line in block.splitlines()
    if "procurify-syspro " in line and not line.startswith("umask")
]


def test_quick_start_when_read_then_exactly_two_command_lines() -> None:
    blocks = fenced(section("Quick start"), "")
    assert len(blocks) == 1
    assert blocks[0].splitlines() == [
        DEMO + ".venv/bin/python -m engine demo",
        TESTS + ".venv/bin/python -m pytest",
    ]


def test_ci_when_read_then_it_runs_the_second_command_and_then_the_quick_evidence() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    _, command = fenced(section("Quick start"), "")[0].splitlines()
    lines = script.splitlines()
    assert lines[-3] == command
    assert lines[-1].startswith(".venv/bin/python -m engine evidence --quick --tests ")
    assert "set -euo pipefail" in script


@pytest.mark.parametrize("line", TYPED)
def test_command_when_read_then_the_parser_takes_it(line: str) -> None:
    words = shlex.split(line.split("procurify-syspro ", 1)[1])
    assert parser().parse_args(words).verb == words[0]


def test_commands_when_counted_then_the_setup_is_among_them() -> None:
    verbs = {line.split("procurify-syspro ", 1)[1].split()[0] for line in TYPED}
    assert verbs >= {"migrate", "credentials", "ping", "map", "run", "status", "sandbox"}


def test_configuration_when_read_then_it_is_valid() -> None:
    (text,) = fenced(section("Connecting the real systems"), "toml")
    found = Config.model_validate(tomllib.loads(text))
    assert not found.is_loopback()
    assert found.tenants[0].companies[0].policy.create_suppliers is False


def test_mappings_when_read_then_the_file_has_no_fault_and_every_kind() -> None:
    from engine.core.mapping import KINDS

    (text,) = fenced(section("Connecting the real systems"), "csv")
    rows, faults = parse_csv(text)
    assert faults == ()
    assert {row.kind for row in rows} == set(KINDS)


def test_layout_when_read_then_every_path_is_there() -> None:
    (rows,) = tables(section("How the repository is laid out"))
    paths = [path for row in rows for path in re.findall(r"`([^`]+)`", row[0])]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    packages = {
        path.name for path in (ROOT / "engine").iterdir() if (path / "__init__.py").exists()
    }
    assert {f"engine/{name}/" for name in packages} <= set(paths)


def test_links_when_read_then_each_leads_to_a_heading_or_a_file() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in README.splitlines()
        if line.startswith("#")
    }
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert targets
    assert [
        target
        for target in targets
        if not (target[1:] in headings if target[0] == "#" else (ROOT / target).exists())
    ] == []


def test_files_when_named_then_they_are_there() -> None:
    named = set(re.findall(r"`((?:docker|tests|engine|projections|\.ci)/[\w./-]+)`", README))
    assert "docker/prometheus/alerts.yml" in named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_dependencies_when_declared_then_each_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
    names = {re.split(r"[<>=\[;~ ]", line)[0] for line in declared} - {project["name"]}
    text = section("Dependencies").lower()
    missing = {name for name in names if name.lower() not in text}
    assert {name for name in missing if not name.startswith("opentelemetry")} == set()


def test_sentences_when_read_then_no_line_is_too_wide_outside_tables_and_tests() -> None:
    wide = [
        line
        for line in README.splitlines()
        if len(line) > 105 and not line.startswith(("|", "python3 ", "  `tests/", "Procurify ─"))
    ]
    assert wide == []
