"""What is still open on a supplier that its vendor was merged away from (rules.md §5.5, 31).

A vendor is merged when it is mapped to another supplier than the one that we created for it. Reads
`facts` and `commands`, writes nothing. All commands are read once, page by page: it is asked
rarely, by a person who has just merged vendors.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.core.keys import comparable_key
from engine.core.mapping import MappingRow
from engine.core.money import read_amount
from engine.db import Connection, octets, text

PAGE = 2000
WRITTEN = """
SELECT key, body FROM facts
WHERE tenant = $1 AND key >= 'written:vendor:' AND key < 'written:vendor;' ORDER BY key
"""
SENT = """
SELECT key, body FROM commands
WHERE tenant = $1 AND key > $2 AND type = ANY($3::text[]) AND state IN ('accepted', 'verified')
ORDER BY key LIMIT $4
"""
FACTS = "SELECT key, body FROM facts WHERE tenant = $1 AND key = ANY($2::text[])"
_TYPES = ("purchase_order_add", "invoice_add")
_OVER = frozenset({"9", "*"})
"""Order statuses complete and cancelled (syspro.md §3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """An order or invoice of ours that is open on a supplier that lost its vendor.

    `fact`: the key of the fact that shows how it stands in SYSPRO.
    """

    company: str
    supplier: str
    survivor: str
    kind: str
    number: str
    syspro_key: str
    fact: str

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {
            "company": self.company,
            "supplier": self.supplier,
            "survivor": self.survivor,
            "kind": self.kind,
            "number": self.number,
            "syspro_key": self.syspro_key,
        }


async def retired(
    connection: Connection, tenant: str, mappings: Sequence[MappingRow]
) -> Sequence[Retired]:
    """Every open order and unpaid invoice on a supplier whose vendor is mapped to another one."""
    survivors = await _survivors(connection, tenant, mappings)
    if not survivors:
        return []
    found = [
        one
        async for body in _sent(connection, tenant)
        if (one := _retired(body, survivors)) is not None
    ]
    facts = {
        text(row, "key"): orjson.loads(octets(row, "body"))
        for row in await connection.fetch(FACTS, tenant, sorted({one.fact for one in found}))
    }
    still = [one for one in found if not _is_over(facts.get(one.fact))]
    return sorted(still, key=lambda one: (one.company, one.supplier, one.kind, one.syspro_key))


async def _survivors(
    connection: Connection, tenant: str, mappings: Sequence[MappingRow]
) -> Mapping[tuple[str, str], str]:
    """(company, comparable code of ours) → the supplier that the vendor is mapped to."""
    targets = {(row.key, row.company): row.target for row in mappings if row.kind == "vendor"}
    found: dict[tuple[str, str], str] = {}
    for row in await connection.fetch(WRITTEN, tenant):
        document, _, company = text(row, "key").rpartition("@")
        vendor = document.rpartition("/")[2]
        target = targets.get((vendor, company)) or targets.get((vendor, ""), "")
        ours = comparable_key(str(orjson.loads(octets(row, "body"))["syspro_key"]))
        if target and comparable_key(target) != ours:
            found[company, ours] = target
    return found


async def _sent(connection: Connection, tenant: str) -> AsyncIterator[Mapping[str, object]]:
    after = ""
    while rows := await connection.fetch(SENT, tenant, after, list(_TYPES), PAGE):
        for row in rows:
            yield orjson.loads(octets(row, "body"))
        after = text(rows[-1], "key")


def _retired(
    body: Mapping[str, object], survivors: Mapping[tuple[str, str], str]
) -> Retired | None:
    payload = body.get("payload")
    company, key = str(body.get("company")), str(body.get("syspro_key") or "")
    supplier = str(payload.get("supplier")) if isinstance(payload, dict) else ""
    survivor = survivors.get((company, comparable_key(supplier)))
    if survivor is None:
        return None
    is_order = body.get("type") == "purchase_order_add"
    if is_order:
        fact = f"syspro_order:{company}/{comparable_key(key)}"
    else:
        invoice = str(payload.get("invoice")) if isinstance(payload, dict) else ""
        fact = f"balance:{company}/{comparable_key(supplier)}|{comparable_key(invoice)}"
    return Retired(
        company=company,
        supplier=supplier,
        survivor=survivor,
        kind="purchase_order" if is_order else "bill",
        number=str(body.get("number") or ""),
        syspro_key=key,
        fact=fact,
    )


def _is_over(fact: object) -> bool:
    """Whether SYSPRO shows it complete, cancelled or paid; what it does not show yet is open."""
    if not isinstance(fact, dict):
        return False
    if "owed" in fact:
        return read_amount(fact["owed"]) == 0
    return fact.get("OrderStatus") in _OVER
