"""The house rules of the architecture, run: who may know whom, sizes, names, docstrings."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "README.md",
    "pyproject.toml",
    "schema.sql",
    "docker",
    "engine",
    "projections",
    "tests",
    "LICENSE",
}
MODULES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("projections/**/*.py")])
TEST_MODULES = sorted(ROOT.glob("tests/**/*.py"))
PURE = (
    "engine.errors",
    "engine.core",
    "engine.procurify.models",
    "engine.syspro.xml",
    "engine.syspro.objects",
    "engine.log.chain",
    "engine.log.upcast",
    "projections",
)
IMPURE_IMPORTS = {
    "asyncio",
    "socket",
    "os",
    "time",
    "random",
    "secrets",
    "logging",
    "subprocess",
    "aiohttp",
    "asyncpg",
    "threading",
    "pathlib",
    "urllib.request",
    "signal",
}
FORBIDDEN_WORDS = {
    "job",
    "task",
    "message",
    "record",
    "data",
    "info",
    "manager",
    "helper",
    "utils",
    "process",
    "handle",
}
FOREIGN_WORDS = {
    "ODataLookups",
    "TaskGroup",
    "create_task",
    "process_time",
    "handle_signals",
    "tzdata",
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


GRAPH = {name_of(path): sorted(set(imports_of(path))) for path in MODULES}


def breaches(
    inside: tuple[str, ...], refused: tuple[str, ...], but: tuple[str, ...] = ()
) -> list[str]:
    return [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if within(name, *inside) and not (but and within(name, *but))
        for target in targets
        if within(target, *refused)
    ]


def test_top_level_when_listed_then_only_the_fixed_entries() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_pure_modules_when_imports_are_read_then_no_io_clock_or_chance() -> None:
    guilty = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if within(name, *PURE)
        for target in targets
        if target.split(".")[0] in IMPURE_IMPORTS or target in IMPURE_IMPORTS
    ]
    assert guilty == []


def test_pure_modules_when_imports_are_read_then_they_know_only_the_pure() -> None:
    guilty = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if within(name, *PURE)
        for target in targets
        if within(target, "engine", "projections")
        and not within(target, *PURE)
        and target not in ("engine",)
        and not any(within(pure, target) for pure in PURE)
    ]
    assert guilty == []


def test_core_when_imports_are_read_then_it_knows_neither_side() -> None:
    assert (
        breaches(
            ("engine.core",), ("engine.procurify", "engine.syspro", "projections", "engine.log")
        )
        == []
    )


def test_sides_when_imports_are_read_then_they_do_not_know_each_other() -> None:
    assert breaches(("engine.procurify",), ("engine.syspro",)) == []
    assert breaches(("engine.syspro",), ("engine.procurify",)) == []
    assert breaches(("engine.lane",), ("engine.procurify", "engine.syspro")) == []


def test_domainless_modules_when_imports_are_read_then_they_know_no_domain() -> None:
    assert (
        breaches(
            ("engine.clock", "engine.config", "engine.telemetry", "engine.db"),
            ("engine.core", "engine.procurify", "engine.syspro", "projections", "engine.log"),
        )
        == []
    )


def test_projections_when_imported_then_only_by_service_cli_and_proof() -> None:
    allowed = ("engine.service", "engine.cli", "engine.proof")
    assert breaches(("engine",), ("projections",), but=allowed) == []


def test_proof_when_imported_then_only_by_cli() -> None:
    allowed = ("engine.cli", "engine.proof")
    assert breaches(("engine", "projections"), ("engine.proof",), but=allowed) == []


def test_sandbox_when_imports_are_read_then_it_shares_no_code() -> None:
    guilty = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if within(name, "engine.sandbox")
        for target in targets
        if within(target, "engine", "projections")
        and not within(target, "engine.sandbox")
        and target != "engine"
    ]
    assert guilty == []
    allowed = ("engine.cli", "engine.proof", "engine.sandbox")
    assert breaches(("engine",), ("engine.sandbox",), but=allowed) == []


def test_meeting_only_in_tables_when_imports_are_read_then_parts_do_not_know_each_other() -> None:
    parts = {
        "engine.procurify": ("engine.projector", "engine.replay", "engine.outbox"),
        "engine.projector": ("engine.procurify", "engine.syspro", "engine.replay", "engine.outbox"),
        "engine.replay": ("engine.procurify", "engine.syspro", "engine.outbox"),
        "engine.syspro": ("engine.projector", "engine.replay"),
    }
    assert [line for part, refused in parts.items() for line in breaches((part,), refused)] == []


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("asyncpg", ("engine.db",)),
        ("os.environ", ("engine.config",)),
        ("cryptography", ("engine.vault",)),
        (
            "signal",
            (
                "engine.service",
                "engine.sandbox.main",
                "engine.embedded.supervisor",
                "engine.crossings",
                "engine.proof.kills",
            ),
        ),
    ],
)
def test_guarded_package_when_imported_then_only_where_it_belongs(
    package: str, allowed: tuple[str, ...]
) -> None:
    assert breaches(("engine", "projections"), (package,), but=allowed) == []


def test_environment_when_read_then_only_by_config() -> None:
    guilty = [
        name_of(path)
        for path in MODULES
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
        and not within(name_of(path), "engine.config")
    ]
    assert guilty == []


def test_http_client_when_used_then_only_in_the_clients() -> None:
    allowed = (
        "engine.syspro.transport",
        "engine.procurify.client",
        "engine.procurify.token",
        "engine.cli.demo",
        "engine.proof",
    )
    guilty = [
        name_of(path)
        for path in MODULES
        if re.search(
            r"aiohttp\.(ClientSession|TCPConnector)|import ClientSession",
            path.read_text(encoding="utf-8"),
        )
        and not name_of(path).startswith(allowed)
    ]
    assert guilty == []


@pytest.mark.parametrize("path", [*MODULES, *TEST_MODULES], ids=lambda path: path.name)
def test_module_when_measured_then_within_the_sizes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400, f"{len(lines)} lines: a missing noun"
    assert [number for number, line in enumerate(lines, 1) if len(line) > 100] == []
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 60
    ]
    assert long == []


def test_modules_when_measured_together_then_the_median_is_small() -> None:
    sizes = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES)
    assert sizes[len(sizes) // 2] <= 150


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_when_read_then_documented_and_plainly_named(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), "no module docstring"
    assert "TODO" not in path.read_text(encoding="utf-8")
    bad = []
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        if name and name not in FOREIGN_WORDS:
            words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
            if FORBIDDEN_WORDS & {word.lower() for word in words}:
                bad.append(name)
    assert bad == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_async_when_read_then_no_bare_children(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"asyncio\.(create_task|gather|ensure_future)\(", text)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_x23_when_read_then_nothing_in_it_runs_what_comes_from_outside(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    assert not named & {"eval", "exec", "compile", "__import__"}
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"pickle", "marshal", "shelve", "dill", "yaml"}


def test_money_when_read_then_no_float_in_the_pure_house() -> None:
    guilty = [
        name_of(path)
        for path in MODULES
        if within(name_of(path), "engine.core", "projections", "engine.syspro.objects")
        for node in ast.walk(tree_of(path))
        if (
            isinstance(node, ast.Name)
            and node.id == "float"
            and name_of(path) != "engine.core.protocol"
        )
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert guilty == []


def test_repository_when_searched_then_it_speaks_of_the_project_alone() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    ).stdout.splitlines()
    machine = re.compile(r"(/work/|/root/|\.pyenv)")
    guilty = [
        line
        for line in listed
        if Path(line).suffix in {".py", ".md", ".toml", ".sql", ".yml", ".yaml", ".json"}
        and "samples" not in line
        and (ROOT / line).exists()
        and line != "tests/unit/test_architecture.py"
        and machine.search((ROOT / line).read_text(encoding="utf-8"))
    ]
    assert guilty == []
