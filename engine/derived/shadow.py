"""Shadow tables: a tenant's rows made anew beside the live ones, to compare and to swap in.

They are temporary tables of one transaction (`ON COMMIT DROP`), so they need no name of their
own, no clearing up and no session state, and a connection pooler may stand between. Only `replay`
uses them. Every comparison goes both ways: `missing` is a row that the log asks for and the live
table lacks, `extra` one that the log does not ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.core.projection import Table
from engine.db import Connection, text
from engine.derived.rows import COLUMNS
from engine.derived.workspace import Workspace

SHOWN: Final = 20
_COPY_ROWS: Final = 2000
_NEED_COLUMNS: Final = ("tenant", "need", "document")

CREATE: Final = (
    "CREATE TEMPORARY TABLE facts_shadow (LIKE facts) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE documents_shadow (LIKE documents) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE commands_shadow (LIKE commands) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE polls_shadow (LIKE polls) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE needs_shadow (LIKE needs) ON COMMIT DROP",
)
_SHADOWS: Final[Mapping[Table, str]] = {
    Table.FACTS: "facts_shadow",
    Table.DOCUMENTS: "documents_shadow",
    Table.COMMANDS: "commands_shadow",
    Table.POLLS: "polls_shadow",
}
COMPARE: Final[Mapping[str, str]] = {
    "facts": """
SELECT coalesce(live.key, made.key) AS key, live.key IS NULL AS missing, made.key IS NULL AS extra
FROM (SELECT key, body FROM facts WHERE tenant = $1) AS live
FULL JOIN facts_shadow AS made ON live.key = made.key
WHERE live.key IS NULL OR made.key IS NULL OR live.body <> made.body
ORDER BY 1 LIMIT $2
""",
    "polls": """
SELECT coalesce(live.key, made.key) AS key, live.key IS NULL AS missing, made.key IS NULL AS extra
FROM (SELECT key, body FROM polls WHERE tenant = $1) AS live
FULL JOIN polls_shadow AS made ON live.key = made.key
WHERE live.key IS NULL OR made.key IS NULL OR live.body <> made.body
ORDER BY 1 LIMIT $2
""",
    "documents": """
SELECT coalesce(live.key, made.key) AS key, live.key IS NULL AS missing, made.key IS NULL AS extra
FROM (SELECT key, kind, source_id, number, state, reason, body
      FROM documents WHERE tenant = $1) AS live
FULL JOIN documents_shadow AS made ON live.key = made.key
WHERE live.key IS NULL OR made.key IS NULL OR live.body <> made.body
    OR live.kind <> made.kind OR live.source_id <> made.source_id
    OR live.number <> made.number OR live.state <> made.state OR live.reason <> made.reason
ORDER BY 1 LIMIT $2
""",
    "commands": """
SELECT coalesce(live.key, made.key) AS key, live.key IS NULL AS missing, made.key IS NULL AS extra
FROM (SELECT key, document, company, stage, type, state, planned_position, body
      FROM commands WHERE tenant = $1) AS live
FULL JOIN commands_shadow AS made ON live.key = made.key
WHERE live.key IS NULL OR made.key IS NULL OR live.body <> made.body
    OR live.document <> made.document OR live.company <> made.company
    OR live.stage <> made.stage OR live.type <> made.type OR live.state <> made.state
    OR live.planned_position <> made.planned_position
ORDER BY 1 LIMIT $2
""",
    "needs": """
SELECT coalesce(live.need, made.need) || ' of ' || coalesce(live.document, made.document) AS key,
    live.need IS NULL AS missing, made.need IS NULL AS extra
FROM (SELECT need, document FROM needs WHERE tenant = $1) AS live
FULL JOIN needs_shadow AS made ON live.need = made.need AND live.document = made.document
WHERE live.need IS NULL OR made.need IS NULL
ORDER BY 1 LIMIT $2
""",
}
SWAP: Final = (
    "DELETE FROM facts WHERE tenant = $1",
    "INSERT INTO facts (tenant, key, body) "
    "SELECT tenant, key, body FROM facts_shadow WHERE tenant = $1",
    "DELETE FROM polls WHERE tenant = $1",
    "INSERT INTO polls (tenant, key, body) "
    "SELECT tenant, key, body FROM polls_shadow WHERE tenant = $1",
    "DELETE FROM documents WHERE tenant = $1",
    "INSERT INTO documents (tenant, key, kind, source_id, number, state, reason, body) "
    "SELECT tenant, key, kind, source_id, number, state, reason, body "
    "FROM documents_shadow WHERE tenant = $1",
    "DELETE FROM commands WHERE tenant = $1",
    "INSERT INTO commands "
    "(tenant, key, document, company, stage, type, state, planned_position, body) "
    "SELECT tenant, key, document, company, stage, type, state, planned_position, body "
    "FROM commands_shadow WHERE tenant = $1",
    "DELETE FROM needs WHERE tenant = $1",
    "INSERT INTO needs (tenant, need, document) "
    "SELECT tenant, need, document FROM needs_shadow WHERE tenant = $1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row that is not what the log says; `what` is missing, extra or different."""

    table: str
    key: str
    what: str


async def fill(connection: Connection, tenant: str, workspace: Workspace) -> int:
    """The shadow tables exist and hold what the workspace holds; how many rows that is.

    The workspace is whole and nothing of it was ever written.
    """
    for sql in CREATE:
        await connection.execute(sql)
    bundle = workspace.bundle()
    for table in Table:
        rows = [
            (tenant, address.key, *bundle.columns[address], body)
            for address, body in bundle.bodies.items()
            if address.table is table and body is not None
        ]
        await _copy(connection, _SHADOWS[table], COLUMNS[table], rows)
    needs = [(tenant, need, document) for need, document in workspace.needs()]
    await _copy(connection, "needs_shadow", _NEED_COLUMNS, needs)
    return sum(body is not None for body in bundle.bodies.values())


async def compare(connection: Connection, tenant: str) -> list[Difference]:
    """The first differences of live and shadow rows of each table, by key."""
    return [
        Difference(
            table=table,
            key=text(row, "key"),
            what="missing" if row["missing"] else "extra" if row["extra"] else "different",
        )
        for table, sql in COMPARE.items()
        for row in await connection.fetch(sql, tenant, SHOWN)
    ]


async def swap(connection: Connection, tenant: str) -> None:
    """The tenant's live rows are the shadow rows, as soon as the transaction commits."""
    for sql in SWAP:
        await connection.execute(sql, tenant)


async def _copy(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    for start in range(0, len(rows), _COPY_ROWS):
        await connection.copy_rows(table, columns, rows[start : start + _COPY_ROWS])
