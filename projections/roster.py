"""All of one sort that a company has, so that a policy which comes to want them finds them. Pure.

Facts: `roster:<company>/<kind>/<shard>` {keys}, over 256 shards, so that one more costs little
however many there are. What no policy wants is no document.
"""

import hashlib
from collections.abc import Callable, Mapping

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.keys import ACCOUNT_CODE, LEDGER_CODE, SUPPLIER, WAREHOUSE, DocumentKey
from engine.core.projection import Address, Overlay, Table
from projections.facts import require
from projections.policy import Policy, read_policy

WANTED: Mapping[str, Callable[[Policy], bool]] = {
    SUPPLIER: lambda policy: policy.offer_suppliers != "off",
    LEDGER_CODE: lambda policy: policy.create_account_codes != "off",
    WAREHOUSE: lambda policy: policy.create_departments != "off",
    ACCOUNT_CODE: lambda policy: policy.create_ledger_codes != "off",
}
"""By kind of document: whether a company's policy wants them."""


def enrol(overlay: Overlay, document: DocumentKey, company: str, *, is_there: bool) -> str | None:
    """The company's roster has the document, or has it no more; its key, if it is planned.

    It is planned once the company's policy wants it, and stays so.
    """
    key = str(document)
    fact = _shard(company, document.kind, _place(key))
    keys = set(_keys(overlay.get(Table.FACTS, fact))) - {key}
    listed = sorted(keys | {key} if is_there else keys)
    overlay.put(Table.FACTS, fact, {"keys": listed} if listed else None)
    is_planned = overlay.get(Table.DOCUMENTS, key) is not None
    policy = read_policy(overlay.get(Table.FACTS, f"policy:{company}"))
    return key if is_planned or WANTED[document.kind](policy) else None


def needs_of(document: DocumentKey, company: str) -> list[Address]:
    """The rows that enrolling a document looks at."""
    shard = _shard(company, document.kind, _place(str(document)))
    return [
        Address(table=Table.FACTS, key=shard),
        Address(table=Table.FACTS, key=f"policy:{company}"),
        Address(table=Table.DOCUMENTS, key=str(document)),
    ]


def newly_wanted(overlay: Overlay, event: Event) -> tuple[str, ...]:
    """The documents that the policy of the event's company wants; none for another event."""
    if event.type not in {"PolicySet", "PolicyChanged"}:
        return ()
    company = event.stream.removeprefix("policy/").partition("/")[0]
    policy = read_policy(overlay.get(Table.FACTS, f"policy:{company}"))
    found: list[str] = []
    for kind in (kind for kind, wants in WANTED.items() if wants(policy)):
        shards = [_shard(company, kind, f"{place:02x}") for place in range(256)]
        require(overlay, [Address(table=Table.FACTS, key=shard) for shard in shards])
        for shard in shards:
            found.extend(_keys(overlay.get(Table.FACTS, shard)))
    return tuple(sorted(found))


def _shard(company: str, kind: str, place: str) -> str:
    return f"roster:{company}/{kind}/{place}"


def _place(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:2]


def _keys(fact: JsonObject | None) -> list[str]:
    listed = fact.get("keys") if fact else None
    return [str(key) for key in listed] if isinstance(listed, list | tuple) else []
