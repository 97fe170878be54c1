"""What the statements on the derived tables mean: rows loaded and written, made anew, swapped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Final, TypeVar

from engine import replay
from engine.core.projection import Table as Place
from engine.derived import rows, shadow
from engine.proof.simulation.store.rows import (
    CheckpointRow,
    CommandRow,
    DocumentRow,
    NeedRow,
    PlainRow,
)
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.tables import (
    CHECKPOINTS,
    COMMANDS,
    COMMANDS_SHADOW,
    DOCUMENTS,
    DOCUMENTS_SHADOW,
    FACTS,
    FACTS_SHADOW,
    LEASES,
    NEEDS,
    NEEDS_SHADOW,
    POLLS,
    POLLS_SHADOW,
    Table,
)
from engine.proof.simulation.store.view import (
    Answer,
    MemoryRow,
    View,
    answer,
    picked,
    touched,
)
from engine.service import forecast

D = TypeVar("D", PlainRow, DocumentRow, CommandRow)
K = TypeVar("K", PlainRow, DocumentRow, CommandRow, NeedRow)

_SHADOWS: Final = tuple(
    table.name
    for table in (FACTS_SHADOW, DOCUMENTS_SHADOW, COMMANDS_SHADOW, POLLS_SHADOW, NEEDS_SHADOW)
)


def _load(
    view: View,
    tenant: str,
    facts: Sequence[str],
    documents: Sequence[str],
    commands: Sequence[str],
    polls: Sequence[str],
) -> Answer:
    return answer(
        [
            *_bodies(view, FACTS, tenant, facts),
            *_bodies(view, DOCUMENTS, tenant, documents),
            *_bodies(view, COMMANDS, tenant, commands),
            *_bodies(view, POLLS, tenant, polls),
        ]
    )


def _bodies(view: View, table: Table[D], tenant: str, keys: Iterable[str]) -> list[MemoryRow]:
    found = (view.get(table, tenant, key) for key in dict.fromkeys(keys))
    return [
        MemoryRow({"place": table.name, "key": row.key, "body": row.body})
        for row in found
        if row is not None
    ]


def _load_needs(view: View, tenant: str, needs: Sequence[str]) -> Answer:
    return answer(
        picked(row, "need", "document")
        for need in dict.fromkeys(needs)
        for row in view.indexed(NEEDS, tenant, need)
    )


def _any_row(view: View, tenant: str) -> Answer:
    found = any(
        row.tenant == tenant
        for rows_of in (
            view.rows(FACTS),
            view.rows(DOCUMENTS),
            view.rows(COMMANDS),
            view.rows(POLLS),
        )
        for row in rows_of
    )
    return answer([MemoryRow({"found": found})])


def _checkpoint(view: View, tenant: str, projection: str) -> Answer:
    row = view.get(CHECKPOINTS, tenant, projection)
    return answer([picked(row, "version", "position", "after_key")] if row is not None else ())


def _first_checkpoint(
    view: View, tenant: str, projection: str, version: int, position: int, part: str
) -> Answer:
    row = CheckpointRow(
        tenant=tenant, projection=projection, version=version, position=position, after_key=part
    )
    return touched(view.insert_new(CHECKPOINTS, row))


def _move_checkpoint(
    view: View,
    tenant: str,
    projection: str,
    version: int,
    position: int,
    part: str,
    old_version: int,
    old_position: int,
    old_part: str,
) -> Answer:
    row = view.get(CHECKPOINTS, tenant, projection)
    if row is None or (row.version, row.position, row.after_key) != (
        old_version,
        old_position,
        old_part,
    ):
        return touched(0)
    view.update(CHECKPOINTS, replace(row, version=version, position=position, after_key=part))
    return touched(1)


def _fence(view: View, tenant: str, role: str, epoch: int) -> Answer:
    row = view.get(LEASES, tenant, role)
    if row is None or row.epoch != epoch:
        return answer(())
    view.lock_row(LEASES, row, is_shared=True)
    return answer([picked(row, "epoch")])


def _put(table: Table[D], view: View, tenant: str, *columns: Sequence[object]) -> Answer:
    names = [column.name for column in fields(table.row)][1:]
    for values in zip(*columns, strict=True):
        view.upsert(table, table.row(tenant=tenant, **dict(zip(names, values, strict=True))))
    return touched(len(columns[0]))


def _remove(table: Table[D], view: View, tenant: str, keys: Iterable[str]) -> Answer:
    there = [key for key in dict.fromkeys(keys) if view.get(table, tenant, key) is not None]
    for key in there:
        view.remove(table, tenant, key)
    return touched(len(there))


def _add_needs(view: View, tenant: str, needs: Sequence[str], documents: Sequence[str]) -> Answer:
    pairs = zip(needs, documents, strict=True)
    added = [
        view.insert_new(NEEDS, NeedRow(tenant=tenant, need=need, document=document))
        for need, document in pairs
    ]
    return touched(sum(added))


def _remove_needs(
    view: View, tenant: str, needs: Sequence[str], documents: Sequence[str]
) -> Answer:
    pairs = [
        pair
        for pair in zip(needs, documents, strict=True)
        if view.get(NEEDS, tenant, *pair) is not None
    ]
    for pair in pairs:
        view.remove(NEEDS, tenant, *pair)
    return touched(len(pairs))


def _create(name: str, view: View) -> Answer:
    view.transaction.temporary.add(name)
    return touched(0)


def _named(table: Table[K], row: K) -> str:
    return f"{row.need} of {row.document}" if isinstance(row, NeedRow) else row.key


def _compare(live: Table[K], made: Table[K], view: View, tenant: str, most: int) -> Answer:
    """Rows that only one side has, and those that differ, by key."""
    there = {live.key_of(row): row for row in view.rows(live) if row.tenant == tenant}
    wanted = {made.key_of(row): row for row in view.rows(made)}
    different = [
        (_named(live, row), key not in there, key not in wanted)
        for key, row in {**there, **wanted}.items()
        if there.get(key) != wanted.get(key)
    ]
    return answer(
        MemoryRow({"key": name, "missing": missing, "extra": extra})
        for name, missing, extra in sorted(different)[:most]
    )


def _delete_all(table: Table[K], view: View, tenant: str) -> Answer:
    rows_of = [row for row in view.rows(table) if row.tenant == tenant]
    for row in rows_of:
        view.remove(table, *table.key_of(row))
    return touched(len(rows_of))


def _take_over(live: Table[K], made: Table[K], view: View, tenant: str) -> Answer:
    rows_of = [row for row in view.rows(made) if row.tenant == tenant]
    for row in rows_of:
        view.insert(live, row)
    return touched(len(rows_of))


def _snapshot(view: View) -> Answer:
    view.transaction.is_snapshot = True
    return touched(0)


DERIVED: Final[Mapping[str, Statement]] = {
    rows.LOAD: _load,
    rows.LOAD_NEEDS: _load_needs,
    rows.ANY_ROW: _any_row,
    rows.CHECKPOINT: _checkpoint,
    rows.FIRST_CHECKPOINT: _first_checkpoint,
    rows.MOVE_CHECKPOINT: _move_checkpoint,
    rows.FENCE: _fence,
    rows.PUT[Place.FACTS]: partial(_put, FACTS),
    rows.PUT[Place.DOCUMENTS]: partial(_put, DOCUMENTS),
    rows.PUT[Place.COMMANDS]: partial(_put, COMMANDS),
    rows.PUT[Place.POLLS]: partial(_put, POLLS),
    rows.REMOVE[Place.FACTS]: partial(_remove, FACTS),
    rows.REMOVE[Place.DOCUMENTS]: partial(_remove, DOCUMENTS),
    rows.REMOVE[Place.COMMANDS]: partial(_remove, COMMANDS),
    rows.REMOVE[Place.POLLS]: partial(_remove, POLLS),
    rows.ADD_NEEDS: _add_needs,
    rows.REMOVE_NEEDS: _remove_needs,
    **{sql: partial(_create, name) for sql, name in zip(shadow.CREATE, _SHADOWS, strict=True)},
    shadow.COMPARE["facts"]: partial(_compare, FACTS, FACTS_SHADOW),
    shadow.COMPARE["polls"]: partial(_compare, POLLS, POLLS_SHADOW),
    shadow.COMPARE["documents"]: partial(_compare, DOCUMENTS, DOCUMENTS_SHADOW),
    shadow.COMPARE["commands"]: partial(_compare, COMMANDS, COMMANDS_SHADOW),
    shadow.COMPARE["needs"]: partial(_compare, NEEDS, NEEDS_SHADOW),
    **dict(
        zip(
            shadow.SWAP,
            (
                partial(_delete_all, FACTS),
                partial(_take_over, FACTS, FACTS_SHADOW),
                partial(_delete_all, POLLS),
                partial(_take_over, POLLS, POLLS_SHADOW),
                partial(_delete_all, DOCUMENTS),
                partial(_take_over, DOCUMENTS, DOCUMENTS_SHADOW),
                partial(_delete_all, COMMANDS),
                partial(_take_over, COMMANDS, COMMANDS_SHADOW),
                partial(_delete_all, NEEDS),
                partial(_take_over, NEEDS, NEEDS_SHADOW),
            ),
            strict=True,
        )
    ),
    replay.SNAPSHOT: _snapshot,
    forecast.SNAPSHOT: _snapshot,
}
