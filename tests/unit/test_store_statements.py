"""The simulation's store knows every statement that a running service puts to its database."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from engine.proof.simulation.store.statements import STATEMENTS

ROOT = Path(__file__).parents[2]
FOR_POSTGRES = {"engine.service.checkup"}
"""Modules whose statements ask what only a server of its own can tell."""
ITSELF = {"engine.db", "engine.db_schema"}
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|SET)\s[\s\S]*")


def modules() -> Iterator[str]:
    for path in sorted((ROOT / "engine").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        is_ours = parts[1] not in ("sandbox", "proof", "embedded", "__main__")
        if is_ours and SQL.search(path.read_text(encoding="utf-8").replace('"', "\n")):
            yield name


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)


def statements_of(name: str) -> set[str]:
    constants = {
        key: value
        for key, value in vars(importlib.import_module(name)).items()
        if key.isupper() and key != "DURABLE_SETTINGS"
    }
    return {text for value in constants.values() for text in texts(value) if SQL.fullmatch(text)}


def test_statements_when_compared_with_the_owners_then_none_is_unknown_or_stale() -> None:
    found = {name: statements for name in modules() if (statements := statements_of(name))}
    unknown = {
        name: missing
        for name, statements in found.items()
        if name not in FOR_POSTGRES | ITSELF and (missing := statements - set(STATEMENTS))
    }
    assert unknown == {}
    assert set(STATEMENTS) <= set().union(*found.values())
    assert set(found) >= FOR_POSTGRES
    assert sum(len(statements) for statements in found.values()) > 90
