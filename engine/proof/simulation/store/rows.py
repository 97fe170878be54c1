"""The rows of each table of schema.sql but `events`, column by column. Pure.

A row of `events` is an `engine.log.entry.Entry`. Rows are never changed, only replaced.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A row of `logs`."""

    tenant: str
    head_position: int
    head_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """A row of `leases`."""

    tenant: str
    role: str
    epoch: int
    holder: str
    expires_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A row of `sessions`."""

    tenant: str
    company: str
    operator: str
    session_id: UUID
    epoch: int
    sealed_token: bytes
    opened_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A row of `vault_keys`."""

    tenant: str
    key_id: UUID
    wrapped_key: bytes
    kek_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """A row of `vault`."""

    tenant: str
    name: str
    key_id: UUID
    sealed: bytes
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """A row of `checkpoints`."""

    tenant: str
    projection: str
    version: int
    position: int
    after_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """A row of `facts` or `polls`."""

    tenant: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A row of `documents`."""

    tenant: str
    key: str
    kind: str
    source_id: str
    number: str
    state: str
    reason: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """A row of `commands`."""

    tenant: str
    key: str
    document: str
    company: str
    stage: int
    type: str
    state: str
    planned_position: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """A row of `needs`."""

    tenant: str
    need: str
    document: str
