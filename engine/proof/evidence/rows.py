"""The rows of the fault catalogue (reliability.md §2), and which of them a run of tests showed.

A test that shows row P7 has `p07` in its name, so the names of the tests are the count; a row that
no test can show here has its excuse in `excused`. Pure, but for the file of results that is read.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from defusedxml.ElementTree import parse

from engine.errors import Malformed
from engine.proof.evidence.figures import FaultRow

MOST_EXCUSED: Final = 8
_LAST: Final = {"p": 37, "s": 43, "d": 20, "k": 18}
CATALOGUED: Final = tuple(
    f"{letter}{number:02}" for letter, last in _LAST.items() for number in range(1, last + 1)
)
"""The 118 rows of §2.1 to §2.4: Procurify, SYSPRO, PostgreSQL, the process."""
SECURITY: Final = tuple(
    f"x{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 23, 25, 26, 28, 29)
)
"""The rows of §2.6 that can be shown before there is a console."""
_ROW: Final = re.compile(r"_([psdkx][0-9]{2})(?=_|\[|$)|[\[-]([psdkx][0-9]{2})(?=[-_\] ])")


def rows_in(name: str) -> set[str]:
    """The rows that a test of this name shows."""
    return {first or second for first, second in _ROW.findall(name)}


def selected(tests: Path) -> list[str]:
    """What pytest is told to run: every test below the folder that has a row in its name.

    A case may have its row from a parameter instead; then all cases of its function are run, and
    `counted` sees by their names which had one.
    """
    return [
        f"{path.relative_to(tests.parent)}::{name}"
        for path in sorted(tests.rglob("test_*.py"))
        for name in _functions(path)
    ]


def counted(results: Path, excused: Mapping[str, str]) -> list[FaultRow]:
    """Every row with its cases and how many passed, from a file of results in JUnit's form.

    A skipped case is no case. Raises `Malformed` when the file is not such a file.
    """
    cases: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for name, is_passed in _cases(results):
        for row in rows_in(name):
            cases[row] += 1
            passed[row] += is_passed
    return [
        FaultRow(row=row, cases=cases[row], passed=passed[row], excuse=excused.get(row, ""))
        for row in (*CATALOGUED, *SECURITY)
    ]


def _functions(path: Path) -> Iterator[str]:
    body = ast.parse(path.read_text("utf-8")).body
    lists = {
        target.id: node.value
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
            node.name.startswith("test_") and (rows_in(node.name) or _in_parameters(node, lists))
        ):
            yield node.name


def _in_parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lists: Mapping[str, ast.expr]
) -> bool:
    """Whether a text among the decorators, or in a list of the module that they name, is the name
    of a row, or begins with one."""
    parts = [part for decorator in node.decorator_list for part in ast.walk(decorator)]
    named = {part.id for part in parts if isinstance(part, ast.Name)}
    parts += [part for name in named & lists.keys() for part in ast.walk(lists[name])]
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and re.match(r"[psdkx][0-9]{2}(?![0-9A-Za-z])", part.value) is not None
        for part in parts
    )


def _cases(results: Path) -> Iterator[tuple[str, bool]]:
    """Name and fate of every case that ran."""
    try:
        root = parse(results).getroot()
    except (OSError, SyntaxError, ValueError) as error:
        raise Malformed(f"{results.name} is no file of test results: {error}") from error
    for case in root.iter("testcase") if root is not None else ():
        fates = {child.tag for child in case}
        if "skipped" not in fates:
            yield str(case.get("name", "")), not fates & {"failure", "error"}
