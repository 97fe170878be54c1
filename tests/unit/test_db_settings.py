"""A server that could lose what it committed is refused, whatever setting is to blame."""

from collections.abc import Iterable, Sequence

import pytest

from engine.db import Row, check_settings
from engine.proof.simulation.store.view import MemoryRow

SAFE = {
    "data_sync_retry": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}


class Server:
    """Answers what its settings are, and nothing else."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    async def fetch(self, sql: str, *arguments: object) -> Sequence[Row]:
        names = arguments[0]
        assert isinstance(names, list)
        assert "pg_settings" in sql
        return [MemoryRow({"name": name, "setting": self.settings[name]}) for name in sorted(names)]

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        raise NotImplementedError

    async def execute(self, sql: str, *arguments: object) -> int:
        raise NotImplementedError

    async def executemany(self, sql: str, arguments: Iterable[Sequence[object]]) -> None:
        raise NotImplementedError

    async def copy_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("name", "setting", "is_refused"),
    [
        ("fsync", "off", True),
        ("full_page_writes", "off", True),
        ("data_sync_retry", "on", True),
        ("synchronous_commit", "off", True),
        ("synchronous_commit", "local", True),
        ("synchronous_commit", "remote_write", True),
        ("synchronous_commit", "remote_apply", False),
        ("synchronous_commit", "on", False),
    ],
)
async def test_check_settings_d14_when_one_can_lose_a_commit_then_it_is_named_with_its_cure(
    name: str, setting: str, is_refused: bool
) -> None:
    found = await check_settings(Server({**SAFE, name: setting}))
    assert [name in sentence and "set it to" in sentence for sentence in found] == (
        [True] if is_refused else []
    )


async def test_check_settings_d14_when_several_can_then_each_is_named() -> None:
    found = await check_settings(Server({**SAFE, "fsync": "off", "full_page_writes": "off"}))
    assert [sentence.split()[2] for sentence in found] == ["fsync", "full_page_writes"]
