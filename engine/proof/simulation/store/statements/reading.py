"""What the reading statements mean: the outbox, the standing, policies, decisions, verdicts."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

import orjson

from engine import decisions, mapping_checks, outbox, policies, sent, standing, verdicts
from engine.audit.find import EXACT, LOOSE, NEAR
from engine.proof.simulation.store.rows import CommandRow, DocumentRow, PlainRow
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.tables import (
    CHECKPOINTS,
    COMMANDS,
    DOCUMENTS,
    EVENTS,
    FACTS,
    LEASES,
    LOGS,
    POLLS,
)
from engine.proof.simulation.store.view import Answer, MemoryRow, View, answer, picked
from engine.service import gauges


def _commands(view: View, tenant: str, is_meant: Callable[[CommandRow], bool]) -> list[CommandRow]:
    """The tenant's commands, in the order of sending."""
    found = [row for row in view.rows(COMMANDS) if row.tenant == tenant and is_meant(row)]
    return sorted(found, key=lambda row: (row.stage, row.planned_position, row.key))


def _documents(
    view: View, tenant: str, is_meant: Callable[[DocumentRow], bool]
) -> list[DocumentRow]:
    """The tenant's documents, by key."""
    found = [row for row in view.rows(DOCUMENTS) if row.tenant == tenant and is_meant(row)]
    return sorted(found, key=lambda row: row.key)


def facts_between(view: View, tenant: str, first: str, end: str) -> list[PlainRow]:
    """The tenant's facts from one key to before another, by key."""
    found = [row for row in view.rows(FACTS) if row.tenant == tenant and first <= row.key < end]
    return sorted(found, key=lambda row: row.key)


def _body(row: PlainRow | DocumentRow | CommandRow | None) -> Answer:
    return answer([picked(row, "body")] if row is not None else ())


def _bodies(rows: Iterable[CommandRow]) -> Answer:
    return answer(picked(row, "body") for row in rows)


def _counted(counts: Mapping[tuple[str, ...], int], *columns: str) -> Answer:
    """One row for each group, sorted by it; the last column is its size."""
    return answer(
        MemoryRow(dict(zip(columns, (*group, many), strict=True)))
        for group, many in sorted(counts.items())
    )


def _in_state(view: View, tenant: str, company: str, state: str, limit: int) -> Answer:
    meant = _commands(view, tenant, lambda row: (row.company, row.state) == (company, state))
    return _bodies(meant[:limit])


def _ready(view: View, tenant: str, company: str, limit: int, resting: Collection[str]) -> Answer:
    def is_meant(row: CommandRow) -> bool:
        return (row.company, row.state) == (company, "ready") and row.type not in resting

    return _bodies(_commands(view, tenant, is_meant)[:limit])


def _doubts(view: View, tenant: str, company: str) -> Answer:
    states = ("sending", "in_doubt")
    return _bodies(
        _commands(view, tenant, lambda row: row.company == company and row.state in states)
    )


def _command(view: View, tenant: str, key: str) -> Answer:
    return _body(view.get(COMMANDS, tenant, key))


def _sent(view: View, tenant: str, company: str, after: str, limit: int) -> Answer:
    found = _commands(view, tenant, lambda row: row.company == company and row.key > after)
    page = sorted(found, key=lambda row: row.key)[:limit]
    return answer(picked(row, "key", "body") for row in page)


def _command_counts(view: View, tenant: str) -> Answer:
    rows = (row for row in view.rows(COMMANDS) if row.tenant == tenant)
    return _counted(Counter((row.state, row.type) for row in rows), "state", "type", "found")


def _standing_documents(view: View, tenant: str, states: Collection[str]) -> Answer:
    found = _documents(view, tenant, lambda row: row.state in states)
    columns = ("key", "kind", "source_id", "number", "state", "reason", "body")
    return answer(
        picked(row, *columns)
        for row in sorted(found, key=lambda row: (row.kind, row.number, row.key))
    )


def _names(view: View, tenant: str, keys: Collection[str]) -> Answer:
    found = _documents(view, tenant, lambda row: row.key in keys)
    return answer(picked(row, "key", "kind", "source_id", "number") for row in found)


def _document_counts(view: View, tenant: str) -> Answer:
    rows = (row for row in view.rows(DOCUMENTS) if row.tenant == tenant)
    return _counted(Counter((row.kind, row.state) for row in rows), "kind", "state", "many")


def _document(view: View, tenant: str, key: str) -> Answer:
    return _body(view.get(DOCUMENTS, tenant, key))


def _commands_of(view: View, tenant: str, documents: Collection[str]) -> Answer:
    return _bodies(_commands(view, tenant, lambda row: row.document in documents))


def _fact(view: View, tenant: str, key: str) -> Answer:
    return _body(view.get(FACTS, tenant, key))


def _oldest(view: View, tenant: str) -> Answer:
    owed = _commands(view, tenant, lambda row: row.state in ("ready", "deferred"))
    position = min((row.planned_position for row in owed), default=0)
    event = view.get(EVENTS, tenant, position)
    return answer([picked(event, "recorded_at")] if event is not None else ())


def _waiting(view: View, tenant: str) -> Answer:
    since: dict[str, list[str]] = {}
    for row in _documents(view, tenant, lambda row: row.state == "waiting"):
        began = orjson.loads(row.body).get("since")
        since.setdefault(row.reason, []).extend([str(began)] if began is not None else [])
    return answer(
        MemoryRow({"reason": reason, "since": min(found, default=None)})
        for reason, found in sorted(since.items())
    )


def _write_backs(view: View, tenant: str) -> Answer:
    rows = _commands(view, tenant, lambda row: row.company.startswith("procurify:"))
    return _counted(Counter((row.state,) for row in rows), "state", "many")


def _head(view: View, tenant: str) -> Answer:
    row = view.get(LOGS, tenant)
    return answer([picked(row, "head_position")] if row is not None else ())


def _planning(view: View, tenant: str) -> Answer:
    row = view.get(CHECKPOINTS, tenant, "planning")
    return answer([picked(row, "position")] if row is not None else ())


def _polls(view: View, tenant: str) -> Answer:
    rows = [row for row in view.rows(POLLS) if row.tenant == tenant]
    return answer(picked(row, "key", "body") for row in sorted(rows, key=lambda row: row.key))


def _engines(view: View, tenant: str) -> Answer:
    holders = {
        row.holder
        for row in view.rows(LEASES)
        if row.tenant == tenant
        and row.expires_at > view.clock_at
        and not row.holder.startswith("cli/")
    }
    return answer(MemoryRow({"holder": holder}) for holder in sorted(holders))


def _policies(view: View, tenant: str) -> Answer:
    return answer(
        picked(row, "key", "body") for row in facts_between(view, tenant, "policy:", "policy;")
    )


def _policy(view: View, tenant: str, company: str) -> Answer:
    return _fact(view, tenant, f"policy:{company}")


def _of_cause(view: View, tenant: str, states: Collection[str], cause: str, limit: int) -> Answer:
    found = _documents(view, tenant, lambda row: row.state in states and row.reason == cause)
    return answer(picked(row, "key", "number", "body") for row in found[:limit])


def _facts_named(view: View, tenant: str, keys: Iterable[str]) -> Answer:
    found = (view.get(FACTS, tenant, key) for key in dict.fromkeys(keys))
    return answer(picked(row, "key", "body") for row in found if row is not None)


def _unsettled(view: View, tenant: str) -> Answer:
    found = _documents(view, tenant, lambda row: row.state in ("held", "waiting"))
    return answer(picked(row, "key", "body") for row in found)


def _in_doubt(view: View, tenant: str) -> Answer:
    rows = _commands(view, tenant, lambda row: row.state in ("in_doubt", "escalated"))
    return _counted(Counter((row.company,) for row in rows), "company", "found")


def _called(rows: Iterable[DocumentRow]) -> Answer:
    found = sorted(rows, key=lambda row: row.key)
    return answer(
        picked(row, "key", "number", "body")
        for row in sorted(found, key=lambda row: row.kind, reverse=True)
    )


def _exact(view: View, tenant: str, names: Collection[str], kinds: Collection[str]) -> Answer:
    def is_meant(row: DocumentRow) -> bool:
        spellings = {row.number, row.source_id, row.key}
        return row.kind in kinds and not spellings.isdisjoint(names)

    return _called(_documents(view, tenant, is_meant))


def _loose(
    view: View,
    tenant: str,
    numbers: Collection[str],
    kinds: Collection[str],
    syspro_keys: Collection[str],
) -> Answer:
    def is_meant(row: DocumentRow) -> bool:
        return row.kind in kinds and (
            row.number.lower() in numbers or orjson.loads(row.body).get("syspro_key") in syspro_keys
        )

    return _called(_documents(view, tenant, is_meant))


def _near(view: View, tenant: str, part: str) -> Answer:
    found = _documents(view, tenant, lambda row: part in row.number.lower())
    nearest = sorted(found, key=lambda row: (len(row.number), row.key))[:5]
    return answer(picked(row, "key", "number") for row in nearest)


READING: Final[Mapping[str, Statement]] = {
    outbox.READY: _ready,
    outbox.IN_STATE: _in_state,
    outbox.DOUBTS: _doubts,
    outbox.ROW: _command,
    outbox.COUNTS: _command_counts,
    sent.PAGE: _sent,
    standing.DOCUMENTS: _standing_documents,
    standing.NAMES: _names,
    standing.COUNTS: _document_counts,
    standing.DOCUMENT: _document,
    standing.COMMANDS: _commands_of,
    standing.DECISION: _fact,
    standing.OLDEST: _oldest,
    standing.WAITING: _waiting,
    standing.WRITE_BACKS: _write_backs,
    standing.HEAD: _head,
    standing.CHECKPOINT: _planning,
    standing.POLLS: _polls,
    standing.ENGINES: _engines,
    policies.POLICIES: _policies,
    policies.POLICY: _policy,
    verdicts.COMMAND: _command,
    decisions.OF_CAUSE: _of_cause,
    mapping_checks.FACTS: _facts_named,
    mapping_checks.WAITING: _unsettled,
    gauges.IN_DOUBT: _in_doubt,
    EXACT: _exact,
    LOOSE: _loose,
    NEAR: _near,
}
