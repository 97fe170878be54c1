"""Reference data that is on one side only: what Procurify has, what SYSPRO has, aligned by code.

Reads `facts`, writes nothing. A word of Procurify is aligned with what it is mapped to, else with
what is called the same. Procurify's lists are account codes, departments, locations and currencies;
its taxes, terms and units are known only where documents use them (`map unmapped`), so of those
only SYSPRO's unused codes are told; it has no table of units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.core.keys import comparable_key
from engine.core.mapping import MappingRow
from engine.db import Connection, octets, text

FACTS = "SELECT key, body FROM facts WHERE tenant = $1 AND key >= $2 AND key < $3 ORDER BY key"
_SYSPRO: Mapping[str, tuple[str, str]] = {
    "account": ("ledger", "GlCode"),
    "department": ("warehouse", "Warehouse"),
    "currency": ("currency", "Currency"),
    "terms": ("terms", "TermsCode"),
    "tax": ("tax", "TaxCode"),
}
"""Kind of mapping → the facts of SYSPRO's rows, and the column of the code."""
_PROCURIFY: Mapping[str, tuple[str, str]] = {
    "account": ("account_code", "code"),
    "department": ("department", "name"),
    "currency": ("procurify_currency", "name"),
    "company": ("location", "name"),
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OneSided:
    """A word or a code that has no counterpart; `side` is where it is, `company` SYSPRO's."""

    kind: str
    side: str
    company: str
    name: str

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {
            "kind": self.kind,
            "side": self.side,
            "company": self.company,
            "name": self.name,
        }


async def one_sided(
    connection: Connection, tenant: str, companies: Sequence[str], mappings: Sequence[MappingRow]
) -> list[OneSided]:
    """What is on one side only, for each company, by kind."""
    found: set[OneSided] = set()
    words = {kind: await _words(connection, tenant, kind) for kind in _PROCURIFY}
    for company in companies:
        holding = [row for row in mappings if row.company in ("", company)]
        for kind in (*_SYSPRO, "company"):
            targets = _targets(kind, holding)
            codes = await _codes(connection, tenant, kind, company, companies)
            for name in words.get(kind, ()):
                if not _has_counterpart(kind, name, targets, codes, companies):
                    found.add(OneSided(kind=kind, side="procurify", company=company, name=name))
            used = {comparable_key(target) for row in targets.values() for target in row}
            called = {comparable_key(name) for name in words.get(kind, ())}
            found |= {
                OneSided(kind=kind, side="syspro", company=company, name=code)
                for code in codes
                if kind != "company" and comparable_key(code) not in used | called
            }
    return sorted(found)


def _has_counterpart(
    kind: str,
    name: str,
    targets: Mapping[str, set[str]],
    codes: Iterable[str],
    companies: Sequence[str],
) -> bool:
    if name in targets or (kind == "company" and len(companies) == 1):
        return True
    return comparable_key(name) in {comparable_key(code) for code in codes}


def _targets(kind: str, mappings: Iterable[MappingRow]) -> dict[str, set[str]]:
    """The targets of each word; of an account whatever department it is used in."""
    found: dict[str, set[str]] = {}
    for row in mappings:
        if row.kind == kind:
            word = row.key.partition("/")[0] if kind == "account" else row.key
            found.setdefault(word, set()).add(row.target)
    return found


async def _words(connection: Connection, tenant: str, kind: str) -> list[str]:
    sort, field = _PROCURIFY[kind]
    rows = await connection.fetch(FACTS, tenant, f"{sort}:", f"{sort};")
    bodies = [orjson.loads(octets(row, "body")) for row in rows]
    return sorted({str(body.get(field) or "") for body in bodies if _is_in_use(body)} - {""})


def _is_in_use(body: Mapping[str, object]) -> bool:
    return body.get("is_active") is not False


async def _codes(
    connection: Connection, tenant: str, kind: str, company: str, companies: Sequence[str]
) -> list[str]:
    if kind not in _SYSPRO:
        return list(companies)
    sort, column = _SYSPRO[kind]
    rows = await connection.fetch(FACTS, tenant, f"{sort}:{company}/", f"{sort}:{company}0")
    bodies = {text(row, "key"): orjson.loads(octets(row, "body")) for row in rows}
    return [str(body[column]) for body in bodies.values() if body.get("ControlAccFlag") != "Y"]
