"""What the statements on `leases`, `sessions`, `vault_keys`, `vault` and the clock mean."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from engine import leases, vault
from engine.errors import Malformed
from engine.proof.simulation.store.rows import KeyRow, LeaseRow, SecretRow, SessionRow
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.tables import LEASES, SESSIONS, VAULT, VAULT_KEYS
from engine.proof.simulation.store.view import (
    Answer,
    MemoryRow,
    View,
    answer,
    picked,
    said,
    touched,
)
from engine.service import database_clock
from engine.syspro import session_store

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
"""The instant `-infinity`."""


def _acquire(view: View, tenant: str, role: str, holder: str, ttl: timedelta) -> Answer:
    wanted = LeaseRow(
        tenant=tenant, role=role, epoch=1, holder=holder, expires_at=view.clock_at + ttl
    )
    if not view.insert_new(LEASES, wanted):
        held = view.get(LEASES, tenant, role)
        assert held is not None
        if held.expires_at > view.clock_at:
            return answer(())
        wanted = replace(wanted, epoch=held.epoch + 1, note=held.note)
        view.update(LEASES, wanted)
    return answer([picked(wanted, "epoch", "note")])


def _renew(view: View, tenant: str, role: str, epoch: int, ttl: timedelta) -> Answer:
    held = view.get(LEASES, tenant, role)
    if held is None or held.epoch != epoch:
        return touched(0)
    view.update(LEASES, replace(held, expires_at=view.clock_at + ttl))
    return touched(1)


def _release(view: View, tenant: str, role: str, epoch: int) -> Answer:
    held = view.get(LEASES, tenant, role)
    if held is None or held.epoch != epoch:
        return touched(0)
    view.update(LEASES, replace(held, epoch=epoch + 1, expires_at=LONG_AGO, note=""))
    return touched(1)


def _note(view: View, tenant: str, role: str, epoch: int, note: str) -> Answer:
    held = view.get(LEASES, tenant, role)
    if held is None or held.epoch != epoch:
        return touched(0)
    view.update(LEASES, replace(held, note=note))
    return touched(1)


def _is_owner(view: View, tenant: str, role: str, epoch: int) -> bool:
    if role == "":
        return True
    held = view.get(LEASES, tenant, role)
    return held is not None and held.epoch == epoch and held.expires_at > view.now


def _announce(
    view: View, tenant: str, session_id: UUID, company: str, operator: str, epoch: int, role: str
) -> Answer:
    if not _is_owner(view, tenant, role, epoch):
        return touched(0)
    view.insert(
        SESSIONS,
        SessionRow(
            tenant=tenant,
            company=company,
            operator=operator,
            session_id=session_id,
            epoch=epoch,
            sealed_token=b"",
            opened_at=view.now,
            revoked_at=None,
        ),
    )
    return touched(1)


def _save(
    view: View, tenant: str, session_id: UUID, sealed: bytes, epoch: int, role: str
) -> Answer:
    row = view.get(SESSIONS, tenant, session_id)
    if row is None or row.revoked_at is not None or not _is_owner(view, tenant, role, epoch):
        return touched(0)
    view.update(SESSIONS, replace(row, sealed_token=sealed, epoch=epoch, opened_at=view.now))
    return touched(1)


def _unrevoked(view: View, tenant: str, operator: str, company: str) -> Answer:
    found = [
        row
        for row in view.rows(SESSIONS)
        if (row.tenant, row.operator, row.company) == (tenant, operator, company)
        and row.revoked_at is None
    ]
    return answer(
        MemoryRow(
            {
                "session_id": row.session_id,
                "epoch": row.epoch,
                "sealed_token": row.sealed_token,
                "age_s": (view.now - row.opened_at).total_seconds(),
            }
        )
        for row in sorted(found, key=lambda row: (row.opened_at, row.session_id))
    )


def _revoke(view: View, tenant: str, session_id: UUID) -> Answer:
    row = view.get(SESSIONS, tenant, session_id)
    if row is None or row.revoked_at is not None:
        return touched(0)
    view.update(SESSIONS, replace(row, revoked_at=view.now))
    return touched(1)


def _keys(view: View, tenant: str) -> Answer:
    rows = [row for row in view.rows(VAULT_KEYS) if row.tenant == tenant]
    return answer(
        picked(row, "key_id", "wrapped_key", "kek_id")
        for row in sorted(rows, key=lambda row: (row.created_at, row.key_id))
    )


def _all_keys(view: View) -> Answer:
    return answer(
        picked(row, "tenant", "key_id", "wrapped_key", "kek_id")
        for row in sorted(view.rows(VAULT_KEYS), key=lambda row: (row.tenant, row.key_id))
    )


def _lock(view: View, tenant: str) -> Answer:
    view.lock(("advisory", "vault_keys", tenant))
    return answer([MemoryRow({"pg_advisory_xact_lock": ""})])


def _add_key(view: View, tenant: str, key_id: UUID, wrapped: bytes, kek_id: str) -> Answer:
    view.insert(
        VAULT_KEYS,
        KeyRow(
            tenant=tenant,
            key_id=key_id,
            wrapped_key=wrapped,
            kek_id=kek_id,
            created_at=view.clock_at,
        ),
    )
    return touched(1)


def _rewrap(
    view: View, tenant: str, key_id: UUID, kek_id: str, wrapped: bytes, new_kek_id: str
) -> Answer:
    row = view.get(VAULT_KEYS, tenant, key_id)
    if row is None or row.kek_id != kek_id:
        return touched(0)
    view.update(VAULT_KEYS, replace(row, wrapped_key=wrapped, kek_id=new_kek_id))
    return touched(1)


def _put(view: View, tenant: str, name: str, key_id: UUID, sealed: bytes) -> Answer:
    if view.get(VAULT_KEYS, tenant, key_id) is None:
        raise Malformed(said("ForeignKeyViolationError: vault names a key that is not there"))
    view.upsert(
        VAULT,
        SecretRow(tenant=tenant, name=name, key_id=key_id, sealed=sealed, changed_at=view.clock_at),
    )
    return touched(1)


def _get(view: View, tenant: str, name: str) -> Answer:
    row = view.get(VAULT, tenant, name)
    return answer([picked(row, "key_id", "sealed")] if row is not None else ())


def _names(view: View, tenant: str) -> Answer:
    rows = [row for row in view.rows(VAULT) if row.tenant == tenant]
    return answer(picked(row, "name") for row in sorted(rows, key=lambda row: row.name))


def _now(view: View) -> Answer:
    return answer([MemoryRow({"now": view.clock_at})])


HOLDING: Final[Mapping[str, Statement]] = {
    leases.ACQUIRE: _acquire,
    leases.RENEW: _renew,
    leases.RELEASE: _release,
    leases.NOTE: _note,
    session_store.ANNOUNCE: _announce,
    session_store.SAVE: _save,
    session_store.UNREVOKED: _unrevoked,
    session_store.REVOKE: _revoke,
    vault.KEYS: _keys,
    vault.ALL_KEYS: _all_keys,
    vault.LOCK: _lock,
    vault.ADD_KEY: _add_key,
    vault.REWRAP: _rewrap,
    vault.PUT: _put,
    vault.GET: _get,
    vault.NAMES: _names,
    database_clock.NOW: _now,
}
