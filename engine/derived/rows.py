"""The derived rows in PostgreSQL: loaded by key, written in bulk, moved on with their checkpoint.

The only writer of `facts`, `documents`, `needs`, `commands`, `polls` and `checkpoints`. A row's
body is one canonical JSON object; the columns beside it are copies of its fields, for indexes.
Every statement names the tenant first. Sorting is by code point, in Python, so that no collation
of a server has a say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.core.canonical import JsonObject
from engine.core.projection import Address, Table
from engine.db import Connection, integer, octets, text
from engine.errors import Fenced, Malformed, StaleVersion
from engine.log.contract import Fence

LOAD: Final = """
SELECT 'facts' AS place, key, body FROM facts WHERE tenant = $1 AND key = ANY($2::text[])
UNION ALL
SELECT 'documents', key, body FROM documents WHERE tenant = $1 AND key = ANY($3::text[])
UNION ALL
SELECT 'commands', key, body FROM commands WHERE tenant = $1 AND key = ANY($4::text[])
UNION ALL
SELECT 'polls', key, body FROM polls WHERE tenant = $1 AND key = ANY($5::text[])
"""
LOAD_NEEDS: Final = "SELECT need, document FROM needs WHERE tenant = $1 AND need = ANY($2::text[])"
ANY_ROW: Final = """
SELECT EXISTS (SELECT 1 FROM facts WHERE tenant = $1)
    OR EXISTS (SELECT 1 FROM documents WHERE tenant = $1)
    OR EXISTS (SELECT 1 FROM commands WHERE tenant = $1)
    OR EXISTS (SELECT 1 FROM polls WHERE tenant = $1) AS found
"""
CHECKPOINT: Final = (
    "SELECT version, position, after_key FROM checkpoints WHERE tenant = $1 AND projection = $2"
)
FIRST_CHECKPOINT: Final = (
    "INSERT INTO checkpoints (tenant, projection, version, position, after_key) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, projection) DO NOTHING"
)
MOVE_CHECKPOINT: Final = (
    "UPDATE checkpoints SET version = $3, position = $4, after_key = $5 "
    "WHERE tenant = $1 AND projection = $2 "
    "AND version = $6 AND position = $7 AND after_key = $8"
)
FENCE: Final = "SELECT epoch FROM leases WHERE tenant = $1 AND role = $2 AND epoch = $3 FOR SHARE"
PUT: Final[Mapping[Table, str]] = {
    Table.FACTS: """
INSERT INTO facts (tenant, key, body)
SELECT $1, key, body FROM unnest($2::text[], $3::bytea[]) AS new (key, body)
ON CONFLICT (tenant, key) DO UPDATE SET body = excluded.body
""",
    Table.POLLS: """
INSERT INTO polls (tenant, key, body)
SELECT $1, key, body FROM unnest($2::text[], $3::bytea[]) AS new (key, body)
ON CONFLICT (tenant, key) DO UPDATE SET body = excluded.body
""",
    Table.DOCUMENTS: """
INSERT INTO documents (tenant, key, kind, source_id, number, state, reason, body)
SELECT $1, key, kind, source_id, number, state, reason, body
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
    AS new (key, kind, source_id, number, state, reason, body)
ON CONFLICT (tenant, key) DO UPDATE SET
    kind = excluded.kind, source_id = excluded.source_id, number = excluded.number,
    state = excluded.state, reason = excluded.reason, body = excluded.body
""",
    Table.COMMANDS: """
INSERT INTO commands
    (tenant, key, document, company, stage, type, state, planned_position, body)
SELECT $1, key, document, company, stage, type, state, planned_position, body
FROM unnest(
        $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bigint[],
        $9::bytea[])
    AS new (key, document, company, stage, type, state, planned_position, body)
ON CONFLICT (tenant, key) DO UPDATE SET
    document = excluded.document, company = excluded.company, stage = excluded.stage,
    type = excluded.type, state = excluded.state,
    planned_position = excluded.planned_position, body = excluded.body
""",
}
REMOVE: Final[Mapping[Table, str]] = {
    Table.FACTS: "DELETE FROM facts WHERE tenant = $1 AND key = ANY($2::text[])",
    Table.DOCUMENTS: "DELETE FROM documents WHERE tenant = $1 AND key = ANY($2::text[])",
    Table.COMMANDS: "DELETE FROM commands WHERE tenant = $1 AND key = ANY($2::text[])",
    Table.POLLS: "DELETE FROM polls WHERE tenant = $1 AND key = ANY($2::text[])",
}
ADD_NEEDS: Final = """
INSERT INTO needs (tenant, need, document)
SELECT $1, need, document FROM unnest($2::text[], $3::text[]) AS new (need, document)
ON CONFLICT (tenant, need, document) DO NOTHING
"""
REMOVE_NEEDS: Final = """
DELETE FROM needs USING unnest($2::text[], $3::text[]) AS old (need, document)
WHERE needs.tenant = $1 AND needs.need = old.need AND needs.document = old.document
"""
_DERIVED: Final[Mapping[Table, tuple[str, ...]]] = {
    Table.FACTS: (),
    Table.POLLS: (),
    Table.DOCUMENTS: ("kind", "source_id", "number", "state", "reason"),
    Table.COMMANDS: ("document", "company", "stage", "type", "state", "planned_position"),
}
_WHOLE_NUMBERS: Final = frozenset({"stage", "planned_position"})
COLUMNS: Final[Mapping[Table, tuple[str, ...]]] = {
    table: ("tenant", "key", *derived, "body") for table, derived in _DERIVED.items()
}
"""The columns of each table, in the order of `columns_of`."""

Need = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far a projection has come: `position` is done; `part` names what is done of the next.

    `part` is "" but while a fan-out spans transactions (`workspace.Progress`).
    """

    version: int
    position: int
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one transaction writes: bodies by address (None removes) and the needs that changed."""

    bodies: Mapping[Address, bytes | None]
    columns: Mapping[Address, tuple[str | int, ...]]
    needs: Mapping[Need, bool]


def columns_of(address: Address, body: JsonObject) -> tuple[str | int, ...]:
    """The derived columns of a row; raises `Malformed` when the body lacks one."""
    return tuple(_column(address, name, body.get(name)) for name in _DERIVED[address.table])


async def load(
    connection: Connection, tenant: str, addresses: Iterable[Address]
) -> dict[Address, bytes]:
    """The bodies of those rows that exist, by one statement."""
    keys: dict[Table, list[str]] = {table: [] for table in Table}
    for address in addresses:
        keys[address.table].append(address.key)
    found = await connection.fetch(
        LOAD,
        tenant,
        keys[Table.FACTS],
        keys[Table.DOCUMENTS],
        keys[Table.COMMANDS],
        keys[Table.POLLS],
    )
    return {
        Address(table=Table(text(row, "place")), key=text(row, "key")): octets(row, "body")
        for row in found
    }


async def load_needs(
    connection: Connection, tenant: str, needs: Iterable[str]
) -> dict[str, set[str]]:
    """The documents that consulted each of these facts; every need asked for is answered."""
    found: dict[str, set[str]] = {need: set() for need in needs}
    for row in await connection.fetch(LOAD_NEEDS, tenant, list(found)):
        found[text(row, "need")].add(text(row, "document"))
    return found


async def is_empty(connection: Connection, tenant: str) -> bool:
    """Whether the tenant has no derived row at all."""
    row = await connection.fetchrow(ANY_ROW, tenant)
    return row is None or row["found"] is not True


async def read_checkpoint(
    connection: Connection, tenant: str, projection: str
) -> Checkpoint | None:
    """How far the projection has come, None before its first transaction."""
    row = await connection.fetchrow(CHECKPOINT, tenant, projection)
    if row is None:
        return None
    return Checkpoint(
        version=integer(row, "version"),
        position=integer(row, "position"),
        part=text(row, "after_key"),
    )


async def move_checkpoint(
    connection: Connection,
    tenant: str,
    projection: str,
    *,
    old: Checkpoint | None,
    new: Checkpoint,
) -> None:
    """The checkpoint is `new`, and was `old` until now; else `StaleVersion`."""
    values = (tenant, projection, new.version, new.position, new.part)
    if old is None:
        moved = await connection.execute(FIRST_CHECKPOINT, *values)
    else:
        moved = await connection.execute(
            MOVE_CHECKPOINT, *values, old.version, old.position, old.part
        )
    if moved != 1:
        raise StaleVersion(f"the checkpoint of {projection} of {tenant} was moved by another")


async def require_fence(connection: Connection, tenant: str, fence: Fence) -> None:
    """The lease has the fence's epoch and keeps it until the transaction ends; else `Fenced`."""
    if await connection.fetchrow(FENCE, tenant, fence.role, fence.epoch) is None:
        raise Fenced(f"the lease {fence.role} of {tenant} has another owner")


async def write(connection: Connection, tenant: str, bundle: Bundle) -> None:
    """The rows are as the bundle says."""
    for table in Table:
        await _write_table(connection, tenant, table, bundle)
    added = sorted(pair for pair, is_needed in bundle.needs.items() if is_needed)
    removed = sorted(pair for pair, is_needed in bundle.needs.items() if not is_needed)
    if removed:
        await connection.execute(REMOVE_NEEDS, tenant, *_unzipped(removed))
    if added:
        await connection.execute(ADD_NEEDS, tenant, *_unzipped(added))


async def _write_table(connection: Connection, tenant: str, table: Table, bundle: Bundle) -> None:
    removed: list[str] = []
    put: list[tuple[object, ...]] = []
    for address in sorted(found for found in bundle.bodies if found.table is table):
        body = bundle.bodies[address]
        if body is None:
            removed.append(address.key)
        else:
            put.append((address.key, *bundle.columns[address], body))
    if removed:
        await connection.execute(REMOVE[table], tenant, removed)
    if put:
        columns = [list(column) for column in zip(*put, strict=True)]
        await connection.execute(PUT[table], tenant, *columns)


def _unzipped(pairs: Sequence[Need]) -> tuple[list[str], list[str]]:
    return [need for need, _ in pairs], [document for _, document in pairs]


def _column(address: Address, name: str, value: object) -> str | int:
    if name in _WHOLE_NUMBERS:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif isinstance(value, str):
        return value
    raise Malformed(f"the row {address.key} of {address.table} has no {name}")
