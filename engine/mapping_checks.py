"""Whether what is mapped is still there in SYSPRO, as it was last read; and what is not mapped.

Reads `facts` and `documents`, writes nothing. Before a company's SYSPRO was read completely for a
kind, nothing can be said and nothing is faulted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation

import orjson

from engine.core.keys import comparable_key
from engine.core.mapping import MappingRow
from engine.db import Connection, octets, text

_EXACT = Context(prec=400)
FACTS = "SELECT key, body FROM facts WHERE tenant = $1 AND key = ANY($2::text[])"
WAITING = """
SELECT key, body FROM documents WHERE tenant = $1 AND state IN ('held', 'waiting') ORDER BY key
"""
_SORTS: Mapping[str, tuple[str, str]] = {
    "vendor": ("supplier", "supplier"),
    "account": ("ledger", "ledger_code"),
    "cost_class": ("ledger", "ledger_code"),
    "currency": ("currency", "currency"),
    "tax": ("tax", "tax_code"),
    "terms": ("terms", "terms"),
    "department": ("warehouse", "warehouse"),
    "warehouse": ("warehouse", "warehouse"),
    "stock": ("stock", "stock_code"),
    "reverse_charge": ("tax", "tax_code"),
    "intercompany": ("ledger", "ledger_code"),
    "prepayment": ("ledger", "ledger_code"),
}
"""Kind of mapping → the fact of SYSPRO's row, and the snapshot that says it was read."""
_HELD = frozenset({"intercompany", "prepayment"})
"""Kinds whose target may be the word HOLD instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row whose target cannot be used, and why, in a sentence."""

    row: MappingRow
    text: str


@dataclass(slots=True, kw_only=True)
class Unmapped:
    """A word of Procurify that is mapped to nothing, and what waits for it."""

    kind: str
    key: str
    documents: set[str] = field(default_factory=set)
    value: dict[str, Decimal] = field(default_factory=dict)
    since: str = ""

    def plain(self, now: datetime) -> dict[str, object]:
        """As JSON: how many documents, how much by currency, how old the oldest is."""
        age = now - datetime.fromisoformat(self.since) if self.since else None
        return {
            "kind": self.kind,
            "key": self.key,
            "documents": len(self.documents),
            "value": {currency: str(amount) for currency, amount in sorted(self.value.items())},
            "oldest_s": max(0, round(age.total_seconds())) if age is not None else -1,
        }


async def faults(
    connection: Connection, tenant: str, companies: Sequence[str], rows: Iterable[MappingRow]
) -> list[Fault]:
    """The rows whose target no company that they hold for can use, as SYSPRO was last read."""
    listed = list(rows)
    wanted = {key for row in listed for name in companies for key in _keys(row, name)}
    known = {
        text(found, "key"): orjson.loads(octets(found, "body"))
        for found in await connection.fetch(FACTS, tenant, sorted(wanted))
    }
    answers = ((row, _fault(row, companies, known)) for row in listed)
    return [Fault(row=row, text=why) for row, why in answers if why]


async def wrong_mappings(
    connection: Connection,
    tenant: str,
    companies: Sequence[str],
    rows: Iterable[MappingRow],
    today: str,
) -> list[Fault]:
    """The faults of the rows in force that hold today (CCYY-MM-DD) or later."""
    held = [row for row in rows if not row.until_on or row.until_on >= today]
    return await faults(connection, tenant, companies, held)


def _fault(row: MappingRow, companies: Sequence[str], known: Mapping[str, object]) -> str:
    if row.company and row.company not in companies:
        return f"there is no company {row.company}; there are {', '.join(companies)}"
    if row.kind == "company" and row.target not in companies:
        return f"there is no company {row.target}; there are {', '.join(companies)}"
    if row.kind not in _SORTS or (row.kind in _HELD and row.target == "HOLD"):
        return ""
    found = [_wrong(row, name, known) for name in companies if row.company in ("", name)]
    return "" if "" in found else "; ".join(found)


def _wrong(row: MappingRow, company: str, known: Mapping[str, object]) -> str:
    """Why the company cannot use the target; "" when it can, or when it was not read yet."""
    fact, snapshot = _keys(row, company)
    if snapshot not in known:
        return ""
    columns = known.get(fact)
    if not isinstance(columns, dict):
        return f"{company} has no {_SORTS[row.kind][1].replace('_', ' ')} {row.target}"
    if columns.get("AccOnHldFlag") == "Y":
        return f"{company} has {row.target} on hold"
    if columns.get("ControlAccFlag") == "Y":
        return f"{row.target} is a control account of {company}"
    return ""


def _keys(row: MappingRow, company: str) -> tuple[str, str]:
    sort, snapshot = _SORTS.get(row.kind, ("", ""))
    return f"{sort}:{company}/{comparable_key(row.target)}", f"snapshot:{company}/{snapshot}"


async def unmapped(connection: Connection, tenant: str) -> list[Unmapped]:
    """What is mapped to nothing and waited for, most documents first."""
    rows = {
        text(row, "key"): orjson.loads(octets(row, "body"))
        for row in await connection.fetch(WAITING, tenant)
    }
    found: dict[tuple[str, str], Unmapped] = {}
    for key, body in rows.items():
        missing = body.get("unmapped") or []
        if len(missing) == 2:
            kind, word = str(missing[0]), str(missing[1])
            entry = found.setdefault((kind, word), Unmapped(kind=kind, key=word))
            _count(entry, key, body)
    for entry in found.values():
        _add_waiting(entry, rows)
    return sorted(found.values(), key=lambda one: (-len(one.documents), one.kind, one.key))


def _add_waiting(entry: Unmapped, rows: Mapping[str, Mapping[str, object]]) -> None:
    """What waits for a document of the entry waits for its mapping too."""
    while True:
        more = [
            key
            for key, body in rows.items()
            if key not in entry.documents and _awaited(body) & entry.documents
        ]
        if not more:
            return
        for key in more:
            _count(entry, key, rows[key])


def _awaited(body: Mapping[str, object]) -> set[str]:
    waits = body.get("waits_for")
    return {str(key) for key in waits} if isinstance(waits, list) else set()


def _count(entry: Unmapped, key: str, body: Mapping[str, object]) -> None:
    entry.documents.add(key)
    since = str(body.get("since") or "")
    if since and (not entry.since or since < entry.since):
        entry.since = since
    try:
        amount = Decimal(str(body["amount"])) if body.get("amount") else None
    except InvalidOperation:
        amount = None
    if amount is not None:
        currency = str(body.get("currency") or "")
        entry.value[currency] = _EXACT.add(entry.value.get(currency, Decimal(0)), amount)
