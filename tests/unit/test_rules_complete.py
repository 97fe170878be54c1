"""Every row of the rules has a case, and every case belongs to a row."""

from importlib import import_module
from pathlib import Path

from rule_cases import Case
from rule_rows import prefixes

TABLES = sorted(Path(__file__).parent.glob("test_rules_*.py"))


def cases() -> list[Case]:
    modules = [import_module(path.stem) for path in TABLES if path.stem != Path(__file__).stem]
    return [case for module in modules for case in module.CASES]


def test_rules_when_listed_then_every_row_has_a_case() -> None:
    names = [case.name for case in cases()]
    without = {row for row in prefixes() if not any(name.startswith(row) for name in names)}
    assert without == set()


def test_rules_when_named_then_once_and_after_a_row() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
    assert [name for name in names if not name.startswith(tuple(prefixes()))] == []
