"""The store's tables are those of schema.sql, column by column and rule by rule."""

from dataclasses import fields

import pytest

from engine.db import Database, text
from engine.proof.simulation.store import tables
from engine.proof.simulation.store.tables import Table

COLUMNS = """
SELECT column_name AS name, is_nullable AS optional FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 ORDER BY column_name
"""
RULES = """
SELECT conname AS name, contype::text AS sort, array_to_string(ARRAY(
    SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place
), ',') AS columns
FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('c', 'u', 'p')
ORDER BY conname
"""
NAMES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
TABLES = {
    table.name: table
    for table in vars(tables).values()
    if isinstance(table, Table) and not table.is_temporary
}


class Named:
    """A row that answers each column with its name."""

    def __getattr__(self, name: str) -> str:
        return name


async def test_tables_when_compared_with_the_schema_then_the_same(postgres: Database) -> None:
    found = [text(row, "name") for row in await postgres.fetch(NAMES)]
    assert found == sorted(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
async def test_table_when_compared_with_the_schema_then_its_columns_keys_and_checks(
    postgres: Database, name: str
) -> None:
    table = TABLES[name]
    columns = {
        text(row, "name"): text(row, "optional") for row in await postgres.fetch(COLUMNS, name)
    }
    rules = await postgres.fetch(RULES, name)
    by_sort: dict[str, dict[str, str]] = {"c": {}, "u": {}, "p": {}}
    for row in rules:
        by_sort[text(row, "sort")][text(row, "name")] = text(row, "columns")

    assert sorted(columns) == sorted(column.name for column in fields(table.row))
    assert {column for column, is_so in columns.items() if is_so == "YES"} == table.optional
    assert by_sort["p"] == {f"{name}_pkey": ",".join(table.key_of(Named()))}
    assert by_sort["u"] == {rule: ",".join(of(Named())) for rule, of in table.uniques.items()}
    assert sorted(by_sort["c"]) == sorted(table.checks)
