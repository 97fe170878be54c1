"""Every guarantee that README gives names tests that exist."""

import ast
import re
from functools import cache

import pytest
from readme_reading import ROOT, section

TEXT = section("Guarantees")
PROOFS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)


@cache
def defined_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_guarantees_when_read_then_each_names_a_proof() -> None:
    entries = re.split(r"^- ", TEXT, flags=re.MULTILINE)[1:]
    assert len(entries) >= 20
    assert [entry for entry in entries if "`tests/" not in entry] == []
    assert TEXT.count("`tests/") == len(PROOFS)


@pytest.mark.parametrize(("path", "name"), PROOFS, ids=[name for _, name in PROOFS])
def test_proof_when_looked_for_then_it_is_a_test(path: str, name: str) -> None:
    assert (ROOT / path).is_file(), path
    assert name.startswith("test_")
    assert name in defined_in(path)
