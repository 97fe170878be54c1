"""What the statements mean that people's verbs ask by: stories, agreements, suggestions, merges."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from engine import audit, reference_differences, retired, suggestions
from engine.proof.simulation.store.rows import PlainRow
from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.statements.reading import facts_between
from engine.proof.simulation.store.tables import COMMANDS, DOCUMENTS, FACTS, POLLS
from engine.proof.simulation.store.view import Answer, MemoryRow, View, answer, picked
from engine.service import agreements

_SETTLED: Final = ("accepted", "verified")


def _listed(rows: Iterable[PlainRow]) -> Answer:
    return answer(picked(row, "key", "body") for row in rows)


def _between(view: View, tenant: str, first: str, end: str) -> Answer:
    return _listed(facts_between(view, tenant, first, end))


def _after(view: View, tenant: str, after: str, end: str, limit: int) -> Answer:
    found = [row for row in facts_between(view, tenant, after, end) if row.key != after]
    return _listed(found[:limit])


def _written(view: View, tenant: str) -> Answer:
    return _between(view, tenant, "written:vendor:", "written:vendor;")


def _suppliers(view: View, tenant: str) -> Answer:
    return _between(view, tenant, "supplier_fields:", "supplier_fields;")


def _sent(view: View, tenant: str, after: str, types: Collection[str], limit: int) -> Answer:
    found = [
        row
        for row in view.rows(COMMANDS)
        if row.tenant == tenant and row.key > after and row.type in types
        if row.state in _SETTLED
    ]
    found.sort(key=lambda row: row.key)
    return answer(picked(row, "key", "body") for row in found[:limit])


def _documents(view: View, tenant: str, states: Collection[str], after: str, limit: int) -> Answer:
    found = [
        row
        for row in view.rows(DOCUMENTS)
        if row.tenant == tenant and row.state in states and row.key > after
    ]
    found.sort(key=lambda row: row.key)
    return answer(picked(row, "key", "kind", "number", "body") for row in found[:limit])


def _vendors(view: View, tenant: str, reasons: Collection[str]) -> Answer:
    """Held vendors, each beside its own fact; one without a fact is left out."""
    rows = []
    for row in sorted(view.rows(DOCUMENTS), key=lambda row: row.key):
        is_held = (row.tenant, row.kind, row.state) == (tenant, "vendor", "held")
        if is_held and row.reason in reasons:
            fact = view.get(FACTS, tenant, f"vendor:{row.key.split(':')[1]}")
            columns = {"source_id": row.source_id, "body": row.body}
            rows += [MemoryRow({**columns, "fact": fact.body})] if fact is not None else []
    return answer(rows)


def _commands(view: View, tenant: str, document: str) -> Answer:
    found = (row for row in view.rows(COMMANDS) if (row.tenant, row.document) == (tenant, document))
    return answer(picked(row, "key") for row in sorted(found, key=lambda row: row.key))


def _poll(view: View, tenant: str, key: str) -> Answer:
    row = view.get(POLLS, tenant, key)
    return answer([picked(row, "body")] if row is not None else ())


ASKING: Final[Mapping[str, Statement]] = {
    reference_differences.FACTS: _between,
    retired.WRITTEN: _written,
    retired.SENT: _sent,
    agreements.DOCUMENTS: _documents,
    agreements.FACTS: _after,
    suggestions.VENDORS: _vendors,
    suggestions.SUPPLIERS: _suppliers,
    audit.COMMANDS: _commands,
    audit.POLL: _poll,
}
"""`retired.FACTS` and `agreements.FACT` are told as `reading` tells the same texts."""
