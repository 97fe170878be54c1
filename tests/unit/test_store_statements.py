"""The simulation's store knows every statement that a running service puts to its database."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from engine.proof.simulation.store.statements import STATEMENTS

ROOT = Path(__file__).parents[2]
FOR_POSTGRES = {"engine.service.checkup", "engine.service.stopped_programs"}
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


def test_statements_d19_when_read_then_none_leaves_a_lock_or_a_setting_to_its_session() -> None:
    session = re.compile(
        r"pg_(try_)?advisory_lock|\b(LISTEN|PREPARE)\b|^\s*SET (?!TRANSACTION |LOCAL )"
    )
    texts_read = [text for name in modules() for text in statements_of(name)]
    assert len(texts_read) > 90
    assert [text for text in texts_read if session.search(text)] == []
    assert session.search("SELECT pg_advisory_lock(1)")
    assert session.search("SET lock_timeout = 1")
    settings = [text for text in texts_read if "set_config" in text]
    assert settings
    assert all("true)" in text for text in settings)
