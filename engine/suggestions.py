"""Which supplier a vendor without one may be, scored, for a person to approve as a mapping.

Reads `documents` and `facts`, writes nothing. Vendors are those that are held because they have no
supplier in a company; suppliers are SYSPRO's as last read. SYSPRO's addresses are not read, so the
name, the tax number and the mail domain decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson

from engine.core.mapping import MappingRow
from engine.core.similarity import Likeness, Party, likeness
from engine.db import Connection, octets, text

LEAST = Decimal("0.30")
MOST = 3
HELD_FOR = ("VENDOR_UNMAPPED", "VENDOR_LOOKS_KNOWN", "SUPPLIER_CODE_TAKEN", "TERMS_UNMAPPED")
"""Why a vendor is held that has no supplier."""
VENDORS = """
SELECT d.source_id, d.body, f.body AS fact FROM documents d
JOIN facts f ON f.tenant = d.tenant AND f.key = 'vendor:' || split_part(d.key, ':', 2)
WHERE d.tenant = $1 AND d.kind = 'vendor' AND d.state = 'held' AND d.reason = ANY($2::text[])
ORDER BY d.key
"""
SUPPLIERS = """
SELECT key, body FROM facts
WHERE tenant = $1 AND key >= 'supplier_fields:' AND key < 'supplier_fields;' ORDER BY key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A vendor may be this supplier of a company."""

    vendor: str
    vendor_name: str
    company: str
    supplier: str
    supplier_name: str
    likeness: Likeness

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {
            "vendor": self.vendor,
            "vendor_name": self.vendor_name,
            "company": self.company,
            "supplier": self.supplier,
            "supplier_name": self.supplier_name,
            "score": str(self.likeness.score),
            "evidence": list(self.likeness.evidence),
        }

    def row(self) -> MappingRow:
        """The mapping that a person would approve, with the evidence as its note."""
        note = f"{self.likeness.score}: {', '.join(self.likeness.evidence)}"
        return MappingRow(
            kind="vendor", key=self.vendor, target=self.supplier, company=self.company, note=note
        )


async def suggestions(connection: Connection, tenant: str) -> Sequence[Suggestion]:
    """For each vendor without a supplier the likeliest ones, best first, `MOST` a company."""
    suppliers: dict[str, list[tuple[str, Party]]] = {}
    for row in await connection.fetch(SUPPLIERS, tenant):
        company = text(row, "key").partition(":")[2].partition("/")[0]
        body = orjson.loads(octets(row, "body"))
        suppliers.setdefault(company, []).append((str(body["Supplier"]), _supplier(body)))
    found: list[Suggestion] = []
    for row in await connection.fetch(VENDORS, tenant, list(HELD_FOR)):
        vendor = _vendor(orjson.loads(octets(row, "fact")))
        company = str(orjson.loads(octets(row, "body")).get("company") or "")
        found += _ranked(text(row, "source_id"), vendor, company, suppliers.get(company, ()))
    return found


def certain(found: Iterable[Suggestion], above: Decimal) -> list[Suggestion]:
    """The suggestions of a score above this one whose vendor has no other as good there."""
    best: dict[tuple[str, str], list[Suggestion]] = {}
    for one in found:
        if one.likeness.score > above:
            best.setdefault((one.vendor, one.company), []).append(one)
    return [
        ranked[0]
        for ranked in best.values()
        if len(ranked) == 1 or ranked[0].likeness.score > ranked[1].likeness.score
    ]


def _ranked(
    vendor: str, party: Party, company: str, suppliers: Iterable[tuple[str, Party]]
) -> list[Suggestion]:
    scored = [
        Suggestion(
            vendor=vendor,
            vendor_name=party.name,
            company=company,
            supplier=code,
            supplier_name=supplier.name,
            likeness=likeness(party, supplier),
        )
        for code, supplier in suppliers
    ]
    kept = [one for one in scored if one.likeness.score >= LEAST]
    return sorted(kept, key=lambda one: (-one.likeness.score, one.supplier))[:MOST]


def _vendor(fact: Mapping[str, object]) -> Party:
    lines = fact.get("address")
    street = str(lines[0]) if isinstance(lines, list) and lines else ""
    return Party(
        name=str(fact.get("name") or ""),
        notes=str(fact.get("comments") or ""),
        street=street,
        postal_code=str(fact.get("postal_code") or ""),
        email=str(fact.get("email") or ""),
    )


def _supplier(fact: Mapping[str, object]) -> Party:
    return Party(
        name=str(fact.get("SupplierName") or ""),
        tax_number=str(fact.get("TaxRegnNum") or ""),
        email=str(fact.get("Email") or ""),
    )
