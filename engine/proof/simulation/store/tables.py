"""The tables of schema.sql: their keys and the rules that refuse a row. Pure.

`tests/integration/test_store_schema.py` holds the names and rules against the real schema.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from engine.log.entry import Entry
from engine.proof.simulation.store.rows import (
    CheckpointRow,
    CommandRow,
    DocumentRow,
    KeyRow,
    LeaseRow,
    LogRow,
    NeedRow,
    PlainRow,
    SecretRow,
    SessionRow,
)

R = TypeVar("R")
Key = tuple[object, ...]

DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table(Generic[R]):
    """One table: `checks` and `uniques` by the constraint's name, `index` for one quick look-up.

    `optional`: the columns that may be NULL. `is_temporary`: gone when the transaction ends.
    """

    name: str
    row: type[R]
    key_of: Callable[[R], Key]
    checks: Mapping[str, Callable[[R], bool]] = field(default_factory=dict)
    uniques: Mapping[str, Callable[[R], Key]] = field(default_factory=dict)
    index: Callable[[R], Key] | None = None
    optional: frozenset[str] = frozenset()
    is_temporary: bool = False


LOGS: Final = Table(
    name="logs",
    row=LogRow,
    key_of=lambda row: (row.tenant,),
    checks={
        "logs_tenant_check": lambda row: row.tenant != "",
        "logs_head_position_check": lambda row: row.head_position >= 0,
        "logs_head_hash_check": lambda row: len(row.head_hash) == DIGEST_BYTES,
    },
)
EVENTS: Final = Table(
    name="events",
    row=Entry,
    key_of=lambda row: (row.tenant, row.position),
    checks={
        "events_position_check": lambda row: row.position > 0,
        "events_version_check": lambda row: row.version > 0,
        "events_schema_version_check": lambda row: row.schema_version > 0,
        "events_body_digest_check": lambda row: len(row.body_digest) == DIGEST_BYTES,
        "events_check": lambda row: row.causation is None or row.causation < row.position,
        "events_hash_check": lambda row: len(row.hash) == DIGEST_BYTES,
        "events_erasure": lambda row: (row.body is None) == (row.salt is None),
    },
    uniques={
        "events_version": lambda row: (row.tenant, row.stream, row.version),
        "events_id": lambda row: (row.tenant, row.event_id),
    },
    index=lambda row: (row.tenant, row.stream),
    optional=frozenset({"body", "salt", "causation"}),
)
LEASES: Final = Table(
    name="leases",
    row=LeaseRow,
    key_of=lambda row: (row.tenant, row.role),
    checks={"leases_epoch_check": lambda row: row.epoch > 0},
)
SESSIONS: Final = Table(
    name="sessions",
    row=SessionRow,
    key_of=lambda row: (row.tenant, row.session_id),
    optional=frozenset({"revoked_at"}),
)
VAULT_KEYS: Final = Table(
    name="vault_keys", row=KeyRow, key_of=lambda row: (row.tenant, row.key_id)
)
VAULT: Final = Table(name="vault", row=SecretRow, key_of=lambda row: (row.tenant, row.name))
CHECKPOINTS: Final = Table(
    name="checkpoints",
    row=CheckpointRow,
    key_of=lambda row: (row.tenant, row.projection),
    checks={"checkpoints_position_check": lambda row: row.position >= 0},
)
FACTS: Final = Table(name="facts", row=PlainRow, key_of=lambda row: (row.tenant, row.key))
POLLS: Final = Table(name="polls", row=PlainRow, key_of=lambda row: (row.tenant, row.key))
DOCUMENTS: Final = Table(
    name="documents", row=DocumentRow, key_of=lambda row: (row.tenant, row.key)
)
COMMANDS: Final = Table(name="commands", row=CommandRow, key_of=lambda row: (row.tenant, row.key))
NEEDS: Final = Table(
    name="needs",
    row=NeedRow,
    key_of=lambda row: (row.tenant, row.need, row.document),
    index=lambda row: (row.tenant, row.need),
)
SHADOW: Final = "_shadow"


def shadow_of(table: Table[R]) -> Table[R]:
    """The temporary table of the same shape."""
    return replace(table, name=f"{table.name}{SHADOW}", is_temporary=True)


FACTS_SHADOW: Final = shadow_of(FACTS)
POLLS_SHADOW: Final = shadow_of(POLLS)
DOCUMENTS_SHADOW: Final = shadow_of(DOCUMENTS)
COMMANDS_SHADOW: Final = shadow_of(COMMANDS)
NEEDS_SHADOW: Final = shadow_of(NEEDS)
