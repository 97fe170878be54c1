"""What the statements mean that tests put to the simulation's store themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256

from toy_projection import DUMPS

from engine.proof.simulation.store.rows import CommandRow, DocumentRow, LeaseRow, PlainRow
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.statements.holding import LONG_AGO
from engine.proof.simulation.store.tables import (
    CHECKPOINTS,
    COMMANDS,
    DOCUMENTS,
    EVENTS,
    FACTS,
    LEASES,
    NEEDS,
    POLLS,
    SESSIONS,
    VAULT,
    VAULT_KEYS,
    R,
    Table,
)
from engine.proof.simulation.store.view import Answer, MemoryRow, View, answer, picked, touched

NEW_DOCUMENT = """
INSERT INTO documents (tenant, key, kind, source_id, number, state, reason, body)
VALUES ($1, $2, '', '', '', 'ready', '', $3)
"""
NEW_COMMAND = """
INSERT INTO commands
(tenant, key, document, company, stage, type, state, planned_position, body)
VALUES ($1, $2, $3, 'EDU1', 2, 'invoice_add', 'ready', 1, $4)
"""
NEW_BODY = "UPDATE commands SET body = $3 WHERE tenant = $1 AND key = $2"


def every(_row: object) -> bool:
    """No row is left out."""
    return True


@dataclass(frozen=True, slots=True)
class Edit:
    """UPDATE: the rows that are meant, changed by their columns and the instant of now."""

    table: Table
    changes: Callable[..., dict[str, object]]
    is_meant: Callable[..., bool] = every

    def __call__(self, view: View, *arguments: object) -> Answer:
        rows = [row for row in view.rows(self.table) if self.is_meant(row)]
        for row in rows:
            view.update(self.table, replace(row, **self.changes(row, view, *arguments)))
        return touched(len(rows))


def deletion(table: Table[R], is_meant: Callable[[R], bool], view: View) -> Answer:
    """DELETE of the rows that are meant."""
    rows = [row for row in view.rows(table) if is_meant(row)]
    for row in rows:
        view.remove(table, *table.key_of(row))
    return touched(len(rows))


def listed(
    table: Table[R],
    columns: tuple[str, ...],
    view: View,
    *arguments: object,
    is_meant: Callable[..., bool] = lambda row, *arguments: True,
    order: tuple[str, ...] = (),
) -> Answer:
    """SELECT of columns, in an order."""
    rows = [row for row in view.rows(table) if is_meant(row, *arguments)]
    rows.sort(key=lambda row: tuple(getattr(row, column) for column in order))
    return answer(picked(row, *columns) for row in rows)


def of_tenant(row: object, tenant: str) -> bool:
    return getattr(row, "tenant", None) == tenant


def found(column: str, as_column: str, table: Table[R], view: View) -> Answer:
    """One column under another name."""
    return answer(MemoryRow({as_column: getattr(row, column)}) for row in view.rows(table))


def lease(view: View) -> Answer:
    expires_at = view.now + timedelta(hours=1)
    row = LeaseRow(tenant="acme", role="lane:PROCSYNC", epoch=3, holder="me", expires_at=expires_at)
    view.insert(LEASES, row)
    return touched(1)


def shared_lease(view: View, role: str | None = None) -> Answer:
    rows = [row for row in view.rows(LEASES) if row.tenant == "acme" and role in (None, row.role)]
    for row in rows:
        view.lock_row(LEASES, row, is_shared=True)
    return answer(picked(row, "epoch") for row in rows)


def waiting(view: View) -> Answer:
    return answer(MemoryRow({"?column?": 1}) for _ in range(view.waiting()))


def announce(view: View) -> Answer:
    view.transaction.is_erasing = True
    return touched(0)


def is_second(row: object) -> bool:
    return getattr(row, "position", None) == 2


def is_a(row: object) -> bool:
    return getattr(row, "name", None) == "a"


def sealed_of_b(_row: object, view: View) -> dict[str, object]:
    row = view.get(VAULT, "acme", "b")
    assert row is not None
    return {"sealed": row.sealed}


def with_byte(octets: bytes, place: int, value: int) -> bytes:
    return octets[:place] + bytes([value]) + octets[place + 1 :]


def cut(length: int) -> Callable[..., dict[str, object]]:
    return lambda row, view: {"sealed": row.sealed[:length]}


def document(view: View, tenant: str, key: str, body: bytes) -> Answer:
    row = DocumentRow(
        tenant=tenant,
        key=key,
        kind="",
        source_id="",
        number="",
        state="ready",
        reason="",
        body=body,
    )
    view.insert(DOCUMENTS, row)
    return touched(1)


def command(view: View, tenant: str, key: str, of_document: str, body: bytes) -> Answer:
    row = CommandRow(
        tenant=tenant,
        key=key,
        document=of_document,
        company="EDU1",
        stage=2,
        type="invoice_add",
        state="ready",
        planned_position=1,
        body=body,
    )
    view.insert(COMMANDS, row)
    return touched(1)


def new_command_body(view: View, tenant: str, key: str, body: bytes) -> Answer:
    row = view.get(COMMANDS, tenant, key)
    assert row is not None
    view.update(COMMANDS, replace(row, body=body))
    return touched(1)


def poll(view: View) -> Answer:
    view.insert(POLLS, PlainRow(tenant="acme", key="x", body=b"{}"))
    return touched(1)


def transactions(view: View) -> Answer:
    return answer([MemoryRow({"count": len({row.recorded_at for row in view.rows(EVENTS)})})])


GUARDED = {
    "recorded_at = now(), body = NULL, salt = NULL": lambda row, view: {
        "recorded_at": view.now,
        "body": None,
        "salt": None,
    },
    "hash = sha256(hash), body = NULL, salt = NULL": lambda row, view: {
        "hash": sha256(row.hash).digest(),
        "body": None,
        "salt": None,
    },
    "body_digest = sha256(hash), body = NULL, salt = NULL": lambda row, view: {
        "body_digest": sha256(row.hash).digest(),
        "body": None,
        "salt": None,
    },
    "causation = NULL, body = NULL, salt = NULL": lambda row, view: {
        "causation": None,
        "body": None,
        "salt": None,
    },
    "salt = ''": lambda row, view: {"salt": b""},
}
DOCUMENT_COLUMNS = ("kind", "source_id", "number", "state", "reason", "body")
COMMAND_COLUMNS = (
    "document",
    "company",
    "stage",
    "type",
    "state",
    "planned_position",
    "body",
)
DUMPED = (
    (FACTS, ("key", "body"), ("key",)),
    (DOCUMENTS, ("key", *DOCUMENT_COLUMNS), ("key",)),
    (COMMANDS, ("key", *COMMAND_COLUMNS), ("key",)),
    (POLLS, ("key", "body"), ("key",)),
    (NEEDS, ("need", "document"), ("need", "document")),
)

TEST_STATEMENTS: Mapping[str, Statement] = {
    "UPDATE leases SET expires_at = now() - interval '1 second'": Edit(
        LEASES, lambda row, view: {"expires_at": view.now - timedelta(seconds=1)}
    ),
    "UPDATE leases SET expires_at = '-infinity'": Edit(
        LEASES, lambda row, view: {"expires_at": LONG_AGO}
    ),
    "UPDATE leases SET epoch = 4": Edit(LEASES, lambda row, view: {"epoch": 4}),
    "UPDATE leases SET epoch = epoch + 1": Edit(LEASES, lambda row, view: {"epoch": row.epoch + 1}),
    "DELETE FROM leases": partial(deletion, LEASES, every),
    "INSERT INTO leases (tenant, role, epoch, holder, expires_at) "
    "VALUES ('acme', 'lane:PROCSYNC', 3, 'me', now() + interval '1 hour')": lease,
    "SELECT epoch FROM leases WHERE tenant = 'acme' FOR SHARE": shared_lease,
    "SELECT epoch FROM leases WHERE tenant = 'acme' AND role = $1 FOR SHARE": shared_lease,
    "SELECT 1 FROM pg_locks WHERE NOT granted": waiting,
    "SELECT sealed_token FROM sessions": partial(listed, SESSIONS, ("sealed_token",)),
    "SELECT wrapped_key AS found FROM vault_keys": partial(
        found, "wrapped_key", "found", VAULT_KEYS
    ),
    "SELECT sealed AS found FROM vault": partial(found, "sealed", "found", VAULT),
    "SELECT * FROM vault_keys": partial(
        listed, VAULT_KEYS, ("tenant", "key_id", "wrapped_key", "kek_id", "created_at")
    ),
    "SELECT key_id FROM vault_keys": partial(listed, VAULT_KEYS, ("key_id",)),
    "SELECT sealed FROM vault ORDER BY tenant": partial(
        listed, VAULT, ("sealed",), order=("tenant",)
    ),
    "UPDATE vault SET sealed = (SELECT sealed FROM vault WHERE name = 'b') WHERE name = 'a'": Edit(
        VAULT, sealed_of_b, is_a
    ),
    "UPDATE vault SET sealed = substr(sealed, 1, 20) WHERE name = 'a'": Edit(VAULT, cut(20), is_a),
    "UPDATE vault SET sealed = substr(sealed, 1, 5) WHERE name = 'a'": Edit(VAULT, cut(5), is_a),
    "UPDATE vault SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1) "
    "WHERE name = 'a'": Edit(
        VAULT,
        lambda row, view: {"sealed": with_byte(row.sealed, 30, row.sealed[30] ^ 1)},
        is_a,
    ),
    "UPDATE vault SET sealed = set_byte(sealed, 0, 9) WHERE name = 'a'": Edit(
        VAULT, lambda row, view: {"sealed": with_byte(row.sealed, 0, 9)}, is_a
    ),
    "SELECT count(DISTINCT xmin::text) AS count FROM events": transactions,
    "SELECT body FROM events ORDER BY position": partial(
        listed, EVENTS, ("body",), order=("position",)
    ),
    "SELECT position FROM events WHERE salt IS NULL ORDER BY 1": partial(
        listed,
        EVENTS,
        ("position",),
        is_meant=lambda row: row.salt is None,
        order=("position",),
    ),
    "SET LOCAL procurify_syspro.erasure = 'on'": announce,
    **{
        f"UPDATE events SET {edit} WHERE position = 2": Edit(EVENTS, changes, is_second)
        for edit, changes in GUARDED.items()
    },
    **{
        sql: partial(listed, table, columns, is_meant=of_tenant, order=order)
        for sql, (table, columns, order) in zip(DUMPS, DUMPED, strict=True)
    },
    **{
        f"DELETE FROM {table.name}": partial(deletion, table, every)
        for table in (FACTS, DOCUMENTS, COMMANDS, POLLS, NEEDS, CHECKPOINTS)
    },
    "UPDATE checkpoints SET position = 21": Edit(CHECKPOINTS, lambda row, view: {"position": 21}),
    "UPDATE checkpoints SET version = 2": Edit(CHECKPOINTS, lambda row, view: {"version": 2}),
    "UPDATE facts SET body = '\\x7b7d' WHERE key = 'order:1'": Edit(
        FACTS, lambda row, view: {"body": b"{}"}, lambda row: row.key == "order:1"
    ),
    "UPDATE facts SET body = '\\x7b7d' WHERE tenant = 'acme'": Edit(
        FACTS, lambda row, view: {"body": b"{}"}, lambda row: row.tenant == "acme"
    ),
    "DELETE FROM facts WHERE key = 'vendor:1'": partial(
        deletion, FACTS, lambda row: row.key == "vendor:1"
    ),
    "INSERT INTO polls (tenant, key, body) VALUES ('acme', 'x', '\\x7b7d')": poll,
    "UPDATE documents SET state = 'held' WHERE source_id = '1'": Edit(
        DOCUMENTS, lambda row, view: {"state": "held"}, lambda row: row.source_id == "1"
    ),
    "UPDATE commands SET planned_position = 9": Edit(
        COMMANDS, lambda row, view: {"planned_position": 9}
    ),
    "DELETE FROM needs WHERE document = 'purchase_order:toy/1'": partial(
        deletion, NEEDS, lambda row: row.document == "purchase_order:toy/1"
    ),
    NEW_DOCUMENT: document,
    NEW_COMMAND: command,
    NEW_BODY: new_command_body,
    **{
        f"SELECT key, body FROM {table.name}": partial(listed, table, ("key", "body"))
        for table in (FACTS, DOCUMENTS, COMMANDS, POLLS)
    },
    "SELECT state, reason FROM documents WHERE key = $1": partial(
        listed, DOCUMENTS, ("state", "reason"), is_meant=lambda row, key: row.key == key
    ),
    "SELECT body FROM facts WHERE key LIKE 'vendor:%'": partial(
        listed, FACTS, ("body",), is_meant=lambda row: row.key.startswith("vendor:")
    ),
    "SELECT recorded_at FROM events WHERE stream = $1": partial(
        listed, EVENTS, ("recorded_at",), is_meant=lambda row, stream: row.stream == stream
    ),
    **{
        f"SELECT body FROM {table.name} WHERE key LIKE $1": partial(
            listed,
            table,
            ("body",),
            is_meant=lambda row, pattern: pattern.strip("%") in row.key,
        )
        for table in (FACTS, DOCUMENTS, COMMANDS)
    },
    "SELECT need, document FROM needs ORDER BY need, document": partial(
        listed, NEEDS, ("need", "document"), order=("need", "document")
    ),
}
