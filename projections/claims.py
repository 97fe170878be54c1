"""Which vendors may be a supplier: whoever was ever mapped, linked, written or named so. Pure.

Facts: `claims:<code>` {vendors: [ids]}. A claim is never withdrawn: whether it still holds, and in
which company, is for the plan to find out (`plan.supplier.find_supplier`).
"""

from engine.core.canonical import JsonObject
from engine.core.keys import comparable_key
from engine.core.projection import Overlay, Table


def claims_fact(code: str) -> str:
    """The key of the fact that lists the vendors that may be the supplier of a code."""
    return f"claims:{comparable_key(code)}"


def claimants(fact: JsonObject | None) -> list[str]:
    """The ids of the vendors, sorted."""
    listed = fact.get("vendors") if fact else None
    return [str(one) for one in listed] if isinstance(listed, list | tuple) else []


def claim(overlay: Overlay, code: str, vendor: str) -> None:
    """The vendor is among those that may be the supplier."""
    if not (code.strip() and vendor):
        return
    fact = claims_fact(code)
    known = claimants(overlay.get(Table.FACTS, fact))
    overlay.put(Table.FACTS, fact, {"vendors": sorted({*known, vendor})})
